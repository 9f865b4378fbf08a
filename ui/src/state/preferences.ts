// What a person prefers in these windows only, kept by them: the language, the theme, and what Activity shows no more.
// Both windows have the same storage and hear of a change in the other.

import { create } from "zustand";
import { speak } from "../words";
import { LANGUAGES, type Language } from "../words/locale";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
export type LanguageChoice = "system" | Language;

interface Preferences {
  language: LanguageChoice;
  theme: Theme;
  /** What has ended until then is put away from Activity; History has it still. */
  cleared_ms: number;
}

const KEY = "chunkstream.preferences";
const FIRST: Preferences = { language: "system", theme: "system", cleared_ms: 0 };

export const usePreferences = create<Preferences>(() => FIRST);

/** The language that is spoken: a change draws the windows anew. */
export function useSpoken(): Language {
  return usePreferences(({ language }) => spoken(language));
}

export function spoken(choice: LanguageChoice, preferred: readonly string[] = navigator.languages): Language {
  if (choice !== "system") return choice;
  const wanted = preferred.map((tag) => tag.toLowerCase().split("-")[0]);
  return wanted.map((tag) => LANGUAGES.find((language) => language === tag)).find((language) => language !== undefined) ?? "en";
}

/** Changes it here and, through the storage, in the other window. */
export function prefer(change: Partial<Preferences>): void {
  const next = { ...usePreferences.getState(), ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // A full or forbidden storage costs the memory of it, not the change.
  }
  take(next);
}

/** Takes what was preferred before, and hears of changes in the other window. */
export function rememberPreferences(): void {
  take(read(stored()));
  addEventListener("storage", ({ key, newValue }) => {
    if (key === KEY) take(read(newValue));
  });
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    // Where nothing may be kept, everything is as at the first time.
    return null;
  }
}

function take(next: Preferences): void {
  const { documentElement: page } = document;
  const language = spoken(next.language);
  speak(language);
  page.lang = language;
  if (next.theme === "system") delete page.dataset["theme"];
  else page.dataset["theme"] = next.theme;
  usePreferences.setState(next);
}

function read(text: string | null): Preferences {
  try {
    const { language, theme, cleared_ms } = JSON.parse(text ?? "{}") as Partial<Preferences>;
    return {
      language: LANGUAGES.find((one) => one === language) ?? FIRST.language,
      theme: THEMES.find((one) => one === theme) ?? FIRST.theme,
      cleared_ms: typeof cleared_ms === "number" ? cleared_ms : FIRST.cleared_ms,
    };
  } catch {
    return FIRST;
  }
}
