// The catalogue in use. `words` is a live binding: read it where something is drawn, never while a module is loaded
// (a test looks for that). A change of language draws the windows anew (state/language.ts).

import { de } from "./de";
import { en } from "./en";
import { ja } from "./ja";
import { setLocale, type Language } from "./locale";
import type { FailureWords } from "./shapes";

/** Another language has the same sentences with the same arguments: a missing one is an error of the compiler. */
export type Words = Wide<typeof en>;

type Wide<T> = T extends FailureWords
  ? FailureWords
  : T extends string
    ? string
    : T extends (...args: infer A) => infer R
    ? (...args: A) => Wide<R>
    : { readonly [K in keyof T]: Wide<T[K]> };

const CATALOGUES: Record<Language, Words> = { en, de, ja };

export let words: Words = en;

export function speak(language: Language): void {
  setLocale(language);
  words = CATALOGUES[language];
}
