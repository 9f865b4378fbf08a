//! Folders whose content is sent by itself.

use chunkstream_core::watched::Ignore;
use serde::{Deserialize, Serialize};

use super::Failure;

/// Watches a folder.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WatchRequest {
    /// Its absolute path.
    pub path: String,
    /// Where what is put into it goes: the id or the name of a device that is known here.
    pub device: String,
    /// Names that are not sent, as patterns with `*`, `?` and `[ab]`; the usual ones if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, type = "Array<string>"))]
    pub ignore: Option<Ignore>,
    /// Whether what is there already is sent too.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub existing: bool,
}

/// Changes what is given; the rest stays.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WatchChange {
    /// The folder's number.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub id: u64,
    /// Whether nothing is sent for now. What is put in meanwhile goes afterwards.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub paused: Option<bool>,
    /// Names that are not sent.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, type = "Array<string>"))]
    pub ignore: Option<Ignore>,
}

/// Names one watched folder.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WatchedRequest {
    /// Its number.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub id: u64,
}

/// A folder that is watched.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WatchedView {
    /// Its number.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub id: u64,
    /// Its path.
    pub path: String,
    /// The grouped id of the device to which its content goes.
    pub device_id: String,
    /// What that is called here.
    pub device_name: String,
    /// Whether nothing is sent for now.
    pub paused: bool,
    /// Names that are not sent.
    #[cfg_attr(feature = "ts", ts(type = "Array<string>"))]
    pub ignore: Ignore,
    /// Files and folders in it that are still changing, or wait for something else.
    pub settling: u32,
    /// Those that were handed over since the engine began.
    pub sent: u32,
    /// When the last one was, milliseconds since 1970.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub last_ms: Option<u64>,
    /// Why nothing can be sent, if it cannot; it is tried again.
    pub failure: Option<Failure>,
}
