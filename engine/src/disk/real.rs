//! The disk of this computer: [`Disk`] over the operating system's calls.
//!
//! What differs between systems is in `unix.rs` and `windows.rs`, one function per difference; what is
//! here is the same everywhere.
//!
//! Invariants:
//! - a path whose last component is a symbolic link is never opened, written or changed through it;
//! - only regular files are opened, and opening never blocks on a pipe or a device;
//! - an error never leaves more space taken than before the call.
//!
//! Non-goals: links in the middle of a path are followed, as everywhere in the system. Who writes below a
//! folder that others can change checks its parents with [`Disk::metadata`] first.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use super::{
    Disk, Fingerprint, Kind, Metadata, PartialFile, SourceFile, platform,
    watch::{self, Watch},
};

/// The bits of a mode that are ever set: no set-uid, set-gid or sticky bit.
const MODE_BITS: u16 = 0o777;

/// The file systems of this computer.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        let metadata = fs::symlink_metadata(path)?;
        Ok(Metadata {
            kind: kind(&metadata),
            fingerprint: platform::fingerprint(&metadata),
            mode: platform::mode(&metadata),
        })
    }

    fn read_folder(&self, path: &Path) -> io::Result<Vec<OsString>> {
        if !fs::symlink_metadata(path)?.is_dir() {
            return Err(ErrorKind::NotADirectory.into());
        }
        let mut names = fs::read_dir(path)?
            .map(|entry| entry.map(|e| e.file_name()))
            .collect::<io::Result<Vec<_>>>()?;
        names.sort_unstable();
        Ok(names)
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        fs::read_link(path)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn SourceFile>> {
        let file = platform::open_read(path)?;
        require_regular(&file)?;
        Ok(Box::new(RealFile(file)))
    }

    fn open_partial(
        &self,
        path: &Path,
        len: u64,
        reserve: bool,
    ) -> io::Result<Box<dyn PartialFile>> {
        let file = platform::open_write(path)?;
        require_regular(&file)?;
        let old_len = file.metadata()?.len();
        // Some file systems take all there is before they say that it is not enough, and everybody else on the
        // volume is without space meanwhile.
        if reserve && len > old_len {
            let folder = path.parent().unwrap_or(path);
            if platform::free_space(folder).is_ok_and(|free| len - old_len > free) {
                return Err(ErrorKind::StorageFull.into());
            }
        }
        if old_len != len {
            file.set_len(len)?;
        }
        if reserve
            && len > 0
            && let Err(error) = platform::reserve(&file, len)
        {
            // Some file systems keep what they got before they ran out: give it back, so that a paused
            // transfer does not hold the disk full. What the file had before stays.
            let _ = file.set_len(old_len.min(len));
            return Err(error);
        }
        Ok(Box::new(RealFile(file)))
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        match fs::create_dir(path) {
            Err(error)
                if error.kind() == ErrorKind::AlreadyExists
                    && fs::symlink_metadata(path)?.is_dir() =>
            {
                Ok(())
            }
            result => result,
        }
    }

    fn create_symlink(&self, target: &str, path: &Path) -> io::Result<()> {
        platform::symlink(target, path)
    }

    fn set_attributes(
        &self,
        path: &Path,
        mode: Option<u16>,
        modified_ns: Option<i64>,
    ) -> io::Result<()> {
        platform::set_attributes(
            path,
            mode.map(|mode| u32::from(mode & MODE_BITS)),
            modified_ns,
        )
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        platform::rename_new(from, to)
    }

    fn rename_over(&self, from: &Path, to: &Path) -> io::Result<()> {
        match fs::symlink_metadata(to) {
            Ok(metadata) if metadata.is_dir() => Err(ErrorKind::IsADirectory.into()),
            _ => fs::rename(from, to),
        }
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        platform::sync_folder(path)
    }

    fn sync_volume(&self, path: &Path) -> io::Result<bool> {
        platform::sync_volume(path)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let removed = match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
            Ok(metadata) => platform::remove_name(path, &metadata),
            Err(error) => Err(error),
        };
        match removed {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            result => result,
        }
    }

    fn free_space(&self, path: &Path) -> io::Result<u64> {
        platform::free_space(path)
    }

    fn watch(&self, changed: Box<dyn Fn(PathBuf) + Send>) -> Option<Box<dyn Watch>> {
        watch::begin(changed)
    }

    fn volume(&self, path: &Path) -> io::Result<u64> {
        platform::volume(path)
    }
}

/// An open regular file.
struct RealFile(File);

impl SourceFile for RealFile {
    fn fingerprint(&self) -> io::Result<Fingerprint> {
        Ok(platform::fingerprint(&self.0.metadata()?))
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        read_full(&self.0, buf, offset)
    }

    fn is_hole(&self, offset: u64, len: u64) -> bool {
        len > 0 && platform::is_hole(&self.0, offset, len)
    }
}

impl PartialFile for RealFile {
    fn write_at(&self, mut data: &[u8], mut offset: u64) -> io::Result<()> {
        while !data.is_empty() {
            match platform::write_at(&self.0, data, offset) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(n) => {
                    data = &data[n..];
                    offset += n as u64;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        read_full(&self.0, buf, offset)
    }

    fn punch(&self, offset: u64, len: u64) -> io::Result<bool> {
        if len == 0 {
            return Ok(true);
        }
        platform::punch(&self.0, offset, len)
    }

    fn start_writeback(&self, offset: u64, len: u64) {
        platform::start_writeback(&self.0, offset, len);
    }

    fn sync_data(&self) -> io::Result<()> {
        // fdatasync on Linux; F_FULLFSYNC on Apple's systems, where less does not survive a power loss.
        self.0.sync_data()
    }
}

fn read_full(file: &File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buf.len() {
        match platform::read_at(file, &mut buf[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn require_regular(file: &File) -> io::Result<()> {
    let file_type = file.metadata()?.file_type();
    if file_type.is_file() {
        Ok(())
    } else if file_type.is_dir() {
        Err(ErrorKind::IsADirectory.into())
    } else {
        Err(super::not_regular())
    }
}

fn kind(metadata: &fs::Metadata) -> Kind {
    let file_type = metadata.file_type();
    if file_type.is_file() {
        Kind::File
    } else if file_type.is_dir() {
        Kind::Folder
    } else if file_type.is_symlink() {
        Kind::Symlink
    } else {
        Kind::Other
    }
}
