import { useNotices } from "../state/notices";
import { shortened } from "../transfer/describe";
import { words } from "../words/en";
import { IconButton } from "./Button";
import { Icon } from "./Icon";
import styles from "./Notices.module.css";

/** What a person asked for and did not get, with the next step. */
export function Notices() {
  const shown = useNotices((state) => state.shown);
  const putAway = useNotices((state) => state.putAway);
  return (
    <div role="alert">
      <ul className={styles.list}>
        {shown.map(({ key, failure }) => {
          const { severity, says, next } = words.failures[failure.code] ?? words.failures.internal;
          return (
            <li key={key} className={styles.notice} data-severity={severity} data-testid="notice">
              <Icon name={severity === "info" ? "info" : "warning"} />
              <p className={styles.text} title={failure.message} data-text>
                <strong>{says(shortened(failure.detail))}</strong> {next}
              </p>
              <IconButton icon="cross" label={words.dismiss} onClick={() => putAway(key)} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
