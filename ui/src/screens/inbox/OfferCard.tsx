import { useEngine } from "../../state/engine";
import { Icon } from "../../parts/Icon";
import { Tag } from "../../parts/Tag";
import { words } from "../../words/en";
import styles from "./OfferCard.module.css";
import { OfferAnswers } from "./OfferAnswers";
import { Preview } from "./Preview";
import { SpaceLine } from "./SpaceLine";

/** Who offers what, whether it fits, and the answers. A card, never a modal. */
export function OfferCard({ id }: { id: string }) {
  const offer = useEngine((state) => state.transfers[id]);
  if (offer === undefined) return null;
  const { peer, title, files, bytes, scan_complete, priority } = offer;
  return (
    <article
      className={styles.card}
      aria-label={words.inbox.offer(peer.name, title)}
      data-testid="offer-card"
      data-transfer-id={id}
    >
      <header className={styles.who}>
        <span className={styles.icon} data-known={peer.known ? "" : undefined}>
          <Icon name={peer.known ? "devices" : "question"} />
        </span>
        <div className={styles.names}>
          <p className={styles.name}>
            <span className={styles.device}>{words.inbox.from(peer.name)}</span>
            {!peer.known && <Tag tone="warning">{words.unknownDevice}</Tag>}
            {priority !== "normal" && (
              <Tag tone={priority === "critical" ? "error" : "accent"}>{words.priorities[priority]}</Tag>
            )}
          </p>
          <p className={styles.id} data-text title={peer.device_id}>
            {peer.device_id}
          </p>
        </div>
      </header>
      {!peer.known && <p className={styles.hint}>{words.inbox.unknownHint}</p>}
      <div className={styles.what}>
        <h3 className={styles.title}>{title}</h3>
        <p className={styles.facts}>
          <span>{scan_complete ? words.quantity(files, bytes) : words.inbox.atLeast(files, bytes)}</span>
          <SpaceLine bytes={bytes} free={offer.preflight?.free_bytes ?? null} />
        </p>
      </div>
      <Preview entries={offer.preview} />
      <OfferAnswers offer={offer} />
    </article>
  );
}
