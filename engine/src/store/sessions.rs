//! Sessions: one row for each transfer, from its first moment until it is removed from the history.
//!
//! A state changes only by [`Store::transition`], which goes through the core's state machine. `updated_at`
//! is the time of the last move, reason or chunk; the other setters leave it.

use chunkstream_core::{
    chunk::{ChunkSize, ParityMode},
    device::DeviceId,
    id::TransferId,
    priority::Priority,
    session::{Direction, Reason, State},
};
use sqlx::{
    Row as _, Sqlite,
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};

use super::{NewRoot, Store, StoreError, column, devices, roots, sql, turns};
use crate::api::Failure;

/// A transfer to be recorded; it begins as [`State::Created`].
#[derive(Clone, PartialEq, Debug)]
pub struct NewSession {
    /// Its id, the same on both devices.
    pub id: TransferId,
    /// Which way.
    pub direction: Direction,
    /// The other end.
    pub peer: DeviceId,
    /// Where the other end may be reached, best first.
    pub peer_addresses: Vec<String>,
    /// Sending: what was given to be sent, absolute paths.
    pub sources: Vec<String>,
    /// What a list shows.
    pub title: String,
    /// Why it stands where it stands.
    pub reason: Option<Reason>,
    /// Its class.
    pub priority: Priority,
    /// How it is protected.
    pub parity: ParityMode,
    /// How it is cut.
    pub chunk_size: ChunkSize,
    /// Receiving: the folder in which the roots are put.
    pub folder: Option<String>,
    /// At most so many bytes per second.
    pub limit_bps: Option<u64>,
    /// What the sender says about it.
    pub note: Option<String>,
    /// How often it was retried after an end, as far as this device knows.
    pub attempt: u32,
    /// The roots known so far.
    pub roots: Vec<NewRoot>,
    /// Now, milliseconds since 1970.
    pub created_ms: u64,
}

/// A recorded transfer.
#[derive(Clone, PartialEq, Debug)]
pub struct Session {
    /// Its id, the same on both devices.
    pub id: TransferId,
    /// Which way.
    pub direction: Direction,
    /// The other end.
    pub peer: DeviceId,
    /// Where the other end may be reached, best first.
    pub peer_addresses: Vec<String>,
    /// Sending: what was given to be sent, absolute paths.
    pub sources: Vec<String>,
    /// What a list shows.
    pub title: String,
    /// The first root: its source path, or its name as sent; empty while there is none.
    pub file_path: String,
    /// Bytes announced so far.
    pub bytes: u64,
    /// Where it is.
    pub state: State,
    /// Why it stands there.
    pub reason: Option<Reason>,
    /// Why it failed or is paused.
    pub failure: Option<Failure>,
    /// Its class.
    pub priority: Priority,
    /// How it is protected.
    pub parity: ParityMode,
    /// How it is cut.
    pub chunk_size: ChunkSize,
    /// Data chunks announced so far.
    pub total_chunks: u64,
    /// Data chunks that are durable at the receiver.
    pub completed_chunks: u64,
    /// Bytes that are durable at the receiver.
    pub durable_bytes: u64,
    /// Files announced so far (folders and links not counted).
    pub files: u64,
    /// Files that were marked done.
    pub files_done: u64,
    /// Whether `files`, `bytes` and `total_chunks` are final.
    pub scan_complete: bool,
    /// Receiving: the folder in which the roots are put, once accepted.
    pub folder: Option<String>,
    /// Receiving: how the offer was accepted, see [`Store::set_rules`].
    pub rules: Option<String>,
    /// At most so many bytes per second.
    pub limit_bps: Option<u64>,
    /// What the sender says about it.
    pub note: Option<String>,
    /// False at a start of the program: it ended while this transfer's files were written.
    pub clean: bool,
    /// How often it was retried after an end.
    pub attempt: u32,
    /// Whether the other device knows of it and has not heard of its end (or cannot have yet).
    pub owes_end: bool,
    /// Sending: given up if its device was not reached by then, milliseconds since 1970.
    pub deadline_ms: Option<u64>,
    /// When it was recorded, milliseconds since 1970.
    pub created_ms: u64,
    /// When it last moved on, milliseconds since 1970.
    pub updated_ms: u64,
    /// When it came to its final state, milliseconds since 1970.
    pub finished_ms: Option<u64>,
}

/// What a transfer consists of, as far as it is announced.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct SessionTotals {
    /// Files (folders and links not counted).
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Their data chunks.
    pub chunks: u64,
    /// Whether that is all.
    pub scan_complete: bool,
}

