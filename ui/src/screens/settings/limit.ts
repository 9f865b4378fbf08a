// A limit as a person enters it: a number and its unit, or none at all.

import { read, write } from "../../format/written";

export interface Unit<U extends string> {
  value: U;
  name: string;
  /** How many of the smallest are in it. */
  size: number;
}

/** Why what was entered is no limit; the words for each are `settings.wrongNumber`. */
export type Wrong = "none" | "unclear" | "fine" | "much";
export type Entered = { kind: "none" } | { kind: "limit"; smallest: number } | { kind: "wrong"; why: Wrong };

/** What a product of floating-point numbers may be beside a whole one, of itself. */
const ROUNDING = 1e-12;

/** The largest unit that shows it without a rest, as far as three digits behind the point go. */
export function split<U extends string>(smallest: number, units: readonly Unit<U>[]): { number: string; unit: U } {
  const fitting = units.findLast(({ size }) => smallest >= size && Number.isInteger((smallest * 1000) / size));
  const unit = fitting ?? (units[0] as Unit<U>);
  return { number: write(smallest / unit.size), unit: unit.value };
}

/** Whole numbers of the smallest unit only: what is less than one of it is no limit that could be kept. */
export function joined<U extends string>(limited: boolean, number: string, unit: Unit<U>, most: number): Entered {
  if (!limited) return { kind: "none" };
  const written = read(number);
  if (written.kind !== "number") return { kind: "wrong", why: written.kind };
  if (written.value === 0) return { kind: "wrong", why: "none" };
  const exact = written.value * unit.size;
  const smallest = Math.round(exact);
  if (smallest > most) return { kind: "wrong", why: "much" };
  if (Math.abs(exact - smallest) > exact * ROUNDING) return { kind: "wrong", why: "fine" };
  return { kind: "limit", smallest };
}
