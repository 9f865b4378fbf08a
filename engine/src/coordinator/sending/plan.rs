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

mod early;
#[cfg(feature = "fuzzing")]
mod fuzzed;
mod marks;
mod withdrawal;

#[cfg(feature = "fuzzing")]
pub(crate) use fuzzed::fuzz_plan;
pub(crate) use withdrawal::Announced;

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    ops::Range,
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

/// Chunks below this share a stream with others.
const SMALL: u64 = 64 * 1024;
/// The most chunks that share a stream.
const MAX_SHARED: usize = 128;
/// Times that a chunk is sent on one connection before its path counts as dead.
pub(crate) const MAX_ATTEMPTS: u8 = 3;

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

/// What is known of a chunk's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// This one.
    Value(Checksum),
    /// It has been let go of; the database has it.
    Recorded,
    /// Nothing: it has not been read.
    Nothing,
}

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

impl SendFile {
    fn durable_bytes(&self) -> u64 {
        let chunks = self.durable.ranges().flatten();
        let ranges = chunks.filter_map(|index| self.plan.range(index));
        ranges.map(|range| range.end - range.start).sum()
    }
}

impl SendFile {
    /// Counts the entry's file and bytes to a sum, or (-1) off it.
    fn counted(&self, (files, bytes): (i64, i64), sign: i64) -> (i64, i64) {
        if self.withdrawn {
            return (files, bytes);
        }
        let file = i64::from(self.entry.is_file());
        let len = i64::try_from(self.entry.len()).unwrap_or(i64::MAX);
        (files + sign * file, bytes + sign * len)
    }
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

    /// Files and bytes that the receiver will have.
    pub(crate) fn wanted(&self) -> (u64, u64) {
        let wanted = |file: &&SendFile| !file.unwanted && !file.withdrawn;
        let wanted = self.files.iter().filter(wanted);
        wanted.fold((0, 0), |(files, bytes), file| {
            (
                files + u64::from(file.entry.is_file()),
                bytes + file.entry.len(),
            )
        })
    }

    /// The receiver will not have these entries. `all`: and no others. Returns by how many files and bytes
    /// what it will have has changed.
    pub(crate) fn unwanted(&mut self, ranges: &[(FileId, FileId)], all: bool) -> (i64, i64) {
        let mut before = Vec::new();
        let mut change = (0, 0);
        for (number, file) in self.files.iter_mut().enumerate() {
            if all && file.unwanted {
                change = file.counted(change, 1);
                file.unwanted = false;
                before.push(number);
            }
        }
        for (first, end) in ranges {
            let end = (end.0 as usize).min(self.files.len());
            let files = self.files.get_mut(first.0 as usize..end);
            for file in files.into_iter().flatten().filter(|file| !file.unwanted) {
                change = file.counted(change, -1);
                file.unwanted = true;
                file.compared = false;
                file.durable = Have::default();
            }
        }
        // A receiver that lost power may have lost what it had decided: it compares or wants the file again.
        for number in before {
            if !self.files[number].unwanted {
                self.cursor = self.cursor.min((number, 0));
                self.tell_root_again(number);
            }
        }
        change
    }

    /// A root that was told on an earlier connection goes into the queue of this one.
    fn tell_root_again(&mut self, number: usize) {
        let file = &self.files[number];
        if !file.sealed || file.finished || file.unwanted {
            return;
        }
        let root = if file.plan.chunks() == 0 {
            Some(root_of_empty())
        } else {
            file.values.root()
        };
        self.sealed
            .extend(root.map(|root| (FileId(number as u32), root)));
    }

