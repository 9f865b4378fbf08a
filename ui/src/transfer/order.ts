// Sorts the transfers into the groups of Activity and of the inbox.

import type { TransferView } from "../host/api";
import { isFinal, isOffer, isStuckHere } from "./kinds";

type Transfers = Readonly<Record<string, TransferView>>;

export type Groups = {
  /** Offers, and transfers that a trouble on this side has paused. */
  needsYou: string[];
  underWay: string[];
  finished: string[];
};

export type InboxGroups = { offers: string[]; incoming: string[]; arrived: string[] };

/** `finished` as the store keeps it: sorted already. */
export function activityGroups(transfers: Transfers, finished: readonly TransferView[]): Groups {
  const groups: Groups = { needsYou: [], underWay: [], finished: finished.map(({ id }) => id) };
  for (const transfer of newestFirst(Object.values(transfers).filter((one) => !isFinal(one)))) {
    if (isOffer(transfer) || isStuckHere(transfer)) groups.needsYou.push(transfer.id);
    else groups.underWay.push(transfer.id);
  }
  return groups;
}

export function sizeOf({ needsYou, underWay, finished }: Groups): number {
  return needsYou.length + underWay.length + finished.length;
}

export function inboxGroups(transfers: Transfers): InboxGroups {
  const groups: InboxGroups = { offers: [], incoming: [], arrived: [] };
  for (const transfer of newestFirst(Object.values(transfers))) {
    if (transfer.direction !== "receiving") continue;
    if (isOffer(transfer)) groups.offers.push(transfer.id);
    else if (transfer.state === "completed") groups.arrived.push(transfer.id);
    else if (!isFinal(transfer)) groups.incoming.push(transfer.id);
  }
  return groups;
}

/** Those that have ended since Activity was cleared, and those that it was opened for. */
export function notCleared(finished: readonly TransferView[], cleared_ms: number, wanted: readonly string[]): readonly TransferView[] {
  return finished.filter((transfer) => when(transfer) > cleared_ms || wanted.includes(transfer.id));
}

/** When the last of them ended, of those sorted by it. */
export function lastEnd([newest]: readonly TransferView[]): number {
  return newest === undefined ? 0 : when(newest);
}

function when(transfer: TransferView): number {
  return transfer.finished_ms ?? transfer.created_ms;
}

export function newestFirst(transfers: readonly TransferView[]): TransferView[] {
  return transfers.toSorted((a, b) => when(b) - when(a) || a.id.localeCompare(b.id));
}
