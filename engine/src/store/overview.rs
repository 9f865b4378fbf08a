//! What is shown of a transfer without reading all of it: pages of its entries, sums of its chunks.
//!
//! A page reads the rows that it shows and no others, however many the transfer has (the tests ask SQLite for its
//! plans). The sums for a map read one index over the transfer's chunks: asked once for a transfer that has ended.

use std::collections::HashMap;

use chunkstream_core::{
    chunk::{ChunkMap, Part},
    id::{FileId, TransferId},
};
use sqlx::{Row as _, sqlite::SqliteRow};

use super::{Store, StoreError, StoredEntry, column, sql};

impl Store {
    /// At most `limit` entries that were withdrawn or are not received, from number `from` on.
    pub async fn left_out_entries(
        &self,
        session: TransferId,
        from: FileId,
        limit: u32,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        self.page(sql::LEFT_OUT_ENTRIES, session, from, limit).await
    }

    /// At most `limit` files of a sender of which the receiver does not have all, as far as is recorded, from number
    /// `from` on. Reads the files up to the last one that it gives.
    pub async fn open_files(
        &self,
        session: TransferId,
        from: FileId,
        limit: u32,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        self.page(sql::OPEN_FILES, session, from, limit).await
    }

    /// Bytes of the recorded data chunks of the files from `first` to `last`; nothing of those that have none.
    pub async fn durable_of_files(
        &self,
        session: TransferId,
        first: FileId,
        last: FileId,
    ) -> Result<HashMap<FileId, u64>, StoreError> {
        let _held = self.hold();
        let rows = sqlx::query(sql::DURABLE_OF_FILES)
            .bind(&session.0[..])
            .bind(first.0)
            .bind(last.0)
            .fetch_all(&self.readers)
            .await?;
        by_file(&rows, |row| column::u64(row, "bytes"))
    }

    /// The data chunks of a transfer that were rebuilt from parity.
    pub async fn rebuilt_chunks(
        &self,
        session: TransferId,
    ) -> Result<Vec<(FileId, u32)>, StoreError> {
        let _held = self.hold();
        let rows = sqlx::query(sql::REBUILT)
            .bind(&session.0[..])
            .fetch_all(&self.readers)
            .await?;
        by_file(&rows, |row| column::u32(row, "sequence_number"))
    }

    /// A map in at most `cells` cells of the data chunks that are recorded, of `chunks` or more.
    pub async fn chunk_map(
        &self,
        session: TransferId,
        chunks: u64,
        cells: u32,
    ) -> Result<ChunkMap, StoreError> {
        let _held = self.hold();
        let next: i64 = sqlx::query(sql::NEXT_CHUNK_ID)
            .bind(&session.0[..])
            .fetch_one(&self.readers)
            .await?
            .try_get(0)?;
        let chunks = chunks.max(next.unsigned_abs());
        let mut map = ChunkMap::new(chunks, cells);
        for (sql, part) in [
            (sql::CELLS, Part::Durable),
            (sql::REBUILT_CELLS, Part::Rebuilt),
        ] {
            let rows = sqlx::query(sql)
                .bind(&session.0[..])
                .bind(column::from_u64(chunks.max(1), "a number of chunks")?)
                .bind(map.len())
                .fetch_all(&self.readers)
                .await?;
            for row in rows {
                let cell = column::u32(&row, "cell")?;
                map.add_to(cell as usize, column::u64(&row, "chunks")?, part);
            }
        }
        Ok(map)
    }
}

