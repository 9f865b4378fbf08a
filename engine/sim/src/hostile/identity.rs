//! A key and its certificate, and what can be claimed with them.

use std::{fmt, sync::Arc};

use chunkstream_core::{
    device::DeviceId,
    rotation::{Rotation, Signature},
    wire::ALPN,
};
use rcgen::{PublicKeyData as _, SigningKey as _};
use rustls::{
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer},
    sign::{CertifiedKey, SingleCertAndKey},
};

use crate::anybody::Anybody;

/// A key and its certificate.
pub struct Identity {
    key: rcgen::KeyPair,
    certificate: CertificateDer<'static>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.id().short())
    }
}

impl Identity {
    /// A new one.
    ///
    /// # Panics
    /// If there is no randomness.
    pub fn generate() -> Self {
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).expect("a key");
        let params = rcgen::CertificateParams::new(Vec::new()).expect("no names");
        let certificate = params.self_signed(&key).expect("a certificate");
        let certificate = certificate.der().clone();
        Self { key, certificate }
    }

    /// Whose it is.
    ///
    /// # Panics
    /// Never: the key is of Ed25519.
    pub fn id(&self) -> DeviceId {
        DeviceId::of_public_key(&self.public())
    }

    fn public(&self) -> [u8; 32] {
        self.key.der_bytes().try_into().expect("32 bytes")
    }

    fn signs(&self, message: &[u8]) -> Signature {
        let signature = self.key.sign(message).expect("signed");
        Signature::new(signature.as_slice().try_into().expect("64 bytes"))
    }

    /// The proof that the device with this key has another one now.
    ///
    /// # Panics
    /// Never: both keys are of Ed25519.
    pub fn rotate_to(&self, new: &Self) -> Rotation {
        let at_ms = 1_790_000_000_000;
        let statement = Rotation::statement(&self.public(), &new.public(), at_ms);
        Rotation {
            old: self.public(),
            new: new.public(),
            at_ms,
            by_old: self.signs(&statement),
            by_new: new.signs(&statement),
        }
    }

    /// The certificate.
    pub fn certificate(&self) -> CertificateDer<'static> {
        self.certificate.clone()
    }

    fn private(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::try_from(self.key.serialize_der()).expect("a key")
    }

    /// The key with a certificate that may be another's, and what signs with it.
    fn showing(
        &self,
        certificate: CertificateDer<'static>,
    ) -> (Arc<CryptoProvider>, Arc<SingleCertAndKey>) {
        let provider = rustls::crypto::ring::default_provider();
        let key = provider.key_provider.load_private_key(self.private());
        let key = key.expect("a key of Ed25519");
        let shown = CertifiedKey::new(vec![certificate], key);
        (Arc::new(provider), Arc::new(shown.into()))
    }

    /// Settings for dialling anybody.
    ///
    /// # Panics
    /// Never: the key fits its certificate.
    pub fn client(&self) -> rustls::ClientConfig {
        self.client_showing(self.certificate())
    }

    /// The same, with a certificate that may be another's.
    ///
    /// # Panics
    /// If the key does not fit the certificate and the library finds that out.
    pub fn client_showing(&self, certificate: CertificateDer<'static>) -> rustls::ClientConfig {
        let (provider, shown) = self.showing(certificate);
        let mut config = rustls::ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("TLS 1.3")
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody))
            .with_client_cert_resolver(shown);
        config.alpn_protocols = vec![ALPN.to_vec()];
        config
    }

    /// Settings for being dialled by anybody, with a certificate that may be another's.
    ///
    /// # Panics
    /// Never.
    pub fn server_showing(&self, certificate: CertificateDer<'static>) -> rustls::ServerConfig {
        let (provider, shown) = self.showing(certificate);
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("TLS 1.3")
            .with_client_cert_verifier(Arc::new(Anybody))
            .with_cert_resolver(shown);
        config.alpn_protocols = vec![ALPN.to_vec()];
        config
    }
}
