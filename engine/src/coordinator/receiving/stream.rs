//! One stream of chunks that comes in: what each is, whether it is wanted, and memory before its payload is read.

use std::sync::Arc;

use chunkstream_core::wire::{ChunkHeader, Encoding, MAX_CHUNK_HEADER, Part, decode};
use tokio::sync::mpsc;

use super::{
    early,
    plan::Place,
    source::Source,
    taking::{self, Arrived, MAX_TOGETHER},
};
use crate::{
    coordinator::{Shared, peer::Link},
    network::{NetworkError, close},
    store::Fate,
};

/// Chunks from this size on have a stream of their own.
const ALONE: usize = 64 * 1024;

/// Accepts the chunk streams of a connection until it is lost.
pub(crate) async fn accept_chunks(shared: Arc<Shared>, link: Arc<Link>) {
    while let Ok(mut stream) = link.connection.accept_uni().await {
        if !link.standing.is_welcome() {
            // Nothing of a stranger is taken before somebody has accepted. Noted first, as in `early`.
            link.early.drop_one();
            let _ = stream.stop(close::NOT_NEEDED);
            continue;
        }
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

/// Reads a stream, and writes what it has brought at the same time.
async fn serve(
    shared: &Arc<Shared>,
    link: &Link,
    stream: quinn::RecvStream,
) -> Result<(), NetworkError> {
    let (arrived, waiting) = mpsc::channel(MAX_TOGETHER);
    let (result, ()) = tokio::join!(
        read(shared, link, stream, arrived),
        taking::take_all(shared, waiting)
    );
    result
}

async fn read(
    shared: &Arc<Shared>,
    link: &Link,
    stream: quinn::RecvStream,
    arrived: mpsc::Sender<Arrived>,
) -> Result<(), NetworkError> {
    let mut stream = Source::new(stream, shared, link);
    while let Some(bytes) = stream.read_message(MAX_CHUNK_HEADER).await? {
        let header: ChunkHeader = decode(&bytes)?;
        let Some(incoming) = early::owner(shared, link, header.transfer).await else {
            // Ended here a moment ago, or never agreed: nothing to be said about it.
            stream.stop();
            return Ok(());
        };
        // The entry comes on another stream and may be later than its first chunk.
        if !incoming.knows(link, header.file).await {
            stream.stop();
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
                stream.stop();
                return Ok(());
            }
            if size > 0 {
                // The rest of the stream cannot be found without reading; a shared stream is read through.
                let share = shared.receive_budget.take(size).await;
                stream.read(size).await?;
                drop(share);
            }
            continue;
        }
        if size > 0 && !shared.receive_limits.is_unlimited() {
            // Not read is not acknowledged as read: QUIC's flow control tells the sender to slow down.
            let (class, waits) = (header.priority, &incoming.waits);
            let pass = shared
                .receive_limits
                .pass(shared, link.device, class, size as u64, waits);
            tokio::select! {
                () = pass => {}
                _ = link.connection.closed() => return Ok(()),
            }
        }
        let parity = header.is_parity();
        let announced = link.announced.take(size.max(1)).await;
        let unsynced = if parity {
            None
        } else {
            let _waiting = incoming.waits.unsynced.during(1);
            shared.unsynced.take(size.max(1)).await
        };
        let share = if parity {
            // Parity is a favour: without memory for it, it is passed over.
            shared.parity_budget.try_take(size)
        } else {
            shared.receive_budget.take(size.max(1)).await
        };
        let payload = stream.read(size).await?;
        drop(announced);
        let rebuilt = stream.is_rebuilt();
        match (parity, share) {
            (true, Some(share)) => incoming.take_parity(shared, header, payload, share).await,
            (true, None) => {}
            (false, share) => {
                let chunk = Arrived {
                    incoming,
                    header,
                    payload,
                    rebuilt,
                    unsynced,
                    _share: share,
                };
                // Fails only when this task is gone.
                let _ = arrived.send(chunk).await;
            }
        }
    }
    Ok(())
}
