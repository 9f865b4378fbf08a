import type { Failure } from "../host/api";
import { shortened } from "../transfer/describe";
import { words } from "../words";
import styles from "./FailureText.module.css";
import { Icon } from "./Icon";

interface FailureTextProps {
  failure: Failure;
  /** What to say instead, where the usual words would speak of the wrong side. */
  instead?: { says: string; next: string } | undefined;
}

/** A failure where it happened: what it is, and the next step. */
export function FailureText({ failure, instead }: FailureTextProps) {
  const { severity, says, next } = words.failures[failure.code] ?? words.failures.internal;
  return (
    <p className={styles.failure} role="alert" data-severity={severity} title={failure.message} data-testid="failure">
      <Icon name={severity === "info" ? "info" : "warning"} />
      <span className={styles.text} data-text>
        <strong>{instead?.says ?? says(shortened(failure.detail))}</strong>
        {words.following(instead?.next ?? next)}
      </span>
    </p>
  );
}
