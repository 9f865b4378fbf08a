// Whether the shell waits for an answer before it ends the program.

import { create } from "zustand";

interface Quit {
  /** Transfers that are under way; null while nothing is asked. */
  asked: number | null;
}

export const useQuit = create<Quit>(() => ({ asked: null }));
