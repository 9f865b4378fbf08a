// What the scripted engine says about an opened row and in a receipt: made up from what the transfer shows.

import type { ChunkMapView, Commands, Details, EntryDetail, EntryFilter, TransferView, TurnView } from "./api";

type DetailCommands = Pick<Commands, "details" | "entries" | "receipt" | "export_receipt">;
type Answers = { [N in keyof DetailCommands]: (args: DetailCommands[N][0]) => DetailCommands[N][1] };

/** What a scene says instead, by the id of a transfer. */
export type ToldDetails = Readonly<Record<string, Partial<Details>>>;

const WANTED: Record<EntryFilter, (entry: EntryDetail) => boolean> = {
  all: () => true,
  unfinished: ({ standing }) => standing === "waiting" || standing === "partial",
  left_out: ({ standing }) => standing === "skipped",
};
const CHUNK = 512 * 1024;
const MOST_CELLS = 1024;

export function fakeDetails(find: (id: string) => TransferView, told: ToldDetails = {}): Answers {
  return {
    details: ({ id }) => {
      const transfer = find(id);
      return { chunks: chunksOf(transfer), turns: turnsOf(transfer), paths: pathsOf(transfer), ...told[id] };
    },
    entries: ({ id, from = 0, limit = 100, only = "all" }) => {
      const transfer = find(id);
      const wanted: EntryDetail[] = [];
      for (let file_id = from; file_id < transfer.files && wanted.length <= limit; file_id += 1) {
        const entry = entryOf(transfer, file_id);
        if (WANTED[only](entry)) wanted.push(entry);
      }
      return { entries: wanted.slice(0, limit), count: transfer.files, next: wanted[limit]?.file_id ?? null };
    },
    receipt: ({ id, from = 0, limit = 100 }) => {
      const transfer = find(id);
      const last = Math.min(transfer.files, from + limit);
      const files = Array.from({ length: last - from }, (_, n) => entryOf(transfer, from + n));
      const rooted = files.map(({ path, bytes, stored_as }) => ({ path, bytes, stored_as, root: path.length.toString(16).padStart(64, "af13") }));
      return { transfer, files: rooted, next: last < transfer.files ? last : null };
    },
    export_receipt: ({ id }) => ({ files: find(id).files_done }),
  };
}

function chunksOf({ bytes, durable_bytes, state }: TransferView): ChunkMapView {
  const count = Math.ceil(bytes / CHUNK);
  const cells = Math.min(count, MOST_CELLS);
  const done = Math.floor((cells * durable_bytes) / Math.max(1, bytes));
  const flying = state === "active" ? Math.min(cells - done, Math.ceil(cells / 40)) : 0;
  const recovered = done > 40 ? 3 : 0;
  const letters: string[] = Array.from({ length: cells }, (_, cell) => (cell < done ? "r" : cell < done + flying ? "f" : "."));
  for (let n = 1; n <= recovered; n += 1) letters[Math.floor((done * n) / 4)] = "p";
  if (done < cells && done > 0 && flying > 0) letters[done] = "6";
  return { count, durable: Math.min(count, Math.ceil(durable_bytes / CHUNK)), in_flight: flying * 2, recovered: recovered * 4, map: letters.join("") };
}

function turnsOf({ created_ms, state, reason, finished_ms }: TransferView): TurnView[] {
  const made: TurnView = { at_ms: created_ms, state: "created", reason: null, about: null };
  if (state === "created") return [made];
  const last = finished_ms ?? created_ms + 9000;
  return [
    made,
    { at_ms: created_ms + 1000, state: "preparing", reason: "waiting_for_answer", about: null },
    ...(state === "preparing" ? [] : [{ at_ms: created_ms + 8000, state: "active", reason: null, about: null } as const]),
    { at_ms: last, state, reason, about: null },
  ];
}

function pathsOf({ state, stats }: TransferView): Details["paths"] {
  if (state === "completed" || state === "failed" || state === "cancelled") return [];
  const other = { in_use: false, rtt_ms: null, loss: null, window: null, mtu: null };
  const used = { address: "192.168.1.31:47700", in_use: true, rtt_ms: stats.rtt_ms || 34, loss: 0.004, window: 2_400_000, mtu: 1452 };
  return [state === "active" ? used : { ...other, address: used.address }, { ...other, address: "[fe80::3c22:fbff:fe1a:9d01]:47700" }];
}

function entryOf(transfer: TransferView, file_id: number): EntryDetail {
  const { files, files_done, bytes, roots, preview, state } = transfer;
  const shown = preview.filter(({ kind }) => kind === "file")[file_id];
  const size = shown?.bytes ?? Math.floor(bytes / Math.max(1, files));
  const done = file_id < files_done || state === "completed";
  const skipped = !done && file_id % 97 === 96;
  const partial = !done && !skipped && file_id === files_done && state !== "created";
  return {
    file_id,
    path: shown?.path ?? `${roots[0]?.name ?? "files"}/IMG_${String(2000 + file_id)}.cr3`,
    kind: "file",
    bytes: size,
    durable_bytes: done ? size : partial ? Math.floor(size * 0.4) : 0,
    standing: done ? "done" : skipped ? "skipped" : partial ? "partial" : "waiting",
    stored_as: file_id === 4 ? "IMG_2004 (2).cr3" : null,
  };
}
