//! Removal of what has ended: in slices, because a large transfer has a million rows, and others wait.

use chunkstream_core::id::TransferId;

use super::{Store, StoreError, sql, transition};

/// Rows deleted in one transaction when a large transfer is removed, so that other writers get their turn.
const DELETE_AT_ONCE: u32 = 10_000;

impl Store {
    /// Removes a transfer that has ended, with its roots, entries and chunks; its events stay. A crash
    /// in between leaves it in the history with fewer of them, to be removed again.
    ///
    /// # Errors
    /// [`StoreError::Unfinished`] if it has not ended: nothing has changed then.
    pub async fn remove_session(&self, id: TransferId) -> Result<(), StoreError> {
        let _held = self.hold();
        self.delete_slices(sql::DROP_CHUNKS, id).await?;
        self.delete_slices(sql::DROP_ENTRIES, id).await?;
        let removed = sqlx::query(sql::REMOVE_SESSION)
            .bind(&id.0[..])
            .execute(&self.writer)
            .await?;
        match removed.rows_affected() {
            0 => Err(StoreError::Unfinished),
            _ => Ok(()),
        }
    }

    /// Removes the chunk rows of a transfer that has ended; its counters stay.
    ///
    /// # Errors
    /// [`StoreError::Unfinished`] if it has not ended: nothing has changed then.
    pub async fn drop_chunks(&self, id: TransferId) -> Result<(), StoreError> {
        let _held = self.hold();
        self.delete_slices(sql::DROP_CHUNKS, id).await
    }

    /// Runs a deletion of [`DELETE_AT_ONCE`] rows until nothing is left of a session that has ended.
    async fn delete_slices(&self, sql: &'static str, id: TransferId) -> Result<(), StoreError> {
        loop {
            let mut transaction = self.begin().await?;
            if !transition::state(&mut transaction, id).await?.is_final() {
                return Err(StoreError::Unfinished);
            }
            let done = sqlx::query(sql)
                .bind(&id.0[..])
                .bind(DELETE_AT_ONCE)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            if done.rows_affected() < u64::from(DELETE_AT_ONCE) {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use chunkstream_core::session::State;

    use super::*;
    use crate::store::testing;

    #[tokio::test]
    async fn only_what_has_ended_can_be_removed_and_nothing_of_it_is_left() {
        let store = testing::memory().await;
        let (id, other) = (
            testing::insert(&store, 1).await,
            testing::insert(&store, 2).await,
        );
        for id in [id, other] {
            store
                .append_entries(id, testing::FIRST, &testing::files(3))
                .await
                .expect("a write");
            store
                .record_chunks(&testing::chunks(id, 3), 5)
                .await
                .expect("a write");
        }
        assert!(matches!(
            store.remove_session(id).await,
            Err(StoreError::Unfinished)
        ));
        assert!(matches!(
            store.drop_chunks(id).await,
            Err(StoreError::Unfinished)
        ));
        assert_eq!(store.chunks_of(id).await.expect("a read").len(), 3);

        testing::bring(&store, id, State::Failed).await;
        store.drop_chunks(id).await.expect("it has ended");
        assert_eq!(store.chunks_of(id).await.expect("a read"), []);
        assert_eq!(store.session(id).await.expect("a read").completed_chunks, 3);
        store.remove_session(id).await.expect("it has ended");
        assert!(matches!(
            store.session(id).await,
            Err(StoreError::NotFound("session"))
        ));
        assert_eq!(store.root_count(id).await.expect("a read"), 0);
        assert_eq!(store.entry_count(id).await.expect("a read"), 0);
        assert_eq!(store.chunks_of(other).await.expect("a read").len(), 3);
        assert!(matches!(
            store.remove_session(id).await,
            Err(StoreError::NotFound("session"))
        ));
    }

    #[tokio::test]
    async fn more_than_one_slice_is_removed_whole() {
        let store = testing::memory().await;
        let id = testing::insert(&store, 1).await;
        let n = 2 * DELETE_AT_ONCE + 1;
        store
            .append_entries(id, testing::FIRST, &testing::files(n))
            .await
            .expect("a write");
        store
            .record_chunks(&testing::chunks(id, n), 5)
            .await
            .expect("a large batch");
        assert_eq!(
            store.session(id).await.expect("a read").completed_chunks,
            u64::from(n)
        );
        testing::bring(&store, id, State::Cancelled).await;
        store.drop_chunks(id).await.expect("it has ended");
        assert_eq!(store.chunks_of(id).await.expect("a read"), []);
        store.remove_session(id).await.expect("it has ended");
        assert_eq!(store.entry_count(id).await.expect("a read"), 0);
    }
}
