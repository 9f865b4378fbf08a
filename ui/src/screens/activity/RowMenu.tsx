import { Menu } from "@base-ui/react/menu";
import type { Priority } from "../../host/api";
import { useAttempt, useCommand } from "../../host/context";
import { IconButton } from "../../parts/Button";
import { MenuChoice, MenuItem, MenuPopup, MenuRule } from "../../parts/MenuPopup";
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
      <MenuPopup below>
        <RowItems id={id} />
      </MenuPopup>
    </Menu.Root>
  );
}

/** For the button and for the pointer. It looks at the transfer only while it is open. */
export function RowItems({ id }: { id: string }) {
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
          <MenuChoice
            title={words.activity.priority}
            value={priority}
            choices={PRIORITIES.map((value) => ({ value, name: words.priorities[value] }))}
            onChange={(next) => void command("set_priority", { id, priority: next })}
            testId="set"
          />
          <MenuRule />
        </>
      )}
      {!isFinal(transfer) && direction === "sending" && (
        <>
          <MenuChoice
            title={words.activity.limit}
            value={String(limit ?? 0)}
            choices={limitChoices(limit)}
            onChange={(next) => void command("set_limit", { id, limit: Number(next) })}
            testId="limit"
          />
          <MenuRule />
        </>
      )}
      {canVerify(transfer) && (
        <MenuItem
          name={words.activity.verification.verify}
          data-testid="verify-item"
          onClick={() => void command("verify", { id })}
        />
      )}
      {place !== null && (
        <MenuItem name={words.activity.showInFolder} onClick={() => void attempt((host) => host.showInFolder(place))} />
      )}
      <MenuItem name={words.activity.copyId} onClick={() => void attempt((host) => host.copyText(id))} />
    </>
  );
}
