//! The audit log: what happened that somebody may ask about later.
//!
//! Bounded by rows, for each origin by itself, so that strangers cannot push out what was done here; and by age.

use std::collections::BTreeMap;

use chunkstream_core::{device::DeviceId, id::TransferId};
use sqlx::{Row as _, sqlite::SqliteRow};

use super::{Store, StoreError, column, sql};

/// Events are kept for a year: 366 days.
pub const MAX_EVENT_AGE_MS: u64 = 366 * 24 * 3600 * 1000;

/// Who caused an event.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EventOrigin {
    /// Somebody at this device.
    Here,
    /// A device that somebody here has decided about.
    Known,
    /// Anybody else.
    Stranger,
}

impl EventOrigin {
    /// Events of this origin that are kept.
    pub const fn most(self) -> u32 {
        match self {
            Self::Here => 5_000,
            Self::Known => 3_000,
            Self::Stranger => 2_000,
        }
    }

    fn number(self) -> i64 {
        match self {
            Self::Here => 0,
            Self::Known => 1,
            Self::Stranger => 2,
        }
    }

    const ALL: [Self; 3] = [Self::Here, Self::Known, Self::Stranger];
}

/// Something that happened, once or several times.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewEvent {
    /// When it happened first, milliseconds since 1970.
    pub at_ms: u64,
    /// When it happened last.
    pub last_ms: u64,
    /// How often.
    pub count: u32,
    /// Who caused it.
    pub origin: EventOrigin,
    /// A word for programs, like `paired` or `offer_accepted`.
    pub kind: &'static str,
    /// The device that it is about.
    pub device: Option<DeviceId>,
    /// The transfer that it is about.
    pub session: Option<TransferId>,
    /// Whatever else is worth knowing, by words.
    pub detail: BTreeMap<String, String>,
}

/// An event as it was stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Its number, which only grows.
    pub id: u64,
    /// When it happened first, milliseconds since 1970.
    pub at_ms: u64,
    /// When it happened last.
    pub last_ms: u64,
    /// How often.
    pub count: u32,
    /// The word.
    pub kind: String,
    /// The device that it is about.
    pub device: Option<DeviceId>,
    /// The transfer that it is about.
    pub session: Option<TransferId>,
    /// Whatever else is known, by words.
    pub detail: BTreeMap<String, String>,
}

/// Which events are wanted. All if nothing is said.
#[derive(Clone, Default, Debug)]
pub struct EventFilter {
    /// Those with a smaller number.
    pub before: Option<u64>,
    /// Those of these kinds; of any if empty.
    pub kinds: Vec<String>,
    /// Those about this device.
    pub device: Option<DeviceId>,
    /// Those that happened then or later.
    pub since_ms: Option<u64>,
    /// Those that began before.
    pub until_ms: Option<u64>,
}

impl Store {
    /// Appends events and brings the counts of earlier ones up to date; the oldest beyond the bounds go. Returns the
    /// numbers of the new ones.
    pub async fn append_events(
        &self,
        events: &[NewEvent],
        counts: &[(u64, u32, u64)],
    ) -> Result<Vec<u64>, StoreError> {
        let _held = self.hold();
        let mut transaction = self.begin().await?;
        let mut ids = Vec::with_capacity(events.len());
        for event in events {
            let id = sqlx::query(sql::APPEND_EVENT)
                .bind(column::from_u64(event.at_ms, "a time")?)
                .bind(column::from_u64(event.last_ms, "a time")?)
                .bind(event.count)
                .bind(event.origin.number())
                .bind(event.kind)
                .bind(event.device.map(|device| device.0.to_vec()))
                .bind(event.session.map(|session| session.0.to_vec()))
                .bind(column::to_json(&event.detail)?)
                .execute(&mut *transaction)
                .await?
                .last_insert_rowid();
            ids.push(id as u64);
        }
        for (id, count, last_ms) in counts {
            sqlx::query(sql::COUNT_EVENT)
                .bind(column::from_u64(*id, "a number")?)
                .bind(count)
                .bind(column::from_u64(*last_ms, "a time")?)
                .execute(&mut *transaction)
                .await?;
        }
        for origin in EventOrigin::ALL {
            if events.iter().any(|event| event.origin == origin) {
                sqlx::query(sql::DROP_OLD_EVENTS)
                    .bind(origin.number())
                    .bind(origin.most())
                    .execute(&mut *transaction)
                    .await?;
            }
        }
        transaction.commit().await?;
        Ok(ids)
    }

