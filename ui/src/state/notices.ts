// What a person should know about what they just asked for, shown until it is put away: a failure, or that a send
// went on with transfers that were there before.

import { create } from "zustand";
import type { Failure, SendRequest } from "../host/api";

/** Transfers that a send took up, and the request that makes new ones of them. */
export type TakenUp = { transfers: readonly string[]; anew: SendRequest };

export type Notice = { key: number } & (
  | { kind: "failure"; failure: Failure }
  | { kind: "taken_up"; takenUp: TakenUp }
  | { kind: "done"; text: string }
  | { kind: "always"; device: string }
);

/** More than this many at once would hide the window; the oldest go. */
export const MOST_NOTICES = 3;

interface Notices {
  next: number;
  shown: readonly Notice[];
  show(failure: Failure): void;
  tellTakenUp(takenUp: TakenUp): void;
  /** That something is done which nothing else shows. */
  tell(text: string): void;
  /** That what the device of that name offers is accepted without asking from now on. */
  tellAlways(device: string): void;
  putAway(key: number): void;
}

export const useNotices = create<Notices>((set) => ({
  next: 0,
  shown: [],
  show: (failure) =>
    set(({ next, shown }) => {
      const others = shown.filter((notice) => notice.kind !== "failure" || !same(notice.failure, failure));
      return { next: next + 1, shown: newest(others, { key: next, kind: "failure", failure }) };
    }),
  tellTakenUp: (takenUp) =>
    set(({ next, shown }) => ({ next: next + 1, shown: newest(shown, { key: next, kind: "taken_up", takenUp }) })),
  tell: (text) => set(({ next, shown }) => ({ next: next + 1, shown: newest(shown, { key: next, kind: "done", text }) })),
  tellAlways: (device) => set(({ next, shown }) => ({ next: next + 1, shown: newest(shown, { key: next, kind: "always", device }) })),
  putAway: (key) => set(({ shown }) => ({ shown: shown.filter((notice) => notice.key !== key) })),
}));

function newest(shown: readonly Notice[], notice: Notice): Notice[] {
  return [...shown, notice].slice(-MOST_NOTICES);
}

function same(a: Failure, b: Failure): boolean {
  return a.code === b.code && a.detail === b.detail;
}
