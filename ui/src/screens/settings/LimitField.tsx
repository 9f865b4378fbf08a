import { useId, useState } from "react";
import { Button } from "../../parts/Button";
import { Choice } from "../../parts/Choice";
import { words } from "../../words";
import { joined, split, type Unit } from "./limit";
import fields from "../../parts/NumberField.module.css";
import styles from "./LimitField.module.css";

interface LimitFieldProps<U extends string> {
  label: string;
  /** Beside the tick that turns the limit on. */
  turnOn: string;
  /** In the smallest unit; null for none. */
  value: number | null;
  units: readonly Unit<U>[];
  /** What is proposed when the limit is turned on, in the smallest unit. */
  proposed: number;
  most: number;
  /** 0 for none. */
  onSave: (smallest: number) => void;
  testId: string;
}

/** Starts anew whenever the engine has another value (its key is the value). */
export function LimitField<U extends string>(props: LimitFieldProps<U>) {
  const { label, turnOn, value, units, proposed, most, onSave, testId } = props;
  const first = split(value ?? proposed, units);
  const [limited, setLimited] = useState(value !== null);
  const [number, setNumber] = useState(first.number);
  const [unit, setUnit] = useState(first.unit);
  const id = useId();
  const chosen = units.find((one) => one.value === unit) ?? (units[0] as Unit<U>);
  const entered = joined(limited, number, chosen, most);
  const changed = (entered.kind === "limit" ? entered.smallest : null) !== value;
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (changed && entered.kind !== "wrong") onSave(entered.kind === "limit" ? entered.smallest : 0);
      }}
    >
      <label className={styles.turnOn}>
        <input
          type="checkbox"
          checked={limited}
          data-testid={`${testId}-on`}
          onChange={(event) => setLimited(event.target.checked)}
        />
        {turnOn}
      </label>
      {limited && (
        <>
          <input
            className={fields.number}
            type="text"
            inputMode="decimal"
            aria-label={label}
            aria-invalid={entered.kind === "wrong"}
            aria-describedby={entered.kind === "wrong" ? id : undefined}
            value={number}
            data-testid={`${testId}-number`}
            onChange={(event) => setNumber(event.target.value)}
          />
          <Choice
            label={words.settings.unit}
            value={unit}
            choices={units}
            onChange={setUnit}
            data-testid={`${testId}-unit`}
          />
        </>
      )}
      <Button type="submit" disabled={!changed || entered.kind === "wrong"} data-testid={`${testId}-save`}>
        {words.settings.save}
      </Button>
      {entered.kind === "wrong" && (
        <p id={id} className={styles.wrong} data-testid={`${testId}-wrong`}>
          {words.settings.wrongNumber[entered.why]}
        </p>
      )}
    </form>
  );
}
