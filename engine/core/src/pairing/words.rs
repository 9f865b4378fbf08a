//! Pairing by comparing: both screens show the same words if, and only if, nobody stands between.
//!
//! ```text
//! guest                                     host
//! Commitment to its nonce    ->
//!                            <-             Nonce
//! Nonce                      ->
//! both show the words; both persons say whether they are the same
//! ```
//!
//! The guest is bound to its nonce before it sees the host's, and the host chooses before it sees the guest's: nobody can
//! try nonces until words fit, so that 32 bits are as good as their number says, one chance in four thousand million.
//! Source: S. Vaudenay, "Secure Communications over Insecure Channels Based on Short Authenticated Strings" (CRYPTO
//! 2005); the same shape is in ZRTP (RFC 6189, section 4.4) and Bluetooth's numeric comparison.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Channel, PairError, word_list::LIST};

/// How many words are compared; each is 8 bits.
pub const WORDS: usize = 4;

const COMMIT_CONTEXT: &str = "chunkstream.pro 2026-11 pairing commitment v1";
const WORDS_CONTEXT: &str = "chunkstream.pro 2026-11 pairing words v1";

/// One side's part in the words: 256 random bits.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nonce([u8; 32]);

/// What binds a guest to its nonce without showing it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Commitment([u8; 32]);

/// What both persons compare.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Words([&'static str; WORDS]);

/// A guest that has committed.
#[derive(Debug)]
pub struct GuestComparison {
    channel: Channel,
    nonce: Nonce,
}

/// A host that has said its nonce.
#[derive(Debug)]
pub struct HostComparison {
    channel: Channel,
    commitment: Commitment,
    nonce: Nonce,
}

impl GuestComparison {
    /// Begins with fresh randomness; the commitment is for the host.
    pub fn begin(channel: Channel, nonce: Nonce) -> (Self, Commitment) {
        (Self { channel, nonce }, Commitment::of(&channel, &nonce))
    }

    /// Takes the host's nonce: the guest's may be revealed to it, and these are the words.
    ///
    /// # Errors
    /// [`PairError::Reflected`].
    pub fn reveal(self, host: &Nonce) -> Result<(Nonce, Words), PairError> {
        if *host == self.nonce {
            return Err(PairError::Reflected);
        }
        Ok((self.nonce, Words::of(&self.channel, &self.nonce, host)))
    }
}

impl HostComparison {
    pub(super) fn begin(channel: Channel, commitment: Commitment, nonce: Nonce) -> Self {
        Self {
            channel,
            commitment,
            nonce,
        }
    }

    /// Takes what the guest reveals: these are the words.
    ///
    /// # Errors
    /// [`PairError::BrokenCommitment`], [`PairError::Reflected`].
    pub fn words(self, guest: &Nonce) -> Result<Words, PairError> {
        if *guest == self.nonce {
            return Err(PairError::Reflected);
        }
        if Commitment::of(&self.channel, guest) != self.commitment {
            return Err(PairError::BrokenCommitment);
        }
        Ok(Words::of(&self.channel, guest, &self.nonce))
    }
}

impl Nonce {
    /// From fresh randomness.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonce")
    }
}

impl Commitment {
    pub(super) fn of(channel: &Channel, nonce: &Nonce) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(COMMIT_CONTEXT);
        channel.digest(&mut hasher, &[&nonce.0]);
        Self(*hasher.finalize().as_bytes())
    }
}

