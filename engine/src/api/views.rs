//! What the engine shows: plain values for windows, terminals and scripts.
//!
//! Numbers are f64-safe (below 2^53), times are milliseconds since 1970, ids are text.

use chunkstream_core::{
    access::AcceptRule,
    limited::LimitedBy,
    priority::Priority,
    session::{Direction, Reason, Role, State},
};
use serde::{Deserialize, Serialize};

use super::{AlarmView, Conflict, Failure, NearbyView, OutboxOrder, PairingView, Visibility};

/// This device.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Identity {
    /// The name that others see.
    pub name: String,
    /// The grouped device id with its check digits.
    pub device_id: String,
    /// What others enter to send here.
    pub ticket: String,
    /// The address that the engine listens on.
    pub listen: String,
    /// Where what arrives is put unless another folder is chosen.
    pub inbox_folder: String,
    /// What would make transfers faster here and only a person can do, if there is something.
    pub hint: Option<String>,
}

/// A device that this one knows or has heard from.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DeviceView {
    /// The grouped device id.
    pub device_id: String,
    /// Its own name, or the one given to it here.
    pub name: String,
    /// What it may do here.
    pub role: Role,
    /// Whether somebody decided about it here; else it has only been seen.
    pub known: bool,
    /// Whether there is a connection now.
    pub online: bool,
    /// Whether it is announced in the local network now.
    pub nearby: bool,
    /// Addresses that it was last reached at.
    pub addresses: Vec<String>,
    /// When it was last heard from.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub last_seen_ms: Option<u64>,
    /// At most so many bytes per second to it; no limit if None.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub send_limit: Option<u64>,
    /// At most so many bytes per second from it; no limit if None.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub receive_limit: Option<u64>,
    /// What it may bring without a question, if its role allows that at all; without limits if None.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub rule: Option<AcceptRule>,
}

/// The other end of a transfer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PeerView {
    /// The grouped device id.
    pub device_id: String,
    /// Its name.
    pub name: String,
    /// What it may do here.
    pub role: Role,
    /// Whether somebody decided about it here.
    pub known: bool,
}

/// One transfer, in either direction. An offer is a receiving transfer in the state Created.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TransferView {
    /// 32 hex digits, the same on both devices.
    pub id: String,
    /// Which way.
    pub direction: Direction,
    /// The other end.
    pub peer: PeerView,
    /// "holiday.jpg", or "holiday.jpg and 3 more".
    pub title: String,
    /// Where it is.
    pub state: State,
    /// Why it stands there, if a person would ask.
    pub reason: Option<Reason>,
    /// Its class.
    pub priority: Priority,
    /// Sending: at most so many bytes per second; no limit of its own if None.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub limit: Option<u64>,
    /// Files so far announced (folders and links not counted).
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub files: u64,
    /// Bytes so far announced.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub bytes: u64,
    /// Whether `files` and `bytes` are final.
    pub scan_complete: bool,
    /// Bytes that are verified and durable at the receiver.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub durable_bytes: u64,
    /// Files whose every byte is verified and durable at the receiver.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub files_done: u64,
    /// Durable bytes per second, smoothed; 0 when nothing moves.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub rate: u64,
    /// What limits it, as far as this device can tell; None while it stands or nothing in particular does.
    pub limited_by: Option<LimitedBy>,
    /// Seconds left at this rate.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub seconds_left: Option<u64>,
    /// Receiving: the folder in which the roots are put, once accepted.
    pub folder: Option<String>,
    /// The first entries at the top level, with their places once they have them.
    pub roots: Vec<RootView>,
    /// How many roots there are.
    pub root_count: u32,
    /// An offer: its first entries (200 at most), for a preview. Of anything else only in what `transfer` answers.
    pub preview: Vec<EntryView>,
    /// An offer: what taking it into the inbox folder would mean. Paused by a full disk: what was missing when that was
    /// met; nothing after a restart.
    pub preflight: Option<Preflight>,
    /// Sending: sources that changed after they were announced and are to be decided about. The transfer is
    /// paused for it, with the reason `source_changed`, when nothing else is left to be sent.
    pub changed: Option<ChangedSources>,
    /// Failed or cancelled: received bytes that are kept for a retry.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub kept_bytes: u64,
    /// When a transfer that has not reached its device is given up.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub deadline_ms: Option<u64>,
    /// The last check of what arrived, or the one under way.
    pub verification: Option<Verification>,
    /// Why it failed, was declined or is paused.
    pub failure: Option<Failure>,
    /// Completed, and a single file: its BLAKE3 root in hex, as `b3sum` prints it.
    pub root: Option<String>,
    /// Counters.
    pub stats: Stats,
    /// When it was made.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub created_ms: u64,
    /// When it came to its final state.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub finished_ms: Option<u64>,
}

/// What taking an offer would mean for this device.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Preflight {
    /// Bytes that the announced files need.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub needed_bytes: u64,
    /// Bytes free on the folder's volume and not promised to other transfers.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub free_bytes: Option<u64>,
    /// Bytes that the quota of the inbox folder leaves, if it has one.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub quota_left: Option<u64>,
    /// Bytes missing; 0 if it fits.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub short_by: u64,
    /// Roots whose names are taken in the folder, the first 20.
    pub existing: Vec<String>,
    /// How many there are.
    pub existing_count: u32,
    /// Entries that this system cannot hold as they are named, the first 50.
    pub problems: Vec<NameProblem>,
    /// How many there are.
    pub problem_count: u32,
}

