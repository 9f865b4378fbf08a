import { Icon } from "../../parts/Icon";
import { words } from "../../words/en";
import styles from "./SpaceLine.module.css";

/** Whether the offer fits on the disk of the inbox folder; nothing where that is not known. */
export function SpaceLine({ bytes, free }: { bytes: number; free: number | null }) {
  if (free === null) return null;
  const fits = bytes <= free;
  return (
    <span className={styles.line} data-fits={fits} data-testid="space-line">
      <Icon name={fits ? "check" : "warning"} size="1.1em" />
      {fits ? words.inbox.fits(free) : words.inbox.tooLarge(bytes - free)}
    </span>
  );
}
