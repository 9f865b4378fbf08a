// How English counts, lists and names.

import { count } from "../../format/numbers";

export const list = new Intl.ListFormat("en", { type: "conjunction" });
export const plurals = new Intl.PluralRules("en");
export const plural = (n: number, one: string, other: string): string =>
  `${count(n)} ${plurals.select(n) === "one" ? one : other}`;
export const the = (about: string | null, other: string): string => (about === null ? other : `“${about}”`);
export const tail = (before: string, text: string | null): string => (text === null ? "" : `${before}${text}`);
/** Of something that holds no file at all. */
export const noFiles = "No files, only folders or links";
export const files = (n: number): string => plural(n, "file", "files");
