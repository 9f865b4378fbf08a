// Limits that are offered at a click; any other is said in the settings, in a terminal, or stands already.

import { rate } from "../format/numbers";
import { words } from "../words";

const MB = 1_000_000;
const OFFERED: readonly number[] = [MB, 5 * MB, 20 * MB, 100 * MB];

/** Bytes per second as text, "0" for no limit; the one that is set is among them. */
export function limitChoices(set: number | null): readonly { value: string; name: string }[] {
  const rates = set === null || OFFERED.includes(set) ? OFFERED : [...OFFERED, set].toSorted((a, b) => a - b);
  return [{ value: "0", name: words.activity.noLimit }, ...rates.map((one) => ({ value: String(one), name: rate(one) }))];
}
