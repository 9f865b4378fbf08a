//! How much a selection holds, counted while a person looks at it: see [`Engine::measure`].
//!
//! Each path is counted by itself and kept for a moment, so that one more that is chosen costs its own count only. A
//! count that nobody asks about any more ends.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use chunkstream_core::manifest::EntryKind;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{Engine, commands::MAX_SOURCES};
use crate::{
    api::{Code, Failure, MeasureRequest, Measured},
    disk::{
        Disk,
        scan::{Scan, Scanned},
    },
};

/// An answer comes at the latest after this, with what has been counted.
const WAIT: Duration = Duration::from_millis(300);
/// A count goes on for so long after it was asked for last, and is kept for so long.
const PATIENCE: Duration = Duration::from_secs(10);
/// Entries between two looks at whether it is still wanted.
const SLICE: usize = 256;
/// Paths that are named.
const NAMED: usize = 20;

/// Counts that somebody has asked for lately.
#[derive(Debug, Default)]
pub(crate) struct Measures(Mutex<HashMap<PathBuf, Arc<Count>>>);

/// The count of one path.
#[derive(Debug)]
struct Count {
    so_far: Mutex<SoFar>,
    given_up: AtomicBool,
}

/// A count that is to be begun.
type Begun = (PathBuf, Arc<Count>);

#[derive(Debug)]
struct SoFar {
    found: Measured,
    asked: Instant,
}

impl Count {
    fn new(now: Instant) -> Self {
        Self {
            so_far: Mutex::new(SoFar {
                found: Measured::default(),
                asked: now,
            }),
            given_up: AtomicBool::new(false),
        }
    }

    fn so_far(&self) -> MutexGuard<'_, SoFar> {
        self.so_far.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_wanted(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.so_far().asked) < PATIENCE
    }
}

impl Measures {
    fn counts(&self) -> MutexGuard<'_, HashMap<PathBuf, Arc<Count>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The counts of these paths, and those of them that are to be begun. What was not asked for lately is let go.
    fn take(&self, paths: &[PathBuf], now: Instant) -> (Vec<Arc<Count>>, Vec<Begun>) {
        let mut counts = self.counts();
        counts.retain(|_, count| !count.given_up.load(Ordering::Acquire) && count.is_wanted(now));
        let (mut all, mut new) = (Vec::with_capacity(paths.len()), Vec::new());
        for path in paths {
            let count = counts.entry(path.clone()).or_insert_with(|| {
                let count = Arc::new(Count::new(now));
                new.push((path.clone(), count.clone()));
                count
            });
            count.so_far().asked = now;
            all.push(count.clone());
        }
        (all, new)
    }
}

impl Engine {
    /// What files and folders hold: what has been counted after a moment, more when it is asked for again.
    ///
    /// # Errors
    /// `Usage` for no path, too many, or one that is not absolute.
    pub async fn measure(&self, request: MeasureRequest) -> Result<Measured, Failure> {
        let mut seen = HashSet::new();
        let paths: Vec<PathBuf> = request
            .paths
            .iter()
            .map(PathBuf::from)
            .filter(|path| seen.insert(path.clone()))
            .collect();
        if paths.is_empty() || paths.len() > MAX_SOURCES {
            let text = format!("name between 1 and {MAX_SOURCES} files or folders");
            return Err(Failure::new(Code::Usage, text));
        }
        if let Some(path) = paths.iter().find(|path| !path.is_absolute()) {
            let text = format!("{} is not an absolute path", path.display());
            return Err(Failure::new(Code::Usage, text).about(path.display().to_string()));
        }
        let shared = &self.shared;
        let (counts, new) = shared.measures.take(&paths, Instant::now());
        let done = Arc::new(Notify::new());
        if !new.is_empty() {
            let (disk, stop, told) = (shared.disk.clone(), shared.stop.clone(), done.clone());
            tokio::task::spawn_blocking(move || {
                for (path, count) in new {
                    run(&*disk, &path, &count, &stop);
                }
                told.notify_one();
            });
        }
        let sum = sum(&counts);
        if sum.complete {
            return Ok(sum);
        }
        // Nobody tells of the end of a count that was begun by an earlier request.
        let _ = tokio::time::timeout(WAIT, done.notified()).await;
        Ok(self::sum(&counts))
    }
}

