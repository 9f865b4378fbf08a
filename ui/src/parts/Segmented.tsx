import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import styles from "./Segmented.module.css";

interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  choices: readonly { value: T; name: string }[];
  onChange: (value: T) => void;
  /** Each choice carries `prefix-value` as its test id. */
  testId: string;
}

export function Segmented<T extends string>({ label, value, choices, onChange, testId }: SegmentedProps<T>) {
  return (
    <RadioGroup aria-label={label} className={styles.group} value={value} onValueChange={onChange}>
      {choices.map((choice) => (
        <Radio.Root
          key={choice.value}
          value={choice.value}
          className={styles.choice}
          data-testid={`${testId}-${choice.value}`}
          data-value={choice.value}
          aria-label={choice.name}
        >
          {choice.name}
        </Radio.Root>
      ))}
    </RadioGroup>
  );
}
