// Which screen the main window shows, and which transfers were just made there.

import { create } from "zustand";
import { ALL_ROWS, useActivity } from "./activity";

export const SCREENS = ["send", "activity", "history", "devices", "settings"] as const;
export type Screen = (typeof SCREENS)[number];

interface Navigation {
  screen: Screen;
  /** Transfers that were just sent: Activity points at them. */
  fresh: readonly string[];
  go(screen: Screen): void;
  goToNew(transfers: readonly string[]): void;
}

export const useNavigation = create<Navigation>((set) => ({
  screen: "send",
  fresh: [],
  go: (screen) => set({ screen, fresh: [] }),
  goToNew: (fresh) => {
    // No filter of before hides them.
    useActivity.setState(ALL_ROWS);
    set({ screen: "activity", fresh });
  },
}));

export function isScreen(name: string): name is Screen {
  return SCREENS.some((screen) => screen === name);
}
