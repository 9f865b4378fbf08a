//! The end of a transfer that came in: links, times and permissions, and the move to the final places.

use std::{
    collections::HashSet,
    io,
    path::{Path, PathBuf},
};

use chunkstream_core::{
    id::{FileId, TransferId},
    manifest::{Entry, EntryKind},
    path::unused_name,
};

use super::{Incoming, disk_failure, merge::merge};
use crate::{
    api::{Code, Conflict, Failure},
    coordinator::Shared,
    disk::{Disk, Kind},
};

/// What the name of a staging folder begins with.
pub(crate) const STAGING_PREFIX: &str = ".chunkstream-";

/// Where a transfer is received that goes to `folder`.
pub(super) fn staging_in(folder: &Path, transfer: TransferId) -> PathBuf {
    folder.join(format!("{STAGING_PREFIX}{transfer}"))
}
/// From so many folders on, one flush of the volume is cheaper than one for each.
const MANY_FOLDERS: usize = 64;
/// Numbers tried for a name that is taken.
const MAX_TRIES: u32 = 10_000;

/// A root that waits for its move.
struct Root {
    ordinal: u32,
    /// Under the path where it is stored.
    entry: Entry,
    /// As it was sent.
    sent: Entry,
    /// Its move has begun: what is missing of it is in its place.
    begun: bool,
}

impl Incoming {
    /// Times and permissions of files that are complete, whose handles are closed.
    pub(super) async fn dress(&self, shared: &Shared, files: &[FileId]) -> Result<(), Failure> {
        let Some(staging) = self.staging() else {
            return Ok(());
        };
        let entries: Vec<Entry> = {
            let mut plan = self.plan();
            files
                .iter()
                .filter_map(|&id| {
                    let file = plan.file_mut(id)?;
                    file.handle = None;
                    Some(file.local())
                })
                .collect()
        };
        let disk = shared.disk.clone();
        blocking(move || {
            for entry in entries {
                // Nothing was written to an empty file: it is made at the end, with the folders.
                if !entry.is_empty() {
                    attributes(&*disk, &entry.path.to_native(&staging), &entry);
                }
            }
            Ok(())
        })
        .await
    }

    /// Makes the folders of new entries.
    pub(super) async fn make_folders(
        &self,
        shared: &Shared,
        from: u32,
        count: u32,
    ) -> Result<(), Failure> {
        let Some(staging) = self.staging() else {
            return Ok(());
        };
        let folders: Vec<PathBuf> = {
            let plan = self.plan();
            plan.local(from..from.saturating_add(count))
                .filter(|(_, entry)| entry.kind == EntryKind::Folder)
                .map(|(_, entry)| entry.path.to_native(&staging))
                .collect()
        };
        let disk = shared.disk.clone();
        blocking(move || {
            folders.iter().try_for_each(|folder| {
                disk.create_folder(folder)
                    .map_err(|e| disk_failure(&e, Some(folder.clone())))
            })
        })
        .await
    }

    /// After a crash: the staging folder and its folders again, whose names may have been lost with the
    /// power. Not once roots have been moved out of it.
    pub(super) async fn remake_folders(&self, shared: &Shared) -> Result<(), Failure> {
        let roots = shared.store.roots(self.session.id, u32::MAX).await?;
        if roots.iter().any(|root| root.placed_path.is_some()) {
            return Ok(());
        }
        if let Some(folder) = self.staging().as_deref().and_then(Path::parent) {
            self.make_staging(shared, folder).await?;
        }
        self.make_folders(shared, 0, u32::MAX).await?;
        self.forget_missing(shared).await
    }

    /// Makes the staging folder of a transfer that goes to `folder`, and `folder` itself if it is not there.
    /// Returns whether it was there already.
    pub(super) async fn make_staging(
        &self,
        shared: &Shared,
        folder: &Path,
    ) -> Result<bool, Failure> {
        let staging = staging_in(folder, self.session.id);
        let (disk, folder, made) = (shared.disk.clone(), folder.to_owned(), staging.clone());
        let known = blocking(move || {
            let known = disk.metadata(&made).is_ok();
            create_folders(&*disk, &folder).map_err(|e| disk_failure(&e, Some(folder.clone())))?;
            disk.create_folder(&made)
                .map_err(|e| disk_failure(&e, Some(made.clone())))?;
            disk.sync_folder(&folder)
                .map_err(|e| disk_failure(&e, Some(folder.clone())))?;
            Ok(known)
        })
        .await?;
        self.set_staging(staging);
        Ok(known)
    }

