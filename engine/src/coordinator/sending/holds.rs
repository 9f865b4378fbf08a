//! Why a transfer that goes out is held: a person, its sources or the receiver; and how a hold is taken back.

use std::sync::{PoisonError, atomic::Ordering};

use chunkstream_core::{
    session::{Direction, Reason, State},
    wire::PauseCause,
};

use super::Outgoing;
use crate::{
    api::{Code, Failure},
    coordinator::{Shared, holds},
};

impl Outgoing {
    pub(super) fn is_paused(&self) -> bool {
        self.is_held_here() || self.held_by_peer().is_some()
    }

    pub(super) fn is_held_here(&self) -> bool {
        self.held_here().is_some()
    }

    /// Why this side holds it, if it does.
    pub(super) fn held_here(&self) -> Option<Reason> {
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

    pub(super) fn held_by_peer(&self) -> Option<Reason> {
        *self
            .held_by_peer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The peer holds it, or does no longer.
    pub(super) fn peer_holds(&self, cause: Option<PauseCause>) {
        *self
            .held_by_peer
            .lock()
            .unwrap_or_else(PoisonError::into_inner) =
            cause.map(|cause| holds::heard(cause, Direction::Sending));
    }

    pub(super) async fn pause(&self, shared: &Shared) -> Result<(), Failure> {
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
    pub(super) async fn suffer(&self, shared: &Shared, failure: Failure) -> Result<(), Failure> {
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
    pub(super) fn forgive(&self) {
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
    pub(super) async fn resume(&self, shared: &Shared) -> Result<(), Failure> {
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
}
