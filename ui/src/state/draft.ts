// What is about to be sent: files, devices, a typed target, the priority. It outlives a change of screen.

import { create } from "zustand";
import type { Priority } from "../host/api";

interface Draft {
  paths: readonly string[];
  /** Ids of the devices whose tiles are chosen. */
  devices: readonly string[];
  /** What stands in the field. */
  target: string;
  priority: Priority;
  add(paths: readonly string[]): void;
  remove(path: string): void;
  toggleDevice(id: string): void;
  /** A device takes the place of what was typed to find it. */
  found(id: string): void;
  setTarget(text: string): void;
  setPriority(priority: Priority): void;
  clearPaths(): void;
  /** After sending: the files go, the devices and the priority go back to none. */
  reset(): void;
}

const EMPTY = { paths: [], devices: [], target: "", priority: "normal" } as const;

export const useDraft = create<Draft>((set) => ({
  ...EMPTY,
  add: (paths) => set((draft) => ({ paths: [...new Set([...draft.paths, ...paths])] })),
  remove: (path) => set((draft) => ({ paths: draft.paths.filter((other) => other !== path) })),
  toggleDevice: (id) =>
    set(({ devices }) => ({
      devices: devices.includes(id) ? devices.filter((other) => other !== id) : [...devices, id],
    })),
  found: (id) => set(({ devices }) => ({ devices: [...new Set([...devices, id])], target: "" })),
  setTarget: (target) => set({ target }),
  setPriority: (priority) => set({ priority }),
  clearPaths: () => set({ paths: [] }),
  reset: () => set(EMPTY),
}));
