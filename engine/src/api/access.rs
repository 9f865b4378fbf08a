//! Rules and alarms at the boundary: what a device may bring, and what is said when another key is found in its place.

use chunkstream_core::access::AcceptRule;
use serde::{Deserialize, Serialize};

use super::PeerView;

/// Sets what a device may bring without a question, or lifts all limits of that.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RuleRequest {
    /// Its id, its ticket, or its name.
    pub device: String,
    /// The rule; None removes the one that is there.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub rule: Option<AcceptRule>,
}

/// Gives a device another name here.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct RenameRequest {
    /// Its id, its ticket, or its name.
    pub device: String,
    /// 1 to 64 bytes without control characters.
    pub name: String,
}

/// What was found.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum AlarmKind {
    /// At the address of a known device another one answered. Nothing is sent to the known device until a person has
    /// acknowledged this.
    OtherKey,
    /// A stranger calls itself as a known device is called here. No offer of it is accepted until a person has
    /// acknowledged this.
    SameName,
}

impl AlarmKind {
    /// The word that the database and scripts use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OtherKey => "other_key",
            Self::SameName => "same_name",
        }
    }

    /// The kind of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::OtherKey, Self::SameName]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

/// A key that is not the one it should be.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AlarmView {
    /// Names it for `acknowledge_alarm`.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub id: u64,
    /// What was found.
    pub kind: AlarmKind,
    /// The known device that was meant, or whose name is used.
    pub device: PeerView,
    /// The grouped id of the device that is there instead.
    pub found: String,
    /// Where.
    pub address: String,
    /// When first, milliseconds since 1970.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub at_ms: u64,
    /// When last.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub last_ms: u64,
    /// How often.
    pub count: u32,
    /// When a person acknowledged it; None while it blocks.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub acknowledged_ms: Option<u64>,
    /// What to do, in one or two sentences.
    pub advice: String,
}

/// A person has seen an alarm and decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AlarmRequest {
    /// Which.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub id: u64,
}