    /// Moves every root to its place, under a name that nothing has, and makes that durable. May be called
    /// again after a crash at any of its steps.
    pub(super) async fn finish(&self, shared: &Shared) -> Result<(), Failure> {
        let Some(staging) = self.staging() else {
            return Ok(());
        };
        let Some(folder) = staging.parent().map(Path::to_owned) else {
            return Ok(());
        };
        self.sweep(shared).await?;
        let roots = self.waiting_roots(shared, &staging).await?;
        if !roots.is_empty() {
            self.furnish(shared, &staging, &roots).await?;
            self.name_roots(shared, &folder, &roots).await?;
            for root in roots {
                self.place(shared, &staging, &folder, root).await?;
            }
        }
        let disk = shared.disk.clone();
        blocking(move || {
            disk.sync_folder(&folder)
                .map_err(|e| disk_failure(&e, Some(folder.clone())))?;
            disk.remove(&staging)
                .map_err(|e| disk_failure(&e, Some(staging.clone())))?;
            // Else a power loss brings it back, and nobody looks for it any more.
            disk.sync_folder(&folder)
                .map_err(|e| disk_failure(&e, Some(folder.clone())))
        })
        .await
    }

    /// The roots that have not been moved to their places, in manifest order. One with a place recorded has
    /// been moved if it is not in the staging folder any more.
    async fn waiting_roots(&self, shared: &Shared, staging: &Path) -> Result<Vec<Root>, Failure> {
        let recorded = shared.store.roots(self.session.id, u32::MAX).await?;
        let merges = self.rules().merges();
        let entries: Vec<(u32, Entry, Entry)> = {
            let plan = self.plan();
            let roots = plan
                .entries()
                .filter(|(_, entry)| entry.path.parent().is_none());
            (0..)
                .zip(roots)
                .filter_map(|(ordinal, (id, sent))| {
                    let wanted = plan.local(id.0..id.0 + 1).next();
                    wanted.map(|(_, entry)| (ordinal, entry, sent.clone()))
                })
                .collect()
        };
        let (disk, staging) = (shared.disk.clone(), staging.to_owned());
        let (waiting, moved) = blocking(move || {
            let (mut waiting, mut moved) = (Vec::new(), Vec::new());
            for (ordinal, entry, sent) in entries {
                let placed = recorded
                    .iter()
                    .find(|root| root.ordinal == ordinal)
                    .and_then(|root| root.placed_path.clone());
                let there = disk.metadata(&entry.path.to_native(&staging)).is_ok();
                match placed {
                    Some(placed) if !there => moved.push((sent, placed)),
                    placed => waiting.push(Root {
                        ordinal,
                        begun: merges && placed.is_some(),
                        entry,
                        sent,
                    }),
                }
            }
            Ok((waiting, moved))
        })
        .await?;
        for (entry, placed) in moved {
            self.session.change(|facts| facts.placed(&entry, placed));
        }
        Ok(waiting)
    }

    /// Completes what waits in the staging folder: folders and empty files, which a power loss may have
    /// taken, links, times and permissions; and makes all of it durable.
    async fn furnish(
        &self,
        shared: &Shared,
        staging: &Path,
        roots: &[Root],
    ) -> Result<(), Failure> {
        let waiting: HashSet<&str> = roots
            .iter()
            .filter(|root| !root.begun)
            .map(|root| root.entry.path.as_str())
            .collect();
        let entries: Vec<Entry> = {
            let plan = self.plan();
            plan.local(0..u32::MAX)
                .filter(|(id, entry)| {
                    let path = entry.path.as_str();
                    let root = path.split_once('/').map_or(path, |(root, _)| root);
                    // Files with content have been dressed, unless that was before a crash.
                    let to_do = !entry.is_file() || entry.is_empty() || !self.is_fresh(*id);
                    to_do && waiting.contains(root)
                })
                .map(|(_, entry)| entry)
                .collect()
        };
        let (disk, at) = (shared.disk.clone(), staging.to_owned());
        blocking(move || {
            let mut folders = Vec::new();
            for entry in &entries {
                let path = entry.path.to_native(&at);
                let made = match &entry.kind {
                    EntryKind::Folder => {
                        folders.push((path.clone(), entry));
                        disk.create_folder(&path)
                    }
                    EntryKind::Symlink { target } => match disk.create_symlink(target, &path) {
                        // Made before a restart.
                        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
                        result => result,
                    },
                    EntryKind::File { len: 0 } => disk.open_partial(&path, 0, false).map(drop),
                    EntryKind::File { .. } => Ok(()),
                };
                made.map_err(|e| disk_failure(&e, Some(path.clone())))?;
                if entry.is_file() {
                    attributes(&*disk, &path, entry);
                }
            }
            // The deepest first: what is written into a folder changes its time.
            for (path, entry) in folders.iter().rev() {
                if entry.path.parent().is_some() {
                    attributes(&*disk, path, entry);
                }
            }
            // A flush of the volume waits for what other programs have written as well: it is for many.
            let whole = folders.len() > MANY_FOLDERS
                && disk
                    .sync_volume(&at)
                    .map_err(|e| disk_failure(&e, Some(at.clone())))?;
            if !whole {
                for (path, _) in folders.iter().rev() {
                    disk.sync_folder(path)
                        .map_err(|e| disk_failure(&e, Some(path.clone())))?;
                }
                disk.sync_folder(&at)
                    .map_err(|e| disk_failure(&e, Some(at.clone())))?;
            }
            Ok(())
        })
        .await
    }

