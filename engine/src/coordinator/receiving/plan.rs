//! What is expected and what is there of one transfer that comes in: decides, does no I/O.
//!
//! A chunk is *written* when its verified bytes have been handed to the disk, *durable* when they survive a
//! power loss and its row is committed. Only durable chunks are acknowledged and counted.

mod chunks;
mod done;
mod fates;
#[cfg(feature = "fuzzing")]
mod fuzzed;
mod manifest;
mod marks;
mod space;
#[cfg(test)]
mod testing;
mod withdrawal;

pub(super) use chunks::Place;
#[cfg(feature = "fuzzing")]
pub(crate) use fuzzed::fuzz_plan;
pub(super) use manifest::ManifestError;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chunkstream_core::{
    chunk::{ChunkSize, FilePlan, Geometry},
    id::FileId,
    integrity::{Checksum, FileTree, Have},
    manifest::Entry,
    path::RelPath,
};

use crate::{disk::PartialFile, store::Fate};

/// What is expected and what is there.
#[derive(Debug)]
pub(crate) struct ReceivePlan {
    chunk_size: ChunkSize,
    geometry: Geometry,
    files: Vec<ReceiveFile>,
    /// Folders so far, and a hash of every path: entries may not repeat and must lie in a folder.
    folders: HashSet<[u8; 16]>,
    paths: HashSet<[u8; 16]>,
    /// Number and bytes announced as all there is.
    announced: Option<(u32, u64)>,
    chunks: u64,
    bytes: u64,
    files_total: u64,
    /// Of these, what is not received.
    unwanted_files: u64,
    unwanted_bytes: u64,
    /// Bytes that need no more space: written, or of files whose space is reserved.
    covered: u64,
    roots: usize,
    /// Bytes that the entries take in memory, about.
    memory: usize,
    files_done: u64,
    damaged: HashMap<(FileId, u32), u8>,
    /// Chunks that were rebuilt from parity: for the map that is shown.
    rebuilt: HashMap<FileId, Have>,
    /// Files that were withdrawn, some of them perhaps before they were announced.
    withdrawn: HashSet<FileId>,
    withdrawn_chunks: u64,
}

/// One entry and, for a file, how far it is.
pub(crate) struct ReceiveFile {
    /// As it was announced.
    pub(crate) entry: Entry,
    /// Where it is stored, if not under its own path.
    stored: Option<RelPath>,
    fate: Fate,
    reserved: bool,
    pub(crate) plan: FilePlan,
    pub(crate) first_chunk: u64,
    values: FileTree,
    written: Have,
    durable: Have,
    root: Option<Checksum>,
    done: bool,
    /// No part of the transfer any more.
    withdrawn: bool,
    /// Whether the file's name survives a power loss.
    pub(crate) named: bool,
    pub(crate) handle: Option<Arc<dyn PartialFile>>,
}

impl std::fmt::Debug for ReceiveFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReceiveFile")
            .field("entry", &self.entry)
            .field("durable", &self.durable)
            .finish_non_exhaustive()
    }
}

/// Entries that are done: from the first up to, but not with, the second.
pub(crate) type DoneRange = (FileId, FileId);

impl ReceivePlan {
    pub(crate) fn new(chunk_size: ChunkSize, geometry: Geometry) -> Self {
        Self {
            chunk_size,
            geometry,
            files: Vec::new(),
            folders: HashSet::new(),
            paths: HashSet::new(),
            announced: None,
            chunks: 0,
            bytes: 0,
            files_total: 0,
            unwanted_files: 0,
            unwanted_bytes: 0,
            covered: 0,
            roots: 0,
            memory: 0,
            files_done: 0,
            damaged: HashMap::new(),
            rebuilt: HashMap::new(),
            withdrawn: HashSet::new(),
            withdrawn_chunks: 0,
        }
    }

    pub(crate) fn chunk_size(&self) -> ChunkSize {
        self.chunk_size
    }

    pub(crate) fn geometry(&self) -> Geometry {
        self.geometry
    }

    pub(crate) fn len(&self) -> u32 {
        self.files.len() as u32
    }

    /// Bytes that the entries take in memory, about.
    pub(crate) fn memory(&self) -> usize {
        self.memory
    }

    /// Bytes of the files that are received.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes - self.unwanted_bytes
    }

    pub(crate) fn chunks(&self) -> u64 {
        self.chunks - self.withdrawn_chunks
    }

    /// Files that are received.
    pub(crate) fn files(&self) -> u64 {
        self.files_total - self.unwanted_files
    }

    pub(crate) fn entry(&self, id: FileId) -> Option<&Entry> {
        self.files.get(id.0 as usize).map(|file| &file.entry)
    }

    /// The entries as they were announced.
    pub(crate) fn entries(
        &self,
    ) -> impl DoubleEndedIterator<Item = (FileId, &Entry)> + ExactSizeIterator {
        self.files
            .iter()
            .enumerate()
            .map(|(number, file)| (FileId(number as u32), &file.entry))
    }

    pub(crate) fn file_mut(&mut self, id: FileId) -> Option<&mut ReceiveFile> {
        self.files.get_mut(id.0 as usize)
    }

    /// Lets go of everything: the transfer has ended.
    pub(crate) fn release(&mut self) {
        self.files = Vec::new();
        self.folders = HashSet::new();
        self.paths = HashSet::new();
        self.damaged = HashMap::new();
        self.rebuilt = HashMap::new();
        self.withdrawn = HashSet::new();
    }
}
