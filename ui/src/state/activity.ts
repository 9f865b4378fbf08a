// What the Activity screen shows of its rows. It outlives a change of screen.

import { create } from "zustand";

export const NARROWED = ["all", "sending", "receiving", "needsYou"] as const;
export type Narrowed = (typeof NARROWED)[number];

interface Activity {
  search: string;
  shown: Narrowed;
}

export const ALL_ROWS: Activity = { search: "", shown: "all" };

export const useActivity = create<Activity>(() => ALL_ROWS);
