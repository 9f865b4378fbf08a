// A rule for what a device may bring without a question, as a person enters it.

import type { AcceptRule } from "../host/api";

/** Words that the engine knows for groups of endings. */
export const KINDS = ["images", "audio", "video", "documents", "archives"] as const;
export type Kind = (typeof KINDS)[number];

/** An ending as the engine takes it: letters and digits, with or without its dot. */
const ENDING = /^\.?[a-z0-9]{1,16}$/i;

export interface RuleDraft {
  kinds: ReadonlySet<Kind>;
  /** Endings, with spaces or commas between them. */
  endings: string;
  folder: string;
}

export function draftOf(rule: AcceptRule | undefined): RuleDraft {
  const types = rule?.types ?? [];
  const kinds = KINDS.filter((kind) => types.includes(kind));
  const endings = types.filter((type) => !KINDS.some((kind) => kind === type));
  return { kinds: new Set(kinds), endings: endings.join(" "), folder: rule?.folder ?? "" };
}

export function endingsOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((ending) => ending !== "");
}

/** The first ending that is none; null if all are. */
export function wrongEnding(text: string): string | null {
  return endingsOf(text).find((ending) => !ENDING.test(ending)) ?? null;
}

/** Undefined where nothing is limited: that is no rule. */
export function ruleOf({ kinds, endings, folder }: RuleDraft, maxBytes: number | null): AcceptRule | undefined {
  const own = endingsOf(endings).map((ending) => ending.replace(/^\./, "").toLowerCase());
  const types = [...new Set([...KINDS.filter((kind) => kinds.has(kind)), ...own])];
  const into = folder.trim() === "" ? null : folder.trim();
  if (maxBytes === null && types.length === 0 && into === null) return undefined;
  return { max_bytes: maxBytes, types, folder: into };
}

/** The rule by which a device goes on to bring into that folder, the inbox folder if null. What limited it limits it still. */
export function ruleInto(rule: AcceptRule | undefined, folder: string | null): AcceptRule | undefined {
  const { max_bytes = null, types = [] } = rule ?? {};
  return max_bytes === null && types.length === 0 && folder === null ? undefined : { max_bytes, types, folder };
}
