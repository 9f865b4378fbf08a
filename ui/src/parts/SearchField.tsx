import { words } from "../words";
import { IconButton } from "./Button";
import { Icon } from "./Icon";
import styles from "./SearchField.module.css";

interface SearchFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  "data-testid"?: string;
}

/** Escape clears it before anything else that Escape does. */
export function SearchField({ label, value, onChange, ...rest }: SearchFieldProps) {
  return (
    <div className={styles.field}>
      <Icon name="search" />
      <input
        {...rest}
        type="text"
        role="searchbox"
        className={styles.input}
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        value={value}
        data-search=""
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || value === "") return;
          event.stopPropagation();
          onChange("");
        }}
      />
      {value !== "" && <IconButton icon="cross" label={words.clearSearch} onClick={() => onChange("")} />}
    </div>
  );
}
