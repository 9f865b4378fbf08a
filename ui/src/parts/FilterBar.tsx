import type { ReactNode } from "react";
import styles from "./FilterBar.module.css";

interface FilterBarProps {
  children: ReactNode;
  /** How many rows that leaves, said when it changes. */
  count?: string;
  /** At the end of the bar. */
  action?: ReactNode;
  "data-testid"?: string;
}

/** What narrows a list, above it. */
export function FilterBar({ children, count, action, ...rest }: FilterBarProps) {
  return (
    <div {...rest} className={styles.bar}>
      {children}
      {count === undefined ? <span className={styles.end} /> : <output className={`${styles.end} ${styles.count}`}>{count}</output>}
      {action}
    </div>
  );
}
