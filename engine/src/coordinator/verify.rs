//! Checking again what arrived against the roots with which it arrived, and what was sent against those with
//! which it went out: one transfer at a time, in the background, reading everything once.
//!
//! This is also what finds a bit that has flipped on a disk after it was written: while a transfer runs,
//! what was synced once is trusted.
//!
//! The result is in memory only and is shown in the transfer's view.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use chunkstream_core::{
    id::FileId,
    integrity::Checksum,
    session::{Direction, State},
};

use super::{Engine, Shared, Transfer, session::Session};
use crate::{
    api::{Code, Failure, Nothing, TransferRequest, Verification},
    disk::Disk,
    store::{Root, StoredEntry},
};

/// Bytes read at a time.
const BUFFER: usize = 1024 * 1024;
/// Bytes between two words about the progress.
const STEP: u64 = 64 * 1024 * 1024;
/// Paths that are named in a result.
const NAMED: usize = 20;
/// Entries read from the database at a time.
const AT_ONCE: u32 = 1024;

impl Engine {
    /// Begins to check what arrived, or what was sent; the transfer's view tells how far it is and what was
    /// found. Does nothing while a check of it is under way.
    pub async fn verify(&self, request: TransferRequest) -> Result<Nothing, Failure> {
        let shared = &self.shared;
        let transfer = shared.transfer(&request.id)?;
        let (state, bytes) = {
            let facts = transfer.session().facts();
            (facts.state, facts.bytes)
        };
        if state != State::Completed {
            return Err(Failure::new(
                Code::IllegalState,
                format!("the transfer is {state}; what has arrived whole can be checked"),
            )
            .about(request.id));
        }
        let begins = transfer.session().change(|facts| {
            let idle = !facts.verification.as_ref().is_some_and(|it| it.running);
            if idle {
                facts.verification = Some(Verification {
                    running: true,
                    bytes,
                    ..Verification::default()
                });
            }
            idle
        });
        if begins {
            shared.updates.nudge();
            shared.spawn(run(shared.clone(), transfer));
        }
        Ok(Nothing {})
    }
}

async fn run(shared: Arc<Shared>, transfer: Transfer) {
    let session = transfer.session();
    let result = tokio::select! {
        () = shared.stop.cancelled() => return,
        result = check(&shared, session) => result,
    };
    let now = shared.clock.unix_ms();
    session.change(|facts| match (&result, &mut facts.verification) {
        (Ok(()), Some(found)) => {
            found.running = false;
            found.finished_ms = Some(now);
        }
        // Nothing is known then.
        _ => facts.verification = None,
    });
    if let Err(failure) = result {
        tracing::warn!(transfer = %session.id.short(), %failure, "not checked");
    }
    shared.updates.nudge();
}

async fn check(shared: &Shared, session: &Session) -> Result<(), Failure> {
    // Two at once would only make the disk slower.
    let _turn = shared.verifying.lock().await;
    let roots = shared.store.roots(session.id, u32::MAX).await?;
    let mut next = FileId(0);
    loop {
        let page = shared.store.entries(session.id, next, AT_ONCE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        next = FileId(last.file.0 + 1);
        for entry in page {
            // Without a root it is no file, or was left out.
            let Some(root) = entry.root else { continue };
            let Some(path) = place(session.direction, &entry, &roots) else {
                continue;
            };
            one(shared, session, &entry, path, root).await?;
        }
    }
}

/// Where the content of an entry is: at its source, or where its root was put.
pub(super) fn place(direction: Direction, entry: &StoredEntry, roots: &[Root]) -> Option<PathBuf> {
    if direction == Direction::Sending {
        return Some(PathBuf::from(&entry.source.as_ref()?.path));
    }
    let name = entry.entry.path.root();
    let rest = entry.stored.as_ref().unwrap_or(&entry.entry.path);
    let rest = rest.below_root();
    let root = roots.iter().find(|root| root.name == name)?;
    let mut placed = PathBuf::from(root.placed_path.as_ref()?);
    for part in rest.into_iter().flat_map(|rest| rest.split('/')) {
        placed.push(part);
    }
    Some(placed)
}

/// What became of one file.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Sound,
    Changed,
    Missing,
}

async fn one(
    shared: &Shared,
    session: &Session,
    entry: &StoredEntry,
    path: PathBuf,
    root: Checksum,
) -> Result<(), Failure> {
    let (disk, len, at) = (shared.disk.clone(), entry.entry.len(), path.clone());
    let stop = shared.stop.clone();
    let (told, mut read) = tokio::sync::mpsc::channel::<u64>(1);
    let hashing = tokio::task::spawn_blocking(move || {
        hash(&*disk, &at, len, root, |bytes| {
            // Who falls behind hears the next word.
            let _ = told.try_send(bytes);
            !stop.is_cancelled()
        })
    });
    let before = session
        .facts()
        .verification
        .as_ref()
        .map_or(0, |found| found.checked_bytes);
    while let Some(bytes) = read.recv().await {
        note(session, |found| found.checked_bytes = before + bytes);
        shared.updates.nudge();
    }
    let verdict = hashing
        .await
        .map_err(|error| Failure::new(Code::Internal, error.to_string()))?;
    let shown = path.display().to_string();
    note(session, |found| {
        found.checked_bytes = before + len;
        let (named, count) = match verdict {
            Verdict::Sound => {
                found.sound += 1;
                return;
            }
            Verdict::Changed => (&mut found.changed, &mut found.changed_count),
            Verdict::Missing => (&mut found.missing, &mut found.missing_count),
        };
        *count += 1;
        if named.len() < NAMED {
            named.push(shown);
        }
    });
    Ok(())
}

