//! The device's key: which device this is. Where it is kept is the business of [`crate::keys`].

use std::{io, path::PathBuf};

use chunkstream_core::{
    device::DeviceId,
    rotation::{Rotation, Signature},
};
use rcgen::{CertificateParams, KeyPair, PKCS_ED25519, PublicKeyData, SigningKey as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use zeroize::Zeroizing;

/// An Ed25519 key pair and its self-signed certificate. The device is this key.
pub struct DeviceKey {
    id: DeviceId,
    public: [u8; 32],
    pkcs8: Zeroizing<Vec<u8>>,
    certificate: CertificateDer<'static>,
}

/// The device's key cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The key's file cannot be read or written.
    #[error("the device key cannot be read or written: {0}")]
    Io(#[from] io::Error),
    /// The key's file holds no key. It is left as it is.
    #[error(
        "the file of the device key holds no Ed25519 key; it is left as it is. Put a copy of it there, or take up an \
         exported key: chunkstream key import FILE --replace"
    )]
    Damaged,
    /// The folder was a device, and its key's file is gone.
    #[error(
        "the device key {0} is gone. Put it back, or take up an exported key: chunkstream key import FILE. To begin as a new \
         device that nobody knows, set the database aside: chunkstream database set-aside"
    )]
    Missing(PathBuf),
    /// The key is in the keyring, and cannot be had from there.
    #[error(
        "the device key is in the system's keyring, which cannot be used: {0}. Unlock it and start again (chunkstream \
         key move file then keeps the key in a file), or take up an exported key: chunkstream key import FILE --replace"
    )]
    Keyring(String),
    /// The keyring does not take the key, which stays where it was.
    #[error("the system's keyring cannot be used: {0}; the key stays where it is")]
    NotKept(String),
    /// The key or its certificate cannot be made.
    #[error("the device key cannot be made: {0}")]
    Crypto(String),
}

impl IdentityError {
    pub(crate) fn not_kept(error: crate::keys::KeyringError) -> Self {
        Self::NotKept(error.to_string())
    }
}

impl DeviceKey {
    /// A new device.
    pub fn generate() -> Result<Self, IdentityError> {
        let pair = KeyPair::generate_for(&PKCS_ED25519).map_err(crypto)?;
        Self::from_pair(&pair)
    }

    /// The key in a text of PEM (RFC 7468).
    pub(crate) fn from_pem(text: &str) -> Result<Self, IdentityError> {
        let pair = KeyPair::from_pem(text).map_err(|_| IdentityError::Damaged)?;
        Self::from_pair(&pair)
    }

    /// As PEM.
    pub(crate) fn to_pem(&self) -> Result<Zeroizing<String>, IdentityError> {
        Ok(Zeroizing::new(pair(&self.pkcs8)?.serialize_pem()))
    }

    /// The key as PKCS#8 (RFC 5958), DER.
    pub(crate) fn from_pkcs8(der: &[u8]) -> Result<Self, IdentityError> {
        Self::from_pair(&pair(der)?)
    }

    pub(crate) fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// Which device this is.
    pub fn id(&self) -> DeviceId {
        self.id
    }

    pub(crate) fn certificate(&self) -> CertificateDer<'static> {
        self.certificate.clone()
    }

    pub(crate) fn private(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.pkcs8.to_vec()))
    }

    /// The proof that this device is `new` from now on.
    pub(crate) fn rotate_to(&self, new: &Self, at_ms: u64) -> Result<Rotation, IdentityError> {
        let statement = Rotation::statement(&self.public, &new.public, at_ms);
        Ok(Rotation {
            old: self.public,
            new: new.public,
            at_ms,
            by_old: self.sign(&statement)?,
            by_new: new.sign(&statement)?,
        })
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, IdentityError> {
        let signature = pair(&self.pkcs8)?.sign(message).map_err(crypto)?;
        let bytes = signature.as_slice().try_into();
        let bytes: &[u8; 64] = bytes.map_err(|_| IdentityError::Damaged)?;
        Ok(Signature::new(bytes))
    }

    /// A secret for one purpose, the same at every start of this device.
    pub(crate) fn derive(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(purpose, &self.pkcs8)
    }

    fn from_pair(pair: &KeyPair) -> Result<Self, IdentityError> {
        if pair.algorithm() != &PKCS_ED25519 {
            return Err(IdentityError::Damaged);
        }
        let public: &[u8; 32] = pair
            .der_bytes()
            .try_into()
            .map_err(|_| IdentityError::Damaged)?;
        let id = DeviceId::of_public_key(public);
        let mut params = CertificateParams::new(Vec::new()).map_err(crypto)?;
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, id.to_string());
        let certificate = params.self_signed(pair).map_err(crypto)?;
        Ok(Self {
            id,
            public: *public,
            pkcs8: Zeroizing::new(pair.serialize_der()),
            certificate: certificate.der().clone(),
        })
    }
}

impl std::fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeviceKey({})", self.id)
    }
}

fn pair(der: &[u8]) -> Result<KeyPair, IdentityError> {
    KeyPair::try_from(der).map_err(|_| IdentityError::Damaged)
}

fn crypto(error: rcgen::Error) -> IdentityError {
    IdentityError::Crypto(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_device_in_both_of_its_forms() {
        let key = DeviceKey::generate().expect("a key");
        let text = key.to_pem().expect("a text");
        assert!(text.starts_with("-----BEGIN PRIVATE KEY-----"));
        assert_eq!(DeviceKey::from_pem(&text).expect("read").id(), key.id());
        let again = DeviceKey::from_pkcs8(key.pkcs8()).expect("read");
        assert_eq!((again.id(), again.pkcs8()), (key.id(), key.pkcs8()));
    }

    #[test]
    fn a_key_of_another_kind_is_no_device_key() {
        let other = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).expect("a key");
        for read in [
            DeviceKey::from_pem(&other.serialize_pem()),
            DeviceKey::from_pkcs8(&other.serialize_der()),
        ] {
            assert!(matches!(read, Err(IdentityError::Damaged)));
        }
    }
}
