//! The commands about this device's key, as methods of the engine. What changes which device this is shows at the next
//! start: connections and tickets of this run name the device that it is now.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use chunkstream_core::device::DeviceId;
use zeroize::Zeroizing;

use super::{Engine, audit::Note, receiving::blocking};
use crate::{
    DeviceKey, EngineConfig, IdentityError,
    api::{
        AuditKind, Code, Failure, KeyExportRequest, KeyImportRequest, KeyMoveRequest, KeyPlace,
        KeyView, Nothing,
    },
    disk::{Readers, write_whole},
    keys::{self, Cost, ExportError, KeyStore, PATIENCE, Patient},
    store::{EventOrigin, NewEvent, Store},
};

/// Where the key of an engine's data folder is.
pub(super) fn store_of(config: &EngineConfig) -> KeyStore {
    let keyring = Patient::new(config.keyring.clone(), PATIENCE);
    let folder = &config.data_folder;
    KeyStore::new(folder, &Engine::database(folder), keyring)
}

impl Engine {
    /// Where this device's key is.
    pub async fn key(&self, _: Nothing) -> Result<KeyView, Failure> {
        let store = self.key_store()?;
        let tidied = store.clone();
        let (key, place) = blocking(move || {
            tidied.tidy();
            stored(&tidied)
        })
        .await?;
        self.key_view(store, &key, place).await
    }

    /// Writes the key to a new file, sealed with a passphrase.
    ///
    /// # Errors
    /// `Usage` for a short passphrase or a path that is not absolute, `DiskUnwritable` if the file cannot be made.
    pub async fn export_key(&self, request: KeyExportRequest) -> Result<Nothing, Failure> {
        let path = absolute(&request.path)?;
        let store = self.key_store()?;
        let id = blocking(move || {
            let (key, _) = stored(&store)?;
            let text = keys::seal(key.pkcs8(), &request.passphrase.0, Cost::default())?;
            let written = write_whole(&path, text.as_bytes(), Readers::Owner, false);
            written.map_err(|e| file_failure(Code::DiskUnwritable, &path, &e))?;
            Ok(key.id())
        })
        .await?;
        let note = Note::new(AuditKind::KeyExported);
        self.shared.note(note.with("key", id.to_string()));
        Ok(Nothing {})
    }

    /// Takes an exported key in the place of this device's own, from the next start on.
    ///
    /// # Errors
    /// `IllegalState` if the key that is there would be given up without being told to, `WrongPassphrase`, `Usage` if the
    /// file is no export.
    pub async fn import_key(&self, request: KeyImportRequest) -> Result<KeyView, Failure> {
        let path = absolute(&request.path)?;
        let store = self.key_store()?;
        let saving = store.clone();
        let (key, detail) = blocking(move || {
            let text = read(&path)?;
            take(&saving, &text, &request.passphrase.0, request.replace)
        })
        .await?;
        let mut note = Note::new(AuditKind::KeyImported);
        for (word, text) in detail {
            note = note.with(&word, text);
        }
        self.shared.note(note);
        self.key_view(store, &key, KeyPlace::File).await
    }

    /// Takes an exported key into a data folder that no engine works on; the caller has its lock. Also into one whose
    /// engine does not start, because its key is lost. Returns the device that it is from now on.
    ///
    /// # Errors
    /// As [`Engine::import_key`].
    pub async fn import_key_at_rest(
        config: &EngineConfig,
        path: &Path,
        passphrase: Zeroizing<String>,
        replace: bool,
    ) -> Result<DeviceId, Failure> {
        super::private_folder(&config.data_folder)?;
        let (store, path) = (store_of(config), path.to_owned());
        let (key, detail) = blocking(move || {
            let text = read(&path)?;
            take(&store, &text, &passphrase, replace)
        })
        .await?;
        let now_ms = config.clock.unix_ms();
        let event = NewEvent {
            at_ms: now_ms,
            last_ms: now_ms,
            count: 1,
            origin: EventOrigin::Here,
            kind: AuditKind::KeyImported.as_str(),
            device: None,
            session: None,
            detail,
        };
        let database = Self::database(&config.data_folder);
        let noted = async {
            let store = Store::open(&database, config.hold.clone()).await?;
            let noted = store.append_events(&[event], &[]).await;
            store.close().await;
            noted
        };
        // The key is there already, whatever the database is.
        if let Err(error) = noted.await {
            tracing::warn!(%error, "the import is not in the audit log");
        }
        Ok(key.id())
    }

