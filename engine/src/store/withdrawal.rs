//! Withdrawals: files that are no part of their transfer any more, and what replaces them, in one step.

use chunkstream_core::id::{FileId, TransferId};
use sqlx::{Row as _, Sqlite, Transaction};

use super::{NewEntry, NewRoot, Store, StoreError, entries, sql};

impl Store {
    /// Marks files as withdrawn, forgets their chunks, and appends what replaces them, of which the first
    /// gets the number `first`: a crash leaves all of it or nothing. What is marked already, or is no file,
    /// stays as it is.
    ///
    /// # Errors
    /// As [`Store::append_manifest`].
    pub async fn withdraw(
        &self,
        session: TransferId,
        files: &[FileId],
        first: FileId,
        news: &[NewEntry],
        roots: &[NewRoot],
    ) -> Result<(), StoreError> {
        let _held = self.hold();
        let mut transaction = self.begin().await?;
        for &file in files {
            withdraw(&mut transaction, session, file).await?;
        }
        if !news.is_empty() {
            entries::append(&mut transaction, session, first, news, roots).await?;
        }
        Ok(transaction.commit().await?)
    }
}

async fn withdraw(
    transaction: &mut Transaction<'_, Sqlite>,
    session: TransferId,
    file: FileId,
) -> Result<(), StoreError> {
    let on_file = |sql| sqlx::query(sql).bind(session.0.to_vec()).bind(file.0);
    let marked = on_file(sql::WITHDRAW_ENTRY)
        .execute(&mut **transaction)
        .await?;
    if marked.rows_affected() == 0 {
        return Ok(());
    }
    let undone = on_file(sql::FILE_UNDONE)
        .execute(&mut **transaction)
        .await?;
    if undone.rows_affected() > 0 {
        sqlx::query(sql::COUNT_FILES_DONE)
            .bind(-1)
            .bind(&session.0[..])
            .execute(&mut **transaction)
            .await?;
    }
    let sum = on_file(sql::CHUNK_SUM_OF_FILE)
        .fetch_one(&mut **transaction)
        .await?;
    let (chunks, bytes): (i64, i64) = (sum.try_get(0)?, sum.try_get(1)?);
    on_file(sql::DROP_CHUNKS_OF_FILE)
        .execute(&mut **transaction)
        .await?;
    sqlx::query(sql::COUNT_CHUNKS)
        .bind(-chunks)
        .bind(-bytes)
        .bind(0)
        .bind(&session.0[..])
        .execute(&mut **transaction)
        .await?;
    on_file(sql::WITHDRAW_ROOT)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use chunkstream_core::{integrity::Checksum, path::RelPath};

    use super::*;
    use crate::{api::EntryViewKind, store::testing};

    #[tokio::test]
    async fn a_withdrawn_file_leaves_no_chunk_no_count_and_no_root_and_its_successor_has_them() {
        let store = testing::memory().await;
        let id = testing::insert(&store, 1).await;
        let mut files = testing::files(3);
        files[1].entry.path = RelPath::parse("single").expect("a path");
        let root = NewRoot {
            name: "single".to_owned(),
            kind: EntryViewKind::File,
            source_path: None,
        };
        store
            .append_manifest(id, testing::FIRST, &files, std::slice::from_ref(&root))
            .await
            .expect("a write");
        store
            .record_chunks(&testing::chunks(id, 24), 5)
            .await
            .expect("a write");
        let done = [
            (FileId(1), Checksum([7; 32])),
            (FileId(2), Checksum([8; 32])),
        ];
        store.mark_files_done(id, &done).await.expect("a write");
        let before = store.session(id).await.expect("a read");

        let again = &files[1..2];
        for _ in 0..2 {
            let first = FileId(store.entry_count(id).await.expect("a read"));
            let news = if first == FileId(3) { again } else { &[] };
            let roots = std::slice::from_ref(&root);
            store
                .withdraw(id, &[FileId(1)], first, news, &roots[..news.len()])
                .await
                .expect("a write, and one that changes nothing");
        }

        let after = store.session(id).await.expect("a read");
        assert_eq!(after.completed_chunks, before.completed_chunks - 8);
        assert_eq!(
            after.durable_bytes,
            before.durable_bytes - 7 * (512 << 10) - 1000
        );
        assert_eq!(after.files_done, 1);
        let left = store.chunks_of_file(id, FileId(1)).await.expect("a read");
        assert_eq!(left, []);
        let stored = store.entries(id, FileId(0), 9).await.expect("a read");
        let flags: Vec<_> = stored.iter().map(|e| (e.withdrawn, e.done)).collect();
        assert_eq!(
            flags,
            [(false, false), (true, false), (false, true), (false, false)]
        );
        let roots = store.roots(id, 9).await.expect("a read");
        assert_eq!(
            roots.iter().map(|root| root.ordinal).collect::<Vec<_>>(),
            [1]
        );
        let done = [(FileId(1), Checksum([7; 32]))];
        assert_eq!(store.mark_files_done(id, &done).await.expect("a write"), 0);
    }

    #[tokio::test]
    async fn what_cannot_be_appended_withdraws_nothing() {
        let store = testing::memory().await;
        let id = testing::insert(&store, 1).await;
        let files = testing::files(2);
        store
            .append_entries(id, testing::FIRST, &files)
            .await
            .expect("a write");
        let gap = store
            .withdraw(id, &[FileId(0)], FileId(7), &files[..1], &[])
            .await;
        assert!(matches!(gap, Err(StoreError::NotFound(_))));
        let stored = store.entries(id, FileId(0), 9).await.expect("a read");
        assert!(stored.iter().all(|entry| !entry.withdrawn));
    }
}
