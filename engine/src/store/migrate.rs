//! Migrations: layout `n` becomes layout `n + 1` by one numbered SQL file, in one transaction each.
//! `PRAGMA user_version` is the layout of a database; 0 is an empty one.

use sqlx::{AssertSqlSafe, Connection as _, Row as _, SqliteConnection};

use super::{StoreError, sql};

/// The migrations, in order: the first leads from 0 to 1.
pub(super) const MIGRATIONS: &[&str] = &[include_str!("migrations/0001.sql")];

/// The layout that this program works with.
pub(super) const KNOWN: u32 = MIGRATIONS.len() as u32;

/// Marks a database as one of this program: "CSRP", as the first migration sets it.
pub(super) const APPLICATION_ID: u32 = 0x4353_5250;

/// Refuses a database of a later version or of another program.
pub(super) fn check(application: u32, found: u32) -> Result<(), StoreError> {
    match (application, found) {
        (0, 0) => Ok(()),
        (APPLICATION_ID, found) if found > KNOWN => Err(StoreError::Newer {
            found,
            known: KNOWN,
        }),
        (APPLICATION_ID, 1..) => Ok(()),
        _ => Err(StoreError::Corrupt(
            "it belongs to another program".to_owned(),
        )),
    }
}

/// Reads the layout of an open database and refuses what [`check`] refuses.
pub(super) async fn layout(connection: &mut SqliteConnection) -> Result<u32, StoreError> {
    let application = pragma(connection, sql::APPLICATION_ID).await?;
    let found = pragma(connection, sql::USER_VERSION).await?;
    check(application, found)?;
    // Reads the schema, and so finds out whether it can be read.
    let tables: i64 = sqlx::query(sql::COUNT_TABLES)
        .fetch_one(connection)
        .await?
        .try_get(0)?;
    if found == 0 && tables > 0 {
        return Err(StoreError::Corrupt(
            "it belongs to another program".to_owned(),
        ));
    }
    Ok(found)
}

/// Brings a database up to the layout `MIGRATIONS.len()` of the given migrations.
pub(super) async fn run(
    connection: &mut SqliteConnection,
    migrations: &[&'static str],
) -> Result<(), StoreError> {
    loop {
        let mut transaction = connection.begin_with(sql::BEGIN).await?;
        // Within the transaction: another process may have gone ahead.
        let found = layout(&mut transaction).await?;
        let Some(migration) = migrations.get(found as usize) else {
            return Ok(());
        };
        sqlx::raw_sql(*migration).execute(&mut *transaction).await?;
        // A pragma takes no arguments; this is a number.
        let version = AssertSqlSafe(format!("PRAGMA user_version = {}", found + 1));
        sqlx::raw_sql(version).execute(&mut *transaction).await?;
        transaction.commit().await?;
    }
}

async fn pragma(connection: &mut SqliteConnection, sql: &'static str) -> Result<u32, StoreError> {
    let value: i32 = sqlx::query(sql).fetch_one(connection).await?.try_get(0)?;
    Ok(value.cast_unsigned())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use sqlx::{ConnectOptions as _, sqlite::SqliteConnectOptions};

    use super::*;
    use crate::store::{EventFilter, NoHold, Store, testing};

    /// For each layout, what a database of that time may hold: the next layout adds its own.
    const SAMPLES: &[&str] = &[include_str!("migrations/0001-sample.sql")];

    async fn schema(connection: &mut SqliteConnection) -> Vec<(String, String)> {
        sqlx::query("SELECT name, coalesce(sql, '') FROM sqlite_schema ORDER BY name")
            .fetch_all(connection)
            .await
            .expect("a schema")
            .iter()
            .map(|row| (row.get(0), row.get(1)))
            .collect()
    }

    #[test]
    fn every_layout_has_a_sample() {
        assert_eq!(SAMPLES.len(), MIGRATIONS.len());
    }

    #[tokio::test]
    async fn every_earlier_layout_becomes_the_present_one_and_keeps_its_rows() {
        let fresh = testing::memory().await;
        let expected = schema(&mut fresh.writer.acquire().await.expect("a connection")).await;
        let folder = tempfile::tempdir().expect("a folder");
        for (index, sample) in SAMPLES.iter().enumerate() {
            let path = folder.path().join(format!("layout {}.db", index + 1));
            let options = SqliteConnectOptions::new()
                .filename(&path)
                .create_if_missing(true);
            let mut old = options.connect().await.expect("a database");
            run(&mut old, &MIGRATIONS[..=index])
                .await
                .expect("an old layout");
            sqlx::raw_sql(*sample)
                .execute(&mut old)
                .await
                .expect("rows of that time");
            old.close().await.expect("closed");

            let store = Store::open(&path, Arc::new(NoHold))
                .await
                .expect("it is brought up");
            let mut connection = store.writer.acquire().await.expect("a connection");
            assert_eq!(layout(&mut connection).await.expect("a layout"), KNOWN);
            assert_eq!(schema(&mut connection).await, expected);
            drop(connection);

            let id = testing::id(1);
            let session = store.session(id).await.expect("kept");
            assert_eq!(
                (session.title.as_str(), session.completed_chunks),
                ("Ferien 夏", 1)
            );
            assert_eq!(store.chunks_of(id).await.expect("kept").len(), 1);
            assert_eq!(
                store
                    .entries(id, testing::FIRST, 9)
                    .await
                    .expect("kept")
                    .len(),
                2
            );
            assert_eq!(store.roots(id, 9).await.expect("kept").len(), 1);
            assert_eq!(store.devices().await.expect("kept").len(), 1);
            assert_eq!(
                store
                    .events(&EventFilter::default(), 9)
                    .await
                    .expect("kept")
                    .len(),
                1
            );
            assert_eq!(
                store.setting("name").await.expect("kept").as_deref(),
                Some("desk")
            );
            store.close().await;
        }
    }

    /// A migration that fails halfway leaves the layout before it.
    #[tokio::test]
    async fn a_migration_happens_whole_or_not_at_all() {
        let mut connection = SqliteConnectOptions::new()
            .in_memory(true)
            .connect()
            .await
            .expect("a database");
        run(&mut connection, MIGRATIONS)
            .await
            .expect("the present layout");
        let before = schema(&mut connection).await;
        let broken = [
            MIGRATIONS,
            &["CREATE TABLE extra (x); INSERT INTO missing VALUES (1)"],
        ]
        .concat();
        run(&mut connection, &broken)
            .await
            .expect_err("the table is missing");
        assert_eq!(layout(&mut connection).await.expect("a layout"), KNOWN);
        assert_eq!(schema(&mut connection).await, before);
    }

    #[test]
    fn only_our_layouts_up_to_the_present_one_pass() {
        assert!(check(0, 0).is_ok());
        assert!(check(APPLICATION_ID, KNOWN).is_ok());
        let newer = check(APPLICATION_ID, KNOWN + 1);
        assert!(matches!(newer, Err(StoreError::Newer { found, known }) if found == known + 1));
        for (application, found) in [(0, 1), (7, 0), (7, KNOWN), (APPLICATION_ID, 0)] {
            assert!(matches!(
                check(application, found),
                Err(StoreError::Corrupt(_))
            ));
        }
    }
}
