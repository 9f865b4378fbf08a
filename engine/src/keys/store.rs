//! The key file of a data folder: the key itself, or where it is.
//!
//! Each change writes the new copy of the key first, then the file that says where it is, and removes the old copy last.
//! Between the first and the last step a note ([`NOTE`]) names the keyring's entry that may be too much, so that a stop in
//! the middle leaves the device as it was or as it is to be, and what is too much is removed later.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use chunkstream_core::device::DeviceId;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{KeyPlace, Patient};
use crate::{DeviceKey, IdentityError};

/// The file in the data folder.
const FILE: &str = "device.key";
/// Names entries of the keyring, one a line, of which only the one in [`FILE`] is wanted.
const NOTE: &str = "device.key.moving";
/// The most that either file may have.
const MAX_FILE: u64 = 16 * 1024;

/// What the file says when the key is in the keyring.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Elsewhere {
    /// Always `keyring`.
    kept_in: KeyPlace,
    /// The name of the entry.
    entry: String,
    /// Whose key it is: another one in its place is noticed.
    device_id: DeviceId,
}

/// The key of a data folder. Clones are handles to the same one.
#[derive(Debug, Clone)]
pub(crate) struct KeyStore {
    folder: PathBuf,
    /// Beside a key file that is missing, this says that the folder was a device.
    database: PathBuf,
    keyring: Patient,
    changing: Arc<Mutex<()>>,
}

/// The key as it was found.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) key: DeviceKey,
    pub(crate) place: KeyPlace,
    /// Whether it was made just now.
    pub(crate) new: bool,
}

impl KeyStore {
    pub(crate) fn new(folder: &Path, database: &Path, keyring: Patient) -> Self {
        Self {
            folder: folder.to_owned(),
            database: database.to_owned(),
            keyring,
            changing: Arc::default(),
        }
    }

    /// The key file.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// Why the keyring cannot be used now, if it cannot.
    pub(crate) fn keyring_problem(&self) -> Option<String> {
        self.keyring.ready().err().map(|error| error.to_string())
    }

    /// The device of this folder; a new one if the folder is new, its key in the keyring if that is wanted and needs no
    /// person, else in the file.
    pub(crate) fn load_or_create(&self, wanted: KeyPlace) -> Result<Loaded, IdentityError> {
        if let Some((key, place)) = self.load()? {
            let new = false;
            return Ok(Loaded { key, place, new });
        }
        if self.database.exists() {
            return Err(IdentityError::Missing(self.path()));
        }
        let key = DeviceKey::generate()?;
        let mut place = wanted;
        if place == KeyPlace::Keyring {
            let taken = self.keyring.ready().map_err(IdentityError::not_kept);
            if let Err(error) = taken.and_then(|()| self.save(&key, place)) {
                tracing::warn!(%error, "the key goes into a file");
                place = KeyPlace::File;
            }
        }
        if place == KeyPlace::File {
            self.save(&key, place)?;
        }
        let new = true;
        Ok(Loaded { key, place, new })
    }

    /// The device of this folder, if it has one.
    pub(crate) fn load(&self) -> Result<Option<(DeviceKey, KeyPlace)>, IdentityError> {
        let Some(text) = self.read()? else {
            return Ok(None);
        };
        let Some(elsewhere) = elsewhere(&text) else {
            let key = DeviceKey::from_pem(&text)?;
            self.make_private();
            return Ok(Some((key, KeyPlace::File)));
        };
        let secret = self.keyring.get(&elsewhere.entry);
        let secret = secret
            .map_err(|error| IdentityError::Keyring(error.to_string()))?
            .ok_or_else(|| IdentityError::Keyring("it has no such entry any more".into()))?;
        let other = || IdentityError::Keyring("its entry is not this device's key".into());
        let key = DeviceKey::from_pkcs8(&Zeroizing::new(secret)).map_err(|_| other())?;
        if key.id() != elsewhere.device_id {
            return Err(other());
        }
        Ok(Some((key, KeyPlace::Keyring)))
    }

    /// Keeps this key from now on, there, and no other.
    ///
    /// # Errors
    /// What was kept before still is, then.
    pub(crate) fn save(&self, key: &DeviceKey, place: KeyPlace) -> Result<(), IdentityError> {
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        // A file that is damaged is no reason not to replace it.
        let before = self.read().ok().flatten();
        let before = before.and_then(|text| elsewhere(&text));
        if let Some(before) = &before {
            self.note(&before.entry)?;
        }
        match place {
            KeyPlace::File => self.write(FILE, &key.to_pem()?)?,
            KeyPlace::Keyring => self.save_in_keyring(key)?,
        }
        self.clear();
        Ok(())
    }

    /// Removes what a stop in the middle of a change, or a keyring that was away then, has left in the keyring.
    pub(crate) fn tidy(&self) {
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.clear();
    }

