import { useId, type ComponentProps, type ReactNode } from "react";
import styles from "./Field.module.css";

interface FieldProps extends ComponentProps<"input"> {
  label: string;
  /** Shown under the field, and read with it. */
  hint?: ReactNode;
  tone?: "calm" | "warning" | "done";
  /** At the right of the field. */
  action?: ReactNode;
  hideLabel?: boolean;
}

export function Field({ label, hint, tone = "calm", action, hideLabel = false, ...rest }: FieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={hideLabel ? styles.hidden : styles.label}>
        {label}
      </label>
      <div className={styles.line}>
        <input
          id={id}
          type="text"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          aria-describedby={`${id}-hint`}
          {...rest}
          className={styles.input}
          data-tone={tone}
        />
        {action}
      </div>
      <p id={`${id}-hint`} className={styles.hint} data-tone={tone}>
        {hint}
      </p>
    </div>
  );
}
