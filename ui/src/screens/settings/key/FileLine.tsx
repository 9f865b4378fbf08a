import { Button } from "../../../parts/Button";
import { words } from "../../../words";
import styles from "./Key.module.css";

interface FileLineProps {
  path: string | null;
  onChoose: () => void;
  testId: string;
}

/** Which file, and the button that chooses another. */
export function FileLine({ path, onChoose, testId }: FileLineProps) {
  const { key } = words.settings;
  return (
    <div className={styles.file}>
      <p className={path === null ? styles.none : styles.chosen} data-text title={path ?? undefined}>
        {path ?? key.noFile}
      </p>
      <Button icon="file" data-testid={testId} onClick={onChoose}>
        {key.choose}
      </Button>
    </div>
  );
}
