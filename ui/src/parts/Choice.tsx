import { Select } from "@base-ui/react/select";
import { Icon } from "./Icon";
import styles from "./Popup.module.css";

interface ChoiceProps<T extends string> {
  label: string;
  /** Null while nothing is chosen. */
  value: T | null;
  /** Shown then. */
  placeholder?: string;
  choices: readonly { value: T; name: string; means?: string }[];
  onChange: (value: T) => void;
  "data-testid"?: string;
}

/** One of a few, each with a word on what it means. */
export function Choice<T extends string>({ label, value, placeholder, choices, onChange, ...rest }: ChoiceProps<T>) {
  const chosen = choices.find((choice) => choice.value === value);
  const shown = chosen?.name ?? value ?? placeholder;
  return (
    <Select.Root value={value} onValueChange={(next) => next !== null && onChange(next)}>
      <Select.Trigger {...rest} aria-label={`${label}: ${shown}`} className={styles.trigger}>
        <Select.Value>{shown}</Select.Value>
        <Icon name="chevron" size="1em" />
      </Select.Trigger>
      <Select.Portal>
        <Select.Positioner className={styles.positioner} sideOffset={4} align="end" alignItemWithTrigger={false}>
          <Select.Popup className={styles.popup}>
            {choices.map((choice) => (
              <Select.Item key={choice.value} value={choice.value} label={choice.name} className={styles.item}>
                <Select.ItemIndicator className={styles.check}>
                  <Icon name="check" />
                </Select.ItemIndicator>
                <span className={styles.name}>
                  <Select.ItemText>{choice.name}</Select.ItemText>
                  {choice.means !== undefined && <span className={styles.means}>{choice.means}</span>}
                </span>
              </Select.Item>
            ))}
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}
