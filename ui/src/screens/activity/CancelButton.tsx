import { useEffect } from "react";
import type { TransferView } from "../../host/api";
import { useCommand } from "../../host/context";
import { IconButton } from "../../parts/Button";
import { Confirm, ConfirmDialog } from "../../parts/Confirm";
import { useEngine } from "../../state/engine";
import { canCancel } from "../../transfer/kinds";
import { words } from "../../words";

/** Cancels; asks first when something has already arrived, because it stops on both devices. */
export function CancelButton({ transfer }: { transfer: TransferView }) {
  const { id, title, durable_bytes } = transfer;
  const command = useCommand();
  if (!canCancel(transfer)) return null;

  const cancel = () => void command("cancel", { id });
  const label = words.activity.cancel(title);
  if (durable_bytes === 0) return <IconButton icon="cross" label={label} data-testid="cancel-button" onClick={cancel} />;
  return (
    <Confirm
      trigger={<IconButton icon="cross" label={label} data-testid="cancel-button" />}
      {...questionOf(transfer)}
      onYes={cancel}
    />
  );
}

/** The same question where the menu of a row has asked it; it goes away when there is nothing left to cancel. */
export function CancelQuestion({ id, onClose }: { id: string; onClose: () => void }) {
  const transfer = useEngine((state) => state.transfers[id]);
  const command = useCommand();
  const asks = transfer !== undefined && canCancel(transfer);
  useEffect(() => {
    if (!asks) onClose();
  }, [asks, onClose]);
  if (!asks) return null;
  return <ConfirmDialog {...questionOf(transfer)} onYes={() => void command("cancel", { id })} onClose={onClose} />;
}

function questionOf({ title, direction }: TransferView) {
  const { confirmCancel } = words.activity;
  return {
    title: confirmCancel.title(title),
    text: confirmCancel.text(direction),
    yes: confirmCancel.yes,
    no: confirmCancel.no,
  };
}
