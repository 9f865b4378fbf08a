//! The disk, as the engine sees it: few operations, each with a stated durability.
//!
//! All operations block; the engine calls them from blocking tasks. Behind a trait so that tests run on
//! a double that is full, short, slow, forbidden, or loses what was not synced.
//!
//! Nothing here follows a symbolic link at the last component of a path: to open, write or change the
//! attributes of one is `InvalidInput`.

mod folding;
mod real;
pub mod scan;
mod watch;
mod whole;

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod platform;

pub(crate) use platform::raise_open_files;

use chunkstream_core::path::System;
use std::{
    ffi::OsString,
    fmt, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

pub use folding::{assumed, probe};
pub use real::RealDisk;
pub use watch::Watch;
pub(crate) use whole::{Readers, WholeFile, write_whole};

/// What kind of thing a path names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Symlink,
    /// A device, socket, pipe: nothing that can be sent.
    Other,
}

/// What tells one version of a file from another without reading it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fingerprint {
    /// Length in bytes.
    pub len: u64,
    /// Time of last modification, nanoseconds since 1970.
    pub modified_ns: i64,
    /// The file's number on its volume; 0 where there is none.
    pub file_id: u64,
}

/// What the file system says of a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Metadata {
    /// What it is.
    pub kind: Kind,
    /// Length, time, number.
    pub fingerprint: Fingerprint,
    /// Permission bits (`0o7777`); None on systems without.
    pub mode: Option<u32>,
}

/// A file that is read.
pub trait SourceFile: Send + Sync {
    /// The fingerprint of the open file, as it is now.
    fn fingerprint(&self) -> io::Result<Fingerprint>;
    /// Fills `buf` from `offset`; fewer bytes only at the end of the file.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Whether `offset..offset + len` is known to be a hole, without reading it. False when in doubt.
    fn is_hole(&self, offset: u64, len: u64) -> bool;
}

/// A file that is written, not yet in its place.
pub trait PartialFile: Send + Sync {
    /// Writes all of `data` at `offset`.
    fn write_at(&self, data: &[u8], offset: u64) -> io::Result<()>;
    /// Fills `buf` from `offset`; fewer bytes only at the end of the file.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Lets go of the space of this range, which reads as zeros from then on. False where the file system
    /// cannot: nothing has changed then.
    fn punch(&self, offset: u64, len: u64) -> io::Result<bool>;
    /// Asks the system to start writing this range out, so that the sync has less to do. A hint.
    fn start_writeback(&self, offset: u64, len: u64);
    /// Returns when all that was written before this call survives a power loss.
    fn sync_data(&self) -> io::Result<()>;
}

/// A disk.
pub trait Disk: Send + Sync + fmt::Debug + 'static {
    /// What `path` names; a symbolic link is itself.
    fn metadata(&self, path: &Path) -> io::Result<Metadata>;
    /// The names in a folder, sorted, so that a scan has the same order every time.
    fn read_folder(&self, path: &Path) -> io::Result<Vec<OsString>>;
    /// The text of a symbolic link.
    fn read_link(&self, path: &Path) -> io::Result<PathBuf>;
    /// Opens a regular file for reading.
    fn open(&self, path: &Path) -> io::Result<Box<dyn SourceFile>>;
    /// Opens the regular file at `path` for writing, made if it is not there, with length `len`: sparse
    /// where `reserve` is false, else with its space reserved where the file system can.
    fn open_partial(
        &self,
        path: &Path,
        len: u64,
        reserve: bool,
    ) -> io::Result<Box<dyn PartialFile>>;
    /// Makes a folder; its parent must exist. One that is there already (a real folder) is fine.
    fn create_folder(&self, path: &Path) -> io::Result<()>;
    /// Makes a symbolic link at `path`; fails if something is there.
    fn create_symlink(&self, target: &str, path: &Path) -> io::Result<()>;
    /// Sets permission bits and time of modification of a file or folder. Not of a link.
    fn set_attributes(
        &self,
        path: &Path,
        mode: Option<u16>,
        modified_ns: Option<i64>,
    ) -> io::Result<()>;
    /// Moves within a volume; `AlreadyExists` if something is at `to`, which then stays as it is.
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Moves a file or link within a volume, in one step in place of a file or link that is at `to`.
    fn rename_over(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Returns when the names in this folder survive a power loss.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
    /// Returns Ok(true) when everything written on the volume of `path` survives a power loss: cheaper
    /// than many single syncs. Ok(false): this system cannot, sync one by one.
    fn sync_volume(&self, path: &Path) -> io::Result<bool>;
    /// Removes a file, a link, or a folder with all that is in it. What is not there is fine.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Bytes that can still be written on the volume of `path`.
    fn free_space(&self, path: &Path) -> io::Result<u64>;
    /// Calls `changed` with the paths at which something changes in the folders that are then added, as far
    /// as this system tells; None if it does not. From another thread; it must not block.
    fn watch(&self, changed: Box<dyn Fn(PathBuf) + Send>) -> Option<Box<dyn Watch>> {
        let _ = changed;
        None
    }
    /// A number that paths on the same volume have in common.
    fn volume(&self, path: &Path) -> io::Result<u64>;
    /// Whose rules for names hold here.
    fn system(&self) -> System {
        System::HERE
    }
}

/// What is said of a link, pipe, socket or device where a regular file is needed.
fn not_regular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")
}

/// A time from nanoseconds since 1970, which may be before it.
fn time_of(ns: i64) -> io::Result<SystemTime> {
    let distance = Duration::from_nanos(ns.unsigned_abs());
    let time = if ns < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    };
    time.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "time out of range"))
}
