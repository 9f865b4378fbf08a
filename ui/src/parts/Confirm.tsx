import { AlertDialog } from "@base-ui/react/alert-dialog";
import type { ReactElement } from "react";
import { Button } from "./Button";
import styles from "./Confirm.module.css";

interface ConfirmProps {
  /** The button that asks for it. */
  trigger: ReactElement;
  title: string;
  text: string;
  yes: string;
  no: string;
  onYes: () => void;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ trigger, title, text, yes, no, onYes }: ConfirmProps) {
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger render={trigger} />
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles.veil} />
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
    </AlertDialog.Root>
  );
}
