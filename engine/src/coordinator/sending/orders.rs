//! What people order a transfer that goes out to do while it has no connection.

use chunkstream_core::{priority::Priority, session::State};

use super::{Outgoing, changed};
use crate::{
    api::{ChangedChoice, Code, Failure},
    coordinator::{
        Shared,
        session::{Asked, Order},
    },
};

impl Outgoing {
    /// An order while there is no connection; true if the session is over.
    pub(super) async fn obey_alone(
        &self,
        shared: &Shared,
        asked: Option<Asked>,
    ) -> Result<bool, Failure> {
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

    pub(super) async fn reclass(&self, shared: &Shared, priority: Priority) -> Result<(), Failure> {
        shared.store.set_priority(self.session.id, priority).await?;
        self.session.change(|facts| facts.priority = priority);
        Ok(())
    }
}
