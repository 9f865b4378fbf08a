//! What is kept of an earlier run or an earlier attempt, and what of it turns out not to be there.
//!
//! The database is an index over the bytes in the staging folder. A person may have removed those by hand,
//! or have chosen another folder for a retry: what the index says of them is taken back, and they come again.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use chunkstream_core::id::{FileId, TransferId};

use super::{
    Incoming,
    finish::{blocking, staging_in},
};
use crate::{api::Failure, coordinator::Shared};

impl Incoming {
    /// Takes back what the database has of files that are not in the staging folder.
    pub(super) async fn forget_missing(&self, shared: &Shared) -> Result<(), Failure> {
        let held: Vec<(FileId, PathBuf)> = {
            let held = self.plan().held();
            held.into_iter()
                .map(|file| (file, self.path_of(file)))
                .collect()
        };
        let disk = shared.disk.clone();
        let missing = blocking(move || {
            let gone = |path: &Path| {
                disk.metadata(path)
                    .is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
            };
            Ok(held
                .into_iter()
                .filter(|(_, path)| gone(path))
                .map(|(file, _)| file)
                .collect::<Vec<_>>())
        })
        .await?;
        self.forget(shared, &missing).await
    }

    /// The transfer was accepted into another folder before: what is there is let go.
    pub(super) async fn leave(&self, shared: &Shared, folder: &Path) -> Result<(), Failure> {
        let held = self.plan().held();
        self.forget(shared, &held).await?;
        shared.remove_staging(self.session.id, folder).await;
        Ok(())
    }

    pub(super) async fn forget(&self, shared: &Shared, files: &[FileId]) -> Result<(), Failure> {
        for &file in files {
            let chunks = self.plan().chunks_of(file);
            let sequences: Vec<u32> = (0..chunks).collect();
            tracing::info!(transfer = %self.session.id.short(), file = file.0, "not there any more");
            shared
                .store
                .forget_chunks(self.session.id, file, &sequences)
                .await?;
            self.plan().forget(file);
        }
        if !files.is_empty() {
            let (bytes, done) = {
                let plan = self.plan();
                (plan.durable_bytes(), plan.files_done())
            };
            self.session.change(|facts| {
                facts.durable_bytes = bytes;
                facts.files_done = done;
            });
        }
        Ok(())
    }
}

impl Shared {
    /// Removes what was received of a transfer that ended unfinished.
    pub(crate) async fn remove_staging(&self, transfer: TransferId, folder: &Path) {
        let staging = staging_in(folder, transfer);
        let disk = self.disk.clone();
        let removed = blocking(move || {
            if disk.metadata(&staging).is_err() {
                return Ok(());
            }
            disk.remove(&staging)
                .map_err(|e| super::disk_failure(&e, Some(staging)))
        })
        .await;
        if let Err(failure) = removed {
            tracing::warn!(transfer = %transfer.short(), %failure, "what was received could not be removed");
        }
    }

    /// Those of these transfers of which something is kept in their folders, by one visit to the disk for all. A folder
    /// that is not there, a share of a network say, is asked for once and not for each of them.
    pub(crate) async fn kept(&self, of: Vec<(TransferId, PathBuf)>) -> HashSet<TransferId> {
        if of.is_empty() {
            return HashSet::new();
        }
        let disk = self.disk.clone();
        let there = blocking(move || {
            let mut folders: HashMap<PathBuf, Vec<TransferId>> = HashMap::new();
            for (id, folder) in of {
                folders.entry(folder).or_default().push(id);
            }
            folders.retain(|folder, _| disk.metadata(folder).is_ok());
            let pairs = folders
                .iter()
                .flat_map(|(folder, ids)| ids.iter().map(move |id| (folder, *id)));
            let kept = pairs.filter(|(folder, id)| disk.metadata(&staging_in(folder, *id)).is_ok());
            Ok(kept.map(|(_, id)| id).collect())
        });
        there.await.unwrap_or_default()
    }

    /// Bytes of a transfer that ended unfinished which are kept for a retry.
    pub(crate) async fn kept_bytes(
        &self,
        transfer: TransferId,
        folder: Option<&Path>,
        durable: u64,
    ) -> u64 {
        let Some(folder) = folder else { return 0 };
        let staging = staging_in(folder, transfer);
        let disk = self.disk.clone();
        let there = blocking(move || Ok(disk.metadata(&staging).is_ok())).await;
        if there.unwrap_or(false) { durable } else { 0 }
    }
}
