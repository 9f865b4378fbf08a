//! What can be asked of an engine: declared once here for the windows, the local socket and TypeScript.

use chunkstream_core::{chunk::ParityMode, priority::Priority, session::Role};
use serde::{Deserialize, Serialize};

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
}

/// What `send` made.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Sent {
    /// One transfer id for each target.
    pub transfers: Vec<String>,
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
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AcceptRequest {
    /// The transfer.
    pub id: String,
    /// The folder to put it in; the inbox folder if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub into: Option<String>,
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
}
