//! Where a plan comes from: the scan of the sources, or the database after a restart.

use std::{
    collections::HashSet,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError},
};

use chunkstream_core::{
    id::{FileId, TransferId},
    manifest::{Entry, EntryKind},
    wire::Offer,
};
use tokio::sync::mpsc;

use super::{Outgoing, SendPlan, changed::is_away};
use crate::{
    api::{ChangedChoice, Code, Failure},
    coordinator::Shared,
    disk::scan::{Scan, ScanItem, Scanned, SkipReason, Skipped},
    store::{Fate, NewEntry, NewRoot, SessionTotals, Source, Store, StoredEntry},
};

/// Entries that the scan may be ahead of the database.
const AHEAD: usize = 4096;
/// Entries recorded in one transaction.
const AT_ONCE: usize = 1024;
/// Entries of one transfer.
const MAX_ENTRIES: usize = crate::coordinator::MAX_ENTRIES;

/// Entries that were recorded before, by hashes of their paths: a million entries cost 48 MB.
#[derive(Default)]
struct Known {
    sources: HashSet<[u8; 16]>,
    paths: HashSet<[u8; 16]>,
    folders: HashSet<[u8; 16]>,
}

impl Known {
    fn of(plan: &SendPlan) -> Self {
        let mut known = Self::default();
        for (entry, source) in plan.ever_announced() {
            known.add(entry, source);
        }
        known
    }

    fn add(&mut self, entry: &Entry, source: &Path) {
        let path = key(entry.path.as_str().as_bytes());
        self.sources
            .insert(key(source.as_os_str().as_encoded_bytes()));
        self.paths.insert(path);
        if entry.kind == EntryKind::Folder {
            self.folders.insert(path);
        }
    }

    fn has_source(&self, source: &Path) -> bool {
        self.sources
            .contains(&key(source.as_os_str().as_encoded_bytes()))
    }

    /// Whether an entry that a scan has found is new. What is recorded stays what it is, and nothing is put
    /// below what was a file: that it became a folder is noticed when it is read.
    fn is_new(&self, item: &ScanItem) -> bool {
        let parent = item.entry.path.parent();
        let has_folder =
            parent.is_none_or(|parent| self.folders.contains(&key(parent.as_str().as_bytes())));
        let path = key(item.entry.path.as_str().as_bytes());
        has_folder && !self.has_source(&item.source) && !self.paths.contains(&path)
    }
}

/// 128 bits of a hash stand for a path.
fn key(path: &[u8]) -> [u8; 16] {
    let mut key = [0; 16];
    key.copy_from_slice(&blake3::hash(path).as_bytes()[..16]);
    key
}

/// Scans the sources in the background; entries go to the database, then to the plan.
///
/// Entries that the plan has already (a scan that a restart interrupted) stay what they are; what is new is
/// appended. Something that cannot be read now holds the transfer, and the scan runs again when that is mended.
pub(crate) fn begin_scan(shared: &Arc<Shared>, flow: &Arc<Outgoing>, sources: Vec<PathBuf>) {
    let (shared, flow) = (shared.clone(), flow.clone());
    let engine = shared.clone();
    engine.spawn(async move {
        loop {
            match scan(&shared, &flow, &sources).await {
                Ok(true) => break,
                Ok(false) => return,
                Err(Trouble::Fatal(failure)) => return flow.fault(failure),
                Err(Trouble::Mendable(failure)) => {
                    flow.chunk_failed(failure);
                    tokio::select! {
                        () = flow.scan_again.notified() => {}
                        () = shared.stop.cancelled() => return,
                    }
                    if flow.session.state().is_final() {
                        return;
                    }
                }
            }
        }
        // Recorded before it is announced: after a crash the receiver must not know more than we do.
        flow.session.change(|facts| facts.scan_complete = true);
        let recorded = shared
            .insist(|| shared.store.set_totals(flow.session.id, totals(&flow)))
            .await;
        if let Err(error) = recorded {
            flow.fault(error.into());
        }
        flow.plan().scan_is_complete();
        // By its size another's turn may have come.
        shared.turns.notify_waiters();
        flow.more.notify_one();
        flow.signal();
    });
}

/// Why a scan broke off.
enum Trouble {
    /// No mending helps.
    Fatal(Failure),
    /// It may be read another time.
    Mendable(Failure),
}

