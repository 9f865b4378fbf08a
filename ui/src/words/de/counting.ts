// Wie Deutsch zählt, aufzählt und benennt.

import { count } from "../../format/numbers";

export const list = new Intl.ListFormat("de", { type: "conjunction" });
export const plurals = new Intl.PluralRules("de");
export const plural = (n: number, one: string, other: string): string => `${count(n)} ${plurals.select(n) === "one" ? one : other}`;
export const the = (about: string | null, other: string): string => (about === null ? other : `„${about}“`);
export const tail = (before: string, text: string | null): string => (text === null ? "" : `${before}${text}`);
/** Von etwas, in dem keine einzige Datei ist. */
export const noFiles = "Keine Dateien, nur Ordner oder Verknüpfungen";
export const files = (n: number): string => plural(n, "Datei", "Dateien");
export const transfers = (n: number): string => plural(n, "Übertragung", "Übertragungen");
