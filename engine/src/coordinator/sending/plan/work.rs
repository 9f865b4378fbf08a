//! What a stream does next for a transfer: chunks to read, to hash and to send, or a stripe's parity.

use std::{ops::Range, path::PathBuf, sync::Arc};

use chunkstream_core::{id::FileId, integrity::Checksum};

use crate::disk::Fingerprint;

/// One chunk to read.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) file: FileId,
    pub(crate) index: u32,
    pub(crate) range: Range<u64>,
    pub(crate) file_len: u64,
    pub(crate) chunk_id: u64,
    pub(crate) source: Arc<PathBuf>,
    pub(crate) fingerprint: Fingerprint,
}

impl Piece {
    pub(crate) fn len(&self) -> usize {
        (self.range.end - self.range.start) as usize
    }
}

/// What a stream does next for this transfer.
#[derive(Debug)]
pub(crate) enum Work {
    /// Read, hash and send: one chunk, or several small ones on one stream.
    Data(Vec<Piece>),
    /// Read and hash only: the receiver has it, but its value was lost here.
    Hash(Piece),
    /// Read a stripe's chunks again, and send its parity.
    Parity(StripeWork),
}

/// A stripe whose parity is due.
#[derive(Debug)]
pub(crate) struct StripeWork {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) values: Vec<Checksum>,
    pub(crate) stripe: u32,
    pub(crate) parity: u8,
}

impl Work {
    /// Payload bytes on the wire, for the scheduler's books.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Data(pieces) => pieces.iter().map(Piece::len).sum(),
            Self::Hash(piece) => piece.len(),
            Self::Parity(stripe) => stripe.shard_len() * usize::from(stripe.parity),
        }
    }
}

impl StripeWork {
    pub(crate) fn shard_len(&self) -> usize {
        self.pieces.iter().map(Piece::len).max().unwrap_or(0)
    }
}