impl<E: Into<Failure>> From<E> for Trouble {
    fn from(failure: E) -> Self {
        Self::Fatal(failure.into())
    }
}

/// One walk over the sources; false if the engine stops.
async fn scan(
    shared: &Arc<Shared>,
    flow: &Arc<Outgoing>,
    sources: &[PathBuf],
) -> Result<bool, Trouble> {
    let (found, mut items) = mpsc::channel::<Scanned>(AHEAD);
    let (disk, given) = (shared.disk.clone(), sources.to_vec());
    tokio::task::spawn_blocking(move || {
        for item in Scan::new(&*disk, given) {
            if found.blocking_send(item).is_err() {
                return;
            }
        }
    });
    // None while everything is new.
    let mut known = {
        let plan = flow.plan();
        (plan.len() > 0).then(|| Known::of(&plan))
    };
    let mut batch = Vec::with_capacity(AT_ONCE);
    loop {
        let count = tokio::select! {
            count = items.recv_many(&mut batch, AT_ONCE) => count,
            () = shared.stop.cancelled() => return Ok(false),
        };
        if count == 0 {
            break;
        }
        take(shared, flow, sources, known.as_mut(), batch.drain(..)).await?;
    }
    if flow.plan().len() == 0 {
        return Err(Trouble::Fatal(Failure::new(
            Code::SourceUnreadable,
            "there is nothing to send",
        )));
    }
    Ok(true)
}

/// What something that cannot be sent means: None if it is left out.
async fn unsendable(
    shared: &Shared,
    flow: &Outgoing,
    sources: &[PathBuf],
    known: Option<&Known>,
    skipped: Skipped,
) -> Result<(), Trouble> {
    let Skipped { path, why } = skipped;
    let shown = path.display().to_string();
    let is_given = sources.contains(&path);
    let failure = Failure::new(Code::SourceUnreadable, format!("{shown}: {why}")).about(shown);
    let SkipReason::Unreadable(error) = why else {
        // Sockets, pipes and devices inside a folder have no content that could be sent.
        if matches!(why, SkipReason::Special) && !is_given {
            tracing::info!(transfer = %flow.session.id.short(), path = %path.display(), "not sent: no file, folder or link");
            return Ok(());
        }
        // What was meant to go and cannot must not be left out silently.
        return Err(Trouble::Fatal(failure));
    };
    let gone = error.kind() == ErrorKind::NotFound;
    let decided = *flow
        .leave_out
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    match decided {
        Some(ChangedChoice::Skip) => return Ok(()),
        Some(ChangedChoice::NewVersion) if gone => return Ok(()),
        _ => {}
    }
    // Of what is gone, the files that were announced are asked about when they are read.
    if gone && known.is_some_and(|known| known.has_source(&path)) {
        let (disk, given) = (shared.disk.clone(), path);
        let away = tokio::task::spawn_blocking(move || is_away(&*disk, &given)).await;
        if !away.unwrap_or(true) {
            return Ok(());
        }
    }
    if known.is_none() && error.kind() == ErrorKind::PermissionDenied {
        // Never begun, and not to be had: whoever sends it hears that at once.
        return Err(Trouble::Fatal(failure));
    }
    Err(Trouble::Mendable(failure))
}

async fn take(
    shared: &Shared,
    flow: &Outgoing,
    sources: &[PathBuf],
    mut known: Option<&mut Known>,
    batch: impl Iterator<Item = Scanned>,
) -> Result<(), Trouble> {
    let id = flow.session.id;
    let mut news = Vec::new();
    let mut trouble = None;
    for scanned in batch {
        match scanned {
            Scanned::Found(item) => {
                if let Some(known) = &mut known {
                    if !known.is_new(&item) {
                        continue;
                    }
                    known.add(&item.entry, &item.source);
                }
                news.push(item);
            }
            Scanned::Skipped(skipped) => {
                let left_out = unsendable(shared, flow, sources, known.as_deref(), skipped).await;
                if let Err(why) = left_out {
                    trouble = Some(why);
                    break;
                }
            }
        }
    }
    // What was found before the trouble need not be found again.
    append(shared, flow, id, news).await?;
    trouble.map_or(Ok(()), Err)
}

