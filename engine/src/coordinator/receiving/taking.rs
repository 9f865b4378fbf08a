//! Chunks that have been read from their stream: verified, written, handed over to the committer.
//!
//! What a stream brings while the disk is busy with its earlier chunks is taken together: many small files cost
//! one visit to the pool of blocking threads instead of one each.

use std::sync::{Arc, PoisonError};

use bytes::Bytes;
use chunkstream_core::{
    integrity::chunk_value,
    wire::{ChunkHeader, Encoding},
};
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use super::{Event, Incoming, disk_failure, plan::Place};
use crate::{
    api::Failure,
    coordinator::{Shared, budget::Share, committer::Written},
    disk::{Disk, PartialFile},
};

/// Chunks of one stream that wait to be written, and that are written together.
pub(crate) const MAX_TOGETHER: usize = 32;

/// A chunk with its payload.
pub(super) struct Arrived {
    pub(super) incoming: Arc<Incoming>,
    pub(super) header: ChunkHeader,
    pub(super) payload: Bytes,
    /// Whether parity had a part in it.
    pub(super) rebuilt: bool,
    /// Of the bytes that may be unsynced.
    pub(super) unsynced: Option<Share>,
    /// Of the memory, until it is written.
    pub(super) _share: Option<Share>,
}

/// What became of a chunk.
enum Taken {
    /// So many bytes of content have been written.
    Written(u32, Arc<dyn PartialFile>),
    /// It is not what its header says.
    Damaged,
    /// Its file has been withdrawn, or has it already.
    TooLate,
}

/// Takes chunks until no more come.
pub(super) async fn take_all(shared: &Shared, mut waiting: mpsc::Receiver<Arrived>) {
    let mut batch = Vec::new();
    while waiting.recv_many(&mut batch, MAX_TOGETHER).await > 0 {
        while let Some(first) = batch.first() {
            let incoming = first.incoming.clone();
            let same = |chunk: &Arrived| Arc::ptr_eq(&chunk.incoming, &incoming);
            let count = batch.iter().take_while(|chunk| same(chunk)).count();
            let together = batch.drain(..count).collect();
            take(shared, &incoming, together).await;
        }
    }
}

/// Takes chunks of one transfer.
async fn take(shared: &Shared, incoming: &Arc<Incoming>, chunks: Vec<Arrived>) {
    // Of all at once: streams that waited for some with others in hand could wait for each other.
    let files = shared.open_files.clone();
    let Ok(mut open) = files.acquire_many_owned(chunks.len() as u32).await else {
        // Closed only when the engine is gone.
        return;
    };
    // Held until the plan knows of them: until then the transfer is not clean.
    let _writing = match incoming.writing(shared).await {
        Ok(writing) => writing,
        Err(failure) => return incoming.event(Event::Trouble(failure)).await,
    };
    let task = {
        let (incoming, disk) = (incoming.clone(), shared.disk.clone());
        move || {
            let one = |chunk: Arrived| {
                let taken = write(&*disk, &incoming, &chunk.header, chunk.payload);
                (chunk.header, chunk.rebuilt, chunk.unsynced, taken)
            };
            chunks.into_iter().map(one).collect::<Vec<_>>()
        }
    };
    let taken = match tokio::task::spawn_blocking(task).await {
        Ok(taken) => taken,
        Err(error) => return tracing::error!(%error, "chunks could not be taken"),
    };
    for (header, rebuilt, unsynced, taken) in taken {
        let (file, index) = (header.file, header.sequence);
        match taken {
            Ok(Taken::Written(len, handle)) => {
                let checksum = header.checksum;
                incoming
                    .take_written(
                        shared,
                        file,
                        index,
                        checksum,
                        len,
                        rebuilt,
                        handle,
                        unsynced,
                        open.split(1),
                    )
                    .await;
                incoming.try_repair_around(shared, file, index).await;
            }
            Ok(Taken::TooLate) => {}
            Ok(Taken::Damaged) => incoming.damaged(file, index).await,
            Err(failure) => incoming.event(Event::Trouble(failure)).await,
        }
    }
}

/// Verifies a chunk and writes it.
fn write(
    disk: &dyn Disk,
    incoming: &Incoming,
    header: &ChunkHeader,
    payload: Bytes,
) -> Result<Taken, Failure> {
    let (file, index) = (header.file, header.sequence);
    let Place::Wanted {
        offset,
        len,
        file_len,
    } = incoming.plan().place(file, index)
    else {
        return Ok(Taken::TooLate);
    };
    let chunk_size = incoming.plan().chunk_size();
    let zeros = header.encoding == Encoding::Zeros;
    let content = if zeros {
        Bytes::from(vec![0; len])
    } else {
        payload
    };
    if chunk_value(file_len, index, chunk_size, &content).ok() != Some(header.checksum) {
        return Ok(Taken::Damaged);
    }
    let _may_write = incoming.gate.read().unwrap_or_else(PoisonError::into_inner);
    if incoming.plan().is_withdrawn(file) {
        return Ok(Taken::TooLate);
    }
    let failed = |error| disk_failure(&error, Some(incoming.path_of(file)));
    let handle = incoming.handle(disk, file)?;
    // A fresh file reads as zeros; in one that was written before, something else may stand there.
    // Zeros take no space, reserved or not.
    let fresh = incoming.is_fresh(file);
    let punched = zeros
        && (!fresh || incoming.plan().is_reserved(file))
        && handle.punch(offset, len as u64).map_err(failed)?;
    let reads_as_zeros = punched || (zeros && fresh);
    if !reads_as_zeros {
        handle.write_at(&content, offset).map_err(failed)?;
        handle.start_writeback(offset, len as u64);
    }
    Ok(Taken::Written(len as u32, handle))
}

impl Incoming {
    /// Notes a verified, written chunk and hands it to the committer.
    #[allow(clippy::too_many_arguments, reason = "what is known of one chunk")]
    pub(super) async fn take_written(
        self: &Arc<Self>,
        shared: &Shared,
        file: chunkstream_core::id::FileId,
        index: u32,
        checksum: chunkstream_core::integrity::Checksum,
        len: u32,
        rebuilt: bool,
        handle: Arc<dyn PartialFile>,
        share: Option<Share>,
        open: Option<OwnedSemaphorePermit>,
    ) {
        let (last, chunk_id) = {
            let mut plan = self.plan();
            if !plan.written(file, index, checksum) {
                return;
            }
            let last = plan.is_all_written(file);
            let first = plan.file_mut(file).map_or(0, |file| {
                if last {
                    // The committer closes it when it has flushed it.
                    file.handle = None;
                }
                file.first_chunk
            });
            (last, first + u64::from(index))
        };
        let written = Written {
            transfer: self.clone(),
            file,
            index,
            chunk_id,
            checksum,
            len,
            rebuilt,
            last,
            handle,
            share,
            open,
        };
        // Fails only when the engine is gone.
        let _ = shared.committer.send(written).await;
    }
}
