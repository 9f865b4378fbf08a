//! Where a plan comes from: the scan of the sources, or the database after a restart.

use std::{path::PathBuf, sync::Arc};

use chunkstream_core::{
    id::{FileId, TransferId},
    manifest::Entry,
    wire::Offer,
};
use tokio::sync::mpsc;

use super::{Outgoing, SendPlan};
use crate::{
    api::{Code, Failure},
    coordinator::Shared,
    disk::scan::{Scan, ScanItem, Scanned, SkipReason, Skipped},
    store::{NewEntry, NewRoot, SessionTotals, Source, Store, StoredEntry},
};

/// Entries that the scan may be ahead of the database.
const AHEAD: usize = 4096;
/// Entries recorded in one transaction.
const AT_ONCE: usize = 1024;
/// Entries of one transfer.
const MAX_ENTRIES: usize = crate::coordinator::MAX_ENTRIES;

/// Scans the sources in the background; entries go to the database, then to the plan.
///
/// Entries that the plan has already (a scan that a restart interrupted) must be found the same again.
pub(crate) fn begin_scan(shared: &Arc<Shared>, flow: &Arc<Outgoing>, sources: Vec<PathBuf>) {
    let (found, mut items) = mpsc::channel::<Scanned>(AHEAD);
    let disk = shared.disk.clone();
    let given = sources.clone();
    tokio::task::spawn_blocking(move || {
        for item in Scan::new(&*disk, sources) {
            if found.blocking_send(item).is_err() {
                return;
            }
        }
    });
    let (shared, flow) = (shared.clone(), flow.clone());
    let engine = shared.clone();
    engine.spawn(async move {
        let mut position = 0;
        let mut batch = Vec::with_capacity(AT_ONCE);
        loop {
            let count = tokio::select! {
                count = items.recv_many(&mut batch, AT_ONCE) => count,
                () = shared.stop.cancelled() => return,
            };
            if count == 0 {
                break;
            }
            if let Err(failure) = take(&shared, &flow, &given, &mut position, batch.drain(..)).await
            {
                flow.fault(failure);
                return;
            }
        }
        if position == 0 {
            flow.fault(Failure::new(
                Code::SourceUnreadable,
                "there is nothing to send",
            ));
            return;
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

async fn take(
    shared: &Shared,
    flow: &Outgoing,
    sources: &[PathBuf],
    position: &mut usize,
    batch: impl Iterator<Item = Scanned>,
) -> Result<(), Failure> {
    let id = flow.session.id;
    let mut news = Vec::new();
    let first = flow.plan().len();
    for scanned in batch {
        let item = match scanned {
            Scanned::Found(item) => item,
            // Sockets, pipes and devices inside a folder have no content that could be sent.
            Scanned::Skipped(Skipped {
                path,
                why: SkipReason::Special,
            }) if !sources.contains(&path) => {
                tracing::info!(transfer = %id.short(), path = %path.display(), "not sent: no file, folder or link");
                continue;
            }
            // What was meant to go and cannot must not be left out silently.
            Scanned::Skipped(Skipped { path, why }) => {
                let shown = path.display().to_string();
                return Err(
                    Failure::new(Code::SourceUnreadable, format!("{shown}: {why}")).about(shown),
                );
            }
        };
        let known = *position;
        *position += 1;
        if *position > MAX_ENTRIES {
            return Err(Failure::new(
                Code::Usage,
                "a transfer has at most a million entries; send the folders one by one",
            ));
        }
        if known < first {
            if !flow.plan().is_entry(known, &item.entry) {
                return Err(Failure::new(
                    Code::SourceChanged,
                    "the folder changed while the transfer was away",
                )
                .about(item.source.display().to_string()));
            }
            continue;
        }
        news.push(item);
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

fn totals(flow: &Outgoing) -> SessionTotals {
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
            each(&stored, chunks);
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
        paused: false,
        created_ms: row.created_ms,
        attempt: row.attempt,
        over: false,
    }
}
