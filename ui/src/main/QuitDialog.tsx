import { AlertDialog } from "@base-ui/react/alert-dialog";
import { useRef } from "react";
import { useAttempt } from "../host/context";
import { Button } from "../parts/Button";
import styles from "../parts/Confirm.module.css";
import overlay from "../parts/Overlay.module.css";
import { useQuit } from "../state/quit";
import { words } from "../words";

/** Asked by the shell when the program shall end while transfers are under way. To close it is to go on. */
export function QuitDialog() {
  const asked = useQuit((state) => state.asked);
  const attempt = useAttempt();
  const later = useRef<HTMLButtonElement>(null);
  if (asked === null) return null;
  const answer = (now: boolean) => {
    useQuit.setState({ asked: null });
    void attempt((host) => host.quit(now));
  };
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && answer(false)}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={overlay.veil} />
        <AlertDialog.Popup className={styles.dialog} initialFocus={later} data-testid="quit-dialog">
          <AlertDialog.Title className={styles.title}>{words.quit.title}</AlertDialog.Title>
          <AlertDialog.Description className={styles.text}>{words.quit.text(asked)}</AlertDialog.Description>
          <div className={styles.answers}>
            <Button data-testid="quit-now" onClick={() => answer(true)}>
              {words.quit.yes}
            </Button>
            <Button ref={later} look="primary" data-testid="quit-later" onClick={() => answer(false)}>
              {words.quit.no}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
