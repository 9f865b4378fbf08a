import { Icon } from "../../parts/Icon";
import type { Fit } from "../../transfer/fit";
import { words } from "../../words";
import styles from "./SpaceLine.module.css";

/** Whether it fits into the inbox folder, and by how much; nothing where that is not known. */
export function SpaceLine({ fit }: { fit: Fit | null }) {
  if (fit === null) return null;
  return (
    <span className={styles.line} data-fits={fit.fits} data-testid="space-line">
      <Icon name={ICONS[fit.fits]} size="1.1em" />
      {sentenceOf(fit)}
    </span>
  );
}

const ICONS = { yes: "check", perhaps: "info", no: "warning" } as const;

function sentenceOf({ shortBy, fits, limit, free, quotaLeft }: Fit): string {
  const { inbox } = words;
  if (shortBy > 0) {
    if (fits === "perhaps") return inbox.perhapsTooLarge(shortBy);
    return limit === "quota" ? inbox.overQuota(shortBy) : inbox.tooLarge(shortBy);
  }
  if (limit === "quota") return (fits === "yes" ? inbox.fitsQuota : inbox.roomQuota)(quotaLeft ?? 0);
  return (fits === "yes" ? inbox.fits : inbox.room)(free ?? 0);
}
