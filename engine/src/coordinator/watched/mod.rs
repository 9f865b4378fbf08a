//! Watched folders: one task for each looks at it when something is told of it, waits until what is new has settled,
//! and sends it as a person would.
//!
//! What has been handed over is in the database before the next look, so that a restart sends nothing twice; a kill
//! between the two sends it as the same transfer again. What is sent stays where it is. Which item is ready is
//! `chunkstream_core::watched`'s.

mod scan;
mod task;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chunkstream_core::{device::DeviceId, watched::Ignore};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{Engine, Shared};
use crate::{
    api::{Code, Failure, Nothing, WatchChange, WatchRequest, WatchedRequest, WatchedView},
    store::NewWatched,
};

/// Folders that are watched at once: each takes one of the system's watches.
const MAX_FOLDERS: usize = 50;

/// All of them, by number.
#[derive(Debug, Default)]
pub(crate) struct WatchedFolders(Mutex<BTreeMap<u64, Arc<Folder>>>);

/// One folder.
#[derive(Debug)]
struct Folder {
    id: u64,
    path: PathBuf,
    facts: Mutex<Facts>,
    /// Something may have changed: in the folder, or in what is wanted.
    news: Arc<Notify>,
    /// It is watched no longer.
    over: CancellationToken,
}

#[derive(Clone, Debug)]
struct Facts {
    /// Where to; another id once that device has another key.
    device: DeviceId,
    paused: bool,
    ignore: Ignore,
    settling: usize,
    sent: u32,
    last_ms: Option<u64>,
    failure: Option<Failure>,
}

impl WatchedFolders {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Folder>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, id: u64) -> Result<Arc<Folder>, Failure> {
        let missing = || Failure::new(Code::NotFound, "there is no such watched folder");
        let found = self.lock().get(&id).cloned();
        found.ok_or_else(|| missing().about(id.to_string()))
    }
}

impl Folder {
    fn facts(&self) -> Facts {
        let facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        facts.clone()
    }

    fn change(&self, change: impl FnOnce(&mut Facts)) {
        change(&mut self.facts.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Engine {
    /// The folders whose content is sent by itself.
    pub async fn watched_folders(&self, _: Nothing) -> Result<Vec<WatchedView>, Failure> {
        let folders: Vec<_> = self.shared.watched.lock().values().cloned().collect();
        let mut views = Vec::new();
        for folder in folders {
            views.push(self.shared.watched_view(&folder).await?);
        }
        Ok(views)
    }

    /// Sends what is put into a folder from now on.
    pub async fn watch_folder(&self, request: WatchRequest) -> Result<WatchedView, Failure> {
        self.shared.watch_folder(request).await
    }

    /// Pauses a watched folder, lets it go on, or changes what of it is sent.
    pub async fn change_watched(&self, request: WatchChange) -> Result<WatchedView, Failure> {
        let shared = &self.shared;
        let folder = shared.watched.find(request.id)?;
        let facts = folder.facts();
        let paused = request.paused.unwrap_or(facts.paused);
        let ignore = request.ignore.unwrap_or(facts.ignore);
        shared
            .store
            .change_watched(folder.id, paused, &ignore)
            .await?;
        folder.change(|facts| {
            facts.paused = paused;
            facts.ignore = ignore;
            facts.failure = None;
        });
        folder.news.notify_one();
        shared.watched_view(&folder).await
    }

    /// Watches a folder no longer. What was sent goes on.
    pub async fn unwatch_folder(&self, request: WatchedRequest) -> Result<Nothing, Failure> {
        let folder = self.shared.watched.find(request.id)?;
        self.shared.unwatch(&folder).await?;
        Ok(Nothing {})
    }
}

impl Shared {
    /// Takes up all that were watched when the engine stopped.
    pub(super) async fn take_up_watched(self: &Arc<Self>) -> Result<(), Failure> {
        for row in self.store.watched().await? {
            let sent = self.store.watched_items(row.id).await?;
            self.begin_watching(row.id, row.folder, row.paused, sent);
        }
        Ok(())
    }

    async fn unwatch(&self, folder: &Folder) -> Result<(), Failure> {
        self.store.remove_watched(folder.id).await?;
        folder.over.cancel();
        self.watched.lock().remove(&folder.id);
        Ok(())
    }

    /// Nothing more is sent to that device by itself.
    pub(super) async fn unwatch_all(&self, device: DeviceId) -> Result<(), Failure> {
        let folders: Vec<_> = self.watched.lock().values().cloned().collect();
        for folder in folders
            .iter()
            .filter(|folder| folder.facts().device == device)
        {
            self.unwatch(folder).await?;
        }
        Ok(())
    }

    /// That device has another key. One folder is not watched twice for it.
    pub(super) fn watched_for_another(&self, from: DeviceId, to: DeviceId) {
        let mut folders = self.watched.lock();
        let there: Vec<_> = folders
            .values()
            .filter(|folder| folder.facts().device == to)
            .map(|folder| folder.path.clone())
            .collect();
        folders.retain(|_, folder| {
            if folder.facts().device != from {
                return true;
            }
            let twice = there.contains(&folder.path);
            if twice {
                folder.over.cancel();
            } else {
                folder.change(|facts| facts.device = to);
            }
            !twice
        });
    }

    async fn watch_folder(self: &Arc<Self>, request: WatchRequest) -> Result<WatchedView, Failure> {
        let path = PathBuf::from(&request.path);
        let usage = |message: &str| Failure::new(Code::Usage, message).about(&*request.path);
        if !path.is_absolute() {
            return Err(usage("the folder to watch must be an absolute path"));
        }
        let destination = self.destination(&request.device).await?;
        if self.store.device(destination.device).await?.is_none() {
            let message = "this device is not known here: pair with it, or send it something first";
            return Err(Failure::new(Code::BadTarget, message).about(request.device));
        }
        let same = |folder: &Arc<Folder>| {
            folder.path == path && folder.facts().device == destination.device
        };
        if self.watched.lock().values().any(same) {
            return Err(usage("this folder is watched for that device already"));
        }
        if self.watched.lock().len() >= MAX_FOLDERS {
            return Err(usage("fifty folders are watched; remove one first"));
        }
        // Whoever receives into a folder that is sent would get it all back.
        let inbox = self.inbox_folder();
        if inbox.starts_with(&path) || path.starts_with(&inbox) {
            return Err(usage(
                "what arrives here would be sent on: choose a folder outside of the inbox folder",
            ));
        }
        let folder = NewWatched {
            path: request.path.clone(),
            device: destination.device,
            ignore: request.ignore.unwrap_or_default(),
        };
        // A folder that cannot be read is no good; what is there need not be sent.
        let there = self.items(path.clone(), folder.ignore.clone()).await?;
        let sent: Vec<_> = if request.existing {
            Vec::new()
        } else {
            there.into_iter().collect()
        };
        let id = self.store.add_watched(&folder, &sent).await?;
        let folder = self.begin_watching(id, folder, false, sent);
        self.watched_view(&folder).await
    }

    async fn watched_view(&self, folder: &Folder) -> Result<WatchedView, Failure> {
        let facts = folder.facts();
        let known = self.store.device(facts.device).await?;
        let name = known.map(|device| device.name.unwrap_or(device.own_name));
        Ok(WatchedView {
            id: folder.id,
            path: folder.path.display().to_string(),
            device_id: facts.device.to_string(),
            device_name: name.unwrap_or_else(|| facts.device.short()),
            paused: facts.paused,
            ignore: facts.ignore,
            settling: facts.settling as u32,
            sent: facts.sent,
            last_ms: facts.last_ms,
            failure: facts.failure,
        })
    }
}
