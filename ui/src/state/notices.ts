// Failures of what a person just asked for, shown until they are put away.

import { create } from "zustand";
import type { Failure } from "../host/api";

export type Notice = { key: number; failure: Failure };

/** More than this many at once would hide the window; the oldest go. */
export const MOST_NOTICES = 3;

interface Notices {
  next: number;
  shown: readonly Notice[];
  show(failure: Failure): void;
  putAway(key: number): void;
}

export const useNotices = create<Notices>((set) => ({
  next: 0,
  shown: [],
  show: (failure) =>
    set(({ next, shown }) => {
      const others = shown.filter((notice) => !same(notice.failure, failure));
      return { next: next + 1, shown: [...others, { key: next, failure }].slice(-MOST_NOTICES) };
    }),
  putAway: (key) => set(({ shown }) => ({ shown: shown.filter((notice) => notice.key !== key) })),
}));

function same(a: Failure, b: Failure): boolean {
  return a.code === b.code && a.detail === b.detail;
}
