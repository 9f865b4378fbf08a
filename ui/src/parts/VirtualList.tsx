import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { ContextArea } from "./ContextArea";
import { useRoving } from "./useRoving";
import { useRows } from "./useRows";
import styles from "./VirtualList.module.css";

interface VirtualListProps<T> {
  label: string;
  items: readonly T[];
  /** The same function each time: all rows are laid out anew for another one. */
  keyOf: (item: T) => string | number;
  /** Height of a row in rem: all are alike, so that the bar tells the truth. */
  rem: number;
  render: (item: T) => ReactNode;
  /** Enter, Space or a click on a row. */
  onOpen?: (item: T) => void;
  /** The items of a row's menu, as they are when it is asked for; null for a row without one. */
  renderMenu?: (item: T) => ReactNode;
  /** The last rows came into sight. */
  onEnd?: () => void;
  /** The places of the first and the last row that are drawn. */
  onSeen?: (first: number, last: number) => void;
  "data-testid"?: string;
}

/** However many rows there are, those in sight are drawn. One of them is in the order of Tab; arrows go from row to row. */
export function VirtualList<T>({ label, items, keyOf, rem, render, onOpen, renderMenu, onEnd, onSeen, ...rest }: VirtualListProps<T>) {
  const scroll = useRef<HTMLDivElement>(null);
  // What was drawn of the row then: its place may be another one's by now.
  const [asked, setAsked] = useState<ReactNode>(null);
  const key = useCallback((index: number) => keyOf(items[index] as T), [items, keyOf]);
  const virtual = useRows(scroll, items.length, rem, key);
  const { current, onKeyDown, onFocus } = useRoving(scroll, items.length, virtual);
  const rows = virtual.getVirtualItems();
  const first = rows[0]?.index ?? 0;
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (items.length > 0 && last >= items.length - 1) onEnd?.();
  }, [last, items.length, onEnd]);
  useEffect(() => onSeen?.(first, last), [first, last, onSeen]);

  const ask = (at: Element): boolean => {
    const item = items[Number(at.closest<HTMLElement>("[data-index]")?.dataset["index"] ?? -1)];
    const menu = item === undefined ? null : renderMenu?.(item);
    if (menu === null) return false;
    setAsked(menu);
    return true;
  };

  const list = (
    <div {...rest} role="list" aria-label={label} className={styles.list} style={{ height: virtual.getTotalSize() }}>
      {rows.map(({ index, key: rowKey, start, size }) => {
        const item = items[index] as T;
        return (
          <div
            key={rowKey}
            role="listitem"
            aria-setsize={items.length}
            aria-posinset={index + 1}
            data-index={index}
            className={styles.row}
            style={{ height: size, transform: `translateY(${start}px)` }}
          >
            <button
              type="button"
              data-row=""
              data-heir=""
              className={styles.button}
              tabIndex={index === current ? 0 : -1}
              onKeyDown={onKeyDown}
              onFocus={() => onFocus(index)}
              onClick={() => onOpen?.(item)}
            >
              {render(item)}
            </button>
          </div>
        );
      })}
    </div>
  );
  return (
    <div ref={scroll} className={styles.scroll}>
      {renderMenu === undefined ? (
        list
      ) : (
        <ContextArea render={list} onAsk={ask}>
          {asked}
        </ContextArea>
      )}
    </div>
  );
}
