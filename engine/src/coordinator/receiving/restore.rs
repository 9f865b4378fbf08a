//! A transfer that came in before this process began: what the database has of it.

use std::{path::Path, sync::atomic::Ordering};

use chunkstream_core::{
    id::{FileId, TransferId},
    session::State,
};

use super::{Incoming, ReceivePlan, finish::staging_in, placing::Rules};
use crate::{
    api::{Code, Failure},
    store::Store,
};

/// Entries read at a time.
const AT_ONCE: u32 = 1024;

/// The plan of a session that the database has, and how many of its bytes are durable.
pub(crate) async fn restore(
    store: &Store,
    id: TransferId,
    mut plan: ReceivePlan,
) -> Result<(ReceivePlan, u64), Failure> {
    let damaged = |why: String| Failure::new(Code::Database, why);
    let mut durable = 0;
    loop {
        let page = store.entries(id, FileId(plan.len()), AT_ONCE).await?;
        if page.is_empty() {
            break;
        }
        for stored in page {
            if stored.withdrawn {
                plan.withdrawal(&[stored.file])
                    .map_err(|e| damaged(e.to_string()))?;
            }
            plan.announce(stored.file, vec![stored.entry])
                .map_err(|e| damaged(e.to_string()))?;
            plan.place_as(stored.file, stored.stored, stored.fate);
            if stored.done {
                durable += plan
                    .entry(stored.file)
                    .map_or(0, chunkstream_core::manifest::Entry::len);
                plan.restore_done(stored.file);
            }
        }
    }
    for (file, index, value) in store.chunks_of(id).await? {
        if !plan.is_done(file) && !plan.is_withdrawn(file) {
            plan.restore(file, index, value);
            durable += plan.len_of(file, index) as u64;
        }
    }
    for (file, index) in store.rebuilt_chunks(id).await? {
        plan.was_rebuilt(file, index);
    }
    Ok((plan, durable))
}

impl Incoming {
    /// The session was accepted into `folder` before this process began.
    pub(crate) fn take_up(&self, folder: &Path, clean: bool, rules: Rules) {
        self.set_rules(rules);
        if self.session.state() == State::Preparing {
            // Accepted, and nothing agreed yet: what was found in the folder may not have been compared.
            self.reused.store(true, Ordering::Relaxed);
        }
        if !clean {
            self.in_doubt();
        }
        self.set_staging(staging_in(folder, self.session.id));
        // What is left of withdrawn files may lie where their successors will.
        if self.plan().has_withdrawn() {
            self.littered.store(true, Ordering::Relaxed);
        }
        self.nothing_is_fresh();
    }

    /// Files that are not done may hold bytes that no row speaks of, others may have lost their times.
    pub(super) fn nothing_is_fresh(&self) {
        let files: Vec<FileId> = {
            let plan = self.plan();
            plan.entries()
                .filter(|(_, entry)| entry.is_file())
                .map(|(id, _)| id)
                .collect()
        };
        self.stale
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .extend(files);
    }
}
