//! What taking an offer would mean, found out while its entries come: what is missing, what is there already,
//! which names cannot be kept. Only roots are looked up; nothing is looked up twice.

use std::{path::PathBuf, sync::Arc, time::Duration};

use chunkstream_core::{
    manifest::Entry,
    path::{Folding, Problem},
};
use tokio::time::Instant;

use super::{
    Incoming,
    placing::{Placer, Rules},
};
use crate::{
    api::{Failure, NameProblem, NameProblemKind, Preflight},
    coordinator::Shared,
    disk,
};

/// Least time between two looks at the disk for one offer.
const PAUSE: Duration = Duration::from_secs(1);
/// Names of roots that are there already, as shown.
const EXISTING: usize = 20;
/// Names that cannot be kept, as shown.
const PROBLEMS: usize = 50;

/// What is known of one offer.
#[derive(Debug, Default)]
pub(super) struct Outlook {
    /// None until the first look.
    placer: Option<(PathBuf, Placer)>,
    seen: u32,
    existing: Vec<String>,
    existing_count: u32,
    problems: Vec<NameProblem>,
    problem_count: u32,
    looked: Option<Instant>,
    /// When the next look is due: there is news.
    pub(super) due: Option<Instant>,
}

impl Outlook {
    /// Something was announced.
    pub(super) fn news(&mut self) {
        let due = self.looked.map_or_else(Instant::now, |at| at + PAUSE);
        self.due.get_or_insert(due);
    }

    /// Looks at what has come since, and shows all.
    pub(super) async fn look(&mut self, incoming: &Arc<Incoming>, shared: &Arc<Shared>) {
        self.due = None;
        self.looked = Some(Instant::now());
        let folder = shared.inbox_folder();
        if self
            .placer
            .as_ref()
            .is_none_or(|(known, _)| *known != folder)
        {
            let folding = shared.folding(folder.clone()).await;
            let rules = Rules {
                folding,
                ..Rules::default()
            };
            let placer = Placer::new(rules, &folder, shared.disk.system());
            *self = Self {
                placer: Some((folder.clone(), placer)),
                looked: self.looked,
                ..Self::default()
            };
        }
        let (entries, needed) = {
            let plan = incoming.plan();
            let new = plan.entries().skip(self.seen as usize);
            let parts = new.filter(|(id, _)| !plan.is_withdrawn(*id));
            let entries: Vec<Entry> = parts.map(|(_, entry)| entry.clone()).collect();
            self.seen = plan.len();
            (entries, plan.bytes())
        };
        if let Some((folder, mut placer)) = self.placer.take() {
            let disk = shared.disk.clone();
            let looked = tokio::task::spawn_blocking(move || {
                let (mut there, mut problems) = (Vec::new(), Vec::new());
                for entry in entries {
                    // One that cannot be held at all is told at Accept.
                    let Ok(placed) = placer.place(&*disk, &entry) else {
                        continue;
                    };
                    if entry.path.parent().is_none()
                        && disk.metadata(&placed.stored.to_native(&folder)).is_ok()
                    {
                        there.push(entry.path.as_str().to_owned());
                    }
                    if let Some(problem) = placed.problem {
                        problems.push(NameProblem {
                            path: entry.path.as_str().to_owned(),
                            kind: match problem {
                                Problem::Unholdable => NameProblemKind::Unholdable,
                                Problem::Collision => NameProblemKind::Collision,
                            },
                            stored_as: Some(placed.stored.as_str().to_owned()),
                        });
                    }
                }
                ((folder, placer), there, problems)
            });
            if let Ok((placer, there, problems)) = looked.await {
                self.placer = Some(placer);
                self.existing_count += there.len() as u32;
                self.existing.extend(there);
                self.existing.truncate(EXISTING);
                self.problem_count += problems.len() as u32;
                self.problems.extend(problems);
                self.problems.truncate(PROBLEMS);
            }
        }
        let room = shared.room(&folder, incoming.session.id).await;
        let preflight = Preflight {
            needed_bytes: needed,
            free_bytes: room.free,
            quota_left: room.quota_left,
            short_by: room.short_by(needed),
            existing: self.existing.clone(),
            existing_count: self.existing_count,
            problems: self.problems.clone(),
            problem_count: self.problem_count,
        };
        incoming
            .session
            .change(|facts| facts.preflight = Some(preflight));
        shared.updates.nudge();
    }

    /// Whether something is there already under the name of a root.
    pub(super) fn exists(&self) -> bool {
        self.existing_count > 0
    }
}

/// Waits until a look is due; for ever if none is.
pub(super) async fn wait(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

impl Shared {
    /// What the volume of a folder does not tell apart, by a try in the nearest folder that is there.
    pub(crate) async fn folding(&self, folder: PathBuf) -> Folding {
        let known = self
            .places
            .foldings
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .get(&folder)
            .copied();
        if let Some(known) = known {
            return known;
        }
        let (disk, place) = (self.disk.clone(), folder.clone());
        let tried = tokio::task::spawn_blocking(move || {
            let there = place
                .ancestors()
                .find(|place| disk.read_folder(place).is_ok());
            let tried = there.map(|there| disk::probe(&*disk, there));
            tried
                .and_then(Result::ok)
                .unwrap_or(disk::assumed(disk.system()))
        });
        let folding = tried.await.unwrap_or_default();
        self.places
            .foldings
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .insert(folder, folding);
        folding
    }
}

/// Whether anything is there under the names of these roots.
pub(super) async fn any_exists(shared: &Shared, paths: Vec<PathBuf>) -> Result<bool, Failure> {
    let disk = shared.disk.clone();
    super::finish::blocking(move || Ok(paths.iter().any(|path| disk.metadata(path).is_ok()))).await
}
