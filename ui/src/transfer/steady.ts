// What of a transfer changes only when something happens to it, not because bytes move.

import type { TransferView } from "../host/api";

const MOVING: ReadonlySet<keyof TransferView> = new Set(["durable_bytes", "files_done", "rate", "seconds_left", "limited_by", "stats", "files", "bytes"]);

/** Whether only bytes have moved from the one to the other. */
export function isSteady(before: TransferView, after: TransferView): boolean {
  if (before === after) return true;
  // The first byte is more than a byte: from then on something is lost by a cancel, which therefore asks.
  if ((before.durable_bytes === 0) !== (after.durable_bytes === 0)) return false;
  const keys = Object.keys(after) as (keyof TransferView)[];
  return keys.every((key) => MOVING.has(key) || before[key] === after[key] || alike(before[key], after[key]));
}

/** Every update comes anew from the engine: what is in it is the same text, not the same object. */
function alike(before: unknown, after: unknown): boolean {
  return typeof after === "object" && after !== null && JSON.stringify(before) === JSON.stringify(after);
}
