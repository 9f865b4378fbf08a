// What the engine is about to say and the generated types do not have yet: rules, alarms, the audit log. Each of these
// goes away when api.ts brings it; the shapes are the same, so that nothing else changes then.

import type * as api from "./api";

export type AcceptRule = { max_bytes: number | null; types: string[]; folder: string | null };
export type RuleRequest = { device: string; rule?: AcceptRule };
export type RenameRequest = { device: string; name: string };
export type AlarmKind = "other_key" | "same_name";
export type AlarmView = {
  id: number;
  kind: AlarmKind;
  device: api.PeerView;
  found: string;
  address: string;
  at_ms: number;
  last_ms: number;
  count: number;
  acknowledged_ms: number | null;
  advice: string;
};
export type AlarmRequest = { id: number };
export type AuditKind =
  | "paired"
  | "pairing_failed"
  | "role_changed"
  | "rule_changed"
  | "device_renamed"
  | "device_forgotten"
  | "offer_sent"
  | "offer_received"
  | "offer_accepted"
  | "offer_declined"
  | "offer_stopped"
  | "refused"
  | "identity_alarm"
  | "alarm_acknowledged"
  | "key_created"
  | "key_exported"
  | "key_imported"
  | "key_rotated"
  | "key_moved"
  | "peer_key_rotated"
  | "events_lost";
export type AuditFilter = { kinds?: AuditKind[]; device?: string; since_ms?: number; until_ms?: number };
export type AuditRequest = { before?: number; limit?: number; only?: AuditFilter };
export type AuditEntry = {
  id: number;
  at_ms: number;
  last_ms: number;
  count: number;
  kind: AuditKind;
  device: string | null;
  name: string | null;
  transfer: string | null;
  detail: { [key in string]: string };
};
export type AuditPage = { entries: AuditEntry[]; next: number | null };
export type AuditFormat = "json_lines" | "csv";
export type AuditExportRequest = { path: string; replace?: boolean; format?: AuditFormat; only?: AuditFilter };
export type AuditExported = { entries: number };

export type DeviceView = api.DeviceView & { rule?: AcceptRule };
export type Update = api.Update & { alarms?: AlarmView[] };

declare module "./api" {
  interface Commands {
    rename_device: [RenameRequest, api.DeviceView];
    set_rule: [RuleRequest, api.DeviceView];
    alarms: [api.Nothing, AlarmView[]];
    acknowledge_alarm: [AlarmRequest, api.Nothing];
    audit: [AuditRequest, AuditPage];
    export_audit: [AuditExportRequest, AuditExported];
  }
}
