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
  const fit = fitOf(offer.preflight, only === undefined ? null : sum.bytes, only === undefined || contents.whole);
  const ask = settings?.conflict === "ask";
  const asks = ask && (offer.preflight?.existing_count ?? 0) > 0;
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
    blocked: nothing ? "nothing" : (fit?.shortBy ?? 0) > 0 ? "space" : asks && conflict === null ? "conflict" : null,
    blockedElsewhere: nothing ? "nothing" : null,
    request: request(conflict),
    // Whether names are taken there is not known before: to keep both is what nobody regrets.
    requestElsewhere: request(conflict ?? (ask ? "rename" : null)),
  };
}
