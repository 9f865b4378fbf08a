//! The lock of a data folder.
//!
//! The lock itself is the system's (`flock`, `LockFileEx`) on a file that stays: the system lets go of it
//! when the process ends, and a file that is removed could be locked twice. Who holds it is written beside
//! it, because a locked file cannot be read on Windows.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    api::{Code, Failure},
    coordinator::private_folder,
};

const LOCK: &str = "engine.lock";
const HOLDER: &str = "engine.holder";
/// More than this no holder writes about itself.
const MAX_HOLDER: u64 = 4096;

/// The right to run the engine of a data folder, held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    folder: PathBuf,
    // Opened close-on-exec as all of std's files, so that no child keeps it.
    _file: File,
}

/// Who holds a lock.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    pid: u32,
    description: String,
}

impl Lock {
    /// Takes the lock of a data folder, for `description` ("chunkstream receive"). Makes the folder, for
    /// its owner only, if it is not there.
    ///
    /// # Errors
    /// `AlreadyRunning`, naming the holder, if it is taken; `Database` if the folder cannot be used.
    pub fn take(data_folder: &Path, description: &str) -> Result<Self, Failure> {
        private_folder(data_folder)?;
        let shown = data_folder.display().to_string();
        let unusable = |error: io::Error| {
            let text = format!("the data folder {shown} cannot be locked: {error}");
            Failure::new(Code::Database, text).about(shown.clone())
        };
        let file = private().open(data_folder.join(LOCK)).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(taken(data_folder)),
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        let holder = Holder {
            pid: std::process::id(),
            description: description.to_owned(),
        };
        write_private(
            &data_folder.join(HOLDER),
            &serde_json::to_vec(&holder).unwrap_or_default(),
        )
        .map_err(unusable)?;
        Ok(Self {
            folder: data_folder.to_owned(),
            _file: file,
        })
    }

    /// The folder that is locked.
    pub fn data_folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Before the lock goes: the next holder's word must stay.
        let _ = fs::remove_file(self.folder.join(HOLDER));
    }
}

/// Writes a small file for its owner's eyes, whole or not at all.
pub(super) fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    let temporary = PathBuf::from(temporary);
    let mut file = private().truncate(true).open(&temporary)?;
    file.write_all(content)?;
    drop(file);
    fs::rename(temporary, path)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn taken(folder: &Path) -> Failure {
    let shown = folder.display();
    let message = match holder(folder) {
        Some(Holder { pid, description }) => {
            format!("{description} (process {pid}) works on the data folder {shown} already")
        }
        // It has the lock and has not yet said who it is.
        None => format!("another engine works on the data folder {shown} already"),
    };
    Failure::new(Code::AlreadyRunning, message).about(shown.to_string())
}

fn holder(folder: &Path) -> Option<Holder> {
    use std::io::Read as _;
    let mut text = Vec::new();
    File::open(folder.join(HOLDER))
        .ok()?
        .take(MAX_HOLDER)
        .read_to_end(&mut text)
        .ok()?;
    serde_json::from_slice(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_engine_is_refused_and_told_who_the_first_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let lock = Lock::take(folder.path(), "chunkstream receive").expect("a free folder");
        let refused = Lock::take(folder.path(), "chunkstream send").expect_err("it is taken");
        assert_eq!(refused.code, Code::AlreadyRunning);
        assert!(
            refused.message.contains("chunkstream receive"),
            "{}",
            refused.message
        );
        assert!(
            refused.message.contains(&std::process::id().to_string()),
            "{}",
            refused.message
        );
        drop(lock);
        Lock::take(folder.path(), "chunkstream send").expect("free again");
    }

    #[test]
    fn what_a_crashed_holder_wrote_is_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(HOLDER), "{\"pid\":1,\"desc").expect("half a word");
        let lock = Lock::take(folder.path(), "ChunkStream Pro").expect("a free folder");
        let refused = Lock::take(folder.path(), "chunkstream send").expect_err("it is taken");
        assert!(
            refused.message.contains("ChunkStream Pro"),
            "{}",
            refused.message
        );
        fs::write(folder.path().join(HOLDER), "").expect("no word");
        let refused = Lock::take(folder.path(), "chunkstream send").expect_err("it is taken");
        assert!(
            refused.message.starts_with("another engine"),
            "{}",
            refused.message
        );
        drop(lock);
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_and_its_files_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("new/data");
        let _lock = Lock::take(&data, "chunkstream receive").expect("a free folder");
        let mode = |path: &Path| {
            fs::metadata(path)
                .expect("it is there")
                .permissions()
                .mode()
                & 0o777
        };
        assert_eq!(mode(&data), 0o700);
        assert_eq!(mode(&data.join(LOCK)), 0o600);
        assert_eq!(mode(&data.join(HOLDER)), 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn a_child_does_not_inherit_the_lock() {
        use std::io::{Read as _, Write as _};

        let folder = tempfile::tempdir().expect("a folder");
        let lock = Lock::take(folder.path(), "chunkstream receive").expect("a free folder");
        // It ends when its standard input does.
        let mut child = std::process::Command::new("cat")
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("a child");
        // Linux lets the parent go on before it closes what the child does not inherit: wait until it runs.
        let (mut to, mut from) = (child.stdin.take(), child.stdout.take());
        to.as_mut()
            .expect("piped")
            .write_all(b"x")
            .expect("written");
        from.as_mut()
            .expect("piped")
            .read_exact(&mut [0; 1])
            .expect("it runs");
        drop(lock);
        let again = Lock::take(folder.path(), "chunkstream send");
        drop(to);
        child.wait().expect("it ends");
        again.expect("the child does not hold it");
    }
}