impl Store {
    /// Records a transfer.
    ///
    /// # Errors
    /// [`StoreError::Exists`] if the id is taken: nothing has changed then.
    pub async fn insert_session(&self, new: &NewSession) -> Result<(), StoreError> {
        let _held = self.hold();
        let created = column::from_u64(new.created_ms, "a time")?;
        let mut transaction = self.begin().await?;
        let done = sqlx::query(sql::INSERT_SESSION)
            .bind(&new.id.0[..])
            .bind(new.direction.as_str())
            .bind(&new.peer.0[..])
            .bind(devices::addresses_json(&new.peer_addresses)?)
            .bind(column::to_json(&new.sources)?)
            .bind(&new.title)
            .bind("")
            .bind(State::Created.as_str())
            .bind(new.reason.map(Reason::as_str))
            .bind(new.priority.as_str())
            .bind(new.parity.to_string())
            .bind(new.chunk_size.bytes())
            .bind(&new.folder)
            .bind(column::optional_from_u64(new.limit_bps, "a limit")?)
            .bind(&new.note)
            .bind(new.attempt)
            .bind(created)
            .bind(created)
            // A sender's device learns of it with its first offer.
            .bind(new.direction == Direction::Receiving)
            .execute(&mut *transaction)
            .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::Exists("session"));
        }
        turns::add(
            &mut transaction,
            new.id,
            created,
            (State::Created, new.reason),
            None,
        )
        .await?;
        roots::insert(&mut transaction, new.id, &new.roots).await?;
        Ok(transaction.commit().await?)
    }

    /// One transfer.
    pub async fn session(&self, id: TransferId) -> Result<Session, StoreError> {
        let _held = self.hold();
        let row = sqlx::query(sql::SESSION)
            .bind(&id.0[..])
            .fetch_optional(&self.readers)
            .await?;
        read(&row.ok_or(StoreError::NotFound("session"))?)
    }

    /// All transfers, newest first.
    pub async fn sessions(&self) -> Result<Vec<Session>, StoreError> {
        let _held = self.hold();
        // Read as they come: SQLite's rows of a long history would take many times as much memory.
        let rows = sqlx::query(sql::SESSIONS).map(|row| read(&row));
        let sessions = rows.fetch_all(&self.readers).await?;
        sessions.into_iter().collect()
    }

    /// All transfers that are not in a final state, oldest first.
    pub async fn unfinished(&self) -> Result<Vec<Session>, StoreError> {
        let _held = self.hold();
        let rows = sqlx::query(sql::UNFINISHED)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Ids that begin with these hexadecimal digits (either case), `limit` at most; none for an empty text.
    pub async fn find_sessions(
        &self,
        prefix: &str,
        limit: u32,
    ) -> Result<Vec<TransferId>, StoreError> {
        if prefix.is_empty() {
            return Ok(Vec::new());
        }
        let _held = self.hold();
        let rows = sqlx::query(sql::FIND_SESSIONS)
            .bind(prefix.to_ascii_lowercase())
            .bind(limit)
            .fetch_all(&self.readers)
            .await?;
        rows.iter()
            .map(|row| Ok(TransferId(column::bytes(row, "session_id")?)))
            .collect()
    }

    /// Sets what the transfer consists of, as far as it is announced.
    pub async fn set_totals(
        &self,
        id: TransferId,
        totals: SessionTotals,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(sql::SET_TOTALS)
            .bind(column::from_u64(totals.files, "a number of files")?)
            .bind(column::from_u64(totals.bytes, "a size")?)
            .bind(column::from_u64(totals.chunks, "a number of chunks")?)
            .bind(totals.scan_complete);
        self.set(query, id).await
    }

    /// Sets the folder in which a receiver puts the roots.
    pub async fn set_folder(&self, id: TransferId, folder: &str) -> Result<(), StoreError> {
        self.set(sqlx::query(sql::SET_FOLDER).bind(folder), id)
            .await
    }

    /// Sets the class.
    pub async fn set_priority(&self, id: TransferId, priority: Priority) -> Result<(), StoreError> {
        self.set(sqlx::query(sql::SET_PRIORITY).bind(priority.as_str()), id)
            .await
    }

    /// Sets or lifts the limit in bytes per second.
    pub async fn set_limit(
        &self,
        id: TransferId,
        limit_bps: Option<u64>,
    ) -> Result<(), StoreError> {
        let limit = column::optional_from_u64(limit_bps, "a limit")?;
        self.set(sqlx::query(sql::SET_LIMIT).bind(limit), id).await
    }

    /// Sets where the other end may be reached, best first (the first
    /// [`MAX_ADDRESSES`](super::MAX_ADDRESSES) are kept).
    pub async fn set_peer_addresses(
        &self,
        id: TransferId,
        addresses: &[String],
    ) -> Result<(), StoreError> {
        let addresses = devices::addresses_json(addresses)?;
        self.set(sqlx::query(sql::SET_PEER_ADDRESSES).bind(addresses), id)
            .await
    }

    /// Sets what a list shows.
    pub async fn set_title(&self, id: TransferId, title: &str) -> Result<(), StoreError> {
        self.set(sqlx::query(sql::SET_TITLE).bind(title), id).await
    }

    /// Sets the mark by which the next start tells an orderly end from a crash: false before the first
    /// byte of a session's files is written, true once all is synced and closed.
    pub async fn set_clean(&self, id: TransferId, clean: bool) -> Result<(), StoreError> {
        self.set(sqlx::query(sql::SET_CLEAN).bind(clean), id).await
    }

    /// Sets which of the sender's attempts is served.
    pub async fn set_attempt(&self, id: TransferId, attempt: u32) -> Result<(), StoreError> {
        self.set(sqlx::query(sql::SET_ATTEMPT).bind(attempt), id)
            .await
    }

    /// Sets whether the other device knows of the transfer and has not heard of its end.
    pub async fn set_owes_end(&self, id: TransferId, owes: bool) -> Result<(), StoreError> {
        self.set(sqlx::query(sql::SET_OWES_END).bind(owes), id)
            .await
    }

    /// Sets or lifts the time by which a sender's device must have been reached.
    pub async fn set_deadline(
        &self,
        id: TransferId,
        deadline_ms: Option<u64>,
    ) -> Result<(), StoreError> {
        let deadline = column::optional_from_u64(deadline_ms, "a time")?;
        self.set(sqlx::query(sql::SET_DEADLINE).bind(deadline), id)
            .await
    }

    /// Runs an update of one session whose last argument is the id.
    async fn set(
        &self,
        query: Query<'_, Sqlite, SqliteArguments>,
        id: TransferId,
    ) -> Result<(), StoreError> {
        let _held = self.hold();
        self.trusted()?;
        let done = query.bind(id.0.to_vec()).execute(&self.writer).await?;
        if done.rows_affected() == 0 {
            Err(StoreError::NotFound("session"))
        } else {
            Ok(())
        }
    }
}

