//! The store: every transfer, device, event and setting in one SQLite database, so that a transfer
//! survives whatever happens to the program.
//!
//! Invariant: a chunk has a row only if its bytes are durable: on this disk (receiving), or acknowledged
//! as durable by the receiver (sending). Who calls [`Store::record_chunks`] has synced the file before.
//! The database is an index; the truth is the bytes on the disk and their checksums.
//!
//! A database file is in WAL mode with `synchronous = FULL`: what a method has recorded survives a power
//! loss. The coordinator relies on it: where a root is meant to stand is recorded before it is moved, and
//! Completed before the receipt goes out. Each method is one transaction (but for deletions of
//! large sessions, which are many and can be repeated). There is one writer; readers do not wait for it.
//! The file has mode 0600. Layouts change by numbered migrations, forward only; a database of a later
//! version, or a file that is none, is refused before anything is written.
//!
//! Not here: what the states mean (core), when to record what (coordinator), the files themselves (disk).
//!
//! Figures (`measure.rs`; 2 shared cores, virtual disk, test profile, 200,000 chunks of one file): a chunk
//! row takes 122 bytes with its index, so 100 GB at 512 KiB take 24 MB until the transfer ends.
//! [`Store::record_chunks`] in a file writes 88,000 rows/s in batches of 128 and 124,000 in batches of
//! 5,000 (36,000 by 16, 2,600 one by one); [`Store::chunks_of`] reads 620,000 rows/s, and
//! [`Store::drop_chunks`] removes 330,000.

mod alarms;
mod chunks;
mod column;
mod devices;
mod entries;
mod error;
mod events;
mod fates;
mod hold;
#[cfg(test)]
mod measure;
mod migrate;
mod open;
mod overview;
mod paths;
mod removal;
mod rescue;
mod roots;
mod rotations;
mod rules;
mod sessions;
mod settings;
mod sql;
#[cfg(test)]
pub(crate) mod testing;
mod transition;
mod turns;
mod watched;
mod withdrawal;

use std::{
    fmt,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use sqlx::{Sqlite, SqlitePool, Transaction};

pub use alarms::{Alarm, MAX_ALARMS, Raised};
pub use chunks::{ChunkCount, ChunkRow, ChunkStatus, Recorded};
pub use devices::{Device, MAX_ADDRESSES};
pub use entries::{NewEntry, Source, StoredEntry};
pub use error::StoreError;
pub use events::{Event, EventFilter, EventOrigin, MAX_EVENT_AGE_MS, NewEvent};
pub use fates::{Fate, Placement};
pub use hold::{BlockingHold, Guard, Hold, NoHold};
pub use rescue::{Checked, check, set_aside};
pub use roots::{EndedRoots, NewRoot, Root};
pub use sessions::{NewSession, Session, SessionTotals};
pub use turns::{MAX_TURNS, Turn};
pub use watched::{NewWatched, WatchedRow};

/// A handle on the database; clones share it.
#[derive(Clone)]
pub struct Store {
    /// One connection, so that writers queue here instead of failing in SQLite.
    writer: SqlitePool,
    /// Connections that only read; in memory, the writer.
    readers: SqlitePool,
    hold: Arc<dyn Hold>,
    /// None in memory.
    path: Option<PathBuf>,
    /// Found damaged while in use: nothing more is written.
    damaged: Arc<AtomicBool>,
}

impl Store {
    /// Waits for the calls in progress and closes the database. What is called later fails. Without this,
    /// the next opening has a little more to do, and nothing is lost.
    pub async fn close(&self) {
        let _held = self.hold();
        self.readers.close().await;
        // Last: it writes the WAL back into the database file, and removes it.
        self.writer.close().await;
    }

    /// Returns when what was asked of the database is done or undone: nobody writes to its files then,
    /// unless somebody asks again. The database stays open.
    pub(crate) async fn settle(&self) {
        let _held = self.hold();
        // The one connection is given back when the last transaction has ended.
        drop(self.writer.acquire().await);
    }

    /// Returns when everything committed so far survives a power loss, which without this may take the
    /// last transactions.
    ///
    /// # Errors
    /// If the database's disk fails.
    pub async fn sync(&self) -> Result<(), StoreError> {
        let _held = self.hold();
        // Syncs the WAL, copies it into the database file, syncs that. A reader may keep it from the last
        // step; the first is what counts.
        sqlx::query(sql::CHECKPOINT).fetch_all(&self.writer).await?;
        Ok(())
    }

    fn hold(&self) -> Guard {
        self.hold.hold()
    }

    /// The database was found damaged while in use: nothing more is written to it, and the next opening looks
    /// at all of it first.
    pub(crate) fn distrust(&self) {
        if self.damaged.swap(true, Ordering::Relaxed) {
            return;
        }
        tracing::error!("the database is damaged; nothing more is written to it");
        if let Some(path) = &self.path
            && let Err(error) = rescue::mark(path)
        {
            tracing::warn!(%error, "the next start cannot be told");
        }
    }

    /// Writes something that means nothing: whether the database takes it.
    pub(crate) async fn probe(&self, now_ms: u64) -> Result<(), StoreError> {
        self.trusted()?;
        self.set_setting("probed", &now_ms.to_string()).await
    }

    /// From now on SQLite refuses to write, or no longer does: for tests of what the engine makes of it.
    pub(crate) async fn refuse_writes(&self, refuse: bool) -> Result<(), StoreError> {
        let _held = self.hold();
        let sql = if refuse {
            sql::REFUSE_WRITES
        } else {
            sql::TAKE_WRITES
        };
        sqlx::query(sql).execute(&self.writer).await?;
        Ok(())
    }

    /// Refuses to write once the database is known to be damaged.
    fn trusted(&self) -> Result<(), StoreError> {
        if self.damaged.load(Ordering::Relaxed) {
            return Err(StoreError::Corrupt(
                "it was found damaged while it was in use".to_owned(),
            ));
        }
        Ok(())
    }

    /// Begins a transaction that may write, and so cannot fail halfway because another one did.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.trusted()?;
        Ok(self.writer.begin_with(sql::BEGIN).await?)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("closed", &self.writer.is_closed())
            .finish_non_exhaustive()
    }
}
