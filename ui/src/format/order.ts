// The order of names for people: their language's, digits as numbers, without regard to case.

import { perLocale } from "../words/locale";

const collator = perLocale((language) => new Intl.Collator(language, { numeric: true, sensitivity: "base" }));

export function byName(a: { name: string }, b: { name: string }): number {
  return collator().compare(a.name, b.name);
}
