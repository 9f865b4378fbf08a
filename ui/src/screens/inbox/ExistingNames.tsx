import type { Conflict, Preflight } from "../../host/api";
import { Choice } from "../../parts/Choice";
import { Disclosure } from "../../parts/Disclosure";
import { PathList } from "../../parts/PathList";
import { words } from "../../words";
import styles from "./ExistingNames.module.css";

const CHOICES = ["rename", "overwrite", "skip", "skip_identical"] satisfies Conflict[];

interface ExistingNamesProps {
  preflight: Preflight;
  /** What was chosen for this offer. */
  conflict: Conflict | null;
  /** What is done otherwise. */
  usual: Conflict;
  onChange: (conflict: Conflict) => void;
}

/** What is in the folder under the same names already, and what becomes of it. */
export function ExistingNames({ preflight, conflict, usual, onChange }: ExistingNamesProps) {
  const { existing, existing_count } = preflight;
  return (
    <div className={styles.names}>
      <div className={styles.list}>
        <Disclosure label={words.inbox.existing(existing_count)} icon="copy" data-testid="existing-toggle">
          <PathList
            label={words.inbox.existingLabel}
            paths={existing.map((path) => ({ path }))}
            count={existing_count}
          />
        </Disclosure>
      </div>
      <Choice
        label={words.inbox.conflict}
        value={conflict ?? (usual === "ask" ? null : usual)}
        placeholder={words.inbox.conflictAsk}
        choices={CHOICES.map((value) => ({ value, ...words.conflicts[value] }))}
        onChange={onChange}
        data-testid="conflict-select"
      />
    </div>
  );
}
