//! Pairing by a short code: SPAKE2 and a confirmation of its key in both directions.
//!
//! ```text
//! guest                                     host
//! Share X                    ->
//!                            <-             Share Y
//! Proof of the guest         ->             wrong: the code is burnt
//!                            <-             Proof of the host
//! ```
//!
//! The guest proves first: a host that hears a wrong proof has said nothing by which a guess could be checked, and knows
//! that one was made. A guest that has proved has given whoever plays the host one guess; its code counts as spent from
//! then on ([`super::SpentCodes`]).
//!
//! Source: M. Abdalla and D. Pointcheval, "Simple Password-Based Encrypted Key Exchange Protocols" (CT-RSA 2005), with
//! different points for the two sides; by the crate `spake2`, over edwards25519 with SHA-256. Its elements differ from
//! those of RFC 9382. The confirmation is ours.

use rand_core::{CryptoRng, RngCore};
use serde::{Deserialize, Serialize};
use spake2::{Ed25519Group, Identity, Password, Spake2};

use super::{Channel, PairError, PairingCode, Proof, Side};

const RANDOM_CONTEXT: &str = "chunkstream.pro 2026-11 pairing scalar v1";
const KEY_CONTEXT: &str = "chunkstream.pro 2026-11 pairing by code v1";
/// The byte that the crate puts before a share to say whose it is.
const GUEST_SIDE: u8 = b'A';
const HOST_SIDE: u8 = b'B';

/// One side's public value: a point of edwards25519, blinded with the code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Share([u8; 32]);

/// A guest that has said its share.
#[derive(Debug)]
pub struct GuestExchange {
    spake: Spake2<Ed25519Group>,
    channel: Channel,
    share: Share,
}

/// A guest that has proved that it has the code, and waits for the host's proof.
#[derive(Debug)]
pub struct GuestConfirming {
    expected: Proof,
}

/// A host that has said its share, and waits for the guest's proof.
#[derive(Debug)]
pub struct HostExchange {
    expected: Proof,
    answer: Proof,
}

impl GuestExchange {
    /// Begins with the code that was typed. `seed` is fresh randomness.
    pub fn begin(code: PairingCode, channel: Channel, seed: [u8; 32]) -> (Self, Share) {
        let (password, guest, host) = names(code, &channel);
        let (spake, said) = Spake2::start_a_with_rng(&password, &guest, &host, Seeded::new(&seed));
        let share = Share::of(&said);
        let exchange = Self {
            spake,
            channel,
            share,
        };
        (exchange, share)
    }

    /// Takes the host's share; the proof is for the host.
    ///
    /// # Errors
    /// [`PairError::Reflected`], [`PairError::BadShare`].
    pub fn answer(self, host: &Share) -> Result<(GuestConfirming, Proof), PairError> {
        let key = key(self.spake, HOST_SIDE, host, &self.share)?;
        let parts = [&self.share.0, &host.0];
        let proof = self.channel.proof(&key, Side::Guest, &parts);
        let expected = self.channel.proof(&key, Side::Host, &parts);
        Ok((GuestConfirming { expected }, proof))
    }
}

impl GuestConfirming {
    /// Takes the host's proof: it has the code too, and nobody stands between.
    ///
    /// # Errors
    /// [`PairError::WrongCode`].
    pub fn finish(self, host: &Proof) -> Result<(), PairError> {
        if *host == self.expected {
            Ok(())
        } else {
            Err(PairError::WrongCode)
        }
    }
}

impl HostExchange {
    /// Takes the guest's share; the host's is for the guest. `seed` is fresh randomness.
    ///
    /// # Errors
    /// [`PairError::BadShare`].
    pub(super) fn begin(
        code: PairingCode,
        channel: Channel,
        guest: &Share,
        seed: [u8; 32],
    ) -> Result<(Self, Share), PairError> {
        let (password, a, b) = names(code, &channel);
        let (spake, said) = Spake2::start_b_with_rng(&password, &a, &b, Seeded::new(&seed));
        let share = Share::of(&said);
        let key = key(spake, GUEST_SIDE, guest, &share)?;
        let parts = [&guest.0, &share.0];
        let exchange = Self {
            expected: channel.proof(&key, Side::Guest, &parts),
            answer: channel.proof(&key, Side::Host, &parts),
        };
        Ok((exchange, share))
    }

