//! What can be made to go wrong on a [`MemoryDisk`](super::MemoryDisk), and what it counts.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    time::Duration,
};

use chunkstream_engine::core::path::{Folding, System};

use super::ranges::Ranges;

/// Faults, switchable at any time through [`MemoryDisk::faults`](super::MemoryDisk::faults). Without one
/// the disk is perfect, fast and nearly endless.
#[derive(Clone, Default, Debug)]
pub struct Faults {
    /// Bytes that the disk holds; beyond it `StorageFull`, after as much as fits has been written.
    pub capacity: Option<u64>,
    /// Every change answers `ReadOnlyFilesystem`.
    pub read_only: bool,
    /// Paths that answer `PermissionDenied`, with all that is below them.
    pub forbidden: BTreeSet<PathBuf>,
    /// Files that cannot be read, as with a bad sector.
    pub read_errors: BTreeSet<PathBuf>,
    /// Files that take so many more bytes and then fail, in the middle of a write.
    pub write_errors_after: BTreeMap<PathBuf, u64>,
    /// Files and folders whose sync fails, with nothing made durable. A volume's sync fails if there is any.
    pub sync_errors: BTreeSet<PathBuf>,
    /// Syncs of files and of the volume wait until this is false, as with a disk that is slower than what comes
    /// in. They wait in real time, in which a paused clock stands still: for tests on the real clock.
    pub stuck_syncs: bool,
    /// To reserve a file's space waits until this is false, likewise.
    pub stuck_reservations: bool,
    /// Each read of a file takes so long, in real time: likewise.
    pub read_wait: Duration,
    /// Holes cannot be made in files.
    pub no_holes: bool,
    /// Names that the disk holds as one. To be set while nothing is on it.
    pub folding: Folding,
    /// Whose rules for names it follows; this system's if None.
    pub system: Option<System>,
    /// Syncs say that all is well and do nothing.
    pub lying_sync: bool,
    /// What each operation costs: counted in [`Totals::spent`], not waited for.
    pub cost_per_operation: Duration,
    /// What each byte read or written costs: likewise.
    pub nanoseconds_per_byte: u64,
}

impl Faults {
    pub(super) fn check(&self, path: &Path) -> io::Result<()> {
        if self
            .forbidden
            .iter()
            .any(|forbidden| path.starts_with(forbidden))
        {
            return Err(ErrorKind::PermissionDenied.into());
        }
        Ok(())
    }

    pub(super) fn check_change(&self, path: &Path) -> io::Result<()> {
        if self.read_only {
            return Err(ErrorKind::ReadOnlyFilesystem.into());
        }
        self.check(path)
    }
}

/// What was done to one file, by the path under which it was opened.
#[derive(Clone, Default, Debug)]
pub struct FileCounters {
    /// How often it was opened.
    pub opens: u64,
    /// How often its data was synced.
    pub syncs: u64,
    /// Bytes read, each time they were.
    pub bytes_read: u64,
    /// Bytes written, each time they were.
    pub bytes_written: u64,
    /// Which offsets were read at least once.
    pub read: Ranges,
    /// Which offsets were written at least once.
    pub written: Ranges,
}

/// What was done to the whole disk.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Operations of any kind.
    pub operations: u64,
    /// Syncs of single files.
    pub file_syncs: u64,
    /// Syncs of folders.
    pub folder_syncs: u64,
    /// Syncs of the volume.
    pub volume_syncs: u64,
    /// Reservations of a file's space that have begun.
    pub reservations: u64,
    /// Files that were open at the same time.
    pub most_open: u64,
    /// Bytes read.
    pub bytes_read: u64,
    /// Bytes written.
    pub bytes_written: u64,
    /// What a slow disk would have taken for it, by the costs in [`Faults`].
    pub spent: Duration,
}