/// An entry that cannot be stored under its name.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct NameProblem {
    /// Its path as sent.
    pub path: String,
    /// What is wrong.
    pub kind: NameProblemKind,
    /// The path under which it would be stored instead.
    pub stored_as: Option<String>,
}

/// Why an entry cannot be stored under its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum NameProblemKind {
    /// The system has no such names.
    Unholdable,
    /// Another entry has the same name there: upper and lower case, or composed and decomposed letters.
    Collision,
}

/// Sources that are not what they were when they were announced.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ChangedSources {
    /// The first 20 paths.
    pub paths: Vec<String>,
    /// How many there are.
    pub count: u32,
    /// How many of them are gone altogether.
    pub gone: u32,
}

/// A check of what arrived against the roots with which it arrived.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Verification {
    /// Whether it is still under way.
    pub running: bool,
    /// Bytes read.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub checked_bytes: u64,
    /// Bytes to read.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub bytes: u64,
    /// Files that are what arrived.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub sound: u64,
    /// Files with another content, the first 20 paths.
    pub changed: Vec<String>,
    /// How many there are.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub changed_count: u64,
    /// Files that are not there any more, the first 20 paths.
    pub missing: Vec<String>,
    /// How many there are.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub missing_count: u64,
    /// When it ended.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub finished_ms: Option<u64>,
}

/// What an unfinished transfer has left on the disk.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Leftover {
    /// The hidden folder.
    pub path: String,
    /// Bytes in it.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub bytes: u64,
    /// The transfer that it belongs to, if this engine knows one.
    pub transfer: Option<String>,
    /// What that one is called.
    pub title: Option<String>,
}

/// What a person has set.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SettingsView {
    /// What is done when a name is taken.
    pub conflict: Conflict,
    /// Most bytes that the inbox folder may hold; no limit if None.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub inbox_quota: Option<u64>,
    /// Hours for which a transfer waits for a device that is away; for ever if None.
    pub outbox_hours: Option<u32>,
    /// Which of several waiting transfers goes first when their device is back.
    pub outbox_order: OutboxOrder,
    /// At most so many bytes per second to all devices together; no limit if None.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub send_limit: Option<u64>,
    /// At most so many bytes per second from all devices together; no limit if None.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub receive_limit: Option<u64>,
    /// Who may find this device in the local network.
    pub visibility: Visibility,
    /// When that falls back to what it was before.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub visible_until_ms: Option<u64>,
    /// Whether the first run of the windows is over.
    pub introduced: bool,
}

/// An entry at the top level of a transfer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RootView {
    /// Its name as sent.
    pub name: String,
    /// Sending: where it comes from. Receiving: where it stands, once it does.
    pub path: Option<String>,
    /// What it is.
    pub kind: EntryViewKind,
}

/// One entry of a preview.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct EntryView {
    /// Path below the target folder, with `/`.
    pub path: String,
    /// What it is.
    pub kind: EntryViewKind,
    /// Bytes of content.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub bytes: u64,
}

/// What an entry is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum EntryViewKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Symlink,
}

/// What one transfer cost and saved since this process began to serve it.
#[derive(Clone, Copy, Default, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Stats {
    /// UDP payload bytes sent on the connections that served it.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub wire_bytes_sent: u64,
    /// UDP payload bytes received on them.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub wire_bytes_received: u64,
    /// Packets that QUIC counted as lost.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub packets_lost: u64,
    /// Chunks sent (parity not counted).
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub chunks_sent: u64,
    /// Chunks sent once more.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub chunks_resent: u64,
    /// Chunks that the receiver rebuilt from parity.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub chunks_rebuilt: u64,
    /// Bytes of parity sent.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub parity_bytes: u64,
    /// Datagrams with parity of a tail sent.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub parity_datagrams: u64,
    /// Streams that the receiver stopped because it had rebuilt what was still on its way.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub streams_cancelled: u64,
    /// Smoothed round-trip time, milliseconds.
    pub rtt_ms: f64,
}

/// Sums over all transfers, for the status strip.
#[derive(Clone, Copy, Default, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Totals {
    /// Bytes per second coming in.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub down_rate: u64,
    /// Bytes per second going out.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub up_rate: u64,
    /// Transfers that move.
    pub active: u32,
    /// Transfers that wait for a device, an answer or their turn.
    pub queued: u32,
    /// Offers without an answer, and transfers paused by a trouble.
    pub needs_you: u32,
}

/// What changed since the last one. The first carries everything.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Update {
    /// Transfers that are new or changed.
    pub transfers: Vec<TransferView>,
    /// Ids of transfers that are gone from the history.
    pub removed: Vec<String>,
    /// All devices, when any changed.
    pub devices: Option<Vec<DeviceView>>,
    /// This device, when it changed.
    pub identity: Option<Identity>,
    /// What a person has set, when it changed.
    pub settings: Option<SettingsView>,
    /// The pairing that is under way, or was last, when it changed.
    pub pairing: Option<PairingView>,
    /// What is in the local network, when it changed.
    pub nearby: Option<NearbyView>,
    /// All alarms that nobody has acknowledged, when any changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub alarms: Option<Vec<AlarmView>>,
    /// Sums.
    pub totals: Totals,
}