    /// Records where each root is going, durably, before any is moved: so that after a crash in between it
    /// is known of each whether it has been.
    async fn name_roots(
        &self,
        shared: &Shared,
        folder: &Path,
        roots: &[Root],
    ) -> Result<(), Failure> {
        for root in roots {
            let to = folder.join(root.entry.path.as_str());
            shared
                .store
                .place_root(self.session.id, root.ordinal, &to.display().to_string())
                .await?;
        }
        shared.store.sync().await.map_err(Failure::from)
    }

    /// Moves one root, to its own name if nothing has it, else to a numbered one.
    async fn place(
        &self,
        shared: &Shared,
        staging: &Path,
        folder: &Path,
        root: Root,
    ) -> Result<(), Failure> {
        let from = root.entry.path.to_native(staging);
        let rules = self.rules();
        for number in 0..MAX_TRIES {
            let name = root.entry.path.as_str();
            let name = if number == 0 {
                name.to_owned()
            } else {
                unused_name(name, number)
            };
            let to = folder.join(&name);
            let (disk, probe) = (shared.disk.clone(), to.clone());
            let there = blocking(move || Ok(disk.metadata(&probe).ok())).await?;
            let folder = root.entry.kind == EntryKind::Folder;
            let way = match there.map(|there| there.kind) {
                None => Way::New,
                Some(Kind::Folder) if folder && rules.merges() => Way::Into,
                Some(Kind::File | Kind::Symlink)
                    if !folder && rules.conflict == Conflict::Overwrite =>
                {
                    Way::Over
                }
                Some(_) => continue,
            };
            if number > 0 {
                shared
                    .store
                    .place_root(self.session.id, root.ordinal, &to.display().to_string())
                    .await?;
                shared.store.sync().await?;
            }
            let (disk, from, target, entry) = (
                shared.disk.clone(),
                from.clone(),
                to.clone(),
                root.entry.clone(),
            );
            let conflict = rules.conflict;
            let moved = blocking(move || match way.go(&*disk, conflict, &from, &target) {
                Ok(()) => {
                    // Last, because moving a folder that may not be written is refused.
                    if way == Way::New && entry.kind == EntryKind::Folder {
                        attributes(&*disk, &target, &entry);
                    }
                    Ok(true)
                }
                // Somebody was faster.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
                Err(error) => Err(disk_failure(&error, Some(target))),
            })
            .await?;
            if moved {
                tracing::info!(transfer = %self.session.id.short(), path = %to.display(), "in its place");
                let placed = to.display().to_string();
                self.session
                    .change(|facts| facts.placed(&root.sent, placed));
                return Ok(());
            }
        }
        Err(Failure::new(Code::DiskUnwritable, "no free name was found")
            .about(from.display().to_string()))
    }
}

/// How a root comes to its place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Nothing is there.
    New,
    /// Into the folder that is there.
    Into,
    /// In place of what is there.
    Over,
}

impl Way {
    fn go(self, disk: &dyn Disk, conflict: Conflict, from: &Path, to: &Path) -> io::Result<()> {
        match self {
            Self::New => disk.rename_new(from, to),
            Self::Into => merge(disk, conflict, from, to),
            Self::Over => disk.rename_over(from, to),
        }
    }
}

/// Times and permissions are wishes: a file system that cannot keep them is no reason to fail.
fn attributes(disk: &dyn Disk, path: &Path, entry: &Entry) {
    if let Err(error) = disk.set_attributes(path, entry.mode, entry.modified_ns) {
        tracing::warn!(path = %path.display(), %error, "time and permissions could not be set");
    }
}

/// Makes a folder with all the folders above it, durably.
pub(crate) fn create_folders(disk: &dyn Disk, folder: &Path) -> io::Result<()> {
    match disk.create_folder(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match folder.parent() {
            Some(parent) => {
                create_folders(disk, parent)?;
                disk.create_folder(folder)?;
            }
            None => return Err(error),
        },
        // A link to a folder is a folder to its user.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return disk.read_folder(folder).map(drop);
        }
        result => result?,
    }
    // One that was there before may lie in a folder that we may not open, and needs no sync.
    if let Some(parent) = folder.parent()
        && let Err(error) = disk.sync_folder(parent)
    {
        tracing::debug!(folder = %parent.display(), %error, "a folder could not be synced");
    }
    Ok(())
}

pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Failure::new(Code::Internal, error.to_string())),
    }
}
