//! Retrying a transfer that failed or was cancelled: it begins again under its old id, one attempt further,
//! and keeps what is durable.
//!
//! The sender's retry goes out as an offer with the higher attempt. A receiver's begins by waiting for the
//! sender, which it asks to come ([`Opening::Again`](chunkstream_core::wire::Opening::Again)).

use std::sync::Arc;

use chunkstream_core::{
    device::DeviceId,
    id::TransferId,
    session::{Direction, Reason, State},
    wire::EndCause,
};

use super::{Engine, Shared, Transfer, start};
use crate::{
    api::{Code, Failure, Nothing, TransferRequest},
    store::{self, StoreError},
};

impl Engine {
    /// A failed or cancelled transfer begins again and keeps what is durable.
    ///
    /// # Errors
    /// `IllegalState` in any other state.
    pub async fn retry(&self, request: TransferRequest) -> Result<Nothing, Failure> {
        let id = self.shared.transfer(&request.id)?.session().id;
        let row = self.shared.store.session(id).await?;
        self.shared.retry(row).await?;
        Ok(Nothing {})
    }
}

impl Shared {
    pub(super) async fn retry(self: &Arc<Self>, row: store::Session) -> Result<(), Failure> {
        match row.direction {
            Direction::Sending => {
                self.check_alarms(row.peer).await?;
                let attempt = row.attempt.saturating_add(1);
                let mut row = self.begin_again(&row, attempt).await?;
                row.deadline_ms = self.deadline();
                self.store.set_deadline(row.id, row.deadline_ms).await?;
                start::take_up_sending(self, row).await
            }
            Direction::Receiving => {
                // Attempts are the sender's to count.
                let mut row = self.begin_again(&row, row.attempt).await?;
                let now = self.clock.unix_ms();
                row.reason = Some(Reason::Reconnecting);
                if row.folder.is_some() {
                    row.state = State::Preparing;
                    self.store
                        .transition(row.id, row.state, row.reason, None, now)
                        .await?;
                } else {
                    self.store.set_reason(row.id, row.reason, None, now).await?;
                }
                start::take_up_receiving(self, row).await
            }
        }
    }

    /// The sender has retried a transfer that ended here: it goes on where a person had accepted it, and is
    /// an offer again where a person had ended it.
    pub(crate) async fn revive(
        self: &Arc<Self>,
        row: store::Session,
        attempt: u32,
    ) -> Result<(), Failure> {
        let ended_here = row.state == State::Cancelled
            && row
                .failure
                .as_ref()
                .is_none_or(|failure| failure.code == Code::Declined);
        let mut row = self.begin_again(&row, attempt).await?;
        if ended_here {
            row.folder = None;
        }
        start::take_up_receiving(self, row).await
    }

    async fn begin_again(
        &self,
        row: &store::Session,
        attempt: u32,
    ) -> Result<store::Session, Failure> {
        let (id, now) = (row.id, self.clock.unix_ms());
        // The end may just be being told.
        if let Some(before) = self.find(id)
            && before.session().state().is_final()
        {
            before.session().gone().await;
        }
        match self.store.retry(id, attempt, now).await {
            Ok(()) => {}
            Err(StoreError::Illegal(_)) => {
                return Err(Failure::new(
                    Code::IllegalState,
                    format!(
                        "a transfer that is {} cannot be retried; only one that has failed or was cancelled can",
                        row.state
                    ),
                )
                .about(id.to_string()));
            }
            Err(error) => return Err(error.into()),
        }
        self.store.sync().await?;
        self.take_back(id);
        Ok(self.store.session(id).await?)
    }

    /// A receiver waits for this transfer. Returns why it will not come, if it will not.
    pub(crate) async fn asked_again(
        self: &Arc<Self>,
        device: DeviceId,
        id: TransferId,
    ) -> Result<Option<EndCause>, Failure> {
        let row = match self.store.session(id).await {
            Ok(row) if row.peer == device && row.direction == Direction::Sending => row,
            Ok(_) | Err(StoreError::NotFound(_)) => return Ok(Some(EndCause::Forgotten)),
            Err(error) => return Err(error.into()),
        };
        match row.state {
            State::Completed => Ok(Some(EndCause::Forgotten)),
            // What this side's person has ended is not begun again by the other's.
            State::Cancelled if row.failure.is_none() => Ok(Some(EndCause::Cancelled)),
            State::Failed | State::Cancelled => {
                self.retry(row).await?;
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    /// The unfinished transfer of the same sources to the same device, if there is one; one that ended
    /// unfinished counts if it has got somewhere.
    pub(super) fn same_again(
        &self,
        device: DeviceId,
        sources: &[std::path::PathBuf],
    ) -> Option<Arc<super::sending::Outgoing>> {
        self.served().iter().rev().find_map(|transfer| {
            let Transfer::Out(flow) = transfer else {
                return None;
            };
            let same = flow.session.peer() == device && flow.sources() == sources;
            let facts = flow.session.facts();
            let goes_on = match facts.state {
                State::Completed | State::Completing => false,
                State::Failed | State::Cancelled => facts.durable_bytes > 0,
                _ => true,
            };
            (same && goes_on).then(|| flow.clone())
        })
    }
}
