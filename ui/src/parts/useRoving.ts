// A long list is one stop of Tab: one of its rows can be reached by it, arrows go from row to row.

import { useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import type { useRows } from "./useRows";

const PAGE = 10;

interface Roving {
  /** The row that is the stop of Tab: the one of last time, or the nearest to it that is drawn. */
  current: number;
  /** Of what has the focus in a row. */
  onKeyDown: (event: KeyboardEvent) => void;
  onFocus: (index: number) => void;
}

/** Rows carry `data-index`; what has the focus in them `data-heir`, so that a row that goes leaves it to the next one. */
export function useRoving(scroll: RefObject<HTMLElement | null>, count: number, virtual: ReturnType<typeof useRows>): Roving {
  const [wanted, setWanted] = useState(0);
  // Where a key leads: it may have to be scrolled to and drawn first.
  const way = useRef<number | null>(null);
  const rows = virtual.getVirtualItems();
  const first = rows[0]?.index ?? 0;
  const last = rows.at(-1)?.index ?? 0;
  const current = Math.max(first, Math.min(wanted, last, count - 1));

  // Before the row that had the focus could be missed (keepFocus.ts).
  useLayoutEffect(() => {
    if (way.current !== null && way.current >= count) way.current = null;
    if (way.current === null) return;
    const row = scroll.current?.querySelector<HTMLElement>(`[data-index="${way.current}"] [data-heir]`);
    if (row === null || row === undefined) return;
    // Once: whoever has gone elsewhere meanwhile is not called back.
    way.current = null;
    row.focus();
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE, Home: -count, End: count };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    // Keys may come faster than rows are drawn.
    const next = Math.max(0, Math.min(count - 1, (way.current ?? current) + step));
    if (way.current === null && next === current) return;
    way.current = next;
    setWanted(next);
    virtual.scrollToIndex(next);
  };
  const onFocus = (index: number) => {
    way.current = null;
    setWanted(index);
  };
  return { current, onKeyDown, onFocus };
}
