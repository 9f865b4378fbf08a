// The files of an opened row, by pages: of all files those in sight, of a part of them the first thousand.

import { useEffect, useState } from "react";
import type { EntriesPage, EntryDetail, EntryFilter } from "../../../host/api";
import { useHost } from "../../../host/context";
import type { Host } from "../../../host/host";

const PAGE = 200;
const MOST = 1000;
const EVERY_MS = 1000;

export interface Files {
  only: EntryFilter;
  /** How many rows the list has. */
  count: number;
  /** Those that are known, by their places in the list. */
  known: ReadonlyMap<number, EntryDetail>;
  /** There are more, which are not listed. */
  cut: boolean;
}

/** Null until the first answer. `seen`: the places of the first and the last row in sight. */
export function useFiles(id: string, only: EntryFilter, seen: readonly [number, number], moving: boolean): Files | null {
  const host = useHost();
  const [files, setFiles] = useState<Files | null>(null);
  const first = Math.floor(seen[0] / PAGE);
  const last = Math.floor(seen[1] / PAGE);
  useEffect(() => {
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      // What fails is shown elsewhere; the list keeps what it had.
      const answer = await (only === "all" ? pages(host, id, first, last) : some(host, id, only)).catch(() => null);
      if (!wanted) return;
      if (answer !== null) setFiles(answer);
      if (moving) timer = setTimeout(() => void ask(), EVERY_MS);
    };
    void ask();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [host, id, only, first, last, moving]);
  return files?.only === only ? files : null;
}

/** The number of an entry is its place in the list of all. */
async function pages(host: Host, id: string, first: number, last: number): Promise<Files> {
  const asked: Promise<EntriesPage>[] = [];
  for (let page = first; page <= last; page += 1) asked.push(host.call("entries", { id, from: page * PAGE, limit: PAGE }));
  const answers = await Promise.all(asked);
  const entries = answers.flatMap((answer) => answer.entries);
  return { only: "all", count: answers.at(-1)?.count ?? 0, known: new Map(entries.map((entry) => [entry.file_id, entry])), cut: false };
}

async function some(host: Host, id: string, only: EntryFilter): Promise<Files> {
  const { entries, next } = await host.call("entries", { id, limit: MOST, only });
  return { only, count: entries.length, known: new Map(entries.map((entry, place) => [place, entry])), cut: next !== null };
}
