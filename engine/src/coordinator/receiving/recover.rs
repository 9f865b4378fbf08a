//! Bytes without rows: the staging folder of a transfer is there and the database does not know it, because it
//! was set aside, lost, or is from an older backup. The database is an index; it is rebuilt from the bytes.
//!
//! Before Accept, once all entries are known, what stands in the folder is hashed, chunk by chunk, and the
//! values are told to the sender in pages, one at a time. What the sender knows to be the same is synced,
//! recorded and counted as durable; all else is sent as if nothing were there. Holes are passed over: they cost
//! nothing to send. In memory are at most three pages.

use std::{collections::HashMap, io, sync::atomic::Ordering};

use chunkstream_core::{
    id::FileId,
    integrity::{Checksum, Have, chunk_value},
    wire::{FEATURE_CHECK, FromReceiver, MAX_CHECKED, MAX_FILES_IN_PAGE},
};
use tokio::sync::mpsc;

use super::{Incoming, disk_failure, task::Task};
use crate::{
    api::{Code, Failure},
    coordinator::Shared,
    disk::Disk,
    store::{ChunkRow, ChunkStatus},
};

/// Pages that are hashed ahead of the sender's answers.
const AHEAD: usize = 1;
/// Chunks in one page. Some 64 MiB to 1 GiB of the disk.
const IN_PAGE: usize = 1024;
const _: () = assert!(IN_PAGE <= MAX_CHECKED);

type Page = Vec<(FileId, u32, Vec<Checksum>)>;

/// A comparison under way.
pub(super) struct Recovery {
    pages: mpsc::Receiver<Page>,
    /// The page that the sender has not answered.
    asked: Option<Page>,
}

/// The next page, once the one before is answered; None when there are no more. Waits for ever without a
/// comparison.
pub(super) async fn next(recovery: &mut Option<Recovery>) -> Option<Page> {
    match recovery {
        Some(Recovery { pages, asked: None }) => pages.recv().await,
        _ => std::future::pending().await,
    }
}

impl Task {
    /// Whether Accept waits for the end of the entries or of a comparison; begins it if it is time.
    pub(super) fn recovers(&mut self) -> bool {
        let incoming = &self.incoming;
        if !incoming.reused.load(Ordering::Relaxed) {
            return false;
        }
        if self.recovery.is_some() {
            return true;
        }
        let Some(attached) = &self.attached else {
            return true;
        };
        if attached.features & FEATURE_CHECK == 0 {
            return false;
        }
        if !incoming.plan().is_announced() {
            return true;
        }
        let (told, pages) = mpsc::channel(AHEAD);
        let (incoming, disk, stop) = (
            self.incoming.clone(),
            self.shared.disk.clone(),
            self.shared.stop.clone(),
        );
        tokio::task::spawn_blocking(move || {
            let tell = |page| !stop.is_cancelled() && told.blocking_send(page).is_ok();
            hash(&incoming, &*disk, tell);
        });
        self.recovery = Some(Recovery { pages, asked: None });
        true
    }

    /// Whether the end of the entries is what Accept has been waiting for.
    pub(super) fn is_about_to_accept(&self) -> bool {
        !self.accepted && self.recovery.is_none() && self.incoming.staging().is_some()
    }

    /// Asks about a page, or ends the comparison.
    pub(super) async fn compare(&mut self, page: Option<Page>) -> Result<(), Failure> {
        if let Some(page) = page {
            self.tell(FromReceiver::Check(page.clone()));
            if let Some(recovery) = &mut self.recovery {
                recovery.asked = Some(page);
            }
            return Ok(());
        }
        self.recovery = None;
        // What was not the same stands there still, also where zeros are to come.
        self.incoming.nothing_is_fresh();
        self.incoming.reused.store(false, Ordering::Relaxed);
        self.say_accept().await
    }

    /// The sender's answer about the last page.
    pub(super) async fn sound(&mut self, files: Vec<(FileId, Have)>) -> Result<(), Failure> {
        let asked = self.recovery.as_mut().and_then(|it| it.asked.take());
        let Some(page) = asked else {
            return Err(Failure::new(
                Code::Protocol,
                "an answer that nobody asked for",
            ));
        };
        let mut sound: HashMap<FileId, Have> = HashMap::new();
        for (file, have) in files {
            let known = sound.entry(file).or_default();
            have.ranges().for_each(|range| known.insert_range(range));
        }
        let mut chunks = Vec::new();
        for (file, first, values) in page {
            let Some(have) = sound.get(&file) else {
                continue;
            };
            let named = (first..).zip(values);
            chunks.extend(
                named
                    .filter(|(index, _)| have.contains(*index))
                    .map(|(index, value)| (file, index, value)),
            );
        }
        self.incoming.adopt(&self.shared, chunks).await
    }
}

