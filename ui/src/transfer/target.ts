// What a text in "Send to" is, as far as can be said without asking the engine. The engine has the last word:
// this only decides whether the button makes sense and which hint is shown.

import type { DeviceView } from "../host/api";
import { readSecret } from "./secret";

export type Target =
  | { kind: "empty" }
  | { kind: "device"; name: string }
  | { kind: "address" }
  | { kind: "ticket" }
  /** Of pairing: its device must be made known first. */
  | { kind: "code" }
  | { kind: "incomplete"; because: "port" | "id" | "unknown" };

/** Fewer characters than this can be no device id, grouped or not. */
const SHORTEST_ID = 16;
/** Fewer characters than this can be no ticket: it holds an id and an address. */
const SHORTEST_TICKET = 24;

export function readTarget(text: string, devices: readonly DeviceView[]): Target {
  const target = text.trim();
  if (target === "") return { kind: "empty" };
  const device = devices.find(({ device_id, name }) => device_id === target || name === target);
  if (device !== undefined) return { kind: "device", name: device.name };
  if (readSecret(target) === "code") return { kind: "code" };
  const at = target.indexOf("@");
  if (at >= 0) return readAddress(target.slice(0, at), target.slice(at + 1));
  const ticket = target.length >= SHORTEST_TICKET && /^[\w:+/=.,%~-]+$/.test(target);
  return ticket ? { kind: "ticket" } : { kind: "incomplete", because: "unknown" };
}

export function isUsable({ kind }: Target): boolean {
  return kind === "device" || kind === "address" || kind === "ticket";
}

function readAddress(id: string, rest: string): Target {
  if (id.length < SHORTEST_ID || !/^[A-Za-z0-9-]+$/.test(id)) return { kind: "incomplete", because: "id" };
  // Several addresses may follow each other with commas.
  const complete = rest.split(",").every((address) => {
    const found = /^(?:\[[0-9a-fA-F:.%\w]+\]|[\w.-]+):(\d{1,5})$/.exec(address.trim());
    const port = Number(found?.[1] ?? 0);
    return port >= 1 && port <= 65_535;
  });
  return complete ? { kind: "address" } : { kind: "incomplete", because: "port" };
}
