//! Alarms: where another key was found than the one that is known.
//!
//! One row for each pair of a known and a found device. A person's acknowledgement holds for that very key.

use chunkstream_core::device::DeviceId;
use sqlx::{Row as _, sqlite::SqliteRow};

use super::{Store, StoreError, column, sql};
use crate::api::AlarmKind;

/// Alarms that are kept. The oldest acknowledged ones make room; where none is, there is no room.
pub const MAX_ALARMS: u32 = 100;

/// A key that is not the one it should be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alarm {
    /// Its number.
    pub id: u64,
    /// What was found.
    pub kind: AlarmKind,
    /// The known device.
    pub device: DeviceId,
    /// The other one.
    pub found: DeviceId,
    /// Where.
    pub address: String,
    /// When first, milliseconds since 1970.
    pub at_ms: u64,
    /// When last.
    pub last_ms: u64,
    /// How often.
    pub count: u32,
    /// When a person acknowledged it.
    pub acknowledged_ms: Option<u64>,
}

/// What became of an alarm that was raised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Raised {
    /// It is new.
    New,
    /// It is known and waits for a person.
    Open,
    /// A person has decided about this key.
    Acknowledged,
    /// There are [`MAX_ALARMS`] open ones.
    NoRoom,
}

impl Store {
    /// Records that `found` was met in the place of `device`.
    pub async fn raise_alarm(
        &self,
        kind: AlarmKind,
        device: DeviceId,
        found: DeviceId,
        address: &str,
        now_ms: u64,
    ) -> Result<Raised, StoreError> {
        let _held = self.hold();
        let mut transaction = self.begin().await?;
        let known: i64 = sqlx::query(sql::HAS_ALARM)
            .bind(kind.as_str())
            .bind(&device.0[..])
            .bind(&found.0[..])
            .fetch_one(&mut *transaction)
            .await?
            .try_get(0)?;
        if known == 0 {
            let count: i64 = sqlx::query(sql::COUNT_ALARMS)
                .fetch_one(&mut *transaction)
                .await?
                .try_get(0)?;
            if count >= i64::from(MAX_ALARMS) {
                let dropped = sqlx::query(sql::DROP_OLD_ALARM)
                    .execute(&mut *transaction)
                    .await?;
                if dropped.rows_affected() == 0 {
                    return Ok(Raised::NoRoom);
                }
            }
        }
        let row = sqlx::query(sql::RAISE_ALARM)
            .bind(kind.as_str())
            .bind(&device.0[..])
            .bind(&found.0[..])
            .bind(address)
            .bind(column::from_u64(now_ms, "a time")?)
            .fetch_one(&mut *transaction)
            .await?;
        let acknowledged = column::optional_u64(&row, "acknowledged_at")?.is_some();
        transaction.commit().await?;
        Ok(match (known, acknowledged) {
            (0, _) => Raised::New,
            (_, true) => Raised::Acknowledged,
            (_, false) => Raised::Open,
        })
    }

    /// All alarms, the newest first.
    pub async fn alarms(&self) -> Result<Vec<Alarm>, StoreError> {
        let _held = self.hold();
        let rows = sqlx::query(sql::ALARMS).fetch_all(&self.readers).await?;
        rows.iter().map(read).collect()
    }

    /// Whether an alarm waits for a person: about the key found in the place of this device, or about the name that
    /// this stranger uses.
    pub async fn has_open_alarm(
        &self,
        kind: AlarmKind,
        device: DeviceId,
    ) -> Result<bool, StoreError> {
        let _held = self.hold();
        let row = sqlx::query(sql::OPEN_ALARMS_OF)
            .bind(kind.as_str())
            .bind(&device.0[..])
            .fetch_one(&self.readers)
            .await?;
        Ok(row.try_get::<i64, _>(0)? > 0)
    }

    /// Records that a person has decided about an alarm. Returns the known device and the one that was found.
    pub async fn acknowledge_alarm(
        &self,
        id: u64,
        now_ms: u64,
    ) -> Result<(DeviceId, DeviceId), StoreError> {
        let _held = self.hold();
        let row = sqlx::query(sql::ACKNOWLEDGE_ALARM)
            .bind(column::from_u64(id, "a number")?)
            .bind(column::from_u64(now_ms, "a time")?)
            .fetch_optional(&self.writer)
            .await?
            .ok_or(StoreError::NotFound("alarm"))?;
        Ok((
            DeviceId(column::bytes(&row, "device_id")?),
            DeviceId(column::bytes(&row, "found")?),
        ))
    }

