//! TLS 1.3 both ways: who is at the other end is decided by its Ed25519 key and by nothing else.
//!
//! The certificates are self-signed envelopes for the keys; names and dates in them mean nothing. The
//! handshake's signature (RFC 8446, CertificateVerify) proves that the peer has the key, the verifiers
//! here compare the key with the device that is meant.

use std::sync::{Arc, Mutex, PoisonError};

use chunkstream_core::{device::DeviceId, wire::ALPN};
use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, SignatureScheme,
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

/// For dialling `expected` and nobody else; `found` tells afterwards who answered instead.
pub(super) fn client(
    key: &DeviceKey,
    expected: DeviceId,
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

/// Accepts one device.
#[derive(Debug)]
struct Pinned {
    expected: DeviceId,
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
        if device == self.expected {
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
    use super::*;

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
