//! Moves: the state of a session changes here and nowhere else, as the core's state machine allows.

use chunkstream_core::{
    id::TransferId,
    session::{Illegal, Reason, State},
};
use sqlx::{Sqlite, Transaction};

use super::{Store, StoreError, column, sql, turns};
use crate::api::Failure;

impl Store {
    /// Moves a transfer to `to`, with the reason and failure that go with the new state; returns the state
    /// that it was in.
    ///
    /// # Errors
    /// [`StoreError::Illegal`] if the core's state machine has no such move: nothing has changed then.
    pub async fn transition(
        &self,
        id: TransferId,
        to: State,
        reason: Option<Reason>,
        failure: Option<&Failure>,
        now_ms: u64,
    ) -> Result<State, StoreError> {
        let _held = self.hold();
        let now = column::from_u64(now_ms, "a time")?;
        let mut transaction = self.begin().await?;
        let from = state(&mut transaction, id).await?;
        let to = from.to(to)?;
        sqlx::query(sql::MOVE_SESSION)
            .bind(to.as_str())
            .bind(reason.map(Reason::as_str))
            .bind(failure.map(column::to_json).transpose()?)
            .bind(now)
            .bind(to.is_final().then_some(now))
            .bind(&id.0[..])
            .execute(&mut *transaction)
            .await?;
        turns::add(&mut transaction, id, now, (to, reason), failure).await?;
        transaction.commit().await?;
        Ok(from)
    }

    /// Takes a transfer that has failed or was cancelled back to its beginning, as the retry of that number;
    /// what is recorded of its chunks stays.
    ///
    /// # Errors
    /// [`StoreError::Illegal`] in any other state.
    pub async fn retry(&self, id: TransferId, attempt: u32, now_ms: u64) -> Result<(), StoreError> {
        let _held = self.hold();
        let mut transaction = self.begin().await?;
        let now = column::from_u64(now_ms, "a time")?;
        let from = state(&mut transaction, id).await?;
        let to = from.to(State::Created)?;
        sqlx::query(sql::RETRY_SESSION)
            .bind(to.as_str())
            .bind(attempt)
            .bind(now)
            .bind(&id.0[..])
            .execute(&mut *transaction)
            .await?;
        turns::add(&mut transaction, id, now, (to, None), None).await?;
        Ok(transaction.commit().await?)
    }

    /// Changes why a transfer stands where it stands, within its state.
    ///
    /// # Errors
    /// [`StoreError::Illegal`] in a final state.
    pub async fn set_reason(
        &self,
        id: TransferId,
        reason: Option<Reason>,
        failure: Option<&Failure>,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        let _held = self.hold();
        let mut transaction = self.begin().await?;
        let state = state(&mut transaction, id).await?;
        if state.is_final() {
            return Err(Illegal {
                from: state,
                to: state,
            }
            .into());
        }
        let now = column::from_u64(now_ms, "a time")?;
        sqlx::query(sql::SET_REASON)
            .bind(reason.map(Reason::as_str))
            .bind(failure.map(column::to_json).transpose()?)
            .bind(now)
            .bind(&id.0[..])
            .execute(&mut *transaction)
            .await?;
        turns::add(&mut transaction, id, now, (state, reason), failure).await?;
        Ok(transaction.commit().await?)
    }
}

/// The state of a session, read within `transaction`.
pub(super) async fn state(
    transaction: &mut Transaction<'_, Sqlite>,
    id: TransferId,
) -> Result<State, StoreError> {
    let row = sqlx::query(sql::SESSION_STATUS)
        .bind(&id.0[..])
        .fetch_optional(&mut **transaction)
        .await?;
    column::word(
        &row.ok_or(StoreError::NotFound("session"))?,
        "status",
        State::parse,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        api::Code,
        store::{Session, testing},
    };

    /// Every pair of states, as the core has them; a refused move leaves the row as it was.
    #[tokio::test]
    async fn the_store_moves_as_the_state_machine_does_and_no_other_way() {
        let store = testing::memory().await;
        let failure = Failure::new(Code::DiskFull, "no room").about("/größe");
        let mut n = 0;
        for from in State::ALL {
            for to in State::ALL {
                n += 1;
                let id = testing::insert(&store, n).await;
                testing::bring(&store, id, from).await;
                let before = store.session(id).await.expect("a read");
                let moved = store
                    .transition(id, to, Some(Reason::DiskFull), Some(&failure), 77)
                    .await;
                let after = store.session(id).await.expect("a read");
                match from.to(to) {
                    Ok(_) => {
                        assert_eq!(moved.expect("a legal move"), from, "{from} -> {to}");
                        let finished_ms = to.is_final().then_some(77);
                        let expected = Session {
                            state: to,
                            reason: Some(Reason::DiskFull),
                            failure: Some(failure.clone()),
                            updated_ms: 77,
                            finished_ms,
                            ..before
                        };
                        assert_eq!(after, expected, "{from} -> {to}");
                    }
                    Err(expected) => {
                        assert!(
                            matches!(moved, Err(StoreError::Illegal(illegal)) if illegal == expected),
                            "{from} -> {to}"
                        );
                        assert_eq!(after, before, "{from} -> {to}");
                    }
                }
            }
        }
    }

    #[tokio::test]
    async fn a_reason_changes_within_a_state_but_not_in_a_final_one() {
        let store = testing::memory().await;
        let id = testing::insert(&store, 1).await;
        let failure = Failure::new(Code::Unreachable, "no answer");
        store
            .set_reason(id, Some(Reason::WaitingForDevice), Some(&failure), 50)
            .await
            .expect("a write");
        let session = store.session(id).await.expect("a read");
        assert_eq!((session.state, session.updated_ms), (State::Created, 50));
        assert_eq!(
            (session.reason, session.failure),
            (Some(Reason::WaitingForDevice), Some(failure))
        );
        testing::bring(&store, id, State::Cancelled).await;
        let refused = store.set_reason(id, None, None, 60).await;
        assert!(matches!(refused, Err(StoreError::Illegal(_))));
    }
}
