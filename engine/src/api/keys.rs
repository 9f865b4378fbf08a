//! The device's key at the boundary: where it is, and how it gets elsewhere.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

use super::KeyPlace;

/// The device's key, without the key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct KeyView {
    /// The device that it makes this one.
    pub device_id: String,
    /// Where it is kept.
    pub place: KeyPlace,
    /// The file that holds it, or says that it is in the keyring.
    pub path: String,
    /// Why the system's keyring cannot be used now; None if it can.
    pub keyring_problem: Option<String>,
    /// Whether another key is stored than the one in use: a restart takes it up.
    pub restart_needed: bool,
}

/// A passphrase: never shown in logs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Passphrase(pub String);

impl Drop for Passphrase {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// Writes the key to a file, sealed with a passphrase.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct KeyExportRequest {
    /// The absolute path of the file; it must not be there yet.
    pub path: String,
    /// At least ten characters.
    pub passphrase: Passphrase,
}

/// Takes the key of such a file in the place of this device's own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct KeyImportRequest {
    /// The absolute path of the file.
    pub path: String,
    /// The one that it was sealed with.
    pub passphrase: Passphrase,
    /// Whether the key that is there is given up; an error if not.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub replace: bool,
}

/// Moves the key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct KeyMoveRequest {
    /// Where to.
    pub to: KeyPlace,
}
