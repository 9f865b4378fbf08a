//! A transfer that goes out: one task per session, from the scan to the receipt.
//!
//! The task (see `task`) is the only one that changes the session's state. It reaches the device, offers, and
//! serves the connection until the receipt comes, the connection is lost (then it reaches the device again) or
//! somebody ends it. Chunks are the pump's (see `pump`); what is still to be sent is the plan's (`plan`).

mod again;
mod changed;
mod compare;
mod connection;
mod counters;
mod early;
mod fault;
mod holds;
mod orders;
mod outbox;
mod plan;
mod probes;
mod pump;
mod reach;
mod scan;
mod stream;
mod tail;
mod task;
mod watch;

pub(crate) use early::EarlyBytes;
pub(crate) use plan::SendPlan;
#[cfg(feature = "fuzzing")]
pub(crate) use plan::fuzz_plan;
pub(crate) use pump::Pump;
pub(crate) use scan::{begin_scan, kind, offer_of, restore};
pub(crate) use tail::Tails;
pub(crate) use watch::SourceWatch;

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU8},
    },
    time::Duration,
};

use chunkstream_core::{
    priority::TokenBucket,
    session::{Direction, Reason, State},
};
use tokio::sync::Notify;

use self::{counters::Counters, fault::Fault};
use super::{session::Session, waits::Waits};
use crate::api::ChangedChoice;

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

    /// Wakes the task.
    pub(crate) fn signal(&self) {
        self.signal.notify_one();
    }

    /// What was given to be sent.
    pub(crate) fn sources(&self) -> &[PathBuf] {
        &self.sources
    }
}
