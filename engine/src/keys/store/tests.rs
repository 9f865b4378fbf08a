use std::{
    collections::BTreeMap,
    sync::{MutexGuard, atomic::AtomicBool, atomic::Ordering::SeqCst},
};

use super::*;
use crate::keys::{Keyring, KeyringError, NoKeyring, PATIENCE};

/// A keyring in memory that can be taken away; for tests.
#[derive(Debug, Default)]
struct FakeKeyring {
    entries: Mutex<BTreeMap<String, Vec<u8>>>,
    gone: AtomicBool,
    locked: AtomicBool,
    /// It says that it keeps a secret, and does not.
    forgetful: AtomicBool,
    /// It cannot remove anything.
    stubborn: AtomicBool,
}

impl FakeKeyring {
    fn entries(&self) -> Result<MutexGuard<'_, BTreeMap<String, Vec<u8>>>, KeyringError> {
        if self.gone.load(SeqCst) {
            return Err(KeyringError("nobody is logged in".into()));
        }
        Ok(self.entries.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The name of the only entry.
    fn only(&self) -> String {
        let entries = self.entries().expect("it is there");
        assert_eq!(entries.len(), 1);
        entries.keys().next().expect("one").clone()
    }

    fn len(&self) -> usize {
        self.entries().expect("it is there").len()
    }
}

impl Keyring for FakeKeyring {
    fn ready(&self) -> Result<(), KeyringError> {
        if self.locked.load(SeqCst) {
            return Err(KeyringError("it is locked".into()));
        }
        self.entries().map(drop)
    }

    fn get(&self, entry: &str) -> Result<Option<Vec<u8>>, KeyringError> {
        Ok(self.entries()?.get(entry).cloned())
    }

    fn set(&self, entry: &str, secret: &[u8]) -> Result<(), KeyringError> {
        let mut entries = self.entries()?;
        if !self.forgetful.load(SeqCst) {
            entries.insert(entry.to_owned(), secret.to_vec());
        }
        Ok(())
    }

