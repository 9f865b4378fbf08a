// What is one word to the eye: no line ends in it.

import { locale } from "../words/locale";

/** Between a digit and a sign of a date, where a Japanese line may end. */
const SEAM = /(?<=\d)(?=[年月日])|(?<=[年月])(?=\d)/g;

export function whole(text: string): string {
  return text.replaceAll(" ", "\u00a0").replaceAll(SEAM, "\u2060");
}

/** A number with its unit. Where words are apart, the lines seldom end in it; a Japanese one runs full until it must. */
export function figure(text: string): string {
  return locale() === "ja" ? whole(text) : text;
}
