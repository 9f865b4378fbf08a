// Whether files are held over the window, and over which device's tile.

import { create } from "zustand";

interface Drag {
  dragging: boolean;
  device: string | null;
}

export const useDrag = create<Drag>(() => ({ dragging: false, device: null }));
