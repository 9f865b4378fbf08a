//! Early word of sources that change, for transfers that are connected: a hint, see [`Watch`]. Without it, or
//! beyond its bounds, a change is noticed when the file is read.
//!
//! One watch for the whole engine: systems count them per user.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chunkstream_core::id::TransferId;
use tokio::sync::Notify;

use crate::{
    coordinator::{Shared, Transfer},
    disk::Watch,
};

/// Folders that are watched at once. Each takes a kilobyte of the system's memory; Linux allows 8,192 and more.
const MAX_FOLDERS: usize = 4096;
/// Paths of changes that wait for a look; of more, all sources are looked at.
const MAX_PATHS: usize = 1024;
/// Changes are looked at together: a file that is written tells of it many times.
const CALM: Duration = Duration::from_millis(500);

/// The sources that are watched.
#[derive(Debug, Default)]
pub(crate) struct SourceWatch {
    folders: Mutex<Folders>,
    news: Arc<News>,
}

#[derive(Debug, Default)]
struct Folders {
    /// None before the first use, and where the system cannot.
    watch: Option<Box<dyn Watch>>,
    begun: bool,
    users: HashMap<PathBuf, HashSet<TransferId>>,
}

#[derive(Debug, Default)]
struct News {
    paths: Mutex<HashSet<PathBuf>>,
    wake: Notify,
}

impl News {
    fn tell(&self, path: PathBuf) {
        let mut paths = self.paths.lock().unwrap_or_else(PoisonError::into_inner);
        if paths.len() <= MAX_PATHS {
            paths.insert(path);
        }
        drop(paths);
        self.wake.notify_one();
    }
}

impl SourceWatch {
    /// Watches these folders for a transfer, as far as the bounds allow. Blocks.
    pub(crate) fn cover(
        &self,
        shared: &Arc<Shared>,
        transfer: TransferId,
        wanted: HashSet<PathBuf>,
    ) {
        let mut folders = self.folders();
        if !folders.begun {
            folders.begun = true;
            let news = self.news.clone();
            folders.watch = shared.disk.watch(Box::new(move |path| news.tell(path)));
            if folders.watch.is_some() {
                let (engine, news) = (shared.clone(), self.news.clone());
                shared.spawn(async move {
                    // Nobody who ends a program waits for calm.
                    let _ = engine.stop.run_until_cancelled(look(&engine, &news)).await;
                });
            }
        }
        let Folders { watch, users, .. } = &mut *folders;
        let Some(watch) = watch else { return };
        for folder in wanted {
            if let Some(users) = users.get_mut(&folder) {
                users.insert(transfer);
            } else if users.len() >= MAX_FOLDERS || !watch.add(&folder) {
                return;
            } else {
                users.insert(folder, HashSet::from([transfer]));
            }
        }
    }

    /// A transfer needs no watch any more. Blocks.
    pub(crate) fn release(&self, transfer: TransferId) {
        let mut folders = self.folders();
        let Folders { watch, users, .. } = &mut *folders;
        let Some(watch) = watch else { return };
        users.retain(|folder, users| {
            users.remove(&transfer);
            if users.is_empty() {
                watch.remove(folder);
            }
            !users.is_empty()
        });
    }

    fn folders(&self) -> MutexGuard<'_, Folders> {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks at sources of which something was told.
async fn look(shared: &Arc<Shared>, news: &News) {
    loop {
        news.wake.notified().await;
        tokio::time::sleep(CALM).await;
        let paths = {
            let mut paths = news.paths.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *paths)
        };
        let all = paths.len() > MAX_PATHS;
        let is_told = |source: &Path| all || source.ancestors().any(|path| paths.contains(path));
        for transfer in shared.served() {
            if let Transfer::Out(flow) = transfer
                && !flow.session.state().is_final()
            {
                flow.survey(shared, is_told).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_more_changes_than_can_be_kept_one_over_is_remembered() {
        let news = News::default();
        for number in 0..MAX_PATHS + 50 {
            news.tell(PathBuf::from(format!("/{number}")));
        }
        let paths = news.paths.lock().expect("nobody panicked");
        assert_eq!(paths.len(), MAX_PATHS + 1);
    }
}
