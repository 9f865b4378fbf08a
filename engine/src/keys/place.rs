//! The two places of a key.

use serde::{Deserialize, Serialize};

/// Where the device's key is kept.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum KeyPlace {
    /// In a file of the data folder that only its owner can read.
    #[default]
    File,
    /// In the system's keyring.
    Keyring,
}

impl KeyPlace {
    /// The word that scripts use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Keyring => "keyring",
        }
    }
}