    /// Removes all alarms of a device.
    pub async fn forget_alarms(&self, device: DeviceId) -> Result<(), StoreError> {
        let _held = self.hold();
        sqlx::query(sql::FORGET_ALARMS)
            .bind(&device.0[..])
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

fn read(row: &SqliteRow) -> Result<Alarm, StoreError> {
    Ok(Alarm {
        id: column::u64(row, "id")?,
        kind: column::word(row, "kind", AlarmKind::parse)?,
        device: DeviceId(column::bytes(row, "device_id")?),
        found: DeviceId(column::bytes(row, "found")?),
        address: row.try_get("address")?,
        at_ms: column::u64(row, "at")?,
        last_ms: column::u64(row, "last_at")?,
        count: column::u32(row, "count")?,
        acknowledged_ms: column::optional_u64(row, "acknowledged_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing;

    async fn raise(store: &Store, kind: AlarmKind, device: u8, found: u8, now: u64) -> Raised {
        let (device, found) = (testing::device(device), testing::device(found));
        store
            .raise_alarm(kind, device, found, "10.0.0.1:1", now)
            .await
            .expect("a write")
    }

    #[tokio::test]
    async fn an_alarm_blocks_until_a_person_has_acknowledged_that_key() {
        use AlarmKind::{OtherKey, SameName};
        let store = testing::memory().await;
        assert_eq!(raise(&store, OtherKey, 1, 2, 5).await, Raised::New);
        assert_eq!(raise(&store, OtherKey, 1, 2, 9).await, Raised::Open);
        let open = |kind, n| {
            let store = &store;
            async move {
                let open = store.has_open_alarm(kind, testing::device(n)).await;
                open.expect("a read")
            }
        };
        assert!(open(OtherKey, 1).await);
        assert!(!open(OtherKey, 2).await && !open(SameName, 1).await);
        let alarm = store.alarms().await.expect("a read").remove(0);
        assert_eq!((alarm.at_ms, alarm.last_ms, alarm.count), (5, 9, 2));
        let acknowledged = store.acknowledge_alarm(alarm.id, 11).await.expect("open");
        assert_eq!(acknowledged, (testing::device(1), testing::device(2)));
        assert!(!open(OtherKey, 1).await);
        assert_eq!(
            raise(&store, OtherKey, 1, 2, 12).await,
            Raised::Acknowledged
        );
        assert!(matches!(
            store.acknowledge_alarm(alarm.id, 13).await,
            Err(StoreError::NotFound("alarm"))
        ));
        // Another key is another matter.
        assert_eq!(raise(&store, OtherKey, 1, 3, 14).await, Raised::New);
        assert!(open(OtherKey, 1).await);
        // A name is held against who uses it.
        assert_eq!(raise(&store, SameName, 1, 4, 15).await, Raised::New);
        assert!(open(SameName, 4).await && !open(SameName, 1).await);
        store
            .forget_alarms(testing::device(1))
            .await
            .expect("a write");
        assert_eq!(store.alarms().await.expect("a read"), []);
    }

    #[tokio::test]
    async fn one_more_than_the_limit_needs_an_acknowledged_one_to_go() {
        let store = testing::memory().await;
        for n in 0..MAX_ALARMS as u8 {
            assert_eq!(
                raise(&store, AlarmKind::SameName, 200, n, 1).await,
                Raised::New
            );
        }
        assert_eq!(
            raise(&store, AlarmKind::SameName, 200, 150, 1).await,
            Raised::NoRoom
        );
        assert_eq!(
            raise(&store, AlarmKind::SameName, 200, 7, 2).await,
            Raised::Open
        );
        let first = store.alarms().await.expect("a read").pop().expect("many");
        store.acknowledge_alarm(first.id, 3).await.expect("open");
        assert_eq!(
            raise(&store, AlarmKind::SameName, 200, 150, 4).await,
            Raised::New
        );
        let kept = store.alarms().await.expect("a read");
        assert_eq!(kept.len(), MAX_ALARMS as usize);
        assert!(kept.iter().all(|alarm| alarm.id != first.id));
    }
}
