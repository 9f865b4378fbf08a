//! The time line of each transfer: written with the very moves that it tells of, in their transactions.

use chunkstream_core::{
    id::TransferId,
    session::{Reason, State},
};
use sqlx::{Row as _, Sqlite, Transaction, sqlite::SqliteRow};

use super::{Store, StoreError, column, sql};
use crate::api::Failure;

/// Turns that are kept of one transfer: its beginning and the newest. A link that comes and goes for days makes many.
pub const MAX_TURNS: u32 = 200;

/// A transfer came to stand so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Turn {
    /// When, milliseconds since 1970.
    pub at_ms: u64,
    /// Its state from then on.
    pub state: State,
    /// Why it stood there, if a person would ask.
    pub reason: Option<Reason>,
    /// What the failure that went with it was about: a path, an address.
    pub about: Option<String>,
}

impl Store {
    /// The turns of a transfer, oldest first; [`MAX_TURNS`] at most.
    pub async fn turns(&self, session: TransferId) -> Result<Vec<Turn>, StoreError> {
        let _held = self.hold();
        let rows = sqlx::query(sql::TURNS)
            .bind(&session.0[..])
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read).collect()
    }
}

/// Appends a turn within `transaction`, unless it says what the newest says; the oldest but the first make room.
pub(super) async fn add(
    transaction: &mut Transaction<'_, Sqlite>,
    session: TransferId,
    now: i64,
    (state, reason): (State, Option<Reason>),
    failure: Option<&Failure>,
) -> Result<(), StoreError> {
    let added = sqlx::query(sql::ADD_TURN)
        .bind(&session.0[..])
        .bind(now)
        .bind(state.as_str())
        .bind(reason.map(Reason::as_str))
        .bind(failure.and_then(|failure| failure.detail.as_deref()))
        .execute(&mut **transaction)
        .await?;
    if added.rows_affected() > 0 {
        sqlx::query(sql::DROP_OLD_TURNS)
            .bind(&session.0[..])
            .bind(MAX_TURNS - 1)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

fn read(row: &SqliteRow) -> Result<Turn, StoreError> {
    Ok(Turn {
        at_ms: column::u64(row, "at")?,
        state: column::word(row, "status", State::parse)?,
        reason: column::optional_word(row, "reason", Reason::parse)?,
        about: row.try_get("about")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{api::Code, store::testing};

    async fn stands(store: &Store, id: TransferId) -> Vec<(u64, State, Option<Reason>)> {
        let turns = store.turns(id).await.expect("a read");
        turns
            .iter()
            .map(|turn| (turn.at_ms, turn.state, turn.reason))
            .collect()
    }

    #[tokio::test]
    async fn every_move_of_a_transfer_is_on_its_time_line() {
        let store = testing::memory().await;
        let id = testing::insert(&store, 1).await;
        let full = Failure::new(Code::DiskFull, "no room").about("/größe");
        store
            .transition(id, State::Preparing, None, None, 10)
            .await
            .expect("legal");
        store
            .set_reason(id, Some(Reason::WaitingForAnswer), None, 20)
            .await
            .expect("legal");
        store
            .transition(id, State::Active, None, None, 30)
            .await
            .expect("legal");
        store
            .transition(id, State::Paused, Some(Reason::DiskFull), Some(&full), 40)
            .await
            .expect("legal");
        store
            .transition(id, State::Cancelled, None, None, 50)
            .await
            .expect("legal");
        store.retry(id, 1, 60).await.expect("legal");
        assert_eq!(
            stands(&store, id).await,
            [
                (1, State::Created, Some(Reason::WaitingForDevice)),
                (10, State::Preparing, None),
                (20, State::Preparing, Some(Reason::WaitingForAnswer)),
                (30, State::Active, None),
                (40, State::Paused, Some(Reason::DiskFull)),
                (50, State::Cancelled, None),
                (60, State::Created, None),
            ]
        );
        let turns = store.turns(id).await.expect("a read");
        assert_eq!(turns[4].about.as_deref(), Some("/größe"));
        // A refused move is none.
        let refused = store.transition(id, State::Completed, None, None, 70).await;
        assert!(refused.is_err());
        assert_eq!(stands(&store, id).await.len(), 7);
        store.cancel_and_remove(id).await;
        assert_eq!(stands(&store, id).await, []);
    }

    #[tokio::test]
    async fn the_same_again_is_not_told_and_of_too_many_the_beginning_and_the_newest_stay() {
        let store = testing::memory().await;
        let id = testing::insert(&store, 1).await;
        for _ in 0..3 {
            store
                .set_reason(id, Some(Reason::Queued), None, 5)
                .await
                .expect("legal");
        }
        assert_eq!(stands(&store, id).await.len(), 2);
        for n in 0..u64::from(MAX_TURNS) {
            let reason = [Reason::Reconnecting, Reason::Queued][(n % 2) as usize];
            store
                .set_reason(id, Some(reason), None, 100 + n)
                .await
                .expect("legal");
        }
        let turns = stands(&store, id).await;
        assert_eq!(turns.len() as u32, MAX_TURNS);
        assert_eq!(turns[0].0, 1, "the beginning");
        assert_eq!(turns[1].0, 101, "one more than fit");
        assert_eq!(turns.last().expect("some").0, 99 + u64::from(MAX_TURNS));
    }

    impl Store {
        async fn cancel_and_remove(&self, id: TransferId) {
            self.transition(id, State::Cancelled, None, None, 80)
                .await
                .expect("legal");
            self.remove_session(id).await.expect("it has ended");
        }
    }
}
