import type { ComponentProps } from "react";
import styles from "./Button.module.css";
import { Icon, type IconName } from "./Icon";

type Look = "primary" | "plain" | "quiet" | "danger";

interface ButtonProps extends ComponentProps<"button"> {
  look?: Look;
  icon?: IconName;
  /** What it does is being done: it does nothing more meanwhile, and keeps the focus, which a disabled button loses. */
  busy?: boolean;
}

export function Button({ look = "plain", icon, busy = false, className = "", children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={`${styles.button} ${styles[look]} ${className}`}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends ComponentProps<"button"> {
  icon: IconName;
  /** What it does, for everybody who does not see the picture. */
  label: string;
  /** The short form under the pointer; the label if missing. */
  tip?: string;
}

export function IconButton({ icon, label, tip, className = "", ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={tip ?? label}
      {...rest}
      className={`${styles.button} ${styles.quiet} ${styles.square} ${className}`}
    >
      <Icon name={icon} />
    </button>
  );
}
