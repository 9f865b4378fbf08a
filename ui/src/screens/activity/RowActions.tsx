import type { TransferView } from "../../host/api";
import { useAttempt, useCommand } from "../../host/context";
import { Button, IconButton } from "../../parts/Button";
import { canPause, canResume, isFinal, isOffer, placeOf } from "../../transfer/kinds";
import { words } from "../../words/en";
import { CancelButton } from "./CancelButton";
import { RowMenu } from "./RowMenu";
import styles from "./RowActions.module.css";

export function RowActions({ transfer }: { transfer: TransferView }) {
  const { id, title, state } = transfer;
  const command = useCommand();
  const attempt = useAttempt();
  const place = placeOf(transfer);
  return (
    <div className={styles.actions}>
      {isOffer(transfer) && (
        <Button icon="inbox" onClick={() => void attempt((host) => host.showInbox())}>
          {words.nav.inbox}
        </Button>
      )}
      {canPause(transfer) && (
        <IconButton
          icon="pause"
          label={words.activity.pause(title)}
          data-testid="pause-button"
          onClick={() => void command("pause", { id })}
        />
      )}
      {canResume(transfer) && (
        <IconButton
          icon="resume"
          label={words.activity.resume(title)}
          data-testid="resume-button"
          onClick={() => void command("resume", { id })}
        />
      )}
      <CancelButton transfer={transfer} />
      {state === "completed" && place !== null && (
        <IconButton
          icon="folder"
          label={words.inbox.showLabel(title)}
          tip={words.activity.showInFolder}
          data-testid="show-button"
          onClick={() => void attempt((host) => host.showInFolder(place))}
        />
      )}
      {isFinal(transfer) && (
        <IconButton
          icon="cross"
          label={words.inbox.removeLabel(title)}
          tip={words.activity.removeFromList}
          data-testid="remove-button"
          onClick={() => void command("remove", { id })}
        />
      )}
      {!isOffer(transfer) && <RowMenu transfer={transfer} />}
    </div>
  );
}