impl Words {
    fn of(channel: &Channel, guest: &Nonce, host: &Nonce) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(WORDS_CONTEXT);
        channel.digest(&mut hasher, &[&guest.0, &host.0]);
        let hash = hasher.finalize();
        let mut words = [""; WORDS];
        for (word, byte) in words.iter_mut().zip(hash.as_bytes()) {
            *word = LIST[usize::from(*byte)];
        }
        Self(words)
    }

    /// In the order in which they are shown.
    pub fn list(&self) -> [&'static str; WORDS] {
        self.0
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({self})")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::{super::testing::*, *};

    fn both(ours: Channel, theirs: Channel, guest: [u8; 32], host: [u8; 32]) -> (Words, Words) {
        let (comparing, commitment) = GuestComparison::begin(ours, Nonce(guest));
        let waiting = HostComparison::begin(theirs, commitment, Nonce(host));
        let (nonce, shown) = comparing.reveal(&Nonce(host)).expect("another nonce");
        // Whoever stands between opens the commitment anew for the other channel.
        let waiting = HostComparison {
            commitment: Commitment::of(&theirs, &nonce),
            ..waiting
        };
        (shown, waiting.words(&nonce).expect("as committed"))
    }

    #[test]
    fn both_screens_show_the_same_words() {
        let (guest, host) = both(channel(), channel(), [1; 32], [2; 32]);
        assert_eq!(guest, host);
        assert_eq!(guest.to_string().split(' ').count(), WORDS);
    }

    #[test]
    fn whoever_stands_between_makes_the_words_differ() {
        let eve = crate::device::DeviceId(*b"eve-eve-eve-eve-eve-");
        for other in [
            Channel {
                exporter: [8; 32],
                ..channel()
            },
            Channel {
                guest: eve,
                ..channel()
            },
            Channel {
                host: eve,
                ..channel()
            },
        ] {
            let (guest, host) = both(channel(), other, [1; 32], [2; 32]);
            assert_ne!(guest, host, "{other:?}");
        }
    }

    #[test]
    fn a_guest_cannot_choose_its_nonce_after_it_has_seen_the_hosts() {
        let (_, commitment) = GuestComparison::begin(channel(), Nonce([1; 32]));
        let host = HostComparison::begin(channel(), commitment, Nonce([2; 32]));
        assert_eq!(
            host.words(&Nonce([3; 32])),
            Err(PairError::BrokenCommitment)
        );
    }

    #[test]
    fn a_commitment_is_for_one_channel() {
        let mut other = channel();
        other.exporter[0] ^= 1;
        let (_, commitment) = GuestComparison::begin(other, Nonce([1; 32]));
        let host = HostComparison::begin(channel(), commitment, Nonce([2; 32]));
        assert_eq!(
            host.words(&Nonce([1; 32])),
            Err(PairError::BrokenCommitment)
        );
    }

    #[test]
    fn a_nonce_that_is_sent_back_is_refused() {
        let (guest, commitment) = GuestComparison::begin(channel(), Nonce([1; 32]));
        assert_eq!(
            guest.reveal(&Nonce([1; 32])).map(drop),
            Err(PairError::Reflected)
        );
        let host = HostComparison::begin(channel(), commitment, Nonce([2; 32]));
        assert_eq!(host.words(&Nonce([2; 32])), Err(PairError::Reflected));
    }

    #[test]
    fn the_words_are_all_different_and_none_is_nearly_another() {
        let distinct: HashSet<&str> = LIST.into_iter().collect();
        assert_eq!(distinct.len(), 256);
        for (place, one) in LIST.iter().enumerate() {
            assert!((4..=8).contains(&one.len()), "{one}");
            assert!(one.bytes().all(|byte| byte.is_ascii_lowercase()), "{one}");
            for other in &LIST[place + 1..] {
                assert!(distance(one, other) > 1, "{one} is nearly {other}");
            }
        }
    }

    /// Letters to change, add or leave out (Levenshtein).
    fn distance(a: &str, b: &str) -> usize {
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, x) in a.bytes().enumerate() {
            let mut diagonal = row[0];
            row[0] = i + 1;
            for (j, y) in b.bytes().enumerate() {
                let changed = diagonal + usize::from(x != y);
                diagonal = row[j + 1];
                row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
            }
        }
        row[b.len()]
    }

    proptest! {
        #[test]
        fn other_nonces_give_other_words(guest: [u8; 32], host: [u8; 32]) {
            prop_assume!(guest != host);
            let (shown, same) = both(channel(), channel(), guest, host);
            prop_assert_eq!(shown, same);
            // One chance in 2^32 for each case.
            let (other, _) = both(channel(), channel(), host, guest);
            prop_assert_ne!(shown, other);
        }
    }
}