impl Incoming {
    /// Takes over chunks that are on the disk and are what the sender has: synced, recorded, durable.
    async fn adopt(
        &self,
        shared: &Shared,
        chunks: Vec<(FileId, u32, Checksum)>,
    ) -> Result<(), Failure> {
        if chunks.is_empty() {
            return Ok(());
        }
        let mut files: Vec<FileId> = chunks.iter().map(|(file, ..)| *file).collect();
        files.dedup();
        let mut handles = Vec::new();
        let mut folders = Vec::new();
        for &file in &files {
            handles.push(self.handle(&*shared.disk, file)?);
            folders.extend(self.folders_of(file));
        }
        folders.sort();
        folders.dedup();
        let disk = shared.disk.clone();
        let synced = tokio::task::spawn_blocking(move || {
            handles.iter().try_for_each(|handle| handle.sync_data())?;
            folders
                .iter()
                .try_for_each(|folder| disk.sync_folder(folder))
        });
        synced
            .await
            .map_err(|error| Failure::new(Code::Internal, error.to_string()))?
            .map_err(|error| disk_failure(&error, None))?;
        let rows: Vec<ChunkRow> = {
            let mut plan = self.plan();
            let row = |(file, sequence, checksum): &(FileId, u32, Checksum)| {
                let first = plan.file_mut(*file)?.first_chunk;
                Some(ChunkRow {
                    session: self.session.id,
                    file: *file,
                    sequence: *sequence,
                    chunk_id: first + u64::from(*sequence),
                    checksum: *checksum,
                    len: plan.len_of(*file, *sequence) as u32,
                    is_parity: false,
                    status: ChunkStatus::Received,
                })
            };
            chunks.iter().filter_map(row).collect()
        };
        shared
            .store
            .record_chunks(&rows, shared.clock.unix_ms())
            .await?;
        let mut bytes = 0;
        {
            let mut plan = self.plan();
            for row in &rows {
                plan.restore(row.file, row.sequence, row.checksum);
                bytes += u64::from(row.len);
            }
            // A handle of a file that waits long is not kept open.
            for file in files {
                if let Some(file) = plan.file_mut(file) {
                    file.handle = None;
                }
            }
        }
        self.session.change(|facts| facts.durable_bytes += bytes);
        Ok(())
    }
}

/// Hashes what stands in the staging folder and is not known, page by page, until `tell` says no.
fn hash(incoming: &Incoming, disk: &dyn Disk, tell: impl Fn(Page) -> bool) {
    let chunk_size = incoming.plan().chunk_size();
    let files = incoming.plan().len();
    let mut page = Page::new();
    let mut in_page = 0;
    let mut buffer = Vec::new();
    for file in (0..files).map(FileId) {
        let len = {
            let plan = incoming.plan();
            let entry = plan.entry(file).filter(|entry| entry.is_file());
            entry
                .filter(|_| !plan.is_done(file))
                .map_or(0, chunkstream_core::manifest::Entry::len)
        };
        if len == 0 {
            continue;
        }
        let path = incoming.path_of(file);
        let opened = match disk.open(&path) {
            Ok(opened) => opened,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => {
                tracing::debug!(path = %path.display(), %error, "not looked at");
                continue;
            }
        };
        let chunks = len.div_ceil(u64::from(chunk_size.bytes())) as u32;
        for index in 0..chunks {
            let size = incoming.plan().len_of(file, index);
            let offset = u64::from(index) * u64::from(chunk_size.bytes());
            let wanted = matches!(
                incoming.plan().place(file, index),
                super::plan::Place::Wanted { .. }
            );
            if !wanted || opened.is_hole(offset, size as u64) {
                continue;
            }
            buffer.resize(size, 0);
            if !matches!(opened.read_at(&mut buffer, offset), Ok(got) if got == size) {
                continue;
            }
            let Ok(value) = chunk_value(len, index, chunk_size, &buffer) else {
                continue;
            };
            match page.last_mut() {
                Some((last, first, values))
                    if *last == file && *first + values.len() as u32 == index =>
                {
                    values.push(value);
                }
                _ => page.push((file, index, vec![value])),
            }
            in_page += 1;
            if in_page >= IN_PAGE || page.len() >= MAX_FILES_IN_PAGE {
                in_page = 0;
                if !tell(std::mem::take(&mut page)) {
                    return;
                }
            }
        }
    }
    if !page.is_empty() {
        tell(page);
    }
}
