//! What an opened row asks for about twice a second, and the list of its files, by pages.

use chunkstream_core::session::{Reason, State};
use serde::{Deserialize, Serialize};

use super::EntryViewKind;

/// Asks for what is behind one transfer's row.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DetailsRequest {
    /// The transfer: its id, or a beginning of it that no other has.
    pub id: String,
    /// At most so many cells in the map, 1 to 4096; 1024 if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub cells: Option<u32>,
}

/// What is behind one transfer's row.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Details {
    /// Which of its chunks are there.
    pub chunks: ChunkMapView,
    /// Its time line, oldest first: the beginning and the newest, 200 at most.
    pub turns: Vec<TurnView>,
    /// The ways to the other device: the one in use first, then others at which it may be.
    pub paths: Vec<PathView>,
}

/// Which chunks of a transfer are there. Only data is counted, no parity.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ChunkMapView {
    /// Chunks that are announced and received.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub count: u64,
    /// Durable at the receiver.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub durable: u64,
    /// On their way: sent and not confirmed, or arrived and not durable.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub in_flight: u64,
    /// Of those that are durable: rebuilt from parity. Known at the receiver, until the transfer is completed.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub recovered: u64,
    /// One character for each cell, in the order of the chunks, each for the same number of them: `-` not received,
    /// `.` missing, `f` missing and some on their way, `0` to `9` so many tenths durable, `r` all durable, `p` all
    /// durable and some rebuilt from parity.
    pub map: String,
}

/// A transfer came to stand so.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TurnView {
    /// When, milliseconds since 1970.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub at_ms: u64,
    /// Its state from then on.
    pub state: State,
    /// Why it stood there, if a person would ask.
    pub reason: Option<Reason>,
    /// What that was about: a path, an address.
    pub about: Option<String>,
}

/// A way to the other device.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PathView {
    /// The other device's address.
    pub address: String,
    /// Whether the transfer goes this way now; what follows is known of no other.
    pub in_use: bool,
    /// Smoothed round-trip time, milliseconds.
    pub rtt_ms: Option<f64>,
    /// The share of packets lost on this connection so far, 0 to 1.
    pub loss: Option<f64>,
    /// Bytes that may be on their way at once, as the congestion controller has it.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub window: Option<u64>,
    /// Bytes of a datagram.
    pub mtu: Option<u16>,
}

/// Asks for a page of a transfer's entries, in the order of their numbers.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct EntriesRequest {
    /// The transfer: its id, or a beginning of it that no other has.
    pub id: String,
    /// The first number of the page. Without a filter there are no gaps: the number is the place in the list.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub from: u32,
    /// At most so many, 1 to 1000; 100 if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub limit: Option<u32>,
    /// Which.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub only: EntryFilter,
}

/// Which entries are wanted.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum EntryFilter {
    /// All.
    #[default]
    All,
    /// Files that are not done: what has failed, where the transfer has.
    Unfinished,
    /// What was withdrawn or is not received.
    LeftOut,
}

/// A page of entries.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct EntriesPage {
    /// In the order of their numbers.
    pub entries: Vec<EntryDetail>,
    /// All entries of the transfer so far, of any kind and whatever was asked for.
    pub count: u32,
    /// The `from` of the next page; None at the end.
    pub next: Option<u32>,
}

/// One entry of a transfer, and how far it is.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct EntryDetail {
    /// Its number in the transfer, from 0.
    pub file_id: u32,
    /// Path below the target folder, with `/`.
    pub path: String,
    /// What it is.
    pub kind: EntryViewKind,
    /// Bytes of content.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub bytes: u64,
    /// Bytes that are durable at the receiver.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub durable_bytes: u64,
    /// How it stands.
    pub standing: EntryStanding,
    /// Receiving: the path under which it is stored, if not its own.
    pub stored_as: Option<String>,
}

/// How an entry stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum EntryStanding {
    /// Nothing of it is there. Folders and links stand so until the transfer is completed.
    Waiting,
    /// A part of it is there.
    Partial,
    /// All of it is there and was verified.
    Done,
    /// Its source is not what was announced; a person decides what becomes of it.
    Changed,
    /// It is no part of the transfer any more.
    Withdrawn,
    /// It is not received: not chosen, or there already.
    Skipped,
}
