//! Word of changes in folders, from the system: inotify, FSEvents, ReadDirectoryChangesW, by `notify`.
//!
//! A hint and no more: systems bound how many folders are watched, tell nothing of network drives, and may
//! drop what comes too fast. Whoever must know compares fingerprints.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use notify::{
    Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode},
};

/// Folders that are watched.
pub trait Watch: Send + Sync + fmt::Debug {
    /// Tells of changes of the files in this folder from now on, not of what lies deeper. False if the
    /// system does not.
    fn add(&self, folder: &Path) -> bool;
    /// Tells no longer.
    fn remove(&self, folder: &Path);
}

#[derive(Debug)]
struct Notified(Mutex<RecommendedWatcher>);

/// Begins to watch nothing yet; None if the system cannot.
pub(super) fn begin(changed: Box<dyn Fn(PathBuf) + Send>) -> Option<Box<dyn Watch>> {
    let hear = move |event: notify::Result<Event>| match event {
        Ok(event) if is_change(event.kind) => event.paths.into_iter().for_each(&changed),
        Ok(_) => {}
        Err(error) => tracing::debug!(%error, "folders are watched no longer"),
    };
    match notify::recommended_watcher(hear) {
        Ok(watcher) => Some(Box::new(Notified(Mutex::new(watcher)))),
        Err(error) => {
            tracing::debug!(%error, "folders cannot be watched");
            None
        }
    }
}

/// Our own reading is told as well.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

impl Watch for Notified {
    fn add(&self, folder: &Path) -> bool {
        let mut watcher = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match watcher.watch(folder, RecursiveMode::NonRecursive) {
            Ok(()) => true,
            Err(error) => {
                tracing::debug!(folder = %folder.display(), %error, "a folder is not watched");
                false
            }
        }
    }

    fn remove(&self, folder: &Path) {
        let mut watcher = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // One that is gone is watched no longer already.
        if let Err(error) = watcher.unwatch(folder) {
            tracing::debug!(folder = %folder.display(), %error, "a folder was not watched");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::mpsc, time::Duration};

    use super::*;

    #[test]
    fn a_change_in_a_watched_folder_is_told_and_reading_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        // As the system names it.
        let folder = folder.path().canonicalize().expect("it is there");
        let (read, changed) = (folder.join("read"), folder.join("changed"));
        fs::write(&read, b"a").expect("written");
        fs::write(&changed, b"b").expect("written");
        let (told, paths) = mpsc::channel();
        let watch = begin(Box::new(move |path| drop(told.send(path)))).expect("this system can");
        assert!(watch.add(&folder));
        assert!(!watch.add(&folder.join("nowhere")));
        fs::read(&read).expect("read");
        fs::write(&changed, b"another").expect("written");
        let first = paths.recv_timeout(Duration::from_secs(20));
        assert_eq!(first.expect("it is told"), changed);
    }
}
