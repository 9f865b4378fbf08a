// Puts a transfer into words: which sentence of the catalogue, with which numbers.

import { percentText, rate, size, sizePair } from "../format/numbers";
import { moment, until } from "../format/time";
import type { Failure, TransferView } from "../host/api";
import { words } from "../words";
import { isAskedFor, isDamaged, isFinal, isOffer, isStuckHere, mustDecide } from "./kinds";

/** The colour family of a row. */
export type Tone = "sending" | "receiving" | "calm" | "done" | "warning" | "error";

export function toneOf(transfer: TransferView): Tone {
  switch (transfer.state) {
    case "failed":
      return transfer.failure?.code === "declined" ? "calm" : "error";
    case "completed":
      return isDamaged(transfer) ? "warning" : "done";
    case "cancelled":
      return "calm";
    case "paused":
      return isStuckHere(transfer) ? "warning" : "calm";
    default:
      return transfer.reason === "reconnecting" && !isAskedFor(transfer) ? "warning" : transfer.direction;
  }
}

/** The word at the right of a row: the rate while bytes move, else the state. */
export function standing(transfer: TransferView): string {
  const { states } = words.activity;
  if (isOffer(transfer)) return states.offered;
  switch (transfer.state) {
    case "created":
      return states.waiting;
    case "preparing":
      return isWaiting(transfer) ? states.waiting : states.preparing;
    case "active":
      if (transfer.reason === "reconnecting") return states.reconnecting;
      return isWaiting(transfer) ? states.waiting : rate(transfer.rate);
    case "paused":
      return isStuckHere(transfer) ? states.stopped : states.paused;
    case "failed":
      return transfer.failure?.code === "declined" ? states.declined : states.failed;
    case "cancelled":
      return transfer.failure?.code === "declined" ? states.declined : states.cancelled;
    default:
      return states[transfer.state];
  }
}

/** What one that has ended holds; it may have ended before all of it was found. */
export function contentsLine({ files, bytes, scan_complete }: TransferView): string {
  return scan_complete ? words.quantity(files, bytes) : words.history.uncounted(files, bytes);
}

/** "18.2 of 41.5 GB (44%), 3 min left". */
export function progressLine(transfer: TransferView, now: number): string {
  const { activity } = words;
  const { durable_bytes, bytes, files, state } = transfer;
  const [part, all] = sizePair(durable_bytes, bytes);
  if (isFinal(transfer)) {
    const when = moment(transfer.finished_ms ?? transfer.created_ms, now);
    if (state === "completed") return activity.arrived(size(bytes), files, when);
    const total = transfer.scan_complete ? all : words.inbox.atLeastSize(bytes);
    if (transfer.kept_bytes === 0) return activity.ended(part, total, when);
    return activity.kept(sizePair(transfer.kept_bytes, bytes)[0], total, when);
  }
  if (!transfer.scan_complete) return activity.announced(part, all);
  if (durable_bytes === 0 && state !== "active") return activity.total(size(bytes), files);
  const progress = activity.progress(part, all, percentText(durable_bytes, bytes));
  const { seconds_left } = transfer;
  // What is left of the rate while nothing moves would say "4 hours" to a moment's silence.
  const moves = state === "active" && transfer.reason !== "reconnecting" && !isWaiting(transfer);
  return moves && seconds_left !== null ? words.facts([progress, activity.left(seconds_left)]) : progress;
}

/** Why it stands there and what happens next; null where nobody would ask. */
export function note(transfer: TransferView, now: number): string | null {
  const { reason, failure, direction, peer, changed, deadline_ms, bytes, durable_bytes, preflight } = transfer;
  if (isOffer(transfer)) return words.activity.offered;
  if (transfer.state === "completed") return verified(transfer, now);
  if (isFinal(transfer)) {
    if (failure === null) return null;
    return failure.code === "declined" && direction === "receiving" ? words.activity.declinedHere : sentence(failure);
  }
  if (mustDecide(transfer) && changed !== null) return words.activity.changed.says(changed.count, changed.gone);
  // Nothing is written to a damaged record any more: that it goes on by itself is not true of this one.
  if (reason === "database" && failure?.code === "database_damaged") return sentence(failure);
  if (isAskedFor(transfer)) return words.activity.askedFor(peer.name);
  if (reason !== null) {
    return words.reasons[reason]({
      direction,
      device: peer.name,
      about: shortened(failure?.detail ?? null),
      left: Math.max(0, bytes - durable_bytes),
      short: preflight?.short_by ?? 0,
      until: deadline_ms === null ? null : until(deadline_ms, now),
    });
  }
  if (failure !== null) return sentence(failure);
  return transfer.limited_by === null ? null : words.limitedBy[transfer.limited_by](peer.name, direction);
}

/** How far a check of what arrived is, or what it has found; null where there was none. */
export function verified({ verification, bytes }: TransferView, now: number): string | null {
  const { running, found } = words.activity.verification;
  if (verification === null) return null;
  const { checked_bytes, sound, changed_count, missing_count, finished_ms } = verification;
  if (verification.running) {
    const all = Math.max(verification.bytes, checked_bytes) || bytes;
    return running(...sizePair(checked_bytes, all), percentText(checked_bytes, all));
  }
  return finished_ms === null ? null : found(sound, changed_count, missing_count, moment(finished_ms, now));
}

/** A failure with its next step. */
export function sentence(failure: Failure): string {
  const { says, next } = words.failures[failure.code] ?? words.failures.internal;
  return `${says(shortened(failure.detail))}${words.following(next)}`;
}

/** The last part of a path: the whole of it would hide the sentence. */
export function shortened(detail: string | null): string | null {
  return detail === null ? null : baseName(detail);
}

/** The name of a file or folder, whichever system's path it is. */
export function baseName(path: string): string {
  const parts = path.split(/[/\\]/).filter((part) => part !== "");
  return parts.at(-1) ?? path;
}

/** The folder that it is in; empty at the root. */
export function parentOf(path: string): string {
  const at = path.replace(/[/\\]+$/, "").search(/[/\\][^/\\]*$/);
  return at <= 0 ? "" : path.slice(0, at);
}

function isWaiting(transfer: TransferView): boolean {
  const { reason } = transfer;
  return isAskedFor(transfer) || reason === "waiting_for_device" || reason === "waiting_for_answer" || reason === "queued";
}
