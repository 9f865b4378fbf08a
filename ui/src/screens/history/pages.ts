// The log comes by pages: the first when it is opened or filtered anew, the next when the end comes into sight.

import { useCallback, useEffect, useRef, useState } from "react";
import type { AuditEntry, AuditFilter, AuditPage } from "../../host/api";
import { useCommand } from "../../host/context";

interface Pages {
  only: string;
  entries: readonly AuditEntry[];
  next: number | null;
}

/** The filter as JSON: the same text is the same filter. */
export function useAuditPages(only: string): { entries: readonly AuditEntry[] | null; more: () => void } {
  const command = useCommand();
  const [pages, setPages] = useState<Pages | null>(null);
  const asking = useRef<number | null>(null);
  useEffect(() => {
    let wanted = true;
    const first = async () => {
      const page = await command("audit", { only: filterOf(only) });
      if (wanted) setPages({ only, ...(page ?? NOTHING) });
    };
    void first();
    return () => {
      wanted = false;
    };
  }, [command, only]);
  const shown = pages?.only === only ? pages : null;
  const next = shown?.next ?? null;
  const more = useCallback(async () => {
    if (next === null || asking.current === next) return;
    asking.current = next;
    const page = await command("audit", { only: filterOf(only), before: next });
    asking.current = null;
    if (page === undefined) return;
    setPages((old) => (old?.only === only && old.next === next ? { only, entries: [...old.entries, ...page.entries], next: page.next } : old));
  }, [command, next, only]);
  return { entries: shown?.entries ?? null, more: () => void more() };
}

const NOTHING: AuditPage = { entries: [], next: null };

function filterOf(only: string): AuditFilter {
  return JSON.parse(only) as AuditFilter;
}
