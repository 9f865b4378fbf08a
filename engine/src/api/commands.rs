//! What can be asked of an engine: declared once here for the windows, the local socket and TypeScript.

use chunkstream_core::{chunk::ParityMode, priority::Priority, session::Role};
use serde::{Deserialize, Serialize};

use super::Visibility;

/// A request without arguments, and an answer without content.
#[derive(Clone, Copy, Default, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Nothing {}

/// Files and folders for devices: one transfer for each target.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SendRequest {
    /// Absolute paths of files and folders.
    pub paths: Vec<String>,
    /// Each a ticket, `DEVICE-ID@HOST:PORT`, the id or the name of a known device.
    pub targets: Vec<String>,
    /// The class.
    #[serde(default)]
    pub priority: Priority,
    /// Parity; the engine's setting if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, type = "string"))]
    pub parity: Option<ParityMode>,
    /// Chunk size in bytes, a power of two from 64 KiB to 1 MiB; chosen by the path if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub chunk_size: Option<u32>,
    /// At most so many bytes per second.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, type = "number"))]
    pub limit: Option<u64>,
    /// What is done if the same paths are on their way to the same device already.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub again: Again,
}

/// What sending the same paths to the same device once more means.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Again {
    /// The unfinished transfer goes on.
    #[default]
    TakeUp,
    /// A second one begins beside it.
    New,
}

/// What `send` made.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Sent {
    /// One transfer id for each target.
    pub transfers: Vec<String>,
    /// Those of them that were there before, unfinished, and go on.
    pub taken_up: Vec<String>,
}

/// Names one transfer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TransferRequest {
    /// The id, or a beginning of it that no other has.
    pub id: String,
}

/// Accepts an offer.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AcceptRequest {
    /// The transfer.
    pub id: String,
    /// The folder to put it in; the inbox folder if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub into: Option<String>,
    /// What is done with names that are taken; the engine's setting if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub conflict: Option<Conflict>,
    /// The entries to take, by their paths as sent; a folder stands for all below it. All if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub only: Option<Vec<String>>,
}

/// What is done with a file whose name is taken at the target.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Conflict {
    /// It gets a number behind its name.
    #[default]
    Rename,
    /// It takes the other's place.
    Overwrite,
    /// It is not received.
    Skip,
    /// It is not received if the other has the same content, else it gets a number.
    SkipIdentical,
    /// A person is asked, also for devices whose offers are accepted without asking.
    Ask,
}

/// Which of several waiting transfers goes first when their device is back.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum OutboxOrder {
    /// All at once, sharing the link by their classes.
    #[default]
    Together,
    /// The one that was made first.
    Oldest,
    /// The one with the fewest bytes.
    Smallest,
}

/// Decides about sources that changed after they were announced.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ChangedRequest {
    /// The transfer.
    pub id: String,
    /// What becomes of them.
    pub choice: ChangedChoice,
}

/// What becomes of a source that changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum ChangedChoice {
    /// What it is now is sent; what is gone is left out.
    NewVersion,
    /// It is left out.
    Skip,
}

/// Names what a transfer has left.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct LeftoverRequest {
    /// The hidden folder, as `leftovers` names it.
    pub path: String,
}

/// Changes the class of a transfer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PriorityRequest {
    /// The transfer.
    pub id: String,
    /// Its new class.
    pub priority: Priority,
}

/// Changes the limit of a transfer; the sender's to do.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct LimitRequest {
    /// The transfer.
    pub id: String,
    /// At most so many bytes per second; 0 for no limit.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub limit: u64,
}

/// Changes the limits of a device. None leaves one as it is.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DeviceLimitRequest {
    /// Its id, its ticket, or its name.
    pub device: String,
    /// At most so many bytes per second to it; 0 for no limit.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, type = "number"))]
    pub send: Option<u64>,
    /// At most so many bytes per second from it; 0 for no limit.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, type = "number"))]
    pub receive: Option<u64>,
}

/// Names one device.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct DeviceRequest {
    /// Its id, its ticket, or its name.
    pub device: String,
}

/// Gives a device a role.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TrustRequest {
    /// Its id, its ticket, or its name.
    pub device: String,
    /// What it may do from now on.
    pub role: Role,
    /// The name to give it; kept if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub name: Option<String>,
}

/// What a person can set. None leaves a setting as it is.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SettingsRequest {
    /// The name that others see.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub name: Option<String>,
    /// Where what arrives is put.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub inbox_folder: Option<String>,
    /// What is done when a name is taken.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub conflict: Option<Conflict>,
    /// Most bytes that the inbox folder may hold; 0 for no limit.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, type = "number"))]
    pub inbox_quota: Option<u64>,
    /// Hours for which a transfer waits for a device that is away; 0 for ever.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub outbox_hours: Option<u32>,
    /// Which of several waiting transfers goes first when their device is back.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub outbox_order: Option<OutboxOrder>,
    /// At most so many bytes per second to all devices together; 0 for no limit.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, type = "number"))]
    pub send_limit: Option<u64>,
    /// At most so many bytes per second from all devices together; 0 for no limit.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, type = "number"))]
    pub receive_limit: Option<u64>,
    /// Who may find this device in the local network; everyone for ten minutes from now.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub visibility: Option<Visibility>,
    /// Whether the first run of the windows is over.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub introduced: Option<bool>,
}
