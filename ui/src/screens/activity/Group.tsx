import type { ComponentType, ReactNode } from "react";
import styles from "./Group.module.css";

interface GroupProps {
  title: string;
  ids: readonly string[];
  row: ComponentType<{ id: string }>;
  action?: ReactNode;
}

/** Rows under a heading; nothing at all when there are none. */
export function Group({ title, ids, row: Row, action }: GroupProps) {
  if (ids.length === 0) return null;
  return (
    <section className={styles.group} aria-label={title}>
      <header className={styles.header}>
        <h2 className={styles.title}>{title}</h2>
        {action}
      </header>
      <ul className={styles.rows}>
        {ids.map((id) => (
          <Row key={id} id={id} />
        ))}
      </ul>
    </section>
  );
}
