//! The task of a transfer that goes out: reaches the device, waits for its turn and serves the connection, until its end.

use std::sync::{Arc, atomic::Ordering};

use chunkstream_core::{
    priority::Backoff,
    session::{Reason, State},
    wire::Offer,
};
use tokio::sync::mpsc;

use super::{Outgoing, connection, outbox::Turn};
use crate::{
    api::{Code, Failure},
    coordinator::{
        Shared, holds,
        last_word::{self, Word},
        session::Asked,
        trouble,
    },
    network::NetworkError,
};

/// How a phase of the task ended.
enum Next {
    /// Reach the device (again).
    Reconnect,
    /// The session is over.
    Over,
}

impl Outgoing {
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

    /// What the device is offered.
    pub(super) fn offer(&self) -> Offer {
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
    pub(super) async fn heard(&self, shared: &Shared) {
        self.owes_end.store(false, Ordering::Relaxed);
        shared.heard(self.session.id).await;
    }
}
