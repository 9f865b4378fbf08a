//! Roots: the entries at the top level of a transfer, and where they stand once they are in place.

use std::collections::HashMap;

use chunkstream_core::{id::TransferId, integrity::Checksum};
use sqlx::{Row as _, Sqlite, Transaction, sqlite::SqliteRow};

use super::{Store, StoreError, column, sql};
use crate::api::EntryViewKind;

/// A root to be recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewRoot {
    /// Its name as sent.
    pub name: String,
    /// What it is.
    pub kind: EntryViewKind,
    /// Sending: where it comes from.
    pub source_path: Option<String>,
}

/// A recorded root.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Root {
    /// Its place among the roots, from 0.
    pub ordinal: u32,
    /// Its name as sent.
    pub name: String,
    /// What it is.
    pub kind: EntryViewKind,
    /// Sending: where it comes from.
    pub source_path: Option<String>,
    /// Receiving: where it stands, once it does.
    pub placed_path: Option<String>,
}

/// What a list shows of the roots of a transfer that has ended.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct EndedRoots {
    /// The first of them.
    pub first: Vec<Root>,
    /// How many there are.
    pub count: u32,
    /// The BLAKE3 root of the one file that it is, if it is one.
    pub single: Option<Checksum>,
}

impl Store {
    /// Appends roots to a transfer, numbered on from those that it has.
    pub async fn add_roots(
        &self,
        session: TransferId,
        roots: &[NewRoot],
    ) -> Result<(), StoreError> {
        let _held = self.hold();
        let mut transaction = self.begin().await?;
        insert(&mut transaction, session, roots).await?;
        Ok(transaction.commit().await?)
    }

    /// The first `limit` roots.
    pub async fn roots(&self, session: TransferId, limit: u32) -> Result<Vec<Root>, StoreError> {
        let _held = self.hold();
        let rows = sqlx::query(sql::ROOTS)
            .bind(&session.0[..])
            .bind(limit)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The first `limit` roots of every transfer that has ended and has any.
    pub async fn ended_roots(
        &self,
        limit: u32,
    ) -> Result<HashMap<TransferId, EndedRoots>, StoreError> {
        let _held = self.hold();
        let rows = sqlx::query(sql::ENDED_ROOTS)
            .bind(limit)
            .map(|row| read_ended(&row));
        let mut all: HashMap<_, EndedRoots> = HashMap::new();
        for row in rows.fetch_all(&self.readers).await? {
            let (id, count, single, root) = row?;
            let ended = all.entry(id).or_default();
            (ended.count, ended.single) = (count, single);
            ended.first.push(root);
        }
        Ok(all)
    }

    /// How many roots there are.
    pub async fn root_count(&self, session: TransferId) -> Result<u32, StoreError> {
        let _held = self.hold();
        let row = sqlx::query(sql::ROOT_COUNT)
            .bind(&session.0[..])
            .fetch_one(&self.readers)
            .await?;
        Ok(row.try_get(0)?)
    }

    /// Records where a root stands now.
    pub async fn place_root(
        &self,
        session: TransferId,
        ordinal: u32,
        placed_path: &str,
    ) -> Result<(), StoreError> {
        let _held = self.hold();
        self.trusted()?;
        let done = sqlx::query(sql::PLACE_ROOT)
            .bind(placed_path)
            .bind(&session.0[..])
            .bind(ordinal)
            .execute(&self.writer)
            .await?;
        if done.rows_affected() == 0 {
            Err(StoreError::NotFound("root"))
        } else {
            Ok(())
        }
    }
}

/// Numbers `roots` on from those that `session` has, and names the session after its first.
pub(super) async fn insert(
    transaction: &mut Transaction<'_, Sqlite>,
    session: TransferId,
    roots: &[NewRoot],
) -> Result<(), StoreError> {
    let Some(first) = roots.first() else {
        return Ok(());
    };
    let next: i64 = sqlx::query(sql::NEXT_ROOT)
        .bind(&session.0[..])
        .fetch_one(&mut **transaction)
        .await?
        .try_get(0)?;
    for (ordinal, root) in (next..).zip(roots) {
        sqlx::query(sql::INSERT_ROOT)
            .bind(&session.0[..])
            .bind(ordinal)
            .bind(&root.name)
            .bind(column::kind_word(root.kind))
            .bind(&root.source_path)
            .execute(&mut **transaction)
            .await?;
    }
    sqlx::query(sql::NAME_FIRST_ROOT)
        .bind(first.source_path.as_ref().unwrap_or(&first.name))
        .bind(&session.0[..])
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// The transfer, how many roots it has, what its one file has as its root, and one of them.
fn read_ended(row: &SqliteRow) -> Result<(TransferId, u32, Option<Checksum>, Root), StoreError> {
    let id = TransferId(column::bytes(row, "session_id")?);
    let count = column::u32(row, "root_count")?;
    let single = column::optional_bytes(row, "root")?.map(Checksum);
    Ok((id, count, single, read(row)?))
}

fn read(row: &SqliteRow) -> Result<Root, StoreError> {
    Ok(Root {
        ordinal: column::u32(row, "ordinal")?,
        name: row.try_get("name")?,
        kind: column::word(row, "kind", column::kind)?,
        source_path: row.try_get("source_path")?,
        placed_path: row.try_get("placed_path")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing;

    fn root(name: &str) -> NewRoot {
        NewRoot {
            name: name.to_owned(),
            kind: EntryViewKind::Folder,
            source_path: None,
        }
    }

    #[tokio::test]
    async fn roots_are_numbered_on_and_the_first_names_the_session() {
        let store = testing::memory().await;
        let id = testing::insert(&store, 1).await;
        store
            .add_roots(id, &[root("Ünï/写真"), root("b")])
            .await
            .expect("a write");
        store.add_roots(id, &[root("c")]).await.expect("a write");
        store.add_roots(id, &[]).await.expect("nothing to do");
        store
            .place_root(id, 2, "/home/é/c (2)")
            .await
            .expect("it is there");
        let roots = store.roots(id, 10).await.expect("a read");
        let seen: Vec<_> = roots
            .iter()
            .map(|r| (r.ordinal, r.name.as_str(), r.placed_path.as_deref()))
            .collect();
        assert_eq!(
            seen,
            [
                (0, "Ünï/写真", None),
                (1, "b", None),
                (2, "c", Some("/home/é/c (2)"))
            ]
        );
        assert_eq!(store.roots(id, 1).await.expect("a read"), roots[..1]);
        assert_eq!(store.root_count(id).await.expect("a read"), 3);
        assert_eq!(
            store.session(id).await.expect("a read").file_path,
            "Ünï/写真"
        );
    }

    #[tokio::test]
    async fn what_is_not_there_cannot_be_placed_or_extended() {
        let store = testing::memory().await;
        let id = testing::insert(&store, 1).await;
        assert!(matches!(
            store.place_root(id, 0, "/x").await,
            Err(StoreError::NotFound("root"))
        ));
        let nobody = testing::id(9);
        assert!(matches!(
            store.add_roots(nobody, &[root("a")]).await,
            Err(StoreError::NotFound("session"))
        ));
    }
}
