//! What happens, as scripts read it: one JSON object per line, told apart by `event`.

use chunkstream_core::{
    limited::LimitedBy,
    session::{Direction, Reason, State},
};
use chunkstream_engine::api::{Code, PairingView, PeerView, Stats};
use serde::Serialize;

/// Something that happened.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Event {
    /// This device listens.
    Ready {
        /// What others enter to send here.
        ticket: String,
        /// The grouped device id.
        device_id: String,
        /// This device's name.
        name: String,
        /// The address that is listened on.
        listen: String,
        /// Where what arrives is put.
        into: String,
    },
    /// A device offers something.
    Offer {
        /// The transfer.
        transfer: String,
        /// Who.
        peer: PeerView,
        /// What it is called.
        title: String,
        /// Files announced so far.
        files: u64,
        /// Bytes announced so far.
        bytes: u64,
        /// Whether the offer waits for somebody's answer.
        waits: bool,
    },
    /// A transfer is in another state, or there for another reason.
    State {
        /// The transfer.
        transfer: String,
        /// Which way.
        direction: Direction,
        /// The other device's name.
        peer: String,
        /// What it is called.
        title: String,
        /// Where it is.
        state: State,
        /// Why.
        reason: Option<Reason>,
    },
    /// More is durable at the receiver.
    Progress {
        /// The transfer.
        transfer: String,
        /// Which way.
        direction: Direction,
        /// Bytes that are verified and durable at the receiver. Never falls.
        durable_bytes: u64,
        /// Bytes announced so far.
        bytes: u64,
        /// Files that are complete.
        files_done: u64,
        /// Files announced so far.
        files: u64,
        /// Bytes per second.
        rate: u64,
        /// What limits it, as far as this device can tell.
        limited_by: Option<LimitedBy>,
        /// Seconds left at this rate.
        seconds_left: Option<u64>,
    },
    /// Both ends have the same, durably.
    Completed {
        /// The transfer.
        transfer: String,
        /// Which way.
        direction: Direction,
        /// All bytes.
        bytes: u64,
        /// All files.
        files: u64,
        /// From the making of the transfer, or from the start of this process if it was made before.
        seconds: f64,
        /// A single file's BLAKE3 root, as `b3sum` prints it.
        root: Option<String>,
        /// Receiving: where the first entries at the top level stand.
        paths: Vec<String>,
        /// What it cost, since this process began to serve it.
        #[serde(flatten)]
        stats: Stats,
    },
    /// A pairing has come to another state.
    Pairing(Box<PairingView>),
    /// It ended otherwise, or the command did.
    Failed {
        /// The transfer, if there is one.
        transfer: Option<String>,
        /// Which way.
        direction: Option<Direction>,
        /// What kind of failure; `cancelled` if it was somebody's wish here.
        code: FailedCode,
        /// One sentence.
        message: String,
        /// What it is about.
        detail: Option<String>,
        /// Whether the transfer is kept and goes on when an engine runs on this data folder again.
        kept: bool,
    },
}

/// The code of a failure, or none of the engine's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum FailedCode {
    /// The engine's.
    Engine(Code),
    /// A person's or a script's wish at this device.
    Wish(Wish),
}

/// The end that was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wish {
    /// Cancelled here.
    Cancelled,
    /// Ctrl-C or a termination signal.
    Interrupted,
}
