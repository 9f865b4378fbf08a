//! Transfers that wait: for a device that is away, and for their turn when it is back.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use chunkstream_core::{
    priority::Priority,
    session::{Reason, State},
};
use tokio::sync::mpsc;

use super::Outgoing;
use crate::{
    api::{Code, Failure, OutboxOrder},
    coordinator::{Shared, Transfer, peer::Link, session::Asked},
};

/// How the wait for a turn ended.
pub(super) enum Turn {
    /// It is this transfer's.
    Come,
    /// The connection is gone.
    Lost,
    /// The session is over.
    Over,
}

impl Shared {
    /// When a transfer that begins now is given up, if its device does not come.
    pub(crate) fn deadline(&self) -> Option<u64> {
        let hours = self.settings().outbox_hours?;
        Some(self.clock.unix_ms() + u64::from(hours) * 3_600_000)
    }
}

impl Outgoing {
    /// Time left until the transfer is given up; None if it is not.
    ///
    /// # Errors
    /// `Unreachable` if none is left.
    pub(super) fn time_left(&self, shared: &Shared) -> Result<Option<Duration>, Failure> {
        let Some(deadline) = self.session.facts().deadline_ms else {
            return Ok(None);
        };
        let left = deadline.saturating_sub(shared.clock.unix_ms());
        if left == 0 {
            return Err(Failure::new(
                Code::Unreachable,
                "the device did not come in the time that transfers wait for; retry it when it is there",
            ));
        }
        Ok(Some(Duration::from_millis(left)))
    }

    /// The device has come: there is no deadline any more.
    pub(super) async fn lift_deadline(&self, shared: &Shared) -> Result<(), Failure> {
        if self.session.facts().deadline_ms.is_some() {
            shared.store.set_deadline(self.session.id, None).await?;
            self.session.change(|facts| facts.deadline_ms = None);
        }
        Ok(())
    }

    /// Waits until no other transfer to the device goes first.
    pub(super) async fn turn(
        self: &Arc<Self>,
        shared: &Arc<Shared>,
        link: &Link,
        orders: &mut mpsc::Receiver<Asked>,
    ) -> Result<Turn, Failure> {
        loop {
            let mut moved = std::pin::pin!(shared.turns.notified());
            // From now on, so that no move is missed between the look and the wait.
            moved.as_mut().enable();
            if self.is_first(shared) {
                self.has_turn.store(true, Ordering::Relaxed);
                return Ok(Turn::Come);
            }
            let state = self.session.state();
            // Only once: each move wakes all that wait, this one too.
            if state != State::Paused && self.session.facts().reason != Some(Reason::Queued) {
                let queued = Some(Reason::Queued);
                self.session.go(shared, state, queued, None).await?;
            }
            tokio::select! {
                () = moved => {}
                _ = link.connection.closed() => return Ok(Turn::Lost),
                order = orders.recv() => {
                    if self.obey_alone(shared, order).await? {
                        return Ok(Turn::Over);
                    }
                    if self.is_held_here() {
                        return Ok(Turn::Lost);
                    }
                }
            }
        }
    }

    fn is_first(&self, shared: &Shared) -> bool {
        let order = shared.settings().outbox_order;
        if order == OutboxOrder::Together || self.session.priority() == Priority::Critical {
            return true;
        }
        let mine = self.rank(order);
        !shared.served().iter().any(|transfer| match transfer {
            Transfer::Out(other) => {
                other.session.id != self.session.id
                    && other.session.peer() == self.session.peer()
                    && other.is_in_line()
                    && other.rank(order) < mine
            }
            Transfer::In(_) | Transfer::Past(_) => false,
        })
    }

    /// Whether others may have to wait for this one: not while it waits for a person.
    fn is_in_line(&self) -> bool {
        let facts = self.session.facts();
        !facts.state.is_final()
            && facts.state != State::Paused
            && facts.reason != Some(Reason::WaitingForAnswer)
    }

    /// The least goes first; what has begun goes before what has not.
    fn rank(&self, order: OutboxOrder) -> (bool, u64, u64, [u8; 16]) {
        let facts = self.session.facts();
        let begun = matches!(facts.state, State::Active | State::Completing)
            || self.has_turn.load(Ordering::Relaxed);
        let bytes = match order {
            OutboxOrder::Smallest if facts.scan_complete => facts.bytes,
            OutboxOrder::Smallest => u64::MAX,
            OutboxOrder::Together | OutboxOrder::Oldest => 0,
        };
        (!begun, bytes, self.session.created_ms, self.session.id.0)
    }
}
