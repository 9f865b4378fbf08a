//! The system's keyring: the Keychain of macOS, the Credential Manager of Windows, a Secret Service (GNOME Keyring,
//! KWallet, KeePassXC) elsewhere, over D-Bus without a C library.
//!
//! Of its own crate, because the engine takes whatever keyring it is given and its tests never reach the real one.

use chunkstream_engine::keys::{Keyring, KeyringError};
use keyring::{Entry, Error};

/// Under which name entries are found in the system's own tools.
const SERVICE: &str = "ChunkStream Pro";

/// The keyring of the user who runs this program.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemKeyring;

impl SystemKeyring {
    fn entry(name: &str) -> Result<Entry, KeyringError> {
        Self::reached()?;
        Entry::new(SERVICE, name).map_err(|error| KeyringError(error.to_string()))
    }

    fn reached() -> Result<(), KeyringError> {
        let status = Entry::store_status().as_ref();
        let none = |error: &Error| KeyringError(format!("there is none ({error})"));
        status.map_err(none).copied()
    }
}

impl Keyring for SystemKeyring {
    fn ready(&self) -> Result<(), KeyringError> {
        Self::reached()?;
        unlocked()
    }

    fn get(&self, entry: &str) -> Result<Option<Vec<u8>>, KeyringError> {
        match Self::entry(entry)?.get_secret() {
            Ok(secret) => Ok(Some(secret)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(KeyringError(error.to_string())),
        }
    }

    fn set(&self, entry: &str, secret: &[u8]) -> Result<(), KeyringError> {
        let set = Self::entry(entry)?.set_secret(secret);
        set.map_err(|error| KeyringError(error.to_string()))
    }

    fn remove(&self, entry: &str) -> Result<(), KeyringError> {
        match Self::entry(entry)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(KeyringError(error.to_string())),
        }
    }
}

/// Whether the collection in which new entries are made is open: a locked one would ask a person.
#[cfg(all(unix, not(target_os = "macos")))]
fn unlocked() -> Result<(), KeyringError> {
    use secret_service::{EncryptionType, blocking::SecretService};
    let locked = || {
        // Nothing secret is said here.
        let service = SecretService::connect(EncryptionType::Plain)?;
        service.get_default_collection()?.is_locked()
    };
    match locked() {
        Ok(false) => Ok(()),
        Ok(true) => Err(KeyringError("it is locked".into())),
        Err(error) => Err(KeyringError(error.to_string())),
    }
}

/// These are open while their user is logged in.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn unlocked() -> Result<(), KeyringError> {
    Ok(())
}