fn note(session: &Session, change: impl FnOnce(&mut Verification)) {
    session.change(|facts| {
        if let Some(found) = &mut facts.verification {
            change(found);
        }
    });
}

/// Hashes a file of that length; one that cannot be read is not what arrived either. Breaks off when `goes_on`,
/// told the bytes so far, says so; the verdict means nothing then.
fn hash(
    disk: &dyn Disk,
    path: &Path,
    len: u64,
    root: Checksum,
    goes_on: impl Fn(u64) -> bool,
) -> Verdict {
    let file = match disk.open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Verdict::Missing,
        Err(_) => return Verdict::Changed,
    };
    if !matches!(file.fingerprint(), Ok(print) if print.len == len) {
        return Verdict::Changed;
    }
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; BUFFER.min(usize::try_from(len).unwrap_or(BUFFER))];
    let (mut at, mut told) = (0, 0);
    while at < len {
        let here = buffer.len().min((len - at) as usize);
        match file.read_at(&mut buffer[..here], at) {
            Ok(got) if got == here => {}
            Ok(_) | Err(_) => return Verdict::Changed,
        }
        hasher.update(&buffer[..here]);
        at += here as u64;
        if at - told >= STEP {
            told = at;
            if !goes_on(at) {
                return Verdict::Changed;
            }
        }
    }
    if hasher.finalize().as_bytes() == &root.0 {
        Verdict::Sound
    } else {
        Verdict::Changed
    }
}

#[cfg(test)]
mod tests {
    use chunkstream_core::{
        manifest::{Entry, EntryKind},
        path::RelPath,
    };

    use super::*;
    use crate::{api::EntryViewKind, disk::RealDisk, store::Source};

    #[test]
    fn an_entry_is_looked_for_where_its_root_was_put_or_at_its_source() {
        let entry = |path: &str| StoredEntry {
            file: FileId(0),
            entry: Entry {
                path: RelPath::parse(path).expect("a path"),
                kind: EntryKind::File { len: 1 },
                modified_ns: None,
                mode: None,
            },
            source: Some(Source {
                path: "/home/ada/x".to_owned(),
                fingerprint: None,
            }),
            root: None,
            done: true,
            withdrawn: false,
            stored: None,
            fate: crate::store::Fate::Wanted,
        };
        let root = |ordinal, name: &str, placed: Option<&str>| Root {
            ordinal,
            name: name.to_owned(),
            kind: EntryViewKind::Folder,
            source_path: None,
            placed_path: placed.map(str::to_owned),
        };
        let roots = [
            root(0, "trip", Some("/inbox/trip (1)")),
            root(1, "a", Some("/inbox/a")),
            root(2, "b", None),
        ];
        let received = |path: &str| place(Direction::Receiving, &entry(path), &roots);
        assert_eq!(
            received("trip/day/é.jpg"),
            Some("/inbox/trip (1)/day/é.jpg".into())
        );
        assert_eq!(received("a"), Some("/inbox/a".into()));
        assert_eq!((received("b"), received("c")), (None, None));
        let sent = place(Direction::Sending, &entry("a"), &roots);
        assert_eq!(sent, Some("/home/ada/x".into()));
    }

    #[test]
    fn every_kind_of_file_gets_its_verdict_and_a_long_one_can_be_broken_off() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        let content = vec![7; 3 * BUFFER + 5];
        std::fs::write(&path, &content).expect("written");
        let root = Checksum(*blake3::hash(&content).as_bytes());
        let of = |path: &Path, len| hash(&RealDisk, path, len, root, |_| true);
        let len = content.len() as u64;
        assert_eq!(of(&path, len), Verdict::Sound);
        assert_eq!(of(&path, len + 1), Verdict::Changed);
        assert_eq!(of(&folder.path().join("b"), len), Verdict::Missing);
        assert_eq!(of(folder.path(), len), Verdict::Changed);
        let mut other = content;
        other[BUFFER] ^= 1;
        std::fs::write(&path, &other).expect("written");
        assert_eq!(of(&path, len), Verdict::Changed);
        let empty = folder.path().join("empty");
        std::fs::write(&empty, b"").expect("written");
        let none = Checksum(*blake3::hash(b"").as_bytes());
        assert_eq!(hash(&RealDisk, &empty, 0, none, |_| true), Verdict::Sound);

        let sparse = std::fs::File::create(&path).expect("made");
        sparse.set_len(4 * STEP).expect("sparse");
        let words = std::cell::Cell::new(0);
        hash(&RealDisk, &path, 4 * STEP, root, |bytes| {
            words.set(words.get() + 1);
            bytes < 2 * STEP
        });
        assert_eq!(words.get(), 2);
    }
}
