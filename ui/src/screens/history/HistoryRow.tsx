import { moment } from "../../format/time";
import type { TransferView } from "../../host/api";
import { Icon } from "../../parts/Icon";
import { useNow } from "../../state/now";
import { contentsLine, standing, toneOf } from "../../transfer/describe";
import { words } from "../../words";
import styles from "./History.module.css";

export function HistoryRow({ transfer }: { transfer: TransferView }) {
  const { direction, title, peer, finished_ms, created_ms } = transfer;
  const now = useNow();
  return (
    <span className={styles.row} data-tone={toneOf(transfer)} data-testid="history-row">
      <span className={styles.icon} role="img" aria-label={words.activity.direction[direction]}>
        <Icon name={direction === "sending" ? "up" : "down"} />
      </span>
      <span className={styles.what}>
        <span className={styles.title}>{title}</span>
        <span className={styles.peer}>
          {words.activity.peer(direction, peer.name)} · {contentsLine(transfer)}
        </span>
      </span>
      <span className={styles.standing}>{standing(transfer)}</span>
      <span className={styles.when}>{moment(finished_ms ?? created_ms, now)}</span>
    </span>
  );
}
