//! What is expected and what is there of one transfer that comes in: decides, does no I/O.
//!
//! A chunk is *written* when its verified bytes have been handed to the disk, *durable* when they survive a
//! power loss and its row is committed. Only durable chunks are acknowledged and counted.

#[cfg(feature = "fuzzing")]
mod fuzzed;
mod marks;
mod withdrawal;

#[cfg(feature = "fuzzing")]
pub(crate) use fuzzed::fuzz_plan;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chunkstream_core::{
    chunk::{ChunkSize, FilePlan, Geometry, Stripe},
    id::FileId,
    integrity::{Checksum, FileTree, Have},
    manifest::{Entry, EntryKind},
    path::{MAX_PATH_BYTES, RelPath},
    wire::MAX_ROOTS,
};

use crate::{disk::PartialFile, store::Fate};

/// Times that a chunk may arrive damaged before its path counts as dead.
pub(crate) const MAX_DAMAGED: u8 = 3;

/// Bytes that an entry takes beside its path: itself, and its place in the sets.
const ENTRY_MEMORY: usize = size_of::<ReceiveFile>() + 64;

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

/// A manifest that is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ManifestError {
    /// A page that does not follow the one before.
    #[error("entries are missing before number {0}")]
    Gap(u32),
    /// An entry that differs from what was announced under its number before.
    #[error("entry {0} changed")]
    Changed(u32),
    /// More than the limit.
    #[error("more than {0} entries")]
    TooMany(usize),
    /// More at the top level than the limit.
    #[error("more than {0} entries at the top level")]
    TooManyRoots(usize),
    /// The same path twice.
    #[error("the path {0} stands twice")]
    Twice(String),
    /// A path whose folder has not been announced.
    #[error("the folder of {0} has not been announced")]
    NoFolder(String),
    /// A withdrawal of something else than a file.
    #[error("entry {0} is no file and cannot be withdrawn")]
    NotAFile(u32),
    /// A file with more chunks than can be numbered.
    #[error("{0} is too large")]
    TooLarge(String),
    /// A link whose text is empty, too long or has a NUL.
    #[error("the link {0} has a text that no system holds")]
    BadLink(String),
    /// The end does not match what came.
    #[error("the end of the entries does not match what came")]
    BadEnd,
}

