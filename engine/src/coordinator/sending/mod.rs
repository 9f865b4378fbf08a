//! A transfer that goes out: one task per session, from the scan to the receipt.
//!
//! The task is the only one that changes the session's state. It reaches the device, offers, and serves the
//! connection until the receipt comes, the connection is lost (then it reaches the device again) or
//! somebody ends it. Chunks are the pump's (see `pump`); what is still to be sent is the plan's (`plan`).

mod changed;
mod compare;
mod connection;
mod early;
mod outbox;
mod plan;
mod probes;
mod pump;
mod scan;
mod stream;
mod tail;
mod watch;

pub(crate) use early::EarlyBytes;
use outbox::Turn;
pub(crate) use plan::SendPlan;
#[cfg(feature = "fuzzing")]
pub(crate) use plan::fuzz_plan;
pub(crate) use pump::Pump;
pub(crate) use scan::{begin_scan, kind, offer_of, restore};
pub(crate) use tail::Tails;
pub(crate) use watch::SourceWatch;

use std::{
    net::SocketAddr,
    ops::Range,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
    },
    time::Duration,
};

use chunkstream_core::{
    id::FileId,
    priority::{Backoff, TokenBucket},
    session::{Direction, Reason, State},
    wire::{Offer, PauseCause},
};
use tokio::sync::{Notify, mpsc};

use super::{
    Shared, holds,
    last_word::{self, Word},
    peer::Link,
    session::{Asked, Order, Session},
    trouble,
    waits::Waits,
};
use crate::{
    api::{ChangedChoice, Code, Failure, Stats},
    network::{NetworkError, address::canonical, close},
};

/// A transfer that goes out.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) session: Session,
    plan: Mutex<SendPlan>,
    limit: Mutex<TokenBucket>,
    addresses: Mutex<Vec<SocketAddr>>,
    pub(crate) counters: Counters,
    pub(crate) waits: Waits,
    /// Something for the task: roots to tell, a fault, the end of the scan.
    signal: Notify,
    /// Entries to announce.
    more: Notify,
    fault: Mutex<Option<Fault>>,
    /// Whether this side holds the transfer because a source could not be read.
    unreadable: AtomicBool,
    /// Whether this side holds it until somebody decides about changed sources.
    source_changed: AtomicBool,
    /// How often new versions of changed sources are still taken without asking.
    unasked: AtomicU8,
    /// Entries are appended by one at a time: the scan, or a decision.
    appending: tokio::sync::Mutex<()>,
    /// A scan that could not read something is to try again, without it if something was decided.
    scan_again: Notify,
    leave_out: Mutex<Option<ChangedChoice>>,
    paused_here: AtomicBool,
    /// Why the peer holds it, if it does.
    held_by_peer: Mutex<Option<Reason>>,
    /// Whether this transfer has ever been connected to its device.
    reached: AtomicBool,
    /// Whether the device knows of the transfer and has not heard of its end.
    owes_end: AtomicBool,
    sources: Vec<PathBuf>,
    /// Whether no other transfer to the device goes first any more.
    has_turn: AtomicBool,
}

/// What sending cost.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) chunks_sent: AtomicU64,
    pub(crate) chunks_resent: AtomicU64,
    pub(crate) parity_bytes: AtomicU64,
    pub(crate) parity_datagrams: AtomicU64,
    pub(crate) streams_cancelled: AtomicU64,
}

impl Counters {
    /// Adds the parity of a stream's tail, and whether the receiver then stopped the stream.
    fn count_tail(&self, (bytes, datagrams): (u64, u64), stopped: bool) {
        self.parity_bytes.fetch_add(bytes, Ordering::Relaxed);
        self.parity_datagrams
            .fetch_add(datagrams, Ordering::Relaxed);
        let cancelled = u64::from(stopped && datagrams > 0);
        self.streams_cancelled
            .fetch_add(cancelled, Ordering::Relaxed);
    }

    /// Into what is shown.
    pub(crate) fn show(&self, stats: &mut Stats) {
        stats.chunks_sent = self.chunks_sent.load(Ordering::Relaxed);
        stats.chunks_resent = self.chunks_resent.load(Ordering::Relaxed);
        stats.parity_bytes = self.parity_bytes.load(Ordering::Relaxed);
        stats.parity_datagrams = self.parity_datagrams.load(Ordering::Relaxed);
        stats.streams_cancelled = self.streams_cancelled.load(Ordering::Relaxed);
    }
}

/// What went wrong in another task.
#[derive(Debug)]
enum Fault {
    /// No mending helps.
    Fatal(Failure),
    /// A person may mend it: the transfer waits.
    Unreadable(Failure),
}

