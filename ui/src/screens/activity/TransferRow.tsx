import { memo, useId, useState, type ComponentProps } from "react";
import { Bar } from "../../parts/Bar";
import { Icon } from "../../parts/Icon";
import { Tag } from "../../parts/Tag";
import { useEngine } from "../../state/engine";
import { useNavigation } from "../../state/navigation";
import { useNow } from "../../state/now";
import { note, progressLine, standing, toneOf } from "../../transfer/describe";
import { canDragOut, isDamaged, isFinal, isOffer, isStuckHere } from "../../transfer/kinds";
import { useDragOut } from "../../transfer/useDragOut";
import { words } from "../../words";
import { RowDetails } from "./details/RowDetails";
import { RowActions } from "./RowActions";
import { OfferContext, RowContext } from "./RowContext";
import styles from "./TransferRow.module.css";

/** A row with its menu at the pointer. This part is drawn once; what moves is in the row. */
export const TransferRow = memo(function TransferRow({ id }: { id: string }) {
  const offered = useEngine((state) => state.transfers[id] !== undefined && isOffer(state.transfers[id]));
  if (offered) return <OfferContext render={<Row id={id} />} />;
  return <RowContext id={id} render={<Row id={id} />} />;
});

function Row({ id, ...rest }: ComponentProps<"li"> & { id: string }) {
  const transfer = useEngine((state) => state.transfers[id]);
  const fresh = useNavigation((state) => state.fresh.includes(id));
  const now = useNow();
  const details = useId();
  // One that needs a decision shows it; all others stay one line until they are asked.
  const [open, setOpen] = useState(() => transfer !== undefined && isStuckHere(transfer));
  const drags = transfer !== undefined && canDragOut(transfer);
  const dragOut = useDragOut(drags ? id : null);
  if (transfer === undefined) return null;

  const { direction, peer, title, state, priority, durable_bytes, bytes, scan_complete } = transfer;
  const tone = toneOf(transfer);
  const says = progressLine(transfer, now);
  const more = note(transfer, now);
  const checking = transfer.verification?.running === true ? transfer.verification : null;
  return (
    <li
      {...rest}
      className={styles.row}
      data-testid="transfer-row"
      data-transfer-id={id}
      data-state={state}
      data-direction={direction}
      data-reason={transfer.reason ?? undefined}
      data-tone={tone}
      data-fresh={fresh ? "" : undefined}
      data-open={open ? "" : undefined}
    >
      <span
        {...dragOut}
        className={styles.direction}
        role="img"
        aria-label={words.activity.direction[direction]}
        title={drags ? words.activity.dragOut : undefined}
      >
        <Icon name={state === "completed" && !isDamaged(transfer) ? "check" : ARROWS[direction]} />
      </span>
      <div {...dragOut} className={styles.main}>
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
        {checking !== null && more !== null && (
          <Bar
            data-testid="verification-progress"
            label={words.activity.verification.progressLabel(title)}
            part={checking.checked_bytes}
            all={checking.bytes}
            certain
            tone="receiving"
            says={more}
          />
        )}
        {more !== null && (
          <p className={styles.note} title={open ? undefined : more} data-testid="transfer-note" data-text>
            {more}
          </p>
        )}
      </div>
      <div className={styles.side}>
        <span className={styles.standing} data-testid="transfer-standing">
          {standing(transfer)}
        </span>
        <RowActions
          transfer={transfer}
          details={isOffer(transfer) ? null : { id: details, open, toggle: () => setOpen(!open) }}
        />
      </div>
      {open && !isOffer(transfer) && (
        <div id={details} className={styles.details}>
          <RowDetails transfer={transfer} />
        </div>
      )}
    </li>
  );
}

const ARROWS = { sending: "up", receiving: "down" } as const;
