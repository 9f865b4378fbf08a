//! TLS 1.3 both ways: who is at the other end is decided by its Ed25519 key and by nothing else.
//!
//! The certificates are self-signed envelopes for the keys; names and dates in them mean nothing. The
//! handshake's signature (RFC 8446, CertificateVerify) proves that the peer has the key, the verifiers
//! here compare the key with the device that is meant.
//!
//! A session may be resumed (RFC 8446, section 2.2), for as long as the process lives: a resumed handshake proves that
//! both ends are those of the first one, by a secret that only they have, and each end still knows the other's
//! certificate. Each device has its own settings and tickets here; rustls uses a ticket only with the verifier that it
//! was got with. Nothing is sent before the handshake is over (no 0-RTT, see docs/SECURITY.md).

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use chunkstream_core::{device::DeviceId, wire::ALPN};
use quinn::{TokenMemoryCache, crypto::rustls::QuicClientConfig};
use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, SignatureScheme,
    client::Resumption,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::danger::{ClientCertVerified, ClientCertVerifier},
};

use super::{DeviceKey, NetworkError};

/// The DER of an Ed25519 SubjectPublicKeyInfo up to the 32 bytes of the key (RFC 8410).
const ED25519_SPKI: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// The device whose key this certificate carries.
///
/// # Errors
/// If it is no X.509 certificate with an Ed25519 key.
pub(super) fn device_of(certificate: &CertificateDer<'_>) -> Result<DeviceId, Error> {
    let bad = || Error::InvalidCertificate(rustls::CertificateError::BadEncoding);
    let parsed = webpki::EndEntityCert::try_from(certificate).map_err(|_| bad())?;
    let spki = parsed.subject_public_key_info();
    let key = spki
        .as_ref()
        .strip_prefix(&ED25519_SPKI[..])
        .ok_or_else(bad)?;
    Ok(DeviceId::of_public_key(key.try_into().map_err(|_| bad())?))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// The device that a handshake met instead of the one that was meant.
pub(super) type Found = Arc<Mutex<Option<DeviceId>>>;

/// Devices whose settings and tickets are kept.
const MAX_CLIENTS: usize = 64;
/// Tickets of one device; each is used once.
const TICKETS: usize = 8;

/// For dialling one device, and what its earlier connections left for the next.
#[derive(Clone)]
pub(super) struct Client {
    pub(super) crypto: Arc<QuicClientConfig>,
    /// Who answered instead, if ever somebody did.
    pub(super) found: Found,
    /// What proves this side's address at the next handshake.
    pub(super) tokens: Arc<TokenMemoryCache>,
}

/// The settings for dialling each device, the one dialled last at the back.
#[derive(Default)]
pub(super) struct Clients(Mutex<VecDeque<(DeviceId, Client)>>);

impl std::fmt::Debug for Clients {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clients")
    }
}

impl Clients {
    /// Those of a device.
    pub(super) fn get(&self, key: &DeviceKey, device: DeviceId) -> Result<Client, NetworkError> {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = clients.iter().position(|(known, _)| *known == device);
        let client = if let Some((_, client)) = known.and_then(|index| clients.remove(index)) {
            client
        } else {
            let found = Found::default();
            Client::new(client(key, Some(device), found.clone())?, found)?
        };
        if clients.len() == MAX_CLIENTS {
            clients.pop_front();
        }
        clients.push_back((device, client.clone()));
        Ok(client)
    }
}

impl Client {
    fn new(config: rustls::ClientConfig, found: Found) -> Result<Self, NetworkError> {
        let crypto =
            QuicClientConfig::try_from(config).map_err(|e| NetworkError::Setup(e.to_string()))?;
        Ok(Self {
            crypto: Arc::new(crypto),
            found,
            tokens: Arc::new(TokenMemoryCache::new(1, TICKETS)),
        })
    }

    /// For dialling whoever is at an address, to pair with it: it proves a key, and nobody has said yet whose it is.
    /// Nothing of such a connection is kept for another one.
    pub(super) fn for_anybody(key: &DeviceKey) -> Result<Self, NetworkError> {
        Self::new(anybody(key)?, Found::default())
    }
}

