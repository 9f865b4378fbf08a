//! One transfer's row in the engine: its state and what both windows and the database show of it.
//!
//! A session's state is written by its own task only (see `outgoing` and `incoming`); everybody else sends
//! that task an [`Order`] or reads [`Session::view`].

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};
use std::{path::PathBuf, time::Duration};

use chunkstream_core::{
    access::AcceptRule,
    device::DeviceId,
    id::TransferId,
    integrity::Checksum,
    limited::LimitedBy,
    manifest::{Entry, EntryKind},
    priority::Priority,
    session::{Direction, Reason, State},
};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::{Shared, rate::RateMeter};
use crate::{
    api::{
        ChangedChoice, ChangedSources, Code, Conflict, EntryView, EntryViewKind, Failure, PeerView,
        Preflight, RootView, Stats, TransferView, Verification,
    },
    store,
};

/// Entries in a view's preview.
pub(super) const PREVIEW: usize = 200;
/// Roots in a view.
pub(super) const ROOTS: usize = 50;

/// What a person or a rule wants of a transfer.
#[derive(Debug)]
pub(crate) enum Order {
    /// Take the offer.
    Accept(Box<Acceptance>),
    /// Refuse the offer.
    Decline,
    /// Hold.
    Pause,
    /// Hold no longer.
    Resume,
    /// End unfinished.
    Cancel,
    /// Another class.
    Priority(Priority),
    /// What becomes of sources that changed.
    Changed(ChangedChoice),
}

/// How an offer is taken.
#[derive(Clone, Default, Debug)]
pub(crate) struct Acceptance {
    /// Where it goes.
    pub(crate) folder: PathBuf,
    /// What is done with names that are taken; the setting if None.
    pub(crate) conflict: Option<Conflict>,
    /// The entries to take; all if None.
    pub(crate) only: Option<Vec<String>>,
    /// The rule that accepts it; None: a person does.
    pub(crate) by_rule: Option<AcceptRule>,
}

/// An order with the place for its answer.
pub(crate) type Asked = (Order, oneshot::Sender<Result<(), Failure>>);

/// What is shown of a transfer.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) title: String,
    pub(crate) state: State,
    pub(crate) reason: Option<Reason>,
    pub(crate) priority: Priority,
    /// Sending: bytes per second.
    pub(crate) limit: Option<u64>,
    pub(crate) limited_by: Option<LimitedBy>,
    pub(crate) files: u64,
    pub(crate) bytes: u64,
    pub(crate) chunks: u64,
    pub(crate) scan_complete: bool,
    pub(crate) durable_bytes: u64,
    pub(crate) files_done: u64,
    pub(crate) folder: Option<PathBuf>,
    pub(crate) roots: Vec<RootView>,
    pub(crate) root_count: u32,
    /// Gathered of an offer only: nobody chooses among the entries of anything else.
    pub(crate) preview: Option<Vec<EntryView>>,
    pub(crate) preflight: Option<Preflight>,
    pub(crate) changed: Option<ChangedSources>,
    pub(crate) kept_bytes: u64,
    pub(crate) deadline_ms: Option<u64>,
    pub(crate) verification: Option<Verification>,
    pub(crate) failure: Option<Failure>,
    /// Of the first entry, once it is known to be the same at both ends.
    pub(crate) root: Option<Checksum>,
    pub(crate) stats: Stats,
    pub(crate) finished_ms: Option<u64>,
    pub(crate) rate: RateMeter,
}

impl Facts {
    pub(crate) fn new(title: String, priority: Priority) -> Self {
        Self {
            title,
            state: State::Created,
            reason: None,
            priority,
            limit: None,
            limited_by: None,
            files: 0,
            bytes: 0,
            chunks: 0,
            scan_complete: false,
            durable_bytes: 0,
            files_done: 0,
            folder: None,
            roots: Vec::new(),
            root_count: 0,
            preview: None,
            preflight: None,
            changed: None,
            kept_bytes: 0,
            deadline_ms: None,
            verification: None,
            failure: None,
            root: None,
            stats: Stats::default(),
            finished_ms: None,
            rate: RateMeter::default(),
        }
    }

    /// What the row of a transfer says of it; its roots and entries are not in there.
    pub(super) fn of_row(row: &store::Session) -> Self {
        Self {
            limit: row.limit_bps,
            state: row.state,
            reason: row.reason,
            files: row.files,
            bytes: row.bytes,
            chunks: row.total_chunks,
            scan_complete: row.scan_complete,
            durable_bytes: row.durable_bytes,
            files_done: row.files_done,
            folder: row.folder.clone().map(PathBuf::from),
            failure: row.failure.clone(),
            deadline_ms: row.deadline_ms,
            finished_ms: row.finished_ms,
            ..Self::new(row.title.clone(), row.priority)
        }
    }

