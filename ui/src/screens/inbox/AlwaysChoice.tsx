import { useId } from "react";
import { words } from "../../words";
import styles from "./AlwaysChoice.module.css";
import type { Always } from "./useAlways";

/** What accepting shall mean for the offers to come. It says what that is once it is ticked. */
export function AlwaysChoice({ always: { name, on, choose }, disabled }: { always: Always; disabled: boolean }) {
  const hint = useId();
  return (
    <div>
      <label className={styles.label}>
        <input
          type="checkbox"
          checked={on}
          disabled={disabled}
          aria-describedby={on ? hint : undefined}
          data-testid="always-check"
          onChange={(event) => choose(event.target.checked)}
        />
        <span>{words.inbox.always.choice(name)}</span>
      </label>
      {on && (
        <p id={hint} className={styles.hint} data-testid="always-hint">
          {words.inbox.always.means}
        </p>
      )}
    </div>
  );
}