fn anybody(key: &DeviceKey) -> Result<rustls::ClientConfig, NetworkError> {
    let mut config = client(key, None, Found::default())?;
    config.resumption = Resumption::disabled();
    Ok(config)
}

/// For dialling `expected` and nobody else, or anybody; `found` tells afterwards who answered instead.
fn client(
    key: &DeviceKey,
    expected: Option<DeviceId>,
    found: Found,
) -> Result<rustls::ClientConfig, NetworkError> {
    let provider = provider();
    let verifier = Pinned {
        expected,
        found,
        provider: provider.clone(),
    };
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(setup)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_auth_cert(vec![key.certificate()], key.private())
        .map_err(setup)?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.resumption = Resumption::in_memory_sessions(TICKETS);
    Ok(config)
}

/// For being dialled by any device that proves its key.
pub(super) fn server(key: &DeviceKey) -> Result<rustls::ServerConfig, NetworkError> {
    let provider = provider();
    let mut config = rustls::ServerConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(setup)?
        .with_client_cert_verifier(Arc::new(AnyDevice { provider }))
        .with_single_cert(vec![key.certificate()], key.private())
        .map_err(setup)?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    Ok(config)
}

fn setup(error: Error) -> NetworkError {
    NetworkError::Setup(error.to_string())
}

/// Accepts one device; without one, any that proves its key, as pairing needs it.
#[derive(Debug)]
struct Pinned {
    expected: Option<DeviceId>,
    found: Found,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let device = device_of(end_entity)?;
        if self.expected.is_none_or(|expected| expected == device) {
            return Ok(ServerCertVerified::assertion());
        }
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(device);
        Err(Error::InvalidCertificate(
            rustls::CertificateError::ApplicationVerificationFailure,
        ))
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("TLS 1.2 is not spoken here".into()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }
}

/// Accepts every device that proves its key: who may do what is the coordinator's to say.
#[derive(Debug)]
struct AnyDevice {
    provider: Arc<CryptoProvider>,
}

impl ClientCertVerifier for AnyDevice {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        device_of(end_entity).map(|_| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("TLS 1.2 is not spoken here".into()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }
}

#[cfg(test)]
mod tests {
    use rustls::{ClientConfig, ClientConnection, HandshakeKind, ServerConfig, ServerConnection};

    use super::*;

    /// What both ends know when a handshake is over, or what the dialling end has against it.
    fn handshake(
        client: &Arc<ClientConfig>,
        server: &Arc<ServerConfig>,
    ) -> Result<(HandshakeKind, DeviceId, DeviceId), Error> {
        let name = ServerName::try_from("device.chunkstream.invalid").expect("a name");
        let mut client = ClientConnection::new(client.clone(), name).expect("a client");
        let mut server = ServerConnection::new(server.clone()).expect("a server");
        // Long enough for the tickets, which follow the handshake.
        for _ in 0..6 {
            let mut bytes = Vec::new();
            client.write_tls(&mut bytes).expect("memory");
            server.read_tls(&mut &bytes[..]).expect("memory");
            server.process_new_packets()?;
            bytes.clear();
            server.write_tls(&mut bytes).expect("memory");
            client.read_tls(&mut &bytes[..]).expect("memory");
            client.process_new_packets()?;
        }
        assert!(!client.is_handshaking() && !server.is_handshaking());
        let kind = client.handshake_kind().expect("a finished handshake");
        assert_eq!(server.handshake_kind(), Some(kind));
        let device = |certificates: Option<&[CertificateDer<'_>]>| {
            device_of(&certificates.expect("certificates")[0]).expect("a device")
        };
        Ok((
            kind,
            device(client.peer_certificates()),
            device(server.peer_certificates()),
        ))
    }

    fn key() -> DeviceKey {
        DeviceKey::generate().expect("a key")
    }

    fn dials(key: &DeviceKey, device: DeviceId) -> (Arc<ClientConfig>, Found) {
        let found = Found::default();
        let config = client(key, Some(device), found.clone()).expect("a client");
        (Arc::new(config), found)
    }

    fn listens(key: &DeviceKey) -> Arc<ServerConfig> {
        Arc::new(server(key).expect("a server"))
    }

