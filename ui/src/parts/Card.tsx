import type { ReactNode } from "react";
import styles from "./Card.module.css";

interface CardProps {
  title: string;
  /** Which heading it is: under a group of cards the third. */
  heading?: "h2" | "h3";
  hint: ReactNode;
  /** At the right of the title: the whole setting, where it is one control. */
  control?: ReactNode;
  /** Whether it takes the whole line of a group: a list does. */
  wide?: boolean;
  children?: ReactNode;
  /** What stands under the hint: a list that is no part of the setting itself. */
  below?: ReactNode;
}

/** One setting: what it is called, what it does, its control. */
export function Card({ title, heading: Heading = "h3", hint, control, wide = false, children, below }: CardProps) {
  return (
    <section className={styles.card} aria-label={title} data-wide={wide ? "" : undefined}>
      <div className={styles.line}>
        <Heading className={styles.title}>{title}</Heading>
        {control}
      </div>
      {children}
      <p className={styles.hint}>{hint}</p>
      {below !== undefined && <div className={styles.below}>{below}</div>}
    </section>
  );
}
