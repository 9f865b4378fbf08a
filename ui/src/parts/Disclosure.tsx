import { useId, useState, type ReactNode } from "react";
import styles from "./Disclosure.module.css";
import { Icon, type IconName } from "./Icon";

interface DisclosureProps {
  label: string;
  icon?: IconName;
  tone?: "calm" | "warning" | "error";
  children: ReactNode;
  "data-testid"?: string;
}

/** One line that opens: details must not stand in the way of an answer. */
export function Disclosure({ label, icon, tone = "calm", children, ...rest }: DisclosureProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div className={styles.disclosure}>
      <button
        {...rest}
        type="button"
        className={styles.toggle}
        data-tone={tone}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        <Icon name="chevron" size="1em" />
        {icon !== undefined && <Icon name={icon} size="1.1em" />}
        {label}
      </button>
      {open && (
        <div id={id} className={styles.content}>
          {children}
        </div>
      )}
    </div>
  );
}
