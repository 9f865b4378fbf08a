import { useId, useState } from "react";
import { useAttempt, useCommand } from "../../host/context";
import { Button } from "../../parts/Button";
import type { Answer } from "../../transfer/answer";
import { words } from "../../words";
import styles from "./OfferAnswers.module.css";

interface OfferAnswersProps {
  id: string;
  answer: Answer;
  /** Whether the number of chosen files is known. */
  whole: boolean;
}

export function OfferAnswers({ id, answer, whole }: OfferAnswersProps) {
  const command = useCommand();
  const attempt = useAttempt();
  const hint = useId();
  // One answer at a time: a second press must not become a second answer.
  const [answering, setAnswering] = useState(false);
  const once = async (act: () => Promise<unknown>) => {
    setAnswering(true);
    await act();
    setAnswering(false);
  };
  const acceptTo = async () => {
    const into = await attempt((host) => host.chooseFolder(words.dialogs.offerFolder));
    if (typeof into === "string") await command("accept", { ...answer.requestElsewhere, into });
  };
  const { blocked } = answer;
  return (
    <>
      {blocked !== null && (
        <p id={hint} className={styles.hint} data-blocked={blocked} data-testid="answer-hint">
          {words.inbox.blocked[blocked === "space" ? (answer.fit?.limit ?? "disk") : blocked]}
        </p>
      )}
      <div className={styles.answers}>
        <Button
          look="primary"
          disabled={answering || blocked !== null}
          aria-describedby={blocked === null ? undefined : hint}
          data-testid="accept-button"
          onClick={() => void once(() => command("accept", answer.request))}
        >
          {acceptWord(answer, whole)}
        </Button>
        <Button
          disabled={answering || answer.blockedElsewhere !== null}
          data-testid="accept-to-button"
          onClick={() => void once(acceptTo)}
        >
          {blocked === "space" ? words.inbox.otherFolder : words.inbox.acceptTo}
        </Button>
        <Button
          look="quiet"
          className={styles.decline}
          disabled={answering}
          data-testid="decline-button"
          onClick={() => void once(() => command("decline", { id }))}
        >
          {words.inbox.decline}
        </Button>
      </div>
    </>
  );
}

function acceptWord({ everything, sum, blockedElsewhere }: Answer, whole: boolean): string {
  if (everything || blockedElsewhere !== null) return words.inbox.accept;
  return whole && sum.files > 0 ? words.inbox.acceptFiles(sum.files) : words.inbox.acceptPart;
}
