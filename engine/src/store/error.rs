//! What can go wrong with the database, told apart by what can be done about it.

use chunkstream_core::session::Illegal;

use crate::api::{Code, Failure};

/// Why a store call did not do what it was asked. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The volume of the database has no room. Worth a retry when there is.
    #[error("the volume of the database is full")]
    Full,
    /// The database file or its folder cannot be written.
    #[error("the database cannot be written")]
    ReadOnly,
    /// The file is damaged, or is not a database of this program. It has been left as it is.
    #[error("the file is damaged or is not a database of this program: {0}")]
    Corrupt(String),
    /// A later version of this program has used the database. It has been left as it is.
    #[error(
        "the database has layout {found} of a later version of this program, which knows up to {known}"
    )]
    Newer {
        /// The layout of the file.
        found: u32,
        /// The last layout that this program knows.
        known: u32,
    },
    /// Another process holds the database for longer than the store waits. Worth a retry.
    #[error("the database is in use by another process")]
    Busy,
    /// The id is taken; a peer may try that.
    #[error("the database has such a {0} already")]
    Exists(&'static str),
    /// There is no such row.
    #[error("the database has no such {0}")]
    NotFound(&'static str),
    /// The state machine does not have this move.
    #[error(transparent)]
    Illegal(#[from] Illegal),
    /// The transfer is not in a final state, and only then can this be done.
    #[error("the transfer has not ended")]
    Unfinished,
    /// A number that the database cannot hold (2^63 and more).
    #[error("{0} is out of range")]
    OutOfRange(&'static str),
    /// Anything else: a fault of this program, or of the disk.
    #[error("the database failed: {0}")]
    Other(String),
}

/// SQLite's primary result codes that mean something to us: <https://sqlite.org/rescode.html>.
mod result_code {
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const READONLY: i32 = 8;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const FULL: i32 = 13;
    pub(super) const NOTADB: i32 = 26;
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Self::NotFound("row"),
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Io(io) => Self::from_io(io),
            sqlx::Error::Database(database) => {
                // The low byte of an extended code is the primary one.
                let extended = database.code().and_then(|code| code.parse::<i32>().ok());
                if database.is_foreign_key_violation() {
                    // All references go to sessions.
                    return Self::NotFound("session");
                }
                match extended.map(|code| code & 0xff) {
                    Some(result_code::BUSY | result_code::LOCKED) => Self::Busy,
                    Some(result_code::READONLY) => Self::ReadOnly,
                    Some(result_code::FULL) => Self::Full,
                    Some(result_code::CORRUPT | result_code::NOTADB) => {
                        Self::Corrupt(database.message().to_owned())
                    }
                    _ => Self::Other(error.to_string()),
                }
            }
            _ => Self::Other(error.to_string()),
        }
    }
}

impl StoreError {
    /// Tells the file system's troubles apart.
    pub(super) fn from_io(error: &std::io::Error) -> Self {
        use std::io::ErrorKind::{
            PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
        };
        match error.kind() {
            StorageFull | QuotaExceeded => Self::Full,
            PermissionDenied | ReadOnlyFilesystem => Self::ReadOnly,
            _ => Self::Other(error.to_string()),
        }
    }

    /// Whether the database itself is in trouble, and the same call may succeed once that is mended. The other
    /// errors are about what was asked.
    pub(crate) fn is_trouble(&self) -> bool {
        matches!(
            self,
            Self::Full | Self::ReadOnly | Self::Corrupt(_) | Self::Busy | Self::Other(_)
        )
    }

    /// A stored value that this version cannot read.
    pub(super) fn unreadable(what: &'static str) -> Self {
        Self::Corrupt(format!("unreadable {what}"))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::NotFound(_) => Code::NotFound,
            StoreError::Exists(_) | StoreError::Illegal(_) | StoreError::Unfinished => {
                Code::IllegalState
            }
            StoreError::OutOfRange(_) => Code::Usage,
            StoreError::Newer { .. } => Code::DatabaseNewer,
            StoreError::Corrupt(_) => Code::DatabaseDamaged,
            // Not `DiskFull`, which speaks of the target's volume.
            StoreError::Full | StoreError::ReadOnly | StoreError::Busy | StoreError::Other(_) => {
                Code::Database
            }
        };
        let next = match code {
            Code::DatabaseNewer => "; update this program",
            Code::DatabaseDamaged => {
                "; `chunkstream database set-aside` moves it away, and the next start begins with an empty one"
            }
            _ => "",
        };
        Self::new(code, format!("{error}{next}"))
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use chunkstream_core::session::State;

    use super::*;

    #[test]
    fn each_error_crosses_the_boundary_with_its_code() {
        let illegal = Illegal {
            from: State::Completed,
            to: State::Active,
        };
        for (error, code) in [
            (StoreError::Full, Code::Database),
            (StoreError::NotFound("session"), Code::NotFound),
            (StoreError::Illegal(illegal), Code::IllegalState),
            (StoreError::Unfinished, Code::IllegalState),
            (
                StoreError::Newer { found: 9, known: 1 },
                Code::DatabaseNewer,
            ),
            (
                StoreError::Corrupt("page 7".to_owned()),
                Code::DatabaseDamaged,
            ),
            (StoreError::Busy, Code::Database),
        ] {
            let message = error.to_string();
            let failure = Failure::from(error);
            assert_eq!(failure.code, code);
            assert!(failure.message.starts_with(&message), "{failure}");
        }
    }

    #[test]
    fn the_file_systems_troubles_are_told_apart() {
        let of = |kind| StoreError::from(sqlx::Error::Io(io::Error::from(kind)));
        assert!(matches!(of(io::ErrorKind::StorageFull), StoreError::Full));
        assert!(matches!(
            of(io::ErrorKind::PermissionDenied),
            StoreError::ReadOnly
        ));
        assert!(matches!(
            of(io::ErrorKind::BrokenPipe),
            StoreError::Other(_)
        ));
    }

    /// SQLite's own answer when the database may not grow, from a limit set on a real file.
    #[tokio::test]
    async fn a_database_that_cannot_grow_is_full() {
        use sqlx::{ConnectOptions as _, Connection as _, sqlite::SqliteConnectOptions};
        let options = SqliteConnectOptions::new().in_memory(true);
        let mut connection = options.connect().await.expect("a database in memory");
        sqlx::raw_sql("PRAGMA max_page_count = 4; CREATE TABLE t (x)")
            .execute(&mut connection)
            .await
            .expect("room for one table");
        let error = sqlx::raw_sql("INSERT INTO t VALUES (zeroblob(1000000))")
            .execute(&mut connection)
            .await
            .expect_err("no room for this");
        assert!(matches!(StoreError::from(error), StoreError::Full));
        connection.close().await.expect("closed");
    }
}
