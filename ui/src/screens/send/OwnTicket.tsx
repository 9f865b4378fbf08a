import { CopyButton } from "../../parts/CopyButton";
import { useEngine } from "../../state/engine";
import { words } from "../../words";
import styles from "./OwnTicket.module.css";

/** What this device's owner gives to others. */
export function OwnTicket() {
  const identity = useEngine((state) => state.identity);
  return (
    <aside className={styles.card} aria-label={words.send.ownTicket}>
      <div className={styles.line}>
        <h2>{words.send.own}</h2>
        {identity !== null && <CopyButton text={identity.ticket} label={words.send.ownTicket} />}
      </div>
      {identity === null ? (
        <p className={styles.hint}>{words.send.starting}</p>
      ) : (
        <>
          <p className={styles.ticket} data-testid="own-ticket" data-text>
            {identity.ticket}
          </p>
          <p className={styles.hint}>{words.send.ownHint}</p>
          <div>
            <h3 className={styles.small}>{words.send.ownId}</h3>
            <p className={styles.id} data-testid="own-device-id" data-text>
              {identity.device_id}
            </p>
          </div>
        </>
      )}
    </aside>
  );
}
