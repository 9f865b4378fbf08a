import { Switch as Base } from "@base-ui/react/switch";
import styles from "./Switch.module.css";

interface SwitchProps {
  /** What is on or off, for who does not see it. */
  label: string;
  on: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
  "data-testid"?: string;
}

/** On or off, at once. */
export function Switch({ label, on, onChange, ...rest }: SwitchProps) {
  return (
    <Base.Root {...rest} aria-label={label} className={styles.switch} checked={on} onCheckedChange={onChange}>
      <Base.Thumb className={styles.thumb} />
    </Base.Root>
  );
}
