// Questions about a transfer that several screens ask.

import type { Reason, TransferView } from "../host/api";

/** Troubles that wait for a person, when they are on this side. */
const HERE: Readonly<Record<TransferView["direction"], readonly Reason[]>> = {
  sending: ["source_changed", "source_unreadable"],
  receiving: ["disk_full", "disk_unwritable"],
};

export function isFinal(transfer: TransferView): boolean {
  return transfer.state === "completed" || transfer.state === "failed" || transfer.state === "cancelled";
}

/** An offer is a receiving transfer without an answer. */
export function isOffer(transfer: TransferView): boolean {
  return transfer.direction === "receiving" && transfer.state === "created";
}

/** Paused by something that a person must mend on this device. */
export function isStuckHere(transfer: TransferView): boolean {
  const { direction, reason, state } = transfer;
  return state === "paused" && reason !== null && HERE[direction].includes(reason);
}

export function canPause(transfer: TransferView): boolean {
  const { state } = transfer;
  return !isOffer(transfer) && (state === "created" || state === "preparing" || state === "active");
}

export function canResume({ state, reason }: TransferView): boolean {
  return state === "paused" && reason !== "paused_by_peer";
}

export function canCancel(transfer: TransferView): boolean {
  return !isFinal(transfer) && !isOffer(transfer);
}

/** The place to show in the file manager: an arrived root, a sent one, else the folder. */
export function placeOf({ roots, folder }: TransferView): string | null {
  return roots.find((root) => root.path !== null)?.path ?? folder;
}
