// What has happened from one state of the engine to the next that somebody who does not look at the window should hear:
// ends, offers, what needs a person. Never that bytes have moved.

import type { Direction, PairingView, TransferView } from "../host/api";
import { words } from "../words";
import { isAskedFor, isDamaged, isFinal, isOffer, isStuckHere } from "./kinds";

/** In the order in which they are said. */
export const MILESTONES = ["needsYou", "offered", "completed", "failed", "declined", "cancelled", "reconnecting", "sound", "damaged", "paired"] as const;
export type MilestoneKind = (typeof MILESTONES)[number];

export interface Milestone {
  kind: MilestoneKind;
  /** Of the transfer, or of the device that is paired. */
  id: string;
  title: string;
  device: string;
  direction: Direction | null;
}

interface Seen {
  /** Whether the engine has said anything: what there is at first has not just happened. */
  ready: boolean;
  transfers: Readonly<Record<string, TransferView>>;
  pairing: PairingView | null;
}

export function milestones(before: Seen, now: Seen): Milestone[] {
  if (!before.ready) return [];
  const found: Milestone[] = [];
  for (const transfer of now.transfers === before.transfers ? [] : Object.values(now.transfers)) {
    const old = before.transfers[transfer.id];
    if (old === transfer) continue;
    const kind = standsAt(transfer);
    if (kind !== null && (old === undefined || standsAt(old) !== kind)) found.push(of(transfer, kind));
    if (old?.verification?.running === true && transfer.verification?.running === false) {
      found.push(of(transfer, isDamaged(transfer) ? "damaged" : "sound"));
    }
  }
  const { pairing } = now;
  if (pairing?.state === "paired" && pairing.device !== null && before.pairing?.state !== "paired") {
    const { device_id, name } = pairing.device;
    found.push({ kind: "paired", id: device_id, title: "", device: name, direction: null });
  }
  return found;
}

/** What it has come to, where that is worth a word. What a person has just done here is not. */
function standsAt(transfer: TransferView): MilestoneKind | null {
  const { state, reason, failure, direction } = transfer;
  // Without a reason it is looked at by a rule, which may take it.
  if (isOffer(transfer)) return reason === "waiting_for_answer" ? "offered" : null;
  if (isStuckHere(transfer)) return "needsYou";
  if (state === "completed") return "completed";
  if (!isFinal(transfer)) return null;
  if (failure?.code === "declined") return direction === "sending" ? "declined" : null;
  if (failure?.code === "cancelled_by_peer") return "cancelled";
  return state === "failed" ? "failed" : null;
}

/** A connection comes back within that time as a rule, and nobody need hear of it. */
export const PATIENCE_MS = 10_000;

/** Since when each has been without its connection; null once that has been said. */
export type Lost = ReadonlyMap<string, number | null>;

export function reconnecting(before: Lost, transfers: Readonly<Record<string, TransferView>>, at: number): { lost: Lost; found: Milestone[] } {
  const lost = new Map<string, number | null>();
  const found: Milestone[] = [];
  for (const transfer of Object.values(transfers)) {
    if (transfer.reason !== "reconnecting" || isFinal(transfer) || isOffer(transfer) || isAskedFor(transfer)) continue;
    const since = before.get(transfer.id);
    const late = typeof since === "number" && at - since >= PATIENCE_MS;
    if (late) found.push(of(transfer, "reconnecting"));
    lost.set(transfer.id, late ? null : since === undefined ? at : since);
  }
  return { lost, found };
}

function of({ id, title, peer, direction }: TransferView, kind: MilestoneKind): Milestone {
  return { kind, id, title, device: peer.name, direction };
}

/** One short sentence for each kind: about the one, or how many there are. */
export function sentenceOf(found: readonly Milestone[]): string {
  const { one, many } = words.milestones;
  return MILESTONES.flatMap((kind) => {
    const these = new Map(found.filter((each) => each.kind === kind).map((each) => [each.id, each]));
    const [first] = these.values();
    if (first === undefined) return [];
    return [these.size === 1 ? one[kind](first) : many[kind](these.size)];
  }).join(" ");
}
