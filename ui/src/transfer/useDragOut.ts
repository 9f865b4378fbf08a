// Dragging what has arrived out of the window. The page only notices that a drag begins and says which transfer and
// file is meant; the shell has the system drag the real files.

import type { DragEvent, MouseEvent } from "react";
import { useAttempt } from "../host/context";
import { useDrag } from "../state/drag";

/** A press on these means them, not the row: a button is clicked although the hand slips, a text is selected. */
const OWN_PRESS = "button, a, input, [data-text]";

export interface DragOutHandlers {
  onMouseDown?: (event: MouseEvent<HTMLElement>) => void;
  onDragStart?: (event: DragEvent<HTMLElement>) => void;
}

const NONE: DragOutHandlers = {};

/** What makes an element the handle of such a drag. No transfer: of none. No file: all that the transfer has brought. */
export function useDragOut(transfer: string | null, file: number | null = null): DragOutHandlers {
  const attempt = useAttempt();
  if (transfer === null) return NONE;
  return {
    // Anew for each press: a draggable element lets nobody select a text in it. Not the pointer's event: WebKit does not
    // see the button come up at the end of a drag of the system, and tells of no new press of a pointer that is down.
    onMouseDown: ({ currentTarget, target }) => {
      const own = target instanceof Element ? target.closest(OWN_PRESS) : null;
      currentTarget.draggable = own === null || !currentTarget.contains(own);
    },
    onDragStart: (event) => {
      if (!event.currentTarget.draggable) return;
      // The system's drag begins instead of the page's.
      event.preventDefault();
      event.stopPropagation();
      useDrag.setState({ own: true });
      void attempt((host) => host.dragOut(transfer, file)).then(() => useDrag.setState({ own: false }));
    },
  };
}
