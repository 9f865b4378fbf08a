// What the scripted engine holds in the gallery: every state that a row, a card or a list can have.

import type { Code, DeviceView, Identity, PeerView, TransferView } from "../host/api";
import type { Scene } from "../host/fake";
import { NO_STATS } from "../host/fakeTransfers";

const GB = 1_000_000_000;
const MB = 1_000_000;
/** Today at noon, so that pictures show a time and the same one. */
export const NOON = new Date(new Date().setHours(12, 4, 0, 0)).getTime();

const identity: Identity = {
  name: "Laptop of Ada",
  device_id: "K7QX2M-9DHWTR-4PLZ6C-VN3E8B-YG5JAS-F0U1",
  ticket: "csp1K7QX2M9DHWTR4PLZ6CVN3E8BYG5JASF0U1.MTkyLjE2OC4xLjIwOjQ3NzAw.W2ZlODA6OjFdOjQ3NzAw.q3R5dHJlZQ",
  listen: "0.0.0.0:47700",
  inbox_folder: "/home/ada/Downloads/ChunkStream",
};

function device(name: string, id: string, change: Partial<DeviceView> = {}): DeviceView {
  return {
    device_id: id,
    name,
    role: "ask",
    known: true,
    online: true,
    addresses: ["192.168.1.31:47700"],
    last_seen_ms: NOON,
    ...change,
  };
}

export const studio = device("Studio Mac", "R4TZ8W-XM2KQD-7HVPL9-3NCJYE-B6GFAS-D0U1", { role: "trusted" });
const server = device("render-01", "B2NWQ6-HP8ZKT-5XRVM4-DL9CJY-E7GFAS-A3U1", { role: "mine", addresses: ["10.8.0.4:47700"] });
const phone = device("Grandmother’s laptop", "M9CVX3-TQ7LWZ-2KHRN8-P4JDYB-E6GFAS-U0A1", {
  online: false,
  addresses: [],
  last_seen_ms: NOON - 3 * 86_400_000,
});
const stranger = device("DESKTOP-4F7Q1", "Z6LPW2-VK9XQT-8MRHN4-C3JDYB-E7GFAS-U5B1", { known: false });
const pest = device("Printer room", "X3QHT7-NW5KZM-9PLRV2-C8JDYB-G4EFAS-U6C1", { role: "blocked", online: false });
export const devices: readonly DeviceView[] = [studio, server, phone, stranger, pest];

let serial = 0;
export function transfer(change: Partial<TransferView>, with_: DeviceView = studio): TransferView {
  serial += 1;
  const peer: PeerView = { device_id: with_.device_id, name: with_.name, role: with_.role, known: with_.known };
  return {
    id: serial.toString(16).padStart(32, "a"),
    direction: "sending",
    peer,
    title: "Wedding 2026, raw",
    state: "active",
    reason: null,
    priority: "normal",
    files: 1204,
    bytes: 41.5 * GB,
    scan_complete: true,
    durable_bytes: 18.2 * GB,
    files_done: 530,
    rate: 0,
    seconds_left: null,
    folder: null,
    roots: [{ name: "Wedding 2026, raw", path: "/home/ada/Pictures/Wedding 2026, raw", kind: "folder" }],
    root_count: 1,
    preview: [],
    preflight: null,
    changed: null,
    kept_bytes: 0,
    deadline_ms: null,
    verification: null,
    failure: null,
    root: null,
    stats: NO_STATS,
    created_ms: NOON - serial * 60_000,
    finished_ms: null,
    ...change,
  };
}

function failed(code: Code, title: string, change: Partial<TransferView> = {}, detail: string | null = null): TransferView {
  const failure = { code, message: `${code} for the log`, detail };
  return transfer({ title, state: "failed", failure, finished_ms: NOON - 3_600_000, ...change });
}