    fn remove(&self, entry: &str) -> Result<(), KeyringError> {
        if self.stubborn.load(SeqCst) {
            return Err(KeyringError("it is read-only".into()));
        }
        self.entries()?.remove(entry);
        Ok(())
    }
}

/// A data folder, and what a restart makes of it.
struct Device {
    folder: tempfile::TempDir,
    keyring: Arc<FakeKeyring>,
}

impl Device {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            keyring: Arc::default(),
        }
    }

    fn with(&self, keyring: Arc<dyn Keyring>) -> KeyStore {
        let database = self.folder.path().join("database");
        KeyStore::new(
            self.folder.path(),
            &database,
            Patient::new(keyring, PATIENCE),
        )
    }

    fn store(&self) -> KeyStore {
        self.with(self.keyring.clone())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn started(&self) -> Loaded {
        let loaded = self.store().load_or_create(KeyPlace::File);
        loaded.expect("it starts")
    }

    fn refusal(&self) -> IdentityError {
        let loaded = self.store().load_or_create(KeyPlace::File);
        loaded.expect_err("it does not start")
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    let file = fs::metadata(path).expect("the file");
    file.permissions().mode() & 0o777
}

#[test]
fn a_device_is_the_same_after_a_restart_and_its_key_is_private() {
    let device = Device::new();
    let first = device.started();
    assert_eq!((first.place, first.new), (KeyPlace::File, true));
    let again = device.started();
    assert_eq!((again.key.id(), again.new), (first.key.id(), false));
    #[cfg(unix)]
    assert_eq!(mode(&device.path(FILE)), 0o600);
    assert_eq!(device.keyring.len(), 0);
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_could_read_is_made_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let device = Device::new();
    let first = device.started();
    let open = fs::Permissions::from_mode(0o644);
    fs::set_permissions(device.path(FILE), open).expect("changed");
    assert_eq!(device.started().key.id(), first.key.id());
    assert_eq!(mode(&device.path(FILE)), 0o600);
}

#[cfg(unix)]
#[test]
fn what_a_stop_left_beside_the_key_file_lends_it_no_permissions() {
    use std::os::unix::fs::PermissionsExt as _;
    let device = Device::new();
    let left = device.path("device.key.new");
    fs::write(&left, "half a key").expect("written");
    fs::set_permissions(&left, fs::Permissions::from_mode(0o666)).expect("changed");
    device.started();
    assert_eq!(mode(&device.path(FILE)), 0o600);
    assert!(!left.exists());
}

#[test]
fn a_damaged_key_is_an_error_and_stays_as_it_is() {
    let long = vec![b' '; MAX_FILE as usize + 1];
    for damaged in [
        b"no key".as_slice(),
        b"",
        b"\xff\xfe",
        b"{\"kept_in\":\"keyring\"}",
        b"{\"kept_in\":\"file\",\"entry\":\"x\",\"device_id\":\"x\"}",
        &long,
    ] {
        let device = Device::new();
        fs::write(device.path(FILE), damaged).expect("written");
        let refused = device.refusal();
        assert!(matches!(refused, IdentityError::Damaged), "{refused:?}");
        assert_eq!(fs::read(device.path(FILE)).expect("there"), damaged);
        let said = device.store().said().expect("something is there");
        assert_eq!(said.as_deref(), Some("its file is damaged"));
        // Until a person replaces it.
        let key = DeviceKey::generate().expect("a key");
        device.store().save(&key, KeyPlace::File).expect("replaced");
        assert_eq!(device.started().key.id(), key.id());
    }
}

#[test]
fn a_folder_with_a_database_and_no_key_is_not_made_another_device() {
    let device = Device::new();
    fs::write(device.path("database"), "").expect("written");
    let refused = device.refusal();
    assert!(matches!(refused, IdentityError::Missing(_)), "{refused:?}");
    assert!(refused.to_string().contains("chunkstream key import"));
    assert!(!device.path(FILE).exists());
}

#[test]
fn a_key_moves_into_the_keyring_and_back_and_the_device_stays_the_same() {
    let device = Device::new();
    let key = device.started().key;
    for _ in 0..2 {
        let store = device.store();
        store.save(&key, KeyPlace::Keyring).expect("moved");
        let text = fs::read_to_string(device.path(FILE)).expect("there");
        assert!(!text.contains("PRIVATE KEY"), "{text}");
        assert!(!device.path(NOTE).exists());
        let again = device.started();
        assert_eq!(
            (again.key.id(), again.place, again.new),
            (key.id(), KeyPlace::Keyring, false)
        );
        assert_eq!(device.keyring.len(), 1);
        store.save(&again.key, KeyPlace::File).expect("moved back");
        assert_eq!(device.keyring.len(), 0, "no copy is left");
        assert!(!device.path(NOTE).exists());
        let again = device.started();
        assert_eq!((again.key.id(), again.place), (key.id(), KeyPlace::File));
    }
}

#[test]
fn a_new_device_takes_the_keyring_if_it_is_open_and_else_its_file() {
    let device = Device::new();
    let loaded = device.store().load_or_create(KeyPlace::Keyring);
    assert_eq!(loaded.expect("it starts").place, KeyPlace::Keyring);
    let troubles: [fn(&FakeKeyring) -> &AtomicBool; 3] =
        [|k| &k.gone, |k| &k.locked, |k| &k.forgetful];
    for trouble in troubles {
        let device = Device::new();
        trouble(&device.keyring).store(true, SeqCst);
        let loaded = device.store().load_or_create(KeyPlace::Keyring);
        let loaded = loaded.expect("it starts all the same");
        assert_eq!((loaded.place, loaded.new), (KeyPlace::File, true));
        assert_eq!(device.started().key.id(), loaded.key.id());
    }
    let device = Device::new();
    let loaded = device.with(Arc::new(NoKeyring));
    let loaded = loaded.load_or_create(KeyPlace::Keyring);
    assert_eq!(loaded.expect("it starts").place, KeyPlace::File);
}

#[test]
fn a_keyring_that_vanishes_makes_no_other_device() {
    let device = Device::new();
    let key = device.started().key;
    let store = device.store();
    store.save(&key, KeyPlace::Keyring).expect("moved");
    let before = fs::read(device.path(FILE)).expect("there");
    device.keyring.gone.store(true, SeqCst);
    let refused = device.refusal();
    assert!(matches!(refused, IdentityError::Keyring(_)), "{refused:?}");
    for step in ["nobody is logged in", "Unlock", "chunkstream key import"] {
        assert!(refused.to_string().contains(step), "{refused}");
    }
    device.keyring.gone.store(false, SeqCst);
    assert_eq!(device.started().key.id(), key.id());
    // Filled with another key, with none, or emptied.
    let other = DeviceKey::generate().expect("a key");
    for wrong in [other.pkcs8(), b"no key"] {
        for entry in device.keyring.entries().expect("there").values_mut() {
            *entry = wrong.to_vec();
        }
        assert!(matches!(device.refusal(), IdentityError::Keyring(_)));
    }
    device.keyring.entries().expect("there").clear();
    assert!(matches!(device.refusal(), IdentityError::Keyring(_)));
    assert_eq!(fs::read(device.path(FILE)).expect("there"), before);
    // The copy of the key brings the device back.
    store.save(&key, KeyPlace::File).expect("replaced");
    assert_eq!(device.started().key.id(), key.id());
}

#[test]
fn a_keyring_that_does_not_take_the_key_leaves_it_where_it_is() {
    let troubles: [fn(&FakeKeyring) -> &AtomicBool; 2] = [|k| &k.gone, |k| &k.forgetful];
    for trouble in troubles {
        let device = Device::new();
        let key = device.started().key;
        trouble(&device.keyring).store(true, SeqCst);
        let refused = device.store().save(&key, KeyPlace::Keyring);
        let refused = refused.expect_err("it is not taken");
        assert!(matches!(refused, IdentityError::NotKept(_)), "{refused:?}");
        let again = device.started();
        assert_eq!((again.key.id(), again.place), (key.id(), KeyPlace::File));
    }
}

/// Each state that a stop between two steps of a move leaves.
#[test]
fn a_stop_in_the_middle_of_a_move_leaves_one_device_and_in_the_end_one_copy() {
    for moved in [false, true] {
        let device = Device::new();
        let key = device.started().key;
        let pem = fs::read(device.path(FILE)).expect("there");
        device.store().save(&key, KeyPlace::Keyring).expect("moved");
        let entry = device.keyring.only();
        // Into the keyring: the entry is there, the file does not say so yet, or the note is left.
        fs::write(device.path(NOTE), format!("{entry}\n")).expect("written");
        if !moved {
            fs::write(device.path(FILE), &pem).expect("written");
        }
        assert_eq!(device.started().key.id(), key.id());
        device.store().tidy();
        assert!(!device.path(NOTE).exists());
        assert_eq!(device.keyring.len(), usize::from(moved));
        assert_eq!(device.started().key.id(), key.id());
    }
    // Back into the file: the file has the key, the entry is still there.
    let device = Device::new();
    let key = device.started().key;
    device.store().save(&key, KeyPlace::Keyring).expect("moved");
    device.keyring.stubborn.store(true, SeqCst);
    device.store().save(&key, KeyPlace::File).expect("moved");
    assert_eq!(device.keyring.len(), 1);
    assert!(device.path(NOTE).exists(), "the copy is not forgotten");
    assert_eq!(device.started().place, KeyPlace::File);
    device.keyring.stubborn.store(false, SeqCst);
    // Moved in and out again meanwhile: neither copy is mistaken for the other.
    device.store().save(&key, KeyPlace::Keyring).expect("moved");
    assert_eq!(device.keyring.len(), 1);
    assert_eq!(device.started().key.id(), key.id());
    device.store().save(&key, KeyPlace::File).expect("moved");
    assert_eq!(device.keyring.len(), 0);
}

#[test]
fn a_copied_data_folder_that_moves_its_key_to_a_file_is_the_same_device_still() {
    // Two folders with the same key, each with an entry of its own.
    let (one, other) = (Device::new(), Device::new());
    let key = one.started().key;
    let shared = one.keyring.clone();
    let second = other.with(shared.clone());
    one.store().save(&key, KeyPlace::Keyring).expect("moved");
    second.save(&key, KeyPlace::Keyring).expect("moved");
    second.save(&key, KeyPlace::File).expect("moved back");
    assert_eq!(one.started().key.id(), key.id());
}
