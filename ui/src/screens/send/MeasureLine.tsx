import { Disclosure } from "../../parts/Disclosure";
import { PathList } from "../../parts/PathList";
import { words } from "../../words";
import styles from "./Selection.module.css";
import { useMeasure } from "./useMeasure";

/** How many files and bytes the selection holds, while they are counted too, and what cannot be sent of it. */
export function MeasureLine({ paths }: { paths: readonly string[] }) {
  const measured = useMeasure(paths);
  const { measure } = words.send;
  if (measured === null) return null;
  const { files, folders, bytes, complete, unreadable, unreadable_count } = measured;
  const nothing = files + folders === 0 && unreadable_count > 0;
  return (
    <div className={styles.measure}>
      <output data-testid="measure" data-complete={complete ? "" : undefined}>
        {!complete ? measure.counting(files, bytes) : nothing ? "" : words.quantity(files, bytes)}
      </output>
      {unreadable_count > 0 && (
        <Disclosure label={measure.unreadable(unreadable_count)} icon="warning" tone="warning" data-testid="unreadable-toggle">
          <PathList label={measure.unreadableLabel} paths={unreadable.map((path) => ({ path }))} count={unreadable_count} />
        </Disclosure>
      )}
    </div>
  );
}