async fn append(
    shared: &Shared,
    flow: &Outgoing,
    id: TransferId,
    news: Vec<ScanItem>,
) -> Result<(), Failure> {
    // A decision about changed sources appends entries as well.
    let _one_at_a_time = flow.appending.lock().await;
    let first = flow.plan().len();
    if first + news.len() > MAX_ENTRIES {
        return Err(Failure::new(
            Code::Usage,
            "a transfer has at most a million entries; send the folders one by one",
        ));
    }
    if news.is_empty() {
        return Ok(());
    }
    let roots: Vec<NewRoot> = news
        .iter()
        .filter(|item| item.entry.path.parent().is_none())
        .map(|item| NewRoot {
            name: item.entry.path.as_str().to_owned(),
            kind: kind(&item.entry),
            source_path: Some(item.source.display().to_string()),
        })
        .collect();
    let rows: Vec<NewEntry> = news
        .iter()
        .map(|item| NewEntry {
            entry: item.entry.clone(),
            source: Some(Source {
                path: item.source.display().to_string(),
                fingerprint: Some(item.fingerprint),
            }),
            withdrawn: false,
        })
        .collect();
    shared
        .insist(|| {
            shared
                .store
                .append_manifest(id, FileId(first as u32), &rows, &roots)
        })
        .await?;
    for ScanItem {
        entry,
        source,
        fingerprint,
    } in news
    {
        let path = source.display().to_string();
        let chunks = flow
            .plan()
            .push(entry.clone(), source, fingerprint)
            .map_err(|e| Failure::new(Code::Usage, e.to_string()))?;
        flow.session.change(|facts| {
            facts.chunks += u64::from(chunks);
            facts.announce(&entry, Some(path));
        });
    }
    shared.store.set_totals(id, totals(flow)).await?;
    flow.more.notify_one();
    Ok(())
}

pub(crate) fn kind(entry: &Entry) -> crate::api::EntryViewKind {
    use crate::api::EntryViewKind;
    use chunkstream_core::manifest::EntryKind;
    match entry.kind {
        EntryKind::File { .. } => EntryViewKind::File,
        EntryKind::Folder => EntryViewKind::Folder,
        EntryKind::Symlink { .. } => EntryViewKind::Symlink,
    }
}

pub(super) fn totals(flow: &Outgoing) -> SessionTotals {
    let facts = flow.session.facts();
    SessionTotals {
        files: facts.files,
        bytes: facts.bytes,
        chunks: facts.chunks,
        scan_complete: facts.scan_complete,
    }
}

/// The plan of a session that the database has, and what is durable of it.
pub(crate) async fn restore(
    store: &Store,
    id: TransferId,
    mut plan: SendPlan,
    mut each: impl FnMut(&StoredEntry, u32),
) -> Result<SendPlan, Failure> {
    let mut next = 0;
    loop {
        let page = store.entries(id, FileId(next), AT_ONCE as u32).await?;
        let Some(last) = page.last() else { break };
        next = last.file.0 + 1;
        for stored in page {
            let source = stored.source.clone().unwrap_or(Source {
                path: String::new(),
                fingerprint: None,
            });
            let fingerprint = source.fingerprint.unwrap_or(crate::disk::Fingerprint {
                len: 0,
                modified_ns: 0,
                file_id: 0,
            });
            let chunks = plan
                .push(
                    stored.entry.clone(),
                    PathBuf::from(source.path),
                    fingerprint,
                )
                .map_err(|e| Failure::new(Code::Database, e.to_string()))?;
            if stored.fate == Fate::Unwanted {
                plan.unwanted(&[(stored.file, FileId(stored.file.0 + 1))], false);
            }
            if stored.withdrawn {
                plan.withdraw(stored.file);
            } else {
                each(&stored, chunks);
            }
        }
    }
    for (file, sequence, checksum) in store.chunks_of(id).await? {
        plan.restore(file, sequence, checksum);
    }
    Ok(plan)
}

/// What the device is offered of a session that the database has.
pub(crate) fn offer_of(row: &crate::store::Session) -> Offer {
    let plan = SendPlan::new(row.chunk_size, row.parity);
    Offer {
        transfer: row.id,
        priority: row.priority,
        chunk_size: row.chunk_size,
        geometry: plan.geometry(),
        title: row.title.clone(),
        note: String::new(),
        paused: None,
        created_ms: row.created_ms,
        attempt: row.attempt,
        over: false,
    }
}
