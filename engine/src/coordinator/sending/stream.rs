//! One stream of chunks: read, hash, send, and wait until the peer's QUIC has it.

use std::{sync::atomic::Ordering, time::Instant};

use bytes::Bytes;
use chunkstream_core::{
    chunk::erasure,
    id::TransferId,
    integrity::{Checksum, chunk_value},
    priority::Priority,
    wire::{ChunkHeader, Encoding, MAX_CHUNK_HEADER, Part, encode},
};

use super::{
    Outgoing,
    counters::Counters,
    plan::{Piece, StripeWork, Work},
};
use crate::{
    api::{Code, Failure},
    coordinator::{Shared, peer::Link},
    disk::{Disk, Fingerprint},
    network::{close, urgency},
    store::{ChunkRow, ChunkStatus},
};

/// A chunk as it goes out.
struct Framed {
    header: ChunkHeader,
    payload: Bytes,
}

/// What does not differ between the chunks of one stream.
struct Common {
    transfer: TransferId,
    priority: Priority,
    total_chunks: Option<u64>,
    created_ms: u64,
}

/// Does one piece of work; failures go to the transfer's task, lost connections are the link's to notice.
pub(super) async fn serve(shared: &Shared, link: &Link, flow: &Outgoing, work: Work) {
    let result = match work {
        Work::Data(pieces) => data(shared, link, flow, pieces, true).await,
        Work::Hash(piece) => data(shared, link, flow, vec![piece], false).await,
        Work::Parity(stripe) => {
            let file = stripe.pieces[0].file;
            match parity(shared, link, flow, stripe).await {
                Err(failure) => {
                    flow.piece_failed(shared, file, failure).await;
                    Ok(())
                }
                Ok(()) => Ok(()),
            }
        }
    };
    if let Err(failure) = result {
        flow.fault(failure);
    }
}

async fn data(
    shared: &Shared,
    link: &Link,
    flow: &Outgoing,
    pieces: Vec<Piece>,
    send: bool,
) -> Result<(), Failure> {
    let disk = shared.disk.clone();
    let common = common(shared, flow);
    let chunk_size = flow.plan().chunk_size();
    let to_read = pieces.clone();
    let bytes = pieces.iter().map(|piece| piece.len() as u64).sum();
    let reading = flow.waits.reading.during(bytes);
    let work = flow.waits.work.clone();
    let read = blocking(move || {
        let frame = |piece: &Piece| {
            let began = Instant::now();
            let content = read(&*disk, piece)?;
            let read = began.elapsed();
            work.read
                .fetch_add(read.as_nanos() as u64, Ordering::Relaxed);
            let checksum = chunk_value(piece.file_len, piece.index, chunk_size, &content)
                .map_err(|e| Failure::new(Code::Internal, e.to_string()))?;
            let framed = frame(&common, piece, checksum, content);
            let hashed = began.elapsed().saturating_sub(read);
            work.hash
                .fetch_add(hashed.as_nanos() as u64, Ordering::Relaxed);
            Ok(framed)
        };
        Ok(to_read
            .iter()
            .map(frame)
            .collect::<Vec<Result<Framed, Failure>>>())
    })
    .await?;
    drop(reading);
    // What cannot be read of one file holds up no other that shares the stream.
    let (wanted, mut pieces, mut framed) = (pieces, Vec::new(), Vec::new());
    for (piece, result) in wanted.into_iter().zip(read) {
        match result {
            Ok(chunk) => {
                framed.push(chunk);
                pieces.push(piece);
            }
            Err(failure) => flow.piece_failed(shared, piece.file, failure).await,
        }
    }
    if !send {
        // Its row was lost with a crash; without one, every later start would read the chunk again.
        let rows = hashed_rows(flow.session.id, &pieces, &framed);
        let now = shared.clock.unix_ms();
        shared.store.record_chunks(&rows, now).await?;
    }
    for framed in &framed {
        let (file, index) = (framed.header.file, framed.header.sequence);
        let parity_due = flow.plan().hashed(file, index, framed.header.checksum);
        if parity_due {
            link.pump.ready(flow.session.id);
        }
    }
    let files = framed.iter().map(|framed| framed.header.file).collect();
    flow.seal_if_unchanged(shared, files).await;
    if !send || framed.is_empty() || link.connection.close_reason().is_some() {
        return Ok(());
    }
    // One line for each chunk that goes out, on which connection: cli/tests/kill.rs counts by them.
    for piece in &pieces {
        tracing::trace!(
            connection = link.connection.stable_id(),
            file = piece.file.0,
            chunk = piece.index,
            bytes = piece.len(),
            "goes out"
        );
    }
    let resent = pieces
        .iter()
        .filter(|piece| flow.plan().attempts(piece.file, piece.index) > 0)
        .count();
    flow.counters
        .chunks_sent
        .fetch_add(pieces.len() as u64, Ordering::Relaxed);
    flow.counters
        .chunks_resent
        .fetch_add(resent as u64, Ordering::Relaxed);
    let _sending = flow.waits.sending.during(bytes);
    let tail = flow.plan().protects_tails().then_some(&flow.counters);
    if write(link, flow.session.priority(), framed, tail).await == Outcome::Again {
        let chunks = pieces
            .iter()
            .map(|piece| (piece.file, piece.index..piece.index + 1));
        flow.again(link, chunks.collect()).await;
    }
    Ok(())
}