    #[test]
    fn a_resumed_session_still_proves_both_devices() {
        let (ada, bob) = (key(), key());
        let (dials, listens) = (dials(&ada, bob.id()).0, listens(&bob));
        let first = handshake(&dials, &listens).expect("they meet");
        assert_eq!(first, (HandshakeKind::Full, bob.id(), ada.id()));
        for _ in 0..3 {
            let again = handshake(&dials, &listens).expect("they meet again");
            assert_eq!(again, (HandshakeKind::Resumed, bob.id(), ada.id()));
        }
    }

    #[test]
    fn a_ticket_of_one_device_does_not_open_the_way_to_another() {
        let (ada, bob, eve) = (key(), key(), key());
        let (to_bob, found) = dials(&ada, bob.id());
        handshake(&to_bob, &listens(&bob)).expect("they meet");
        // Another device at bob's address does not know his ticket, and is not bob.
        assert!(handshake(&to_bob, &listens(&eve)).is_err());
        let met = *found.lock().expect("no panic");
        assert_eq!(met, Some(eve.id()));
        // What was got from bob is not used for eve.
        let (to_eve, _) = dials(&ada, eve.id());
        let met = handshake(&to_eve, &listens(&eve)).expect("they meet");
        assert_eq!(met, (HandshakeKind::Full, eve.id(), ada.id()));
    }

    #[test]
    fn who_dials_to_pair_learns_who_answered_and_keeps_nothing() {
        let (ada, bob, eve) = (key(), key(), key());
        let dials = Arc::new(anybody(&ada).expect("a client"));
        for device in [&bob, &bob, &eve] {
            let met = handshake(&dials, &listens(device)).expect("they meet");
            assert_eq!(met, (HandshakeKind::Full, device.id(), ada.id()));
        }
    }

    #[test]
    fn a_session_does_not_survive_the_restart_of_either_end() {
        let (ada, bob) = (key(), key());
        let (to_bob, first) = (dials(&ada, bob.id()).0, listens(&bob));
        handshake(&to_bob, &first).expect("they meet");
        let (kind, _, _) = handshake(&to_bob, &listens(&bob)).expect("they meet");
        assert_eq!(kind, HandshakeKind::Full);
        let (restarted, _) = dials(&ada, bob.id());
        let (kind, _, _) = handshake(&restarted, &first).expect("they meet");
        assert_eq!(kind, HandshakeKind::Full);
    }

    #[test]
    fn one_device_over_the_limit_costs_the_one_that_was_dialled_longest_ago() {
        let (ada, clients) = (key(), Clients::default());
        let device = |n: usize| DeviceId([n as u8; 20]);
        let first = clients.get(&ada, device(0)).expect("settings");
        for n in 1..MAX_CLIENTS {
            clients.get(&ada, device(n)).expect("settings");
        }
        let same = |n: usize, client: &Client| {
            let found = clients.get(&ada, device(n)).expect("settings");
            Arc::ptr_eq(&found.crypto, &client.crypto)
        };
        assert!(
            same(0, &first),
            "there is room for all, and 0 is the newest now"
        );
        let second = clients.get(&ada, device(1)).expect("settings");
        clients.get(&ada, device(MAX_CLIENTS)).expect("settings");
        assert!(same(0, &first) && same(1, &second));
        let clients = clients.0.lock().expect("no panic");
        assert_eq!(clients.len(), MAX_CLIENTS);
        assert!(!clients.iter().any(|(known, _)| *known == device(2)));
    }

    #[test]
    fn a_certificate_names_the_device_of_its_key() {
        let key = DeviceKey::generate().expect("a key");
        assert_eq!(device_of(&key.certificate()), Ok(key.id()));
    }

    #[test]
    fn a_certificate_with_another_kind_of_key_names_no_device() {
        let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).expect("a key");
        let params = rcgen::CertificateParams::new(Vec::new()).expect("parameters");
        let certificate = params.self_signed(&pair).expect("signed");
        assert!(device_of(certificate.der()).is_err());
        assert!(device_of(&CertificateDer::from(vec![0x30, 0x03, 0x02, 0x01, 0x01])).is_err());
    }
}