    /// Removes what happened last before this time. Returns how many events that were.
    pub async fn drop_events_before(&self, ms: u64) -> Result<u64, StoreError> {
        let _held = self.hold();
        let done = sqlx::query(sql::DROP_AGED_EVENTS)
            .bind(column::from_u64(ms, "a time")?)
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected())
    }

    /// The newest `limit` events of those that are wanted, newest first.
    pub async fn events(&self, filter: &EventFilter, limit: u32) -> Result<Vec<Event>, StoreError> {
        let _held = self.hold();
        let signed = |value: Option<u64>, default: i64| {
            value.map_or(default, |value| i64::try_from(value).unwrap_or(i64::MAX))
        };
        let kinds = if filter.kinds.is_empty() {
            String::new()
        } else {
            format!(" {} ", filter.kinds.join(" "))
        };
        let rows = sqlx::query(sql::EVENTS)
            .bind(signed(filter.before, i64::MAX))
            .bind(filter.device.map(|device| device.0.to_vec()))
            .bind(signed(filter.since_ms, 0))
            .bind(signed(filter.until_ms, i64::MAX))
            .bind(kinds)
            .bind(limit)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &SqliteRow) -> Result<Event, StoreError> {
    Ok(Event {
        id: column::u64(row, "id")?,
        at_ms: column::u64(row, "at")?,
        last_ms: column::u64(row, "last_at")?,
        count: column::u32(row, "count")?,
        kind: row.try_get("kind")?,
        device: column::optional_bytes(row, "device")?.map(DeviceId),
        session: column::optional_bytes(row, "session")?.map(TransferId),
        detail: column::json(row, "detail")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing;

    fn event(at_ms: u64, origin: EventOrigin) -> NewEvent {
        NewEvent {
            at_ms,
            last_ms: at_ms,
            count: 1,
            origin,
            kind: "offer_accepted",
            device: Some(testing::device(1)),
            session: Some(testing::id(1)),
            detail: BTreeMap::from([("folder".to_owned(), "Übung/写真".to_owned())]),
        }
    }

    async fn times(store: &Store, filter: &EventFilter) -> Vec<u64> {
        let events = store.events(filter, u32::MAX).await.expect("a read");
        events.iter().map(|event| event.at_ms).collect()
    }

    #[tokio::test]
    async fn events_come_back_newest_first_with_their_counts() {
        let store = testing::memory().await;
        let bare = NewEvent {
            device: None,
            session: None,
            detail: BTreeMap::new(),
            ..event(2, EventOrigin::Here)
        };
        let first = event(1, EventOrigin::Known);
        let ids = store.append_events(&[first.clone(), bare], &[]).await;
        let ids = ids.expect("a write");
        let later = store.append_events(&[], &[(ids[0], 7, 9)]).await;
        assert!(later.expect("a write").is_empty());
        let all = EventFilter::default();
        let found = store.events(&all, 10).await.expect("a read");
        assert_eq!(times(&store, &all).await, [2, 1]);
        assert_eq!((found[1].count, found[1].last_ms), (7, 9));
        assert_eq!(
            (found[1].detail.clone(), found[1].device, found[1].session),
            (first.detail, first.device, first.session)
        );
        assert_eq!(store.events(&all, 1).await.expect("a read").len(), 1);
    }

    #[tokio::test]
    async fn only_what_is_wanted_comes_back() {
        let store = testing::memory().await;
        let other = NewEvent {
            kind: "paired",
            device: Some(testing::device(2)),
            ..event(20, EventOrigin::Here)
        };
        let events = [
            event(10, EventOrigin::Known),
            other,
            event(30, EventOrigin::Known),
        ];
        let ids = store.append_events(&events, &[]).await.expect("a write");
        let filter = EventFilter::default;
        let only = |kinds: &[&str]| EventFilter {
            kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
            ..filter()
        };
        assert_eq!(times(&store, &only(&["paired"])).await, [20]);
        assert!(times(&store, &only(&["pair", "aired"])).await.is_empty());
        assert_eq!(
            times(&store, &only(&["paired", "offer_accepted"])).await,
            [30, 20, 10]
        );
        let of = EventFilter {
            device: Some(testing::device(2)),
            ..filter()
        };
        assert_eq!(times(&store, &of).await, [20]);
        let before = EventFilter {
            before: Some(ids[2]),
            ..filter()
        };
        assert_eq!(times(&store, &before).await, [20, 10]);
        let between = EventFilter {
            since_ms: Some(20),
            until_ms: Some(30),
            ..filter()
        };
        assert_eq!(times(&store, &between).await, [20]);
    }

    #[tokio::test]
    async fn one_more_than_the_limit_removes_the_oldest_of_the_same_origin() {
        let store = testing::memory().await;
        let most = EventOrigin::Stranger.most();
        let here = event(0, EventOrigin::Here);
        store.append_events(&[here], &[]).await.expect("a write");
        let strangers: Vec<NewEvent> = (1..=u64::from(most) + 1)
            .map(|n| event(n, EventOrigin::Stranger))
            .collect();
        store.append_events(&strangers, &[]).await.expect("a write");
        let kept = times(&store, &EventFilter::default()).await;
        assert_eq!(kept.len(), most as usize + 1);
        assert_eq!(kept.first(), Some(&(u64::from(most) + 1)));
        assert_eq!(kept[kept.len() - 2..], [2, 0]);
    }

    #[tokio::test]
    async fn what_is_too_old_goes() {
        let store = testing::memory().await;
        let events = [event(1, EventOrigin::Here), event(2, EventOrigin::Here)];
        let ids = store.append_events(&events, &[]).await.expect("a write");
        store
            .append_events(&[], &[(ids[0], 2, 5)])
            .await
            .expect("a write");
        assert_eq!(store.drop_events_before(5).await.expect("a write"), 1);
        assert_eq!(times(&store, &EventFilter::default()).await, [1]);
    }
}
