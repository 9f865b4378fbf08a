import type { PairingView } from "../../host/api";
import { Button } from "../../parts/Button";
import { Spinner } from "../../parts/Spinner";
import { words } from "../../words";
import styles from "./PairDialog.module.css";
import { usePair } from "./usePair";

/** The other device is being reached, or proves itself. */
export function Connecting({ own }: { own: PairingView }) {
  const pair = usePair();
  return (
    <div className={styles.wait} role="status" data-testid="pair-connecting">
      <Spinner />
      <p>{own.way === "words" ? words.pair.connectingWords : words.pair.connecting}</p>
      <Button onClick={() => void pair("cancel_pairing", {})}>{words.cancel}</Button>
    </div>
  );
}
