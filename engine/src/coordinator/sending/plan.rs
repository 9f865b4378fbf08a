//! What is still to be sent of one transfer, in order: decides, does no I/O.
//!
//! Chunks go out in manifest order, file by file. On each new connection the receiver says what it has, and
//! the walk starts over, past everything durable. Chunks asked for again go first.
//!
//! A file whose source has changed is passed over until a person has decided: what it is now is a new entry at
//! the end, and the old one is withdrawn. Entries keep their numbers.
//!
//! Invariants: no chunk of a file goes out before the file's entry has been announced on this connection;
//! nothing durable is read again, but for a chunk whose value was lost with a crash (it is hashed, not sent).

mod durable;
mod early;
#[cfg(feature = "fuzzing")]
mod fuzzed;
mod marks;
mod roots;
#[cfg(test)]
mod testing;
mod walk;
mod wanted;
mod withdrawal;
mod work;

#[cfg(feature = "fuzzing")]
pub(crate) use fuzzed::fuzz_plan;
pub(super) use roots::Known;
pub(crate) use withdrawal::Announced;
pub(super) use work::{Piece, StripeWork, Work};

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    path::PathBuf,
    sync::Arc,
};

use chunkstream_core::{
    chunk::{ChunkSize, FilePlan, Geometry, ParityMode, TooManyChunks},
    id::FileId,
    integrity::{Checksum, FileTree, Have, root_of_empty},
    manifest::Entry,
};

use crate::disk::Fingerprint;

#[derive(Debug)]
struct SendFile {
    entry: Entry,
    source: Arc<PathBuf>,
    fingerprint: Fingerprint,
    plan: FilePlan,
    first_chunk: u64,
    /// Values of the chunks that have been read; emptied when the file is finished.
    values: FileTree,
    /// Chunks that the receiver has said to be durable.
    durable: Have,
    /// The receiver needs nothing more of this file.
    finished: bool,
    /// The receiver will not have it.
    unwanted: bool,
    /// The receiver may have it already: it is hashed, not sent.
    compared: bool,
    sealed: bool,
    /// No part of the transfer any more.
    withdrawn: bool,
}

/// What is still to be sent of one transfer.
#[derive(Debug)]
pub(crate) struct SendPlan {
    chunk_size: ChunkSize,
    parity: ParityMode,
    files: Vec<SendFile>,
    chunks: u64,
    scan_complete: bool,
    /// Entries announced on this connection.
    announced: usize,
    /// Whether the receiver takes chunks on this connection.
    open: bool,
    /// Bytes that may still go out before it has said so.
    early: u64,
    cursor: (usize, u32),
    again: VecDeque<(FileId, u32)>,
    parity_due: VecDeque<(FileId, u32)>,
    attempts: HashMap<(FileId, u32), u8>,
    sealed: Vec<(FileId, Checksum)>,
    /// The root of the first file, once it has been known.
    first_root: Option<Checksum>,
    /// The first entry that has not been withdrawn.
    lead: FileId,
    /// Bytes of files that have not been withdrawn.
    bytes: u64,
    /// Files whose source is not what was announced; true if it is gone. They wait for a decision.
    changed: BTreeMap<FileId, bool>,
    /// In the order in which they were.
    withdrawn: Vec<FileId>,
    withdrawn_chunks: u64,
}

impl SendPlan {
    pub(crate) fn new(chunk_size: ChunkSize, parity: ParityMode) -> Self {
        Self {
            chunk_size,
            parity,
            files: Vec::new(),
            chunks: 0,
            scan_complete: false,
            announced: 0,
            open: false,
            early: 0,
            cursor: (0, 0),
            again: VecDeque::new(),
            parity_due: VecDeque::new(),
            attempts: HashMap::new(),
            sealed: Vec::new(),
            first_root: None,
            lead: FileId(0),
            bytes: 0,
            changed: BTreeMap::new(),
            withdrawn: Vec::new(),
            withdrawn_chunks: 0,
        }
    }

    pub(crate) fn geometry(&self) -> Geometry {
        match self.parity {
            ParityMode::Always(geometry) => geometry,
            ParityMode::Auto | ParityMode::Off => Geometry::DEFAULT,
        }
    }

    /// Whether tails have parity where the path asks for it.
    pub(crate) fn protects_tails(&self) -> bool {
        self.parity == ParityMode::Auto
    }

    pub(crate) fn chunk_size(&self) -> ChunkSize {
        self.chunk_size
    }

    /// Takes the next entry of the scan (or of the database) and returns how many chunks it has.
    pub(crate) fn push(
        &mut self,
        entry: Entry,
        source: PathBuf,
        fingerprint: Fingerprint,
    ) -> Result<u32, TooManyChunks> {
        let plan = FilePlan::new(entry.len(), self.chunk_size, self.geometry())?;
        let chunks = plan.chunks();
        let first_chunk = self.chunks;
        self.chunks += u64::from(chunks);
        let id = FileId(self.files.len() as u32);
        let sealed = entry.is_file() && chunks == 0;
        if sealed {
            self.sealed.push((id, root_of_empty()));
            self.first_root = self.first_root.or((id == self.lead).then(root_of_empty));
        }
        self.bytes = self.bytes.saturating_add(entry.len());
        self.files.push(SendFile {
            source: Arc::new(source),
            fingerprint,
            values: FileTree::new(entry.len(), self.chunk_size)?,
            plan,
            first_chunk,
            durable: Have::default(),
            finished: false,
            unwanted: false,
            compared: false,
            sealed,
            withdrawn: false,
            entry,
        });
        Ok(chunks)
    }

    pub(crate) fn scan_is_complete(&mut self) {
        self.scan_complete = true;
    }

    pub(crate) fn is_scan_complete(&self) -> bool {
        self.scan_complete
    }

    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// Chunks of the whole transfer, once that is known.
    pub(crate) fn total_chunks(&self) -> Option<u64> {
        let chunks = self.chunks - self.withdrawn_chunks;
        self.scan_complete.then_some(chunks)
    }

    /// The entries from `first` on, as many as fit one page.
    pub(crate) fn page(&self, first: usize, max: usize, max_bytes: usize) -> Vec<Entry> {
        let mut bytes = 0;
        self.files[first.min(self.files.len())..]
            .iter()
            .take(max)
            .take_while(|file| {
                // Path and link text are all of an entry that grows; 64 bytes are more than the rest.
                let link = match &file.entry.kind {
                    chunkstream_core::manifest::EntryKind::Symlink { target } => target.len(),
                    _ => 0,
                };
                bytes += file.entry.path.as_str().len() + link + 64;
                bytes <= max_bytes
            })
            .map(|file| file.entry.clone())
            .collect()
    }

    /// A new connection: nothing announced, nothing accepted, what is known durable stays known.
    pub(crate) fn restart(&mut self) {
        self.announced = 0;
        self.set_open(false);
        self.cursor = (0, 0);
        self.again.clear();
        self.parity_due.clear();
        self.attempts.clear();
        self.sealed.clear();
        for number in 0..self.files.len() {
            self.files[number].compared = false;
            self.tell_root_again(number);
        }
    }

    pub(crate) fn announced(&mut self, entries: usize) {
        self.announced = entries;
    }

    /// Lets go of everything: the transfer has ended.
    pub(crate) fn release(&mut self) {
        *self = Self::new(self.chunk_size, self.parity);
    }

    /// The receiver takes chunks from now on, or no longer.
    pub(crate) fn set_open(&mut self, open: bool) {
        self.open = open;
        self.early = 0;
    }
}
