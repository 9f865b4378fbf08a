// Taking a transfer out of the history deletes its receipt and what is kept of it for a retry: that is asked about.

import type { TransferView } from "../../host/api";
import { useCommand } from "../../host/context";
import { Button, IconButton } from "../../parts/Button";
import { Confirm } from "../../parts/Confirm";
import { MenuItem } from "../../parts/MenuPopup";
import { TransferQuestion } from "../../parts/TransferQuestion";
import { isFinal, losesByRemoval } from "../../transfer/kinds";
import { words } from "../../words";

/** The cross of a row. */
export function RemoveButton({ transfer }: { transfer: TransferView }) {
  const { id, title } = transfer;
  const command = useCommand();
  const asks = losesByRemoval(transfer);
  const remove = () => void command("remove", { id });
  const { removal } = words.history;
  const face = { icon: "cross", label: removal.label(title, asks), tip: asks ? removal.asking : removal.now, "data-testid": "remove-button" } as const;
  if (!asks) return <IconButton {...face} onClick={remove} />;
  return <Confirm trigger={<IconButton {...face} />} {...questionOf(transfer)} onYes={remove} />;
}

/** The same in words; what shows the transfer is told before it goes. */
export function RemoveTextButton({ transfer, onRemove, testId }: { transfer: TransferView; onRemove: () => void; testId: string }) {
  const { id } = transfer;
  const command = useCommand();
  const remove = () => {
    onRemove();
    void command("remove", { id });
  };
  const { removal } = words.history;
  if (!losesByRemoval(transfer)) {
    return (
      <Button look="quiet" data-testid={testId} onClick={remove}>
        {removal.now}
      </Button>
    );
  }
  const trigger = (
    <Button look="quiet" data-testid={testId}>
      {removal.asking}
    </Button>
  );
  return <Confirm trigger={trigger} {...questionOf(transfer)} onYes={remove} />;
}

/** The same in a menu, which is gone when the question comes: who has the menu draws it. */
export function RemoveItem({ transfer, onAsk }: { transfer: TransferView; onAsk: () => void }) {
  const { id } = transfer;
  const command = useCommand();
  const asks = losesByRemoval(transfer);
  const { removal } = words.history;
  return (
    <MenuItem
      name={asks ? removal.asking : removal.now}
      data-testid="remove-item"
      onClick={asks ? onAsk : () => void command("remove", { id })}
    />
  );
}

/** The question of such a menu. */
export function RemoveQuestion({ id, onClose }: { id: string; onClose: () => void }) {
  const command = useCommand();
  return <TransferQuestion id={id} stands={isFinal} question={questionOf} onYes={() => void command("remove", { id })} onClose={onClose} />;
}

function questionOf({ title, kept_bytes }: TransferView) {
  const { confirm } = words.history.removal;
  return { title: confirm.title(title), text: confirm.text(kept_bytes), yes: confirm.yes, no: confirm.no };
}
