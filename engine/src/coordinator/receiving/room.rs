//! How much can still come: the space of a volume and the quota of the inbox folder, less what transfers that
//! have been accepted still need there.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chunkstream_core::{id::TransferId, units::format_bytes};
use tokio::time::Instant;

use super::Incoming;
use crate::{
    api::{Code, Failure, Preflight},
    coordinator::{Shared, Transfer, start::free_space},
    disk::{Disk, Kind},
};

/// How long what the inbox folder holds is believed to be what it held.
const KNOWN: Duration = Duration::from_secs(10);

/// The detail of a failure that is about the quota.
pub(crate) const QUOTA: &str = "quota";

/// What the inbox folder holds, without what unfinished transfers have there.
#[derive(Debug, Default)]
pub(crate) struct Held(Mutex<Option<(PathBuf, u64, Instant)>>);

impl Held {
    /// What it holds has changed.
    pub(crate) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// What a folder can still take.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Room {
    /// Bytes free on its volume and promised to nobody; None where the system does not say.
    pub(crate) free: Option<u64>,
    /// Bytes that the quota leaves, if the folder has one.
    pub(crate) quota_left: Option<u64>,
}

impl Room {
    /// Bytes of `needed` that do not fit.
    pub(crate) fn short_by(&self, needed: u64) -> u64 {
        let short = |room: Option<u64>| room.map_or(0, |room| needed.saturating_sub(room));
        short(self.free).max(short(self.quota_left))
    }

    /// Why `needed` bytes do not fit into `folder`, if they do not.
    pub(crate) fn check(&self, needed: u64, folder: &Path) -> Result<(), Failure> {
        let place = folder.display();
        if let Some(left) = self.quota_left.filter(|left| needed > *left) {
            let (more, left) = (format_bytes(needed - left), format_bytes(left));
            return Err(Failure::new(
                Code::DiskFull,
                format!(
                    "the quota of the inbox folder leaves {left}, {more} more are needed; raise it, free space in {place}, or choose another folder"
                ),
            )
            .about(QUOTA));
        }
        if let Some(free) = self.free.filter(|free| needed > *free) {
            let (more, free) = (format_bytes(needed - free), format_bytes(free));
            return Err(Failure::new(
                Code::DiskFull,
                format!(
                    "{free} are free for {place}, {more} more are needed; free space or choose another folder"
                ),
            )
            .about(place.to_string()));
        }
        Ok(())
    }
}

impl Shared {
    /// What `folder` can take for the transfer `but`, whose own needs are not taken off.
    pub(crate) async fn room(&self, folder: &Path, but: TransferId) -> Room {
        let mut others = Vec::new();
        let mut inside = 0;
        let settings = self.settings();
        let inbox = settings.inbox_folder;
        for transfer in self.served() {
            let Transfer::In(incoming) = transfer else {
                continue;
            };
            let Some(staging) = incoming.staging() else {
                continue;
            };
            if incoming.session.state().is_final() {
                continue;
            }
            let (outstanding, whole) = {
                let plan = incoming.plan();
                (plan.outstanding(), plan.bytes())
            };
            let own = incoming.session.id == but;
            if staging.starts_with(&inbox) && !own {
                inside += whole;
            }
            others.push((staging, if own { 0 } else { outstanding }));
        }
        let quota = settings.inbox_quota.filter(|_| folder.starts_with(&inbox));
        let held = if quota.is_some() {
            let live = others.iter().map(|(staging, _)| staging.clone()).collect();
            self.held(inbox, live).await
        } else {
            0
        };
        let (disk, folder) = (self.disk.clone(), folder.to_owned());
        let free = tokio::task::spawn_blocking(move || {
            let volume = volume(&*disk, &folder);
            let promised: u64 = others
                .iter()
                .filter(|(staging, outstanding)| {
                    *outstanding > 0 && self::volume(&*disk, staging) == volume
                })
                .map(|(_, outstanding)| outstanding)
                .sum();
            free_space(&*disk, &folder).map(|free| free.saturating_sub(promised))
        });
        Room {
            free: free.await.ok().flatten(),
            quota_left: quota.map(|quota| quota.saturating_sub(held.saturating_add(inside))),
        }
    }

