//! What is in doubt after an unclean end, and how the doubt is cleared.
//!
//! A row is committed after its bytes were synced, so on a disk that keeps its word nothing is ever in doubt.
//! Disks do not all keep it: some say that a sync is done while the bytes are in a cache that a power loss
//! empties. A mark in the session's row (`clean`) says whether the program ended while files were written. If
//! so, the chunks recorded last, which such a cache may still have held, are read again and hashed; what
//! is not what its row says loses its row and is asked for again, by the comparison that every new connection
//! begins with. Older bytes are trusted as the bytes of any other file are.
//!
//! A kill of the process leaves the same mark as a power loss, and costs the same look.

use std::{
    collections::BTreeMap,
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use chunkstream_core::{
    chunk::ChunkSize,
    id::FileId,
    integrity::{Checksum, chunk_value},
    session::State,
};
use tokio::sync::{RwLock, RwLockReadGuard};

use super::Incoming;
use crate::{
    api::{Code, Failure},
    coordinator::Shared,
    disk::Disk,
};

/// Bytes of the chunks recorded last that are looked at: more than the caches of disks hold, by usual sizes.
const DOUBTED: u64 = 64 * 1024 * 1024;
/// Chunks that are looked at, however small they are.
const DOUBTED_CHUNKS: u32 = 4096;
/// How long the look may take before the transfer goes on. What has not been looked at by then is asked for
/// again, which costs [`DOUBTED`] at most.
const PATIENCE: Duration = Duration::from_millis(700);

/// Whether files are written, and whether what the database says of them is in doubt.
#[derive(Debug, Default)]
pub(super) struct Doubt {
    /// True while the row says that files may be written. Held for reading during each write.
    unclean: RwLock<bool>,
    /// The last run ended uncleanly, and nobody has looked yet.
    doubtful: AtomicBool,
}

/// A chunk that is looked at.
struct Doubted {
    file: FileId,
    index: u32,
    value: Checksum,
    path: PathBuf,
    file_len: u64,
    len: usize,
}

impl Incoming {
    /// The last run ended while this transfer's files were written.
    pub(super) fn in_doubt(&self) {
        self.doubt.doubtful.store(true, Ordering::Relaxed);
        if let Ok(mut unclean) = self.doubt.unclean.try_write() {
            *unclean = true;
        }
    }

    /// To be held while the transfer's files are written.
    ///
    /// # Errors
    /// If that cannot be recorded: nothing may be written then.
    pub(super) async fn writing(
        &self,
        shared: &Shared,
    ) -> Result<RwLockReadGuard<'_, bool>, Failure> {
        loop {
            let writing = self.doubt.unclean.read().await;
            if *writing {
                return Ok(writing);
            }
            drop(writing);
            let mut unclean = self.doubt.unclean.write().await;
            if !*unclean {
                shared.store.set_clean(self.session.id, false).await?;
                *unclean = true;
            }
        }
    }

    /// Records that nothing is being written, if that is so.
    pub(crate) async fn end_clean(&self, shared: &Shared) {
        // Never waited for: who writes may wait for the committer, and that for the session's task.
        let Ok(mut unclean) = self.doubt.unclean.try_write() else {
            return;
        };
        // The store's word counts: after the tasks have ended, what was written and not recorded is not there.
        let settled = shared.stop.is_cancelled() || self.plan().is_settled();
        let skip = !*unclean || !settled || self.doubt.doubtful.load(Ordering::Relaxed);
        if skip || self.session.state().is_final() {
            return;
        }
        match shared.store.set_clean(self.session.id, true).await {
            Ok(()) => *unclean = false,
            // Costs a look at the next start.
            Err(error) => tracing::debug!(%error, "an orderly end could not be recorded"),
        }
    }

    /// After an unclean end: looks at what is in doubt, and takes back what is not what its row says.
    pub(super) async fn clear_doubt(&self, shared: &Shared) -> Result<(), Failure> {
        // Without a network nothing goes on; the next start with one looks.
        if !self.doubt.doubtful.load(Ordering::Relaxed) || !shared.endpoint.has_network() {
            return Ok(());
        }
        let doubted = self.doubted(shared).await?;
        let count = doubted.len();
        let chunk_size = self.plan().chunk_size();
        // Roots may have been moved already: what is not in the staging folder is past this.
        let moving = self.session.state() == State::Completing;
        let disk = shared.disk.clone();
        let stop = shared.stop.clone();
        let look = tokio::task::spawn_blocking(move || {
            let until = Instant::now() + PATIENCE;
            let in_time = || Instant::now() < until && !stop.is_cancelled();
            lost(&*disk, &doubted, chunk_size, moving, in_time)
        });
        let lost = look
            .await
            .map_err(|error| Failure::new(Code::Internal, error.to_string()))?;
        if shared.stop.is_cancelled() {
            // Not looked at to the end: the next start does.
            return Ok(());
        }
        tracing::info!(
            transfer = %self.session.id.short(), looked_at = count,
            lost = lost.values().map(Vec::len).sum::<usize>(), "after an unclean end"
        );
        for (file, indices) in lost {
            self.take_back(shared, file, &indices).await?;
        }
        self.doubt.doubtful.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// The chunks recorded last.
    async fn doubted(&self, shared: &Shared) -> Result<Vec<Doubted>, Failure> {
        let newest = shared
            .store
            .newest_chunks(self.session.id, DOUBTED_CHUNKS)
            .await?;
        let mut bytes = 0;
        let mut doubted = Vec::new();
        for (file, index, value) in newest {
            let (len, file_len) = {
                let plan = self.plan();
                let entry = plan.entry(file);
                (
                    plan.len_of(file, index),
                    entry.map_or(0, chunkstream_core::manifest::Entry::len),
                )
            };
            if bytes >= DOUBTED {
                break;
            }
            bytes += len as u64;
            doubted.push(Doubted {
                file,
                index,
                value,
                path: self.path_of(file),
                file_len,
                len,
            });
        }
        Ok(doubted)
    }

    /// These chunks are not there after all: their rows go first, then they count as missing.
    pub(super) async fn take_back(
        &self,
        shared: &Shared,
        file: FileId,
        indices: &[u32],
    ) -> Result<(), Failure> {
        let id = self.session.id;
        shared.store.forget_chunks(id, file, indices).await?;
        let done = self.plan().is_done(file);
        let bytes = if done {
            let left = shared.store.chunks_of_file(id, file).await?;
            let mut plan = self.plan();
            plan.reopen(file, left);
            indices
                .iter()
                .map(|&index| plan.len_of(file, index) as u64)
                .sum()
        } else {
            let mut plan = self.plan();
            indices
                .iter()
                .map(|&index| plan.lost(file, index))
                .sum::<u64>()
        };
        self.session.change(|facts| {
            facts.durable_bytes = facts.durable_bytes.saturating_sub(bytes);
            facts.files_done -= u64::from(done && facts.files_done > 0);
        });
        Ok(())
    }
}

/// Those of the chunks that are not on the disk as their rows say, or were not looked at in time. With `moving`,
/// a file that is not there has been moved to its place.
fn lost(
    disk: &dyn Disk,
    doubted: &[Doubted],
    chunk_size: ChunkSize,
    moving: bool,
    in_time: impl Fn() -> bool,
) -> BTreeMap<FileId, Vec<u32>> {
    let mut buffer = Vec::new();
    let mut lost: BTreeMap<FileId, Vec<u32>> = BTreeMap::new();
    for chunk in doubted {
        let sound = in_time()
            && match content(disk, chunk, chunk_size, &mut buffer) {
                Ok(content) => {
                    chunk_value(chunk.file_len, chunk.index, chunk_size, content).ok()
                        == Some(chunk.value)
                }
                Err(error) => moving && error.kind() == io::ErrorKind::NotFound,
            };
        if !sound {
            lost.entry(chunk.file).or_default().push(chunk.index);
        }
    }
    lost
}

fn content<'b>(
    disk: &dyn Disk,
    chunk: &Doubted,
    chunk_size: ChunkSize,
    buffer: &'b mut Vec<u8>,
) -> io::Result<&'b [u8]> {
    let file: Arc<dyn crate::disk::SourceFile> = disk.open(&chunk.path)?.into();
    buffer.resize(chunk.len, 0);
    let offset = u64::from(chunk.index) * u64::from(chunk_size.bytes());
    let got = file.read_at(buffer, offset)?;
    Ok(&buffer[..got])
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::disk::RealDisk;

    /// Three chunks of a file, the last of them short.
    fn chunks(path: &std::path::Path, content: &[u8]) -> Vec<Doubted> {
        let size = ChunkSize::MIN.bytes() as usize;
        let chunks = content.chunks(size).zip(0..);
        chunks
            .map(|(chunk, index)| Doubted {
                file: FileId(7),
                index,
                value: chunk_value(content.len() as u64, index, ChunkSize::MIN, chunk)
                    .expect("a chunk of the file"),
                path: path.to_owned(),
                file_len: content.len() as u64,
                len: chunk.len(),
            })
            .collect()
    }

    #[test]
    fn what_differs_what_is_gone_and_what_was_not_looked_at_in_time_is_lost() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        let size = ChunkSize::MIN.bytes() as usize;
        let mut content = vec![3; 2 * size + 100];
        let doubted = chunks(&path, &content);
        let look = |moving, most: u32| {
            let looked = Cell::new(0);
            let in_time = || {
                looked.set(looked.get() + 1);
                looked.get() <= most
            };
            let lost = lost(&RealDisk, &doubted, ChunkSize::MIN, moving, in_time);
            lost.get(&FileId(7)).cloned().unwrap_or_default()
        };
        assert_eq!(look(false, 9), [0, 1, 2], "gone");
        assert!(look(true, 9).is_empty(), "moved to its place");
        std::fs::write(&path, &content).expect("written");
        assert!(look(false, 9).is_empty());
        assert_eq!(look(false, 1), [1, 2], "not looked at");
        content[size] ^= 1;
        std::fs::write(&path, &content).expect("written");
        assert_eq!(look(false, 9), [1], "another content");
        std::fs::write(&path, &content[..2 * size + 99]).expect("written");
        assert_eq!(look(false, 9), [1, 2], "shorter");
    }
}