    /// Whose key the folder has, as far as its file says; None if it has none.
    pub(crate) fn said(&self) -> Result<Option<String>, IdentityError> {
        let damaged = "its file is damaged";
        let text = match self.read() {
            Ok(None) => return Ok(None),
            Ok(Some(text)) => text,
            Err(IdentityError::Damaged) => return Ok(Some(damaged.to_owned())),
            Err(error) => return Err(error),
        };
        let id = elsewhere(&text).map(|elsewhere| elsewhere.device_id);
        let id = id.or_else(|| DeviceKey::from_pem(&text).ok().map(|key| key.id()));
        Ok(Some(id.map_or(damaged.to_owned(), |id| id.to_string())))
    }

    fn save_in_keyring(&self, key: &DeviceKey) -> Result<(), IdentityError> {
        // A name of its own each time: what an earlier attempt still does late meets no later one.
        let mut number = [0; 8];
        getrandom::fill(&mut number).map_err(|e| IdentityError::Crypto(e.to_string()))?;
        let entry = format!("device key {} {}", key.id(), HEXLOWER.encode(&number));
        self.note(&entry)?;
        self.keyring
            .set(&entry, key.pkcs8())
            .map_err(IdentityError::not_kept)?;
        // Some accept what they do not keep.
        let kept = self
            .keyring
            .get(&entry)
            .map_err(IdentityError::not_kept)?
            .map(Zeroizing::new);
        if kept.as_deref().map(Vec::as_slice) != Some(key.pkcs8()) {
            let text = "it does not keep what it is given";
            return Err(IdentityError::NotKept(text.into()));
        }
        let elsewhere = Elsewhere {
            kept_in: KeyPlace::Keyring,
            entry,
            device_id: key.id(),
        };
        let text = serde_json::to_string(&elsewhere).map_err(io::Error::other)?;
        Ok(self.write(FILE, &text)?)
    }

    /// Notes an entry that may be too much soon.
    fn note(&self, entry: &str) -> io::Result<()> {
        let mut text = read_private(&self.folder.join(NOTE))?.unwrap_or_default();
        if text.lines().any(|line| line == entry) {
            return Ok(());
        }
        text.push_str(entry);
        text.push('\n');
        self.write(NOTE, &text)
    }

    /// Removes the entries that are noted and not wanted, and then the note.
    fn clear(&self) {
        let cleared = || -> Result<(), IdentityError> {
            let Some(noted) = read_private(&self.folder.join(NOTE))? else {
                return Ok(());
            };
            let wanted = self.read()?.and_then(|text| elsewhere(&text));
            let wanted = wanted.map(|elsewhere| elsewhere.entry);
            for entry in noted.lines() {
                if wanted.as_deref() != Some(entry) {
                    let removed = self.keyring.remove(entry);
                    removed.map_err(|error| IdentityError::Keyring(error.to_string()))?;
                }
            }
            Ok(fs::remove_file(self.folder.join(NOTE))?)
        };
        if let Err(error) = cleared() {
            tracing::warn!(%error, "a copy of a key may be left in the keyring");
        }
    }

    fn read(&self) -> Result<Option<Zeroizing<String>>, IdentityError> {
        match read_private(&self.path()) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(IdentityError::Damaged),
            Err(error) => Err(error.into()),
        }
    }

    /// Written beside and renamed, so that a crash leaves the old file or the new one.
    fn write(&self, name: &str, text: &str) -> io::Result<()> {
        let temporary = self.folder.join(format!("{name}.new"));
        match fs::remove_file(&temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&temporary)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, self.folder.join(name))?;
        sync_folder(&self.folder)
    }

    /// A key that was copied here by hand may be readable by others.
    #[cfg(unix)]
    fn make_private(&self) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.path();
        let open = fs::metadata(&path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0);
        if open {
            tracing::warn!("others could read the device key; now they cannot");
            if let Err(error) = fs::set_permissions(&path, fs::Permissions::from_mode(0o600)) {
                tracing::warn!(%error, "others can still read the device key");
            }
        }
    }

    /// A file of a user's own folder is that user's.
    #[cfg(not(unix))]
    fn make_private(&self) {}
}

/// What a key file says, if it says that the key is elsewhere.
fn elsewhere(text: &str) -> Option<Elsewhere> {
    let elsewhere: Elsewhere = serde_json::from_str(text).ok()?;
    (elsewhere.kept_in == KeyPlace::Keyring).then_some(elsewhere)
}

/// A small file, if it is there. `InvalidData` if it is no text, or too long.
fn read_private(path: &Path) -> io::Result<Option<Zeroizing<String>>> {
    use io::Read as _;
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    // Room for all of it, so that no copy is left behind where it grew.
    let mut text = Zeroizing::new(String::with_capacity(MAX_FILE as usize + 1));
    file.take(MAX_FILE + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_FILE {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(Some(text))
}

/// The name must survive a power loss too: without the key all that was paired is lost.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
