import type { ReactNode } from "react";
import styles from "./Card.module.css";

interface CardProps {
  title: string;
  hint: ReactNode;
  /** At the right of the title: the whole setting, where it is one control. */
  control?: ReactNode;
  children?: ReactNode;
}

/** One setting: what it is called, what it does, its control. */
export function Card({ title, hint, control, children }: CardProps) {
  return (
    <section className={styles.card} aria-label={title}>
      <div className={styles.line}>
        <h3 className={styles.title}>{title}</h3>
        {control}
      </div>
      {children}
      <p className={styles.hint}>{hint}</p>
    </section>
  );
}
