//! The end of a transfer that came in: links, times and permissions, and the move to the final places.

use std::{
    io,
    path::{Path, PathBuf},
};

use chunkstream_core::{
    id::FileId,
    manifest::{Entry, EntryKind},
    path::unused_name,
};

use super::{Incoming, disk_failure};
use crate::{
    api::{Code, Failure},
    coordinator::Shared,
    disk::Disk,
};

/// What the name of a staging folder begins with.
pub(crate) const STAGING_PREFIX: &str = ".chunkstream-";
/// From so many folders on, one flush of the volume is cheaper than one for each.
const MANY_FOLDERS: usize = 64;
/// Numbers tried for a name that is taken.
const MAX_TRIES: u32 = 10_000;

/// A root, where it is received and where it goes.
struct Root {
    ordinal: u32,
    entry: Entry,
    /// Where an earlier attempt meant to put it.
    meant: Option<PathBuf>,
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
                    Some(file.entry.clone())
                })
                .collect()
        };
        let disk = shared.disk.clone();
        blocking(move || {
            for entry in entries {
                let path = entry.path.to_native(&staging);
                if entry.is_empty() {
                    // Nothing was written to an empty file: it is made here.
                    disk.open_partial(&path, 0, false)
                        .map_err(|e| disk_failure(&e, Some(path.clone())))?;
                }
                attributes(&*disk, &path, &entry);
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
        count: usize,
    ) -> Result<(), Failure> {
        let Some(staging) = self.staging() else {
            return Ok(());
        };
        let folders: Vec<PathBuf> = {
            let plan = self.plan();
            plan.entries()
                .skip(from as usize)
                .take(count)
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

    /// Makes the staging folder of a transfer that goes to `folder`, and `folder` itself if it is not there.
    pub(super) async fn make_staging(&self, shared: &Shared, folder: &Path) -> Result<(), Failure> {
        let staging = folder.join(format!("{STAGING_PREFIX}{}", self.session.id));
        let (disk, folder, made) = (shared.disk.clone(), folder.to_owned(), staging.clone());
        blocking(move || {
            create_folders(&*disk, &folder).map_err(|e| disk_failure(&e, Some(folder.clone())))?;
            disk.create_folder(&made)
                .map_err(|e| disk_failure(&e, Some(made.clone())))?;
            disk.sync_folder(&folder)
                .map_err(|e| disk_failure(&e, Some(folder.clone())))
        })
        .await?;
        self.set_staging(staging);
        Ok(())
    }

    /// Moves every root to its place, under a name that nothing has, and makes that durable.
    pub(super) async fn finish(&self, shared: &Shared) -> Result<(), Failure> {
        let id = self.session.id;
        let Some(staging) = self.staging() else {
            return Ok(());
        };
        let Some(folder) = staging.parent().map(Path::to_owned) else {
            return Ok(());
        };
        let (links, folders, roots) = self.inventory();
        let (disk, at) = (shared.disk.clone(), staging.clone());
        blocking(move || {
            for entry in &links {
                let EntryKind::Symlink { target } = &entry.kind else {
                    continue;
                };
                let path = entry.path.to_native(&at);
                match disk.create_symlink(target, &path) {
                    // Made before a restart.
                    Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                        return Err(disk_failure(&error, Some(path)));
                    }
                    _ => {}
                }
            }
            // The deepest first: what is written into a folder changes its time.
            for entry in folders
                .iter()
                .rev()
                .filter(|entry| entry.path.parent().is_some())
            {
                attributes(&*disk, &entry.path.to_native(&at), entry);
            }
            // A flush of the volume waits for what other programs have written as well: it is for many.
            let whole = folders.len() > MANY_FOLDERS
                && disk
                    .sync_volume(&at)
                    .map_err(|e| disk_failure(&e, Some(at.clone())))?;
            if !whole {
                for entry in folders.iter().rev() {
                    let path = entry.path.to_native(&at);
                    disk.sync_folder(&path)
                        .map_err(|e| disk_failure(&e, Some(path)))?;
                }
                disk.sync_folder(&at)
                    .map_err(|e| disk_failure(&e, Some(at.clone())))?;
            }
            Ok(())
        })
        .await?;
        let meant = shared.store.roots(id, u32::MAX).await?;
        for (ordinal, entry) in roots.into_iter().enumerate() {
            let before = meant.iter().find(|root| root.ordinal == ordinal as u32);
            let meant = before
                .and_then(|root| root.placed_path.clone())
                .map(PathBuf::from);
            let root = Root {
                ordinal: ordinal as u32,
                entry,
                meant,
            };
            self.place(shared, &staging, &folder, root).await?;
        }
        let (disk, target) = (shared.disk.clone(), folder.clone());
        blocking(move || {
            disk.sync_folder(&target)
                .map_err(|e| disk_failure(&e, Some(target.clone())))?;
            disk.remove(&staging)
                .map_err(|e| disk_failure(&e, Some(staging.clone())))
        })
        .await
    }

    /// Links, folders and roots, each in manifest order.
    fn inventory(&self) -> (Vec<Entry>, Vec<Entry>, Vec<Entry>) {
        let plan = self.plan();
        let of_kind = |wanted: fn(&EntryKind) -> bool| {
            plan.entries()
                .map(|(_, entry)| entry)
                .filter(|entry| wanted(&entry.kind))
                .cloned()
                .collect()
        };
        let links = of_kind(|kind| matches!(kind, EntryKind::Symlink { .. }));
        let folders = of_kind(|kind| matches!(kind, EntryKind::Folder));
        let roots = plan
            .entries()
            .map(|(_, entry)| entry)
            .filter(|entry| entry.path.parent().is_none())
            .cloned()
            .collect();
        (links, folders, roots)
    }

    /// Moves one root. The name is recorded before the move, so that after a crash in between it is known
    /// which of the two has happened.
    async fn place(
        &self,
        shared: &Shared,
        staging: &Path,
        folder: &Path,
        root: Root,
    ) -> Result<(), Failure> {
        let from = root.entry.path.to_native(staging);
        let (disk, there) = (shared.disk.clone(), from.clone());
        let waits = blocking(move || Ok(disk.metadata(&there).is_ok())).await?;
        let mut placed = root.meant.clone();
        if waits {
            placed = None;
            for number in 0..MAX_TRIES {
                let name = root.entry.path.as_str();
                let name = if number == 0 {
                    name.to_owned()
                } else {
                    unused_name(name, number)
                };
                let to = folder.join(&name);
                let (disk, probe) = (shared.disk.clone(), to.clone());
                if blocking(move || Ok(disk.metadata(&probe).is_ok())).await? {
                    continue;
                }
                shared
                    .store
                    .place_root(self.session.id, root.ordinal, &to.display().to_string())
                    .await?;
                let (disk, from, target, entry) = (
                    shared.disk.clone(),
                    from.clone(),
                    to.clone(),
                    root.entry.clone(),
                );
                let moved = blocking(move || match disk.rename_new(&from, &target) {
                    Ok(()) => {
                        // Last, because moving a folder that may not be written is refused.
                        if entry.kind == EntryKind::Folder {
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
                    placed = Some(to);
                    break;
                }
            }
        }
        let Some(placed) = placed else {
            return Err(Failure::new(Code::DiskUnwritable, "no free name was found")
                .about(from.display().to_string()));
        };
        tracing::info!(transfer = %self.session.id.short(), path = %placed.display(), "in its place");
        self.session.change(|facts| {
            if let Some(view) = facts.roots.get_mut(root.ordinal as usize) {
                view.path = Some(placed.display().to_string());
            }
        });
        Ok(())
    }

    /// Removes what was received of a transfer that ended unfinished.
    pub(super) async fn discard(&self, shared: &Shared) {
        let Some(staging) = self.staging() else {
            return;
        };
        {
            let mut plan = self.plan();
            let ids: Vec<FileId> = plan.entries().map(|(id, _)| id).collect();
            for id in ids {
                if let Some(file) = plan.file_mut(id) {
                    file.handle = None;
                }
            }
        }
        let disk = shared.disk.clone();
        let removed = blocking(move || {
            disk.remove(&staging)
                .map_err(|e| disk_failure(&e, Some(staging)))
        })
        .await;
        if let Err(failure) = removed {
            tracing::warn!(transfer = %self.session.id.short(), %failure, "what was received could not be removed");
        }
    }
}

/// Times and permissions are wishes: a file system that cannot keep them is no reason to fail.
fn attributes(disk: &dyn Disk, path: &Path, entry: &Entry) {
    if let Err(error) = disk.set_attributes(path, entry.mode, entry.modified_ns) {
        tracing::warn!(path = %path.display(), %error, "time and permissions could not be set");
    }
}

/// Makes a folder with all the folders above it.
pub(crate) fn create_folders(disk: &dyn Disk, folder: &Path) -> io::Result<()> {
    match disk.create_folder(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match folder.parent() {
            Some(parent) => {
                create_folders(disk, parent)?;
                disk.create_folder(folder)
            }
            None => Err(error),
        },
        // A link to a folder is a folder to its user.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            disk.read_folder(folder).map(drop)
        }
        result => result,
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Failure::new(Code::Internal, error.to_string())),
    }
}
