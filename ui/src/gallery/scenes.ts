// What the scripted engine holds in the gallery: every state that a row, a card or a list can have.

import type { TransferView } from "../host/api";
import { FIRST_SETTINGS, type Scene } from "../host/fake";
import { devices, failed, GB, identity, MB, NOON, phone, server, transfer } from "./make";
import { crowdedOffer, longOffer, offer, refusedOffer, strangeOffer } from "./offers";

export { devices, NOON, studio, transfer } from "./make";

const sending = transfer({ rate: 118 * MB, limited_by: "network", seconds_left: 197 });
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
export const underWay = [
  sending,
  receiving,
  scanning,
  transfer({ title: "installer-4.2.msi", priority: "critical", state: "preparing", reason: "waiting_for_answer", files: 1, bytes: 96 * MB, durable_bytes: 0 }, phone),
  transfer({ title: "for the weekend", state: "preparing", reason: "waiting_for_device", files: 12, bytes: 4.1 * GB, durable_bytes: 0, deadline_ms: NOON + 30 * 3_600_000 }, phone),
  transfer({ title: "dailies", reason: "reconnecting", priority: "high" }, server),
  transfer({ title: "notes and 3 more", reason: "queued", files: 4, bytes: 380_000, durable_bytes: 0 }),
  transfer({ title: "scans", direction: "receiving", state: "paused", reason: "paused_here", bytes: 900 * MB, durable_bytes: 310 * MB }),
  transfer({ title: "album", state: "paused", reason: "paused_by_peer", bytes: 2.2 * GB, durable_bytes: 1.9 * GB }),
  transfer({ title: "clip.mov", state: "completing", reason: "finishing", files: 1, bytes: 812 * MB, durable_bytes: 812 * MB }, server),
];
const stuck = [
  transfer({ title: "archive 1998–2020", direction: "receiving", state: "paused", reason: "disk_full", bytes: 120 * GB, durable_bytes: 97 * GB, folder: identity.inbox_folder }, server),
  transfer({
    title: "IMG_2210.mov and 3 more",
    state: "paused",
    reason: "source_changed",
    files: 4,
    bytes: 812 * MB,
    durable_bytes: 230 * MB,
    changed: { paths: ["/home/ada/Pictures/IMG_2210.mov", "/home/ada/Pictures/IMG_2213.mov"], count: 2, gone: 1 },
  }),
];
const ended = [
  ...arrived,
  failed("declined", "a funny picture.gif", { durable_bytes: 0, bytes: 3 * MB, files: 1 }),
  failed("integrity", "disk-image.iso", { direction: "receiving", bytes: 4.7 * GB, durable_bytes: 4.7 * GB, files: 1, folder: "/mnt/stick" }, "/mnt/stick/disk-image.iso"),
  failed("connection_lost", "site plan.dwg", { bytes: 80 * MB, durable_bytes: 44 * MB, files: 1 }),
  transfer({ title: "declined too quickly.zip", direction: "receiving", state: "cancelled", finished_ms: NOON - 7_000_000, bytes: 3 * MB, durable_bytes: 0, files: 1 }),
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
export const offers: Scene = { ...empty, devices, folder: "/mnt/large", transfers: [crowdedOffer, longOffer] };
export const offersAsking: Scene = { ...offers, settings: { ...FIRST_SETTINGS, conflict: "ask" }, transfers: [crowdedOffer, offer] };
export const offersRefused: Scene = { ...offers, transfers: [refusedOffer] };

/** Rows that a person can do something about. */
const halfArrived = failed("connection_lost", "field recordings", { direction: "receiving", bytes: 9.6 * GB, durable_bytes: 6.1 * GB, kept_bytes: 6.1 * GB, files: 612, folder: identity.inbox_folder });
export const troubled: Scene = {
  ...empty,
  devices,
  transfers: [
    ...stuck,
    transfer({ title: "budget.xlsx", state: "paused", reason: "source_changed", files: 1, bytes: 2 * MB, durable_bytes: 0, changed: { paths: ["/home/ada/budget.xlsx"], count: 1, gone: 1 } }),
    transfer({ title: "thesis", state: "paused", reason: "source_unreadable", bytes: 88 * MB, durable_bytes: 12 * MB, failure: { code: "source_unreadable", message: "for the log", detail: "/home/ada/thesis/chapter 4.tex" } }),
    transfer({ title: "plans", direction: "receiving", state: "paused", reason: "database", failure: { code: "database", message: "for the log", detail: null }, bytes: 60 * MB, durable_bytes: 41 * MB }),
    halfArrived,
    transfer({ title: "dailies of Monday", direction: "receiving", state: "preparing", reason: "reconnecting", folder: identity.inbox_folder }),
  ],
  leftovers: [{ path: `${identity.inbox_folder}/.chunkstream-1`, bytes: 6.1 * GB, transfer: halfArrived.id, title: halfArrived.title }],
};
const checked = { running: false, checked_bytes: 8.8 * GB, bytes: 8.8 * GB, sound: 2400, changed: [], changed_count: 0, missing: [], missing_count: 0, finished_ms: NOON };
const [contract, renders] = arrived as [TransferView, TransferView];
export const verified: Scene = {
  ...empty,
  devices,
  transfers: [
    { ...renders, id: "c1".padEnd(32, "0"), title: "checking", verification: { ...checked, running: true, checked_bytes: 3.1 * GB, sound: 800, finished_ms: null } },
    { ...renders, id: "c2".padEnd(32, "0"), title: "sound renders", verification: checked },
    { ...renders, id: "c3".padEnd(32, "0"), title: "damaged renders", verification: { ...checked, sound: 2397, changed: ["renders/0041.exr", "renders/0042.exr"], changed_count: 2, missing: ["renders/index.json"], missing_count: 1 } },
    { ...contract, root: "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262" },
  ],
};

/** Every setting away from what it begins with, watched folders, and partial files. */
export const limited: Scene = {
  ...troubled,
  settings: {
    conflict: "ask",
    inbox_quota: 250 * GB,
    outbox_hours: 72,
    outbox_order: "smallest",
    send_limit: 25 * MB,
    receive_limit: null,
    visibility: "my_devices",
    visible_until_ms: null,
    introduced: true,
  },
  watched: [
    { id: 1, path: "/home/ada/Scans", device_id: server.device_id, device_name: server.name, paused: false, ignore: [".*", "*.part"], settling: 2, sent: 14, last_ms: NOON, failure: null },
    { id: 2, path: "/mnt/stick/DCIM", device_id: phone.device_id, device_name: phone.name, paused: false, ignore: [], settling: 0, sent: 0, last_ms: null, failure: { code: "source_unreadable", message: "for the log", detail: "/mnt/stick/DCIM" } },
    { id: 3, path: "/home/ada/Documents/For the office/A folder whose name is far too long to be shown in a row of this window", device_id: phone.device_id, device_name: phone.name, paused: true, ignore: [".*"], settling: 0, sent: 3, last_ms: NOON, failure: null },
  ],
  leftovers: [...(troubled.leftovers ?? []), { path: "/mnt/stick/.chunkstream-4f1c9a", bytes: 812 * MB, transfer: null, title: null }],
};
