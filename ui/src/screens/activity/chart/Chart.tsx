import { rate as rateOf, count } from "../../../format/numbers";
import type { Direction } from "../../../host/api";
import { useStories, type Sample } from "../../../state/samples";
import { words } from "../../../words";
import styles from "./Chart.module.css";
import { areaOf, lineOf, topOf } from "./path";

/** Fewer say nothing. */
const FEWEST = 3;

/** Throughput, round trip and loss of the last two minutes, one above the other on the same time. */
export function Chart({ id, direction }: { id: string; direction: Direction }) {
  const samples = useStories((state) => state.of.get(id)?.samples);
  if (samples === undefined || samples.length < FEWEST) return null;
  const { chart } = words.activity;
  return (
    <div className={styles.charts} data-testid="chart">
      <Strip samples={samples} what="rate" name={chart.rate} says={rateOf} tone={direction} />
      <Strip samples={samples} what="rtt" name={chart.rtt} says={chart.ms} tone="calm" />
      {direction === "sending" && <Strip samples={samples} what="lost" name={chart.lost} says={(n) => chart.perSecond(count(Math.round(n)))} tone="warning" />}
    </div>
  );
}

interface StripProps {
  samples: readonly Sample[];
  what: "rate" | "rtt" | "lost";
  name: string;
  says: (value: number) => string;
  tone: Direction | "calm" | "warning";
}

function Strip({ samples, what, name, says, tone }: StripProps) {
  const values = samples.map((sample) => ({ at: sample.at, value: sample[what] }));
  const top = topOf(values);
  const now = values.at(-1)?.value ?? 0;
  return (
    <figure className={styles.strip} data-tone={tone}>
      <figcaption className={styles.caption}>
        <span className={styles.name}>{name}</span>
        <span className={styles.value}>{says(now)}</span>
        <span className={styles.top}>{words.activity.chart.most(says(Math.max(...values.map(({ value }) => value))))}</span>
      </figcaption>
      <svg className={styles.plot} viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        <path className={styles.area} d={areaOf(values, top)} />
        <path className={styles.line} d={lineOf(values, top)} />
      </svg>
    </figure>
  );
}