    /// The root of a transfer that is one file and completed.
    fn single_root(&self) -> Option<String> {
        let file = self.roots.first()?.kind == EntryViewKind::File;
        let single = file && self.root_count == 1 && self.state == State::Completed;
        self.root.filter(|_| single).map(|root| root.to_string())
    }

    /// Shows an entry no longer that has been withdrawn. What is counted is the caller's to say.
    pub(crate) fn retract(&mut self, entry: &Entry) {
        let path = entry.path.as_str();
        if let Some(preview) = &mut self.preview
            && let Some(at) = preview.iter().position(|shown| shown.path == path)
        {
            preview.remove(at);
        }
        if entry.path.parent().is_none() {
            self.root_count = self.root_count.saturating_sub(1);
            if let Some(at) = self.roots.iter().position(|root| root.name == path) {
                self.roots.remove(at);
            }
        }
    }

    /// Shows where a root stands.
    pub(crate) fn placed(&mut self, root: &Entry, path: String) {
        let name = root.path.as_str();
        if let Some(view) = self.roots.iter_mut().find(|view| view.name == name) {
            view.path = Some(path);
        }
    }

    /// Counts an entry that has been announced.
    pub(crate) fn announce(&mut self, entry: &Entry, source: Option<String>) {
        let shown = shown_entry(entry);
        let kind = shown.kind;
        if entry.is_file() {
            self.files += 1;
        }
        self.bytes = self.bytes.saturating_add(entry.len());
        if let Some(preview) = &mut self.preview
            && preview.len() < PREVIEW
        {
            preview.push(shown);
        }
        if entry.path.parent().is_none() {
            self.root_count += 1;
            if self.roots.len() < ROOTS {
                self.roots.push(RootView {
                    name: entry.path.as_str().to_owned(),
                    path: source,
                    kind,
                });
            }
        }
    }
}

/// An entry as a preview shows it.
pub(super) fn shown_entry(entry: &Entry) -> EntryView {
    let kind = match entry.kind {
        EntryKind::File { .. } => EntryViewKind::File,
        EntryKind::Folder => EntryViewKind::Folder,
        EntryKind::Symlink { .. } => EntryViewKind::Symlink,
    };
    EntryView {
        path: entry.path.as_str().to_owned(),
        kind,
        bytes: entry.len(),
    }
}

/// Whether a person is asked about it: a receiving transfer without an answer.
pub(super) fn is_offer(direction: Direction, state: State) -> bool {
    direction == Direction::Receiving && state == State::Created
}

/// One transfer.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) id: TransferId,
    pub(crate) direction: Direction,
    /// Which device it is with: another id once that has another key.
    peer: Mutex<DeviceId>,
    pub(crate) created_ms: u64,
    /// How often it was retried after an end.
    pub(crate) attempt: u32,
    facts: Mutex<Facts>,
    dirty: AtomicBool,
    /// None: it ended before this run, and has no task.
    orders: Option<mpsc::Sender<Asked>>,
    /// Cancelled when the session has no task any more.
    gone: CancellationToken,
}

impl Session {
    pub(crate) fn new(
        id: TransferId,
        direction: Direction,
        peer: DeviceId,
        created_ms: u64,
        attempt: u32,
        facts: Facts,
    ) -> (Self, mpsc::Receiver<Asked>) {
        let (orders, received) = mpsc::channel(16);
        let session = Self {
            id,
            direction,
            peer: Mutex::new(peer),
            created_ms,
            attempt,
            facts: Mutex::new(facts),
            dirty: AtomicBool::new(true),
            orders: Some(orders),
            gone: CancellationToken::new(),
        };
        (session, received)
    }

    /// One that ended before this run; `gone` is cancelled. There is nothing new to tell of it.
    pub(super) fn past(row: &store::Session, facts: Facts, gone: CancellationToken) -> Self {
        Self {
            id: row.id,
            direction: row.direction,
            peer: Mutex::new(row.peer),
            created_ms: row.created_ms,
            attempt: row.attempt,
            facts: Mutex::new(facts),
            dirty: AtomicBool::new(false),
            orders: None,
            gone,
        }
    }

