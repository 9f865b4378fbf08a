// What a text that was entered for pairing is, as far as can be said without the engine: it has the last word.

export type Secret = "empty" | "code" | "ticket" | "incomplete";

/** Digits of a code; what stands between them is for the eye. */
export const CODE_DIGITS = 9;
/** Fewer characters than this can be no ticket: it holds an id, an address and a secret. */
const SHORTEST_TICKET = 24;

export function readSecret(text: string): Secret {
  const secret = text.trim();
  if (secret === "") return "empty";
  // A ticket begins with a letter, a code has digits only.
  if (/^[a-z]/i.test(secret)) return secret.length >= SHORTEST_TICKET && !/\s/.test(secret) ? "ticket" : "incomplete";
  return /^[\d\s-]+$/.test(secret) && secret.replace(/\D/g, "").length === CODE_DIGITS ? "code" : "incomplete";
}
