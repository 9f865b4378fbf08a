// Links that were opened outside, perhaps by a web page: they put a ticket into a field and do nothing else. What a
// person has entered or is about to answer stays: a link must not change it under the hand.

import { create } from "zustand";
import type { Failure } from "../host/api";
import type { Link } from "../host/host";
import { words } from "../words";
import { useNavigation } from "./navigation";
import { useNotices } from "./notices";
import { usePairing } from "./pairing";

/** A field that a link has filled can be used after that long: a click that was meant for something else has passed. */
export const SETTLE_MS = 1000;

const UNREADABLE: Failure = { code: "bad_target", message: "the link holds no ticket", detail: null };

interface Adding {
  /** What stands in the field for a device's ticket. */
  ticket: string;
  /** Whether a link has put it there. */
  linked: boolean;
  enter(ticket: string): void;
}

/** The field for a device that is to be remembered. */
export const useAdding = create<Adding>((set) => ({
  ticket: "",
  linked: false,
  enter: (ticket) => set({ ticket, linked: false }),
}));

export function followLink(link: Link): void {
  if (link.means === "unreadable") useNotices.getState().show(UNREADABLE);
  else if (usePairing.getState().tab !== null) useNotices.getState().tell(words.link.busy);
  else if (link.means === "pair") usePairing.getState().openLink(link.ticket);
  else addDevice(link.ticket);
}

function addDevice(ticket: string): void {
  const { ticket: entered, linked } = useAdding.getState();
  useNavigation.getState().go("devices");
  if (entered.trim() !== "" && !linked) useNotices.getState().tell(words.link.busy);
  else useAdding.setState({ ticket, linked: true });
}
