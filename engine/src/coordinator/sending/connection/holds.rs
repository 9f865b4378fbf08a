//! Whether chunks move: not before the receiver has accepted, nor while somebody holds the transfer.

use chunkstream_core::session::{Reason, State};

use super::Talk;
use crate::api::Failure;

impl Talk<'_> {
    /// Preparing, for that reason, whatever it was before.
    pub(super) async fn preparing(&self, reason: Reason) -> Result<(), Failure> {
        match self.flow.session.state() {
            State::Created | State::Preparing | State::Paused => {
                self.flow
                    .session
                    .go(self.shared, State::Preparing, Some(reason), None)
                    .await
            }
            _ => Ok(()),
        }
    }

    /// Somebody holds the transfer.
    pub(super) async fn held(&self) -> Result<(), Failure> {
        self.flow.plan().set_open(false);
        let held = self.flow.held_here().or_else(|| self.flow.held_by_peer());
        if self.flow.session.state() == State::Completing {
            self.flow
                .session
                .go(self.shared, State::Active, None, None)
                .await?;
        }
        self.flow
            .session
            .go(self.shared, State::Paused, held, None)
            .await
    }

    /// A hold is gone; if it was the last, chunks move.
    pub(super) async fn unpaused(&self) -> Result<(), Failure> {
        if self.flow.is_paused() {
            return self.held().await;
        }
        if !self.accepted {
            return self.preparing(Reason::WaitingForAnswer).await;
        }
        let session = &self.flow.session;
        if session.state() == State::Created {
            session
                .go(self.shared, State::Preparing, None, None)
                .await?;
        }
        if session.state() != State::Completing {
            session.go(self.shared, State::Active, None, None).await?;
        }
        let unsealed = self.flow.plan().unsealed_complete();
        if !unsealed.is_empty() {
            // Every value is known from before a restart; the last chunk's stream would have sealed it.
            let (flow, engine) = (self.flow.clone(), self.shared.clone());
            self.shared
                .spawn(async move { flow.seal_if_unchanged(&engine, unsealed).await });
        }
        self.flow.plan().set_open(true);
        self.link.pump.ready(session.id);
        Ok(())
    }
}
