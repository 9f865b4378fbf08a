//! Files that may be at the target already: both sides hash theirs, and only what differs is sent.

use std::{io, path::PathBuf, sync::Arc};

use chunkstream_core::{
    id::FileId,
    integrity::Checksum,
    path::RelPath,
    wire::{FromReceiver, MAX_FILES_IN_PAGE},
};

use super::{Event, Incoming, finish::blocking, placing::Placer, task::Task};
use crate::{
    api::{Code, Failure},
    coordinator::Shared,
    disk::Disk,
    store::{Fate, Placement},
};

/// Bytes read at a time.
const BLOCK: usize = 1024 * 1024;
/// Files told of at a time.
const AT_ONCE: usize = 64;

impl Incoming {
    /// Begins to hash what is at the target under the names of these files; the task hears of it.
    pub(super) fn hash(self: &Arc<Self>, shared: &Arc<Shared>, files: Vec<FileId>) {
        let Some(target) = self.target().filter(|_| !files.is_empty()) else {
            return;
        };
        let (incoming, engine) = (self.clone(), shared.clone());
        shared.spawn(async move {
            for files in files.chunks(AT_ONCE) {
                let paths: Vec<(FileId, PathBuf)> = {
                    let plan = incoming.plan();
                    let path = |&file: &FileId| {
                        plan.stored(file)
                            .map(|path| (file, path.to_native(&target)))
                    };
                    files.iter().filter_map(path).collect()
                };
                let (disk, session) = (engine.disk.clone(), incoming.clone());
                let stop = engine.stop.clone();
                let hashed = blocking(move || {
                    let over = || stop.is_cancelled() || session.session.state().is_final();
                    let root = |(file, path): (FileId, PathBuf)| {
                        let root = root_of(&*disk, &path, over);
                        if let Err(error) = &root {
                            tracing::debug!(path = %path.display(), %error, "not compared");
                        }
                        (file, root.ok())
                    };
                    Ok(paths.into_iter().map(root).collect::<Vec<_>>())
                });
                match hashed.await {
                    Ok(_) if incoming.session.state().is_final() => return,
                    Ok(hashed) => incoming.event(Event::Hashed(hashed)).await,
                    Err(failure) => incoming.event(Event::Trouble(failure)).await,
                }
            }
        });
    }
}

/// The BLAKE3 root of a file.
fn root_of(
    disk: &dyn Disk,
    path: &std::path::Path,
    over: impl Fn() -> bool,
) -> io::Result<Checksum> {
    let file = disk.open(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut block = vec![0; BLOCK];
    let mut offset = 0;
    loop {
        if over() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let got = file.read_at(&mut block, offset)?;
        hasher.update(&block[..got]);
        offset += got as u64;
        if got < block.len() {
            return Ok(hasher.finalize().into());
        }
    }
}

impl Task {
    /// Decides about those of these files of which both roots are known.
    pub(super) async fn compare_roots(&mut self, files: &[FileId]) -> Result<(), Failure> {
        let mut decided = Vec::new();
        let mut differ: Vec<(FileId, RelPath)> = Vec::new();
        {
            let plan = self.incoming.plan();
            for &file in files {
                let (Some(theirs), Some(ours)) = (plan.root_of(file), self.hashed.get(&file))
                else {
                    continue;
                };
                let (Fate::Compare, Some(stored)) = (plan.fate(file), plan.stored(file)) else {
                    continue;
                };
                if *ours == Some(theirs) {
                    decided.push(Placement {
                        file,
                        stored: None,
                        fate: Fate::Unwanted,
                    });
                } else {
                    differ.push((file, stored.clone()));
                }
            }
        }
        if decided.is_empty() && differ.is_empty() {
            return Ok(());
        }
        let Some(folder) = self.incoming.target() else {
            return Ok(());
        };
        let (placer, disk) = (self.placer(&folder), self.shared.disk.clone());
        let named = blocking(move || {
            let mut placer = placer
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            differ
                .into_iter()
                .map(|(file, stored)| {
                    let stored = Placer::another(&mut placer, &*disk, &stored)
                        .map_err(|e| Failure::new(Code::BadPath, e.to_string()))?;
                    Ok(Placement {
                        file,
                        stored: Some(stored),
                        fate: Fate::Wanted,
                    })
                })
                .collect::<Result<Vec<_>, Failure>>()
        })
        .await?;
        let wanted: Vec<FileId> = named.iter().map(|placement| placement.file).collect();
        let mut unwanted: Vec<FileId> = decided.iter().map(|placement| placement.file).collect();
        decided.extend(named);
        let id = self.incoming.session.id;
        self.shared.store.place_entries(id, &decided).await?;
        self.apply(&decided);
        self.shared.store.set_totals(id, self.totals()).await?;
        unwanted.sort_unstable();
        for page in unwanted.chunks(MAX_FILES_IN_PAGE) {
            let single = |&file: &FileId| (file, FileId(file.0 + 1));
            self.tell(FromReceiver::Unwanted(page.iter().map(single).collect()));
        }
        for page in wanted.chunks(MAX_FILES_IN_PAGE) {
            self.tell(FromReceiver::Wanted(page.to_vec()));
        }
        self.maybe_complete().await
    }
}
