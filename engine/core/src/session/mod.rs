//! What two peers have agreed and where they are: the states of a transfer and the moves between them.
//!
//! "Waiting for the device", "reconnecting" and the like are [`Reason`]s inside a state, not states.
//! Completed, Failed and Cancelled are final: a retry is a new session that inherits what is durable.

mod state;

pub use state::{Illegal, Reason, State};

use serde::{Deserialize, Serialize};

/// Which way a transfer's bytes go, seen from this device.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Direction {
    /// From here to the peer.
    Sending,
    /// From the peer to here.
    Receiving,
}

impl Direction {
    /// The word that the database and scripts use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Receiving => "receiving",
        }
    }
}

/// What a peer device may do here.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Role {
    /// Another device of the same owner: its offers are accepted without asking.
    Mine,
    /// Its offers are accepted without asking.
    Trusted,
    /// Each of its offers is a question.
    Ask,
    /// It reaches nothing.
    Blocked,
}

impl Role {
    /// The word that the database and scripts use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Trusted => "trusted",
            Self::Ask => "ask",
            Self::Blocked => "blocked",
        }
    }
}
