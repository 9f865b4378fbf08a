//! Makes written chunks durable, in batches: data first, then rows, then word to the transfers.
//!
//! Order (the whole point of this file): all writes of a batch, `fdatasync` of their files and, for a file's
//! first batch, of the folders with its name (or one flush of the volume when there are many), commit of their rows, and only then are they called durable, which is
//! what acknowledges them to the sender. A kill at any instant costs at most one batch.
//!
//! A batch ends when it has the bytes or the chunks that [`Batch`] allows, when its oldest chunk is as old as it
//! allows, or when a file has all it needs and nothing else is waiting: the tail of a transfer never waits for the
//! clock.
//!
//! While one batch is flushed, the next one gathers. A disk slower than the network would let it grow; so every
//! chunk takes its share of [`unsynced`] before its payload is read, and returns it once it is durable. When
//! all is taken, streams are not read and QUIC's flow control stops the sender.

use std::{collections::HashMap, path::PathBuf, sync::Arc, time::Duration};

use chunkstream_core::{
    id::{FileId, TransferId},
    integrity::Checksum,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    time::{Instant, timeout_at},
};

use super::{
    Shared,
    budget::{Budget, Share},
    receiving::{Event, Incoming, MAX_TOGETHER},
};
use crate::{
    api::Failure,
    disk::PartialFile,
    store::{ChunkRow, ChunkStatus},
};

/// When a batch is flushed: whichever comes first. The default is what docs/DURABILITY.md measures and promises.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Batch {
    /// At so many bytes of content. Twice as many, and 32 MiB at least, may be lost with a kill, besides what
    /// was on its way.
    pub bytes: u64,
    /// When its first chunk has waited so long.
    pub age: Duration,
    /// At so many chunks, however small they are.
    pub chunks: usize,
}

impl Default for Batch {
    fn default() -> Self {
        Self {
            bytes: 16 * 1024 * 1024,
            age: Duration::from_millis(200),
            chunks: 1024,
        }
    }
}

/// From so many files on, one flush of the volume is cheaper than one for each.
const MANY_FILES: usize = 16;
/// Chunks that may wait for the committer.
pub(crate) const WAITING: usize = 256;

/// A chunk that has been written and verified.
pub(crate) struct Written {
    pub(crate) transfer: Arc<Incoming>,
    pub(crate) file: FileId,
    pub(crate) index: u32,
    pub(crate) chunk_id: u64,
    pub(crate) checksum: Checksum,
    pub(crate) len: u32,
    pub(crate) rebuilt: bool,
    /// Whether the file now has all its chunks.
    pub(crate) last: bool,
    pub(crate) handle: Arc<dyn PartialFile>,
    /// Of the bytes that may be unsynced; None for what was rebuilt, which did not come over the network.
    pub(crate) share: Option<Share>,
    /// Of the files that may be open; likewise.
    pub(crate) open: Option<OwnedSemaphorePermit>,
}

/// A chunk that survives a power loss.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Durable {
    pub(crate) file: FileId,
    pub(crate) index: u32,
    pub(crate) len: u32,
    pub(crate) rebuilt: bool,
}

/// Not less may be unsynced than a sender has on its way: a stream that has its share could wait for bytes that
/// QUIC's window keeps back for streams that have none.
pub(super) const LEAST_UNSYNCED: u64 = 32 * 1024 * 1024;

/// Bytes that may be on the disk and not durable: one batch that is flushed, and one that gathers.
pub(crate) fn unsynced(limits: Batch) -> Budget {
    let bytes = limits.bytes.saturating_mul(2).max(LEAST_UNSYNCED);
    Budget::new(usize::try_from(bytes).unwrap_or(usize::MAX))
}

/// Of the files that a process may have open, the part for chunks that are not flushed. The rest is for reading, for the
/// database, and for whatever else the process does.
const OPEN_PART: usize = 4;
/// As many as a batch and those that gather behind it can have.
const MOST_OPEN: usize = 4096;

/// Files that may be open for chunks that are not flushed: small files are written far faster than they are flushed.
/// `allowed`: that the process may have open at all, None without a limit.
pub(crate) fn open_files(allowed: Option<u64>) -> Arc<Semaphore> {
    let part = allowed.map_or(MOST_OPEN, |allowed| {
        usize::try_from(allowed).map_or(MOST_OPEN, |allowed| allowed / OPEN_PART)
    });
    Arc::new(Semaphore::new(part.clamp(MAX_TOGETHER, MOST_OPEN)))
}