const offer = transfer(
  {
    title: "Summer house and 2 more",
    direction: "receiving",
    state: "created",
    files: 318,
    bytes: 12.4 * GB,
    durable_bytes: 0,
    preflight: {
      needed_bytes: 0,
      free_bytes: 210 * GB,
      quota_left: null,
      short_by: 0,
      existing: [],
      existing_count: 0,
      problems: [],
      problem_count: 0,
    },
    roots: [{ name: "Summer house", path: null, kind: "folder" }],
    root_count: 3,
    preview: [
      { path: "Summer house", kind: "folder", bytes: 0 },
      { path: "Summer house/2025", kind: "folder", bytes: 0 },
      { path: "Summer house/2025/IMG_2210.mov", kind: "file", bytes: 812 * MB },
      { path: "Summer house/2025/IMG_2211.jpg", kind: "file", bytes: 7.4 * MB },
      { path: "Summer house/latest", kind: "symlink", bytes: 0 },
      { path: "plan of the garden.pdf", kind: "file", bytes: 2.1 * MB },
      { path: "keys.txt", kind: "file", bytes: 412 },
    ],
  },
  phone,
);
const strangeOffer = transfer(
  {
    title: "backup-of-everything-with-a-rather-long-name.tar",
    direction: "receiving",
    state: "created",
    priority: "high",
    files: 1,
    bytes: 213 * GB,
    durable_bytes: 0,
    preflight: {
      needed_bytes: 0,
      free_bytes: 210 * GB,
      quota_left: null,
      short_by: 0,
      existing: [],
      existing_count: 0,
      problems: [],
      problem_count: 0,
    },
    preview: [{ path: "backup-of-everything-with-a-rather-long-name.tar", kind: "file", bytes: 213 * GB }],
  },
  stranger,
);
const sending = transfer({ rate: 118 * MB, seconds_left: 197 });
const receiving = transfer(
  {
    title: "sequencer-run-88",
    direction: "receiving",
    bytes: 310 * GB,
    durable_bytes: 276 * GB,
    files: 48,
    rate: 24.1 * MB,
    seconds_left: 1410,
    folder: "/home/ada/Downloads",
    roots: [{ name: "sequencer-run-88", path: null, kind: "folder" }],
  },
  server,
);
const arrived = [
  transfer({
    title: "contract, signed.pdf",
    direction: "receiving",
    state: "completed",
    files: 1,
    bytes: 1.2 * MB,
    durable_bytes: 1.2 * MB,
    finished_ms: NOON - 600_000,
    folder: "/home/ada/Downloads",
    roots: [{ name: "contract, signed.pdf", path: "/home/ada/Downloads/contract, signed.pdf", kind: "file" }],
  }),
  transfer(
    {
      title: "renders",
      direction: "receiving",
      state: "completed",
      files: 2400,
      bytes: 8.8 * GB,
      durable_bytes: 8.8 * GB,
      finished_ms: NOON - 86_400_000 * 2,
      roots: [{ name: "renders", path: "/home/ada/Downloads/renders", kind: "folder" }],
    },
    server,
  ),
];
const scanning = transfer(
  { title: "old laptop", state: "preparing", scan_complete: false, files: 88_214, bytes: 61 * GB, durable_bytes: 0 },
  server,
);
const underWay = [
  sending,
  receiving,
  scanning,
  transfer({ title: "installer-4.2.msi", priority: "critical", state: "preparing", reason: "waiting_for_answer", files: 1, bytes: 96 * MB, durable_bytes: 0 }, phone),
  transfer({ title: "for the weekend", state: "preparing", reason: "waiting_for_device", files: 12, bytes: 4.1 * GB, durable_bytes: 0 }, phone),
  transfer({ title: "dailies", reason: "reconnecting", priority: "high" }, server),
  transfer({ title: "notes and 3 more", reason: "queued", files: 4, bytes: 380_000, durable_bytes: 0 }),
  transfer({ title: "scans", direction: "receiving", state: "paused", reason: "paused_here", bytes: 900 * MB, durable_bytes: 310 * MB }),
  transfer({ title: "album", state: "paused", reason: "paused_by_peer", bytes: 2.2 * GB, durable_bytes: 1.9 * GB }),
  transfer({ title: "clip.mov", state: "completing", reason: "finishing", files: 1, bytes: 812 * MB, durable_bytes: 812 * MB }, server),
];
const stuck = [
  transfer({ title: "archive 1998–2020", direction: "receiving", state: "paused", reason: "disk_full", bytes: 120 * GB, durable_bytes: 97 * GB }, server),
  transfer({ title: "IMG_2210.mov", state: "paused", reason: "source_changed", files: 1, bytes: 812 * MB, durable_bytes: 230 * MB }),
];
const ended = [
  ...arrived,
  failed("declined", "a funny picture.gif", { durable_bytes: 0, bytes: 3 * MB, files: 1 }),
  failed("integrity", "disk-image.iso", { direction: "receiving", bytes: 4.7 * GB, durable_bytes: 4.7 * GB, files: 1 }, "/mnt/stick/disk-image.iso"),
  failed("connection_lost", "site plan.dwg", { bytes: 80 * MB, durable_bytes: 44 * MB, files: 1 }),
  transfer({ title: "wrong folder", state: "cancelled", finished_ms: NOON - 7_200_000, durable_bytes: 1.1 * GB }),
];

const CHOSEN = ["/home/ada/Pictures/Wedding 2026, raw", "/home/ada/Documents/contract, signed.pdf", "/srv/builds/nightly/installer-4.2.msi"];

export const empty: Scene = { transfers: [], devices: [], identity };
export const starting: Scene = { transfers: [], devices: [], identity: null };
export const busy: Scene = {
  transfers: [offer, ...stuck, ...underWay, ...ended],
  devices,
  identity,
  files: CHOSEN.slice(1),
  folders: CHOSEN.slice(0, 1),
  folder: "/home/ada/Projects",
};
export const chosen: Scene = { ...busy, pending: CHOSEN };
export const refusing: Scene = {
  ...busy,
  fails: { pause: { code: "illegal_state", message: "for the log", detail: null }, send: { code: "bad_target", message: "for the log", detail: "csp1abc" } },
};
export const inbox: Scene = { ...busy, transfers: [offer, strangeOffer, receiving, ...stuck.slice(0, 1), ...arrived] };