    /// The receiver may have these files already: they are hashed (true), or they are to be sent after all.
    pub(crate) fn compare(&mut self, ids: &[FileId], compared: bool) {
        for &id in ids {
            let Some(file) = self.files.get_mut(id.0 as usize) else {
                continue;
            };
            file.compared = compared;
            self.cursor = self.cursor.min((id.0 as usize, 0));
        }
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

    /// The walk begins again: chunks that were taken and came to nothing are taken once more.
    pub(crate) fn rewind(&mut self) {
        self.cursor = (0, 0);
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

    /// The next thing to do; None if there is nothing at the moment.
    pub(crate) fn take(&mut self) -> Option<Work> {
        if !self.open {
            return self.take_early();
        }
        if let Some(piece) = self.take_again() {
            return Some(Work::Data(vec![piece]));
        }
        if let Some(stripe) = self.take_parity() {
            return Some(Work::Parity(stripe));
        }
        let mut pieces: Vec<Piece> = Vec::new();
        let mut bytes = 0;
        while let Some((file, index, known)) = self.peek() {
            let piece = self.piece(file, index);
            if known {
                if pieces.is_empty() {
                    self.advance();
                    return Some(Work::Hash(piece));
                }
                break;
            }
            let small = (piece.len() as u64) < SMALL;
            let fits = bytes + piece.len() <= self.chunk_size.bytes() as usize
                && pieces.len() < MAX_SHARED;
            let joins = pieces.is_empty() || (small && fits);
            if !joins {
                break;
            }
            bytes += piece.len();
            pieces.push(piece);
            self.advance();
            if !small {
                break;
            }
        }
        (!pieces.is_empty()).then_some(Work::Data(pieces))
    }

    /// Takes the value of a chunk that has been read; true if a seal or parity has become due with it.
    pub(crate) fn hashed(&mut self, id: FileId, index: u32, value: Checksum) -> bool {
        let parity = self.parity;
        let Some(file) = self.files.get_mut(id.0 as usize) else {
            return false;
        };
        if file.finished || file.sealed || file.withdrawn || file.unwanted {
            return false;
        }
        if file.values.set(index, value).is_err() {
            return false;
        }
        let mut due = false;
        if let ParityMode::Always(_) = parity {
            let number = file.plan.stripe_of(index);
            let whole = file.plan.stripe(number).is_some_and(|stripe| {
                stripe
                    .chunks()
                    .all(|chunk| file.values.get(chunk).is_some())
            });
            if whole {
                self.parity_due.push_back((id, number));
                due = true;
            }
        }
        due
    }

    /// The root of a file whose every chunk has been read, once: the caller makes sure that the source has
    /// not changed and then calls [`SendPlan::seal`].
    pub(crate) fn complete_root(&self, id: FileId) -> Option<Checksum> {
        let file = self.files.get(id.0 as usize)?;
        if file.sealed || file.finished || self.is_passed_over(id) {
            return None;
        }
        file.values.root()
    }

    /// The file's root may be told.
    pub(crate) fn seal(&mut self, id: FileId, root: Checksum) {
        if let Some(file) = self.files.get_mut(id.0 as usize)
            && !file.sealed
            && !file.withdrawn
        {
            file.sealed = true;
            self.sealed.push((id, root));
            if id == self.lead {
                self.first_root = Some(root);
            }
        }
    }

    /// The root of the first file, if every value of it has been known to this process.
    pub(crate) fn first_root(&self) -> Option<Checksum> {
        self.first_root
    }

    /// Whether there are roots to tell, of announced files.
    pub(crate) fn has_sealed(&self) -> bool {
        let mut sealed = self.sealed.iter();
        sealed.any(|(id, _)| (id.0 as usize) < self.announced)
    }

    /// Roots that have not been told on this connection, of announced files.
    pub(crate) fn take_sealed(&mut self, max: usize) -> Vec<(FileId, Checksum)> {
        let announced = self.announced;
        let mut told = Vec::new();
        self.sealed.retain(|&(id, root)| {
            let take = told.len() < max && (id.0 as usize) < announced;
            if take {
                told.push((id, root));
            }
            !take
        });
        told
    }

    /// The receiver has these chunks; returns those that are news, with their values where known.
    pub(crate) fn durable(
        &mut self,
        id: FileId,
        have: &Have,
    ) -> Vec<(u32, u64, u64, Option<Checksum>)> {
        let Some(file) = self
            .files
            .get_mut(id.0 as usize)
            .filter(|file| !file.withdrawn)
        else {
            return Vec::new();
        };
        let mut news = Vec::new();
        if file.unwanted {
            return news;
        }
        for range in have.ranges() {
            for index in range.start..range.end.min(file.plan.chunks()) {
                if file.durable.insert(index) {
                    let len = file
                        .plan
                        .range(index)
                        .map_or(0, |range| range.end - range.start);
                    news.push((
                        index,
                        len,
                        file.first_chunk + u64::from(index),
                        file.values.get(index),
                    ));
                }
            }
        }
        news
    }

    /// What is known of a chunk's value; None of an entry that is not there.
    pub(crate) fn known(&self, id: FileId, index: u32) -> Option<Known> {
        let file = self.files.get(id.0 as usize)?;
        Some(match file.values.get(index) {
            _ if file.finished => Known::Recorded,
            Some(value) => Known::Value(value),
            None => Known::Nothing,
        })
    }

    /// Whether every byte of the file is durable at the receiver.
    pub(crate) fn is_durable(&self, id: FileId) -> bool {
        self.files
            .get(id.0 as usize)
            .is_some_and(|file| file.entry.is_file() && file.durable.is_full(file.plan.chunks()))
    }

    /// The receiver has said all that it has: what else it was held to have was lost with its power, and is
    /// sent again. `claims` has the durable chunks of files that are not done, `done` the ranges of those
    /// that are. Returns what was lost.
    pub(crate) fn reconcile(
        &mut self,
        claims: &HashMap<FileId, Have>,
        done: &[(FileId, FileId)],
    ) -> Vec<(FileId, Vec<u32>)> {
        let mut all_lost = Vec::new();
        for (number, file) in self.files.iter_mut().enumerate() {
            let id = FileId(number as u32);
            if file.withdrawn || done.iter().any(|(first, end)| (*first..*end).contains(&id)) {
                continue;
            }
            if file.finished {
                file.finished = false;
                // An empty file's root is known; others are read again for theirs.
                file.sealed = file.entry.is_file() && file.plan.chunks() == 0;
                if file.sealed {
                    self.sealed.push((id, root_of_empty()));
                }
                if let Ok(values) = FileTree::new(file.entry.len(), self.chunk_size) {
                    file.values = values;
                }
            }
            let claimed = claims.get(&id);
            let lost: Vec<u32> = file
                .durable
                .ranges()
                .flatten()
                .filter(|index| !claimed.is_some_and(|have| have.contains(*index)))
                .collect();
            for index in &lost {
                file.durable.remove(*index);
            }
            if !lost.is_empty() {
                all_lost.push((id, lost));
            }
        }
        all_lost
    }

    /// The receiver needs nothing more of this file; returns the bytes and chunks that this is news of.
    pub(crate) fn finished(&mut self, id: FileId) -> Option<u64> {
        let file = self.files.get_mut(id.0 as usize)?;
        if file.finished || file.withdrawn || file.unwanted {
            return None;
        }
        // It arrived whole, in the version that was announced.
        self.changed.remove(&id);
        if id == self.lead && file.entry.is_file() {
            self.first_root = self.first_root.or_else(|| file.values.root());
        }
        let chunks = file.plan.chunks();
        let before = file.durable_bytes();
        file.durable = Have::default();
        file.durable.insert_range(0..chunks);
        file.finished = true;
        if let Ok(empty) = FileTree::new(0, self.chunk_size) {
            file.values = empty;
        }
        file.entry.is_file().then(|| file.entry.len() - before)
    }

    /// Restores what the database knows of a chunk.
    pub(crate) fn restore(&mut self, id: FileId, index: u32, value: Checksum) -> u64 {
        let Some(file) = self.files.get_mut(id.0 as usize) else {
            return 0;
        };
        let Some(range) = file.plan.range(index) else {
            return 0;
        };
        if file.withdrawn {
            return 0;
        }
        if file.values.set(index, value).is_err() {
            return 0;
        }
        if file.durable.insert(index) {
            range.end - range.start
        } else {
            0
        }
    }

    /// Bytes that are durable at the receiver, as far as is known.
    pub(crate) fn durable_bytes(&self) -> u64 {
        self.files.iter().map(SendFile::durable_bytes).sum()
    }

    /// Files with content whose every byte is durable at the receiver, as far as is known.
    pub(crate) fn durable_files(&self) -> u64 {
        let whole =
            |file: &&SendFile| file.plan.chunks() > 0 && file.durable.is_full(file.plan.chunks());
        self.files.iter().filter(whole).count() as u64
    }

    /// Files with every value known that have not been sealed: after a restart.
    pub(crate) fn unsealed_complete(&self) -> Vec<FileId> {
        (0..self.files.len() as u32)
            .map(FileId)
            .filter(|&id| self.complete_root(id).is_some())
            .collect()
    }

    /// These chunks must go out again; false if one has had its attempts.
    pub(crate) fn again(&mut self, id: FileId, indices: Range<u32>) -> bool {
        let Some(file) = self.files.get(id.0 as usize) else {
            return true;
        };
        // A peer may name chunks that are not there.
        for index in indices.start..indices.end.min(file.plan.chunks()) {
            if file.durable.contains(index) {
                continue;
            }
            let attempts = self.attempts.entry((id, index)).or_insert(1);
            // Requests that have come in at once are told of the end one after the other.
            *attempts = attempts.saturating_add(1);
            if *attempts > MAX_ATTEMPTS {
                return false;
            }
            self.again.push_back((id, index));
        }
        true
    }

    /// How often this chunk has been sent before on this connection.
    pub(crate) fn attempts(&self, id: FileId, index: u32) -> u8 {
        self.attempts.get(&(id, index)).copied().unwrap_or(0)
    }

    fn take_again(&mut self) -> Option<Piece> {
        loop {
            let (id, index) = self.again.pop_front()?;
            if !self.is_passed_over(id) && !self.files[id.0 as usize].compared {
                return Some(self.piece(id.0 as usize, index));
            }
        }
    }

    fn take_parity(&mut self) -> Option<StripeWork> {
        while let Some((id, number)) = self.parity_due.pop_front() {
            let ParityMode::Always(geometry) = self.parity else {
                return None;
            };
            let file = &self.files[id.0 as usize];
            let Some(stripe) = file.plan.stripe(number) else {
                continue;
            };
            let indices = stripe.chunks();
            if file.finished
                || self.is_passed_over(id)
                || file.compared
                || indices.clone().all(|index| file.durable.contains(index))
            {
                continue;
            }
            let values: Vec<Checksum> = indices
                .clone()
                .filter_map(|index| file.values.get(index))
                .collect();
            if values.len() != indices.len() {
                continue;
            }
            let pieces = indices
                .map(|index| self.piece(id.0 as usize, index))
                .collect();
            return Some(StripeWork {
                pieces,
                values,
                stripe: number,
                parity: geometry.parity(),
            });
        }
        None
    }

    /// The chunk under the cursor that needs something: to be sent, or (true) only to be hashed.
    fn peek(&mut self) -> Option<(usize, u32, bool)> {
        while self.cursor.0 < self.announced.min(self.files.len()) {
            let (number, index) = self.cursor;
            let file = &self.files[number];
            let passed_over = self.is_passed_over(FileId(number as u32));
            if file.finished || passed_over || index >= file.plan.chunks() {
                self.cursor = (number + 1, 0);
                continue;
            }
            let durable = file.compared || file.durable.contains(index);
            if durable && file.values.get(index).is_some() {
                // Past the whole run that is durable, but not past a chunk whose value was lost.
                self.cursor.1 += 1;
                continue;
            }
            return Some((number, index, durable));
        }
        None
    }

    fn advance(&mut self) {
        self.cursor.1 += 1;
    }

    fn piece(&self, number: usize, index: u32) -> Piece {
        let file = &self.files[number];
        Piece {
            file: FileId(number as u32),
            index,
            range: file.plan.range(index).unwrap_or(0..0),
            file_len: file.entry.len(),
            chunk_id: file.first_chunk + u64::from(index),
            source: file.source.clone(),
            fingerprint: file.fingerprint,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chunkstream_core::{manifest::EntryKind, path::RelPath};

    pub(super) const CHUNK: u64 = 64 * 1024;

    pub(super) fn plan(parity: ParityMode, lens: &[u64]) -> SendPlan {
        let mut plan = SendPlan::new(ChunkSize::try_from(CHUNK as u32).expect("64 KiB"), parity);
        for (number, &len) in lens.iter().enumerate() {
            push(&mut plan, &format!("f{number}"), len);
        }
        plan.scan_is_complete();
        plan.restart();
        plan.announced(lens.len());
        plan.set_open(true);
        plan
    }

    pub(super) fn push(plan: &mut SendPlan, name: &str, len: u64) {
        let entry = Entry {
            path: RelPath::parse(name).expect("a name"),
            kind: EntryKind::File { len },
            modified_ns: None,
            mode: None,
        };
        let fingerprint = Fingerprint {
            len,
            modified_ns: 0,
            file_id: 0,
        };
        plan.push(entry, PathBuf::from(format!("/{name}")), fingerprint)
            .expect("fits");
    }

    pub(super) fn taken(work: Option<Work>) -> Vec<(u32, u32)> {
        match work {
            Some(Work::Data(pieces)) => pieces
                .iter()
                .map(|piece| (piece.file.0, piece.index))
                .collect(),
            other => panic!("no data: {other:?}"),
        }
    }

    #[test]
    fn nothing_goes_out_before_accept_nor_before_its_entry() {
        let mut plan = plan(ParityMode::Off, &[CHUNK, CHUNK]);
        plan.set_open(false);
        assert!(plan.take().is_none());
        plan.set_open(true);
        plan.announced(1);
        assert_eq!(taken(plan.take()), [(0, 0)]);
        assert!(plan.take().is_none());
        plan.announced(2);
        assert_eq!(taken(plan.take()), [(1, 0)]);
    }

    #[test]
    fn small_files_share_a_stream_and_large_chunks_have_their_own() {
        let mut plan = plan(ParityMode::Off, &[10, 20, 2 * CHUNK, 5]);
        assert_eq!(taken(plan.take()), [(0, 0), (1, 0)]);
        assert_eq!(taken(plan.take()), [(2, 0)]);
        assert_eq!(taken(plan.take()), [(2, 1)]);
        assert_eq!(taken(plan.take()), [(3, 0)]);
        assert!(plan.take().is_none());
    }

    #[test]
    fn what_is_durable_is_not_sent_again_and_lost_values_are_only_hashed() {
        let mut plan = plan(ParityMode::Off, &[4 * CHUNK]);
        plan.restore(FileId(0), 0, Checksum([1; 32]));
        let mut have = Have::default();
        have.insert_range(1..3);
        assert_eq!(plan.durable(FileId(0), &have).len(), 2);
        assert!(matches!(plan.take(), Some(Work::Hash(piece)) if piece.index == 1));
        assert!(matches!(plan.take(), Some(Work::Hash(piece)) if piece.index == 2));
        assert_eq!(taken(plan.take()), [(0, 3)]);
    }

    #[test]
    fn a_chunk_asked_for_again_goes_first_and_only_three_times() {
        let mut plan = plan(ParityMode::Off, &[4 * CHUNK]);
        assert_eq!(taken(plan.take()), [(0, 0)]);
        assert!(plan.again(FileId(0), 0..1));
        assert_eq!(taken(plan.take()), [(0, 0)]);
        assert!(plan.again(FileId(0), 0..1));
        assert!(!plan.again(FileId(0), 0..1));
        assert!(
            plan.again(FileId(0), 9..u32::MAX),
            "chunks that are not there cost nothing"
        );
    }

    #[test]
    fn parity_is_due_when_the_last_value_of_its_stripe_is_known() {
        let geometry = Geometry::new(2, 1).expect("valid");
        let mut plan = plan(ParityMode::Always(geometry), &[3 * CHUNK]);
        for _ in 0..3 {
            plan.take();
        }
        assert!(!plan.hashed(FileId(0), 0, Checksum([0; 32])));
        assert!(plan.hashed(FileId(0), 1, Checksum([1; 32])));
        match plan.take() {
            Some(Work::Parity(work)) => {
                assert_eq!((work.stripe, work.pieces.len(), work.parity), (0, 2, 1));
            }
            other => panic!("no parity: {other:?}"),
        }
        assert!(
            plan.hashed(FileId(0), 2, Checksum([2; 32])),
            "the short last stripe"
        );
    }

    #[test]
    fn a_restart_tells_the_roots_once_more() {
        let mut plan = plan(ParityMode::Off, &[0, CHUNK]);
        assert_eq!(plan.take_sealed(10), [(FileId(0), root_of_empty())]);
        plan.hashed(FileId(1), 0, Checksum([3; 32]));
        let root = plan.complete_root(FileId(1)).expect("complete");
        plan.seal(FileId(1), root);
        assert_eq!(plan.take_sealed(10).len(), 1);
        plan.restart();
        plan.announced(2);
        assert_eq!(plan.take_sealed(10).len(), 2);
    }

    #[test]
    fn the_root_of_a_file_is_told_again_when_the_receiver_has_lost_that_it_does_not_want_it() {
        let mut plan = plan(ParityMode::Off, &[CHUNK, CHUNK]);
        plan.announced(2);
        for file in [0, 1] {
            plan.hashed(FileId(file), 0, Checksum([3; 32]));
            let root = plan.complete_root(FileId(file)).expect("complete");
            plan.seal(FileId(file), root);
        }
        assert_eq!(plan.take_sealed(10).len(), 2);
        // Both were compared and are there; then the receiver lost power, and knows that of the first only.
        plan.unwanted(&[(FileId(0), FileId(2))], false);
        plan.restart();
        plan.announced(2);
        assert_eq!(plan.take_sealed(10), []);
        plan.compare(&[FileId(1)], true);
        let change = plan.unwanted(&[(FileId(0), FileId(1))], true);
        assert_eq!(change, (1, CHUNK.cast_signed()));
        let told: Vec<FileId> = plan.take_sealed(10).into_iter().map(|(id, _)| id).collect();
        assert_eq!(told, [FileId(1)]);
    }
}
