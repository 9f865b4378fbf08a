//! Pairing at the boundary: what can be asked for, and what a window or a terminal shows of it.
//!
//! One pairing at a time. A window shows [`PairingView`] from [`super::Update`]; who has no updates asks `pairing` with the
//! revision that it has seen, and is answered when there is another.

use chunkstream_core::session::Role;
use serde::{Deserialize, Serialize};

use super::{Failure, PeerView};

/// How two devices become sure of each other.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum PairWay {
    /// By a code that is shown here and typed there, or by the ticket or QR code that is shown with it.
    #[default]
    Code,
    /// By a ticket that is given out.
    Ticket,
    /// By comparing words on both screens.
    Words,
}

/// Which part this device has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum PairSide {
    /// It shows a code, has made a ticket, or waits for words.
    Host,
    /// It comes with one.
    Guest,
}

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum PairState {
    /// Host: nobody has come yet.
    Waiting,
    /// Guest: the other device is being reached, or proves itself.
    Connecting,
    /// The words are shown; the person here has not said yet whether they are the same.
    Comparing,
    /// The person here has said that they are; the other has not yet.
    Agreed,
    /// Over: the device is known here.
    Paired,
    /// Over: it is not.
    Failed,
    /// Over: given up here.
    Cancelled,
}

impl PairState {
    /// Whether nothing follows.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Paired | Self::Failed | Self::Cancelled)
    }
}

/// Opens this device for one other. One that was open before is closed.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct InviteRequest {
    /// How.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub way: PairWay,
    /// For so many minutes, 1 to 10,080; 5 if None. A code is valid for 5 at most.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub minutes: Option<u32>,
    /// What the other device may do here; trusted if None, or as it was if it was mine.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub role: Option<Role>,
    /// The name to give it; what it calls itself if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub name: Option<String>,
}

/// Pairs with a device that is open. A pairing that was under way before is given up.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct JoinRequest {
    /// The code or the pairing ticket; words are compared if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub with: Option<String>,
    /// Where the device is: HOST:PORT, an IP address, or what `send` takes. A ticket needs none.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub at: Option<String>,
    /// What the other device may do here; trusted if None, or as it was if it was mine.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub role: Option<Role>,
    /// The name to give it; what it calls itself if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub name: Option<String>,
}

/// What a person says about the words.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct WordsRequest {
    /// Whether both screens show the same, in the same order.
    pub same: bool,
}

/// Asks how the pairing stands.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PairingRequest {
    /// The revision that was seen: the answer waits for another one, at most 20 seconds. At once if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub after: Option<u32>,
}

/// How the pairing stands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PairingStatus {
    /// The one that is under way, or was last; None if there was none since the start.
    pub current: Option<PairingView>,
}

/// A pairing.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PairingView {
    /// Grows with every change, over all pairings since the start.
    pub revision: u32,
    /// Which part this device has.
    pub side: PairSide,
    /// How.
    pub way: PairWay,
    /// How far it is.
    pub state: PairState,
    /// The code to show, while it is valid.
    pub code: Option<String>,
    /// The ticket to show or give out, while it is valid.
    pub ticket: Option<String>,
    /// The ticket as a QR code without its margin: rows of equal length, `1` dark and `0` light.
    pub qr: Option<Vec<String>>,
    /// The words to compare, in this order.
    pub words: Option<Vec<String>>,
    /// When the code, the ticket or the comparing ends by itself.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub until_ms: Option<u64>,
    /// The other device, once it is known.
    pub device: Option<PeerView>,
    /// Why it failed.
    pub failure: Option<Failure>,
}
