//! The audit log at the boundary: what kinds of events there are, and how they are asked for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $word:literal;)*) => {
        /// What happened. What is known besides stands in [`AuditEntry::detail`], under the words named here.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
        pub enum AuditKind {
            $($(#[$doc])* $variant,)*
        }

        impl AuditKind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word that the database and scripts use.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// The kind of that word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
            }
        }
    };
}

kinds! {
    /// A device was paired (`role`, `side`).
    Paired = "paired";
    /// A pairing came to nothing (`reason`: a code of failures).
    PairingFailed = "pairing_failed";
    /// A device has another role (`from`, `to`).
    RoleChanged = "role_changed";
    /// A device has other rules (`rule`; none if they were removed).
    RuleChanged = "rule_changed";
    /// A device has another name here (`to`).
    DeviceRenamed = "device_renamed";
    /// A device is a stranger again.
    DeviceForgotten = "device_forgotten";
    /// Something was sent to a device (`title`).
    OfferSent = "offer_sent";
    /// A device offers something (`title`).
    OfferReceived = "offer_received";
    /// It is taken (`by`: `person` or `rule`; `folder`).
    OfferAccepted = "offer_accepted";
    /// It is not taken, says a person here.
    OfferDeclined = "offer_declined";
    /// What was accepted by a rule has outgrown it and waits for a person (`reason`).
    OfferStopped = "offer_stopped";
    /// A connection, an offer or a message was refused by the engine (`reason`: `blocked`, `protocol`, `too_many_offers`,
    /// `bad_manifest`, `other_key`, `alarm` or another word; `address`).
    Refused = "refused";
    /// Another key was found where a device is known (`expected`, `found`, `address`).
    IdentityAlarm = "identity_alarm";
    /// A person has acknowledged it.
    AlarmAcknowledged = "alarm_acknowledged";
    /// A key was made for this device (`kept_in`: `keyring` or `file`).
    KeyCreated = "key_created";
    /// It was written to a file with a passphrase (`key`: the device that it is).
    KeyExported = "key_exported";
    /// It came from such a file (`from`: the device that was given up, if there was one; `to`).
    KeyImported = "key_imported";
    /// It was replaced (`from`, `to`).
    KeyRotated = "key_rotated";
    /// It is kept elsewhere (`to`: `keyring` or `file`).
    KeyMoved = "key_moved";
    /// A device has replaced its key and proved it by the old one (`from`, `to`).
    PeerKeyRotated = "peer_key_rotated";
    /// Events that could not be written, because the database could not.
    EventsLost = "events_lost";
}

impl AuditKind {
    /// Whether somebody at this device causes it. Events of other devices are bounded by themselves.
    pub(crate) fn is_own(self) -> bool {
        !matches!(
            self,
            Self::PairingFailed
                | Self::OfferReceived
                | Self::OfferAccepted
                | Self::OfferStopped
                | Self::Refused
                | Self::IdentityAlarm
                | Self::PeerKeyRotated
        )
    }
}

/// Asks for a page of the audit log, newest first.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AuditRequest {
    /// Only entries with a smaller number: the `next` of the page before.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, type = "number"))]
    pub before: Option<u64>,
    /// At most so many, 1 to 1000; 100 if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub limit: Option<u32>,
    /// Which.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub only: AuditFilter,
}

/// Which entries are wanted; all if nothing is said.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AuditFilter {
    /// Of these kinds; of all if empty.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub kinds: Vec<AuditKind>,
    /// About this device: its id, its ticket, or its name.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub device: Option<String>,
    /// That happened then or later, milliseconds since 1970.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, type = "number"))]
    pub since_ms: Option<u64>,
    /// That began before.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, type = "number"))]
    pub until_ms: Option<u64>,
}

/// Something that happened, once or several times within ten minutes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AuditEntry {
    /// Its number, which only grows.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub id: u64,
    /// When it happened first, milliseconds since 1970.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub at_ms: u64,
    /// When it happened last.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub last_ms: u64,
    /// How often.
    pub count: u32,
    /// What.
    pub kind: AuditKind,
    /// The grouped id of the device that it is about; None also where several were counted together.
    pub device: Option<String>,
    /// What that device is called today, if it is known at all.
    pub name: Option<String>,
    /// The id of the transfer that it is about.
    pub transfer: Option<String>,
    /// Whatever else is known, by words.
    pub detail: BTreeMap<String, String>,
}

/// A page of the audit log.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AuditPage {
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    /// Asks for the page after this one; None at the end.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub next: Option<u64>,
}

/// How a file of the audit log is written.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum AuditFormat {
    /// One JSON object per line.
    #[default]
    JsonLines,
    /// Comma-separated values with a header (RFC 4180).
    Csv,
}

/// Writes the audit log to a file, oldest first.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AuditExportRequest {
    /// The absolute path of the file.
    pub path: String,
    /// Whether a file that is there is replaced; an error if not.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub replace: bool,
    /// How.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub format: AuditFormat,
    /// Which.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub only: AuditFilter,
}

/// What `export_audit` wrote.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AuditExported {
    /// Entries.
    pub entries: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_own_word_which_is_its_json() {
        for kind in AuditKind::ALL {
            assert_eq!(AuditKind::parse(kind.as_str()), Some(*kind));
            assert_eq!(
                serde_json::to_value(kind).expect("json"),
                serde_json::json!(kind.as_str())
            );
        }
        assert_eq!(AuditKind::parse("nothing"), None);
    }
}
