// Which rows of a long list are in sight, all of one height.

import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import type { RefObject } from "react";

/** Beyond those in sight, so that a step of the wheel never shows an empty place. */
const OVERSCAN = 8;
/** The size of letters that the token sheet begins with, where no sheet is. */
const USUAL_PX = 13;

export function useRows(
  scroll: RefObject<HTMLElement | null>,
  count: number,
  rem: number,
  keyOf: (index: number) => string | number,
): Virtualizer<HTMLElement, Element> {
  // Asked once, not once for each row.
  const px = rem * (parseFloat(getComputedStyle(document.documentElement).fontSize) || USUAL_PX);
  // No React Compiler here, which is what the rule is about.
  // eslint-disable-next-line react/incompatible-library
  return useVirtualizer<HTMLElement, Element>({
    count,
    getScrollElement: () => scroll.current,
    estimateSize: () => px,
    overscan: OVERSCAN,
    getItemKey: keyOf,
  });
}