/// How a phase of the task ended.
enum Next {
    /// Reach the device (again).
    Reconnect,
    /// The session is over.
    Over,
}

impl Outgoing {
    pub(crate) fn new(
        session: Session,
        plan: SendPlan,
        limit: TokenBucket,
        addresses: Vec<SocketAddr>,
        sources: Vec<PathBuf>,
        owes_end: bool,
    ) -> Arc<Self> {
        let paused = session.state() == State::Paused;
        let reason = session.facts().reason;
        let held_by_peer =
            reason.filter(|reason| paused && reason.waits_for_peer(Direction::Sending));
        let source_changed = paused && reason == Some(Reason::SourceChanged);
        let unreadable = paused && reason == Some(Reason::SourceUnreadable);
        Arc::new(Self {
            session,
            plan: Mutex::new(plan),
            limit: Mutex::new(limit),
            addresses: Mutex::new(addresses),
            counters: Counters::default(),
            waits: Waits::new(),
            signal: Notify::new(),
            more: Notify::new(),
            fault: Mutex::default(),
            unreadable: AtomicBool::new(unreadable),
            source_changed: AtomicBool::new(source_changed),
            unasked: AtomicU8::new(0),
            appending: tokio::sync::Mutex::default(),
            scan_again: Notify::new(),
            leave_out: Mutex::default(),
            paused_here: AtomicBool::new(paused && held_by_peer.is_none() && !source_changed),
            held_by_peer: Mutex::new(held_by_peer),
            reached: AtomicBool::new(false),
            owes_end: AtomicBool::new(owes_end),
            sources,
            has_turn: AtomicBool::new(false),
        })
    }

    pub(crate) fn plan(&self) -> MutexGuard<'_, SendPlan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another limit, at once.
    pub(crate) fn set_limit(&self, now: Duration, rate: Option<u64>) {
        self.limit().set_rate(now, rate);
        self.session.change(|facts| facts.limit = rate);
    }

    pub(crate) fn limit(&self) -> MutexGuard<'_, TokenBucket> {
        self.limit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A failure that only the task can act on; the first one counts.
    pub(crate) fn fault(&self, failure: Failure) {
        self.note(Fault::Fatal(failure));
    }

    /// A failure of a chunk. A source that cannot be read may be again: a volume that was pulled, a folder
    /// that was locked.
    fn chunk_failed(&self, failure: Failure) {
        self.note(if failure.code == Code::SourceUnreadable {
            Fault::Unreadable(failure)
        } else {
            Fault::Fatal(failure)
        });
    }

    fn note(&self, fault: Fault) {
        self.fault
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(fault);
        self.signal();
    }

