//! The header of a chunk on its stream: `u32` length, header, payload; then the next one or the end.
//!
//! A stream carries one chunk of usual size, or several small ones (whole small files) up to
//! [`MAX_PAYLOAD`] together, so that thousands of small files share streams.

use serde::{Deserialize, Serialize};

use super::{Checked, WireError};
use crate::{
    id::{FileId, TransferId},
    integrity::Checksum,
    priority::Priority,
};

/// The most bytes of one header: a parity header carries a checksum for each of 128 data chunks.
pub const MAX_CHUNK_HEADER: usize = 8 * 1024;
/// The most payload bytes of one chunk, and of all chunks of one stream.
///
/// It also keeps a stream below the 1,024 gaps at which quinn-proto closes a connection: 1 MiB are at most
/// 900 packets.
pub const MAX_PAYLOAD: usize = 1024 * 1024;

/// What stands before a chunk's bytes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ChunkHeader {
    /// The transfer.
    pub transfer: TransferId,
    /// The chunk's number in the whole transfer: the chunks of earlier entries come first. Parity: the number
    /// of its stripe's first chunk.
    pub chunk_id: u64,
    /// The file.
    pub file: FileId,
    /// Data: the chunk's position in the file. Parity: stripe number x parity shards + shard.
    pub sequence: u32,
    /// How many data chunks the whole transfer has, once that is known.
    pub total_chunks: Option<u64>,
    /// Payload bytes on this stream.
    pub size: u32,
    /// The BLAKE3 value of the payload: for data, of the subtree at its place in the file; for parity, of
    /// the bytes themselves.
    pub checksum: Checksum,
    /// Data or parity.
    pub part: Part,
    /// The transfer's class.
    pub priority: Priority,
    /// How the payload stands for the content.
    pub encoding: Encoding,
    /// When the chunk was read, milliseconds since 1970.
    pub created_ms: u64,
}

/// Data or parity.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Part {
    /// A chunk of the file.
    Data,
    /// A parity shard of a stripe.
    Parity {
        /// The checksums of the stripe's data chunks, in order, so that what is rebuilt is verified like
        /// what arrives.
        data: Vec<Checksum>,
    },
}

/// How the payload stands for the content.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Encoding {
    /// The content itself.
    Raw,
    /// Nothing: the content is all zeros.
    Zeros,
}

impl ChunkHeader {
    /// Whether this is parity.
    pub fn is_parity(&self) -> bool {
        matches!(self.part, Part::Parity { .. })
    }
}

impl Checked for ChunkHeader {
    fn check(&self) -> Result<(), WireError> {
        if self.size as usize > MAX_PAYLOAD {
            return Err(WireError::BadField("a chunk is longer than 1 MiB"));
        }
        if self.encoding == Encoding::Zeros && (self.size != 0 || self.is_parity()) {
            return Err(WireError::BadField(
                "a chunk of zeros has no payload and is no parity",
            ));
        }
        if let Part::Parity { data } = &self.part
            && (data.is_empty() || data.len() > usize::from(crate::chunk::MAX_DATA_SHARDS))
        {
            return Err(WireError::BadField(
                "a parity chunk names no checksums, or too many",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        chunk::MAX_DATA_SHARDS,
        wire::{LENGTH_BYTES, decode, encode},
    };

    fn header(part: Part) -> ChunkHeader {
        ChunkHeader {
            transfer: TransferId([1; 16]),
            chunk_id: u64::MAX,
            file: FileId(u32::MAX),
            sequence: u32::MAX,
            total_chunks: Some(u64::MAX),
            size: MAX_PAYLOAD as u32,
            checksum: Checksum([0xff; 32]),
            part,
            priority: Priority::Critical,
            encoding: Encoding::Raw,
            created_ms: u64::MAX,
        }
    }

    #[test]
    fn the_longest_header_is_within_the_limit_and_reads_back() {
        let longest = header(Part::Parity {
            data: vec![Checksum([9; 32]); usize::from(MAX_DATA_SHARDS)],
        });
        let bytes = encode(&longest, MAX_CHUNK_HEADER).expect("within the limit");
        assert_eq!(decode(&bytes[LENGTH_BYTES..]), Ok(longest));
    }

    #[test]
    fn a_header_that_promises_one_byte_too_many_is_refused() {
        let mut over = header(Part::Data);
        over.size += 1;
        assert!(over.check().is_err());
    }

    #[test]
    fn zeros_have_no_payload_and_parity_names_its_stripe() {
        let mut zeros = header(Part::Data);
        zeros.encoding = Encoding::Zeros;
        assert!(zeros.check().is_err());
        zeros.size = 0;
        assert_eq!(zeros.check(), Ok(()));
        assert!(header(Part::Parity { data: Vec::new() }).check().is_err());
        let over = vec![Checksum([9; 32]); usize::from(MAX_DATA_SHARDS) + 1];
        assert!(header(Part::Parity { data: over }).check().is_err());
    }
}
