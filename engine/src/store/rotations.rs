//! Changes of keys: which device id became which, and what was known of the old one.

use chunkstream_core::device::DeviceId;
use sqlx::Row as _;

use super::{Store, StoreError, column, sql};

/// Changes of keys that are recorded. A device that is known here could make one at each connection.
pub(crate) const MAX_FOLLOWED: usize = 4096;

impl Store {
    /// Where that device was followed to when it changed its key, if it did.
    pub async fn followed(&self, old: DeviceId) -> Result<Option<DeviceId>, StoreError> {
        let _held = self.hold();
        let row = sqlx::query(sql::FOLLOWED)
            .bind(&old.0[..])
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| Ok(DeviceId(column::bytes(&row, "new_id")?)))
            .transpose()
    }

    /// Whether there is a transfer with that device.
    pub async fn has_sessions_with(&self, device: DeviceId) -> Result<bool, StoreError> {
        let _held = self.hold();
        let row = sqlx::query(sql::HAS_SESSIONS_WITH)
            .bind(&device.0[..])
            .fetch_one(&self.readers)
            .await?;
        Ok(row.try_get(0)?)
    }

    /// The device that this one is today.
    pub async fn latest(&self, device: DeviceId) -> Result<DeviceId, StoreError> {
        let _held = self.hold();
        let row = sqlx::query(sql::LATEST)
            .bind(&device.0[..])
            .fetch_one(&self.readers)
            .await?;
        Ok(DeviceId(column::bytes(&row, "id")?))
    }

    /// Records changes of a key, oldest first, and gives `to` what is known of the old keys: the names, role, addresses,
    /// limits and rule of `from`, and the paths, alarms, watched folders and transfers of all. If somebody has decided about
    /// `to` already, that stands, and what was decided about the old ones goes. False if there is no room for more changes;
    /// nothing is recorded then.
    pub async fn follow(
        &self,
        from: DeviceId,
        to: DeviceId,
        steps: &[(DeviceId, DeviceId)],
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        let _held = self.hold();
        let mut transaction = self.begin().await?;
        let row = sqlx::query(sql::COUNT_ROTATIONS)
            .fetch_one(&mut *transaction)
            .await?;
        let count: i64 = row.try_get(0)?;
        if count as usize + steps.len() > MAX_FOLLOWED {
            return Ok(false);
        }
        for (old, new) in steps {
            sqlx::query(sql::RECORD_ROTATION)
                .bind(&old.0[..])
                .bind(&new.0[..])
                .bind(column::from_u64(now_ms, "a time")?)
                .execute(&mut *transaction)
                .await?;
        }
        let decided = sqlx::query(sql::DEVICE)
            .bind(&to.0[..])
            .fetch_optional(&mut *transaction)
            .await?;
        let decided = decided.map(|row| row.try_get("known")).transpose()?;
        let kept = if decided == Some(true) { to } else { from };
        let mut losers: Vec<DeviceId> = steps.iter().map(|(old, _)| *old).collect();
        losers.push(to);
        for loser in losers.iter().filter(|loser| **loser != kept) {
            for query in [sql::FORGET_DEVICE, sql::FORGET_RULE] {
                sqlx::query(query)
                    .bind(&loser.0[..])
                    .execute(&mut *transaction)
                    .await?;
            }
        }
        for (old, _) in steps {
            for query in [
                sql::MOVE_DEVICE,
                sql::MOVE_RULE,
                sql::MOVE_PATHS,
                sql::SETTLE_ALARMS,
                sql::MOVE_ALARMS,
                sql::MOVE_SESSIONS,
                sql::MOVE_WATCHED,
            ] {
                sqlx::query(query)
                    .bind(&old.0[..])
                    .bind(&to.0[..])
                    .execute(&mut *transaction)
                    .await?;
            }
            // Watched for the new one already.
            sqlx::query(sql::FORGET_WATCHED)
                .bind(&old.0[..])
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// A device is forgotten: its old keys are strangers' again, too.
    pub async fn forget_rotations(&self, device: DeviceId) -> Result<(), StoreError> {
        let _held = self.hold();
        sqlx::query(sql::FORGET_ROTATIONS)
            .bind(&device.0[..])
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chunkstream_core::{access::AcceptRule, session::Role, watched::Ignore};

    use super::*;
    use crate::{
        api::AlarmKind,
        store::{NewWatched, testing},
    };

    #[tokio::test]
    async fn what_is_known_of_a_device_goes_with_its_key() {
        let store = testing::memory().await;
        let (old, middle, new) = (testing::device(1), testing::device(2), testing::device(3));
        store
            .set_role(old, Role::Mine, Some("desk"))
            .await
            .expect("a write");
        store
            .set_device_limits(old, Some(5), None)
            .await
            .expect("a write");
        let rule = AcceptRule {
            max_bytes: Some(9),
            ..AcceptRule::default()
        };
        store.set_rule(old, Some(&rule)).await.expect("a write");
        // Seen as a stranger a moment ago; and taken for somebody else.
        store.note_seen(new, "x", &[], 3).await.expect("a write");
        for found in [new, testing::device(9)] {
            let raised = store.raise_alarm(AlarmKind::OtherKey, old, found, "a", 3);
            raised.await.expect("a write");
        }
        let steps = [(old, middle), (middle, new)];
        let followed = store.follow(old, new, &steps, 4).await;
        assert!(followed.expect("a write"));
        assert_eq!(store.device(old).await.expect("a read"), None);
        let device = store.device(new).await.expect("a read").expect("there");
        assert_eq!(
            (device.role, device.shown_name(), device.send_limit),
            (Role::Mine, "desk", Some(5))
        );
        assert_eq!(store.rule(new).await.expect("a read"), Some(rule));
        assert_eq!(store.rule(old).await.expect("a read"), None);
        let alarms = store.alarms().await.expect("a read");
        let about: Vec<_> = alarms
            .iter()
            .map(|alarm| (alarm.device, alarm.found))
            .collect();
        assert_eq!(about, [(new, testing::device(9))]);
        for (from, to) in steps {
            assert_eq!(store.followed(from).await.expect("a read"), Some(to));
        }
        assert_eq!(store.followed(new).await.expect("a read"), None);
        for known in [old, middle, new] {
            assert_eq!(store.latest(known).await.expect("a read"), new);
        }
        store.forget_rotations(new).await.expect("a write");
        for from in [old, middle] {
            assert_eq!(store.followed(from).await.expect("a read"), None);
        }
    }

    #[tokio::test]
    async fn watched_folders_go_with_the_key_unless_the_new_one_has_them() {
        let store = testing::memory().await;
        let (old, new) = (testing::device(1), testing::device(2));
        for (path, device) in [("/a", old), ("/b", old), ("/b", new)] {
            let folder = NewWatched {
                path: path.to_owned(),
                device,
                ignore: Ignore::default(),
            };
            store.add_watched(&folder, &[]).await.expect("a write");
        }
        let followed = store.follow(old, new, &[(old, new)], 4).await;
        assert!(followed.expect("a write"));
        let rows = store.watched().await.expect("a read");
        let rows: Vec<_> = rows
            .iter()
            .map(|row| (row.folder.path.as_str(), row.folder.device))
            .collect();
        assert_eq!(rows, [("/a", new), ("/b", new)]);
    }

    #[tokio::test]
    async fn one_change_more_than_the_most_is_not_recorded() {
        let store = testing::memory().await;
        let id = |number: usize| {
            let mut bytes = [7; 20];
            bytes[..8].copy_from_slice(&number.to_le_bytes());
            DeviceId(bytes)
        };
        let steps: Vec<_> = (0..MAX_FOLLOWED).map(|n| (id(n), id(n + 1))).collect();
        let last = id(MAX_FOLLOWED);
        let followed = store.follow(id(0), last, &steps, 4).await;
        assert!(followed.expect("a write"));
        assert_eq!(store.latest(id(0)).await.expect("a read"), last);
        let next = id(MAX_FOLLOWED + 1);
        let followed = store.follow(last, next, &[(last, next)], 5).await;
        assert!(!followed.expect("no write"));
        assert_eq!(store.followed(last).await.expect("a read"), None);
    }

    #[tokio::test]
    async fn what_was_decided_about_the_new_key_stands() {
        let store = testing::memory().await;
        let (old, new) = (testing::device(1), testing::device(2));
        for (device, role) in [(old, Role::Mine), (new, Role::Blocked)] {
            store.set_role(device, role, None).await.expect("a write");
        }
        let followed = store.follow(old, new, &[(old, new)], 4).await;
        assert!(followed.expect("a write"));
        let devices = store.devices().await.expect("a read");
        let devices: Vec<_> = devices
            .iter()
            .map(|device| (device.id, device.role))
            .collect();
        assert_eq!(devices, [(new, Role::Blocked)]);
    }

    #[tokio::test]
    async fn the_first_change_of_a_key_is_the_one_that_is_recorded() {
        let store = testing::memory().await;
        let (old, new, other) = (testing::device(1), testing::device(2), testing::device(3));
        let followed = store.follow(old, new, &[(old, new)], 4).await;
        assert!(followed.expect("a write"));
        assert!(store.follow(old, other, &[(old, other)], 5).await.is_err());
        assert_eq!(store.followed(old).await.expect("a read"), Some(new));
    }
}
