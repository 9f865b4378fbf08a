// What the History screen shows: which of its two lists, and what is searched for. It outlives a change of screen.

import { create } from "zustand";

export const LISTS = ["transfers", "log"] as const;
export type HistoryList = (typeof LISTS)[number];
export const SHOWN = ["all", "sent", "received", "failed"] as const;
export type Shown = (typeof SHOWN)[number];

interface History {
  list: HistoryList;
  search: string;
  shown: Shown;
}

export const useHistory = create<History>(() => ({ list: "transfers", search: "", shown: "all" }));