    fn take_fault(&self) -> Option<Fault> {
        self.fault
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// Wakes the task.
    pub(crate) fn signal(&self) {
        self.signal.notify_one();
    }

    /// Sends chunks once more, after a pause that doubles from 100 ms with each attempt; a chunk that has
    /// had its attempts ends the connection.
    pub(crate) async fn again(&self, link: &Link, chunks: Vec<(FileId, Range<u32>)>) {
        let attempt = {
            let plan = self.plan();
            let attempts = chunks
                .iter()
                .map(|(file, range)| plan.attempts(*file, range.start));
            attempts.max().unwrap_or(0)
        };
        let mut backoff = Backoff::new();
        let mut pause = backoff.next_delay(0.0);
        for _ in 1..attempt {
            pause = backoff.next_delay(0.0);
        }
        tokio::time::sleep(pause).await;
        if link.connection.close_reason().is_some() {
            // The next connection agrees anew on what is missing.
            return;
        }
        for (file, range) in chunks {
            let left = self.plan().again(file, range);
            if !left {
                link.connection
                    .close(close::PATH, b"a chunk did not arrive in three attempts");
                return;
            }
        }
        link.pump.ready(self.session.id);
    }

    fn is_paused(&self) -> bool {
        self.is_held_here() || self.held_by_peer().is_some()
    }

    fn is_held_here(&self) -> bool {
        self.held_here().is_some()
    }

    /// Why this side holds it, if it does.
    fn held_here(&self) -> Option<Reason> {
        if self.waits_for_decision() {
            Some(Reason::SourceChanged)
        } else if self.unreadable.load(Ordering::Relaxed) {
            Some(Reason::SourceUnreadable)
        } else if self.paused_here.load(Ordering::Relaxed) {
            Some(Reason::PausedHere)
        } else {
            None
        }
    }

    fn held_by_peer(&self) -> Option<Reason> {
        *self
            .held_by_peer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The peer holds it, or does no longer.
    fn peer_holds(&self, cause: Option<PauseCause>) {
        *self
            .held_by_peer
            .lock()
            .unwrap_or_else(PoisonError::into_inner) =
            cause.map(|cause| holds::heard(cause, Direction::Sending));
    }

    /// The session's task, from here to its final state (or to the end of the engine).
    pub(crate) async fn run(
        self: Arc<Self>,
        shared: Arc<Shared>,
        mut orders: mpsc::Receiver<Asked>,
    ) {
        let mut backoff = Backoff::new();
        if self.waits_for_decision() {
            // Nobody knows any more what was asked.
            self.survey(&shared, |_| true).await;
        }
        loop {
            if self.session.state().is_final() {
                break;
            }
            let result = tokio::select! {
                () = shared.stop.cancelled() => break,
                result = self.step(&shared, &mut orders, &mut backoff) => result,
            };
            match result {
                Ok(Next::Reconnect) => {}
                Ok(Next::Over) => break,
                // Nothing can be recorded, a failure neither: it waits, and goes on as it was.
                Err(failure) if trouble::is_trouble(&failure) => {
                    self.plan().set_open(false);
                    if !trouble::wait(&shared, &self.session, &mut orders, failure).await {
                        break;
                    }
                }
                Err(failure) => {
                    tracing::warn!(transfer = %self.session.id.short(), %failure, "failed");
                    if let Err(error) = self
                        .session
                        .go(&shared, State::Failed, None, Some(failure))
                        .await
                    {
                        tracing::error!(%error, "the failure could not be recorded");
                        break;
                    }
                }
            }
        }
        // A scan that waits has nothing to wait for any more.
        self.scan_again.notify_one();
        shared.tidy(&self.session).await;
        let (state, finished_ms, failure) = {
            let facts = self.session.facts();
            (facts.state, facts.finished_ms, facts.failure.clone())
        };
        if state.is_final() && self.owes_end.load(Ordering::Relaxed) {
            let addresses = self.addresses(&shared).await.unwrap_or_default();
            shared.owe(Word {
                transfer: self.session.id,
                peer: self.session.peer(),
                addresses,
                says: Some((self.offer(), last_word::cause(state, failure.as_ref()))),
                finished_ms: finished_ms.unwrap_or_else(|| shared.clock.unix_ms()),
            });
        }
        self.session.leave();
    }

    /// What was given to be sent.
    pub(crate) fn sources(&self) -> &[PathBuf] {
        &self.sources
    }

    /// What the device is offered.
    fn offer(&self) -> Offer {
        let plan = self.plan();
        let facts = self.session.facts();
        Offer {
            transfer: self.session.id,
            priority: facts.priority,
            chunk_size: plan.chunk_size(),
            geometry: plan.geometry(),
            title: facts.title.clone(),
            note: String::new(),
            paused: self.held_here().map(holds::said),
            created_ms: self.session.created_ms,
            attempt: self.session.attempt,
            over: false,
        }
    }

    /// The device learns of the transfer: from now on it is told how it ends.
    async fn owes_end(&self, shared: &Shared) -> Result<(), Failure> {
        if !self.owes_end.swap(true, Ordering::Relaxed) {
            shared.store.set_owes_end(self.session.id, true).await?;
        }
        Ok(())
    }

    /// The device knows how the transfer ended.
    async fn heard(&self, shared: &Shared) {
        self.owes_end.store(false, Ordering::Relaxed);
        shared.heard(self.session.id).await;
    }

    async fn step(
        self: &Arc<Self>,
        shared: &Arc<Shared>,
        orders: &mut mpsc::Receiver<Asked>,
        backoff: &mut Backoff,
    ) -> Result<Next, Failure> {
        let Some(link) = self.reach(shared, orders, backoff).await? else {
            return Ok(Next::Over);
        };
        self.reached.store(true, Ordering::Relaxed);
        self.learn(shared, &link).await;
        self.lift_deadline(shared).await?;
        match self.turn(shared, &link, orders).await? {
            Turn::Come => {}
            Turn::Lost => return Ok(Next::Reconnect),
            Turn::Over => return Ok(Next::Over),
        }
        shared.attach(&self.session, &link);
        self.owes_end(shared).await?;
        let next = connection::serve(self, shared, &link, orders).await;
        link.pump.leave(self.session.id);
        if link.is_refused() {
            return Err(Failure::new(
                Code::IdentityRefused,
                NetworkError::Refused.to_string(),
            ));
        }
        if let Ok(connection::End::Served) = &next {
            backoff.reset();
        }
        let next = next?;
        let unanswered = matches!(next, connection::End::Lost);
        match next {
            connection::End::Told | connection::End::Over => Ok(Next::Over),
            connection::End::Served | connection::End::Lost => {
                self.plan().set_open(false);
                if self.session.state() == State::Completing {
                    self.session
                        .go(shared, State::Active, Some(Reason::Reconnecting), None)
                        .await?;
                } else if self.session.state() != State::Paused {
                    let state = self.session.state();
                    self.session
                        .go(shared, state, Some(Reason::Reconnecting), None)
                        .await?;
                }
                if unanswered && self.rest(shared, orders, backoff).await? {
                    return Ok(Next::Over);
                }
                Ok(Next::Reconnect)
            }
        }
    }

    /// A connection to the device; None if the session ended while waiting for it.
    async fn reach(
        self: &Arc<Self>,
        shared: &Arc<Shared>,
        orders: &mut mpsc::Receiver<Asked>,
        backoff: &mut Backoff,
    ) -> Result<Option<Arc<Link>>, Failure> {
        loop {
            self.time_left(shared)?;
            let peer = shared.peers.get(self.session.peer());
            // Held here and never agreed: no reason to bother the device.
            let idle = self.is_held_here();
            if !idle {
                if self.session.state() == State::Created {
                    self.session
                        .go(
                            shared,
                            State::Preparing,
                            Some(Reason::WaitingForDevice),
                            None,
                        )
                        .await?;
                }
                let addresses = self.addresses(shared).await?;
                let attempt = tokio::select! {
                    result = peer.connect(shared, &addresses) => Some(result),
                    order = orders.recv() => {
                        if self.obey_alone(shared, order).await? { return Ok(None) }
                        None
                    }
                };
                match attempt {
                    None => continue,
                    Some(Ok(link)) => return Ok(Some(link)),
                    Some(Err(error)) => self.unreached(shared, &error).await?,
                }
            }
            if self.rest(shared, orders, backoff).await? {
                return Ok(None);
            }
        }
    }

    /// Waits before the next attempt: a while that grows, or until the device itself has connected, or
    /// until somebody gives an order. True if the session is over.
    async fn rest(
        &self,
        shared: &Shared,
        orders: &mut mpsc::Receiver<Asked>,
        backoff: &mut Backoff,
    ) -> Result<bool, Failure> {
        let idle = self.is_held_here();
        let mut pause = backoff.next_delay(Shared::jitter());
        if let Some(left) = self.time_left(shared)? {
            pause = pause.min(left);
        }
        let peer = shared.peers.get(self.session.peer());
        tokio::select! {
            () = tokio::time::sleep(pause), if !idle => {}
            // One that is there already has just failed us.
            () = peer.comes(), if !idle => {}
            order = orders.recv() => return self.obey_alone(shared, order).await,
            () = self.signal.notified() => match self.take_fault() {
                Some(Fault::Fatal(failure)) => return Err(failure),
                Some(Fault::Unreadable(failure)) => self.suffer(shared, failure).await?,
                None => {}
            },
        }
        Ok(false)
    }

    /// What a failed attempt to reach the device means.
    async fn unreached(&self, shared: &Shared, error: &NetworkError) -> Result<(), Failure> {
        tracing::debug!(transfer = %self.session.id.short(), %error, "not reached");
        let refused = Failure::new(Code::IdentityRefused, error.to_string());
        match error {
            NetworkError::Refused => return Err(refused),
            // An address may have gone to another device since; one that was given for this transfer has not.
            NetworkError::WrongDevice { address, .. } if !self.reached.load(Ordering::Relaxed) => {
                let hint = shared
                    .nearby
                    .addresses_of(self.session.peer())
                    .contains(address);
                // Nor has one that only somebody nearby says.
                if !hint || self.given_or_reached(shared).await?.contains(address) {
                    return Err(refused);
                }
            }
            _ => {}
        }
        if self.session.state() != State::Paused {
            let state = self.session.state();
            let reason = if state == State::Active {
                Reason::Reconnecting
            } else {
                Reason::WaitingForDevice
            };
            self.session.go(shared, state, Some(reason), None).await?;
        }
        Ok(())
    }

    /// Keeps where the device is now, over a restart too: it may have moved, and called.
    async fn learn(&self, shared: &Shared, link: &Link) {
        const MOST: usize = 8;
        let address = canonical(link.connection.remote_address());
        let texts: Vec<String> = {
            let mut known = self
                .addresses
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if known.first() == Some(&address) {
                return;
            }
            known.retain(|other| *other != address);
            known.insert(0, address);
            known.truncate(MOST);
            known.iter().map(ToString::to_string).collect()
        };
        let id = self.session.id;
        if let Err(error) = shared.store.set_peer_addresses(id, &texts).await {
            tracing::warn!(%error, "the receiver's address could not be recorded");
        }
    }

    async fn addresses(&self, shared: &Shared) -> Result<Vec<SocketAddr>, Failure> {
        let mut addresses = self.given_or_reached(shared).await?;
        for near in shared.nearby.addresses_of(self.session.peer()) {
            if !addresses.contains(&near) {
                addresses.push(near);
            }
        }
        Ok(addresses)
    }

    /// Those that were given for this transfer, and those at which the device was reached before.
    async fn given_or_reached(&self, shared: &Shared) -> Result<Vec<SocketAddr>, Failure> {
        let mut addresses = self
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        for known in shared.reached_at(self.session.peer()).await? {
            if !addresses.contains(&known) {
                addresses.push(known);
            }
        }
        Ok(addresses)
    }

    /// An order while there is no connection; true if the session is over.
    async fn obey_alone(&self, shared: &Shared, asked: Option<Asked>) -> Result<bool, Failure> {
        let Some((order, answer)) = asked else {
            return Ok(true);
        };
        let result = match order {
            Order::Pause => self.pause(shared).await,
            Order::Resume => self.resume(shared).await,
            Order::Cancel => self.session.go(shared, State::Cancelled, None, None).await,
            Order::Priority(priority) => self.reclass(shared, priority).await,
            Order::Changed(choice) => self.decide_alone(shared, choice).await,
            Order::Accept(_) | Order::Decline => Err(Failure::new(
                Code::IllegalState,
                "the transfer is not an offer to this device",
            )),
        };
        let _ = answer.send(result);
        Ok(self.session.state().is_final())
    }

    /// A decision about changed sources while there is no connection.
    async fn decide_alone(&self, shared: &Shared, choice: ChangedChoice) -> Result<(), Failure> {
        let (left, lifted) = self.decide(shared, choice).await?;
        if left == changed::Left::Nothing {
            let failure = Some(changed::nothing_left());
            return self
                .session
                .go(shared, State::Cancelled, None, failure)
                .await;
        }
        if lifted && !self.is_held_here() {
            return self.resume(shared).await;
        }
        Ok(())
    }

    async fn pause(&self, shared: &Shared) -> Result<(), Failure> {
        if self.session.state() == State::Completing {
            return Err(Failure::new(
                Code::IllegalState,
                "everything has been sent; the receiver finishes",
            ));
        }
        self.paused_here.store(true, Ordering::Relaxed);
        self.plan().set_open(false);
        self.session
            .go(shared, State::Paused, Some(Reason::PausedHere), None)
            .await
    }

    /// A source cannot be read: held until a person has mended that.
    async fn suffer(&self, shared: &Shared, failure: Failure) -> Result<(), Failure> {
        tracing::warn!(transfer = %self.session.id.short(), %failure, "paused by the source");
        self.paused_here.store(true, Ordering::Relaxed);
        self.unreadable.store(true, Ordering::Relaxed);
        self.plan().set_open(false);
        if self.session.state() == State::Completing {
            self.session.go(shared, State::Active, None, None).await?;
        }
        let reason = Some(Reason::SourceUnreadable);
        self.session
            .go(shared, State::Paused, reason, Some(failure))
            .await
    }

    /// The source is to be tried again, from the first chunk that is not durable.
    fn forgive(&self) {
        if self.unreadable.swap(false, Ordering::Relaxed) {
            self.plan().rewind();
            self.scan_again.notify_one();
        }
        if self.source_changed.swap(false, Ordering::Relaxed) {
            self.plan().forget_changed();
            self.session.change(|facts| facts.changed = None);
        }
    }

    /// Takes back this side's hold. What the session becomes is for the connection (or the next) to say.
    async fn resume(&self, shared: &Shared) -> Result<(), Failure> {
        self.paused_here.store(false, Ordering::Relaxed);
        self.forgive();
        if self.session.state() != State::Paused {
            return Ok(());
        }
        if let Some(reason) = self.held_by_peer() {
            return self
                .session
                .go(shared, State::Paused, Some(reason), None)
                .await;
        }
        self.session
            .go(
                shared,
                State::Preparing,
                Some(Reason::WaitingForDevice),
                None,
            )
            .await
    }

    async fn reclass(
        &self,
        shared: &Shared,
        priority: chunkstream_core::priority::Priority,
    ) -> Result<(), Failure> {
        shared.store.set_priority(self.session.id, priority).await?;
        self.session.change(|facts| facts.priority = priority);
        Ok(())
    }
}