fn hashed_rows(session: TransferId, pieces: &[Piece], framed: &[Framed]) -> Vec<ChunkRow> {
    let row = |(piece, framed): (&Piece, &Framed)| ChunkRow {
        session,
        file: piece.file,
        sequence: piece.index,
        chunk_id: piece.chunk_id,
        checksum: framed.header.checksum,
        len: piece.len() as u32,
        is_parity: false,
        status: ChunkStatus::Acknowledged,
    };
    pieces.iter().zip(framed).map(row).collect()
}

async fn parity(
    shared: &Shared,
    link: &Link,
    flow: &Outgoing,
    work: StripeWork,
) -> Result<(), Failure> {
    let disk = shared.disk.clone();
    let common = common(shared, flow);
    let framed = blocking(move || parity_frames(&*disk, &common, &work)).await?;
    let bytes: usize = framed.iter().map(|framed| framed.payload.len()).sum();
    flow.counters
        .parity_bytes
        .fetch_add(bytes as u64, Ordering::Relaxed);
    // Each shard on a stream of its own: one that is late holds up no other. Lost parity is not sent again.
    let priority = flow.session.priority();
    futures_util::future::join_all(
        framed
            .into_iter()
            .map(|framed| write(link, priority, vec![framed], None)),
    )
    .await;
    Ok(())
}

/// Encodes the stripe in slices of the shards, so that no more than the parity itself is in memory whole.
fn parity_frames(
    disk: &dyn Disk,
    common: &Common,
    work: &StripeWork,
) -> Result<Vec<Framed>, Failure> {
    const SLICE: usize = 64 * 1024;
    let shard_len = work.shard_len();
    let mut shards = vec![Vec::with_capacity(shard_len); usize::from(work.parity)];
    let mut offset = 0;
    while offset < shard_len {
        let len = SLICE.min(shard_len - offset);
        let mut columns = Vec::with_capacity(work.pieces.len());
        for piece in &work.pieces {
            let here = len.min(piece.len().saturating_sub(offset));
            let mut slice = piece.clone();
            slice.range.start = (piece.range.start + offset as u64).min(piece.range.end);
            slice.range.end = slice.range.start + here as u64;
            let mut column = read(disk, &slice)?;
            column.resize(len, 0);
            columns.push(column);
        }
        let columns: Vec<&[u8]> = columns.iter().map(Vec::as_slice).collect();
        let encoded = erasure::encode(columns.len(), usize::from(work.parity), &columns)
            .map_err(|e| Failure::new(Code::Internal, e.to_string()))?;
        for (shard, column) in shards.iter_mut().zip(encoded) {
            shard.extend_from_slice(&column);
        }
        offset += len;
    }
    let first = &work.pieces[0];
    Ok(shards
        .into_iter()
        .enumerate()
        .map(|(number, shard)| {
            let header = ChunkHeader {
                transfer: common.transfer,
                chunk_id: first.chunk_id,
                file: first.file,
                sequence: work.stripe * u32::from(work.parity) + number as u32,
                total_chunks: common.total_chunks,
                size: shard.len() as u32,
                checksum: Checksum(*blake3::hash(&shard).as_bytes()),
                part: Part::Parity {
                    data: work.values.clone(),
                },
                priority: common.priority,
                encoding: Encoding::Raw,
                created_ms: common.created_ms,
            };
            Framed {
                header,
                payload: Bytes::from(shard),
            }
        })
        .collect())
}

fn common(shared: &Shared, flow: &Outgoing) -> Common {
    Common {
        transfer: flow.session.id,
        priority: flow.session.priority(),
        total_chunks: flow.plan().total_chunks(),
        created_ms: shared.clock.unix_ms(),
    }
}

