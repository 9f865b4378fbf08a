import { memo } from "react";
import type { TransferView } from "../../host/api";
import { useAttempt, useCommand } from "../../host/context";
import { Button, IconButton } from "../../parts/Button";
import { canPause, canResume, canRetry, isFinal, isOffer, isStuckHere, placeOf, wasOffer } from "../../transfer/kinds";
import { isSteady } from "../../transfer/steady";
import { words } from "../../words";
import { RemoveButton } from "../history/Removal";
import { CancelButton } from "./CancelButton";
import { RowMenu } from "./RowMenu";
import styles from "./RowActions.module.css";

interface RowActionsProps {
  transfer: TransferView;
  /** What opens below the row, if anything. */
  details: { id: string; open: boolean; toggle: () => void } | null;
}

/** Drawn anew when something happens, not because bytes move: fifty rows do that eight times a second. */
export const RowActions = memo(Actions, (before, after) => before.details?.open === after.details?.open && isSteady(before.transfer, after.transfer));

function Actions({ transfer, details }: RowActionsProps) {
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
      {canResume(transfer) && isStuckHere(transfer) && (
        <Button
          aria-label={words.activity.tryAgainLabel(title)}
          data-testid="try-again-button"
          onClick={() => void command("resume", { id })}
        >
          {words.activity.tryAgain}
        </Button>
      )}
      {canRetry(transfer) && (
        <Button
          aria-label={wasOffer(transfer) ? words.activity.askAgainLabel(title) : words.activity.retryLabel(title)}
          data-testid="retry-button"
          onClick={() => void command("retry", { id })}
        >
          {wasOffer(transfer) ? words.activity.askAgain : words.activity.retry}
        </Button>
      )}
      {canResume(transfer) && !isStuckHere(transfer) && (
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
      {isFinal(transfer) && <RemoveButton transfer={transfer} />}
      {!isOffer(transfer) && <RowMenu id={id} title={title} />}
      {details !== null && (
        <IconButton
          icon="chevron"
          label={words.activity.details(title)}
          className={styles.details}
          aria-expanded={details.open}
          aria-controls={details.open ? details.id : undefined}
          data-testid="details-button"
          onClick={details.toggle}
        />
      )}
    </div>
  );
}