/// Serves until every sender is gone.
pub(crate) async fn run(shared: Arc<Shared>, limits: Batch, mut written: mpsc::Receiver<Written>) {
    let mut batch = Vec::new();
    while written.recv_many(&mut batch, limits.chunks).await > 0 {
        let deadline = Instant::now() + limits.age;
        loop {
            let bytes: u64 = batch.iter().map(|chunk| u64::from(chunk.len)).sum();
            let tail = written.is_empty() && batch.iter().any(|chunk| chunk.last);
            // Nothing more comes until these are closed.
            let full = shared.open_files.available_permits() == 0;
            if tail || full || bytes >= limits.bytes || batch.len() >= limits.chunks {
                break;
            }
            match timeout_at(deadline, written.recv_many(&mut batch, limits.chunks)).await {
                Ok(0) | Err(_) => break,
                Ok(_) => {}
            }
        }
        commit(&shared, std::mem::take(&mut batch)).await;
    }
}

async fn commit(shared: &Shared, mut batch: Vec<Written>) {
    let mut transfers: HashMap<TransferId, (Arc<Incoming>, Vec<Durable>)> = HashMap::new();
    let mut rows = Vec::with_capacity(batch.len());
    for chunk in &batch {
        rows.push(ChunkRow {
            session: chunk.transfer.session.id,
            file: chunk.file,
            sequence: chunk.index,
            chunk_id: chunk.chunk_id,
            checksum: chunk.checksum,
            len: chunk.len,
            is_parity: false,
            status: if chunk.rebuilt {
                ChunkStatus::Rebuilt
            } else {
                ChunkStatus::Received
            },
        });
        let durable = Durable {
            file: chunk.file,
            index: chunk.index,
            len: chunk.len,
            rebuilt: chunk.rebuilt,
        };
        let entry = transfers.entry(chunk.transfer.session.id);
        entry
            .or_insert_with(|| (chunk.transfer.clone(), Vec::new()))
            .1
            .push(durable);
    }
    // Returned below, when it is known whether they are durable.
    let shares: Vec<(Option<Share>, Option<OwnedSemaphorePermit>)> = batch
        .iter_mut()
        .map(|chunk| (chunk.share.take(), chunk.open.take()))
        .collect();
    let began = std::time::Instant::now();
    let mut synced_at = began;
    let result = match sync(shared, batch).await {
        Ok(()) => {
            synced_at = std::time::Instant::now();
            shared
                .store
                .record_chunks(&rows, shared.clock.unix_ms())
                .await
                .map(drop)
                .map_err(Failure::from)
        }
        Err(failure) => Err(failure),
    };
    // Real time, also on a simulated clock. `chunkstream-bench flush` and whoever wonders about a disk read it.
    tracing::debug!(
        chunks = rows.len(),
        bytes = rows.iter().map(|row| u64::from(row.len)).sum::<u64>(),
        sync_us = (synced_at - began).as_micros() as u64,
        rows_us = synced_at.elapsed().as_micros() as u64,
        ok = result.is_ok(),
        "batch"
    );
    drop(shares);
    for (transfer, chunks) in transfers.into_values() {
        let event = match &result {
            Ok(()) => Event::Durable(chunks),
            Err(failure) => Event::NotDurable(chunks, failure.clone()),
        };
        transfer.event(event).await;
    }
}

async fn sync(shared: &Shared, batch: Vec<Written>) -> Result<(), Failure> {
    let disk = shared.disk.clone();
    let mut files: Vec<(Arc<dyn PartialFile>, Option<PathBuf>)> = Vec::new();
    let mut new: HashMap<(TransferId, FileId), Arc<Incoming>> = HashMap::new();
    for chunk in batch {
        if !chunk.transfer.is_named(chunk.file) {
            new.insert(
                (chunk.transfer.session.id, chunk.file),
                chunk.transfer.clone(),
            );
        }
        if !files
            .iter()
            .any(|(known, _)| Arc::ptr_eq(known, &chunk.handle))
            || files.len() >= MANY_FILES
        {
            files.push((chunk.handle, chunk.transfer.staging()));
        }
    }
    // The bytes of a file whose name is lost are lost.
    let mut folders: Vec<PathBuf> = new
        .iter()
        .flat_map(|((_, file), transfer)| transfer.folders_of(*file))
        .collect();
    folders.sort();
    folders.dedup();
    let synced = tokio::task::spawn_blocking(move || {
        if files.len() >= MANY_FILES {
            let mut volumes: Vec<&PathBuf> = files
                .iter()
                .filter_map(|(_, folder)| folder.as_ref())
                .collect();
            volumes.sort();
            volumes.dedup();
            let mut whole = true;
            for folder in volumes {
                whole &= disk.sync_volume(folder)?;
            }
            if whole {
                return Ok(());
            }
        }
        files.iter().try_for_each(|(file, _)| file.sync_data())?;
        folders
            .iter()
            .try_for_each(|folder| disk.sync_folder(folder))
    });
    match synced.await {
        Ok(Ok(())) => {
            for ((_, file), transfer) in new {
                transfer.name_is_durable(file);
            }
            Ok(())
        }
        Ok(Err(error)) => Err(super::receiving::disk_failure(&error, None)),
        Err(error) => Err(Failure::new(crate::api::Code::Internal, error.to_string())),
    }
}
