//! The device's key: made at the first start, kept in a file that only its owner can read.

use std::{fs, io, io::Write, path::Path};

use chunkstream_core::device::DeviceId;
use rcgen::{CertificateParams, KeyPair, PKCS_ED25519, PublicKeyData};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// The file in the data folder.
const FILE: &str = "device.key";

/// An Ed25519 key pair and its self-signed certificate. The device is this key.
pub struct DeviceKey {
    id: DeviceId,
    pkcs8: Vec<u8>,
    certificate: CertificateDer<'static>,
}

/// The device's key cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The key's file cannot be read or written.
    #[error("the device key cannot be read or written: {0}")]
    Io(#[from] io::Error),
    /// The key's file holds no key. It is left as it is.
    #[error("the file of the device key holds no Ed25519 key")]
    Damaged,
    /// The key or its certificate cannot be made.
    #[error("the device key cannot be made: {0}")]
    Crypto(String),
}

impl DeviceKey {
    /// A new device.
    pub fn generate() -> Result<Self, IdentityError> {
        let pair = KeyPair::generate_for(&PKCS_ED25519).map_err(crypto)?;
        Self::from_pair(&pair)
    }

    /// The device of this data folder; a new one if the folder has none yet.
    pub fn load_or_create(data_folder: &Path) -> Result<Self, IdentityError> {
        let path = data_folder.join(FILE);
        match fs::read_to_string(&path) {
            Ok(text) => {
                let pair = KeyPair::from_pem(&text).map_err(|_| IdentityError::Damaged)?;
                if pair.algorithm() != &PKCS_ED25519 {
                    return Err(IdentityError::Damaged);
                }
                Self::from_pair(&pair)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let pair = KeyPair::generate_for(&PKCS_ED25519).map_err(crypto)?;
                write_private(data_folder, &pair.serialize_pem())?;
                Self::from_pair(&pair)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Which device this is.
    pub fn id(&self) -> DeviceId {
        self.id
    }

    pub(crate) fn certificate(&self) -> CertificateDer<'static> {
        self.certificate.clone()
    }

    pub(crate) fn private(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.pkcs8.clone()))
    }

    /// A secret for one purpose, the same at every start of this device.
    pub(crate) fn derive(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(purpose, &self.pkcs8)
    }

    fn from_pair(pair: &KeyPair) -> Result<Self, IdentityError> {
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
            pkcs8: pair.serialize_der(),
            certificate: certificate.der().clone(),
        })
    }
}

impl std::fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeviceKey({})", self.id)
    }
}

fn crypto(error: rcgen::Error) -> IdentityError {
    IdentityError::Crypto(error.to_string())
}

/// Written beside and renamed, so that a crash leaves either no key or a whole one.
fn write_private(folder: &Path, text: &str) -> io::Result<()> {
    let temporary = folder.join(format!("{FILE}.new"));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&temporary, folder.join(FILE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_the_same_after_a_restart_and_its_key_is_private() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = DeviceKey::load_or_create(folder.path()).expect("a new key");
        let again = DeviceKey::load_or_create(folder.path()).expect("the same key");
        assert_eq!(first.id(), again.id());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join(FILE))
                .expect("the file")
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_key_is_an_error_and_stays_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(FILE), "no key").expect("written");
        assert!(matches!(
            DeviceKey::load_or_create(folder.path()),
            Err(IdentityError::Damaged)
        ));
        assert_eq!(
            fs::read(folder.path().join(FILE)).expect("still there"),
            b"no key"
        );
    }
}
