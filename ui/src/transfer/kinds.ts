// Questions about a transfer that several screens ask.

import type { Reason, TransferView } from "../host/api";

/** Of a pause: what the other side mends, or a person there (`Reason::waits_for_peer` of the engine). */
const THERE: Readonly<Record<TransferView["direction"], readonly Reason[]>> = {
  sending: ["paused_by_peer", "disk_full", "disk_unwritable"],
  receiving: ["paused_by_peer", "source_changed", "source_unreadable"],
};

export function isFinal(transfer: TransferView): boolean {
  return transfer.state === "completed" || transfer.state === "failed" || transfer.state === "cancelled";
}

/** An offer is a receiving transfer without an answer. */
export function isOffer(transfer: TransferView): boolean {
  return transfer.direction === "receiving" && transfer.state === "created";
}

/** Whether nothing can be done about a pause on this device. */
function waitsForPeer({ direction, reason }: TransferView): boolean {
  return reason !== null && THERE[direction].includes(reason);
}

/** Paused by something that a person must mend on this device. */
export function isStuckHere(transfer: TransferView): boolean {
  const { reason, state } = transfer;
  return state === "paused" && reason !== null && reason !== "paused_here" && !waitsForPeer(transfer);
}

export function canPause(transfer: TransferView): boolean {
  const { state } = transfer;
  return !isOffer(transfer) && (state === "created" || state === "preparing" || state === "active");
}

export function canResume(transfer: TransferView): boolean {
  const { state, changed } = transfer;
  // To resume looks at changed sources again: what was gone may have been put back.
  const inVain = mustDecide(transfer) && changed?.gone === 0;
  return state === "paused" && !waitsForPeer(transfer) && !inVain;
}

/** Sources have changed, and a person must say what becomes of them. */
export function mustDecide({ direction, state, reason, changed }: TransferView): boolean {
  return direction === "sending" && state === "paused" && reason === "source_changed" && changed !== null;
}

export function canRetry({ state }: TransferView): boolean {
  return state === "failed" || state === "cancelled";
}

/** It ended before it was accepted here: a retry makes it an offer again. */
export function wasOffer({ direction, folder }: TransferView): boolean {
  return direction === "receiving" && folder === null;
}

/** Begun again here, until the sender comes with it. */
export function isAskedFor({ direction, state, reason }: TransferView): boolean {
  return direction === "receiving" && state === "preparing" && reason === "reconnecting";
}

export function canVerify({ state, direction, verification }: TransferView): boolean {
  return state === "completed" && direction === "receiving" && verification?.running !== true;
}

/** What it has brought stands here and can be dragged into other programs. */
export function canDragOut(transfer: TransferView): boolean {
  const { state, direction, roots } = transfer;
  return state === "completed" && direction === "receiving" && roots.some(({ path }) => path !== null);
}

/** A check has found files that are not what arrived. */
export function isDamaged({ state, verification }: TransferView): boolean {
  if (state !== "completed" || verification === null || verification.running) return false;
  return verification.changed_count + verification.missing_count > 0;
}

/** It is removed with what is kept of it here for a retry. */
export function losesByRemoval({ kept_bytes }: TransferView): boolean {
  return kept_bytes > 0;
}

export function canCancel(transfer: TransferView): boolean {
  return !isFinal(transfer) && !isOffer(transfer);
}

/** The place to show in the file manager: an arrived root, a sent one, else the folder. */
export function placeOf({ roots, folder }: TransferView): string | null {
  return roots.find((root) => root.path !== null)?.path ?? folder;
}
