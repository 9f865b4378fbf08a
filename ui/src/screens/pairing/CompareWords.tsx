import type { PairingView } from "../../host/api";
import { Button } from "../../parts/Button";
import { FailureText } from "../../parts/FailureText";
import { Spinner } from "../../parts/Spinner";
import { isOver, useOwnPairing, usePairing } from "../../state/pairing";
import { words } from "../../words";
import { Connecting } from "./Connecting";
import { Countdown } from "./Countdown";
import styles from "./PairDialog.module.css";
import { PlaceField, useSearching } from "./PlaceField";
import { usePair } from "./usePair";

const WHOLE_S = 5 * 60;

/** Nothing is typed: both screens show words, and a person at each says whether they are the same. */
export function CompareWords() {
  const own = useOwnPairing();
  if (own === null || isOver(own)) return <Choose failure={own?.state === "failed" ? own.failure : null} />;
  if (own.words !== null) return <Shown own={own} shown={own.words} />;
  return own.state === "waiting" ? <Waiting own={own} /> : <Connecting own={own} />;
}

/** One of the two waits, the other one comes to it. */
function Choose({ failure }: { failure: PairingView["failure"] }) {
  const { place, refused } = usePairing();
  const pair = usePair();
  const searching = useSearching();
  const { compare } = words.pair;
  const shown = refused ?? failure;
  const at = place.trim();
  return (
    <div className={styles.form}>
      {shown !== null && <FailureText failure={shown} />}
      <p className={styles.says}>{compare.text}</p>
      <div className={styles.two}>
        <section className={styles.choice}>
          <h3>{compare.wait}</h3>
          <p className={styles.says}>{compare.waitText}</p>
          <Button data-testid="pair-wait" onClick={() => void pair("invite_device", { way: "words" })}>
            {compare.waitButton}
          </Button>
        </section>
        <form
          className={styles.choice}
          onSubmit={(event) => {
            event.preventDefault();
            if (at !== "" || searching) void pair("join_device", at === "" ? {} : { at });
          }}
        >
          <h3>{compare.go}</h3>
          <PlaceField />
          <Button type="submit" disabled={at === "" && !searching} data-testid="pair-join">
            {compare.goButton}
          </Button>
        </form>
      </div>
    </div>
  );
}

function Waiting({ own: { until_ms } }: { own: PairingView }) {
  const pair = usePair();
  return (
    <div className={styles.wait} data-testid="pair-waiting">
      <Spinner />
      <p role="status">{words.pair.compare.waiting}</p>
      {until_ms !== null && <Countdown until={until_ms} whole={WHOLE_S} says={words.pair.compare.waits} />}
      <Button onClick={() => void pair("cancel_pairing", {})}>{words.cancel}</Button>
    </div>
  );
}

function Shown({ own, shown }: { own: PairingView; shown: readonly string[] }) {
  const pair = usePair();
  const { compare } = words.pair;
  const agreed = own.state === "agreed";
  return (
    <div className={styles.form}>
      <p>{compare.ask(own.device?.name ?? words.pair.otherDevice)}</p>
      <ol className={styles.words} aria-label={compare.label} data-testid="pair-words">
        {shown.map((word, at) => (
          // The same word may come twice.
          // eslint-disable-next-line react/no-array-index-key
          <li key={at} className={styles.word}>
            <span className={styles.number} aria-hidden="true">
              {at + 1}
            </span>
            <span data-text>{word}</span>
          </li>
        ))}
      </ol>
      {own.until_ms !== null && <Countdown until={own.until_ms} whole={WHOLE_S} says={compare.left} />}
      {agreed ? (
        <p className={styles.says} role="status">
          {compare.agreed}
        </p>
      ) : (
        <div className={styles.end}>
          <Button data-testid="words-differ" onClick={() => void pair("confirm_words", { same: false })}>
            {compare.differ}
          </Button>
          <Button look="primary" data-testid="words-same" onClick={() => void pair("confirm_words", { same: true })}>
            {compare.same}
          </Button>
        </div>
      )}
    </div>
  );
}
