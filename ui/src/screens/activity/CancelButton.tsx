import type { TransferView } from "../../host/api";
import { useCommand } from "../../host/context";
import { IconButton } from "../../parts/Button";
import { Confirm } from "../../parts/Confirm";
import { TransferQuestion } from "../../parts/TransferQuestion";
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

/** The same question where the menu of a row has asked it. */
export function CancelQuestion({ id, onClose }: { id: string; onClose: () => void }) {
  const command = useCommand();
  return <TransferQuestion id={id} stands={canCancel} question={questionOf} onYes={() => void command("cancel", { id })} onClose={onClose} />;
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
