// The boundary: the shapes that the engine declares in engine/src/api. To be replaced by what ts-rs generates;
// names and fields are the same.

export type Direction = "sending" | "receiving";
export type Role = "mine" | "trusted" | "ask" | "blocked";
export type Priority = "normal" | "high" | "critical";

export type State =
  | "created"
  | "preparing"
  | "active"
  | "paused"
  | "completing"
  | "completed"
  | "failed"
  | "cancelled";

export type Reason =
  | "waiting_for_device"
  | "waiting_for_answer"
  | "reconnecting"
  | "queued"
  | "paused_here"
  | "paused_by_peer"
  | "source_changed"
  | "source_unreadable"
  | "disk_full"
  | "disk_unwritable"
  | "finishing";

export type Code =
  | "usage"
  | "not_found"
  | "illegal_state"
  | "bad_target"
  | "unreachable"
  | "identity_refused"
  | "declined"
  | "cancelled_by_peer"
  | "source_unreadable"
  | "source_changed"
  | "disk_full"
  | "disk_unwritable"
  | "bad_path"
  | "integrity"
  | "protocol"
  | "connection_lost"
  | "database"
  | "already_running"
  | "listen_failed"
  | "internal";

export type Failure = { code: Code; message: string; detail: string | null };

export type Nothing = Record<string, never>;

export type Identity = {
  name: string;
  device_id: string;
  ticket: string;
  listen: string;
  inbox_folder: string;
};

export type DeviceView = {
  device_id: string;
  name: string;
  role: Role;
  known: boolean;
  online: boolean;
  addresses: string[];
  last_seen_ms: number | null;
};

export type PeerView = { device_id: string; name: string; role: Role; known: boolean };

export type EntryViewKind = "file" | "folder" | "symlink";
export type RootView = { name: string; path: string | null; kind: EntryViewKind };
export type EntryView = { path: string; kind: EntryViewKind; bytes: number };

export type Stats = {
  wire_bytes_sent: number;
  wire_bytes_received: number;
  packets_lost: number;
  chunks_sent: number;
  chunks_resent: number;
  chunks_rebuilt: number;
  parity_bytes: number;
  rtt_ms: number;
};

export type TransferView = {
  id: string;
  direction: Direction;
  peer: PeerView;
  title: string;
  state: State;
  reason: Reason | null;
  priority: Priority;
  files: number;
  bytes: number;
  scan_complete: boolean;
  durable_bytes: number;
  files_done: number;
  rate: number;
  seconds_left: number | null;
  folder: string | null;
  roots: RootView[];
  root_count: number;
  preview: EntryView[];
  free_bytes: number | null;
  failure: Failure | null;
  stats: Stats;
  created_ms: number;
  finished_ms: number | null;
};

export type Totals = {
  down_rate: number;
  up_rate: number;
  active: number;
  queued: number;
  needs_you: number;
};

export type Update = {
  transfers: TransferView[];
  removed: string[];
  devices: DeviceView[] | null;
  identity: Identity | null;
  totals: Totals;
};

export type SendRequest = {
  paths: string[];
  targets: string[];
  priority: Priority;
  parity?: string;
  chunk_size?: number;
  limit?: number;
};
export type Sent = { transfers: string[] };
export type TransferRequest = { id: string };
export type AcceptRequest = { id: string; into?: string };
export type PriorityRequest = { id: string; priority: Priority };
export type DeviceRequest = { device: string };
export type TrustRequest = { device: string; role: Role; name?: string };
export type SettingsRequest = { name?: string; inbox_folder?: string };

/** Every command: what it takes, what it answers. */
export interface Commands {
  identity: [Nothing, Identity];
  transfers: [Nothing, TransferView[]];
  send: [SendRequest, Sent];
  accept: [AcceptRequest, Nothing];
  decline: [TransferRequest, Nothing];
  pause: [TransferRequest, Nothing];
  resume: [TransferRequest, Nothing];
  cancel: [TransferRequest, Nothing];
  remove: [TransferRequest, Nothing];
  set_priority: [PriorityRequest, Nothing];
  pause_all: [Nothing, Nothing];
  resume_all: [Nothing, Nothing];
  devices: [Nothing, DeviceView[]];
  trust: [TrustRequest, Nothing];
  block: [DeviceRequest, Nothing];
  forget: [DeviceRequest, Nothing];
  change_settings: [SettingsRequest, Identity];
}
