//! Folders whose content goes to a device, and what of them has been sent.

use chunkstream_core::{
    device::DeviceId,
    watched::{Ignore, Print},
};
use sqlx::{Row as _, SqliteExecutor};

use super::{Store, StoreError, column, sql};

/// A folder that is to be watched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewWatched {
    /// Its absolute path.
    pub path: String,
    /// Where its content goes.
    pub device: DeviceId,
    /// Names that are not sent.
    pub ignore: Ignore,
}

/// A folder that is watched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WatchedRow {
    /// Its number.
    pub id: u64,
    /// What it is.
    pub folder: NewWatched,
    /// Whether a person has paused it.
    pub paused: bool,
}

impl Store {
    /// All of them, in the order in which they were added.
    pub async fn watched(&self) -> Result<Vec<WatchedRow>, StoreError> {
        let _held = self.hold();
        let rows = sqlx::query(sql::WATCHED).fetch_all(&self.readers).await?;
        rows.iter()
            .map(|row| {
                Ok(WatchedRow {
                    id: column::u64(row, "id")?,
                    folder: NewWatched {
                        path: row.try_get("path")?,
                        device: DeviceId(column::bytes(row, "device_id")?),
                        ignore: column::json(row, "ignored")?,
                    },
                    paused: row.try_get("paused")?,
                })
            })
            .collect()
    }

    /// Adds a folder of which these items need not be sent; returns its number.
    pub async fn add_watched(
        &self,
        folder: &NewWatched,
        items: &[(String, Print)],
    ) -> Result<u64, StoreError> {
        let _held = self.hold();
        let mut transaction = self.writer.begin().await?;
        let row = sqlx::query(sql::ADD_WATCHED)
            .bind(&folder.path)
            .bind(&folder.device.0[..])
            .bind(column::to_json(&folder.ignore)?)
            .fetch_one(&mut *transaction)
            .await?;
        let id = column::u64(&row, "id")?;
        for (name, print) in items {
            set_item(&mut *transaction, id, name, print).await?;
        }
        transaction.commit().await?;
        Ok(id)
    }

    /// Pauses it or lets it go on, with these names ignored.
    pub async fn change_watched(
        &self,
        id: u64,
        paused: bool,
        ignore: &Ignore,
    ) -> Result<(), StoreError> {
        let _held = self.hold();
        sqlx::query(sql::CHANGE_WATCHED)
            .bind(column::from_u64(id, "id")?)
            .bind(paused)
            .bind(column::to_json(ignore)?)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Watches it no longer.
    pub async fn remove_watched(&self, id: u64) -> Result<(), StoreError> {
        let _held = self.hold();
        sqlx::query(sql::REMOVE_WATCHED)
            .bind(column::from_u64(id, "id")?)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// What of it has been sent.
    pub async fn watched_items(&self, id: u64) -> Result<Vec<(String, Print)>, StoreError> {
        let _held = self.hold();
        let rows = sqlx::query(sql::WATCHED_ITEMS)
            .bind(column::from_u64(id, "id")?)
            .fetch_all(&self.readers)
            .await?;
        rows.iter()
            .map(|row| Ok((row.try_get("name")?, column::bytes(row, "print")?)))
            .collect()
    }

    /// An item has been handed over to be sent.
    pub async fn set_watched_item(
        &self,
        id: u64,
        name: &str,
        print: &Print,
    ) -> Result<(), StoreError> {
        let _held = self.hold();
        set_item(&self.writer, id, name, print).await
    }

    /// An item is no longer there.
    pub async fn drop_watched_item(&self, id: u64, name: &str) -> Result<(), StoreError> {
        let _held = self.hold();
        sqlx::query(sql::DROP_WATCHED_ITEM)
            .bind(column::from_u64(id, "id")?)
            .bind(name)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

async fn set_item(
    executor: impl SqliteExecutor<'_>,
    id: u64,
    name: &str,
    print: &Print,
) -> Result<(), StoreError> {
    sqlx::query(sql::SET_WATCHED_ITEM)
        .bind(column::from_u64(id, "id")?)
        .bind(name)
        .bind(&print[..])
        .execute(executor)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing;

    #[tokio::test]
    async fn a_folder_comes_back_with_what_was_sent_of_it_and_goes_with_it() {
        let store = testing::memory().await;
        let folder = NewWatched {
            path: "/pictures".to_owned(),
            device: testing::device(1),
            ignore: Ignore::default(),
        };
        let items = [("a".to_owned(), [1; 32]), ("b".to_owned(), [2; 32])];
        let id = store.add_watched(&folder, &items).await.expect("a write");
        assert!(store.add_watched(&folder, &[]).await.is_err(), "twice");
        let none = Ignore::try_from(Vec::new()).expect("an empty list");
        store
            .change_watched(id, true, &none)
            .await
            .expect("a write");
        store
            .set_watched_item(id, "a", &[9; 32])
            .await
            .expect("a write");
        store.drop_watched_item(id, "b").await.expect("a write");
        let row = WatchedRow {
            id,
            folder: NewWatched {
                ignore: none,
                ..folder
            },
            paused: true,
        };
        assert_eq!(store.watched().await.expect("a read"), [row]);
        let sent = store.watched_items(id).await.expect("a read");
        assert_eq!(sent, [("a".to_owned(), [9; 32])]);
        store.remove_watched(id).await.expect("a write");
        assert!(store.watched().await.expect("a read").is_empty());
        assert!(store.watched_items(id).await.expect("a read").is_empty());
    }
}
