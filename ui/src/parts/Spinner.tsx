import styles from "./Spinner.module.css";

/** Something is under way whose length nobody knows. The words beside it say what. */
export function Spinner() {
  return <span className={styles.spinner} aria-hidden="true" />;
}
