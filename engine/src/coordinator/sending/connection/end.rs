//! How the receiver ends a transfer: with its receipt, by declining it, or because it cannot go on.

use chunkstream_core::{
    session::State,
    wire::{Decline, EndCause},
};

use super::{End, Talk};
use crate::{
    api::{Code, Failure},
    network::NetworkError,
};

impl Talk<'_> {
    pub(super) async fn receipt(&self, files: u64, bytes: u64) -> Result<End, Failure> {
        let session = &self.flow.session;
        let all = {
            let plan = self.flow.plan();
            let facts = session.facts();
            let now = facts.files == files && facts.bytes == bytes;
            // It had everything in the version that was announced, before it heard of a withdrawal.
            let ever = plan.ever();
            let before = !plan.withdrawn().is_empty() && files <= ever.0 && bytes <= ever.1;
            facts.scan_complete && (now || before)
        };
        if !all {
            self.link.misbehaved(&NetworkError::Protocol(
                "a receipt over another number of files or bytes".into(),
            ));
            return Err(Failure::new(
                Code::Protocol,
                "the receiver's receipt is over something else",
            ));
        }
        let root = self.flow.plan().first_root();
        if let Some(root) = root {
            let done = [(self.flow.plan().lead(), root)];
            self.shared.store.mark_files_done(session.id, &done).await?;
        }
        session.change(|facts| {
            (facts.files, facts.bytes) = (files, bytes);
            facts.durable_bytes = facts.bytes;
            facts.files_done = facts.files;
            facts.changed = None;
            facts.root = root;
        });
        for state in [State::Preparing, State::Active, State::Completing] {
            // The receipt may be the first that a restarted sender hears.
            if session.state() != State::Completing && session.state().to(state).is_ok() {
                session.go(self.shared, state, None, None).await?;
            }
        }
        self.shared.capture(session);
        session
            .go(self.shared, State::Completed, None, None)
            .await?;
        Ok(End::Told)
    }

    /// The receiver will not have the transfer.
    pub(super) async fn declined(&self, why: Decline) -> Result<End, Failure> {
        let text = match why {
            Decline::ByPerson => "the receiver declined",
            Decline::BadManifest => "the receiver's system cannot hold these names or sizes",
            Decline::TooMany => "the receiver has too many offers waiting",
        };
        let failure = Failure::new(Code::Declined, text);
        self.flow
            .session
            .go(self.shared, State::Cancelled, None, Some(failure))
            .await?;
        Ok(End::Told)
    }

    pub(super) async fn ended(&self, cause: EndCause) -> Result<End, Failure> {
        let (state, failure) = match cause {
            EndCause::Cancelled => (
                State::Cancelled,
                Failure::new(Code::CancelledByPeer, "the receiver cancelled"),
            ),
            EndCause::Target => (
                State::Failed,
                Failure::new(Code::DiskUnwritable, "the receiver cannot write"),
            ),
            EndCause::Integrity => (
                State::Failed,
                Failure::new(Code::Integrity, "what arrived is not what was sent"),
            ),
            EndCause::Forgotten => (
                State::Failed,
                Failure::new(
                    Code::NotFound,
                    "the receiver does not know the transfer any more",
                ),
            ),
            EndCause::Source | EndCause::Protocol => (
                State::Failed,
                Failure::new(
                    Code::Protocol,
                    "the receiver ended the transfer over a breach of the protocol",
                ),
            ),
        };
        self.flow
            .session
            .go(self.shared, state, None, Some(failure))
            .await?;
        Ok(End::Told)
    }
}
