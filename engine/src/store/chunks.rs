//! Chunks: a row exists only if its bytes are durable on this disk (receiving), or the receiver has
//! acknowledged them as durable (sending). The counters of a session follow its rows: each data chunk
//! counts once, however often it is recorded; parity is recorded but not counted.

use std::collections::{BTreeMap, BTreeSet};

use chunkstream_core::{
    id::{FileId, TransferId},
    integrity::Checksum,
    session::{Illegal, State},
};
use sqlx::{
    Row as _, Sqlite,
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};

use super::{Store, StoreError, column, sql, transition};

/// How a chunk became durable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChunkStatus {
    /// It arrived, was verified and is on this disk.
    Received,
    /// It was rebuilt from parity, verified, and is on this disk.
    Rebuilt,
    /// It was sent, and is on the receiver's disk.
    Acknowledged,
}

impl ChunkStatus {
    /// Small numbers cost no space in SQLite's records.
    fn number(self) -> i64 {
        match self {
            Self::Received => 0,
            Self::Rebuilt => 1,
            Self::Acknowledged => 2,
        }
    }
}

/// A chunk that is durable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ChunkRow {
    /// Of which transfer.
    pub session: TransferId,
    /// Of which file.
    pub file: FileId,
    /// Its place in the file.
    pub sequence: u32,
    /// Its number over the whole transfer.
    pub chunk_id: u64,
    /// The checksum of its content.
    pub checksum: Checksum,
    /// Bytes of content.
    pub len: u32,
    /// Whether it protects others instead of carrying the file's bytes.
    pub is_parity: bool,
    /// How it became durable.
    pub status: ChunkStatus,
}

/// What [`Store::record_chunks`] did.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Recorded {
    /// New data chunks of each session that got any.
    pub new: BTreeMap<TransferId, ChunkCount>,
    /// Sessions that are not there (removed meanwhile), sorted: their rows were skipped.
    pub unknown: Vec<TransferId>,
}

/// A number of data chunks, and the bytes in them.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct ChunkCount {
    /// Chunks.
    pub chunks: u64,
    /// Bytes.
    pub bytes: u64,
}

