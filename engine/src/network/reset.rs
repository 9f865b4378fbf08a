//! Stateless resets that survive a restart (RFC 9000, section 10.3).
//!
//! A device that was killed knows nothing of the connections that it had. A packet of such a connection is
//! answered by a reset, which ends it at the peer at once instead of after the idle time-out; the peer
//! believes the reset only if it carries the token that the first process gave. So the keys of tokens and
//! of connection ids are derived from the device's key, not drawn at each start.
//!
//! Every packet carries the connection id that its receiver chose, so ids are short: four bytes instead of
//! quinn's eight are a quarter of a percent of everything that is sent.

use std::{sync::Arc, time::Duration};

use quinn::{
    ConnectionId, ConnectionIdGenerator, EndpointConfig,
    crypto::{CryptoError, HmacKey},
};
use quinn_proto::{InvalidCid, RandomConnectionIdGenerator};

use super::DeviceKey;

const TOKENS: &str = "chunkstream 2026-11 stateless reset tokens";
const CONNECTION_IDS: &str = "chunkstream 2026-11 connection ids";

/// The endpoint's settings, the same at every start of a device.
pub(super) fn config(key: &DeviceKey) -> EndpointConfig {
    let mut config = EndpointConfig::new(Arc::new(ResetKey(key.derive(TOKENS))));
    let ids = Ids(key.derive(CONNECTION_IDS));
    config.cid_generator(move || Box::new(ids));
    config
}

/// Makes connection ids: drawn bytes, and one byte by which the device knows its own again.
#[derive(Clone, Copy)]
struct Ids([u8; 32]);

/// Drawn: enough for sixteen million connections, and quinn draws again what is in use.
const DRAWN: usize = 3;
/// Of 256 packets of noise one is answered like a packet of a lost connection; quinn answers at most 50 in a second.
const ID_LEN: usize = DRAWN + 1;

impl Ids {
    /// The byte by which `drawn` is known again.
    fn mark(&self, drawn: &[u8]) -> u8 {
        blake3::keyed_hash(&self.0, drawn).as_bytes()[0]
    }
}

impl ConnectionIdGenerator for Ids {
    fn generate_cid(&mut self) -> ConnectionId {
        let mut id = [0; ID_LEN];
        id[..DRAWN].copy_from_slice(&RandomConnectionIdGenerator::new(DRAWN).generate_cid());
        id[DRAWN] = self.mark(&id[..DRAWN]);
        ConnectionId::new(&id)
    }

    fn validate(&self, id: &ConnectionId) -> Result<(), InvalidCid> {
        match id.split_at_checked(DRAWN) {
            Some((drawn, [mark])) if *mark == self.mark(drawn) => Ok(()),
            _ => Err(InvalidCid),
        }
    }

    fn cid_len(&self) -> usize {
        ID_LEN
    }

    fn cid_lifetime(&self) -> Option<Duration> {
        None
    }
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
    fn a_device_knows_its_connections_ids_after_a_restart_and_few_others() {
        let key = DeviceKey::generate().expect("a key");
        let (mut first, again) = (
            Ids(key.derive(CONNECTION_IDS)),
            Ids(key.derive(CONNECTION_IDS)),
        );
        let id = first.generate_cid();
        assert_eq!(id.len(), first.cid_len());
        assert_ne!(id, first.generate_cid());
        assert!(again.validate(&id).is_ok());
        let mut marks = 0..=u8::MAX;
        assert!(marks.all(|mark| {
            let claimed = ConnectionId::new(&[id[0], id[1], id[2], mark]);
            again.validate(&claimed).is_ok() == (mark == id[DRAWN])
        }));
        assert!(again.validate(&ConnectionId::new(&id[..DRAWN])).is_err());
        assert!(again.validate(&ConnectionId::new(&[0; 8])).is_err());
    }

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
