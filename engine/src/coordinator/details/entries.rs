//! The files of a transfer, by pages.

use std::collections::HashMap;

use chunkstream_core::{
    id::FileId,
    manifest::{Entry, EntryKind},
    session::{Direction, State},
};

use super::maps::SLICE;

use crate::{
    api::{
        Code, EntriesPage, EntriesRequest, EntryDetail, EntryFilter, EntryStanding, EntryViewKind,
        Failure,
    },
    coordinator::{Engine, Shared, Transfer, sending::Outgoing},
    store::{Fate, StoredEntry},
};

/// The most entries of one page.
const MAX_PAGE: u32 = 1_000;
/// How many they are unless told otherwise.
const PAGE: u32 = 100;

impl Engine {
    /// A page of a transfer's entries, which reads these and no others.
    ///
    /// # Errors
    /// `Usage` for a page of no entries or too many.
    pub async fn entries(&self, request: EntriesRequest) -> Result<EntriesPage, Failure> {
        let limit = request.limit.unwrap_or(PAGE);
        if limit == 0 || limit > MAX_PAGE {
            let text = format!("a page has between 1 and {MAX_PAGE} entries");
            return Err(Failure::new(Code::Usage, text));
        }
        let shared = &self.shared;
        let transfer = shared.transfer(&request.id)?;
        let id = transfer.session().id;
        // One more, to know whether there are more.
        let mut entries = match (&transfer, request.only) {
            (Transfer::Out(outgoing), EntryFilter::Unfinished)
                if !transfer.session().state().is_final() =>
            {
                open_files(outgoing, request.from as usize, limit as usize + 1).await
            }
            _ => shared.recorded(&transfer, &request, limit + 1).await?,
        };
        let next = entries.get(limit as usize).map(|entry| entry.file_id);
        entries.truncate(limit as usize);
        Ok(EntriesPage {
            entries,
            count: shared.store.entry_count(id).await?,
            next,
        })
    }
}

/// The files of a transfer that goes out of which the receiver needs something: the plan knows, the database does not.
async fn open_files(outgoing: &Outgoing, from: usize, most: usize) -> Vec<EntryDetail> {
    let len = outgoing.plan().len();
    let mut open = Vec::new();
    for start in (from..len).step_by(SLICE) {
        {
            let plan = outgoing.plan();
            let found = plan.open_files(start..start + SLICE, most - open.len());
            open.extend(found.into_iter().map(|(id, entry)| {
                let standing = Standing {
                    durable: plan.durable_bytes_of(id),
                    changed: plan.is_changed(id),
                    ..Standing::default()
                };
                detail(id, &entry, &standing)
            }));
        }
        if open.len() >= most {
            break;
        }
        tokio::task::yield_now().await;
    }
    open
}

/// How one entry stands.
#[derive(Clone, Copy, Default)]
struct Standing {
    durable: u64,
    done: bool,
    changed: bool,
    withdrawn: bool,
    skipped: bool,
}

impl Shared {
    /// A page of what the database has.
    async fn recorded(
        &self,
        transfer: &Transfer,
        request: &EntriesRequest,
        limit: u32,
    ) -> Result<Vec<EntryDetail>, Failure> {
        let session = transfer.session();
        let (store, id, from) = (&self.store, session.id, FileId(request.from));
        let (state, sends) = (session.state(), session.direction == Direction::Sending);
        let page = match request.only {
            EntryFilter::All => store.entries(id, from, limit).await?,
            EntryFilter::LeftOut => store.left_out_entries(id, from, limit).await?,
            EntryFilter::Unfinished if state == State::Completed => Vec::new(),
            EntryFilter::Unfinished if sends => store.open_files(id, from, limit).await?,
            EntryFilter::Unfinished => store.unfinished_files(id, from, limit).await?,
        };
        let mut standings = self.standings(transfer, &page).await?;
        Ok(page
            .into_iter()
            .map(|entry| {
                let mut standing = standings.remove(&entry.file).unwrap_or_default();
                standing.done |= entry.done || state == State::Completed;
                standing.withdrawn = entry.withdrawn;
                standing.skipped = entry.fate == Fate::Unwanted;
                let stored = entry.stored.as_ref().map(|path| path.as_str().to_owned());
                EntryDetail {
                    stored_as: stored,
                    ..detail(entry.file, &entry.entry, &standing)
                }
            })
            .collect())
    }

    /// How far these files are: from the plan while the transfer is served, else from the database.
    async fn standings(
        &self,
        transfer: &Transfer,
        page: &[StoredEntry],
    ) -> Result<HashMap<FileId, Standing>, Failure> {
        let ids = page.iter().map(|entry| entry.file);
        let session = transfer.session();
        Ok(match transfer {
            Transfer::Out(outgoing) if !session.state().is_final() => {
                let plan = outgoing.plan();
                let standing = |id| Standing {
                    durable: plan.durable_bytes_of(id),
                    done: plan.is_durable(id),
                    changed: plan.is_changed(id),
                    ..Standing::default()
                };
                ids.map(|id| (id, standing(id))).collect()
            }
            Transfer::In(incoming) if !session.state().is_final() => {
                let plan = incoming.plan();
                let standing = |id| Standing {
                    durable: plan.durable_bytes_of(id),
                    ..Standing::default()
                };
                ids.map(|id| (id, standing(id))).collect()
            }
            _ => {
                let open = page.iter().filter(|entry| !entry.done);
                let open: Vec<FileId> = open.map(|entry| entry.file).collect();
                let (Some(first), Some(last)) = (open.first(), open.last()) else {
                    return Ok(HashMap::new());
                };
                let durable = self
                    .store
                    .durable_of_files(session.id, *first, *last)
                    .await?;
                let sends = session.direction == Direction::Sending;
                let standing = |entry: &StoredEntry| {
                    let durable = durable.get(&entry.file).copied().unwrap_or_default();
                    let whole = entry.entry.is_file() && durable >= entry.entry.len();
                    Standing {
                        durable,
                        done: sends && whole,
                        ..Standing::default()
                    }
                };
                let entries = page.iter();
                entries.map(|entry| (entry.file, standing(entry))).collect()
            }
        })
    }
}

fn detail(file: FileId, entry: &Entry, standing: &Standing) -> EntryDetail {
    let kind = match entry.kind {
        EntryKind::File { .. } => EntryViewKind::File,
        EntryKind::Folder => EntryViewKind::Folder,
        EntryKind::Symlink { .. } => EntryViewKind::Symlink,
    };
    let Standing {
        durable,
        done,
        changed,
        withdrawn,
        skipped,
    } = *standing;
    let word = match (withdrawn, skipped) {
        (true, _) => EntryStanding::Withdrawn,
        (_, true) => EntryStanding::Skipped,
        _ if done => EntryStanding::Done,
        _ if changed => EntryStanding::Changed,
        _ if durable > 0 => EntryStanding::Partial,
        _ => EntryStanding::Waiting,
    };
    EntryDetail {
        file_id: file.0,
        path: entry.path.as_str().to_owned(),
        kind,
        bytes: entry.len(),
        durable_bytes: match word {
            EntryStanding::Done => entry.len(),
            EntryStanding::Withdrawn | EntryStanding::Skipped => 0,
            _ => durable,
        },
        standing: word,
        stored_as: None,
    }
}
