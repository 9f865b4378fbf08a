//! What can be done about a damaged database: look at it, and set it aside whole.
//!
//! A database is an index: device key, received files and staging folders lie elsewhere and are not touched
//! here. Without it the history and the known devices are gone; what was received of unfinished transfers is
//! found again when they are offered again.
//!
//! Nothing here mends a database: what SQLite could recover of one is a guess about what was durable.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use sqlx::{ConnectOptions as _, Connection as _, Row as _, SqliteConnection};

use super::{
    StoreError, migrate,
    open::{Found, beside, look, options},
    sql,
};

/// The largest database that a start looks at after an unclean end. A quick check reads all of it: measured,
/// 185 MB in 0.9 s from the cache of a shared core, and more from a disk.
const MOST_CHECKED: u64 = 128 << 20;
/// The mark of a database that was found damaged while in use.
const MARK: &str = "-suspect";
/// Numbers tried for a name that is taken.
const MAX_TRIES: u32 = 1000;

/// What was found in a database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked {
    /// Bytes of the file; 0 if there is none.
    pub bytes: u64,
    /// Its layout; 0 if there is none.
    pub layout: u32,
    /// What is wrong with it, in SQLite's words; nothing if it is sound.
    pub problems: Vec<String>,
}

/// Looks at all of a database that nobody uses, and changes nothing.
///
/// # Errors
/// [`StoreError::Newer`], and if the file cannot be read. Damage is no error but what is [`Checked`].
pub async fn check(path: &Path) -> Result<Checked, StoreError> {
    let bytes = fs::metadata(path).map_or(0, |file| file.len());
    let damaged = |error: StoreError| match error {
        StoreError::Corrupt(why) => Ok(Checked {
            bytes,
            layout: 0,
            problems: vec![why],
        }),
        other => Err(other),
    };
    let found = match look(path) {
        Ok(Found::Nothing) => {
            return Ok(Checked {
                bytes,
                layout: 0,
                problems: Vec::new(),
            });
        }
        Ok(found) => found,
        Err(error) => return damaged(error),
    };
    let looking = options()
        .filename(path)
        .read_only(true)
        .immutable(found == Found::Closed);
    let result = async {
        let mut connection = looking.connect().await?;
        let result = async {
            let layout = migrate::layout(&mut connection).await?;
            let problems = problems(&mut connection, sql::INTEGRITY_CHECK).await?;
            Ok(Checked {
                bytes,
                layout,
                problems,
            })
        }
        .await;
        connection.close().await?;
        result
    }
    .await;
    result.or_else(damaged)
}

/// Moves a database that nobody uses, with SQLite's files beside it, to a name beside it with the time in
/// it; returns that name. None if there is no database.
///
/// # Errors
/// If something cannot be moved: what has been moved until then stays so, and the next call goes on.
pub fn set_aside(path: &Path, now_ms: u64) -> io::Result<Option<PathBuf>> {
    if !exists(path)? {
        return Ok(None);
    }
    let aside = free_name(path, now_ms)?;
    // The file itself last: a log that is left beside a new database would be read into it.
    for suffix in ["-wal", "-shm", "-journal", ""] {
        let from = beside(path, suffix);
        match fs::rename(&from, beside(&aside, suffix)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            result => result?,
        }
    }
    unmark(path)?;
    Ok(Some(aside))
}

/// Looks at a database after an unclean end.
pub(super) async fn quick_check(
    connection: &mut SqliteConnection,
    path: &Path,
    suspect: bool,
) -> Result<(), StoreError> {
    let bytes = fs::metadata(path).map_or(0, |file| file.len());
    if bytes > MOST_CHECKED && !suspect {
        tracing::warn!(
            bytes,
            "the database is too large to be checked at a start; `chunkstream database check` does"
        );
        return Ok(());
    }
    match problems(connection, sql::QUICK_CHECK).await?.pop() {
        Some(problem) => Err(StoreError::Corrupt(problem)),
        None => Ok(()),
    }
}

async fn problems(
    connection: &mut SqliteConnection,
    sql: &'static str,
) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(sql).fetch_all(connection).await?;
    let mut problems = Vec::new();
    for row in rows {
        let text: String = row.try_get(0)?;
        if text != "ok" {
            problems.push(text);
        }
    }
    Ok(problems)
}

/// Notes beside the database that it is damaged.
pub(super) fn mark(path: &Path) -> io::Result<()> {
    fs::write(beside(path, MARK), b"")
}

pub(super) fn is_marked(path: &Path) -> bool {
    fs::exists(beside(path, MARK)).unwrap_or(false)
}

