//! The audit log: what happened that somebody may ask about later. The newest [`MAX_EVENTS`] are kept.

use chunkstream_core::{device::DeviceId, id::TransferId};
use sqlx::{Row as _, sqlite::SqliteRow};

use super::{Store, StoreError, column, sql};

/// Events that are kept.
pub const MAX_EVENTS: u32 = 10_000;

/// Something that happened.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// When, milliseconds since 1970.
    pub at_ms: u64,
    /// A word for programs, like `paired` or `offer_accepted`.
    pub kind: String,
    /// The device that it is about.
    pub device: Option<DeviceId>,
    /// The transfer that it is about.
    pub session: Option<TransferId>,
    /// Whatever else is worth knowing.
    pub detail: serde_json::Value,
}

impl Store {
    /// Appends an event, and removes the oldest beyond [`MAX_EVENTS`]. Returns its number, which only grows.
    pub async fn append_event(&self, event: &Event) -> Result<i64, StoreError> {
        let _held = self.hold();
        let mut transaction = self.begin().await?;
        let id = sqlx::query(sql::APPEND_EVENT)
            .bind(column::from_u64(event.at_ms, "a time")?)
            .bind(&event.kind)
            .bind(event.device.map(|device| device.0.to_vec()))
            .bind(event.session.map(|session| session.0.to_vec()))
            .bind(event.detail.to_string())
            .execute(&mut *transaction)
            .await?
            .last_insert_rowid();
        sqlx::query(sql::DROP_OLD_EVENTS)
            .bind(id - i64::from(MAX_EVENTS))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// The newest `limit` events, newest first.
    pub async fn events(&self, limit: u32) -> Result<Vec<Event>, StoreError> {
        let _held = self.hold();
        let rows = sqlx::query(sql::EVENTS)
            .bind(limit)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &SqliteRow) -> Result<Event, StoreError> {
    Ok(Event {
        at_ms: column::u64(row, "at")?,
        kind: row.try_get("kind")?,
        device: column::optional_bytes(row, "device")?.map(DeviceId),
        session: column::optional_bytes(row, "session")?.map(TransferId),
        detail: column::json(row, "detail")?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::testing;

    fn event(n: u64) -> Event {
        Event {
            at_ms: n,
            kind: "offer_accepted".to_owned(),
            device: Some(testing::device(1)),
            session: Some(testing::id(1)),
            detail: json!({ "files": n, "folder": "Übung/写真" }),
        }
    }

    #[tokio::test]
    async fn events_come_back_newest_first_without_their_transfer() {
        let store = testing::memory().await;
        let bare = Event {
            device: None,
            session: None,
            detail: json!(null),
            ..event(2)
        };
        store.append_event(&event(1)).await.expect("a write");
        store.append_event(&bare).await.expect("a write");
        assert_eq!(
            store.events(10).await.expect("a read"),
            [bare.clone(), event(1)]
        );
        assert_eq!(store.events(1).await.expect("a read"), [bare]);
    }

    #[tokio::test]
    async fn one_more_than_the_limit_removes_the_oldest() {
        let store = testing::memory().await;
        for n in 0..=u64::from(MAX_EVENTS) {
            store.append_event(&event(n)).await.expect("a write");
        }
        let kept = store.events(u32::MAX).await.expect("a read");
        assert_eq!(kept.len(), MAX_EVENTS as usize);
        assert_eq!(
            kept.first().map(|event| event.at_ms),
            Some(u64::from(MAX_EVENTS))
        );
        assert_eq!(kept.last().map(|event| event.at_ms), Some(1));
    }
}
