import { moment, until } from "../../../format/time";
import type { TransferView } from "../../../host/api";
import { PathText } from "../../../parts/PathText";
import { useNow } from "../../../state/now";
import { words } from "../../../words";
import styles from "./RowDetails.module.css";

/** Where from or where to, since when, until when, and the root of a single file. */
export function Facts({ transfer }: { transfer: TransferView }) {
  const { direction, folder, roots, created_ms, deadline_ms, root } = transfer;
  const now = useNow();
  const { facts } = words.activity;
  const source = roots.find(({ path }) => path !== null)?.path ?? null;
  const place = direction === "sending" ? source : folder;
  const lines: readonly (readonly [string, string | null])[] = [
    [direction === "sending" ? facts.from : facts.into, place],
    [facts.begun, moment(created_ms, now)],
    [facts.until, deadline_ms === null ? null : until(deadline_ms, now)],
    [facts.root, root],
  ];
  return (
    <dl className={styles.facts}>
      {lines.map(
        ([name, value]) =>
          value !== null && (
            <div key={name} className={styles.fact}>
              <dt>{name}</dt>
              <dd data-text>
                <PathText>{value}</PathText>
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}