pub(super) fn unmark(path: &Path) -> io::Result<()> {
    match fs::remove_file(beside(path, MARK)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

fn exists(path: &Path) -> io::Result<bool> {
    for suffix in ["", "-wal"] {
        if fs::exists(beside(path, suffix))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `chunkstream.db` becomes `chunkstream.db.2026-11-22-193005`, numbered if that is taken.
fn free_name(path: &Path, now_ms: u64) -> io::Result<PathBuf> {
    let stamp = stamp(now_ms);
    for number in 0..MAX_TRIES {
        let suffix = match number {
            0 => format!(".{stamp}"),
            number => format!(".{stamp}-{number}"),
        };
        let name = beside(path, &suffix);
        if !exists(&name)? {
            return Ok(name);
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// A time in UTC as the part of a name, by Howard Hinnant's `civil_from_days`
/// (<https://howardhinnant.github.io/date_algorithms.html>).
fn stamp(unix_ms: u64) -> String {
    let (days, second) = (unix_ms / 86_400_000, unix_ms / 1000 % 86_400);
    // Eras of 400 years from the first of March of the year 0.
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}-{hour:02}{minute:02}{second:02}")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::store::{NoHold, Store, testing};

    async fn open(path: &Path) -> Result<Store, StoreError> {
        Store::open(path, Arc::new(NoHold)).await
    }

    /// A database with many rows, whose pages in the middle are overwritten.
    async fn damaged(path: &Path) {
        let store = open(path).await.expect("a new database");
        let id = testing::insert(&store, 1).await;
        store
            .record_chunks(&testing::chunks(id, 5000), 5)
            .await
            .expect("a write");
        store.close().await;
        let mut bytes = fs::read(path).expect("a file");
        let middle = bytes.len() / 2;
        bytes[middle..middle + 16 * 4096].fill(0xa5);
        fs::write(path, bytes).expect("written");
    }

    #[test]
    fn times_are_written_as_dates() {
        for (ms, text) in [
            (0, "1970-01-01-000000"),
            (951_868_799_999, "2000-02-29-235959"),
            (951_868_800_000, "2000-03-01-000000"),
            (1_795_375_805_000, "2026-11-22-193005"),
            (4_107_542_400_000, "2100-03-01-000000"),
        ] {
            assert_eq!(stamp(ms), text);
        }
    }

    #[tokio::test]
    async fn a_check_finds_damage_and_changes_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        let nothing = check(&path).await.expect("no file");
        assert_eq!((nothing.bytes, nothing.problems.len()), (0, 0));
        open(&path).await.expect("a new database").close().await;
        let sound = check(&path).await.expect("readable");
        assert_eq!((sound.layout, sound.problems.len()), (migrate::KNOWN, 0));

        damaged(&path).await;
        let before = fs::read(&path).expect("a file");
        let found = check(&path).await.expect("readable");
        assert!(!found.problems.is_empty());
        assert!(fs::read(&path).expect("a file") == before, "touched");
        fs::write(&path, "no database").expect("written");
        assert_eq!(check(&path).await.expect("readable").problems.len(), 1);
    }

    /// After an orderly end nobody looks; after a kill, or once damage was met, everybody does.
    #[tokio::test]
    async fn a_start_after_an_unclean_end_finds_damage_and_leaves_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        damaged(&path).await;
        let before = fs::read(&path).expect("a file");
        let store = open(&path).await.expect("closed in order: not looked at");
        // A damaged page that is met while in use is told as what it is.
        let met = store.chunks_of(testing::id(1)).await;
        assert!(matches!(met, Err(StoreError::Corrupt(_))), "{met:?}");
        store.distrust();
        let refused = store.set_clean(testing::id(1), false).await;
        assert!(matches!(refused, Err(StoreError::Corrupt(_))));
        store.close().await;
        for _ in 0..2 {
            let error = open(&path).await.expect_err("marked");
            assert!(matches!(error, StoreError::Corrupt(_)), "{error:?}");
        }
        assert!(fs::read(&path).expect("a file") == before, "touched");
        unmark(&path).expect("unmarked");
        fs::write(beside(&path, "-wal"), [0; 100]).expect("a log without a use");
        let error = open(&path).await.expect_err("a log was left");
        assert!(matches!(error, StoreError::Corrupt(_)), "{error:?}");
    }

    #[tokio::test]
    async fn a_mark_on_a_sound_database_goes_by_itself() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        let store = open(&path).await.expect("a new database");
        store.distrust();
        store.close().await;
        let store = open(&path).await.expect("sound");
        store.set_setting("a", "b").await.expect("a write");
        store.close().await;
        assert!(!is_marked(&path));
    }

    #[tokio::test]
    async fn what_is_set_aside_is_whole_with_its_log() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        let store = open(&path).await.expect("a new database");
        testing::insert(&store, 1).await;
        // As a kill leaves it: what was recorded stands in the log.
        let killed = folder.path().join("killed.db");
        for suffix in ["", "-wal"] {
            fs::copy(beside(&path, suffix), beside(&killed, suffix)).expect("a copy");
        }
        let aside = set_aside(&killed, 86_400_000)
            .expect("moved")
            .expect("there was one");
        assert!(!exists(&killed).expect("a folder"));
        let whole = open(&aside).await.expect("a database");
        whole.session(testing::id(1)).await.expect("its row");
    }

    #[test]
    fn each_time_it_goes_to_a_name_of_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        assert_eq!(set_aside(&path, 0).expect("nothing to do"), None);
        let names: Vec<PathBuf> = (0..3)
            .map(|number: u8| {
                for (suffix, byte) in [("", number), ("-wal", number + 100)] {
                    fs::write(beside(&path, suffix), [byte]).expect("written");
                }
                mark(&path).expect("marked");
                let aside = set_aside(&path, 86_400_000).expect("moved");
                assert!(!exists(&path).expect("a folder") && !is_marked(&path));
                aside.expect("there was one")
            })
            .collect();
        for (number, name) in (0..).zip(&names) {
            assert_eq!(fs::read(name).expect("kept"), [number]);
            let log = beside(name, "-wal");
            assert_eq!(fs::read(log).expect("kept"), [number + 100]);
        }
        let last = folder.path().join("a.db.1970-01-02-000000-2");
        assert_eq!(names[2], last);
    }
}
