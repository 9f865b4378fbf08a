//! The messages of a pairing: one bidirectional stream that the guest opens, after both Hellos.
//!
//! Who shows, who comes, and what the values prove is in [`crate::pairing`]. Every message has a fixed length but for its
//! variant; a side says at most three.

use serde::{Deserialize, Serialize};

use super::{Checked, WireError};
use crate::pairing::{Commitment, Nonce, PairError, Proof, Share};

/// The most bytes of one message.
pub const MAX_PAIR: usize = 64;

/// How a guest begins: by what it came.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PairStart {
    /// With a code: its share.
    Code(Share),
    /// With a ticket: the proof that it has the secret.
    Ticket(Proof),
    /// To compare words: the commitment to its nonce.
    Words(Commitment),
}

/// What follows, from either side.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PairMessage {
    /// The host's answer to [`PairStart::Code`].
    Share(Share),
    /// The guest's after [`PairMessage::Share`]; the host's after that, or after [`PairStart::Ticket`].
    Proof(Proof),
    /// The host's answer to [`PairStart::Words`]; the guest's after that.
    Nonce(Nonce),
    /// Words: the person at this side says that they are the same.
    Agreed,
    /// This side goes no further.
    Refused(PairRefusal),
}

/// Why a side goes no further.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PairRefusal {
    /// Nothing is shown that this way of pairing needs.
    NotOpen,
    /// What was shown has expired.
    Expired,
    /// It has been used, or burnt by a wrong guess.
    Spent,
    /// Too many attempts, of this address or with this code.
    TooMany,
    /// Another guest is comparing words.
    Busy,
    /// The code or the ticket's secret is another one.
    Wrong,
    /// A person says that the words differ.
    Differ,
    /// A person has given up.
    Cancelled,
    /// This side could not record the other.
    Failed,
}

impl From<PairError> for PairRefusal {
    fn from(error: PairError) -> Self {
        match error {
            PairError::NotOpen => Self::NotOpen,
            PairError::Expired => Self::Expired,
            PairError::Spent => Self::Spent,
            PairError::TooMany => Self::TooMany,
            PairError::WrongCode
            | PairError::WrongSecret
            | PairError::BadShare
            | PairError::Reflected
            | PairError::BrokenCommitment => Self::Wrong,
        }
    }
}

impl Checked for PairMessage {
    /// Every value of the right length can be: what it proves is found out by the exchange.
    fn check(&self) -> Result<(), WireError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        device::{DeviceId, TicketSecret},
        pairing::{Channel, GuestComparison, GuestExchange, PairingCode, TicketGuest},
        wire::{LENGTH_BYTES, MAX_CONTROL, Opening, decode, encode},
    };

    fn starts() -> [PairStart; 3] {
        let channel = Channel {
            guest: DeviceId([1; 20]),
            host: DeviceId([2; 20]),
            exporter: [3; 32],
        };
        let code = PairingCode::from_random([4; 8]);
        let secret = TicketSecret::new([5; 16]);
        [
            PairStart::Code(GuestExchange::begin(code, channel, [6; 32]).1),
            PairStart::Ticket(TicketGuest::begin(&secret, &channel).1),
            PairStart::Words(GuestComparison::begin(channel, Nonce::new([7; 32])).1),
        ]
    }

    #[test]
    fn every_opening_and_message_is_one_of_34_bytes_at_most() {
        for start in starts() {
            let opening = Opening::Pair(start);
            let bytes = encode(&opening, MAX_CONTROL).expect("short");
            assert_eq!(bytes.len() - LENGTH_BYTES, 34);
            assert_eq!(decode::<Opening>(&bytes[LENGTH_BYTES..]), Ok(opening));
        }
        let [PairStart::Code(share), PairStart::Ticket(proof), _] = starts() else {
            unreachable!("as made above")
        };
        for message in [
            PairMessage::Share(share),
            PairMessage::Proof(proof),
            PairMessage::Nonce(Nonce::new([8; 32])),
            PairMessage::Agreed,
            PairMessage::Refused(PairRefusal::Failed),
        ] {
            let bytes = encode(&message, MAX_PAIR).expect("short");
            assert!(bytes.len() - LENGTH_BYTES <= 33, "{message:?}");
            assert_eq!(decode::<PairMessage>(&bytes[LENGTH_BYTES..]), Ok(message));
        }
    }

    #[test]
    fn a_message_one_byte_too_long_or_too_short_is_none() {
        let message = PairMessage::Nonce(Nonce::new([8; 32]));
        let bytes = encode(&message, MAX_PAIR).expect("short");
        let body = &bytes[LENGTH_BYTES..];
        let longer = [body, &[0]].concat();
        for body in [&body[..body.len() - 1], &longer] {
            assert_eq!(decode::<PairMessage>(body), Err(WireError::Malformed));
        }
        assert!(encode(&vec![0_u8; MAX_PAIR], MAX_PAIR).is_err());
    }
}
