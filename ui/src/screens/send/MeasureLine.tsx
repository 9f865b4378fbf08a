import { useEffect } from "react";
import type { Measured } from "../../host/api";
import { Disclosure } from "../../parts/Disclosure";
import { PathList } from "../../parts/PathList";
import { announce } from "../../state/milestones";
import { words } from "../../words";
import styles from "./Selection.module.css";
import { useMeasure } from "./useMeasure";

/** How many files and bytes the selection holds, while they are counted too, and what cannot be sent of it. */
export function MeasureLine({ paths }: { paths: readonly string[] }) {
  const measured = useMeasure(paths);
  const { measure } = words.send;
  const whole = measured?.complete === true ? sumOf(measured) : "";
  // While it is counted it changes several times a second: only the end of that is said.
  useEffect(() => {
    if (whole !== "") announce(whole);
  }, [whole]);
  if (measured === null) return null;
  const { files, bytes, complete, unreadable, unreadable_count } = measured;
  return (
    <div className={styles.measure}>
      <span data-testid="measure" data-complete={complete ? "" : undefined}>
        {complete ? whole : measure.counting(files, bytes)}
      </span>
      {unreadable_count > 0 && (
        <Disclosure label={measure.unreadable(unreadable_count)} icon="warning" tone="warning" data-testid="unreadable-toggle">
          <PathList label={measure.unreadableLabel} paths={unreadable.map((path) => ({ path }))} count={unreadable_count} />
        </Disclosure>
      )}
    </div>
  );
}

/** Nothing where there is nothing but what cannot be read. */
function sumOf({ files, folders, bytes, unreadable_count }: Measured): string {
  return files + folders === 0 && unreadable_count > 0 ? "" : words.quantity(files, bytes);
}
