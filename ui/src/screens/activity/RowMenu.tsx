import { Menu } from "@base-ui/react/menu";
import type { Priority, TransferView } from "../../host/api";
import { useAttempt, useCommand } from "../../host/context";
import { IconButton } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import styles from "../../parts/Popup.module.css";
import { canVerify, isFinal, placeOf } from "../../transfer/kinds";
import { limitChoices } from "../../transfer/limits";
import { words } from "../../words";

const PRIORITIES: readonly Priority[] = ["normal", "high", "critical"];

/** What is done seldom: the priority, the limit, the place, the id. */
export function RowMenu({ transfer }: { transfer: TransferView }) {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger
        render={<IconButton icon="more" label={words.activity.more(transfer.title)} data-testid="more-button" />}
      />
      <RowMenuPopup transfer={transfer} />
    </Menu.Root>
  );
}

/** The same menu for the button and for the other button of the mouse. */
export function RowMenuPopup({ transfer }: { transfer: TransferView }) {
  return (
    <Menu.Portal>
      <Menu.Positioner className={styles.positioner} align="end" sideOffset={4}>
        <Menu.Popup className={styles.popup}>
          <Items transfer={transfer} />
        </Menu.Popup>
      </Menu.Positioner>
    </Menu.Portal>
  );
}

function Items({ transfer }: { transfer: TransferView }) {
  const { id, priority, direction, limit } = transfer;
  const command = useCommand();
  const attempt = useAttempt();
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
