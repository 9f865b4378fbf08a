//! One stream of chunks that comes in: bounded read, verify, write, hand over to the committer.

use std::sync::{Arc, PoisonError};

use bytes::Bytes;
use chunkstream_core::{
    integrity::chunk_value,
    wire::{ChunkHeader, Encoding, MAX_CHUNK_HEADER, Part, decode},
};

use super::{Event, Incoming, disk_failure, early, plan::Place};
use crate::{
    api::Failure,
    coordinator::{Shared, budget::Share, committer::Written, peer::Link},
    disk::PartialFile,
    network::{NetworkError, close, control},
    store::Fate,
};

/// Chunks from this size on have a stream of their own.
const ALONE: usize = 64 * 1024;

/// Accepts the chunk streams of a connection until it is lost.
pub(crate) async fn accept_chunks(shared: Arc<Shared>, link: Arc<Link>) {
    while let Ok(stream) = link.connection.accept_uni().await {
        let (engine, link) = (shared.clone(), link.clone());
        shared.spawn(async move {
            match serve(&engine, &link, stream).await {
                Err(error @ NetworkError::Protocol(_)) => link.misbehaved(&error),
                Err(error) => tracing::debug!(%error, "a chunk stream ended early"),
                Ok(()) => {}
            }
        });
    }
}

async fn serve(
    shared: &Arc<Shared>,
    link: &Link,
    mut stream: quinn::RecvStream,
) -> Result<(), NetworkError> {
    while let Some(bytes) = control::read_message(&mut stream, MAX_CHUNK_HEADER).await? {
        let header: ChunkHeader = decode(&bytes)?;
        let Some(incoming) = early::owner(shared, link, header.transfer).await else {
            // Ended here a moment ago, or never agreed: nothing to be said about it.
            let _ = stream.stop(close::NOT_NEEDED);
            return Ok(());
        };
        // The entry comes on another stream and may be later than its first chunk.
        if !incoming.knows(link, header.file).await {
            let _ = stream.stop(close::NOT_NEEDED);
            return Ok(());
        }
        let size = header.size as usize;
        let wanted = match &header.part {
            Part::Data => {
                let place = incoming.plan().place(header.file, header.sequence);
                match place {
                    Place::Wanted { len, .. } => {
                        let expected = if header.encoding == Encoding::Zeros {
                            0
                        } else {
                            len
                        };
                        if size != expected {
                            return Err(NetworkError::Protocol(
                                "a chunk has another length than its place".into(),
                            ));
                        }
                        true
                    }
                    Place::Known => false,
                    // The transfer has ended while this chunk was on its way.
                    Place::None if incoming.session.state().is_final() => false,
                    Place::None => {
                        return Err(NetworkError::Protocol(
                            "a chunk names no place in its file".into(),
                        ));
                    }
                }
            }
            Part::Parity { .. } => incoming.wants_parity(&header)?,
        };
        if !wanted {
            if size >= ALONE && incoming.plan().fate(header.file) == Fate::Unwanted {
                let _ = stream.stop(close::NOT_NEEDED);
                return Ok(());
            }
            if size > 0 {
                // The rest of the stream cannot be found without reading; a shared stream is read through.
                let share = shared.receive_budget.take(size).await;
                read_payload(&mut stream, size).await?;
                drop(share);
            }
            continue;
        }
        let parity = header.is_parity();
        let unsynced = if parity {
            None
        } else {
            shared.unsynced.take(size.max(1)).await
        };
        let share = if parity {
            // Parity is a favour: without memory for it, it is passed over.
            shared.parity_budget.try_take(size)
        } else {
            shared.receive_budget.take(size.max(1)).await
        };
        let payload = read_payload(&mut stream, size).await?;
        match (parity, share) {
            (true, Some(share)) => incoming.take_parity(shared, header, payload, share).await,
            (true, None) => {}
            (false, _share) => take_data(shared, &incoming, header, payload, unsynced).await,
        }
    }
    Ok(())
}

async fn read_payload(stream: &mut quinn::RecvStream, size: usize) -> Result<Bytes, NetworkError> {
    let mut payload = vec![0; size];
    stream
        .read_exact(&mut payload)
        .await
        .map_err(control::read_error)?;
    Ok(payload.into())
}

/// What became of a chunk.
enum Taken {
    /// It has been written.
    Written(Arc<dyn PartialFile>),
    /// It is not what its header says.
    Damaged,
    /// Its file has been withdrawn.
    TooLate,
}

async fn take_data(
    shared: &Shared,
    incoming: &Arc<Incoming>,
    header: ChunkHeader,
    payload: Bytes,
    share: Option<Share>,
) {
    let (file, index) = (header.file, header.sequence);
    let place = incoming.plan().place(file, index);
    let Place::Wanted {
        offset,
        len,
        file_len,
    } = place
    else {
        return;
    };
    let chunk_size = incoming.plan().chunk_size();
    let _writing = match incoming.writing(shared).await {
        Ok(writing) => writing,
        Err(failure) => return incoming.event(Event::Trouble(failure)).await,
    };
    let task = {
        let incoming = incoming.clone();
        let disk = shared.disk.clone();
        move || -> Result<Taken, Failure> {
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
            let handle = incoming.handle(&*disk, file)?;
            // A fresh file reads as zeros; in one that was written before, something else may stand there.
            // Zeros take no space, reserved or not.
            let fresh = incoming.is_fresh(file);
            let punched = zeros
                && (!fresh || incoming.plan().is_reserved(file))
                && handle
                    .punch(offset, len as u64)
                    .map_err(|e| disk_failure(&e, Some(incoming.path_of(file))))?;
            let reads_as_zeros = punched || (zeros && fresh);
            if !reads_as_zeros {
                handle
                    .write_at(&content, offset)
                    .map_err(|e| disk_failure(&e, Some(incoming.path_of(file))))?;
                handle.start_writeback(offset, len as u64);
            }
            Ok(Taken::Written(handle))
        }
    };
    match tokio::task::spawn_blocking(task).await {
        Ok(Ok(Taken::Written(handle))) => {
            incoming
                .take_written(
                    shared,
                    file,
                    index,
                    header.checksum,
                    len as u32,
                    false,
                    handle,
                    share,
                )
                .await;
            incoming.try_repair_around(shared, file, index).await;
        }
        Ok(Ok(Taken::TooLate)) => {}
        Ok(Ok(Taken::Damaged)) => incoming.damaged(shared, file, index).await,
        Ok(Err(failure)) => incoming.event(Event::Trouble(failure)).await,
        Err(error) => tracing::error!(%error, "a chunk could not be taken"),
    }
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
    ) {
        let (last, chunk_id) = {
            let mut plan = self.plan();
            if !plan.written(file, index, checksum) {
                return;
            }
            let first = plan.file_mut(file).map_or(0, |file| file.first_chunk);
            (plan.is_all_written(file), first + u64::from(index))
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
        };
        // Fails only when the engine is gone.
        let _ = shared.committer.send(written).await;
    }
}