    /// The other device.
    pub(crate) fn peer(&self) -> DeviceId {
        *self.peer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The other device has another key.
    pub(crate) fn has_other_peer(&self, peer: DeviceId) {
        *self.peer.lock().unwrap_or_else(PoisonError::into_inner) = peer;
        self.change(|_| {});
    }

    /// Gives the session's task an order and waits for what it says.
    pub(crate) async fn order(&self, order: Order) -> Result<(), Failure> {
        let (answer, answered) = oneshot::channel();
        let ended = || {
            Failure::new(
                Code::IllegalState,
                format!("the transfer is {}", self.state()),
            )
            .about(self.id.to_string())
        };
        let orders = self.orders.as_ref().ok_or_else(ended)?;
        orders.send((order, answer)).await.map_err(|_| ended())?;
        answered.await.map_err(|_| ended())?
    }

    /// The session's task has ended.
    pub(crate) fn leave(&self) {
        self.gone.cancel();
    }

    /// Returns when nobody works on the session any more.
    pub(crate) async fn gone(&self) {
        self.gone.cancelled().await;
    }

    pub(crate) fn state(&self) -> State {
        self.facts().state
    }

    pub(crate) fn priority(&self) -> Priority {
        self.facts().priority
    }

    /// What is shown, for reading; [`Session::change`] is for writing.
    pub(crate) fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is shown.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Facts) -> T) -> T {
        let result = change(&mut self.facts());
        self.dirty.store(true, Ordering::Release);
        result
    }

    /// Whether anything changed since the last call.
    pub(crate) fn take_dirty(&self) -> bool {
        self.dirty.swap(false, Ordering::AcqRel)
    }

    pub(crate) fn is_dirty(&self) -> bool {
        self.dirty.load(Ordering::Acquire)
    }

    /// Moves to `state`, in the database first. The same state with another reason is not a move.
    pub(crate) async fn go(
        &self,
        shared: &Shared,
        state: State,
        reason: Option<Reason>,
        failure: Option<Failure>,
    ) -> Result<(), Failure> {
        let now = shared.clock.unix_ms();
        if self.state() == state {
            if self.facts().reason != reason {
                shared
                    .store
                    .set_reason(self.id, reason, failure.as_ref(), now)
                    .await?;
            }
        } else {
            shared
                .store
                .transition(self.id, state, reason, failure.as_ref(), now)
                .await?;
            tracing::info!(transfer = %self.id.short(), %state, ?reason, "state");
        }
        self.change(|facts| {
            facts.state = state;
            facts.reason = reason;
            if failure.is_some() || state.is_final() || state == State::Active {
                facts.failure = failure;
            }
            if state != State::Active && state != State::Completing {
                facts.rate.reset();
                facts.limited_by = None;
            }
            if state.is_final() {
                facts.finished_ms = Some(now);
            }
            if !is_offer(self.direction, state) {
                facts.preview = None;
            }
        });
        shared.updates.nudge();
        if state.is_final() {
            shared.updates.ended();
        }
        shared.turns.notify_waiters();
        Ok(())
    }

    /// The view for windows and scripts; `now` is the sampler's monotonic time.
    pub(crate) fn view(&self, peer: PeerView, now: Duration) -> TransferView {
        let mut facts = self.facts();
        let moving = matches!(facts.state, State::Active | State::Completing);
        let durable = facts.durable_bytes;
        let rate = if moving {
            facts.rate.sample(now, durable)
        } else {
            0
        };
        let left = facts.bytes.saturating_sub(durable);
        let seconds_left =
            (facts.scan_complete && rate > 0 && moving).then(|| left.div_ceil(rate.max(1)));
        TransferView {
            id: self.id.to_string(),
            direction: self.direction,
            peer,
            title: facts.title.clone(),
            state: facts.state,
            reason: facts.reason,
            priority: facts.priority,
            limit: facts.limit,
            limited_by: facts.limited_by,
            files: facts.files,
            bytes: facts.bytes,
            scan_complete: facts.scan_complete,
            durable_bytes: durable,
            files_done: facts.files_done,
            rate,
            seconds_left,
            folder: facts
                .folder
                .as_ref()
                .map(|folder| folder.display().to_string()),
            roots: facts.roots.clone(),
            root_count: facts.root_count,
            preview: facts.preview.clone().unwrap_or_default(),
            preflight: facts.preflight.clone(),
            changed: facts.changed.clone(),
            kept_bytes: facts.kept_bytes,
            deadline_ms: facts.deadline_ms,
            verification: facts.verification.clone(),
            failure: facts.failure.clone(),
            root: facts.single_root(),
            stats: facts.stats,
            created_ms: self.created_ms,
            finished_ms: facts.finished_ms,
        }
    }

    /// Whether the rate is still falling, so that the view must be made again though nothing else changed.
    pub(crate) fn moves(&self) -> bool {
        matches!(self.state(), State::Active | State::Completing)
    }
}
