import { words } from "../../words";
import styles from "./QrCode.module.css";

/** A QR code needs four light modules around it (ISO/IEC 18004). */
const MARGIN = 4;

/** Draws the rows that the engine made: dark on light in each theme, as cameras expect it. */
export function QrCode({ rows }: { rows: readonly string[] }) {
  const size = rows.length + 2 * MARGIN;
  return (
    <svg
      className={styles.code}
      role="img"
      aria-label={words.pair.show.qr}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      data-testid="pair-qr"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={rows.map(pathOf).join("")} fill="#000" />
    </svg>
  );
}

/** One bar for each run of dark modules. */
function pathOf(row: string, y: number): string {
  return [...row.matchAll(/1+/g)].map(({ index, 0: run }) => `M${index + MARGIN} ${y + MARGIN}h${run.length}v1h-${run.length}z`).join("");
}
