//! Failures as they cross the boundary: a code for programs, a message for logs.
//!
//! The user interface turns codes into words, a severity and a next step; scripts turn them into exit codes.

use serde::{Deserialize, Serialize};

/// What went wrong, for a program.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Code {
    /// The request makes no sense (a bad size, an unknown word).
    Usage,
    /// No transfer, device or command of that name.
    NotFound,
    /// The transfer's state does not allow it.
    IllegalState,
    /// The text is no ticket, device id or address.
    BadTarget,
    /// No connection within the time allowed; the transfer is kept.
    Unreachable,
    /// The device at that address is not the one that was named, or does not let us in.
    IdentityRefused,
    /// It is more, or something else, than the rule for its device lets in without a person.
    OverRule,
    /// The receiver said no.
    Declined,
    /// Cancelled at the other device.
    CancelledByPeer,
    /// A source cannot be read.
    SourceUnreadable,
    /// A source changed while it was being sent.
    SourceChanged,
    /// The target's volume is full.
    DiskFull,
    /// The target cannot be written.
    DiskUnwritable,
    /// A path that this system cannot hold, or that would leave the target folder.
    BadPath,
    /// What arrived does not match what was sent.
    Integrity,
    /// The peer broke the protocol.
    Protocol,
    /// The connection was lost for good.
    ConnectionLost,
    /// The database cannot be used.
    Database,
    /// A later version of this program has used the database; it has been left as it is.
    DatabaseNewer,
    /// The database is damaged, or is not one of this program; it has been left as it is.
    DatabaseDamaged,
    /// Another engine works on this data folder.
    AlreadyRunning,
    /// The address to listen on cannot be had.
    ListenFailed,
    /// This computer is attached to no network.
    NoNetwork,
    /// Datagrams to this device's port are not answered.
    UdpBlocked,
    /// The local network cannot be searched.
    DiscoveryFailed,
    /// The code, or the secret of the ticket, is not the one of the other device; or somebody stands between.
    WrongCode,
    /// The code or ticket has expired, or has been used or tried before.
    CodeSpent,
    /// The other device is not waiting for a pairing of this kind.
    NotPairing,
    /// A person says that the words on both screens differ: somebody may stand between.
    WordsDiffer,
    /// The passphrase is not the one of this exported key, or its file was changed.
    WrongPassphrase,
    /// The device's key, or the keyring that it is in or is to go to, cannot be had.
    KeyUnavailable,
    /// A fault of this program.
    Internal,
}

impl Code {
    /// The word for it in JSON.
    pub fn word(self) -> String {
        let word = serde_json::to_value(self).unwrap_or_default();
        word.as_str().unwrap_or_default().to_owned()
    }
}

/// A failure: a code, a message for logs and terminals, the detail it is about (a path, an address, an id).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Failure {
    /// What kind.
    pub code: Code,
    /// One sentence in English without a full stop.
    pub message: String,
    /// What it is about, if it is about one thing.
    pub detail: Option<String>,
}

impl Failure {
    /// A failure about nothing in particular.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            detail: None,
        }
    }

    /// The same failure, about `detail`.
    #[must_use]
    pub fn about(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}