/// The piece's content, from the version of the source that was announced and no other.
fn read(disk: &dyn Disk, piece: &Piece) -> Result<Vec<u8>, Failure> {
    let source = &*piece.source;
    let file = disk.open(source).map_err(|e| unreadable(source, &e))?;
    same(
        file.fingerprint().map_err(|e| unreadable(source, &e))?,
        piece.fingerprint,
        source,
    )?;
    let mut content = vec![0; piece.len()];
    if file.is_hole(piece.range.start, content.len() as u64) {
        return Ok(content);
    }
    let got = file
        .read_at(&mut content, piece.range.start)
        .map_err(|e| unreadable(source, &e))?;
    if got == content.len() {
        Ok(content)
    } else {
        Err(changed(source))
    }
}

fn same(
    found: Fingerprint,
    expected: Fingerprint,
    source: &std::path::Path,
) -> Result<(), Failure> {
    if found == expected {
        Ok(())
    } else {
        Err(changed(source))
    }
}

fn frame(common: &Common, piece: &Piece, checksum: Checksum, content: Vec<u8>) -> Framed {
    let zeros = !content.is_empty() && is_zero(&content);
    let (encoding, payload) = if zeros {
        (Encoding::Zeros, Bytes::new())
    } else {
        (Encoding::Raw, Bytes::from(content))
    };
    let header = ChunkHeader {
        transfer: common.transfer,
        chunk_id: piece.chunk_id,
        file: piece.file,
        sequence: piece.index,
        total_chunks: common.total_chunks,
        size: payload.len() as u32,
        checksum,
        part: Part::Data,
        priority: common.priority,
        encoding,
        created_ms: common.created_ms,
    };
    Framed { header, payload }
}

fn is_zero(content: &[u8]) -> bool {
    // Most content that is not zero shows it in its first bytes; the rest compiles to wide compares.
    content
        .chunks(4096)
        .all(|block| block.iter().fold(0, |or, byte| or | byte) == 0)
}

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// The peer's QUIC has everything, or does not need it.
    Delivered,
    /// The peer asks for it once more.
    Again,
    /// The connection is gone.
    Lost,
}

/// Sends chunks on a stream of their own; `tail` counts what its parity cost, if it may have any.
async fn write(
    link: &Link,
    priority: Priority,
    framed: Vec<Framed>,
    tail: Option<&Counters>,
) -> Outcome {
    let Ok(mut stream) = link.connection.open_uni().await else {
        return Outcome::Lost;
    };
    let urgency = urgency::of_chunks(priority, stream.id());
    if stream.set_priority(urgency).is_err() {
        return Outcome::Lost;
    }
    let mut chunks = Vec::with_capacity(framed.len() * 2);
    for Framed { header, payload } in framed {
        match encode(&header, MAX_CHUNK_HEADER) {
            Ok(bytes) => chunks.push(Bytes::from(bytes)),
            // Headers are bounded by their types; a stripe has at most 128 checksums.
            Err(error) => {
                tracing::error!(%error, "a chunk header is too long");
                return Outcome::Lost;
            }
        }
        chunks.push(payload);
    }
    let id = quinn::VarInt::from(stream.id()).into_inner();
    let open = tail.map(|_| link.tails.open(&link.connection, id, &chunks));
    let ended = deliver(&mut stream, chunks).await;
    if let (Some(counters), Some(open)) = (tail, open) {
        counters.count_tail(open.cost(), ended == Some(Some(close::NOT_NEEDED)));
    }
    ended.map_or(Outcome::Lost, stopped)
}

/// Returns when the peer's QUIC has everything, or with the code with which the peer stopped the stream; None if the
/// connection is gone.
async fn deliver(
    stream: &mut quinn::SendStream,
    mut chunks: Vec<Bytes>,
) -> Option<Option<quinn::VarInt>> {
    match stream.write_all_chunks(&mut chunks).await {
        Ok(()) => stream.finish().ok()?,
        Err(quinn::WriteError::Stopped(code)) => return Some(Some(code)),
        Err(_) => return None,
    }
    stream.stopped().await.ok()
}

fn stopped(code: Option<quinn::VarInt>) -> Outcome {
    match code {
        Some(close::AGAIN) => Outcome::Again,
        _ => Outcome::Delivered,
    }
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Failure::new(Code::Internal, error.to_string())),
    }
}

pub(super) fn unreadable(path: &std::path::Path, error: &std::io::Error) -> Failure {
    Failure::new(
        Code::SourceUnreadable,
        format!("{} cannot be read: {error}", path.display()),
    )
    .about(path.display().to_string())
}

fn changed(path: &std::path::Path) -> Failure {
    Failure::new(
        Code::SourceChanged,
        format!("{} changed while it was being sent", path.display()),
    )
    .about(path.display().to_string())
}
