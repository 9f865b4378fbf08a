//! A keyring that answers soon, or counts as absent.
//!
//! A Secret Service may hang, and a locked one waits for a person who may not be there. Each call runs on a thread of its
//! own; one that is not back in time is left to itself.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use super::{Keyring, KeyringError};

/// How long a keyring may take. Long for a program on the same computer, short for a service that cannot be asked anything.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// A keyring that is waited for so long and no longer.
#[derive(Debug, Clone)]
pub(crate) struct Patient {
    keyring: Arc<dyn Keyring>,
    patience: Duration,
}

impl Patient {
    pub(crate) fn new(keyring: Arc<dyn Keyring>, patience: Duration) -> Self {
        Self { keyring, patience }
    }

    pub(crate) fn ready(&self) -> Result<(), KeyringError> {
        self.ask(|keyring| keyring.ready())
    }

    pub(crate) fn get(&self, entry: &str) -> Result<Option<Vec<u8>>, KeyringError> {
        let entry = entry.to_owned();
        self.ask(move |keyring| keyring.get(&entry))
    }

    pub(crate) fn set(&self, entry: &str, secret: &[u8]) -> Result<(), KeyringError> {
        let (entry, secret) = (entry.to_owned(), zeroize::Zeroizing::new(secret.to_vec()));
        self.ask(move |keyring| keyring.set(&entry, &secret))
    }

    pub(crate) fn remove(&self, entry: &str) -> Result<(), KeyringError> {
        let entry = entry.to_owned();
        self.ask(move |keyring| keyring.remove(&entry))
    }

    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Keyring) -> Result<T, KeyringError> + Send + 'static,
    ) -> Result<T, KeyringError> {
        let (told, answer) = mpsc::sync_channel(1);
        let keyring = self.keyring.clone();
        let asking = move || {
            // Nobody may be waiting any more.
            let _ = told.send(question(&*keyring));
        };
        let began = thread::Builder::new().name("keyring".into()).spawn(asking);
        began.map_err(|error| KeyringError(format!("it cannot be asked: {error}")))?;
        answer.recv_timeout(self.patience).unwrap_or_else(|_| {
            let seconds = self.patience.as_secs_f32();
            let text = format!(
                "it has not answered within {seconds} s, or waits for a person to unlock it"
            );
            Err(KeyringError(text))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Never answers, until it is dropped; for tests.
    #[derive(Debug)]
    struct SilentKeyring(Mutex<mpsc::Receiver<()>>);

    impl SilentKeyring {
        fn wait<T>(&self) -> Result<T, KeyringError> {
            let waits = self.0.lock().expect("one at a time");
            let _ = waits.recv();
            Err(KeyringError("the test is over".into()))
        }
    }

    impl Keyring for SilentKeyring {
        fn ready(&self) -> Result<(), KeyringError> {
            self.wait()
        }

        fn get(&self, _: &str) -> Result<Option<Vec<u8>>, KeyringError> {
            self.wait()
        }

        fn set(&self, _: &str, _: &[u8]) -> Result<(), KeyringError> {
            self.wait()
        }

        fn remove(&self, _: &str) -> Result<(), KeyringError> {
            self.wait()
        }
    }

    #[test]
    fn a_keyring_that_does_not_answer_counts_as_absent() {
        let (over, waits) = mpsc::channel::<()>();
        let silent = Arc::new(SilentKeyring(Mutex::new(waits)));
        let patient = Patient::new(silent, Duration::from_millis(20));
        for error in [
            patient.get("entry").map(drop),
            patient.ready(),
            patient.set("entry", b"secret"),
            patient.remove("entry"),
        ] {
            let error = error.expect_err("nobody answers");
            assert!(error.0.contains("0.02 s"), "{error}");
        }
        drop(over);
    }

    #[test]
    fn an_answer_is_passed_on() {
        let patient = Patient::new(Arc::new(crate::keys::NoKeyring), PATIENCE);
        let error = patient.ready().expect_err("there is none");
        assert_eq!(error.0, "this program uses none");
    }
}
