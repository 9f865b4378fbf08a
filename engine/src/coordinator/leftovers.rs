//! What unfinished transfers have left in their target folders: hidden folders, named after their transfers.
//!
//! Nothing else is ever listed, and nothing is removed that is not listed.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::PathBuf,
};

use chunkstream_core::id::TransferId;

use super::{
    Engine, Shared, Transfer,
    receiving::{STAGING_PREFIX, size_of},
};
use crate::{
    api::{Code, Failure, Leftover, LeftoverRequest, Nothing},
    disk::Kind,
};

impl Engine {
    /// What transfers that have ended unfinished, or that nobody knows any more, have left.
    pub async fn leftovers(&self, _: Nothing) -> Result<Vec<Leftover>, Failure> {
        let _none_is_begun = self.shared.places.accepting.lock().await;
        self.shared.leftovers().await
    }

    /// Removes one of them from the disk.
    pub async fn remove_leftover(&self, request: LeftoverRequest) -> Result<Nothing, Failure> {
        let shared = &self.shared;
        let _none_is_begun = shared.places.accepting.lock().await;
        let listed = shared.leftovers().await?;
        let Some(leftover) = listed
            .into_iter()
            .find(|leftover| leftover.path == request.path)
        else {
            return Err(
                Failure::new(Code::NotFound, "no transfer has left anything there")
                    .about(request.path),
            );
        };
        let (disk, path) = (shared.disk.clone(), PathBuf::from(&leftover.path));
        super::receiving::blocking(move || {
            disk.remove(&path)
                .map_err(|e| super::receiving::disk_failure(&e, Some(path.clone())))?;
            match path.parent() {
                Some(folder) => disk
                    .sync_folder(folder)
                    .map_err(|e| super::receiving::disk_failure(&e, Some(folder.to_owned()))),
                None => Ok(()),
            }
        })
        .await?;
        shared.places.forget_held();
        let id = leftover.transfer.and_then(|id| id.parse().ok());
        if let Some(transfer) = id.and_then(|id| shared.find(id)) {
            transfer.session().change(|facts| facts.kept_bytes = 0);
            shared.updates.nudge();
        }
        Ok(Nothing {})
    }
}

impl Shared {
    async fn leftovers(&self) -> Result<Vec<Leftover>, Failure> {
        let sessions = self.store.sessions().await?;
        let titles: HashMap<TransferId, String> = sessions
            .iter()
            .map(|session| (session.id, session.title.clone()))
            .collect();
        let mut folders: BTreeSet<PathBuf> = sessions
            .into_iter()
            .filter_map(|session| session.folder.map(PathBuf::from))
            .collect();
        folders.insert(self.inbox_folder());
        let disk = self.disk.clone();
        let mut found = super::receiving::blocking(move || {
            let mut found: Vec<(PathBuf, TransferId, u64)> = Vec::new();
            for folder in folders {
                // A folder that cannot be read now may be so later: a volume that is not mounted.
                for name in disk.read_folder(&folder).unwrap_or_default() {
                    let id = name
                        .to_str()
                        .and_then(|name| name.strip_prefix(STAGING_PREFIX))
                        .and_then(|id| id.parse().ok());
                    let path = folder.join(&name);
                    let is_folder = |path| {
                        disk.metadata(path)
                            .is_ok_and(|found| found.kind == Kind::Folder)
                    };
                    if let Some(id) = id
                        && is_folder(&path)
                    {
                        let bytes = size_of(&*disk, &path, &HashSet::new());
                        found.push((path, id, bytes));
                    }
                }
            }
            Ok(found)
        })
        .await?;
        // After the look at the disk: one that was accepted meanwhile is in use.
        let in_use: HashSet<PathBuf> = self
            .served()
            .iter()
            .filter_map(|transfer| match transfer {
                Transfer::In(incoming) if !incoming.session.state().is_final() => {
                    incoming.staging()
                }
                _ => None,
            })
            .collect();
        found.retain(|(path, ..)| !in_use.contains(path));
        Ok(found
            .into_iter()
            .map(|(path, id, bytes)| Leftover {
                path: path.display().to_string(),
                bytes,
                transfer: titles.contains_key(&id).then(|| id.to_string()),
                title: titles.get(&id).cloned(),
            })
            .collect())
    }
}
