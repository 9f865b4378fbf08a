import { useEffect } from "react";
import type { PairingView } from "../../host/api";
import { Button } from "../../parts/Button";
import { CopyButton } from "../../parts/CopyButton";
import { FailureText } from "../../parts/FailureText";
import { isOver, useOwnPairing, usePairing } from "../../state/pairing";
import { words } from "../../words";
import { Countdown } from "./Countdown";
import styles from "./PairDialog.module.css";
import { QrCode } from "./QrCode";
import { usePair } from "./usePair";

/** A code is valid for so long at most; the engine says until when. */
const WHOLE_S = 5 * 60;

/** This device is open for one other: it shows a code to type, a picture to scan, a ticket to paste. */
export function ShowCode() {
  const own = useOwnPairing();
  const refused = usePairing((state) => state.refused);
  const pair = usePair();
  const begun = own !== null;
  const begin = () => void pair("invite_device", { way: "code" });
  useEffect(() => {
    // Once, when it comes into sight. Afterwards a person asks for another.
    if (!begun) void pair("invite_device", { way: "code" });
    // eslint-disable-next-line react/exhaustive-deps
  }, [pair]);
  const failure = refused ?? own?.failure ?? null;
  if (own === null && failure === null) return <div className={styles.wait}>{words.pair.show.making}</div>;
  if (own === null || isOver(own)) {
    return (
      <div className={styles.wait}>
        {failure !== null && <FailureText failure={failure} instead={failure.code === "code_spent" ? words.pair.show.spent : undefined} />}
        <Button look="primary" data-testid="pair-new-code" onClick={begin}>
          {words.pair.show.another}
        </Button>
      </div>
    );
  }
  return <Shown own={own} />;
}

function Shown({ own }: { own: PairingView }) {
  const { code, ticket, qr, until_ms, failure } = own;
  const { show } = words.pair;
  return (
    <div className={styles.form}>
      {failure !== null && <FailureText failure={failure} />}
      <div className={styles.columns}>
        {qr !== null && <QrCode rows={qr} />}
        <div className={styles.column}>
          <output className={styles.code} aria-label={show.codeLabel} data-text data-testid="pair-code">
            {code}
          </output>
          {until_ms !== null && <Countdown until={until_ms} whole={WHOLE_S} says={show.left} />}
          <ol className={styles.steps}>
            {show.steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
          {ticket !== null && (
            <div className={styles.line}>
              <CopyButton text={ticket} label={show.ticket} name={show.copyTicket} />
              <span className={styles.says}>{show.ticketHint}</span>
            </div>
          )}
        </div>
      </div>
    </div>
  );
}