/// The file of each row, and what `value` reads of it.
fn by_file<T, All: FromIterator<(FileId, T)>>(
    rows: &[SqliteRow],
    value: impl Fn(&SqliteRow) -> Result<T, StoreError>,
) -> Result<All, StoreError> {
    rows.iter()
        .map(|row| Ok((FileId(column::u32(row, "file_id")?), value(row)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{ChunkStatus, Fate, Placement, testing};

    /// What SQLite says that it does for a query.
    async fn plan_of(store: &Store, query: &'static str) -> String {
        let text = format!("EXPLAIN QUERY PLAN {query}");
        let rows = sqlx::query(sqlx::AssertSqlSafe(text))
            .fetch_all(&store.readers)
            .await
            .expect("a plan");
        let lines = rows.iter().map(|row| row.get::<String, _>("detail"));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// None of them walks over a table, or past the rows of its page.
    #[tokio::test]
    async fn a_page_finds_its_rows_by_their_numbers() {
        let store = testing::memory().await;
        for (query, expected) in [
            (
                sql::ENTRIES,
                "SEARCH entries USING PRIMARY KEY (session_id=? AND file_id>?)",
            ),
            (
                sql::UNFINISHED_FILES,
                "SEARCH entries USING INDEX entries_unfinished (session_id=? AND file_id>?)",
            ),
            (
                sql::LEFT_OUT_ENTRIES,
                "SEARCH entries USING INDEX entries_left_out (session_id=? AND file_id>?)",
            ),
            (
                sql::DURABLE_OF_FILES,
                "SEARCH chunks USING PRIMARY KEY (session_id=? AND file_id>? AND file_id<?)",
            ),
            (
                sql::CELLS,
                "SEARCH chunks USING COVERING INDEX chunks_by_id (session_id=?)\nUSE TEMP B-TREE FOR GROUP BY",
            ),
            (
                sql::REBUILT_CELLS,
                "SEARCH chunks USING INDEX chunks_rebuilt (session_id=?)\nUSE TEMP B-TREE FOR GROUP BY",
            ),
            (sql::TURNS, "SEARCH turns USING PRIMARY KEY (session_id=?)"),
        ] {
            assert_eq!(plan_of(&store, query).await, expected, "{query}");
        }
    }

    #[tokio::test]
    async fn the_map_of_recorded_chunks_says_which_were_rebuilt() {
        let store = testing::memory().await;
        let id = testing::insert(&store, 1).await;
        let mut rows = testing::chunks(id, 30);
        for row in &mut rows[4..6] {
            row.status = ChunkStatus::Rebuilt;
        }
        rows.remove(9);
        store.record_chunks(&rows, 9).await.expect("a write");
        let map = store.chunk_map(id, 40, 4).await.expect("a read");
        assert_eq!(map.text(), "9rr.");
        let map = store.chunk_map(id, 40, 40).await.expect("a read");
        let expected: String = (0..40)
            .map(|n| match n {
                4 | 5 => 'p',
                9 | 30.. => '.',
                _ => 'r',
            })
            .collect();
        assert_eq!(map.text(), expected);
        assert_eq!(map.sums().rebuilt, 2);
        // Rows beyond what was announced still have their places.
        let map = store.chunk_map(id, 0, 40).await.expect("a read");
        assert_eq!(map.len(), 30);
        let rebuilt = store.rebuilt_chunks(id).await.expect("a read");
        assert_eq!(rebuilt.len(), 2);
    }

    #[tokio::test]
    async fn what_is_left_out_comes_by_pages_and_bytes_by_file() {
        let store = testing::memory().await;
        let id = testing::insert(&store, 1).await;
        store
            .append_entries(id, FileId(0), &testing::files(9))
            .await
            .expect("a write");
        let unwanted = |file| Placement {
            file: FileId(file),
            stored: None,
            fate: Fate::Unwanted,
        };
        let placements: Vec<_> = [1, 4, 6, 7].map(unwanted).into();
        store.place_entries(id, &placements).await.expect("a write");
        store
            .withdraw(id, &[FileId(5)], FileId(9), &[], &[])
            .await
            .expect("a write");
        let page = store
            .left_out_entries(id, FileId(2), 3)
            .await
            .expect("a read");
        let numbers: Vec<u32> = page.iter().map(|entry| entry.file.0).collect();
        assert_eq!(numbers, [4, 5, 6]);

        let rows = testing::chunks(id, 2);
        store.record_chunks(&rows, 9).await.expect("a write");
        let file = rows[0].file;
        let bytes = store
            .durable_of_files(id, file, FileId(8))
            .await
            .expect("a read");
        let sum = rows.iter().map(|row| u64::from(row.len)).sum();
        assert_eq!(bytes, HashMap::from([(file, sum)]));
        // What has all its bytes is not open, and neither is what is left out.
        let open = store.open_files(id, FileId(0), 3).await.expect("a read");
        let numbers: Vec<u32> = open.iter().map(|entry| entry.file.0).collect();
        assert_eq!(numbers, [2, 3, 8]);
    }
}
