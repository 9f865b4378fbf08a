// The language in use, for Intl and for the choice of the catalogue.

export const LANGUAGES = ["en", "de", "ja"] as const;
export type Language = (typeof LANGUAGES)[number];

let current: Language = "en";

export function locale(): Language {
  return current;
}

/** Only `speak` calls this: the catalogue has to change with it. */
export function setLocale(language: Language): void {
  current = language;
}

/** What is dear to make, once for each language. */
export function perLocale<T>(make: (language: Language) => T): () => T {
  const made = new Map<Language, T>();
  return () => {
    const old = made.get(current);
    if (old !== undefined) return old;
    const fresh = make(current);
    made.set(current, fresh);
    return fresh;
  };
}
