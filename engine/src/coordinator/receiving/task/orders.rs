//! What people order a transfer that comes in to do.

use chunkstream_core::{
    session::State,
    wire::{Decline, EndCause, FromReceiver, PauseCause},
};

use super::Task;
use crate::{
    api::{AuditKind, Code, Failure},
    coordinator::session::Order,
    network::close,
};

impl Task {
    pub(super) async fn obey(&mut self, order: Order) -> Result<(), Failure> {
        let state = self.incoming.session.state();
        match order {
            Order::Accept(how) if state == State::Created => {
                self.shared
                    .check_suspect(self.incoming.session.peer())
                    .await?;
                self.accept(*how).await
            }
            Order::Decline if state == State::Created => {
                self.tell(FromReceiver::Decline(Decline::ByPerson));
                self.note(AuditKind::OfferDeclined, |note| note);
                let failure = Failure::new(Code::Declined, "declined here");
                self.incoming
                    .session
                    .go(&self.shared, State::Cancelled, None, Some(failure))
                    .await
            }
            Order::Accept(_) | Order::Decline => Err(Failure::new(
                Code::IllegalState,
                format!("the offer is {state} already"),
            )),
            Order::Pause if state == State::Created || state == State::Completing => {
                Err(Failure::new(
                    Code::IllegalState,
                    format!("a transfer that is {state} cannot be paused"),
                ))
            }
            Order::Pause => {
                self.paused_here = true;
                self.tell(FromReceiver::Pause(PauseCause::ByPerson));
                self.settle().await
            }
            Order::Resume => {
                self.within_quota().await?;
                if self.lift_rule().await? && self.incoming.staging().is_some() {
                    self.record().await?;
                    self.incoming.still_fits(&self.shared).await?;
                }
                if std::mem::take(&mut self.paused_here) {
                    if self.trouble.take().is_some() {
                        // What could not be written must come again: both sides agree anew on what is there.
                        if let Some(attached) = &self.attached {
                            attached
                                .link
                                .connection
                                .close(close::AGAIN, b"after a trouble with the disk");
                        }
                        return self.settle().await;
                    }
                    self.tell(FromReceiver::Resume);
                    return self.settle().await;
                }
                Ok(())
            }
            Order::Cancel => {
                let last = if state == State::Created {
                    FromReceiver::Decline(Decline::ByPerson)
                } else {
                    FromReceiver::End(EndCause::Cancelled)
                };
                self.tell(last);
                // What is there is kept for a retry.
                self.go(State::Cancelled, None).await
            }
            Order::Priority(_) => Err(Failure::new(
                Code::IllegalState,
                "the sender decides about the priority",
            )),
            Order::Changed(_) => Err(Failure::new(
                Code::IllegalState,
                "the sender decides about its files",
            )),
        }
    }
}
