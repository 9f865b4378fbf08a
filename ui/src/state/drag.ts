// Whether files are held over the window, and over which device's tile.

import { create } from "zustand";

interface Drag {
  dragging: boolean;
  device: string | null;
  /** A drag of what has arrived began in this window and has not ended. Coming back to the window takes it back: it
   * chooses nothing to be sent, and no veil is drawn for it. */
  own: boolean;
}

export const useDrag = create<Drag>(() => ({ dragging: false, device: null, own: false }));
