//! Opening a database: look first, refuse what is not ours, only then write.

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sqlx::{
    ConnectOptions as _, Connection as _, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Hold, Store, StoreError, migrate, rescue};

/// How long to wait for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a call waits for those before it.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(60);

/// Connections that only read.
const READERS: u32 = 2;

/// The WAL is cut back to this after a large transaction, bytes.
const WAL_KEPT: u32 = 64 << 20;

/// Every database begins so: <https://sqlite.org/fileformat2.html>, 1.3.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const HEADER_LEN: usize = 100;
const USER_VERSION_AT: usize = 60;
const APPLICATION_ID_AT: usize = 68;

impl Store {
    /// Opens the database at `path`, made if it is not there (its folder must be), and brings it up to
    /// the present layout.
    ///
    /// # Errors
    /// [`StoreError::Newer`] and [`StoreError::Corrupt`] leave the file as it was, byte by byte.
    pub async fn open(path: &Path, hold: Arc<dyn Hold>) -> Result<Self, StoreError> {
        let _held = hold.hold();
        let owned: PathBuf = path.to_owned();
        let found = tokio::task::spawn_blocking(move || look(&owned))
            .await
            .map_err(|error| StoreError::Other(error.to_string()))??;
        let options = options().filename(path);
        if found != Found::Nothing {
            // The header may be older than the layout in a WAL, and says nothing of the tables. A
            // connection that only reads leaves the file as it is; without a WAL it needs no files beside it.
            let looking = options
                .clone()
                .read_only(true)
                .immutable(found == Found::Closed);
            let mut connection = looking.connect().await?;
            let mut looked = migrate::layout(&mut connection).await.map(drop);
            // Reading all of a large database at each start would take longer than the start; after an orderly
            // end there is no more reason for it than for any other file.
            let suspect = rescue::is_marked(path);
            if looked.is_ok() && (suspect || found == Found::WithWal) {
                looked = rescue::quick_check(&mut connection, path, suspect).await;
            }
            connection.close().await?;
            looked?;
            if suspect {
                rescue::unmark(path).map_err(|error| StoreError::from_io(&error))?;
            }
        }
        let owned = path.to_owned();
        tokio::task::spawn_blocking(move || make_private(&owned))
            .await
            .map_err(|error| StoreError::Other(error.to_string()))?
            .map_err(|error| StoreError::from_io(&error))?;

        let writing = options
            .clone()
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("journal_size_limit", WAL_KEPT.to_string());
        let writer = pool(1).connect_with(writing).await?;
        let readers = pool(READERS).connect_lazy_with(options.read_only(true));
        Self::migrated(writer, readers, hold, Some(path.to_owned())).await
    }

    /// A database that lasts as long as its handles.
    pub async fn in_memory(hold: Arc<dyn Hold>) -> Result<Self, StoreError> {
        let _held = hold.hold();
        let writer = pool(1).connect_with(options().in_memory(true)).await?;
        let readers = writer.clone();
        Self::migrated(writer, readers, hold, None).await
    }

    async fn migrated(
        writer: SqlitePool,
        readers: SqlitePool,
        hold: Arc<dyn Hold>,
        path: Option<PathBuf>,
    ) -> Result<Self, StoreError> {
        let mut connection = writer.acquire().await?;
        let done = migrate::run(&mut connection, migrate::MIGRATIONS).await;
        drop(connection);
        if done.is_err() {
            writer.close().await;
        }
        done?;
        Ok(Self {
            writer,
            readers,
            hold,
            path,
            damaged: Arc::default(),
        })
    }
}

pub(super) fn options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .create_if_missing(false)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging()
}

/// Connections are never closed for their age: one of them may be the whole database.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(QUEUE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

/// What stands at a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Found {
    /// No file, or an empty one.
    Nothing,
    /// A database that was closed in order.
    Closed,
    /// A database whose last changes stand in the WAL beside it.
    WithWal,
}