fn read(row: &SqliteRow) -> Result<Session, StoreError> {
    Ok(Session {
        id: TransferId(column::bytes(row, "session_id")?),
        direction: column::word(row, "direction", column::direction)?,
        peer: DeviceId(column::bytes(row, "peer")?),
        peer_addresses: column::json(row, "peer_addresses")?,
        sources: column::json(row, "sources")?,
        title: row.try_get("title")?,
        file_path: row.try_get("file_path")?,
        bytes: column::u64(row, "file_size")?,
        state: column::word(row, "status", State::parse)?,
        reason: column::optional_word(row, "reason", Reason::parse)?,
        failure: column::optional_json(row, "failure")?,
        priority: column::word(row, "priority", |word| word.parse().ok())?,
        parity: column::word(row, "parity", |word| word.parse().ok())?,
        chunk_size: ChunkSize::try_from(column::u32(row, "chunk_size")?)
            .map_err(|_| StoreError::unreadable("chunk_size"))?,
        total_chunks: column::u64(row, "total_chunks")?,
        completed_chunks: column::u64(row, "completed_chunks")?,
        durable_bytes: column::u64(row, "bytes_transferred")?,
        files: column::u64(row, "files")?,
        files_done: column::u64(row, "files_done")?,
        scan_complete: row.try_get("scan_complete")?,
        folder: row.try_get("folder")?,
        rules: row.try_get("rules")?,
        limit_bps: column::optional_u64(row, "limit_bps")?,
        note: row.try_get("note")?,
        clean: row.try_get("clean")?,
        attempt: column::u32(row, "attempt")?,
        owes_end: row.try_get("owes_end")?,
        deadline_ms: column::optional_u64(row, "deadline_at")?,
        created_ms: column::u64(row, "created_at")?,
        updated_ms: column::u64(row, "updated_at")?,
        finished_ms: column::optional_u64(row, "finished_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing;

    #[tokio::test]
    async fn a_session_comes_back_as_it_was_recorded() {
        let store = testing::memory().await;
        let new = testing::new_session(1);
        store.insert_session(&new).await.expect("a write");
        let session = store.session(new.id).await.expect("a read");
        assert_eq!(
            session,
            Session {
                id: new.id,
                direction: new.direction,
                peer: new.peer,
                peer_addresses: new.peer_addresses,
                sources: new.sources,
                title: new.title,
                file_path: "/home/zoë/夏/Ferien".to_owned(),
                bytes: 0,
                state: State::Created,
                reason: new.reason,
                failure: None,
                priority: new.priority,
                parity: new.parity,
                chunk_size: new.chunk_size,
                total_chunks: 0,
                completed_chunks: 0,
                durable_bytes: 0,
                files: 0,
                files_done: 0,
                scan_complete: false,
                folder: new.folder,
                rules: None,
                limit_bps: new.limit_bps,
                note: new.note,
                clean: true,
                attempt: new.attempt,
                owes_end: new.direction == Direction::Receiving,
                deadline_ms: None,
                created_ms: new.created_ms,
                updated_ms: new.created_ms,
                finished_ms: None,
            }
        );
    }

    #[tokio::test]
    async fn an_id_that_is_taken_is_refused_and_its_session_kept() {
        let store = testing::memory().await;
        let id = testing::insert(&store, 1).await;
        let before = store.session(id).await.expect("a read");
        let thief = NewSession {
            id,
            title: "other".to_owned(),
            ..testing::new_session(2)
        };
        assert!(matches!(
            store.insert_session(&thief).await,
            Err(StoreError::Exists("session"))
        ));
        assert_eq!(store.session(id).await.expect("a read"), before);
    }

    #[tokio::test]
    async fn each_setter_sets_its_own_columns() {
        let store = testing::memory().await;
        let id = testing::insert(&store, 1).await;
        let before = store.session(id).await.expect("a read");
        let totals = SessionTotals {
            files: 3,
            bytes: 1 << 40,
            chunks: 9,
            scan_complete: true,
        };
        store.set_totals(id, totals).await.expect("a write");
        store
            .set_folder(id, "/mnt/Größe/写真")
            .await
            .expect("a write");
        store
            .set_priority(id, Priority::Critical)
            .await
            .expect("a write");
        store.set_limit(id, None).await.expect("a write");
        store
            .set_peer_addresses(id, &["[::1]:1".to_owned()])
            .await
            .expect("a write");
        store.set_title(id, "x and 2 more").await.expect("a write");
        store.set_clean(id, false).await.expect("a write");
        let expected = Session {
            files: 3,
            bytes: 1 << 40,
            total_chunks: 9,
            scan_complete: true,
            folder: Some("/mnt/Größe/写真".to_owned()),
            priority: Priority::Critical,
            limit_bps: None,
            peer_addresses: vec!["[::1]:1".to_owned()],
            title: "x and 2 more".to_owned(),
            clean: false,
            ..before
        };
        assert_eq!(store.session(id).await.expect("a read"), expected);
        let nobody = store.set_title(testing::id(9), "x").await;
        assert!(matches!(nobody, Err(StoreError::NotFound("session"))));
        let huge = SessionTotals {
            bytes: 1 << 63,
            ..totals
        };
        assert!(matches!(
            store.set_totals(id, huge).await,
            Err(StoreError::OutOfRange("a size"))
        ));
    }

    #[tokio::test]
    async fn lists_are_newest_first_and_unfinished_ones_oldest_first() {
        let store = testing::memory().await;
        let mut ids = Vec::new();
        for n in 1..=4 {
            ids.push(testing::insert(&store, n).await);
        }
        testing::bring(&store, ids[1], State::Completed).await;
        testing::bring(&store, ids[2], State::Paused).await;
        let of = |list: Vec<Session>| list.into_iter().map(|s| s.id).collect::<Vec<_>>();
        let all = of(store.sessions().await.expect("a read"));
        assert_eq!(all, [ids[3], ids[2], ids[1], ids[0]]);
        let unfinished = of(store.unfinished().await.expect("a read"));
        assert_eq!(unfinished, [ids[0], ids[2], ids[3]]);
    }

    #[tokio::test]
    async fn a_session_is_found_by_the_beginning_of_its_id() {
        let store = testing::memory().await;
        let mut ids = Vec::new();
        for bytes in [*b"\xab\xc0aaaaaaaaaaaaaa", *b"\xab\xcfbbbbbbbbbbbbbb"] {
            let id = TransferId(bytes);
            store
                .insert_session(&NewSession {
                    id,
                    ..testing::new_session(1)
                })
                .await
                .expect("a write");
            ids.push(id);
        }
        for (prefix, found) in [
            ("abc", &ids[..]),
            ("ABCF", &ids[1..]),
            ("abc0", &ids[..1]),
            (&ids[0].to_string(), &ids[..1]),
            ("", &[]),
            ("%", &[]),
            ("abc00", &[]),
            (&format!("{}0", ids[0]), &[]),
        ] {
            assert_eq!(
                store.find_sessions(prefix, 5).await.expect("a read"),
                found,
                "{prefix}"
            );
        }
        assert_eq!(
            store.find_sessions("ab", 1).await.expect("a read"),
            ids[..1]
        );
    }
}
