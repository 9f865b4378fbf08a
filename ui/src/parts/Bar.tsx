import { Progress } from "@base-ui/react/progress";
import { percent } from "../format/numbers";
import type { Tone } from "../transfer/describe";
import styles from "./Bar.module.css";

interface BarProps {
  label: string;
  part: number;
  all: number;
  /** Whether `all` is final: else the bar says that its length is not known. */
  certain: boolean;
  tone: Tone;
  /** For those who hear it: the whole line. */
  says: string;
  "data-testid"?: string;
}

export function Bar({ label, part, all, certain, tone, says, ...rest }: BarProps) {
  // An empty transfer is complete when it is done.
  const value = all === 0 ? (tone === "done" ? 100 : 0) : percent(part, all);
  return (
    <Progress.Root
      {...rest}
      className={styles.bar}
      data-tone={tone}
      data-counting={certain ? undefined : ""}
      aria-label={label}
      getAriaValueText={() => says}
      value={value}
    >
      <Progress.Track className={styles.track}>
        <Progress.Indicator className={styles.done} />
      </Progress.Track>
    </Progress.Root>
  );
}
