import { memo } from "react";
import { Bar } from "../../parts/Bar";
import { Icon } from "../../parts/Icon";
import { Tag } from "../../parts/Tag";
import { useEngine } from "../../state/engine";
import { useNavigation } from "../../state/navigation";
import { useNow } from "../../state/now";
import { note, progressLine, standing, toneOf } from "../../transfer/describe";
import { isFinal, isOffer } from "../../transfer/kinds";
import { words } from "../../words/en";
import { RowActions } from "./RowActions";
import styles from "./TransferRow.module.css";

export const TransferRow = memo(function TransferRow({ id }: { id: string }) {
  const transfer = useEngine((state) => state.transfers[id]);
  const fresh = useNavigation((state) => state.fresh.includes(id));
  const now = useNow();
  if (transfer === undefined) return null;

  const { direction, peer, title, state, priority, durable_bytes, bytes, scan_complete } = transfer;
  const tone = toneOf(transfer);
  const says = progressLine(transfer, now);
  const more = note(transfer);
  return (
    <li
      className={styles.row}
      data-testid="transfer-row"
      data-transfer-id={id}
      data-state={state}
      data-direction={direction}
      data-reason={transfer.reason ?? undefined}
      data-tone={tone}
      data-fresh={fresh ? "" : undefined}
    >
      <span className={styles.direction} role="img" aria-label={words.activity.direction[direction]}>
        <Icon name={state === "completed" ? "check" : direction === "sending" ? "up" : "down"} />
      </span>
      <div className={styles.main}>
        <p className={styles.heading}>
          <strong className={styles.title} title={title}>
            {title}
          </strong>
          <span className={styles.peer}>{words.activity.peer(direction, peer.name)}</span>
          {!peer.known && <Tag tone="warning">{words.unknownDevice}</Tag>}
          {priority !== "normal" && (
            <Tag tone={priority === "critical" ? "error" : "accent"}>{words.priorities[priority]}</Tag>
          )}
        </p>
        {!isFinal(transfer) && !isOffer(transfer) && (
          <Bar
            data-testid="transfer-progress"
            label={words.activity.progressLabel(title)}
            part={durable_bytes}
            all={bytes}
            certain={scan_complete}
            tone={tone}
            says={says}
          />
        )}
        <p className={styles.progress}>{says}</p>
        {more !== null && (
          <p className={styles.note} data-testid="transfer-note" data-text>
            {more}
          </p>
        )}
      </div>
      <div className={styles.side}>
        <span className={styles.standing} data-testid="transfer-standing">
          {standing(transfer)}
        </span>
        <RowActions transfer={transfer} />
      </div>
    </li>
  );
});
