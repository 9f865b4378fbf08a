// Numbers as a person writes them into a field, by the separators of the language in use. What is not clearly one
// number is none: a limit that is a thousand times another one than was meant must never be taken silently.

import { perLocale } from "../words/locale";

/** "unclear" has a point or a comma where this language has none; "none" is no number at all. */
export type Written = { kind: "number"; value: number } | { kind: "unclear" } | { kind: "none" };

const separators = perLocale((language) => {
  const parts = new Intl.NumberFormat(language, { minimumFractionDigits: 1 }).formatToParts(12_345.6);
  const of = (type: "group" | "decimal") => parts.find((part) => part.type === type)?.value ?? "";
  const [group, decimal] = [escaped(of("group")), escaped(of("decimal"))];
  return {
    decimal: of("decimal"),
    plain: new RegExp(String.raw`^\d+(?:${decimal}\d+)?$`),
    // Threes with the same sign between all of them; a space separates thousands in every language.
    grouped: new RegExp(String.raw`^[1-9]\d{0,2}(?:(${group}|\s)\d{3}(?:\1\d{3})*)(?:${decimal}\d+)?$`),
    between: new RegExp(String.raw`${group}|\s`, "g"),
  };
});

export function read(text: string): Written {
  // A Japanese keyboard writes digits, points and spaces as wide as characters.
  const written = text.normalize("NFKC").trim();
  const { plain, grouped, between, decimal } = separators();
  if (plain.test(written) || grouped.test(written)) {
    return { kind: "number", value: Number(written.replace(between, "").replace(decimal, ".")) };
  }
  return { kind: /^\d[\d.,'’\s]*$/.test(written) ? "unclear" : "none" };
}

/** Without signs between thousands: with them, every digit that is taken away would make the rest unclear. */
export function write(value: number): string {
  return String(value).replace(".", separators().decimal);
}

function escaped(sign: string): string {
  return sign.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
