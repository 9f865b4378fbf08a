import type { SelfCheckResult } from "../../host/api";
import { Icon } from "../../parts/Icon";
import { PathText } from "../../parts/PathText";
import { Spinner } from "../../parts/Spinner";
import { shortened } from "../../transfer/describe";
import { words } from "../../words";
import styles from "./SelfTest.module.css";
import type { Tested } from "./useSelfTest";

/** What was tested: a tick each, or what is wrong and what to do. */
export function SelfTest({ tested }: { tested: Tested }) {
  const { selfTest } = words;
  if (tested === null)
    return (
      <p className={styles.running} data-testid="self-test-running">
        <Spinner /> {selfTest.running}
      </p>
    );
  if (tested === "failed") return <p className={styles.running}>{selfTest.failed}</p>;
  return (
    <ul className={styles.tests} data-testid="self-test" aria-label={selfTest.title}>
      {tested.map((result) => (
        <Check key={result.check} {...result} />
      ))}
    </ul>
  );
}

function Check({ check, about, failure }: SelfCheckResult) {
  const { selfTest, failures } = words;
  const told = failure === null ? null : (failures[failure.code] ?? failures.internal);
  return (
    <li className={styles.test} data-testid="self-check" data-check={check} data-ok={failure === null ? "" : undefined} title={failure?.message}>
      <Icon name={failure === null ? "check" : "warning"} />
      <span data-text>
        {told === null || failure === null ? (
          <PathText>{selfTest.fine[check](about ?? "")}</PathText>
        ) : (
          <>
            <strong>{told.says(shortened(failure.detail))}</strong>
            {words.following(told.next)}
          </>
        )}
      </span>
    </li>
  );
}
