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

export function activityGroups(transfers: Transfers): Groups {
  const groups: Groups = { needsYou: [], underWay: [], finished: [] };
  for (const transfer of newestFirst(transfers)) {
    if (isFinal(transfer)) groups.finished.push(transfer.id);
    else if (isOffer(transfer) || isStuckHere(transfer)) groups.needsYou.push(transfer.id);
    else groups.underWay.push(transfer.id);
  }
  return groups;
}

export function inboxGroups(transfers: Transfers): InboxGroups {
  const groups: InboxGroups = { offers: [], incoming: [], arrived: [] };
  for (const transfer of newestFirst(transfers)) {
    if (transfer.direction !== "receiving") continue;
    if (isOffer(transfer)) groups.offers.push(transfer.id);
    else if (transfer.state === "completed") groups.arrived.push(transfer.id);
    else if (!isFinal(transfer)) groups.incoming.push(transfer.id);
  }
  return groups;
}

function when(transfer: TransferView): number {
  return transfer.finished_ms ?? transfer.created_ms;
}

function newestFirst(transfers: Transfers): TransferView[] {
  return Object.values(transfers).toSorted((a, b) => when(b) - when(a) || a.id.localeCompare(b.id));
}
