//! The transfers that an engine knows, in the order in which they were made.
//!
//! Those that ended before this run may be many thousands and hardly ever change: they stand apart, so that who asks
//! for transfers that can move does not walk over the history. An id finds its transfer without a walk.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, MutexGuard, PoisonError},
};

use chunkstream_core::id::TransferId;

use super::{Shared, Transfer, session::Session};

/// When a transfer was made, and its id.
type Place = (u64, TransferId);

/// All transfers of one engine.
#[derive(Debug, Default)]
pub(super) struct Transfers {
    /// They have a task, or had one in this run.
    served: BTreeMap<Place, Transfer>,
    /// They ended before this run.
    past: BTreeMap<Place, Arc<Session>>,
    made: HashMap<TransferId, u64>,
}

impl Transfers {
    /// One that is there under the same id is replaced: a transfer of the history that is retried has a task again.
    fn insert(&mut self, transfer: Transfer) {
        let place = place(&transfer);
        self.remove(place.1);
        self.made.insert(place.1, place.0);
        match transfer {
            Transfer::Past(session) => {
                self.past.insert(place, session);
            }
            served => {
                self.served.insert(place, served);
            }
        }
    }

    fn remove(&mut self, id: TransferId) {
        if let Some(made) = self.made.remove(&id) {
            self.served.remove(&(made, id));
            self.past.remove(&(made, id));
        }
    }

    fn find(&self, id: TransferId) -> Option<Transfer> {
        let place = (*self.made.get(&id)?, id);
        let past = || self.past.get(&place).cloned().map(Transfer::Past);
        self.served.get(&place).cloned().or_else(past)
    }

    fn served(&self) -> Vec<Transfer> {
        self.served.values().cloned().collect()
    }

    fn all(&self) -> Vec<Transfer> {
        let past = self.past.values().cloned().map(Transfer::Past);
        let mut all: Vec<Transfer> = past.chain(self.served.values().cloned()).collect();
        // Two sorted runs: one pass.
        all.sort_by_key(place);
        all
    }
}

fn place(transfer: &Transfer) -> Place {
    let session = transfer.session();
    (session.created_ms, session.id)
}

impl Shared {
    fn known(&self) -> MutexGuard<'_, Transfers> {
        self.transfers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// All transfers, oldest first.
    pub(super) fn transfers(&self) -> Vec<Transfer> {
        self.known().all()
    }

    /// Whether there is one of which that is true.
    pub(super) fn is_any(&self, is_so: impl Fn(&Session) -> bool) -> bool {
        let known = self.known();
        let mut served = known.served.values();
        served.any(|transfer| is_so(transfer.session()))
            || known.past.values().any(|session| is_so(session))
    }

    /// Those that have a task, or had one in this run, oldest first: every transfer that has not ended is among them.
    pub(super) fn served(&self) -> Vec<Transfer> {
        self.known().served()
    }

    /// Those of which there may be something to tell: the ones with a task, and what has changed of the history.
    pub(super) fn restless(&self) -> Vec<Transfer> {
        let known = self.known();
        let mut restless = known.served();
        let changed = known.past.values().filter(|session| session.is_dirty());
        restless.extend(changed.cloned().map(Transfer::Past));
        restless
    }

    pub(super) fn insert(&self, transfer: Transfer) {
        self.known().insert(transfer);
        self.nearby.reconsider();
        self.updates.nudge();
    }

    /// Transfers that ended before this run. Nobody has asked for updates yet. One that is under way again already stays.
    pub(super) fn insert_history(&self, sessions: Vec<Session>) {
        let mut known = self.known();
        for session in sessions {
            if known.made.contains_key(&session.id) {
                continue;
            }
            known.insert(Transfer::Past(Arc::new(session)));
        }
    }

    /// A transfer is taken out of the history.
    pub(super) fn let_go(&self, id: TransferId) {
        self.known().remove(id);
        self.updates.removed(id.to_string());
    }

    pub(super) fn find(&self, id: TransferId) -> Option<Transfer> {
        self.known().find(id)
    }
}
