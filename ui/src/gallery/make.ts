// Makes what scenes are composed of: devices, transfers with everything that the engine says about them.

import type { Code, DeviceView, Identity, PeerView, Preflight, TransferView } from "../host/api";
import { NO_STATS } from "../host/fakeTransfers";

export const GB = 1_000_000_000;
export const MB = 1_000_000;
/** Today at noon, so that pictures show a time and the same one. */
export const NOON = new Date(new Date().setHours(12, 4, 0, 0)).getTime();

export const identity: Identity = {
  name: "Laptop of Ada",
  device_id: "K7QX2M-9DHWTR-4PLZ6C-VN3E8B-YG5JAS-F0U1",
  ticket: "csp1K7QX2M9DHWTR4PLZ6CVN3E8BYG5JASF0U1.MTkyLjE2OC4xLjIwOjQ3NzAw.W2ZlODA6OjFdOjQ3NzAw.q3R5dHJlZQ",
  listen: "0.0.0.0:47700",
  inbox_folder: "/home/ada/Downloads/ChunkStream",
  hint: null,
};

function device(name: string, id: string, change: Partial<DeviceView> = {}): DeviceView {
  return {
    device_id: id,
    name,
    role: "ask",
    known: true,
    online: true,
    nearby: false,
    addresses: ["192.168.1.31:47700"],
    last_seen_ms: NOON,
    send_limit: null,
    receive_limit: null,
    ...change,
  };
}

export const studio = device("Studio Mac", "R4TZ8W-XM2KQD-7HVPL9-3NCJYE-B6GFAS-D0U1", { role: "trusted" });
export const server = device("render-01", "B2NWQ6-HP8ZKT-5XRVM4-DL9CJY-E7GFAS-A3U1", { role: "mine", addresses: ["10.8.0.4:47700"] });
export const phone = device("Grandmother’s laptop", "M9CVX3-TQ7LWZ-2KHRN8-P4JDYB-E6GFAS-U0A1", {
  online: false,
  addresses: [],
  last_seen_ms: NOON - 3 * 86_400_000,
});
export const stranger = device("DESKTOP-4F7Q1", "Z6LPW2-VK9XQT-8MRHN4-C3JDYB-E7GFAS-U5B1", { known: false });
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
    reason: change.direction === "receiving" && change.state === "created" ? "waiting_for_answer" : null,
    priority: "normal",
    limit: null,
    limited_by: null,
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
    created_ms: (change.finished_ms ?? NOON) - serial * 60_000,
    finished_ms: null,
    ...change,
  };
}

export function failed(code: Code, title: string, change: Partial<TransferView> = {}, detail: string | null = null): TransferView {
  const failure = { code, message: `${code} for the log`, detail };
  return transfer({ title, state: "failed", failure, finished_ms: NOON - 3_600_000, ...change });
}

/** It fits and nothing is in the way. */
export function preflight(change: Partial<Preflight> = {}): Preflight {
  return {
    needed_bytes: 0,
    free_bytes: 210 * GB,
    quota_left: null,
    short_by: 0,
    existing: [],
    existing_count: 0,
    problems: [],
    problem_count: 0,
    ...change,
  };
}
