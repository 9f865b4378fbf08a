//! What [`RealDisk`](super::RealDisk) does differently on Windows: as far as the standard library reaches.
//!
//! Not here for want of a safe call: sparse files and holes, reserved space, early write-back, free space
//! (reported as unsupported: the caller goes on without), syncs of folders (NTFS journals its names) and volumes.

use std::{
    fs::{self, File, FileTimes, OpenOptions},
    io::{self, ErrorKind},
    os::windows::fs::{FileExt, FileTypeExt, MetadataExt, OpenOptionsExt},
    path::Path,
};

use super::{Fingerprint, not_regular, time_of};

/// Opens a link itself instead of what it names.
const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
/// Allows to open a folder.
const FILE_FLAG_BACKUP_SEMANTICS: u32 = 0x0200_0000;
/// Rights to set attributes and times, without reading or writing content.
const FILE_WRITE_ATTRIBUTES: u32 = 0x0100;
/// 100 ns units between 1601, where Windows begins, and 1970.
const UNIX_EPOCH_TICKS: i64 = 116_444_736_000_000_000;

pub(super) fn fingerprint(metadata: &fs::Metadata) -> Fingerprint {
    let ticks = i64::try_from(metadata.last_write_time()).unwrap_or(i64::MAX);
    Fingerprint {
        len: metadata.len(),
        modified_ns: ticks.saturating_sub(UNIX_EPOCH_TICKS).saturating_mul(100),
        file_id: 0,
    }
}

pub(super) fn mode(_metadata: &fs::Metadata) -> Option<u32> {
    None
}

pub(super) fn open_read(path: &Path) -> io::Result<File> {
    refuse_links(
        OpenOptions::new()
            .read(true)
            .custom_flags(FILE_FLAG_OPEN_REPARSE_POINT)
            .open(path)?,
    )
}

pub(super) fn open_write(path: &Path) -> io::Result<File> {
    refuse_links(
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .custom_flags(FILE_FLAG_OPEN_REPARSE_POINT)
            .open(path)?,
    )
}

fn refuse_links(file: File) -> io::Result<File> {
    if file.metadata()?.file_type().is_symlink() {
        Err(not_regular())
    } else {
        Ok(file)
    }
}

pub(super) fn read_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    file.seek_read(buf, offset)
}

pub(super) fn write_at(file: &File, data: &[u8], offset: u64) -> io::Result<usize> {
    file.seek_write(data, offset)
}

pub(super) fn is_hole(_file: &File, _offset: u64, _len: u64) -> bool {
    false
}

pub(super) fn reserve(_file: &File, _len: u64) -> io::Result<()> {
    Ok(())
}

pub(super) fn punch(_file: &File, _offset: u64, _len: u64) -> io::Result<bool> {
    Ok(false)
}

pub(super) fn start_writeback(_file: &File, _offset: u64, _len: u64) {}

pub(super) fn symlink(target: &str, path: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_file(target, path)
}

pub(super) fn remove_name(path: &Path, metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.file_type().is_symlink_dir() {
        fs::remove_dir(path)
    } else {
        fs::remove_file(path)
    }
}

pub(super) fn set_attributes(
    path: &Path,
    _mode: Option<u32>,
    modified_ns: Option<i64>,
) -> io::Result<()> {
    let Some(modified_ns) = modified_ns else {
        return Ok(());
    };
    let time = FileTimes::new().set_modified(time_of(modified_ns)?);
    let file = OpenOptions::new()
        .access_mode(FILE_WRITE_ATTRIBUTES)
        .custom_flags(FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS)
        .open(path)?;
    refuse_links(file)?.set_times(time)
}

/// As on Unix without the flag: a file is linked and unlinked, so that it never replaces another.
pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    if fs::symlink_metadata(from)?.is_file() {
        match fs::hard_link(from, to) {
            Ok(()) => return fs::remove_file(from),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error),
            // No hard links here (FAT): checked below.
            Err(_) => {}
        }
    }
    match fs::symlink_metadata(to) {
        Ok(_) => Err(ErrorKind::AlreadyExists.into()),
        Err(error) if error.kind() == ErrorKind::NotFound => fs::rename(from, to),
        Err(error) => Err(error),
    }
}

pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    // A folder cannot be flushed here; but what is no folder is an error on every system.
    if fs::symlink_metadata(path)?.is_dir() {
        Ok(())
    } else {
        Err(ErrorKind::NotADirectory.into())
    }
}

pub(super) fn sync_volume(_path: &Path) -> io::Result<bool> {
    Ok(false)
}

pub(super) fn free_space(_path: &Path) -> io::Result<u64> {
    Err(ErrorKind::Unsupported.into())
}

pub(super) fn volume(_path: &Path) -> io::Result<u64> {
    Err(ErrorKind::Unsupported.into())
}

/// There is no such limit here.
pub(crate) fn raise_open_files() -> Option<u64> {
    None
}
