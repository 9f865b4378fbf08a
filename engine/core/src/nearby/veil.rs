//! A name for a device that only those understand who know its id.
//!
//! A nonce and a keyed hash of it: who knows an id hashes the nonce with it and compares. To everybody else both are
//! random bytes, and two veils of one device have nothing in common. (The idea is that of RFC 8882, section 4, with the
//! device id in the place of a secret of each pair: one announcement serves all that know the device.)
//!
//! What it does not do: it hides nothing from those who know the id, and it proves nothing. Somebody who has heard a veil
//! can say it again elsewhere, and learns then whether a device that knows its owner comes and dials.

use std::fmt;

use crate::device::DeviceId;

/// Fresh for each veil.
pub const NONCE_BYTES: usize = 16;
const TAG_BYTES: usize = 16;
const CONTEXT: &str = "chunkstream.pro 2026-11 nearby veil v1";

/// Stands for a device towards those who know its id.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Veil {
    nonce: [u8; NONCE_BYTES],
    tag: [u8; TAG_BYTES],
}

impl Veil {
    /// The device's veil of that nonce, which must be random and used once.
    pub fn new(device: DeviceId, nonce: [u8; NONCE_BYTES]) -> Self {
        Self {
            nonce,
            tag: tag(device, &nonce),
        }
    }

    /// Whether it stands for that device, or was heard from it once.
    pub fn is_of(&self, device: DeviceId) -> bool {
        tag(device, &self.nonce) == self.tag
    }

    /// The nonce, then the hash.
    pub fn to_bytes(self) -> [u8; NONCE_BYTES + TAG_BYTES] {
        let mut bytes = [0; NONCE_BYTES + TAG_BYTES];
        bytes[..NONCE_BYTES].copy_from_slice(&self.nonce);
        bytes[NONCE_BYTES..].copy_from_slice(&self.tag);
        bytes
    }

    /// The inverse of [`Veil::to_bytes`].
    pub fn from_bytes(bytes: [u8; NONCE_BYTES + TAG_BYTES]) -> Self {
        let (mut nonce, mut tag) = ([0; NONCE_BYTES], [0; TAG_BYTES]);
        nonce.copy_from_slice(&bytes[..NONCE_BYTES]);
        tag.copy_from_slice(&bytes[NONCE_BYTES..]);
        Self { nonce, tag }
    }
}

impl fmt::Debug for Veil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nonce = data_encoding::HEXLOWER.encode(&self.nonce[..4]);
        write!(f, "Veil({nonce})")
    }
}

fn tag(device: DeviceId, nonce: &[u8; NONCE_BYTES]) -> [u8; TAG_BYTES] {
    let key = blake3::derive_key(CONTEXT, &device.0);
    let hash = blake3::keyed_hash(&key, nonce);
    let mut tag = [0; TAG_BYTES];
    tag.copy_from_slice(&hash.as_bytes()[..TAG_BYTES]);
    tag
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(n: u8) -> DeviceId {
        DeviceId([n; 20])
    }

    #[test]
    fn who_knows_the_id_recognises_the_device_and_nobody_else_does() {
        let veil = Veil::new(device(1), [7; NONCE_BYTES]);
        assert!(veil.is_of(device(1)));
        assert!(
            (0..=255)
                .filter(|n| *n != 1)
                .all(|n| !veil.is_of(device(n)))
        );
        assert_eq!(Veil::from_bytes(veil.to_bytes()), veil);
    }

    #[test]
    fn two_veils_of_one_device_have_nothing_in_common() {
        let (one, other) = (
            Veil::new(device(1), [1; NONCE_BYTES]),
            Veil::new(device(1), [2; NONCE_BYTES]),
        );
        assert_ne!(one.tag, other.tag);
        // A nonce that is heard says nothing of whose it is: another device's veil of it is another one.
        assert_ne!(Veil::new(device(2), one.nonce).tag, one.tag);
    }

    #[test]
    fn a_changed_bit_is_nobodys() {
        let bytes = Veil::new(device(3), [9; NONCE_BYTES]).to_bytes();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!Veil::from_bytes(changed).is_of(device(3)), "{bit}");
        }
    }
}
