import { useState } from "react";
import type { TransferView } from "../../host/api";
import { useAttempt, useCommand } from "../../host/context";
import { Button } from "../../parts/Button";
import { words } from "../../words/en";
import styles from "./OfferAnswers.module.css";

export function OfferAnswers({ offer }: { offer: TransferView }) {
  const { id } = offer;
  const command = useCommand();
  const attempt = useAttempt();
  // One answer at a time: a second press must not become a second answer.
  const [answering, setAnswering] = useState(false);
  const answer = async (act: () => Promise<unknown>) => {
    setAnswering(true);
    await act();
    setAnswering(false);
  };
  const acceptTo = async () => {
    const into = await attempt((host) => host.chooseFolder());
    if (typeof into === "string") await command("accept", { id, into });
  };
  return (
    <div className={styles.answers}>
      <Button
        look="primary"
        disabled={answering}
        data-testid="accept-button"
        onClick={() => void answer(() => command("accept", { id }))}
      >
        {words.inbox.accept}
      </Button>
      <Button disabled={answering} data-testid="accept-to-button" onClick={() => void answer(acceptTo)}>
        {words.inbox.acceptTo}
      </Button>
      <Button
        look="quiet"
        className={styles.decline}
        disabled={answering}
        data-testid="decline-button"
        onClick={() => void answer(() => command("decline", { id }))}
      >
        {words.inbox.decline}
      </Button>
    </div>
  );
}
