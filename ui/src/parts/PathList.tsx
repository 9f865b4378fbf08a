import { words } from "../words";
import { PathText } from "./PathText";
import styles from "./PathList.module.css";

interface PathListProps {
  label: string;
  /** The first ones: each a path, and what is said about it. */
  paths: readonly { path: string; says?: string }[];
  /** How many there are altogether. */
  count: number;
}

/** Paths from the other side or from the disk: however many and however long, they take little room. */
export function PathList({ label, paths, count }: PathListProps) {
  const more = count - paths.length;
  return (
    <ul className={styles.list} aria-label={label}>
      {paths.map(({ path, says }) => (
        <li key={path} className={styles.item} data-testid="path-item">
          <span className={styles.path} data-text>
            <PathText>{path}</PathText>
          </span>
          {says !== undefined && (
            <span className={styles.says}>
              <PathText>{says}</PathText>
            </span>
          )}
        </li>
      ))}
      {more > 0 && <li className={styles.more}>{words.andMore(more)}</li>}
    </ul>
  );
}
