// What accepting an offer would ask of the engine, and what stands against it.

import type { AcceptRequest, Conflict, SettingsView, TransferView } from "../host/api";
import { onlyOf, sumOf, type Contents, type LeftOut, type Sum } from "./choice";
import { fitOf, type Fit } from "./fit";

export interface Answer {
  /** Nothing is left out. */
  everything: boolean;
  /** What is chosen; the least it can be while `contents.whole` is false. */
  sum: Sum;
  fit: Fit | null;
  /** Whether a person must say what happens to names that are taken. */
  asks: boolean;
  /** Why the inbox folder cannot take it now. */
  blocked: "nothing" | "space" | "conflict" | null;
  /** The same for another folder, of which nothing is known. */
  blockedElsewhere: "nothing" | null;
  request: AcceptRequest;
  requestElsewhere: AcceptRequest;
}

export function answerOf(
  offer: TransferView,
  contents: Contents,
  leftOut: LeftOut,
  conflict: Conflict | null,
  settings: SettingsView | null,
): Answer {
  const only = onlyOf(contents, leftOut);
  const sum = only === undefined ? { files: offer.files, bytes: offer.bytes } : sumOf(contents, leftOut);
  const exists = (offer.preflight?.existing_count ?? 0) > 0;
  const rule = conflict ?? settings?.conflict;
  const skips = exists && (rule === "skip" || rule === "skip_identical");
  const part = only === undefined ? null : sum.bytes;
  // What is skipped needs no space, and only the engine knows how much that is.
  const fit = fitOf(offer.preflight, { part, more: part !== null && !contents.whole, less: skips });
  const ask = settings?.conflict === "ask";
  const asks = ask && exists;
  const nothing = only?.length === 0;
  const request = (chosen: Conflict | null): AcceptRequest => ({
    id: offer.id,
    ...(only === undefined ? {} : { only }),
    ...(chosen === null ? {} : { conflict: chosen }),
  });
  return {
    everything: only === undefined,
    sum,
    fit,
    asks,
    blocked: nothing ? "nothing" : fit?.fits === "no" ? "space" : asks && conflict === null ? "conflict" : null,
    blockedElsewhere: nothing ? "nothing" : null,
    request: request(conflict),
    // Whether names are taken there is not known before: to keep both is what nobody regrets.
    requestElsewhere: request(conflict ?? (ask ? "rename" : null)),
  };
}