    /// Moves the key into the system's keyring, or back into its file.
    ///
    /// # Errors
    /// `KeyUnavailable` if the keyring cannot be had; the key stays where it is then.
    pub async fn move_key(&self, request: KeyMoveRequest) -> Result<KeyView, Failure> {
        let (store, to) = (self.key_store()?, request.to);
        let saving = store.clone();
        let (key, moved) = blocking(move || {
            let (key, before) = stored(&saving)?;
            if before != to {
                saving.save(&key, to)?;
            }
            Ok((key, before != to))
        })
        .await?;
        if moved {
            let note = Note::new(AuditKind::KeyMoved);
            self.shared.note(note.with("to", to.as_str()));
        }
        self.key_view(store, &key, to).await
    }

    /// The key that is stored, and where.
    pub(super) async fn stored_key(
        &self,
        store: &KeyStore,
    ) -> Result<(DeviceKey, KeyPlace), Failure> {
        let store = store.clone();
        blocking(move || stored(&store)).await
    }

    /// Keeps another key in its place.
    pub(super) async fn keep_key(
        &self,
        store: &KeyStore,
        key: DeviceKey,
        place: KeyPlace,
    ) -> Result<DeviceKey, Failure> {
        let store = store.clone();
        blocking(move || {
            store.save(&key, place)?;
            Ok(key)
        })
        .await
    }

    pub(super) fn key_store(&self) -> Result<KeyStore, Failure> {
        let text = "this engine keeps its key in memory only";
        let none = || Failure::new(Code::IllegalState, text);
        self.shared.key_store.clone().ok_or_else(none)
    }

    pub(super) async fn key_view(
        &self,
        store: KeyStore,
        key: &DeviceKey,
        place: KeyPlace,
    ) -> Result<KeyView, Failure> {
        let path = store.path().display().to_string();
        Ok(KeyView {
            device_id: key.id().to_string(),
            place,
            path,
            keyring_problem: blocking(move || Ok(store.keyring_problem())).await?,
            restart_needed: key.id() != self.shared.key.id(),
        })
    }
}

fn stored(store: &KeyStore) -> Result<(DeviceKey, KeyPlace), Failure> {
    store
        .load()?
        .ok_or_else(|| IdentityError::Missing(store.path()).into())
}

/// Opens an export and keeps its key. Returns what the audit log says of it.
fn take(
    store: &KeyStore,
    text: &str,
    passphrase: &str,
    replace: bool,
) -> Result<(DeviceKey, BTreeMap<String, String>), Failure> {
    let before = store.said()?;
    if !replace && let Some(before) = &before {
        let text =
            format!("the data folder is a device already ({before}), which would be given up");
        return Err(Failure::new(Code::IllegalState, text));
    }
    let key = DeviceKey::from_pkcs8(&keys::open(text, passphrase)?)?;
    store.save(&key, KeyPlace::File)?;
    let mut detail = BTreeMap::from([("to".to_owned(), key.id().to_string())]);
    if let Some(before) = before {
        detail.insert("from".to_owned(), before);
    }
    Ok((key, detail))
}

fn read(path: &Path) -> Result<String, Failure> {
    keys::read(path).map_err(|error| {
        let mut failure = Failure::from(error);
        if failure.code == Code::SourceUnreadable {
            failure.message = format!("{}: {}", path.display(), failure.message);
        }
        failure.about(path.display().to_string())
    })
}

fn absolute(path: &str) -> Result<PathBuf, Failure> {
    let absolute = PathBuf::from(path);
    if absolute.is_absolute() {
        Ok(absolute)
    } else {
        let text = "the file must be an absolute path";
        Err(Failure::new(Code::Usage, text).about(path))
    }
}

fn file_failure(code: Code, path: &Path, error: &io::Error) -> Failure {
    let shown = path.display().to_string();
    Failure::new(code, format!("{shown}: {error}")).about(shown)
}

impl From<IdentityError> for Failure {
    fn from(error: IdentityError) -> Self {
        let code = match error {
            IdentityError::Crypto(_) => Code::Internal,
            _ => Code::KeyUnavailable,
        };
        Self::new(code, error.to_string())
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        let code = match error {
            ExportError::WrongPassphrase => Code::WrongPassphrase,
            ExportError::Unreadable(_) => Code::SourceUnreadable,
            ExportError::Failed(_) => Code::Internal,
            _ => Code::Usage,
        };
        Self::new(code, error.to_string())
    }
}
