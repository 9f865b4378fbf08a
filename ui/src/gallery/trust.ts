// Devices, alarms and the log of the gallery.

import type { AlarmView, AuditEntry, AuditKind, DeviceView, NearbyView } from "../host/api";
import type { Scene } from "../host/fake";
import { FIRST_SETTINGS } from "../host/fake";
import { devices, GB, NOON, stranger, studio } from "./make";
import { busy, inbox } from "./scenes";
import type { Stage } from "./stages";

const OTHER = "W5XKT9-ZQ8MRP-3LHVN7-C2JDYB-E9GFAS-U4B1";

export const nearby: NearbyView = {
  searching: true,
  problem: null,
  devices: [
    { id: OTHER, name: "Reception", known: false, role: "ask", addresses: ["192.168.1.60:47700"], open_for_pairing: true, since_ms: NOON },
    { id: stranger.device_id, name: stranger.name, known: false, role: "ask", addresses: ["192.168.1.77:47700", "[fe80::2]:47700"], open_for_pairing: false, since_ms: NOON },
  ],
};

const ruled: readonly DeviceView[] = devices.map((device) =>
  device.device_id === studio.device_id ? { ...device, rule: { max_bytes: 20 * GB, types: ["images", "video", "blend"], folder: "{device}/{date}" } } : device,
);

const peer = { device_id: studio.device_id, name: studio.name, role: studio.role, known: true };
export const alarm: AlarmView = {
  id: 7,
  kind: "other_key",
  device: peer,
  found: OTHER,
  address: "192.168.1.31:47700",
  at_ms: NOON - 3_600_000,
  last_ms: NOON,
  count: 3,
  acknowledged_ms: null,
  advice: "for terminals",
};
const sameName: AlarmView = { ...alarm, id: 8, kind: "same_name", found: stranger.device_id, address: "192.168.1.77:47700", count: 1 };

const entry = (id: number, kind: AuditKind, detail: Record<string, string> = {}, change: Partial<AuditEntry> = {}): AuditEntry => ({
  id,
  at_ms: NOON - (40 - id) * 600_000,
  last_ms: NOON - (40 - id) * 600_000,
  count: 1,
  kind,
  device: studio.device_id,
  name: studio.name,
  transfer: null,
  detail,
  ...change,
});
const own = { device: null, name: null };

/** One of each kind. */
export const audit: readonly AuditEntry[] = [
  entry(1, "key_created", {}, own),
  entry(2, "paired", { role: "trusted", side: "host" }),
  entry(3, "pairing_failed", { reason: "wrong_code" }, { device: OTHER, name: null, count: 3 }),
  entry(4, "role_changed", { from: "ask", to: "trusted" }),
  entry(5, "rule_changed", { rule: "up to 20 GB" }),
  entry(6, "device_renamed", { to: "Studio Mac" }),
  entry(7, "offer_sent", { title: "Wedding 2026, raw" }),
  entry(8, "offer_received", { title: "renders" }),
  entry(9, "offer_accepted", { by: "rule", folder: "/home/ada/Downloads" }),
  entry(10, "offer_declined"),
  entry(11, "offer_stopped", { reason: "size" }),
  entry(12, "refused", { reason: "blocked", address: "192.168.1.77:47700" }, { device: stranger.device_id, name: stranger.name, count: 212 }),
  entry(13, "identity_alarm", { address: "192.168.1.31:47700", expected: studio.device_id, found: OTHER }, { device: OTHER, name: null }),
  entry(14, "alarm_acknowledged"),
  entry(15, "device_forgotten", {}, { device: OTHER, name: null }),
  entry(16, "key_exported", {}, own),
  entry(17, "key_imported", {}, own),
  entry(18, "key_rotated", {}, own),
  entry(19, "key_moved", { to: "keyring" }, own),
  entry(20, "peer_key_rotated"),
  entry(21, "events_lost", {}, { ...own, count: 4 }),
];

export const trusting: Scene = { ...busy, devices: ruled, nearby, audit, saveAs: "/home/ada/log.csv" };
const everyone = { ...FIRST_SETTINGS, visibility: "everyone" } as const;

function press(testId: string, at = 0): void {
  const found = document.querySelectorAll<HTMLElement>(`[data-testid="${testId}"]`)[at];
  if (found === undefined) requestAnimationFrame(() => press(testId, at));
  else found.click();
}

export const trustStages = {
  "devices-nearby": { window: "main", screen: "devices", scene: { ...trusting, settings: { ...everyone, visible_until_ms: Date.now() + 8 * 60_000 } } },
  "devices-rule": { window: "main", screen: "devices", scene: trusting, before: () => press("device-details", 1) },
  "devices-no-network": { window: "main", screen: "devices", scene: { ...trusting, nearby: { searching: false, problem: "for the log", devices: [] } } },
  "alarm-key": { window: "main", screen: "devices", scene: { ...trusting, alarms: [alarm] } },
  "inbox-alarm": { window: "inbox", scene: { ...inbox, alarms: [sameName] } },
  "alarm-both": { window: "main", screen: "send", scene: { ...trusting, alarms: [alarm, sameName] } },
} satisfies Record<string, Stage>;