/// Counts one path until it is done or nobody wants to know any more.
fn run(disk: &dyn Disk, path: &Path, count: &Count, stop: &CancellationToken) {
    let mut found = Measured::default();
    for (number, scanned) in Scan::new(disk, [path.to_owned()]).enumerate() {
        match scanned {
            Scanned::Found(item) => match item.entry.kind {
                EntryKind::File { len } => {
                    found.files += 1;
                    found.bytes = found.bytes.saturating_add(len);
                }
                EntryKind::Folder => found.folders += 1,
                // It is sent, and counted by neither side: it has no bytes of its own.
                EntryKind::Symlink { .. } => {}
            },
            Scanned::Skipped(skipped) => {
                found.unreadable_count += 1;
                if found.unreadable.len() < NAMED {
                    found.unreadable.push(skipped.path.display().to_string());
                }
            }
        }
        if number % SLICE == SLICE - 1 {
            if stop.is_cancelled() || !count.is_wanted(Instant::now()) {
                count.given_up.store(true, Ordering::Release);
                return;
            }
            count.so_far().found = found.clone();
        }
    }
    found.complete = true;
    count.so_far().found = found;
}

fn sum(counts: &[Arc<Count>]) -> Measured {
    let mut sum = Measured {
        complete: true,
        ..Measured::default()
    };
    for count in counts {
        let so_far = count.so_far();
        let found = &so_far.found;
        sum.files += found.files;
        sum.folders += found.folders;
        sum.bytes = sum.bytes.saturating_add(found.bytes);
        sum.complete &= found.complete;
        sum.unreadable_count += found.unreadable_count;
        let room = NAMED - sum.unreadable.len();
        sum.unreadable
            .extend(found.unreadable.iter().take(room).cloned());
    }
    sum
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::disk::RealDisk;

    fn counted(path: &Path) -> Measured {
        let count = Count::new(Instant::now());
        run(&RealDisk, path, &count, &CancellationToken::new());
        let found = count.so_far().found.clone();
        assert!(!count.given_up.load(Ordering::Acquire));
        found
    }

    #[test]
    fn files_folders_and_bytes_are_counted_and_what_cannot_be_sent_is_named() {
        let place = tempfile::tempdir().expect("a folder");
        let root = place.path().join("set");
        fs::create_dir_all(root.join("a/b")).expect("made");
        fs::write(root.join("one"), [0; 700]).expect("written");
        fs::write(root.join("a/b/two"), [0; 300]).expect("written");
        let found = counted(&root);
        assert_eq!((found.files, found.folders, found.bytes), (2, 3, 1000));
        assert!(found.complete && found.unreadable.is_empty());
        let gone = counted(&place.path().join("gone"));
        assert_eq!(gone.unreadable_count, 1);
        assert!(gone.unreadable[0].ends_with("gone"), "{gone:?}");
    }

    #[test]
    fn one_more_path_is_counted_alone_and_what_nobody_asks_about_ends() {
        let (measures, now) = (Measures::default(), Instant::now());
        let paths = ["/a", "/b"].map(PathBuf::from);
        let (all, new) = measures.take(&paths[..1], now);
        assert_eq!((all.len(), new.len()), (1, 1));
        let (all, new) = measures.take(&paths, now);
        assert_eq!((all.len(), new.len()), (2, 1));
        assert_eq!(new[0].0, paths[1]);
        // Long after, both begin anew.
        let (_, new) = measures.take(&paths, now + PATIENCE);
        assert_eq!(new.len(), 2);
        assert_eq!(measures.counts().len(), 2);
    }

    #[test]
    fn a_count_that_is_not_wanted_any_more_ends_at_the_next_look() {
        let place = tempfile::tempdir().expect("a folder");
        for number in 0..2 * SLICE {
            fs::write(place.path().join(number.to_string()), "x").expect("written");
        }
        let count = Count::new(Instant::now());
        let stop = CancellationToken::new();
        stop.cancel();
        run(&RealDisk, place.path(), &count, &stop);
        assert!(count.given_up.load(Ordering::Acquire));
        assert!(!count.so_far().found.complete);
    }

    #[test]
    fn a_sum_names_the_first_and_counts_all_that_cannot_be_sent() {
        let count = |n: u64| {
            let count = Count::new(Instant::now());
            count.so_far().found = Measured {
                unreadable: (0..n).map(|number| number.to_string()).collect(),
                unreadable_count: n,
                complete: n < 20,
                ..Measured::default()
            };
            Arc::new(count)
        };
        let sum = sum(&[count(15), count(20)]);
        assert_eq!((sum.unreadable.len(), sum.unreadable_count), (NAMED, 35));
        assert!(!sum.complete);
    }
}
