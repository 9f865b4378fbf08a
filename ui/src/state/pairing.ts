// The dialog in which two devices are made known to each other: which way is shown, and which of the engine's pairings
// belongs to it. How the pairing stands is the engine's (state/engine.ts).

import { create } from "zustand";
import type { Failure, PairingView } from "../host/api";
import { useEngine } from "./engine";

export const WAYS = ["show", "enter", "compare"] as const;
/** What this device does: shows a code, enters one, compares words. */
export type PairTab = (typeof WAYS)[number];

interface PairingState {
  /** Null while the dialog is closed. */
  tab: PairTab | null;
  /** Pairings up to this revision were there before and are not this dialog's. */
  since: number;
  /** What the engine said to the last request, if it said no. */
  refused: Failure | null;
  /** What was typed. */
  secret: string;
  place: string;
  /** Whether a link has put in what stands there. */
  linked: boolean;
  /** Whether the device is paired with in order to send to it what is chosen. */
  toSend: boolean;
  open(tab: PairTab, place?: string): void;
  openLink(ticket: string): void;
  /** A code was entered where a device to send to is expected. */
  openCode(code: string): void;
  close(): void;
}

const CLOSED = { tab: null, since: 0, refused: null, secret: "", place: "", linked: false, toSend: false } as const;

export const usePairing = create<PairingState>((set) => ({
  ...CLOSED,
  open: (tab, place = "") => set({ ...CLOSED, tab, place, since: seen(useEngine.getState().pairing) }),
  openLink: (secret) => set({ ...CLOSED, tab: "enter", secret, linked: true, since: useEngine.getState().pairing?.revision ?? 0 }),
  openCode: (secret) => set({ ...CLOSED, tab: "enter", secret, toSend: true, since: seen(useEngine.getState().pairing) }),
  close: () => set(CLOSED),
}));

/** The engine's pairing, if it belongs to the open dialog. */
export function useOwnPairing(): PairingView | null {
  const since = usePairing((state) => state.since);
  const pairing = useEngine((state) => state.pairing);
  return pairing !== null && pairing.revision > since ? pairing : null;
}

export function isOver({ state }: PairingView): boolean {
  return state === "paired" || state === "failed" || state === "cancelled";
}

/** One that is under way, begun at a terminal say, is taken over by the dialog. */
function seen(pairing: PairingView | null): number {
  if (pairing === null) return 0;
  return isOver(pairing) ? pairing.revision : pairing.revision - 1;
}
