import { AlertDialog } from "@base-ui/react/alert-dialog";
import type { ReactElement } from "react";
import { Button } from "./Button";
import styles from "./Confirm.module.css";
import overlay from "./Overlay.module.css";

export interface Question {
  title: string;
  text: string;
  yes: string;
  no: string;
  onYes: () => void;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ trigger, ...question }: Question & { trigger: ReactElement }) {
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger render={trigger} />
      <Asked {...question} />
    </AlertDialog.Root>
  );
}

/** The same where something else than a button asks for it: shown while it is drawn. */
export function ConfirmDialog({ onClose, ...question }: Question & { onClose: () => void }) {
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Asked {...question} />
    </AlertDialog.Root>
  );
}

function Asked({ title, text, yes, no, onYes }: Question) {
  return (
    <AlertDialog.Portal>
      <AlertDialog.Backdrop className={overlay.veil} />
      <AlertDialog.Popup className={styles.dialog}>
        <AlertDialog.Title className={styles.title}>{title}</AlertDialog.Title>
        <AlertDialog.Description className={styles.text}>{text}</AlertDialog.Description>
        <div className={styles.answers}>
          <AlertDialog.Close render={<Button data-testid="confirm-no">{no}</Button>} />
          <AlertDialog.Close
            render={
              <Button look="danger" data-testid="confirm-yes" onClick={onYes}>
                {yes}
              </Button>
            }
          />
        </div>
      </AlertDialog.Popup>
    </AlertDialog.Portal>
  );
}