    /// Takes the guest's proof; the host's own is for the guest.
    ///
    /// # Errors
    /// [`PairError::WrongCode`].
    pub(super) fn finish(self, guest: &Proof) -> Result<Proof, PairError> {
        if *guest == self.expected {
            Ok(self.answer)
        } else {
            Err(PairError::WrongCode)
        }
    }
}

impl Share {
    /// Without the byte that says whose it is: the direction says so.
    fn of(said: &[u8]) -> Self {
        let mut share = [0; 32];
        share.copy_from_slice(&said[1..]);
        Self(share)
    }
}

fn names(code: PairingCode, channel: &Channel) -> (Password, Identity, Identity) {
    let (guest, host) = (
        Identity::new(&channel.guest.0),
        Identity::new(&channel.host.0),
    );
    (Password::new(code.password()), guest, host)
}

/// The key that both have if both have the code. The crate's is a hash of the code, both ids, both shares and the
/// secret point.
fn key(
    spake: Spake2<Ed25519Group>,
    side: u8,
    theirs: &Share,
    ours: &Share,
) -> Result<[u8; 32], PairError> {
    if theirs == ours {
        return Err(PairError::Reflected);
    }
    let mut message = [side; 33];
    message[1..].copy_from_slice(&theirs.0);
    let secret = spake.finish(&message).map_err(|_| PairError::BadShare)?;
    Ok(blake3::derive_key(KEY_CONTEXT, &secret))
}

/// Randomness from outside, so that this crate needs none of its own: the output of BLAKE3 in its derive-key mode.
struct Seeded(blake3::OutputReader);

impl Seeded {
    fn new(seed: &[u8; 32]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(RANDOM_CONTEXT);
        hasher.update(seed);
        Self(hasher.finalize_xof())
    }
}

impl RngCore for Seeded {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, place: &mut [u8]) {
        self.0.fill(place);
    }

    fn try_fill_bytes(&mut self, place: &mut [u8]) -> Result<(), rand_core::Error> {
        self.0.fill(place);
        Ok(())
    }
}

