// A limit as a person enters it: a number and its unit, or none at all.

export interface Unit<U extends string> {
  value: U;
  name: string;
  /** How many of the smallest are in it. */
  size: number;
}

export type Entered = { kind: "none" } | { kind: "limit"; smallest: number } | { kind: "wrong" };

/** The largest unit that shows it without a rest, as far as three digits behind the point go. */
export function split<U extends string>(smallest: number, units: readonly Unit<U>[]): { number: string; unit: U } {
  const fitting = units.findLast(({ size }) => smallest >= size && Number.isInteger((smallest * 1000) / size));
  const unit = fitting ?? (units[0] as Unit<U>);
  return { number: String(smallest / unit.size), unit: unit.value };
}

/** Whole numbers of the smallest unit only: what is less than one of it is no limit that could be kept. */
export function joined<U extends string>(limited: boolean, number: string, unit: Unit<U>, most: number): Entered {
  if (!limited) return { kind: "none" };
  const written = number.trim().replace(",", ".");
  const smallest = Math.round(Number(written) * unit.size);
  const right = /^\d+(\.\d+)?$/.test(written) && smallest >= 1 && smallest <= most;
  return right ? { kind: "limit", smallest } : { kind: "wrong" };
}
