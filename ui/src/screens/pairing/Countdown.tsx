import { countdown } from "../../format/time";
import { useSecondsTo } from "../../state/seconds";
import styles from "./Countdown.module.css";

interface CountdownProps {
  until: number;
  /** The whole of it, for the bar. */
  whole: number;
  says: (left: string) => string;
}

/** How long it is still good for. Not read out each second: who asks finds it. */
export function Countdown({ until, whole, says }: CountdownProps) {
  const seconds = useSecondsTo(until) ?? 0;
  return (
    <div className={styles.countdown} role="timer" aria-live="off" data-testid="pair-countdown" data-soon={seconds <= 30 ? "" : undefined}>
      <span className={styles.track}>
        <span className={styles.left} style={{ width: `${Math.min(100, (seconds / whole) * 100)}%` }} />
      </span>
      {says(countdown(seconds))}
    </div>
  );
}