    /// Bytes in the inbox folder, without those in the staging folders `live`.
    async fn held(&self, inbox: PathBuf, live: HashSet<PathBuf>) -> u64 {
        let known = self
            .places
            .held
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((folder, bytes, at)) = known
            && folder == inbox
            && at.elapsed() < KNOWN
        {
            return bytes;
        }
        let (disk, folder) = (self.disk.clone(), inbox.clone());
        let walked = tokio::task::spawn_blocking(move || size_of(&*disk, &folder, &live));
        let bytes = walked.await.unwrap_or_default();
        *self
            .places
            .held
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some((inbox, bytes, Instant::now()));
        bytes
    }
}

impl Incoming {
    /// Whether what is announced still fits, now that it has been accepted.
    pub(super) async fn still_fits(&self, shared: &Arc<Shared>) -> Result<(), Failure> {
        let Some((folder, space, quota)) = self.rooms(shared).await else {
            return Ok(());
        };
        let (outstanding, whole) = self.needs();
        quota.check(whole, &folder)?;
        space.check(outstanding, &folder)
    }

    /// Notes how much is missing, for whoever is asked to make room. It is as of now: to try again looks again.
    pub(super) async fn note_missing(&self, shared: &Arc<Shared>) {
        let Some((_, space, quota)) = self.rooms(shared).await else {
            return;
        };
        let (outstanding, whole) = self.needs();
        let preflight = Preflight {
            needed_bytes: outstanding,
            free_bytes: space.free,
            quota_left: quota.quota_left,
            short_by: space.short_by(outstanding).max(quota.short_by(whole)),
            ..Preflight::default()
        };
        self.session
            .change(|facts| facts.preflight = Some(preflight));
    }

    /// The folder, what its volume can take, and what the quota leaves; None before the transfer has a place.
    async fn rooms(&self, shared: &Arc<Shared>) -> Option<(PathBuf, Room, Room)> {
        let folder = self.staging()?.parent()?.to_owned();
        let room = shared.room(&folder, self.session.id).await;
        let space = Room {
            quota_left: None,
            ..room
        };
        let quota = Room { free: None, ..room };
        Some((folder, space, quota))
    }

    /// Bytes that are still to be written, and bytes of the whole.
    fn needs(&self) -> (u64, u64) {
        let plan = self.plan();
        (plan.outstanding(), plan.bytes())
    }
}

/// Bytes of the files in a folder and all below it, but not below those in `without`.
pub(crate) fn size_of(disk: &dyn Disk, folder: &Path, without: &HashSet<PathBuf>) -> u64 {
    let mut bytes = 0_u64;
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        if without.contains(&folder) {
            continue;
        }
        // What cannot be looked at is not ours.
        for name in disk.read_folder(&folder).unwrap_or_default() {
            let path = folder.join(name);
            match disk.metadata(&path) {
                Ok(found) if found.kind == Kind::Folder => open.push(path),
                Ok(found) if found.kind == Kind::File => {
                    bytes = bytes.saturating_add(found.fingerprint.len);
                }
                _ => {}
            }
        }
    }
    bytes
}

/// The volume of a folder, or of the nearest folder above it that is there.
fn volume(disk: &dyn Disk, folder: &Path) -> Option<u64> {
    folder.ancestors().find_map(|place| disk.volume(place).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_told_by_how_much_and_what_helps() {
        let room = Room {
            free: Some(1000),
            quota_left: None,
        };
        assert_eq!((room.short_by(1000), room.short_by(1500)), (0, 500));
        let folder = Path::new("/inbox");
        assert!(room.check(1000, folder).is_ok());
        let failure = room.check(1500, folder).expect_err("too much");
        assert_eq!(
            (failure.code, failure.detail.as_deref()),
            (Code::DiskFull, Some("/inbox"))
        );
        assert!(
            failure.message.contains("500 B more are needed"),
            "{failure}"
        );
        let room = Room {
            quota_left: Some(200),
            ..room
        };
        assert_eq!(room.short_by(1500), 1300);
        let failure = room.check(300, folder).expect_err("too much");
        assert_eq!(failure.detail.as_deref(), Some(QUOTA));
        assert_eq!(Room::default().short_by(u64::MAX), 0, "nothing is known");
    }
}
