//! What becomes of the entries of a transfer that comes in: under which paths they are stored, and which of
//! them are not received. Senders keep the latter too.

use std::ops::Range;

use chunkstream_core::{
    id::{FileId, TransferId},
    path::RelPath,
};
use sqlx::{Row as _, Sqlite, Transaction, sqlite::SqliteRow};

use super::{Store, StoreError, column, sql};

/// Whether an entry is received.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Fate {
    /// It is.
    #[default]
    Wanted,
    /// It is not, and nobody misses it.
    Unwanted,
    /// That depends on whether a file of the same content is there already.
    Compare,
}

/// What becomes of one entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Placement {
    /// The entry.
    pub file: FileId,
    /// Where it is stored, if not under its own path.
    pub stored: Option<RelPath>,
    /// Whether it is received.
    pub fate: Fate,
}

impl Store {
    /// Records what becomes of entries that are recorded already.
    pub async fn place_entries(
        &self,
        session: TransferId,
        placements: &[Placement],
    ) -> Result<(), StoreError> {
        let _held = self.hold();
        let mut transaction = self.begin().await?;
        set(&mut transaction, session, placements).await?;
        Ok(transaction.commit().await?)
    }

    /// Senders: records which entries the receiver does not want. Those are all if `all`, else they come to
    /// those that are recorded.
    pub async fn set_unwanted(
        &self,
        session: TransferId,
        ranges: &[(FileId, FileId)],
        all: bool,
    ) -> Result<(), StoreError> {
        let _held = self.hold();
        let mut transaction = self.begin().await?;
        if all {
            sqlx::query(sql::SET_ALL_WANTED)
                .bind(&session.0[..])
                .execute(&mut *transaction)
                .await?;
        }
        for (first, end) in ranges {
            sqlx::query(sql::SET_UNWANTED)
                .bind(&session.0[..])
                .bind(first.0)
                .bind(end.0)
                .execute(&mut *transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// The entries that are not received, in ranges.
    pub async fn unwanted(&self, session: TransferId) -> Result<Vec<(FileId, FileId)>, StoreError> {
        let _held = self.hold();
        let rows = sqlx::query(sql::UNWANTED)
            .bind(&session.0[..])
            .fetch_all(&self.readers)
            .await?;
        let mut ranges: Vec<Range<u32>> = Vec::new();
        for row in rows {
            let file = column::u32(&row, "file_id")?;
            match ranges.last_mut() {
                Some(range) if range.end == file => range.end += 1,
                _ => ranges.push(file..file + 1),
            }
        }
        let ids = |range: Range<u32>| (FileId(range.start), FileId(range.end));
        Ok(ranges.into_iter().map(ids).collect())
    }

    /// Records how an offer was accepted: text that means something to who accepted it.
    pub async fn set_rules(&self, session: TransferId, rules: &str) -> Result<(), StoreError> {
        let _held = self.hold();
        let done = sqlx::query(sql::SET_RULES)
            .bind(rules)
            .bind(&session.0[..])
            .execute(&self.writer)
            .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("session"));
        }
        Ok(())
    }
}

pub(super) async fn set(
    transaction: &mut Transaction<'_, Sqlite>,
    session: TransferId,
    placements: &[Placement],
) -> Result<(), StoreError> {
    for placement in placements {
        sqlx::query(sql::SET_FATE)
            .bind(placement.stored.as_ref().map(RelPath::as_str))
            .bind(match placement.fate {
                Fate::Wanted => 0,
                Fate::Unwanted => 1,
                Fate::Compare => 2,
            })
            .bind(&session.0[..])
            .bind(placement.file.0)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

pub(super) fn read(row: &SqliteRow) -> Result<Fate, StoreError> {
    match row.try_get::<i64, _>("fate")? {
        0 => Ok(Fate::Wanted),
        1 => Ok(Fate::Unwanted),
        2 => Ok(Fate::Compare),
        _ => Err(StoreError::unreadable("fate")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing;

    #[tokio::test]
    async fn what_becomes_of_an_entry_is_recorded_with_it_and_changes_later() {
        let store = testing::memory().await;
        let id = testing::insert(&store, 1).await;
        let placement = |file, stored: Option<&str>, fate| Placement {
            file: FileId(file),
            stored: stored.map(|path| RelPath::parse(path).expect("a path")),
            fate,
        };
        let first = [
            placement(1, Some("größe (1)"), Fate::Wanted),
            placement(2, None, Fate::Unwanted),
            placement(3, None, Fate::Compare),
        ];
        store
            .append_placed(id, FileId(0), &testing::files(5), &[], &first)
            .await
            .expect("a write");
        let entries = store.entries(id, FileId(0), 10).await.expect("a read");
        let seen: Vec<_> = entries
            .iter()
            .map(|entry| {
                placement(
                    entry.file.0,
                    entry.stored.as_ref().map(RelPath::as_str),
                    entry.fate,
                )
            })
            .collect();
        assert_eq!(seen[1..4], first);
        assert_eq!(seen[0], placement(0, None, Fate::Wanted));
        store
            .place_entries(id, &[placement(3, None, Fate::Unwanted)])
            .await
            .expect("a write");
        assert_eq!(
            store.unwanted(id).await.expect("a read"),
            [(FileId(2), FileId(4))]
        );
        store
            .set_unwanted(id, &[(FileId(0), FileId(1))], false)
            .await
            .expect("a write");
        assert_eq!(store.unwanted(id).await.expect("a read").len(), 2);
        store
            .set_unwanted(id, &[(FileId(4), FileId(9))], true)
            .await
            .expect("a write");
        assert_eq!(
            store.unwanted(id).await.expect("a read"),
            [(FileId(4), FileId(5))]
        );
    }
}
