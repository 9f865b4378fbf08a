//! How two devices that do not know each other's keys become sure of them: by a short code, by a ticket's one-time
//! secret, or by words that two persons compare.
//!
//! Each way is a chain of typed steps (`next(self)`): a step takes what the other side said and gives what to say next.
//! Everything is bound to the [`Channel`]: both device ids and the exporter of the TLS connection (RFC 9266), so that
//! whoever stands between two connections has two channels and proves nothing on either.
//!
//! The *host* shows a code, has made a ticket, or waits for words; the *guest* comes with one. The guest speaks first.
//!
//! Invariants: one guess for each code ([`Invitation`], [`SpentCodes`]); what is secret is compared in constant time
//! (`blake3::Hash`) and never printed.
//!
//! Non-goals: no I/O, no clock, no randomness: times since any fixed moment and seeds come in as arguments. What a
//! device may do when it is paired is the store's.

mod attempts;
mod code;
mod exchange;
mod invitation;
mod secret;
mod spent;
mod word_list;
mod words;

pub use attempts::{Attempts, MAX_ATTEMPTS, WINDOW};
pub use code::{CodeError, PairingCode};
pub use exchange::{GuestConfirming, GuestExchange, HostExchange, Share};
pub use invitation::{CODE_LIFE, Invitation, MAX_EXCHANGES, Way};
pub use secret::TicketGuest;
pub use spent::{MAX_SPENT, SpentCodes};
pub use words::{Commitment, GuestComparison, HostComparison, Nonce, WORDS, Words};

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::device::DeviceId;

/// Bytes of a channel's exporter.
pub const EXPORTER_BYTES: usize = 32;
/// The label of the exporter (RFC 9266, section 2); its context is empty.
pub const EXPORTER_LABEL: &[u8] = b"EXPORTER-Channel-Binding";

/// Why a pairing goes no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PairError {
    /// Nothing is shown that this way of pairing needs.
    #[error("the device is not waiting for a pairing of this kind")]
    NotOpen,
    /// What was shown is too old.
    #[error("the code or ticket has expired")]
    Expired,
    /// It has been used, or a wrong guess has burnt it.
    #[error("the code or ticket has been used already")]
    Spent,
    /// Too many exchanges were begun with it, or too many have failed.
    #[error("there were too many attempts")]
    TooMany,
    /// The other side does not have the code.
    #[error("the code is not the one that is shown")]
    WrongCode,
    /// The other side does not have the ticket's secret.
    #[error("the ticket's secret is not the one that was given out")]
    WrongSecret,
    /// What should be a point of the curve is none.
    #[error("a share is not a point of the curve")]
    BadShare,
    /// The other side says what this one has said.
    #[error("a message was sent back to its sender")]
    Reflected,
    /// What was revealed is not what was committed to.
    #[error("the revealed value is not the one that was committed to")]
    BrokenCommitment,
}

/// The connection on which two devices pair, as both ends see it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Channel {
    /// Who came with a code or ticket.
    pub guest: DeviceId,
    /// Who shows the code or made the ticket.
    pub host: DeviceId,
    /// What TLS exports under [`EXPORTER_LABEL`]: the same at both ends, different for each connection.
    pub exporter: [u8; EXPORTER_BYTES],
}

/// The proof that its sender has a secret, for this channel and this direction only. Compared in constant time.
#[derive(Clone, Copy, Eq, Serialize, Deserialize)]
pub struct Proof([u8; 32]);

/// Who makes a proof.
#[derive(Clone, Copy, Debug)]
enum Side {
    Guest,
    Host,
}

impl Channel {
    /// What `side` says to show that it has `key`, about `parts` and this channel: a keyed BLAKE3 over all of them,
    /// every one of fixed length.
    fn proof(&self, key: &[u8; 32], side: Side, parts: &[&[u8; 32]]) -> Proof {
        let mut hasher = blake3::Hasher::new_keyed(key);
        hasher.update(match side {
            Side::Guest => b"guest proves",
            Side::Host => b"host proves ",
        });
        self.digest(&mut hasher, parts);
        Proof(*hasher.finalize().as_bytes())
    }

    fn digest(&self, hasher: &mut blake3::Hasher, parts: &[&[u8; 32]]) {
        hasher.update(&self.guest.0);
        hasher.update(&self.host.0);
        hasher.update(&self.exporter);
        for part in parts {
            hasher.update(&part[..]);
        }
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Channel({:?} to {:?})", self.guest, self.host)
    }
}

impl PartialEq for Proof {
    fn eq(&self, other: &Self) -> bool {
        // `blake3::Hash` compares in constant time.
        blake3::Hash::from_bytes(self.0) == blake3::Hash::from_bytes(other.0)
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof")
    }
}

#[cfg(test)]
mod testing {
    use super::*;

    pub(super) const GUEST: DeviceId = DeviceId(*b"guest-guest-guest-gu");
    pub(super) const HOST: DeviceId = DeviceId(*b"host-host-host-host-");

    pub(super) fn channel() -> Channel {
        Channel {
            guest: GUEST,
            host: HOST,
            exporter: [7; EXPORTER_BYTES],
        }
    }

    impl Proof {
        /// The same with one bit turned.
        pub(super) fn tampered(mut self, bit: usize) -> Self {
            self.0[bit / 8 % 32] ^= 1 << (bit % 8);
            self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{testing::channel, *};

    #[test]
    fn a_proof_is_for_one_key_one_side_one_channel_and_its_parts() {
        let base = channel().proof(&[1; 32], Side::Guest, &[&[2; 32]]);
        assert_eq!(base, channel().proof(&[1; 32], Side::Guest, &[&[2; 32]]));
        let mut others = vec![
            channel().proof(&[3; 32], Side::Guest, &[&[2; 32]]),
            channel().proof(&[1; 32], Side::Host, &[&[2; 32]]),
            channel().proof(&[1; 32], Side::Guest, &[&[3; 32]]),
            channel().proof(&[1; 32], Side::Guest, &[]),
        ];
        let channels = [
            Channel {
                guest: testing::HOST,
                ..channel()
            },
            Channel {
                host: testing::GUEST,
                ..channel()
            },
            Channel {
                exporter: [8; 32],
                ..channel()
            },
        ];
        others.extend(channels.map(|channel| channel.proof(&[1; 32], Side::Guest, &[&[2; 32]])));
        assert!(others.iter().all(|other| *other != base));
    }

    #[test]
    fn nothing_secret_is_printed() {
        let text = format!("{:?} {:?}", channel(), Proof([42; 32]));
        assert!(!text.contains("42") && !text.contains('7'), "{text}");
    }
}
