//! The end of a transfer that comes in: a receipt, a failure or the sender's word, and whether the sender has heard.

use std::sync::Arc;

use chunkstream_core::{
    session::State,
    wire::{EndCause, FromReceiver, FromSender},
};

use super::Task;
use crate::{
    api::{Code, Failure},
    coordinator::{
        Shared,
        last_word::{self, Word},
        receiving::{Attached, Incoming},
    },
};

impl Task {
    pub(super) async fn receipt(&mut self) -> Result<(), Failure> {
        // After the receipt the sender forgets: a receiver that lost this would wait for ever.
        self.shared.store.sync().await?;
        self.receipted = true;
        let (files, bytes) = {
            let plan = self.incoming.plan();
            (plan.files(), plan.bytes())
        };
        self.tell(FromReceiver::Receipt { files, bytes });
        Ok(())
    }

    pub(super) async fn fail(&mut self, failure: Failure) {
        tracing::warn!(transfer = %self.incoming.session.id.short(), %failure, "failed");
        let cause = match failure.code {
            Code::Integrity => EndCause::Integrity,
            Code::Protocol => EndCause::Protocol,
            _ => EndCause::Target,
        };
        self.tell(FromReceiver::End(cause));
        let failed = self
            .incoming
            .session
            .go(&self.shared, State::Failed, None, Some(failure))
            .await;
        if let Err(error) = failed {
            tracing::error!(%error, "the failure could not be recorded");
        }
    }

    /// The sender has ended the transfer.
    pub(in crate::coordinator::receiving) async fn ended(
        &mut self,
        cause: EndCause,
    ) -> Result<(), Failure> {
        let (state, failure) = match cause {
            EndCause::Cancelled => (
                State::Cancelled,
                Failure::new(Code::CancelledByPeer, "the sender cancelled"),
            ),
            EndCause::Source => (
                State::Failed,
                Failure::new(
                    Code::SourceUnreadable,
                    "the sender cannot read its files any more",
                ),
            ),
            EndCause::Forgotten => (
                State::Failed,
                Failure::new(
                    Code::NotFound,
                    "the sender does not know the transfer any more",
                ),
            ),
            _ => (
                State::Failed,
                Failure::new(Code::Protocol, "the sender ended the transfer"),
            ),
        };
        self.incoming
            .session
            .go(&self.shared, state, None, Some(failure))
            .await?;
        self.tell(FromReceiver::Heard);
        self.told = true;
        self.shared.heard(self.incoming.session.id).await;
        Ok(())
    }
}

impl Incoming {
    /// Waits until the sender has recorded the end that it was told, or sees to it that it is told later.
    pub(super) async fn tell_end(&self, shared: &Arc<Shared>, attached: Option<Attached>) {
        if let Some(Attached { mut messages, .. }) = attached {
            let heard = tokio::select! {
                heard = last_word::is_heard(&mut messages, &FromSender::Heard) => heard,
                () = shared.stop.cancelled() => return,
            };
            if heard {
                return shared.heard(self.session.id).await;
            }
        }
        shared.owe(Word {
            transfer: self.session.id,
            peer: self.session.peer(),
            addresses: self.addresses(),
            says: None,
            finished_ms: shared.clock.unix_ms(),
        });
    }
}
