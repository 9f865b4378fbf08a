//! Devices: who has been seen, what they call themselves, and what was decided about them here.

use chunkstream_core::{device::DeviceId, session::Role};
use sqlx::{Row as _, sqlite::SqliteRow};

use super::{Store, StoreError, column, sql};

/// Addresses that are kept for one device, or as hints for one transfer; more are dropped from the end.
pub const MAX_ADDRESSES: usize = 16;

/// A device that was seen or decided about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Device {
    /// Who.
    pub id: DeviceId,
    /// The name given to it here.
    pub name: Option<String>,
    /// What it calls itself; empty if it never said.
    pub own_name: String,
    /// What it may do here.
    pub role: Role,
    /// Whether somebody decided about it here; else it has only been seen.
    pub known: bool,
    /// Where it was last reached, best first.
    pub addresses: Vec<String>,
    /// When it was first heard from, milliseconds since 1970.
    pub first_seen_ms: Option<u64>,
    /// When it was last heard from, milliseconds since 1970.
    pub last_seen_ms: Option<u64>,
    /// At most so many bytes per second to it.
    pub send_limit: Option<u64>,
    /// At most so many bytes per second from it.
    pub receive_limit: Option<u64>,
}

impl Device {
    /// The name to show: the one given here, else its own.
    pub fn shown_name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.own_name)
    }
}