/// Where a chunk belongs, if it is wanted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// At this range of a file of this length.
    Wanted {
        offset: u64,
        len: usize,
        file_len: u64,
    },
    /// It has been written already.
    Known,
    /// There is no such chunk.
    None,
}

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

    /// Bytes that are still to be given space.
    pub(crate) fn outstanding(&self) -> u64 {
        self.bytes().saturating_sub(self.covered)
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

    /// The entries that are received, each under the path where it is stored.
    pub(crate) fn local(
        &self,
        range: std::ops::Range<u32>,
    ) -> impl DoubleEndedIterator<Item = (FileId, Entry)> {
        (range.start..range.end.min(self.len()))
            .map(|number| (FileId(number), &self.files[number as usize]))
            .filter(|(_, file)| file.fate != Fate::Unwanted && !file.withdrawn)
            .map(|(id, file)| (id, file.local()))
    }

    /// Whether an entry of this path has been announced.
    pub(crate) fn has_path(&self, path: &str) -> bool {
        self.paths.contains(&key(path))
    }

    pub(crate) fn is_reserved(&self, id: FileId) -> bool {
        self.files
            .get(id.0 as usize)
            .is_some_and(|file| file.reserved)
    }

    /// Where an entry is stored.
    pub(crate) fn stored(&self, id: FileId) -> Option<&RelPath> {
        self.files.get(id.0 as usize).map(ReceiveFile::path)
    }

    pub(crate) fn fate(&self, id: FileId) -> Fate {
        self.files
            .get(id.0 as usize)
            .map_or(Fate::Unwanted, |file| file.fate)
    }

    /// Says where an entry is stored and whether it is received; returns by how many files and bytes what is
    /// received has changed.
    pub(crate) fn place_as(
        &mut self,
        id: FileId,
        stored: Option<RelPath>,
        fate: Fate,
    ) -> (i64, i64) {
        let Some(file) = self.files.get_mut(id.0 as usize) else {
            return (0, 0);
        };
        file.stored = stored;
        let was = std::mem::replace(&mut file.fate, fate);
        let sign = i64::from(was == Fate::Unwanted) - i64::from(fate == Fate::Unwanted);
        if sign == 0 || file.withdrawn {
            return (0, 0);
        }
        let (files, bytes) = (u64::from(file.entry.is_file()), file.entry.len());
        if sign < 0 {
            self.files_done -= u64::from(std::mem::take(&mut file.done));
            self.unwanted_files += files;
            self.unwanted_bytes += bytes;
        } else {
            self.unwanted_files -= files;
            self.unwanted_bytes -= bytes;
        }
        let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        (sign * signed(files), sign * signed(bytes))
    }

    /// The entries from `first` up to `end` that are not received, in ranges.
    pub(crate) fn unwanted(&self, first: u32, end: u32) -> Vec<DoneRange> {
        self.ranges(first..end, |file| file.fate == Fate::Unwanted)
    }

    /// The files that are to be compared first, from number `first` on.
    pub(crate) fn to_compare(&self, first: u32) -> Vec<FileId> {
        self.ranges(first..self.len(), |file| {
            file.fate == Fate::Compare && !file.withdrawn
        })
        .into_iter()
        .flat_map(|(first, end)| (first.0..end.0).map(FileId))
        .collect()
    }

    fn ranges(
        &self,
        within: std::ops::Range<u32>,
        mut wanted: impl FnMut(&ReceiveFile) -> bool,
    ) -> Vec<DoneRange> {
        let mut ranges: Vec<DoneRange> = Vec::new();
        for number in within.start..within.end.min(self.len()) {
            if !wanted(&self.files[number as usize]) {
                continue;
            }
            match ranges.last_mut() {
                Some((_, end)) if end.0 == number => end.0 += 1,
                _ => ranges.push((FileId(number), FileId(number + 1))),
            }
        }
        ranges
    }

    /// The space of a file has been reserved.
    pub(crate) fn reserved(&mut self, id: FileId) {
        if let Some(file) = self.files.get_mut(id.0 as usize)
            && !std::mem::replace(&mut file.reserved, true)
        {
            self.covered += file.entry.len() - file.written_bytes();
        }
    }

    /// The sender's root of a file, if it has been told.
    pub(crate) fn root_of(&self, id: FileId) -> Option<Checksum> {
        self.files.get(id.0 as usize).and_then(|file| file.root)
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

    /// Takes a page of entries. Those that are known must be the same; returns how many are new.
    pub(crate) fn announce(
        &mut self,
        first: FileId,
        entries: Vec<Entry>,
    ) -> Result<u32, ManifestError> {
        let known = self.len();
        if first.0 > known {
            return Err(ManifestError::Gap(known));
        }
        for (number, entry) in (first.0..).zip(entries) {
            match self.files.get(number as usize) {
                Some(file) if file.entry == entry => {}
                Some(_) => return Err(ManifestError::Changed(number)),
                None => self.push(entry)?,
            }
        }
        Ok(self.len() - known)
    }

    fn push(&mut self, entry: Entry) -> Result<(), ManifestError> {
        let path = || entry.path.as_str().to_owned();
        if self.files.len() >= crate::coordinator::MAX_ENTRIES {
            return Err(ManifestError::TooMany(crate::coordinator::MAX_ENTRIES));
        }
        if let Some(parent) = entry.path.parent()
            && !self.folders.contains(&key(parent.as_str()))
        {
            return Err(ManifestError::NoFolder(path()));
        }
        if let EntryKind::Symlink { target } = &entry.kind
            && (target.is_empty() || target.len() > MAX_PATH_BYTES || target.contains('\0'))
        {
            return Err(ManifestError::BadLink(path()));
        }
        let withdrawn = self.withdrawn.contains(&FileId(self.len()));
        if withdrawn && !entry.is_file() {
            return Err(ManifestError::NotAFile(self.len()));
        }
        if entry.path.parent().is_none() && !withdrawn {
            self.roots += 1;
            if self.roots > MAX_ROOTS {
                return Err(ManifestError::TooManyRoots(MAX_ROOTS));
            }
        }
        if !withdrawn && !self.paths.insert(key(entry.path.as_str())) {
            return Err(ManifestError::Twice(path()));
        }
        if entry.kind == EntryKind::Folder {
            self.folders.insert(key(entry.path.as_str()));
        }
        let too_large = |_| ManifestError::TooLarge(path());
        let plan = FilePlan::new(entry.len(), self.chunk_size, self.geometry).map_err(too_large)?;
        let values = FileTree::new(entry.len(), self.chunk_size).map_err(too_large)?;
        let first_chunk = self.chunks;
        self.chunks += u64::from(plan.chunks());
        if withdrawn {
            self.withdrawn_chunks += u64::from(plan.chunks());
        } else {
            self.bytes = self
                .bytes
                .checked_add(entry.len())
                .ok_or_else(|| ManifestError::TooLarge(path()))?;
            self.files_total += u64::from(entry.is_file());
        }
        self.memory += ENTRY_MEMORY + entry.path.as_str().len();
        if let EntryKind::Symlink { target } = &entry.kind {
            self.memory += target.len();
        }
        self.files.push(ReceiveFile {
            entry,
            stored: None,
            fate: Fate::Wanted,
            reserved: false,
            plan,
            first_chunk,
            values,
            written: Have::new(),
            durable: Have::new(),
            root: None,
            done: false,
            withdrawn,
            named: false,
            handle: None,
        });
        Ok(())
    }

    /// The announced end of the entries.
    pub(crate) fn end(&mut self, entries: u32, bytes: u64) -> Result<(), ManifestError> {
        if entries != self.len() || bytes != self.bytes {
            return Err(ManifestError::BadEnd);
        }
        self.announced = Some((entries, bytes));
        Ok(())
    }

    pub(crate) fn is_announced(&self) -> bool {
        self.announced.is_some()
    }

    /// Whether every file is done.
    pub(crate) fn is_complete(&self) -> bool {
        self.announced.is_some() && self.files_done == self.files()
    }

    /// Whether everything that was announced has been written: the tail, which should not wait for a batch.
    pub(crate) fn is_all_written(&self, id: FileId) -> bool {
        self.files
            .get(id.0 as usize)
            .is_some_and(|file| file.written.is_full(file.plan.chunks()))
    }

    pub(crate) fn place(&self, id: FileId, index: u32) -> Place {
        let Some(file) = self
            .files
            .get(id.0 as usize)
            .filter(|file| file.entry.is_file())
        else {
            return Place::None;
        };
        let Some(range) = file.plan.range(index) else {
            return Place::None;
        };
        // What is not known to be wanted is sent again if it turns out to be.
        let passed_over = file.withdrawn || file.fate != Fate::Wanted;
        if file.done || passed_over || file.written.contains(index) {
            return Place::Known;
        }
        Place::Wanted {
            offset: range.start,
            len: (range.end - range.start) as usize,
            file_len: file.entry.len(),
        }
    }

    /// A verified chunk has been written; false if it was before.
    pub(crate) fn written(&mut self, id: FileId, index: u32, value: Checksum) -> bool {
        let Some(file) = self.files.get_mut(id.0 as usize) else {
            return false;
        };
        if file.withdrawn || !file.written.insert(index) {
            return false;
        }
        if !file.reserved {
            self.covered += file
                .plan
                .range(index)
                .map_or(0, |range| range.end - range.start);
        }
        file.values.set(index, value).is_ok()
    }

    /// Written chunks could not be made durable: they count as missing again.
    pub(crate) fn unwritten(&mut self, id: FileId, index: u32) {
        if let Some(file) = self.files.get_mut(id.0 as usize)
            && !file.durable.contains(index)
        {
            if file.written.remove(index) && !file.reserved {
                self.covered -= file
                    .plan
                    .range(index)
                    .map_or(0, |range| range.end - range.start);
            }
            file.values.clear(index);
        }
    }

    /// A written chunk has become durable; true if its file has now all it needs.
    pub(crate) fn durable(&mut self, id: FileId, index: u32) -> bool {
        let Some(file) = self.files.get_mut(id.0 as usize) else {
            return false;
        };
        if file.withdrawn {
            return false;
        }
        file.durable.insert(index);
        file.durable.is_full(file.plan.chunks())
    }

    /// Restores what the database knows of a chunk.
    pub(crate) fn restore(&mut self, id: FileId, index: u32, value: Checksum) {
        if self.written(id, index, value) {
            self.durable(id, index);
            // Its row came after the sync of its file's name.
            if let Some(file) = self.file_mut(id) {
                file.named = true;
            }
        }
    }

    /// A chunk that counted as durable is not what it should be; its bytes if it did count.
    pub(crate) fn lost(&mut self, id: FileId, index: u32) -> u64 {
        let len = self.len_of(id, index) as u64;
        let Some(file) = self.files.get_mut(id.0 as usize) else {
            return 0;
        };
        if file.done || !file.durable.remove(index) {
            return 0;
        }
        file.written.remove(index);
        file.values.clear(index);
        if let Some(rebuilt) = self.rebuilt.get_mut(&id) {
            rebuilt.remove(index);
        }
        len
    }

    /// A file that was done is not: what is there of it are these chunks.
    pub(crate) fn reopen(&mut self, id: FileId, chunks: Vec<(u32, Checksum)>) {
        let Some(file) = self.files.get_mut(id.0 as usize).filter(|file| file.done) else {
            return;
        };
        // The length was fine when the file was announced.
        let Ok(values) = FileTree::new(file.entry.len(), self.chunk_size) else {
            return;
        };
        file.values = values;
        file.done = false;
        self.files_done -= 1;
        for (index, value) in chunks {
            self.restore(id, index, value);
        }
    }

    /// Whether every chunk that has been written is durable too.
    pub(crate) fn is_settled(&self) -> bool {
        self.files.iter().all(|file| file.written == file.durable)
    }

    /// Restores a file that is done.
    pub(crate) fn restore_done(&mut self, id: FileId) {
        if let Some(file) = self.files.get_mut(id.0 as usize)
            && !file.done
            && file.fate != Fate::Unwanted
        {
            file.done = true;
            self.covered += file.entry.len();
            self.files_done += 1;
        }
    }

    /// The sender's root of a file.
    pub(crate) fn set_root(&mut self, id: FileId, root: Checksum) {
        if let Some(file) = self.files.get_mut(id.0 as usize)
            && file.entry.is_file()
            && !file.withdrawn
        {
            file.root = Some(root);
        }
    }

    /// If the file is durable as a whole and its root is known: whether they match.
    pub(crate) fn verdict(&self, id: FileId) -> Option<Result<Checksum, Checksum>> {
        let file = self.files.get(id.0 as usize)?;
        let passed_over = file.withdrawn || file.fate != Fate::Wanted;
        if file.done || passed_over || !file.durable.is_full(file.plan.chunks()) {
            return None;
        }
        let expected = file.root?;
        let found = file.values.root()?;
        Some(if expected == found {
            Ok(found)
        } else {
            Err(found)
        })
    }

    /// The file is done: nothing of it is needed any more.
    pub(crate) fn done(&mut self, id: FileId) {
        if let Some(file) = self.files.get_mut(id.0 as usize)
            && !file.done
        {
            file.done = true;
            file.handle = None;
            file.written = Have::new();
            file.durable = Have::new();
            if let Ok(empty) = FileTree::new(0, self.chunk_size) {
                file.values = empty;
            }
            self.files_done += 1;
        }
    }

    pub(crate) fn files_done(&self) -> u64 {
        self.files_done
    }

    pub(crate) fn is_done(&self, id: FileId) -> bool {
        self.files.get(id.0 as usize).is_some_and(|file| file.done)
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

    /// What is durable of files that are not done, and ranges of entries that are done.
    pub(crate) fn have(&self) -> (Vec<(FileId, Have)>, Vec<DoneRange>) {
        let mut partial = Vec::new();
        let mut done: Vec<DoneRange> = Vec::new();
        for (number, file) in self.files.iter().enumerate() {
            let id = FileId(number as u32);
            if file.done {
                match done.last_mut() {
                    Some((_, end)) if *end == id => end.0 += 1,
                    _ => done.push((id, FileId(id.0 + 1))),
                }
            } else if !file.durable.is_empty() {
                partial.push((id, file.durable.clone()));
            }
        }
        (partial, done)
    }

    /// Files of which something is durable.
    pub(crate) fn held(&self) -> Vec<FileId> {
        let held =
            |file: &ReceiveFile| !file.entry.is_empty() && (file.done || !file.durable.is_empty());
        let files = (0..).zip(&self.files);
        files
            .filter(|(_, file)| held(file))
            .map(|(number, _)| FileId(number))
            .collect()
    }

    /// Number of chunks of a file; 0 if there is no such file.
    pub(crate) fn chunks_of(&self, id: FileId) -> u32 {
        self.files
            .get(id.0 as usize)
            .map_or(0, |file| file.plan.chunks())
    }

    /// Nothing of the file is there after all.
    pub(crate) fn forget(&mut self, id: FileId) {
        let Some(file) = self.files.get_mut(id.0 as usize) else {
            return;
        };
        self.covered -= file.covered();
        file.reserved = false;
        self.files_done -= u64::from(std::mem::take(&mut file.done));
        file.written = Have::new();
        file.durable = Have::new();
        file.named = false;
        file.handle = None;
        if let Ok(values) = FileTree::new(file.entry.len(), self.chunk_size) {
            file.values = values;
        }
    }

    /// Bytes that are durable.
    pub(crate) fn durable_bytes(&self) -> u64 {
        let of = |file: &ReceiveFile| {
            if file.done {
                return file.entry.len();
            }
            let chunks = file.durable.ranges().flatten();
            chunks
                .filter_map(|index| file.plan.range(index))
                .map(|range| range.end - range.start)
                .sum()
        };
        self.files.iter().map(of).sum()
    }

    /// A chunk that arrived damaged; false if it has been so too often.
    pub(crate) fn damaged(&mut self, id: FileId, index: u32) -> bool {
        let times = self.damaged.entry((id, index)).or_default();
        // What is under way on other streams may still come after the last attempt.
        *times = times.saturating_add(1);
        *times <= MAX_DAMAGED
    }

    /// A new connection has attempts of its own.
    pub(crate) fn forgive(&mut self) {
        self.damaged.clear();
    }

    /// Bytes of a chunk; 0 if there is none.
    pub(crate) fn len_of(&self, id: FileId, index: u32) -> usize {
        let range = self
            .files
            .get(id.0 as usize)
            .and_then(|file| file.plan.range(index));
        range.map_or(0, |range| (range.end - range.start) as usize)
    }

    /// The stripe, and which of its chunks have been written.
    pub(crate) fn stripe(&self, id: FileId, number: u32) -> Option<(Stripe, Vec<bool>)> {
        let file = self.files.get(id.0 as usize)?;
        let stripe = file.plan.stripe(number)?;
        let written = stripe
            .chunks()
            .map(|index| {
                let passed_over = file.withdrawn || file.fate != Fate::Wanted;
                file.done || passed_over || file.written.contains(index)
            })
            .collect();
        Some((stripe, written))
    }

    pub(crate) fn stripe_of(&self, id: FileId, index: u32) -> Option<u32> {
        self.files
            .get(id.0 as usize)
            .map(|file| file.plan.stripe_of(index))
    }
}

impl ReceiveFile {
    fn path(&self) -> &RelPath {
        self.stored.as_ref().unwrap_or(&self.entry.path)
    }

    fn written_bytes(&self) -> u64 {
        let chunks = self.written.ranges().flatten();
        let ranges = chunks.filter_map(|index| self.plan.range(index));
        ranges.map(|range| range.end - range.start).sum()
    }

    /// Bytes of it that need no more space.
    fn covered(&self) -> u64 {
        if self.done || self.reserved {
            self.entry.len()
        } else {
            self.written_bytes()
        }
    }

    /// The entry under the path where it is stored.
    pub(crate) fn local(&self) -> Entry {
        Entry {
            path: self.path().clone(),
            ..self.entry.clone()
        }
    }
}

/// 128 bits of a hash stand for a path: a million of them collide with a chance of 2^-89.
fn key(path: &str) -> [u8; 16] {
    let mut key = [0; 16];
    key.copy_from_slice(&blake3::hash(path.as_bytes()).as_bytes()[..16]);
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use chunkstream_core::{integrity::chunk_value, path::RelPath};

    pub(super) fn entry(path: &str, kind: EntryKind) -> Entry {
        Entry {
            path: RelPath::parse(path).expect("a path"),
            kind,
            modified_ns: None,
            mode: None,
        }
    }

    pub(super) fn file(path: &str, len: u64) -> Entry {
        entry(path, EntryKind::File { len })
    }

    pub(super) fn plan() -> ReceivePlan {
        ReceivePlan::new(ChunkSize::MIN, Geometry::DEFAULT)
    }

    #[test]
    fn entries_lie_in_announced_folders_and_do_not_repeat() {
        let mut plan = plan();
        assert_eq!(
            plan.announce(FileId(0), vec![file("a/b", 1)]),
            Err(ManifestError::NoFolder("a/b".into()))
        );
        assert_eq!(
            plan.announce(
                FileId(0),
                vec![entry("a", EntryKind::Folder), file("a/b", 1)]
            ),
            Ok(2)
        );
        assert_eq!(
            plan.announce(FileId(2), vec![file("a/b", 1)]),
            Err(ManifestError::Twice("a/b".into()))
        );
        assert_eq!(
            plan.announce(FileId(9), vec![file("c", 1)]),
            Err(ManifestError::Gap(2))
        );
    }

    #[test]
    fn a_file_cannot_serve_as_a_folder_nor_can_a_link() {
        let mut plan = plan();
        let link = entry(
            "l",
            EntryKind::Symlink {
                target: "/etc".into(),
            },
        );
        assert_eq!(plan.announce(FileId(0), vec![link]), Ok(1));
        assert_eq!(
            plan.announce(FileId(1), vec![file("l/passwd", 1)]),
            Err(ManifestError::NoFolder("l/passwd".into()))
        );
    }

    #[test]
    fn one_root_over_the_limit_is_refused() {
        let mut plan = plan();
        let roots = (0..MAX_ROOTS)
            .map(|number| file(&format!("f{number}"), 0))
            .collect();
        assert_eq!(plan.announce(FileId(0), roots), Ok(MAX_ROOTS as u32));
        let over = plan.announce(FileId(MAX_ROOTS as u32), vec![file("over", 0)]);
        assert_eq!(over, Err(ManifestError::TooManyRoots(MAX_ROOTS)));
    }

    #[test]
    fn entries_told_again_must_be_the_same() {
        let mut plan = plan();
        assert_eq!(plan.announce(FileId(0), vec![file("a", 1)]), Ok(1));
        assert_eq!(
            plan.announce(FileId(0), vec![file("a", 1), file("b", 2)]),
            Ok(1)
        );
        assert_eq!(
            plan.announce(FileId(0), vec![file("a", 2)]),
            Err(ManifestError::Changed(0))
        );
        assert_eq!(plan.end(2, 4), Err(ManifestError::BadEnd));
        assert_eq!(plan.end(2, 3), Ok(()));
    }

    #[test]
    fn a_file_is_done_only_with_every_chunk_durable_and_the_same_root() {
        let mut plan = plan();
        let data = vec![7_u8; 100_000];
        plan.announce(FileId(0), vec![file("a", 100_000)])
            .expect("valid");
        plan.end(1, 100_000).expect("all");
        let cut = ChunkSize::MIN.bytes() as usize;
        for (index, chunk) in data.chunks(cut).enumerate() {
            let value =
                chunk_value(100_000, index as u32, ChunkSize::MIN, chunk).expect("its place");
            assert!(plan.written(FileId(0), index as u32, value));
            plan.durable(FileId(0), index as u32);
        }
        assert_eq!(plan.verdict(FileId(0)), None, "the root is not known");
        plan.set_root(FileId(0), Checksum([0; 32]));
        assert!(matches!(plan.verdict(FileId(0)), Some(Err(_))));
        plan.set_root(FileId(0), Checksum(*blake3::hash(&data).as_bytes()));
        assert!(matches!(plan.verdict(FileId(0)), Some(Ok(_))));
        assert!(!plan.is_complete());
        plan.done(FileId(0));
        assert!(plan.is_complete());
    }

    #[test]
    fn chunks_that_are_not_there_have_no_place() {
        let mut plan = plan();
        plan.announce(
            FileId(0),
            vec![file("a", 10), entry("d", EntryKind::Folder)],
        )
        .expect("valid");
        assert!(matches!(
            plan.place(FileId(0), 0),
            Place::Wanted {
                offset: 0,
                len: 10,
                file_len: 10
            }
        ));
        assert_eq!(plan.place(FileId(0), 1), Place::None);
        assert_eq!(plan.place(FileId(1), 0), Place::None);
        assert_eq!(plan.place(FileId(2), 0), Place::None);
    }
}
