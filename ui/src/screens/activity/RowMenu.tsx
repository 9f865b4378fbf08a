import { Menu } from "@base-ui/react/menu";
import type { Priority } from "../../host/api";
import { useAttempt, useCommand } from "../../host/context";
import { IconButton } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import styles from "../../parts/Popup.module.css";
import { useEngine } from "../../state/engine";
import { canVerify, isFinal, placeOf } from "../../transfer/kinds";
import { limitChoices } from "../../transfer/limits";
import { words } from "../../words";

const PRIORITIES: readonly Priority[] = ["normal", "high", "critical"];

/** What is done seldom: the priority, the limit, the place, the id. */
export function RowMenu({ id, title }: { id: string; title: string }) {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger
        render={<IconButton icon="more" label={words.activity.more(title)} data-testid="more-button" />}
      />
      <RowMenuPopup id={id} />
    </Menu.Root>
  );
}

/** The same menu for the button and for the other button of the mouse. It looks at the transfer only while it is open. */
export function RowMenuPopup({ id }: { id: string }) {
  return (
    <Menu.Portal>
      <Menu.Positioner className={styles.positioner} align="end" sideOffset={4}>
        <Menu.Popup className={styles.popup}>
          <Items id={id} />
        </Menu.Popup>
      </Menu.Positioner>
    </Menu.Portal>
  );
}

function Items({ id }: { id: string }) {
  const transfer = useEngine((state) => state.transfers[id]);
  const command = useCommand();
  const attempt = useAttempt();
  if (transfer === undefined) return null;
  const { priority, direction, limit } = transfer;
  const place = placeOf(transfer);
  return (
    <>
      {!isFinal(transfer) && (
        <>
          <Menu.RadioGroup
            value={priority}
            onValueChange={(next: Priority) => void command("set_priority", { id, priority: next })}
            aria-label={words.activity.priority}
          >
            <div className={styles.heading}>{words.activity.priority}</div>
            {PRIORITIES.map((value) => (
              <Menu.RadioItem key={value} value={value} className={styles.item} data-testid={`set-${value}`} closeOnClick>
                <Menu.RadioItemIndicator className={styles.check}>
                  <Icon name="check" />
                </Menu.RadioItemIndicator>
                <span className={styles.name}>{words.priorities[value]}</span>
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Separator className={styles.rule} />
        </>
      )}
      {!isFinal(transfer) && direction === "sending" && (
        <>
          <Menu.RadioGroup
            value={String(limit ?? 0)}
            onValueChange={(next: string) => void command("set_limit", { id, limit: Number(next) })}
            aria-label={words.activity.limit}
          >
            <div className={styles.heading}>{words.activity.limit}</div>
            {limitChoices(limit).map(({ value, name }) => (
              <Menu.RadioItem key={value} value={value} className={styles.item} data-testid={`limit-${value}`} closeOnClick>
                <Menu.RadioItemIndicator className={styles.check}>
                  <Icon name="check" />
                </Menu.RadioItemIndicator>
                <span className={styles.name}>{name}</span>
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Separator className={styles.rule} />
        </>
      )}
      {canVerify(transfer) && (
        <Menu.Item className={styles.item} data-testid="verify-item" onClick={() => void command("verify", { id })}>
          <span className={styles.name}>{words.activity.verification.verify}</span>
        </Menu.Item>
      )}
      {place !== null && (
        <Menu.Item className={styles.item} onClick={() => void attempt((host) => host.showInFolder(place))}>
          <span className={styles.name}>{words.activity.showInFolder}</span>
        </Menu.Item>
      )}
      <Menu.Item className={styles.item} onClick={() => void attempt((host) => host.copyText(id))}>
        <span className={styles.name}>{words.activity.copyId}</span>
      </Menu.Item>
    </>
  );
}
