//! What people order a connected transfer to do, and when they are asked about sources that changed.

use std::sync::atomic::Ordering;

use chunkstream_core::{
    session::State,
    wire::{EndCause, FromSender, PauseCause},
};

use super::Talk;
use crate::{
    api::{ChangedChoice, Code, Failure},
    coordinator::{
        sending::changed::{Left, nothing_left},
        session::Order,
    },
};

impl Talk<'_> {
    pub(super) async fn obey(&mut self, order: Order) -> Result<(), Failure> {
        let flow = self.flow;
        match order {
            Order::Pause => {
                flow.pause(self.shared).await?;
                self.tell(FromSender::Pause(PauseCause::ByPerson));
            }
            Order::Resume => {
                let held = flow.is_held_here();
                flow.paused_here.store(false, Ordering::Relaxed);
                flow.forgive();
                if held {
                    self.tell(FromSender::Resume);
                    self.unpaused().await?;
                }
            }
            Order::Cancel => {
                self.tell(FromSender::End(EndCause::Cancelled));
                flow.session
                    .go(self.shared, State::Cancelled, None, None)
                    .await?;
            }
            Order::Priority(priority) => {
                flow.reclass(self.shared, priority).await?;
                self.link.pump.set_priority(flow.session.id, priority);
                self.tell(FromSender::Priority(priority));
            }
            Order::Changed(choice) => self.decide(choice).await?,
            Order::Accept(_) | Order::Decline => {
                return Err(Failure::new(
                    Code::IllegalState,
                    "the transfer is not an offer to this device",
                ));
            }
        }
        Ok(())
    }

    /// When everything but changed files has arrived, it is time to decide about them.
    pub(super) async fn weigh(&self) -> Result<(), Failure> {
        let flow = self.flow;
        let moves = matches!(flow.session.state(), State::Active | State::Completing);
        if !moves || !self.accepted || flow.is_paused() || !flow.is_time_to_ask() {
            return Ok(());
        }
        if flow.is_unasked() {
            return self.decide(ChangedChoice::NewVersion).await;
        }
        flow.hold_for_decision(self.shared).await?;
        self.tell(FromSender::Pause(PauseCause::SourceChanged));
        Ok(())
    }

    /// Does with changed sources as somebody has decided.
    async fn decide(&self, choice: ChangedChoice) -> Result<(), Failure> {
        let (left, lifted) = self.flow.decide(self.shared, choice).await?;
        if left == Left::Nothing {
            self.tell(FromSender::End(EndCause::Cancelled));
            let failure = Some(nothing_left());
            let session = &self.flow.session;
            return session
                .go(self.shared, State::Cancelled, None, failure)
                .await;
        }
        if lifted {
            self.tell(FromSender::Resume);
            self.unpaused().await?;
        }
        self.link.pump.ready(self.flow.session.id);
        self.maybe_completing().await
    }
}
