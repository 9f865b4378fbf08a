//! Trouble with the database: its volume is full or read-only, another program holds it, it is damaged.
//!
//! Nothing can be recorded then, that a transfer failed neither. So a transfer that meets it is shown as
//! paused, in memory only, keeps the state that the database has of it, and goes on by itself once the
//! database takes writes again. One that is damaged takes none until the next start (see
//! [`Store::distrust`](crate::store::Store)).

use std::time::Duration;

use chunkstream_core::{
    priority::Backoff,
    session::{Reason, State},
};
use tokio::{sync::mpsc, time::Instant};

use super::{
    Shared,
    session::{Asked, Order, Session},
};
use crate::{
    api::{Code, Failure},
    store::StoreError,
};

/// The first pause before the database is tried again, and the longest.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

/// Whether the database is what failed.
pub(crate) fn is_trouble(failure: &Failure) -> bool {
    matches!(failure.code, Code::Database | Code::DatabaseDamaged)
}

/// A transfer that waits for the database.
#[derive(Debug)]
pub(crate) struct Waiting {
    state: State,
    reason: Option<Reason>,
    failure: Failure,
    backoff: Backoff,
    next: Instant,
}

impl Waiting {
    /// Shows the transfer as paused by `failure`.
    pub(crate) fn begin(shared: &Shared, session: &Session, failure: Failure) -> Self {
        tracing::warn!(transfer = %session.id.short(), %failure, "waits for the database");
        if failure.code == Code::DatabaseDamaged {
            shared.store.distrust();
        }
        let (state, reason) = session.change(|facts| {
            let before = (facts.state, facts.reason);
            // An offer still waits for its answer.
            if facts.state != State::Created {
                facts.state = State::Paused;
                facts.rate.reset();
            }
            facts.reason = Some(Reason::Database);
            facts.failure = Some(failure.clone());
            before
        });
        shared.updates.nudge();
        let mut backoff = Backoff::with(FIRST, LONGEST, Backoff::FACTOR);
        let next = Instant::now() + backoff.next_delay(0.0);
        Self {
            state,
            reason,
            failure,
            backoff,
            next,
        }
    }

    /// Why.
    pub(crate) fn failure(&self) -> Failure {
        self.failure.clone()
    }

    /// Returns when it is time to try again.
    pub(crate) async fn pause(&self) {
        tokio::time::sleep_until(self.next).await;
    }

    /// Tries the database; if it takes writes, the transfer stands again where it stood.
    pub(crate) async fn is_over(&mut self, shared: &Shared, session: &Session) -> bool {
        if let Err(error) = shared.store.probe(shared.clock.unix_ms()).await {
            tracing::debug!(%error, "the database still refuses");
            self.next = Instant::now() + self.backoff.next_delay(0.0);
            return false;
        }
        session.change(|facts| {
            facts.state = self.state;
            facts.reason = self.reason;
            facts.failure = None;
        });
        shared.updates.nudge();
        true
    }

    /// Answers an order: what would have to be recorded cannot be done. True for one that asks to try now.
    pub(crate) fn answer(&self, asked: Option<Asked>) -> bool {
        let Some((order, answer)) = asked else {
            return false;
        };
        let resume = matches!(order, Order::Resume);
        let _ = answer.send(if resume { Ok(()) } else { Err(self.failure()) });
        resume
    }
}

/// Waits until the database takes writes; false if the engine stops before.
pub(crate) async fn wait(
    shared: &Shared,
    session: &Session,
    orders: &mut mpsc::Receiver<Asked>,
    failure: Failure,
) -> bool {
    let mut waiting = Waiting::begin(shared, session, failure);
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => return false,
            () = waiting.pause() => {}
            asked = orders.recv() => if !waiting.answer(asked) { continue },
        }
        if waiting.is_over(shared, session).await {
            return true;
        }
    }
}

impl Shared {
    /// What was to be recorded can be done without: trouble is told to the log only.
    pub(crate) fn forgive(&self, result: Result<(), StoreError>) -> Result<(), StoreError> {
        match result {
            Err(error) if error.is_trouble() => {
                if matches!(error, StoreError::Corrupt(_)) {
                    self.store.distrust();
                }
                tracing::warn!(%error, "not recorded");
                Ok(())
            }
            result => result,
        }
    }

    /// Records until the database takes it, for work in the background that cannot go on without.
    ///
    /// # Errors
    /// What is no trouble of the database; and trouble, when the engine stops.
    pub(crate) async fn insist<T, F: Future<Output = Result<T, StoreError>>>(
        &self,
        mut work: impl FnMut() -> F,
    ) -> Result<T, StoreError> {
        let mut backoff = Backoff::with(FIRST, LONGEST, Backoff::FACTOR);
        loop {
            match work().await {
                Err(error) if error.is_trouble() => {
                    if matches!(error, StoreError::Corrupt(_)) {
                        self.store.distrust();
                    }
                    tracing::warn!(%error, "not recorded; tried again");
                    tokio::select! {
                        () = self.stop.cancelled() => return Err(error),
                        () = tokio::time::sleep(backoff.next_delay(0.0)) => {}
                    }
                }
                result => return result,
            }
        }
    }
}
