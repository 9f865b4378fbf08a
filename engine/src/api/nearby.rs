//! What is found in the local network, and who may find this device there.

use chunkstream_core::session::Role;
use serde::{Deserialize, Serialize};

/// Asks what is in the local network.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct NearbyRequest {
    /// For so long, at most 20,000 ms, the answer waits for more to be found. At once if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub wait_ms: Option<u32>,
}

/// What is in the local network.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct NearbyView {
    /// Whether the local network is being searched.
    pub searching: bool,
    /// Why it cannot be, in words, if it cannot.
    pub problem: Option<String>,
    /// The devices found: those that are known here first, then by name.
    pub devices: Vec<NearbyDevice>,
}

/// A device found in the local network. All of it is what somebody there says: who it really is shows only when it is
/// reached.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct NearbyDevice {
    /// The grouped device id.
    pub id: String,
    /// The name given to it here, else the one that it announces.
    pub name: String,
    /// Whether somebody decided about it here.
    pub known: bool,
    /// What it may do here.
    pub role: Role,
    /// Where it is.
    pub addresses: Vec<String>,
    /// Whether it shows a code or words: it can be paired with now.
    pub open_for_pairing: bool,
    /// Since when it is there, as far as was noticed.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub since_ms: u64,
}
