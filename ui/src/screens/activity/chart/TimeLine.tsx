import { exactClock } from "../../../format/time";
import type { TransferView } from "../../../host/api";
import { useStories } from "../../../state/samples";
import { turnsOf } from "../../../transfer/story";
import { words } from "../../../words";
import styles from "./TimeLine.module.css";

/** What has happened to it, the newest first, as far as this window was there to see it. */
export function TimeLine({ transfer }: { transfer: TransferView }) {
  const seen = useStories((state) => state.of.get(transfer.id)?.turns);
  const turns = turnsOf(transfer, seen ?? []);
  if (turns.length < 2) return null;
  return (
    <section>
      <h3 className={styles.title}>{words.activity.timeLine.title}</h3>
      <ol className={styles.line} data-testid="time-line">
        {turns.map(({ at, says, tone }) => (
          <li key={`${at} ${says}`} className={styles.turn} data-tone={tone}>
            <time className={styles.at} dateTime={new Date(at).toISOString()}>
              {exactClock(at)}
            </time>
            {says}
          </li>
        ))}
      </ol>
    </section>
  );
}
