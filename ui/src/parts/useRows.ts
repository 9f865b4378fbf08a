// Which rows of a long list are in sight, all of one height.

import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { useEffect, useState, type RefObject } from "react";

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
  const px = rem * useLetters();
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

/** The size of a rem. It changes with the window only, and asking the page for it while a list scrolls is dear. */
function useLetters(): number {
  const [px, setPx] = useState(letters);
  useEffect(() => {
    const look = () => setPx(letters());
    window.addEventListener("resize", look);
    return () => window.removeEventListener("resize", look);
  }, []);
  return px;
}

function letters(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) || USUAL_PX;
}
