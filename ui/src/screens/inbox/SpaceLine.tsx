import { Icon } from "../../parts/Icon";
import type { Fit } from "../../transfer/fit";
import { words } from "../../words/en";
import styles from "./SpaceLine.module.css";

/** Whether it fits into the inbox folder, and by how much; nothing where that is not known. */
export function SpaceLine({ fit }: { fit: Fit | null }) {
  if (fit === null) return null;
  const fits = fit.shortBy === 0;
  return (
    <span className={styles.line} data-fits={fits && !fit.certain ? "perhaps" : fits} data-testid="space-line">
      <Icon name={!fits ? "warning" : fit.certain ? "check" : "info"} size="1.1em" />
      {sentenceOf(fit)}
    </span>
  );
}

function sentenceOf({ shortBy, certain, limit, free, quotaLeft }: Fit): string {
  const { overQuota, tooLarge, fits, fitsQuota, room, roomQuota } = words.inbox;
  if (shortBy > 0) return limit === "quota" ? overQuota(shortBy) : tooLarge(shortBy);
  if (limit === "quota") return (certain ? fitsQuota : roomQuota)(quotaLeft ?? 0);
  return (certain ? fits : room)(free ?? 0);
}
