//! Pairing by a ticket's one-time secret: whoever has the ticket proves it on the connection that the ticket's device
//! id pins, and the maker proves in return that it made it.

use super::{Channel, PairError, Proof, Side};
use crate::device::TicketSecret;

const KEY_CONTEXT: &str = "chunkstream.pro 2026-11 pairing by ticket v1";

/// A guest that has proved that it has the ticket, and waits for the maker's proof.
#[derive(Debug)]
pub struct TicketGuest {
    expected: Proof,
}

impl TicketGuest {
    /// Begins with the ticket's secret; the proof is for its maker.
    pub fn begin(secret: &TicketSecret, channel: &Channel) -> (Self, Proof) {
        let (proof, expected) = proofs(secret, channel);
        (Self { expected }, proof)
    }

    /// Takes the maker's proof.
    ///
    /// # Errors
    /// [`PairError::WrongSecret`].
    pub fn finish(self, host: &Proof) -> Result<(), PairError> {
        if *host == self.expected {
            Ok(())
        } else {
            Err(PairError::WrongSecret)
        }
    }
}

/// What the maker of the ticket answers to a guest's proof.
///
/// # Errors
/// [`PairError::WrongSecret`].
pub(super) fn answer(
    secret: &TicketSecret,
    channel: &Channel,
    guest: &Proof,
) -> Result<Proof, PairError> {
    let (expected, answer) = proofs(secret, channel);
    if *guest == expected {
        Ok(answer)
    } else {
        Err(PairError::WrongSecret)
    }
}

/// The guest's proof on a channel, and the host's.
fn proofs(secret: &TicketSecret, channel: &Channel) -> (Proof, Proof) {
    let key = blake3::derive_key(KEY_CONTEXT, secret.bytes());
    let of = |side| channel.proof(&key, side, &[]);
    (of(Side::Guest), of(Side::Host))
}

#[cfg(test)]
mod tests {
    use super::{super::testing::*, *};

    fn secret(byte: u8) -> TicketSecret {
        TicketSecret::new([byte; TicketSecret::BYTES])
    }

    #[test]
    fn the_ticket_pairs_both() {
        let (guest, proof) = TicketGuest::begin(&secret(5), &channel());
        let answer = answer(&secret(5), &channel(), &proof).expect("the same secret");
        assert_eq!(guest.finish(&answer), Ok(()));
    }

    #[test]
    fn another_secret_channel_or_direction_proves_nothing() {
        let (guest, proof) = TicketGuest::begin(&secret(5), &channel());
        let mut replayed = channel();
        replayed.exporter[0] ^= 1;
        let wrong = Err(PairError::WrongSecret);
        assert_eq!(answer(&secret(6), &channel(), &proof), wrong);
        assert_eq!(answer(&secret(5), &replayed, &proof), wrong);
        let tampered = proof.tampered(200);
        assert_eq!(answer(&secret(5), &channel(), &tampered), wrong);
        assert_eq!(
            guest.finish(&proof),
            Err(PairError::WrongSecret),
            "sent back"
        );
    }
}
