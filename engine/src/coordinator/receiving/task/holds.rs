//! Why a transfer that comes in does not move: a person, the disk or its rule holds it here, or the sender there.

use chunkstream_core::{
    session::{Direction, Reason, State},
    wire::{FromReceiver, PauseCause},
};

use super::Task;
use crate::{
    api::{Code, Failure},
    coordinator::{holds, trouble},
};

impl Task {
    /// Paused if anybody holds the transfer, else Active.
    pub(in crate::coordinator::receiving) async fn settle(&mut self) -> Result<(), Failure> {
        let state = self.incoming.session.state();
        if state == State::Completing {
            return Ok(());
        }
        if let Some((reason, trouble)) = self.trouble.clone() {
            return self
                .incoming
                .session
                .go(&self.shared, State::Paused, Some(reason), Some(trouble))
                .await;
        }
        let held = self.held_here().or(self.held_by_peer);
        if held.is_some() {
            self.go(State::Paused, held).await?;
            self.incoming.end_clean(&self.shared).await;
            return Ok(());
        }
        let away = self.attached.is_none().then_some(Reason::Reconnecting);
        if state == State::Created {
            // Accepted, and killed before that was said.
            self.go(State::Preparing, None).await?;
        }
        self.go(State::Active, away).await?;
        self.maybe_complete().await
    }

    /// Why this side holds it, if it does.
    pub(super) fn held_here(&self) -> Option<Reason> {
        if let Some((reason, _)) = &self.trouble {
            return Some(*reason);
        }
        let over = self.incoming.is_over_rule() || self.over_rule.is_some();
        self.paused_here.then_some(if over {
            Reason::OverRule
        } else {
            Reason::PausedHere
        })
    }

    /// The sender holds it, or does no longer.
    pub(super) async fn peer_holds(&mut self, cause: Option<PauseCause>) -> Result<(), Failure> {
        self.held_by_peer = heard(cause);
        if self.accepted {
            self.settle().await
        } else {
            Ok(())
        }
    }

    /// Holds the transfer here until a person resumes it.
    pub(in crate::coordinator::receiving) fn hold(&mut self) {
        self.paused_here = true;
    }

    /// A full or unwritable disk pauses; what no mending helps fails.
    pub(super) async fn suffer(&mut self, failure: Failure) {
        if trouble::is_trouble(&failure) {
            return self.begin_stall(failure);
        }
        let Some(reason) = by_disk(&failure) else {
            return self.fail(failure).await;
        };
        let session = &self.incoming.session;
        if session.state() == State::Completing
            && let Err(error) = self.go(State::Active, None).await
        {
            return self.fail(error).await;
        }
        if session.state() == State::Created {
            // Not accepted after all: the folder cannot be used; the offer still stands.
            session.change(|facts| facts.failure = Some(failure));
            return;
        }
        tracing::warn!(transfer = %session.id.short(), %failure, "paused by the disk");
        if reason == Reason::DiskFull {
            self.incoming.note_missing(&self.shared).await;
        }
        self.paused_here = true;
        self.trouble = Some((reason, failure.clone()));
        self.tell(FromReceiver::Pause(holds::said(reason)));
        if let Err(error) = session
            .go(&self.shared, State::Paused, Some(reason), Some(failure))
            .await
        {
            if trouble::is_trouble(&error) {
                return self.begin_stall(error);
            }
            self.fail(error).await;
        }
    }

    /// What the disk had against the end of the transfer, to which a resume may lead: more than an answer to whoever
    /// asked, because nothing else would try again.
    pub(super) fn failed_to_finish(&self, result: &Result<(), Failure>) -> Option<Failure> {
        let failure = result.as_ref().err()?;
        let finishing = self.incoming.session.state() == State::Completing;
        (finishing && by_disk(failure).is_some()).then(|| failure.clone())
    }
}

/// What the transfer is held for after a failure of the disk; None after any other.
fn by_disk(failure: &Failure) -> Option<Reason> {
    match failure.code {
        Code::DiskFull => Some(Reason::DiskFull),
        Code::DiskUnwritable => Some(Reason::DiskUnwritable),
        _ => None,
    }
}

/// What a hold at the sender is here.
pub(super) fn heard(cause: Option<PauseCause>) -> Option<Reason> {
    cause.map(|cause| holds::heard(cause, Direction::Receiving))
}
