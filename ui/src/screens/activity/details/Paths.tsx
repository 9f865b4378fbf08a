import { shareText } from "../../../format/numbers";
import type { PathView } from "../../../host/api";
import { words } from "../../../words";
import styles from "./RowDetails.module.css";

/** The ways to the other device: the one in use with what is known of it, and where else it may be. */
export function Paths({ paths }: { paths: readonly PathView[] }) {
  const { ways } = words.activity;
  if (paths.length === 0) return null;
  return (
    <section>
      <h3 className={styles.part}>{ways.title}</h3>
      <ul className={styles.lines} data-testid="paths">
        {paths.map(({ address, in_use, rtt_ms, loss }) => (
          <li key={address} className={styles.way} data-testid="path" data-in-use={in_use ? "" : undefined}>
            <span className={styles.address}>{address}</span>
            <span className={styles.dim}>
              {words.facts([
                in_use ? ways.used : ways.other,
                ...(rtt_ms === null ? [] : [words.activity.chart.ms(rtt_ms)]),
                ...(loss === null ? [] : [ways.lost(shareText(loss))]),
              ])}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
