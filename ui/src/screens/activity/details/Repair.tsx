import { count, size } from "../../../format/numbers";
import type { Stats } from "../../../host/api";
import { words } from "../../../words";
import styles from "./RowDetails.module.css";

/** What loss has cost: packets and chunks sent again; what parity has cost, and what it has saved. */
export function Repair({ stats }: { stats: Stats }) {
  const { packets_lost, chunks_resent, parity_bytes, chunks_rebuilt } = stats;
  const { repair } = words.activity;
  const lines = [
    [repair.lost, packets_lost, count(packets_lost)],
    [repair.resent, chunks_resent, count(chunks_resent)],
    [repair.cost, parity_bytes, size(parity_bytes)],
    [repair.gain, chunks_rebuilt, count(chunks_rebuilt)],
  ] as const;
  const told = lines.filter(([, n]) => n > 0);
  if (told.length === 0) return null;
  return (
    <section>
      <h3 className={styles.part}>{repair.title}</h3>
      <dl className={styles.facts} data-testid="repair">
        {told.map(([name, , value]) => (
          <div key={name} className={styles.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
