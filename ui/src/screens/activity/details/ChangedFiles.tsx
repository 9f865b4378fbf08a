import { useState } from "react";
import type { ChangedChoice, ChangedSources } from "../../../host/api";
import { useCommand } from "../../../host/context";
import { Button } from "../../../parts/Button";
import { PathList } from "../../../parts/PathList";
import { words } from "../../../words";
import styles from "./RowDetails.module.css";

/** Which sources are not what was offered, and what may become of them. */
export function ChangedFiles({ id, changed }: { id: string; changed: ChangedSources }) {
  const { paths, count, gone } = changed;
  const command = useCommand();
  // A second press must not become a second decision.
  const [deciding, setDeciding] = useState(false);
  const decide = async (choice: ChangedChoice) => {
    setDeciding(true);
    await command("decide_changed", { id, choice });
    setDeciding(false);
  };
  const allGone = gone >= count;
  return (
    <div className={styles.block}>
      <PathList label={words.activity.changed.label} paths={paths.map((path) => ({ path }))} count={count} />
      <div className={styles.buttons}>
        {!allGone && (
          <Button
            look="primary"
            busy={deciding}
            data-testid="send-new-version"
            onClick={() => void decide("new_version")}
          >
            {words.activity.changed.send}
          </Button>
        )}
        <Button
          look={allGone ? "primary" : "plain"}
          busy={deciding}
          data-testid="leave-out"
          onClick={() => void decide("skip")}
        >
          {words.activity.changed.leaveOut}
        </Button>
        {gone > 0 && (
          <p className={styles.says}>{allGone ? words.activity.changed.putBack : words.activity.changed.goneToo}</p>
        )}
      </div>
    </div>
  );
}