impl Store {
    /// Records that a device was heard from now, under this name, at these addresses (the first
    /// [`MAX_ADDRESSES`]). A new one gets [`Role::Ask`]; what was decided about an old one stays.
    pub async fn note_seen(
        &self,
        id: DeviceId,
        own_name: &str,
        addresses: &[String],
        now_ms: u64,
    ) -> Result<(), StoreError> {
        let _held = self.hold();
        sqlx::query(sql::NOTE_SEEN)
            .bind(&id.0[..])
            .bind(own_name)
            .bind(addresses_json(addresses)?)
            .bind(column::from_u64(now_ms, "a time")?)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Records a decision about a device, seen before or not. Its given name stays if `name` is None.
    pub async fn set_role(
        &self,
        id: DeviceId,
        role: Role,
        name: Option<&str>,
    ) -> Result<(), StoreError> {
        let _held = self.hold();
        sqlx::query(sql::SET_ROLE)
            .bind(&id.0[..])
            .bind(role.as_str())
            .bind(name)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Sets or lifts the limits of a device, seen before or not, in bytes per second.
    pub async fn set_device_limits(
        &self,
        id: DeviceId,
        send: Option<u64>,
        receive: Option<u64>,
    ) -> Result<(), StoreError> {
        let _held = self.hold();
        sqlx::query(sql::SET_DEVICE_LIMITS)
            .bind(&id.0[..])
            .bind(column::optional_from_u64(send, "a limit")?)
            .bind(column::optional_from_u64(receive, "a limit")?)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// One device.
    pub async fn device(&self, id: DeviceId) -> Result<Option<Device>, StoreError> {
        let _held = self.hold();
        let row = sqlx::query(sql::DEVICE)
            .bind(&id.0[..])
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// All devices: those that were decided about first, then by shown name.
    pub async fn devices(&self) -> Result<Vec<Device>, StoreError> {
        let _held = self.hold();
        let rows = sqlx::query(sql::DEVICES).fetch_all(&self.readers).await?;
        rows.iter().map(read).collect()
    }

    /// All devices with that shown name (ASCII letters in either case), known ones first. A stranger can
    /// call itself anything: with more than one, or an unknown one, the name alone decides nothing.
    pub async fn devices_by_name(&self, name: &str) -> Result<Vec<Device>, StoreError> {
        let _held = self.hold();
        let rows = sqlx::query(sql::DEVICES_BY_NAME)
            .bind(name)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Whether the device took the last offer from here without asking anybody, and holds chunks that come with one.
    pub async fn welcomes(&self, id: DeviceId) -> Result<bool, StoreError> {
        let _held = self.hold();
        let row = sqlx::query(sql::WELCOMES)
            .bind(&id.0[..])
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?.unwrap_or(false))
    }

    /// Records that it did, or that it asked. Nothing of a device that was never seen.
    pub async fn set_welcomes(&self, id: DeviceId, welcomes: bool) -> Result<(), StoreError> {
        let _held = self.hold();
        sqlx::query(sql::SET_WELCOMES)
            .bind(&id.0[..])
            .bind(welcomes)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Removes a device and what was decided about it. Its transfers stay.
    pub async fn forget_device(&self, id: DeviceId) -> Result<(), StoreError> {
        let _held = self.hold();
        let done = sqlx::query(sql::FORGET_DEVICE)
            .bind(&id.0[..])
            .execute(&self.writer)
            .await?;
        if done.rows_affected() == 0 {
            Err(StoreError::NotFound("device"))
        } else {
            Ok(())
        }
    }
}

pub(super) fn addresses_json(addresses: &[String]) -> Result<String, StoreError> {
    column::to_json(&addresses[..addresses.len().min(MAX_ADDRESSES)])
}

fn read(row: &SqliteRow) -> Result<Device, StoreError> {
    Ok(Device {
        id: DeviceId(column::bytes(row, "device_id")?),
        name: row.try_get("name")?,
        own_name: row.try_get("own_name")?,
        role: column::word(row, "role", column::role)?,
        known: row.try_get("known")?,
        addresses: column::json(row, "addresses")?,
        first_seen_ms: column::optional_u64(row, "first_seen")?,
        last_seen_ms: column::optional_u64(row, "last_seen")?,
        send_limit: column::optional_u64(row, "send_limit")?,
        receive_limit: column::optional_u64(row, "receive_limit")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing;

    #[tokio::test]
    async fn being_seen_changes_nothing_that_was_decided() {
        let store = testing::memory().await;
        let id = testing::device(1);
        store
            .note_seen(id, "laptop", &["10.0.0.1:4433".to_owned()], 5)
            .await
            .expect("a write");
        let stranger = store.device(id).await.expect("a read").expect("seen");
        assert_eq!(
            (stranger.role, stranger.known, stranger.shown_name()),
            (Role::Ask, false, "laptop")
        );

        store
            .set_role(id, Role::Trusted, Some("Mutters Läptop"))
            .await
            .expect("a write");
        store
            .note_seen(id, "evil", &["[::1]:1".to_owned()], 9)
            .await
            .expect("a write");
        store.set_role(id, Role::Mine, None).await.expect("a write");
        let device = store.device(id).await.expect("a read").expect("seen");
        assert_eq!(
            device,
            Device {
                id,
                name: Some("Mutters Läptop".to_owned()),
                own_name: "evil".to_owned(),
                role: Role::Mine,
                known: true,
                addresses: vec!["[::1]:1".to_owned()],
                first_seen_ms: Some(5),
                last_seen_ms: Some(9),
                send_limit: None,
                receive_limit: None,
            }
        );
    }

    #[tokio::test]
    async fn limits_of_a_device_stay_when_it_is_seen_and_go_when_they_are_lifted() {
        let store = testing::memory().await;
        let id = testing::device(3);
        store
            .set_device_limits(id, Some(1_000), Some(2_000))
            .await
            .expect("a write");
        store.note_seen(id, "desk", &[], 7).await.expect("a write");
        let device = store.device(id).await.expect("a read").expect("a row");
        assert_eq!(
            (device.send_limit, device.receive_limit, device.known),
            (Some(1_000), Some(2_000), false)
        );
        store
            .set_device_limits(id, None, Some(2_000))
            .await
            .expect("a write");
        let device = store.device(id).await.expect("a read").expect("a row");
        assert_eq!(
            (device.send_limit, device.receive_limit),
            (None, Some(2_000))
        );
    }

    #[tokio::test]
    async fn a_device_can_be_decided_about_before_it_is_seen() {
        let store = testing::memory().await;
        let id = testing::device(2);
        store
            .set_role(id, Role::Blocked, None)
            .await
            .expect("a write");
        let device = store.device(id).await.expect("a read").expect("a row");
        assert_eq!(
            (device.role, device.known, device.first_seen_ms),
            (Role::Blocked, true, None)
        );
        store.note_seen(id, "desk", &[], 7).await.expect("a write");
        assert_eq!(
            store
                .device(id)
                .await
                .expect("a read")
                .expect("a row")
                .first_seen_ms,
            Some(7)
        );
        store.forget_device(id).await.expect("it was there");
        assert!(matches!(
            store.forget_device(id).await,
            Err(StoreError::NotFound("device"))
        ));
        assert_eq!(store.devices().await.expect("a read"), []);
    }

    #[tokio::test]
    async fn a_given_name_hides_the_own_name_and_known_devices_come_first() {
        let store = testing::memory().await;
        for n in 1..=3 {
            store
                .note_seen(testing::device(n), "Desk", &[], 1)
                .await
                .expect("a write");
        }
        store
            .set_role(testing::device(3), Role::Mine, None)
            .await
            .expect("a write");
        store
            .set_role(testing::device(2), Role::Ask, Some("Büro"))
            .await
            .expect("a write");
        let ids = |devices: Vec<Device>| {
            devices
                .into_iter()
                .map(|device| device.id)
                .collect::<Vec<_>>()
        };
        let found = store.devices_by_name("dESK").await.expect("a read");
        assert_eq!(ids(found), [testing::device(3), testing::device(1)]);
        assert_eq!(
            ids(store.devices_by_name("Büro").await.expect("a read")),
            [testing::device(2)]
        );
        assert_eq!(
            ids(store.devices().await.expect("a read")),
            [testing::device(2), testing::device(3), testing::device(1)]
        );
    }

    #[tokio::test]
    async fn a_device_welcomes_until_it_has_asked() {
        let store = testing::memory().await;
        let id = testing::device(1);
        store.set_welcomes(id, true).await.expect("a write");
        assert!(!store.welcomes(id).await.expect("a read"), "never seen");
        store.note_seen(id, "desk", &[], 1).await.expect("a write");
        for welcomes in [true, false, true] {
            store.set_welcomes(id, welcomes).await.expect("a write");
            assert_eq!(store.welcomes(id).await.expect("a read"), welcomes);
        }
    }

    #[tokio::test]
    async fn one_address_over_the_limit_is_dropped() {
        let store = testing::memory().await;
        let addresses: Vec<String> = (0..=MAX_ADDRESSES)
            .map(|n| format!("10.0.0.{n}:1"))
            .collect();
        store
            .note_seen(testing::device(1), "x", &addresses, 1)
            .await
            .expect("a write");
        let kept = store
            .device(testing::device(1))
            .await
            .expect("a read")
            .expect("seen")
            .addresses;
        assert_eq!(kept, addresses[..MAX_ADDRESSES]);
    }
}