impl Store {
    /// Records chunks of any number of sessions in one transaction. Recording one again changes nothing.
    pub async fn record_chunks(
        &self,
        rows: &[ChunkRow],
        now_ms: u64,
    ) -> Result<Recorded, StoreError> {
        let _held = self.hold();
        let now = column::from_u64(now_ms, "a time")?;
        let mut recorded = Recorded::default();
        let mut transaction = self.begin().await?;

        let of: BTreeSet<TransferId> = rows.iter().map(|row| row.session).collect();
        for session in of {
            match transition::state(&mut transaction, session).await {
                Ok(_) => {}
                Err(StoreError::NotFound(_)) => recorded.unknown.push(session),
                Err(error) => return Err(error),
            }
        }
        let unknown = &recorded.unknown;
        let there = |row: &&ChunkRow| unknown.binary_search(&row.session).is_err();
        let kept: Vec<&ChunkRow> = rows.iter().filter(there).collect();
        let (many, single) = kept.as_chunks::<{ sql::CHUNKS_AT_ONCE }>();

        let new = &mut recorded.new;
        let mut count = |session, len: u64| {
            let count: &mut ChunkCount = new.entry(session).or_default();
            count.chunks += 1;
            count.bytes += len;
        };
        for group in many {
            let mut query = sqlx::query(sql::INSERT_CHUNKS);
            for row in group {
                query = bind(query, row, now)?;
            }
            for new in query.fetch_all(&mut *transaction).await? {
                if !new.try_get::<bool, _>("is_parity")? {
                    count(
                        TransferId(column::bytes(&new, "session_id")?),
                        column::u64(&new, "len")?,
                    );
                }
            }
        }
        for row in single {
            let query = bind(sqlx::query(sql::INSERT_CHUNK), row, now)?;
            let done = query.execute(&mut *transaction).await?;
            if done.rows_affected() == 1 && !row.is_parity {
                count(row.session, u64::from(row.len));
            }
        }
        for (session, count) in &recorded.new {
            sqlx::query(sql::COUNT_CHUNKS)
                .bind(column::from_u64(count.chunks, "a number of chunks")?)
                .bind(column::from_u64(count.bytes, "a size")?)
                .bind(now)
                .bind(&session.0[..])
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(recorded)
    }

    /// The data chunks of a session, by file and place.
    pub async fn chunks_of(
        &self,
        session: TransferId,
    ) -> Result<Vec<(FileId, u32, Checksum)>, StoreError> {
        let _held = self.hold();
        let rows = sqlx::query(sql::CHUNKS)
            .bind(&session.0[..])
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The data chunks of one file, by place.
    pub async fn chunks_of_file(
        &self,
        session: TransferId,
        file: FileId,
    ) -> Result<Vec<(u32, Checksum)>, StoreError> {
        let _held = self.hold();
        let rows = sqlx::query(sql::CHUNKS_OF_FILE)
            .bind(&session.0[..])
            .bind(file.0)
            .fetch_all(&self.readers)
            .await?;
        rows.iter()
            .map(|row| read(row).map(|(_, sequence, checksum)| (sequence, checksum)))
            .collect()
    }

    /// The `limit` data chunks of a session that were recorded last, the newest first.
    pub async fn newest_chunks(
        &self,
        session: TransferId,
        limit: u32,
    ) -> Result<Vec<(FileId, u32, Checksum)>, StoreError> {
        let _held = self.hold();
        let rows = sqlx::query(sql::NEWEST_CHUNKS)
            .bind(&session.0[..])
            .bind(limit)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Takes back data chunks that were found damaged: the counters go back, and their file is not done
    /// any more. Returns what was there.
    ///
    /// # Errors
    /// [`StoreError::Illegal`] if the transfer has ended.
    pub async fn forget_chunks(
        &self,
        session: TransferId,
        file: FileId,
        sequences: &[u32],
    ) -> Result<ChunkCount, StoreError> {
        let _held = self.hold();
        let mut forgotten = ChunkCount::default();
        if sequences.is_empty() {
            return Ok(forgotten);
        }
        let mut transaction = self.begin().await?;
        let state = transition::state(&mut transaction, session).await?;
        if state.is_final() {
            return Err(Illegal {
                from: state,
                to: State::Active,
            }
            .into());
        }
        for sequence in sequences {
            let row = sqlx::query(sql::FORGET_CHUNK)
                .bind(&session.0[..])
                .bind(file.0)
                .bind(sequence)
                .fetch_optional(&mut *transaction)
                .await?;
            if let Some(row) = row {
                forgotten.chunks += 1;
                forgotten.bytes += column::u64(&row, "len")?;
            }
        }
        sqlx::query(sql::COUNT_CHUNKS)
            .bind(-column::from_u64(forgotten.chunks, "a number of chunks")?)
            .bind(-column::from_u64(forgotten.bytes, "a size")?)
            .bind(0)
            .bind(&session.0[..])
            .execute(&mut *transaction)
            .await?;
        let undone = sqlx::query(sql::FILE_UNDONE)
            .bind(&session.0[..])
            .bind(file.0)
            .execute(&mut *transaction)
            .await?;
        if undone.rows_affected() > 0 {
            sqlx::query(sql::COUNT_FILES_DONE)
                .bind(-1)
                .bind(&session.0[..])
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(forgotten)
    }
}

fn bind<'q>(
    query: Query<'q, Sqlite, SqliteArguments>,
    row: &'q ChunkRow,
    now: i64,
) -> Result<Query<'q, Sqlite, SqliteArguments>, StoreError> {
    Ok(query
        .bind(&row.session.0[..])
        .bind(row.file.0)
        .bind(row.sequence)
        .bind(row.is_parity)
        .bind(column::from_u64(row.chunk_id, "a chunk's number")?)
        .bind(row.status.number())
        .bind(row.len)
        .bind(&row.checksum.0[..])
        .bind(now))
}

fn read(row: &SqliteRow) -> Result<(FileId, u32, Checksum), StoreError> {
    Ok((
        FileId(column::u32(row, "file_id")?),
        column::u32(row, "sequence_number")?,
        Checksum(column::bytes(row, "checksum")?),
    ))
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::store::testing;

    async fn counters(store: &Store, id: TransferId) -> (u64, u64) {
        let session = store.session(id).await.expect("a read");
        (session.completed_chunks, session.durable_bytes)
    }

    /// Fewer than one group, one group, a group and some, many groups.
    #[tokio::test]
    async fn a_chunk_recorded_again_counts_once() {
        for n in [1, 15, 16, 17, 300] {
            let store = testing::memory().await;
            let id = testing::insert(&store, 1).await;
            let rows = testing::chunks(id, n);
            let bytes = rows.iter().map(|row| u64::from(row.len)).sum();
            let twice = [&rows[..], &rows[..]].concat();
            let recorded = store.record_chunks(&twice, 9).await.expect("a write");
            let count = ChunkCount {
                chunks: u64::from(n),
                bytes,
            };
            assert_eq!(recorded.new, BTreeMap::from([(id, count)]), "{n}");
            let again = store.record_chunks(&rows, 11).await.expect("a write");
            assert_eq!(again, Recorded::default(), "{n}");
            assert_eq!(
                counters(&store, id).await,
                (count.chunks, count.bytes),
                "{n}"
            );
            let back = store.chunks_of(id).await.expect("a read");
            let expected: Vec<_> = rows
                .iter()
                .map(|r| (r.file, r.sequence, r.checksum))
                .collect();
            assert_eq!(back, expected, "{n}");
        }
    }

    #[tokio::test]
    async fn recording_moves_the_time_of_the_last_change_but_never_back() {
        let store = testing::memory().await;
        let id = testing::insert(&store, 1).await;
        let rows = testing::chunks(id, 2);
        store
            .record_chunks(&rows[..1], 5_000)
            .await
            .expect("a write");
        store
            .record_chunks(&rows[1..], 4_000)
            .await
            .expect("a write");
        assert_eq!(store.session(id).await.expect("a read").updated_ms, 5_000);
    }

    #[tokio::test]
    async fn one_batch_serves_many_sessions_and_skips_those_that_are_gone() {
        let store = testing::memory().await;
        let (one, two) = (
            testing::insert(&store, 1).await,
            testing::insert(&store, 2).await,
        );
        let gone = testing::id(9);
        let mut rows = Vec::new();
        for n in 0..40 {
            for id in [one, gone, two] {
                rows.push(ChunkRow {
                    sequence: n,
                    file: FileId(0),
                    ..testing::chunks(id, 1)[0]
                });
            }
        }
        let recorded = store.record_chunks(&rows, 9).await.expect("a write");
        assert_eq!(recorded.unknown, [gone]);
        for id in [one, two] {
            assert_eq!(recorded.new[&id].chunks, 40);
            assert_eq!(
                store.session(id).await.expect("a read").completed_chunks,
                40
            );
        }
        assert_eq!(store.chunks_of(gone).await.expect("a read"), []);
    }

    #[tokio::test]
    async fn parity_is_kept_apart_and_not_counted() {
        let store = testing::memory().await;
        let id = testing::insert(&store, 1).await;
        let data = testing::chunks(id, 20);
        let parity: Vec<_> = data
            .iter()
            .map(|row| ChunkRow {
                is_parity: true,
                ..*row
            })
            .collect();
        assert_eq!(
            store.record_chunks(&parity, 9).await.expect("a write"),
            Recorded::default()
        );
        assert_eq!(counters(&store, id).await, (0, 0));
        let recorded = store.record_chunks(&data, 9).await.expect("a write");
        assert_eq!(recorded.new[&id].chunks, 20);
        assert_eq!(store.chunks_of(id).await.expect("a read").len(), 20);
    }

    #[tokio::test]
    async fn forgetting_damaged_chunks_takes_the_counters_back() {
        let store = testing::memory().await;
        let id = testing::insert(&store, 1).await;
        store
            .append_entries(id, testing::FIRST, &testing::files(2))
            .await
            .expect("a write");
        let rows: Vec<_> = (0..5)
            .map(|n| ChunkRow {
                file: FileId(1),
                sequence: n,
                ..testing::chunks(id, 1)[0]
            })
            .collect();
        let len = u64::from(rows[0].len);
        store.record_chunks(&rows, 9).await.expect("a write");
        store
            .mark_files_done(id, &[(FileId(1), Checksum([1; 32]))])
            .await
            .expect("a write");

        assert_eq!(
            store
                .forget_chunks(id, FileId(1), &[])
                .await
                .expect("nothing"),
            ChunkCount::default()
        );
        assert_eq!(store.session(id).await.expect("a read").files_done, 1);
        let forgotten = store
            .forget_chunks(id, FileId(1), &[1, 3, 3, 99])
            .await
            .expect("a write");
        assert_eq!(
            forgotten,
            ChunkCount {
                chunks: 2,
                bytes: 2 * len
            }
        );
        assert_eq!(counters(&store, id).await, (3, 3 * len));
        assert_eq!(store.session(id).await.expect("a read").files_done, 0);
        let left = store.chunks_of_file(id, FileId(1)).await.expect("a read");
        assert_eq!(left.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [0, 2, 4]);
        assert_eq!(
            store.chunks_of_file(id, FileId(0)).await.expect("a read"),
            []
        );

        testing::bring(&store, id, State::Cancelled).await;
        let refused = store.forget_chunks(id, FileId(1), &[0]).await;
        assert!(matches!(refused, Err(StoreError::Illegal(_))));
    }

    /// What a coordinator may do with the chunks of two sessions, two files and twelve places.
    #[derive(Clone, Debug)]
    enum Step {
        Record(Vec<(u32, u32, u32, bool)>),
        Forget(u32, u32, Vec<u32>),
    }

    fn step() -> impl Strategy<Value = Step> {
        let chunk = (1..3_u32, 0..2_u32, 0..12_u32, any::<bool>());
        prop_oneof![
            3 => vec(chunk, 0..40).prop_map(Step::Record),
            1 => (1..3_u32, 0..2_u32, vec(0..12_u32, 0..6)).prop_map(|(s, f, n)| Step::Forget(s, f, n)),
        ]
    }

    /// Each place has a length of its own, so that a sum tells which were counted.
    fn len(file: u32, sequence: u32) -> u32 {
        1 << (file * 12 + sequence)
    }

    async fn counters_follow_the_rows(steps: Vec<Step>) {
        let store = testing::memory().await;
        for n in [1, 2] {
            testing::insert(&store, n).await;
        }
        let mut model = BTreeSet::new();
        for step in steps {
            match step {
                Step::Record(chunks) => {
                    let rows: Vec<_> = chunks
                        .iter()
                        .map(|&(session, file, sequence, is_parity)| ChunkRow {
                            file: FileId(file),
                            sequence,
                            len: len(file, sequence),
                            is_parity,
                            ..testing::chunks(testing::id(session), 1)[0]
                        })
                        .collect();
                    store.record_chunks(&rows, 9).await.expect("a write");
                    model.extend(
                        chunks
                            .iter()
                            .filter(|c| !c.3)
                            .map(|&(s, f, n, _)| (s, f, n)),
                    );
                }
                Step::Forget(session, file, sequences) => {
                    let id = testing::id(session);
                    store
                        .forget_chunks(id, FileId(file), &sequences)
                        .await
                        .expect("a write");
                    model.retain(|&(s, f, n)| (s, f) != (session, file) || !sequences.contains(&n));
                }
            }
            for n in [1, 2] {
                let mine: Vec<_> = model.iter().filter(|c| c.0 == n).collect();
                let bytes = mine.iter().map(|c| u64::from(len(c.1, c.2))).sum();
                assert_eq!(
                    counters(&store, testing::id(n)).await,
                    (mine.len() as u64, bytes)
                );
                let rows = store.chunks_of(testing::id(n)).await.expect("a read");
                let places: Vec<_> = rows.iter().map(|row| (n, row.0.0, row.1)).collect();
                assert!(places.iter().eq(mine.into_iter()), "{places:?}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn counters_follow_the_rows_whatever_is_recorded_and_forgotten(steps in vec(step(), 1..12)) {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime")
                .block_on(counters_follow_the_rows(steps));
        }
    }
}
