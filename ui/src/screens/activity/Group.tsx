import { useState, type ComponentType, type ReactNode } from "react";
import { Button } from "../../parts/Button";
import { words } from "../../words";
import styles from "./Group.module.css";

/** A history of thousands must not cost every update thousands of rows. */
export const ROWS_AT_ONCE = 100;

interface GroupProps {
  title: string;
  ids: readonly string[];
  row: ComponentType<{ id: string }>;
  action?: ReactNode;
}

/** Rows under a heading, the first hundred until more are asked for; nothing at all when there are none. */
export function Group({ title, ids, row: Row, action }: GroupProps) {
  const [most, setMost] = useState(ROWS_AT_ONCE);
  if (ids.length === 0) return null;
  const hidden = ids.length - most;
  return (
    <section className={styles.group} aria-label={title}>
      <header className={styles.header}>
        <h2 className={styles.title}>{title}</h2>
        {action}
      </header>
      <ul className={styles.rows}>
        {ids.slice(0, most).map((id) => (
          <Row key={id} id={id} />
        ))}
      </ul>
      {hidden > 0 && (
        <Button look="quiet" data-testid="show-more" onClick={() => setMost(most + ROWS_AT_ONCE)}>
          {words.activity.showMore(Math.min(hidden, ROWS_AT_ONCE))}
        </Button>
      )}
    </section>
  );
}
