// Offers in each state that a card can have.

import type { EntryView } from "../host/api";
import { GB, MB, phone, preflight, server, stranger, studio, transfer } from "./make";

const file = (path: string, bytes: number): EntryView => ({ path, kind: "file", bytes });
const folder = (path: string): EntryView => ({ path, kind: "folder", bytes: 0 });

export const offer = transfer(
  {
    title: "Summer house and 2 more",
    direction: "receiving",
    state: "created",
    files: 4,
    bytes: 821.5 * MB + 412,
    durable_bytes: 0,
    preflight: preflight({ needed_bytes: 821.5 * MB + 412 }),
    roots: [
      { name: "Summer house", path: null, kind: "folder" },
      { name: "plan of the garden.pdf", path: null, kind: "file" },
      { name: "keys.txt", path: null, kind: "file" },
    ],
    root_count: 3,
    preview: [
      folder("Summer house"),
      folder("Summer house/2025"),
      file("Summer house/2025/IMG_2210.mov", 812 * MB),
      file("Summer house/2025/IMG_2211.jpg", 7.4 * MB),
      { path: "Summer house/latest", kind: "symlink", bytes: 0 },
      file("plan of the garden.pdf", 2.1 * MB),
      file("keys.txt", 412),
    ],
  },
  phone,
);

/** A trusted device's, which could not be accepted without asking. */
export const refusedOffer = transfer(
  {
    ...offer,
    id: "0ff3".padEnd(32, "0"),
    title: "dailies of Tuesday",
    failure: { code: "disk_unwritable", message: "for the log", detail: "/home/ada/Downloads/ChunkStream" },
  },
  studio,
);

const STRANGE = "backup-of-everything-with-a-rather-long-name.tar";
export const strangeOffer = transfer(
  {
    title: STRANGE,
    direction: "receiving",
    state: "created",
    priority: "high",
    files: 1,
    bytes: 213 * GB,
    durable_bytes: 0,
    preflight: preflight({ needed_bytes: 213 * GB, short_by: 3 * GB }),
    roots: [{ name: STRANGE, path: null, kind: "file" }],
    preview: [file(STRANGE, 213 * GB)],
  },
  stranger,
);

/** The first 200 of many entries: whole folders can be chosen. */
const DAYS = ["Monday", "Tuesday", "Wednesday"];
export const longOffer = transfer(
  {
    title: "field recordings and 51 more",
    direction: "receiving",
    state: "created",
    files: 18_204,
    bytes: 96 * GB,
    durable_bytes: 0,
    preflight: preflight({ needed_bytes: 96 * GB, quota_left: 12 * GB, short_by: 84 * GB }),
    roots: [
      { name: "field recordings", path: null, kind: "folder" },
      { name: "notes", path: null, kind: "folder" },
      { name: "index.csv", path: null, kind: "file" },
    ],
    root_count: 52,
    preview: [
      folder("field recordings"),
      ...DAYS.flatMap((day) => [
        folder(`field recordings/${day}`),
        ...Array.from({ length: 65 }, (_, n) => file(`field recordings/${day}/take ${n + 1}.wav`, 31 * MB)),
      ]),
      file("index.csv", 88_000),
    ],
  },
  server,
);

/** Names that are taken, names that this system cannot hold. */
export const crowdedOffer = transfer(
  {
    title: "Contracts and 5 more",
    direction: "receiving",
    state: "created",
    files: 6,
    bytes: 48 * MB,
    durable_bytes: 0,
    preflight: preflight({
      needed_bytes: 48 * MB,
      quota_left: 38 * GB,
      existing: ["Contracts", "invoice 2026-11.pdf", "readme.txt"],
      existing_count: 3,
      problems: [
        { path: "Contracts/aux.txt", kind: "unholdable", stored_as: "Contracts/aux_.txt" },
        { path: "Contracts/Draft: final?.docx", kind: "unholdable", stored_as: "Contracts/Draft_ final_.docx" },
        { path: "Contracts/README.txt", kind: "collision", stored_as: "Contracts/README (2).txt" },
      ],
      problem_count: 3,
    }),
    roots: [
      { name: "Contracts", path: null, kind: "folder" },
      { name: "invoice 2026-11.pdf", path: null, kind: "file" },
      { name: "readme.txt", path: null, kind: "file" },
    ],
    root_count: 3,
    preview: [
      folder("Contracts"),
      file("Contracts/aux.txt", 1 * MB),
      file("Contracts/Draft: final?.docx", 12 * MB),
      file("Contracts/README.txt", 1 * MB),
      file("Contracts/readme.txt", 1 * MB),
      file("invoice 2026-11.pdf", 32 * MB),
      file("readme.txt", 1 * MB),
    ],
  },
  studio,
);