/// Looks at the file's header, and refuses what is not ours by that alone.
pub(super) fn look(path: &Path) -> Result<Found, StoreError> {
    let mut header = [0; HEADER_LEN];
    let mut length = 0;
    match fs::File::open(path) {
        Ok(mut file) => loop {
            match file.read(&mut header[length..]) {
                Ok(0) => break,
                Ok(read) => length += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(StoreError::from_io(&error)),
            }
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(StoreError::from_io(&error)),
    }
    if length == 0 {
        return Ok(Found::Nothing);
    }
    if length < HEADER_LEN || !header.starts_with(MAGIC) {
        return Err(StoreError::Corrupt("it has no database header".to_owned()));
    }
    let number = |at: usize| {
        header[at..at + 4]
            .iter()
            .fold(0, |sum, byte| sum << 8 | u32::from(*byte))
    };
    migrate::check(number(APPLICATION_ID_AT), number(USER_VERSION_AT))?;
    let wal = fs::metadata(beside(path, "-wal")).is_ok_and(|wal| wal.len() > 0);
    Ok(if wal { Found::WithWal } else { Found::Closed })
}

/// SQLite's files beside a database.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Makes the file if it is not there, readable by its owner alone. SQLite gives the files beside it the
/// same mode.
#[cfg(unix)]
fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    let options = fs::OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path);
    let file = options?;
    if file.metadata()?.permissions().mode() & 0o777 != 0o600 {
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

/// Makes the file if it is not there; the folder's rules say who may read it.
#[cfg(not(unix))]
fn make_private(path: &Path) -> io::Result<()> {
    fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .map(drop)
}

#[cfg(test)]
mod tests {
    use chunkstream_core::session::State;
    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::store::{NoHold, testing};

    async fn open(path: &Path) -> Result<Store, StoreError> {
        Store::open(path, Arc::new(NoHold)).await
    }

    /// A folder with a name outside ASCII, and a path in it.
    fn place() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::Builder::new()
            .prefix("größe 写真 ?#%")
            .tempdir()
            .expect("a folder");
        let path = folder.path().join("ünï.db");
        (folder, path)
    }

    fn names(folder: &tempfile::TempDir) -> Vec<std::ffi::OsString> {
        let entries = fs::read_dir(folder.path()).expect("a folder");
        let mut names: Vec<_> = entries
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn what_was_written_is_there_after_closing_and_after_a_drop() {
        let (folder, path) = place();
        let store = open(&path).await.expect("a new database");
        let id = testing::insert(&store, 1).await;
        store
            .record_chunks(&testing::chunks(id, 100), 5)
            .await
            .expect("a write");
        testing::bring(&store, id, State::Active).await;
        let before = (
            store.session(id).await.expect("a read"),
            store.chunks_of(id).await.expect("a read"),
        );
        assert_eq!(before.1.len(), 100);
        store.close().await;
        assert_eq!(names(&folder), ["ünï.db"], "closing leaves one file");

        for _ in 0..3 {
            // Dropped without a word, as a crash would.
            let store = open(&path).await.expect("it opens again");
            let after = (
                store.session(id).await.expect("a read"),
                store.chunks_of(id).await.expect("a read"),
            );
            assert_eq!(after, before);
        }
    }

    /// The copy of the files at an arbitrary moment is what a kill would leave.
    #[tokio::test]
    async fn a_copy_of_the_files_in_use_opens_with_all_that_was_committed() {
        let (folder, path) = place();
        let store = open(&path).await.expect("a new database");
        let id = testing::insert(&store, 1).await;
        store
            .record_chunks(&testing::chunks(id, 50), 5)
            .await
            .expect("a write");
        let copy = folder.path().join("copy.db");
        for suffix in ["", "-wal"] {
            fs::copy(beside(&path, suffix), beside(&copy, suffix)).expect("a copy");
        }
        let after_kill = open(&copy).await.expect("it opens");
        assert_eq!(after_kill.chunks_of(id).await.expect("a read").len(), 50);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn the_files_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_folder, path) = place();
        fs::write(&path, "").expect("an empty file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("a loose mode");
        let store = open(&path).await.expect("a new database");
        store.set_setting("a", "b").await.expect("a write");
        for suffix in ["", "-wal", "-shm"] {
            let mode = fs::metadata(beside(&path, suffix))
                .expect("a file")
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600, "{suffix}");
        }
    }

    #[tokio::test]
    async fn a_later_layout_is_refused_and_the_file_left_as_it_was() {
        let (folder, path) = place();
        open(&path).await.expect("a new database").close().await;
        let version = AssertSqlSafe(format!("PRAGMA user_version = {}", migrate::KNOWN + 1));
        let mut later = options()
            .filename(&path)
            .connect()
            .await
            .expect("a connection");
        sqlx::raw_sql(version)
            .execute(&mut later)
            .await
            .expect("a later layout");
        later.close().await.expect("closed");

        let before = (fs::read(&path).expect("a file"), names(&folder));
        let error = open(&path).await.expect_err("it is of a later version");
        assert!(matches!(error, StoreError::Newer { found, known } if found == known + 1));
        assert!(
            error.to_string().contains("later version of this program"),
            "{error}"
        );
        assert_eq!((fs::read(&path).expect("a file"), names(&folder)), before);
    }

    /// A later version crashed: its layout stands in the WAL only.
    #[tokio::test]
    async fn a_later_layout_is_noticed_in_the_wal_too() {
        let (folder, path) = place();
        let store = open(&path).await.expect("a new database");
        store.close().await;
        let mut later = options()
            .filename(&path)
            .connect()
            .await
            .expect("a connection");
        let version = AssertSqlSafe(format!("PRAGMA user_version = {}", migrate::KNOWN + 1));
        sqlx::raw_sql(version)
            .execute(&mut later)
            .await
            .expect("a later layout");
        let copy = folder.path().join("copy.db");
        for suffix in ["", "-wal"] {
            fs::copy(beside(&path, suffix), beside(&copy, suffix)).expect("a copy");
        }
        assert!(
            matches!(look(&copy), Ok(Found::WithWal)),
            "the header alone does not tell"
        );
        let before = (
            fs::read(&copy).expect("a file"),
            fs::read(beside(&copy, "-wal")).expect("a file"),
        );
        assert!(matches!(open(&copy).await, Err(StoreError::Newer { .. })));
        let after = (
            fs::read(&copy).expect("a file"),
            fs::read(beside(&copy, "-wal")).expect("a file"),
        );
        assert!(after == before, "the files were touched");
    }

    #[tokio::test]
    async fn what_is_no_database_of_ours_is_refused_and_left_as_it_was() {
        let (folder, path) = place();
        open(&path).await.expect("a new database").close().await;
        let ours = fs::read(&path).expect("a file");
        let mut scrambled = ours.clone();
        scrambled[HEADER_LEN..].fill(0xa5);
        let mut other_program = ours.clone();
        other_program[APPLICATION_ID_AT] ^= 1;
        for (what, bytes) in [
            (
                "text",
                b"Dear diary, today I was not a database. ".repeat(200),
            ),
            ("one byte", b"S".to_vec()),
            ("half a header", ours[..50].to_vec()),
            ("scrambled pages", scrambled),
            ("another program's", other_program),
        ] {
            fs::write(&path, &bytes).expect("a file");
            let before = names(&folder);
            let error = open(&path).await.expect_err(what);
            assert!(matches!(error, StoreError::Corrupt(_)), "{what}: {error:?}");
            assert!(fs::read(&path).expect("a file") == bytes, "{what}: touched");
            assert_eq!(names(&folder), before, "{what}");
        }
    }

    #[tokio::test]
    async fn another_programs_tables_without_a_mark_are_refused() {
        let (_folder, path) = place();
        let creating = options().filename(&path).create_if_missing(true);
        let mut other = creating.connect().await.expect("a connection");
        sqlx::raw_sql("CREATE TABLE diary (day)")
            .execute(&mut other)
            .await
            .expect("a table");
        other.close().await.expect("closed");
        let before = fs::read(&path).expect("a file");
        assert!(matches!(open(&path).await, Err(StoreError::Corrupt(_))));
        assert!(fs::read(&path).expect("a file") == before, "touched");
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_is_no_reason_to_make_it() {
        let (folder, _) = place();
        let error = open(&folder.path().join("no/such.db"))
            .await
            .expect_err("no folder");
        assert!(matches!(error, StoreError::Other(_)), "{error:?}");
        assert_eq!(names(&folder).len(), 0);
    }

    #[tokio::test]
    async fn a_closed_store_answers_with_an_error() {
        let store = testing::memory().await;
        store.close().await;
        assert!(matches!(
            store.setting("a").await,
            Err(StoreError::Other(_))
        ));
    }

    /// Writers of one process queue; nobody is told that the database is busy.
    #[tokio::test(flavor = "multi_thread")]
    async fn many_writers_and_readers_at_once_all_get_their_turn() {
        let (_folder, path) = place();
        let store = open(&path).await.expect("a new database");
        let mut tasks = Vec::new();
        for n in 1..=8 {
            let store = store.clone();
            tasks.push(tokio::spawn(async move {
                let id = testing::insert(&store, n).await;
                for rows in testing::chunks(id, 200).chunks(10) {
                    store.record_chunks(rows, 5).await.expect("a write");
                    store.sessions().await.expect("a read");
                }
                store.session(id).await.expect("a read").completed_chunks
            }));
        }
        for task in tasks {
            assert_eq!(task.await.expect("no panic"), 200);
        }
    }
}
