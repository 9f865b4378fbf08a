//! Where the device's key is kept, and how it gets to another machine.
//!
//! The key is in a file of mode 0600 in the data folder, or in the system's keyring; then the file says so, and whose key
//! it is. The keyring comes from outside ([`Keyring`]), so that the engine links none and tests never touch the real one.
//!
//! Invariants: a new key is made only for a data folder that has neither a key file nor a database; a key that cannot be
//! had is an error with a next step, never another identity. No start waits for a keyring longer than [`PATIENCE`].

mod export;
mod patient;
mod place;
mod store;

use std::fmt;

#[cfg(feature = "fuzzing")]
pub(crate) use export::fuzz;
pub use export::{Cost, ExportError, MIN_PASSPHRASE, open, read, seal};
pub use patient::PATIENCE;
pub(crate) use patient::Patient;
pub use place::KeyPlace;
pub(crate) use store::KeyStore;

/// The system's keyring, or whatever keeps small secrets for this user. Calls may block, and may ask a person to unlock.
pub trait Keyring: Send + Sync + fmt::Debug {
    /// Whether it would take and give secrets now, without asking a person.
    ///
    /// # Errors
    /// Why not.
    fn ready(&self) -> Result<(), KeyringError>;
    /// The secret of that name; None if there is none.
    ///
    /// # Errors
    /// If the keyring cannot be reached, or stays locked.
    fn get(&self, entry: &str) -> Result<Option<Vec<u8>>, KeyringError>;
    /// Keeps a secret under that name.
    ///
    /// # Errors
    /// The same.
    fn set(&self, entry: &str, secret: &[u8]) -> Result<(), KeyringError>;
    /// Removes the secret of that name, if there is one.
    ///
    /// # Errors
    /// The same.
    fn remove(&self, entry: &str) -> Result<(), KeyringError>;
}

/// The keyring cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct KeyringError(pub String);

/// No keyring at all.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoKeyring;

impl NoKeyring {
    fn none<T>() -> Result<T, KeyringError> {
        Err(KeyringError("this program uses none".into()))
    }
}

impl Keyring for NoKeyring {
    fn ready(&self) -> Result<(), KeyringError> {
        Self::none()
    }

    fn get(&self, _: &str) -> Result<Option<Vec<u8>>, KeyringError> {
        Self::none()
    }

    fn set(&self, _: &str, _: &[u8]) -> Result<(), KeyringError> {
        Self::none()
    }

    fn remove(&self, _: &str) -> Result<(), KeyringError> {
        Self::none()
    }
}