impl CryptoRng for Seeded {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::testing::*, *};

    fn code(number: u64) -> PairingCode {
        PairingCode::from_random(number.to_le_bytes())
    }

    /// What one side finds.
    type Found = Result<(), PairError>;

    /// A whole exchange. `tampered` is the number of the message, from 0, and its bit that somebody turns on the way.
    fn pair(
        ours: (PairingCode, Channel),
        theirs: (PairingCode, Channel),
        tampered: Option<(usize, usize)>,
    ) -> (Found, Found) {
        let bit = |message| match tampered {
            Some((which, bit)) if which == message => Some(bit),
            _ => None,
        };
        let share = |message, mut share: Share| {
            if let Some(bit) = bit(message) {
                share.0[bit / 8] ^= 1 << (bit % 8);
            }
            share
        };
        let proof = |message, proof: Proof| match bit(message) {
            Some(bit) => proof.tampered(bit),
            None => proof,
        };
        let both = |error| (Err(error), Err(error));
        let (guest, x) = GuestExchange::begin(ours.0, ours.1, [1; 32]);
        let (host, y) = match HostExchange::begin(theirs.0, theirs.1, &share(0, x), [2; 32]) {
            Ok(begun) => begun,
            Err(error) => return both(error),
        };
        let (guest, said) = match guest.answer(&share(1, y)) {
            Ok(answered) => answered,
            Err(error) => return both(error),
        };
        match host.finish(&proof(2, said)) {
            Ok(answer) => (guest.finish(&proof(3, answer)), Ok(())),
            Err(error) => both(error),
        }
    }

    const WRONG: (Found, Found) = (Err(PairError::WrongCode), Err(PairError::WrongCode));

    #[test]
    fn the_right_code_pairs_both() {
        let code = code(1);
        let both = pair((code, channel()), (code, channel()), None);
        assert_eq!(both, (Ok(()), Ok(())));
    }

    #[test]
    fn a_wrong_code_pairs_neither() {
        let both = pair((code(1), channel()), (code(2), channel()), None);
        assert_eq!(both, WRONG);
    }

    #[test]
    fn the_same_code_over_another_connection_pairs_neither() {
        let code = code(1);
        let mut other = channel();
        other.exporter[31] ^= 1;
        let both = pair((code, channel()), (code, other), None);
        assert_eq!(both, WRONG);
    }

    #[test]
    fn the_same_code_for_another_device_pairs_neither() {
        let code = code(1);
        let eve = crate::device::DeviceId(*b"eve-eve-eve-eve-eve-");
        for other in [
            Channel {
                guest: eve,
                ..channel()
            },
            Channel {
                host: eve,
                ..channel()
            },
            Channel {
                guest: HOST,
                host: GUEST,
                ..channel()
            },
        ] {
            let both = pair((code, channel()), (code, other), None);
            assert_eq!(both, WRONG, "{other:?}");
        }
    }

    #[test]
    fn what_is_sent_back_to_its_sender_is_refused() {
        let (guest, share) = GuestExchange::begin(code(1), channel(), [1; 32]);
        assert_eq!(
            guest.answer(&share).map(drop),
            Err(PairError::Reflected),
            "the share"
        );
        let (guest, share) = GuestExchange::begin(code(1), channel(), [1; 32]);
        let (host, answer) =
            HostExchange::begin(code(1), channel(), &share, [2; 32]).expect("a point");
        let (guest, proof) = guest.answer(&answer).expect("a point");
        assert_eq!(guest.finish(&proof), Err(PairError::WrongCode), "the proof");
        host.finish(&proof).expect("the honest host takes it");
    }

    #[test]
    fn a_share_that_is_no_point_is_refused() {
        // y = 2 is on no point of the curve.
        let mut bytes = [0; 32];
        bytes[0] = 2;
        let begun = HostExchange::begin(code(1), channel(), &Share(bytes), [2; 32]);
        assert_eq!(begun.map(drop), Err(PairError::BadShare));
        let (guest, _) = GuestExchange::begin(code(1), channel(), [1; 32]);
        assert_eq!(
            guest.answer(&Share(bytes)).map(drop),
            Err(PairError::BadShare)
        );
    }

    #[test]
    fn the_neutral_point_and_points_of_small_order_open_nothing() {
        // Of order 1, 2 and 4: y is 1, -1 and 0.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let mut order_two = [0xff; 32];
        (order_two[0], order_two[31]) = (0xec, 0x7f);
        for share in [neutral, order_two, [0; 32]] {
            let (guest, _) = GuestExchange::begin(code(1), channel(), [1; 32]);
            let (_, proof) = guest.answer(&Share(share)).expect("a point");
            let (host, _) =
                HostExchange::begin(code(1), channel(), &Share(share), [2; 32]).expect("a point");
            assert_eq!(host.finish(&proof), Err(PairError::WrongCode));
        }
    }

    #[test]
    fn the_same_code_gives_other_shares_each_time() {
        let (_, one) = GuestExchange::begin(code(1), channel(), [1; 32]);
        let (_, other) = GuestExchange::begin(code(1), channel(), [3; 32]);
        assert_ne!(one, other);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn one_bit_that_is_turned_in_any_message_is_noticed(message in 0usize..4, bit in 0usize..256) {
            let code = code(77);
            let (guest, host) = pair((code, channel()), (code, channel()), Some((message, bit)));
            prop_assert!(guest.is_err());
            // The host has heard all that it needs when its own last word is changed.
            prop_assert_eq!(host.is_err(), message < 3);
        }

        #[test]
        fn only_equal_codes_pair(a in 0u64..100_000_000, b in 0u64..100_000_000) {
            let (ours, theirs) = (code(a), code(b));
            let (guest, host) = pair((ours, channel()), (theirs, channel()), None);
            prop_assert_eq!((guest.is_ok(), host.is_ok()), (a == b, a == b));
            let both = pair((ours, channel()), (ours, channel()), None);
            prop_assert_eq!(both, (Ok(()), Ok(())));
        }
    }
}
