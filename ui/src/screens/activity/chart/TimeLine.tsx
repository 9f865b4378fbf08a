import { exactClock, moment } from "../../../format/time";
import type { TransferView, TurnView } from "../../../host/api";
import { useNow } from "../../../state/now";
import { turnsOf } from "../../../transfer/story";
import { words } from "../../../words";
import styles from "./TimeLine.module.css";

/** What has happened to it, the newest first. */
export function TimeLine({ transfer, turns }: { transfer: TransferView; turns: readonly TurnView[] }) {
  const now = useNow();
  const lines = turnsOf(transfer, turns);
  if (lines.length === 0) return null;
  const today = new Date(now).toDateString();
  return (
    <section>
      <h3 className={styles.title}>{words.activity.timeLine.title}</h3>
      <ol className={styles.line} data-testid="time-line">
        {lines.map(({ at, says, about, tone }) => (
          <li key={`${at} ${says}`} className={styles.turn} data-tone={tone}>
            <time className={styles.at} dateTime={new Date(at).toISOString()}>
              {new Date(at).toDateString() === today ? exactClock(at) : moment(at, now)}
            </time>
            <span>
              {says}
              {about !== null && (
                <span className={styles.about} data-text>
                  {about}
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
