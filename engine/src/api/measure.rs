//! What a selection holds before it is sent, and whether this device can do its work.

use serde::{Deserialize, Serialize};

use super::Failure;

/// Asks how much is in files and folders that may be sent.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct MeasureRequest {
    /// Absolute paths of files and folders.
    pub paths: Vec<String>,
}

/// What has been found in them so far.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Measured {
    /// Files (folders and links not counted), as a transfer of them counts.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub files: u64,
    /// Folders.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub folders: u64,
    /// Bytes of the files.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub bytes: u64,
    /// Whether that is all; else the count goes on, and is told when it is asked for again.
    pub complete: bool,
    /// What cannot be sent: the first 20 paths.
    pub unreadable: Vec<String>,
    /// How many there are.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub unreadable_count: u64,
}

/// Asks for a test of this device.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SelfTestRequest {
    /// The folder to try; the inbox folder that is set if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub inbox_folder: Option<String>,
}

/// What is tested.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum SelfCheck {
    /// Others can reach a port of this device: the engine listens.
    Port,
    /// Datagrams come and go: the engine answers one that is sent to it from a socket beside its own.
    Udp,
    /// The local network is searched.
    Discovery,
    /// The inbox folder can be written, and its volume has space.
    Disk,
}

/// What a test has found.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SelfCheckResult {
    /// What was tested.
    pub check: SelfCheck,
    /// What it was about: an address, a folder.
    pub about: Option<String>,
    /// Why it does not work; None if it does.
    pub failure: Option<Failure>,
}
