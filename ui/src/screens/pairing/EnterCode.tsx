import { Button } from "../../parts/Button";
import { FailureText } from "../../parts/FailureText";
import { Field } from "../../parts/Field";
import { isOver, useOwnPairing, usePairing } from "../../state/pairing";
import { useSettled } from "../../state/settled";
import { readSecret } from "../../transfer/secret";
import { words } from "../../words";
import { Linked } from "../../parts/Linked";
import { Connecting } from "./Connecting";
import styles from "./PairDialog.module.css";
import { PlaceField, useSearching } from "./PlaceField";
import { usePair } from "./usePair";

/** The other device shows a code or has given out a ticket: it is entered here. */
export function EnterCode() {
  const own = useOwnPairing();
  const { secret, place, refused, linked } = usePairing();
  const pair = usePair();
  const searching = useSearching();
  const settled = useSettled(linked, secret);
  if (own !== null && !isOver(own)) return <Connecting own={own} />;

  const { enter } = words.pair;
  const read = readSecret(secret);
  // A ticket says itself where its device is.
  const needsPlace = read !== "ticket";
  const complete = read === "ticket" || (read === "code" && (place.trim() !== "" || searching));
  const ready = complete && settled;
  const failure = refused ?? (own?.state === "failed" ? own.failure : null);
  const join = () => {
    const at = needsPlace && place.trim() !== "" ? { at: place.trim() } : {};
    void pair("join_device", { with: secret.trim(), ...at });
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) join();
      }}
    >
      {failure !== null && <FailureText failure={failure} />}
      {linked && <Linked />}
      <Field
        label={enter.secret}
        placeholder={enter.secretPlaceholder}
        hint={enter.read[read]}
        tone={read === "incomplete" ? "warning" : read === "empty" ? "calm" : "done"}
        value={secret}
        onChange={(event) => usePairing.setState({ secret: event.target.value, linked: false })}
        data-testid="pair-secret"
      />
      {needsPlace && <PlaceField />}
      <div className={styles.end}>
        <Button type="submit" look="primary" disabled={!ready} data-testid="pair-join">
          {enter.button}
        </Button>
      </div>
    </form>
  );
}
