//! Stateless resets that survive a restart (RFC 9000, section 10.3).
//!
//! A device that was killed knows nothing of the connections that it had. A packet of such a connection is
//! answered by a reset, which ends it at the peer at once instead of after the idle time-out; the peer
//! believes the reset only if it carries the token that the first process gave. So the keys of tokens and
//! of connection ids are derived from the device's key, not drawn at each start.

use std::sync::Arc;

use quinn::{
    EndpointConfig,
    crypto::{CryptoError, HmacKey},
};
use quinn_proto::HashedConnectionIdGenerator;

use super::DeviceKey;

const TOKENS: &str = "chunkstream 2026-11 stateless reset tokens";
const CONNECTION_IDS: &str = "chunkstream 2026-11 connection ids";

/// The endpoint's settings, the same at every start of a device.
pub(super) fn config(key: &DeviceKey) -> EndpointConfig {
    let mut config = EndpointConfig::new(Arc::new(ResetKey(key.derive(TOKENS))));
    let ids = key.derive(CONNECTION_IDS);
    let ids = ids[..8]
        .iter()
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    config.cid_generator(move || Box::new(HashedConnectionIdGenerator::from_key(ids)));
    config
}

/// Keyed BLAKE3 as the MAC.
struct ResetKey([u8; 32]);

impl HmacKey for ResetKey {
    fn sign(&self, data: &[u8], signature_out: &mut [u8]) {
        let signature = blake3::keyed_hash(&self.0, data);
        signature_out.copy_from_slice(&signature.as_bytes()[..signature_out.len()]);
    }

    fn signature_len(&self) -> usize {
        blake3::OUT_LEN
    }

    fn verify(&self, data: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        let found: [u8; blake3::OUT_LEN] = signature.try_into().map_err(|_| CryptoError)?;
        // Compared in constant time.
        if blake3::keyed_hash(&self.0, data) == blake3::Hash::from_bytes(found) {
            Ok(())
        } else {
            Err(CryptoError)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_signs_alike_after_a_restart_and_no_other_does() {
        let key = DeviceKey::generate().expect("a key");
        let (first, again) = (ResetKey(key.derive(TOKENS)), ResetKey(key.derive(TOKENS)));
        let mut signature = [0; blake3::OUT_LEN];
        first.sign(b"a connection id", &mut signature);
        assert!(again.verify(b"a connection id", &signature).is_ok());
        assert!(again.verify(b"another", &signature).is_err());
        assert!(again.verify(b"a connection id", &signature[1..]).is_err());
        let other = DeviceKey::generate().expect("a key");
        assert!(
            ResetKey(other.derive(TOKENS))
                .verify(b"a connection id", &signature)
                .is_err()
        );
    }
}
