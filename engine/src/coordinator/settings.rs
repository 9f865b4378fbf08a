//! What a person has set: kept in the database, read by every task.

use std::path::PathBuf;

use chunkstream_core::nearby::Visible;
use serde::{Serialize, de::DeserializeOwned};

use super::{Shared, start};
use crate::{
    EngineConfig,
    api::{Code, Conflict, Failure, OutboxOrder, SettingsRequest, SettingsView},
    store::Store,
};

/// The setting that keeps who may find this device.
const VISIBILITY: &str = "visibility";

/// What a person has set, and the name and folder that the engine was started with if they were given.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) name: String,
    pub(crate) inbox_folder: PathBuf,
    /// What is done when a name is taken.
    pub(crate) conflict: Conflict,
    /// Most bytes that the inbox folder may hold.
    pub(crate) inbox_quota: Option<u64>,
    /// Hours for which a transfer waits for a device that is away.
    pub(crate) outbox_hours: Option<u32>,
    pub(crate) outbox_order: OutboxOrder,
    /// Bytes per second to all devices together.
    pub(crate) send_limit: Option<u64>,
    /// Bytes per second from all devices together.
    pub(crate) receive_limit: Option<u64>,
    /// Who may find this device in the local network.
    pub(crate) visible: Visible,
    /// The first run of the windows is over.
    pub(crate) introduced: bool,
}

impl Settings {
    /// Those of a data folder.
    pub(super) async fn load(config: &EngineConfig, store: &Store) -> Result<Self, Failure> {
        let name = match &config.name {
            Some(name) => name.clone(),
            None => match store.setting("name").await? {
                Some(name) => name,
                None => gethostname::gethostname().to_string_lossy().into_owned(),
            },
        };
        let inbox_folder = match &config.inbox_folder {
            Some(folder) => folder.clone(),
            None => store
                .setting("inbox_folder")
                .await?
                .map_or_else(|| config.data_folder.join("inbox"), PathBuf::from),
        };
        Ok(Self {
            name: start::shorten(&name),
            inbox_folder,
            conflict: read(store, "conflict").await?,
            inbox_quota: read(store, "inbox_quota").await?,
            outbox_hours: read(store, "outbox_hours").await?,
            outbox_order: read(store, "outbox_order").await?,
            send_limit: read(store, "send_limit").await?,
            receive_limit: read(store, "receive_limit").await?,
            visible: read::<Visible>(store, VISIBILITY)
                .await?
                .settle(config.clock.unix_ms()),
            introduced: read(store, "introduced").await?,
        })
    }

    pub(super) fn view(&self) -> SettingsView {
        SettingsView {
            conflict: self.conflict,
            inbox_quota: self.inbox_quota,
            outbox_hours: self.outbox_hours,
            outbox_order: self.outbox_order,
            send_limit: self.send_limit,
            receive_limit: self.receive_limit,
            visibility: self.visible.now,
            visible_until_ms: self.visible.until_ms,
            introduced: self.introduced,
        }
    }
}

impl Shared {
    /// Changes what is given; the rest stays. All of it is checked before any is changed.
    pub(super) async fn change_settings(&self, request: SettingsRequest) -> Result<(), Failure> {
        let mut settings = self.settings();
        let store = &self.store;
        let name = request.name.map(|name| start::shorten(name.trim()));
        if name.as_deref() == Some("") {
            return Err(Failure::new(Code::Usage, "a device needs a name"));
        }
        if let Some(folder) = request.inbox_folder {
            let path = PathBuf::from(&folder);
            if !path.is_absolute() {
                return Err(
                    Failure::new(Code::Usage, "the inbox folder must be an absolute path")
                        .about(folder),
                );
            }
            store.set_setting("inbox_folder", &folder).await?;
            settings.inbox_folder = path;
        }
        if let Some(name) = name {
            store.set_setting("name", &name).await?;
            settings.name = name;
        }
        if let Some(conflict) = request.conflict {
            write(store, "conflict", &conflict).await?;
            settings.conflict = conflict;
        }
        if let Some(quota) = request.inbox_quota {
            settings.inbox_quota = (quota > 0).then_some(quota);
            write(store, "inbox_quota", &settings.inbox_quota).await?;
        }
        if let Some(hours) = request.outbox_hours {
            settings.outbox_hours = (hours > 0).then_some(hours);
            write(store, "outbox_hours", &settings.outbox_hours).await?;
        }
        if let Some(order) = request.outbox_order {
            write(store, "outbox_order", &order).await?;
            settings.outbox_order = order;
        }
        if let Some(limit) = request.send_limit {
            settings.send_limit = (limit > 0).then_some(limit);
            write(store, "send_limit", &settings.send_limit).await?;
        }
        if let Some(limit) = request.receive_limit {
            settings.receive_limit = (limit > 0).then_some(limit);
            write(store, "receive_limit", &settings.receive_limit).await?;
        }
        if let Some(wanted) = request.visibility {
            settings.visible = settings.visible.wish(wanted, self.clock.unix_ms());
            write(store, VISIBILITY, &settings.visible).await?;
        }
        if let Some(introduced) = request.introduced {
            settings.introduced = introduced;
            write(store, "introduced", &introduced).await?;
        }
        self.limit_engine(&settings);
        *self
            .settings
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = settings;
        self.nearby.reconsider();
        Ok(())
    }

    /// Records who may find this device from now on.
    pub(super) async fn set_visible(&self, visible: Visible) -> Result<(), Failure> {
        self.settings
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .visible = visible;
        self.updates.identity_changed();
        write(&self.store, VISIBILITY, &visible).await
    }
}

/// A setting of a kind that has a default; one that this version does not understand is the default too.
async fn read<T: DeserializeOwned + Default>(store: &Store, key: &str) -> Result<T, Failure> {
    let text = store.setting(key).await?;
    Ok(text
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default())
}

async fn write<T: Serialize>(store: &Store, key: &str, value: &T) -> Result<(), Failure> {
    let text =
        serde_json::to_string(value).map_err(|e| Failure::new(Code::Internal, e.to_string()))?;
    Ok(store.set_setting(key, &text).await?)
}
