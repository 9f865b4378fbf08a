//! A file that a person has named, for a receipt, a log or a key: it stands there whole or not at all, and what it
//! replaces stays until then. Whoever waits for the file never reads a part of it.

use std::{
    fs,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

/// Who may read the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Readers {
    /// Whoever may read new files of this user.
    Usual,
    /// The user alone, where the system has permissions for files.
    Owner,
}

/// A file that is being written, under another name in the same folder. Dropped before [`finish`](Self::finish), it
/// leaves nothing.
pub(crate) struct WholeFile {
    file: BufWriter<NamedTempFile>,
    path: PathBuf,
    replace: bool,
}

impl WholeFile {
    /// Begins the file `path`.
    ///
    /// # Errors
    /// `AlreadyExists` if it is there and not to be replaced, or is no regular file; those of its folder.
    pub(crate) fn begin(path: &Path, readers: Readers, replace: bool) -> io::Result<Self> {
        let path = match fs::canonicalize(path) {
            // Where a link leads is replaced, as by whoever opens it to write, and the link stays.
            Ok(real) if replace => real,
            _ => path.to_owned(),
        };
        if let Ok(there) = fs::symlink_metadata(&path) {
            if !replace {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            if !there.is_file() {
                let text = "what is there is no regular file";
                return Err(io::Error::new(io::ErrorKind::AlreadyExists, text));
            }
        }
        let mut options = tempfile::Builder::new();
        options.prefix(".chunkstream-");
        #[cfg(unix)]
        if readers == Readers::Usual {
            // The system takes away what this user's mask does.
            let all = std::os::unix::fs::PermissionsExt::from_mode(0o666);
            options.permissions(all);
        }
        #[cfg(not(unix))]
        let _ = readers;
        let folder = path.parent().unwrap_or(Path::new(""));
        Ok(Self {
            file: BufWriter::new(options.tempfile_in(folder)?),
            path,
            replace,
        })
    }

    /// Makes what was written durable and gives it its name. Waits for the disk.
    ///
    /// # Errors
    /// Those of the disk; `AlreadyExists` if another file has come there meanwhile and is not to be replaced.
    pub(crate) fn finish(self) -> io::Result<()> {
        let file = self.file.into_inner().map_err(io::Error::from)?;
        file.as_file().sync_all()?;
        if self.replace {
            file.persist(&self.path)?;
            return Ok(());
        }
        let Err(refused) = file.persist_noclobber(&self.path) else {
            return Ok(());
        };
        let is_free = fs::symlink_metadata(&self.path)
            .is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
        if refused.error.kind() == io::ErrorKind::AlreadyExists || !is_free {
            return Err(refused.error);
        }
        // A stick or a share may know neither a rename that replaces nothing nor links: looking and renaming are two
        // steps there.
        refused.file.persist(&self.path)?;
        Ok(())
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes a file that is known already. Waits for the disk.
///
/// # Errors
/// As [`WholeFile`].
pub(crate) fn write_whole(
    path: &Path,
    content: &[u8],
    readers: Readers,
    replace: bool,
) -> io::Result<()> {
    let mut file = WholeFile::begin(path, readers, replace)?;
    file.write_all(content)?;
    file.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        entries
            .map(|entry| {
                entry
                    .expect("one")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect()
    }

    #[test]
    fn it_is_there_once_it_is_whole_and_what_it_replaces_until_then() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("log.csv");
        let mut file = WholeFile::begin(&path, Readers::Usual, false).expect("begun");
        file.write_all(b"first").expect("written");
        assert!(!path.exists());
        file.finish().expect("whole");
        let mut file = WholeFile::begin(&path, Readers::Usual, true).expect("begun");
        file.write_all(b"second").expect("written");
        assert_eq!(fs::read(&path).expect("there"), b"first");
        file.finish().expect("whole");
        assert_eq!(fs::read(&path).expect("there"), b"second");
        assert_eq!(names(place.path()), ["log.csv"]);
    }

    #[test]
    fn what_is_given_up_leaves_the_folder_as_it_was() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("log.csv");
        fs::write(&path, "kept").expect("written");
        let mut file = WholeFile::begin(&path, Readers::Usual, true).expect("begun");
        file.write_all(b"half").expect("written");
        drop(file);
        assert_eq!(fs::read(&path).expect("there"), b"kept");
        assert_eq!(names(place.path()), ["log.csv"]);
    }

    #[test]
    fn nothing_is_replaced_unasked_not_even_what_came_meanwhile() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("receipt.txt");
        let exists = |result: io::Result<()>| {
            assert_eq!(
                result.expect_err("it is there").kind(),
                io::ErrorKind::AlreadyExists
            );
        };
        let late = WholeFile::begin(&path, Readers::Usual, false).expect("begun");
        fs::write(&path, "mine").expect("written");
        exists(late.finish());
        exists(write_whole(&path, b"", Readers::Owner, false));
        assert_eq!(fs::read(&path).expect("there"), b"mine");
        // A folder, or a device, is no file to be replaced.
        exists(write_whole(place.path(), b"", Readers::Owner, true));
    }

    #[cfg(unix)]
    #[test]
    fn where_a_link_leads_is_replaced_and_the_link_stays() {
        let place = tempfile::tempdir().expect("a folder");
        let (real, link) = (place.path().join("real.csv"), place.path().join("link.csv"));
        fs::write(&real, "before").expect("written");
        std::os::unix::fs::symlink(&real, &link).expect("a link");
        write_whole(&link, b"after", Readers::Usual, true).expect("written");
        assert_eq!(fs::read(&real).expect("there"), b"after");
        assert!(link.is_symlink());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_private_is_for_the_owner_alone_also_where_another_file_was() {
        use std::os::unix::fs::PermissionsExt as _;
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("log.csv");
        let mode = || fs::metadata(&path).expect("there").permissions().mode() & 0o777;
        fs::write(&path, "").expect("written");
        let usual = mode();
        write_whole(&path, b"x", Readers::Owner, true).expect("written");
        assert_eq!(mode(), 0o600);
        write_whole(&path, b"x", Readers::Usual, true).expect("written");
        assert_eq!(mode(), usual);
    }
}
