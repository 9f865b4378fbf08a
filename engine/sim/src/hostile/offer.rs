//! The messages of a transfer, as an honest sender would make them: a test that lies changes them.

use chunkstream_core::{
    chunk::{ChunkSize, Geometry},
    id::{FileId, TransferId},
    integrity::Checksum,
    manifest::{Entry, EntryKind},
    path::RelPath,
    priority::Priority,
    wire::{ChunkHeader, Encoding, FromSender, Offer, Opening, Part},
};

/// Bytes of a chunk of an [`offer`].
pub const CHUNK: usize = 64 * 1024;

/// The same as a size.
///
/// # Panics
/// Never.
pub fn chunk_size() -> ChunkSize {
    ChunkSize::try_from(CHUNK as u32).expect("a power of two")
}

/// An offer of chunks of 64 KiB in stripes of 4 + 2, one for each number.
///
/// # Panics
/// Never.
pub fn offer(number: u8) -> Opening {
    Opening::Offer(Offer {
        transfer: TransferId([number; 16]),
        priority: Priority::Normal,
        chunk_size: chunk_size(),
        geometry: Geometry::new(4, 2).expect("valid"),
        title: "f".to_owned(),
        note: String::new(),
        paused: None,
        created_ms: 0,
        attempt: 0,
        over: false,
    })
}

/// An entry of which no more is said than what it is.
///
/// # Panics
/// If there is no such path.
pub fn entry(path: &str, kind: EntryKind) -> Entry {
    Entry {
        path: RelPath::parse(path).expect("a path"),
        kind,
        modified_ns: None,
        mode: None,
    }
}

/// Entries of files of one byte, from number `first` on, with names of `name` digits.
///
/// # Panics
/// If there are no such names.
pub fn page(first: u32, entries: u32, name: usize) -> FromSender {
    let file = |number| entry(&format!("{number:0>name$}"), EntryKind::File { len: 1 });
    FromSender::Entries {
        first: FileId(first),
        entries: (first..first + entries).map(file).collect(),
    }
}

/// The header of the first chunk of a file of the [`offer`] with that number.
pub fn first_chunk(number: u8, file: u32, payload: &[u8], checksum: Checksum) -> ChunkHeader {
    ChunkHeader {
        transfer: TransferId([number; 16]),
        chunk_id: u64::from(file),
        file: FileId(file),
        sequence: 0,
        total_chunks: None,
        size: payload.len() as u32,
        checksum,
        part: Part::Data,
        priority: Priority::Normal,
        encoding: Encoding::Raw,
        created_ms: 0,
    }
}
