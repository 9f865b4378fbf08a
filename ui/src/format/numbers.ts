// Numbers for people, by Intl. Sizes count in thousands, as file managers do.

import { perLocale } from "../words/locale";
import { figure } from "./whole";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"] as const;

const THREE_DIGITS: Intl.NumberFormatOptions = { maximumSignificantDigits: 3 };
const formats = perLocale((language) => ({
  plain: new Intl.NumberFormat(language, THREE_DIGITS),
  whole: new Intl.NumberFormat(language, { maximumFractionDigits: 0 }),
  share: new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }),
  sized: UNITS.map(
    (unit, step) =>
      new Intl.NumberFormat(language, { ...THREE_DIGITS, style: "unit", unit, unitDisplay: step === 0 ? "long" : "short" }),
  ),
}));

/** "41.5 GB". */
export function size(bytes: number): string {
  const step = stepOf(bytes);
  const { sized, plain } = formats();
  return figure((sized[step] ?? plain).format(bytes / 1000 ** step));
}

/** The two numbers of "18.2 of 41.5 GB": the first without its unit where both have the same. */
export function sizePair(part: number, all: number): [string, string] {
  const step = stepOf(all);
  const alike = part === 0 || stepOf(part) === step;
  return [alike ? formats().plain.format(part / 1000 ** step) : size(part), size(all)];
}

/** "24.1 MB/s". */
export function rate(bytesPerSecond: number): string {
  if (bytesPerSecond < 1000) return figure(`${formats().whole.format(bytesPerSecond)} B/s`);
  return `${size(bytesPerSecond)}/s`;
}

/** Whole percent, rounded down: 100 is said only when everything is there. */
export function percent(part: number, all: number): number {
  if (all <= 0) return 0;
  return Math.min(100, Math.floor((part / all) * 100));
}

/** "44%", rounded down as `percent` does. */
export function percentText(part: number, all: number): string {
  return shareText(percent(part, all) / 100);
}

/** "2.1%", of a share from 0 to 1. */
export function shareText(share: number): string {
  return formats().share.format(share);
}

/** "1,204". */
export function count(n: number): string {
  return formats().whole.format(n);
}

function stepOf(bytes: number): number {
  let step = 0;
  // 999.5 kB would be written as 1,000 kB: it is the next unit's already.
  while (step < UNITS.length - 1 && bytes >= (step === 0 ? 1000 : 999.5) * 1000 ** step) step += 1;
  return step;
}
