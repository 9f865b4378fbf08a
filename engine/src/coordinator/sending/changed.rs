//! Sources that are not what was announced: noticed file by file, decided about by a person.
//!
//! A file that changed, or is gone, is passed over; everything else goes on. Only when nothing else is left the
//! transfer is held, so that one edited file does not stop a night's transfer of a hundred thousand others, and a
//! person is asked once about all of them. The answer withdraws the files and announces what they are now as
//! entries of their own; both is recorded in one step before anybody acts on it.
//!
//! A source that cannot be found because its disk is not there is no changed source: that holds the transfer as
//! unreadable, until somebody plugs the disk in again and resumes.

use std::{
    io::ErrorKind,
    path::Path,
    sync::{Arc, PoisonError, atomic::Ordering},
};

use chunkstream_core::{
    id::FileId,
    integrity::Checksum,
    manifest::{Entry, EntryKind},
    session::{Reason, State},
};

use super::{
    Outgoing, kind,
    plan::Announced,
    scan::totals,
    stream::{blocking, unreadable},
};
use crate::{
    api::{ChangedChoice, ChangedSources, Code, Failure},
    coordinator::{MAX_ENTRIES, Shared},
    disk::{Disk, Fingerprint, Kind, Metadata},
    store::{NewEntry, NewRoot, Source},
};

/// Times that new versions are taken unasked: a file that never rests would be sent for ever.
const MAX_UNASKED: u8 = 3;

/// What a look at a source found.
#[derive(Debug)]
pub(super) enum Look {
    /// The version that was announced.
    Same,
    /// Another.
    Changed(Metadata),
    /// Nothing of that name, or no file any more.
    Gone,
    /// It cannot be told.
    Unreadable(Failure),
}

/// What a decision left.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// The transfer goes on.
    Something,
    /// There is nothing to send any more.
    Nothing,
}

/// Looks whether a source is what was announced.
pub(super) fn look(disk: &dyn Disk, announced: &Announced) -> Look {
    let source = &**announced.source;
    match disk.metadata(source) {
        Ok(now) if now.kind != Kind::File => Look::Gone,
        Ok(now) if now.fingerprint != announced.fingerprint => Look::Changed(now),
        Ok(_) => Look::Same,
        Err(error) => match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => {
                if is_away(disk, announced.given()) {
                    Look::Unreadable(unreadable(source, &error))
                } else {
                    Look::Gone
                }
            }
            _ => Look::Unreadable(unreadable(source, &error)),
        },
    }
}

/// Whether what was given to be sent has gone with its disk. An empty folder where it stood is taken for the
/// mount point of a disk that was pulled: nothing is lost by asking for it once more.
pub(super) fn is_away(disk: &dyn Disk, given: &Path) -> bool {
    let is_empty = |folder: &Path| disk.read_folder(folder).map(|names| names.is_empty());
    match disk.metadata(given) {
        Ok(found) => found.kind == Kind::Folder && is_empty(given).unwrap_or(true),
        Err(_) => given
            .parent()
            .is_some_and(|above| is_empty(above).unwrap_or(true)),
    }
}

impl Outgoing {
    /// From now on what a source has become is sent without asking.
    pub(crate) fn take_new_versions(&self) {
        self.unasked.store(MAX_UNASKED, Ordering::Relaxed);
        self.signal();
    }

    /// A piece of a file could not be read: finds out why, and passes the file over if its source changed.
    pub(super) async fn piece_failed(&self, shared: &Shared, file: FileId, failure: Failure) {
        if !matches!(failure.code, Code::SourceUnreadable | Code::SourceChanged) {
            return self.fault(failure);
        }
        let announced = self.plan().announced_version(file);
        let Some(announced) = announced else {
            return;
        };
        let disk = shared.disk.clone();
        match blocking(move || Ok(look(&*disk, &announced))).await {
            // As long as it should be by its name, and shorter when read: somebody writes it at this moment.
            Ok(Look::Same) if failure.code == Code::SourceChanged => self.changed(file, false),
            Ok(Look::Same) => self.chunk_failed(failure),
            Ok(Look::Changed(_)) => self.changed(file, false),
            Ok(Look::Gone) => self.changed(file, true),
            Ok(Look::Unreadable(failure)) | Err(failure) => self.chunk_failed(failure),
        }
    }

    /// Tells the roots of those files whose every chunk has been read, if their sources are still what was announced.
    pub(super) async fn seal_if_unchanged(&self, shared: &Shared, files: Vec<FileId>) {
        let complete: Vec<(Checksum, Announced)> = {
            let plan = self.plan();
            let root = |file| Some((plan.complete_root(file)?, plan.announced_version(file)?));
            files.into_iter().filter_map(root).collect()
        };
        if complete.is_empty() {
            return;
        }
        let disk = shared.disk.clone();
        let looked = blocking(move || {
            let look = |(root, announced): (_, Announced)| {
                (announced.file, root, look(&*disk, &announced))
            };
            Ok(complete.into_iter().map(look).collect::<Vec<_>>())
        });
        let looked = match looked.await {
            Ok(looked) => looked,
            Err(failure) => return self.chunk_failed(failure),
        };
        for (file, root, look) in looked {
            match look {
                Look::Same => self.plan().seal(file, root),
                Look::Changed(_) => self.changed(file, false),
                Look::Gone => self.changed(file, true),
                Look::Unreadable(failure) => self.chunk_failed(failure),
            }
        }
        self.signal();
    }

    /// The source of a file is not what was announced.
    pub(super) fn changed(&self, file: FileId, gone: bool) {
        let news = {
            let mut plan = self.plan();
            plan.mark_changed(file, gone)
                .then(|| plan.changed_sources())
                .flatten()
        };
        if let Some(changed) = news {
            if let Some(path) = changed.paths.first() {
                tracing::info!(transfer = %self.session.id.short(), count = changed.count, path, "a source changed");
            }
            self.session.change(|facts| facts.changed = Some(changed));
            self.signal();
        }
    }

    /// Looks at those sources which may still have to be read and are meant.
    pub(super) async fn survey(&self, shared: &Shared, is_meant: impl Fn(&Path) -> bool) {
        let open = self.plan().to_be_read(is_meant);
        if open.is_empty() {
            return;
        }
        let disk = shared.disk.clone();
        let looked = blocking(move || {
            let look = |announced: Announced| (announced.file, look(&*disk, &announced));
            Ok(open.into_iter().map(look).collect::<Vec<_>>())
        });
        for (file, look) in looked.await.unwrap_or_default() {
            match look {
                Look::Same | Look::Unreadable(_) => {}
                Look::Changed(_) => self.changed(file, false),
                Look::Gone => self.changed(file, true),
            }
        }
    }

    /// Whether this side holds the transfer until somebody decides about changed sources.
    pub(super) fn waits_for_decision(&self) -> bool {
        self.source_changed.load(Ordering::Relaxed)
    }

    /// Whether everything else has arrived, so that it is time to ask.
    pub(super) fn is_time_to_ask(&self) -> bool {
        let plan = self.plan();
        let facts = self.session.facts();
        plan.has_changed()
            && facts.scan_complete
            && facts.durable_bytes + plan.changed_bytes() >= facts.bytes
    }

    /// Whether new versions are taken without asking, this time.
    pub(super) fn is_unasked(&self) -> bool {
        self.unasked
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            })
            .is_ok()
    }

    /// Holds the transfer until somebody has decided.
    pub(super) async fn hold_for_decision(&self, shared: &Shared) -> Result<(), Failure> {
        let changed = self.plan().changed_sources();
        let failure = asking(&changed.unwrap_or_default());
        tracing::warn!(transfer = %self.session.id.short(), %failure, "held for a decision");
        self.source_changed.store(true, Ordering::Relaxed);
        self.plan().set_open(false);
        if self.session.state() == State::Completing {
            self.session.go(shared, State::Active, None, None).await?;
        }
        let reason = Some(Reason::SourceChanged);
        self.session
            .go(shared, State::Paused, reason, Some(failure))
            .await
    }

    /// Decides about every source that changed up to now, and about unreadable ones if one of those holds the
    /// transfer. True in the answer if this side held the transfer for it and holds it no longer.
    pub(super) async fn decide(
        &self,
        shared: &Shared,
        choice: ChangedChoice,
    ) -> Result<(Left, bool), Failure> {
        // The scan appends entries as well.
        let _one_at_a_time = self.appending.lock().await;
        let was_unreadable = self.unreadable.load(Ordering::Relaxed);
        let (open, disk) = (self.plan().to_be_read(|_| true), shared.disk.clone());
        let looked = blocking(move || {
            let look = |announced: Announced| {
                let mut look = look(&*disk, &announced);
                if was_unreadable
                    && matches!(look, Look::Same)
                    && let Err(error) = disk.open(&announced.source)
                {
                    look = Look::Unreadable(unreadable(&announced.source, &error));
                }
                (announced, look)
            };
            Ok(open.into_iter().map(look).collect::<Vec<_>>())
        });
        let (mut out, mut news, mut same) = (Vec::new(), Vec::new(), Vec::new());
        for (announced, look) in looked.await? {
            match look {
                Look::Same => same.push(announced.file),
                Look::Changed(now) => {
                    out.push(announced.clone());
                    if choice == ChangedChoice::NewVersion {
                        news.push(version(announced, now));
                    }
                }
                Look::Gone => out.push(announced),
                // Nobody knows what it is now; what cannot be had can only be left out.
                Look::Unreadable(_) if choice == ChangedChoice::Skip => out.push(announced),
                Look::Unreadable(_) => {}
            }
        }
        let held = self.source_changed.load(Ordering::Relaxed);
        let asked = held || was_unreadable || self.plan().has_changed();
        if out.is_empty() && !asked {
            return Err(
                Failure::new(Code::IllegalState, "no source of this transfer has changed")
                    .about(self.session.id.to_string()),
            );
        }
        self.replace(shared, &out, news).await?;
        {
            let mut plan = self.plan();
            same.into_iter().for_each(|file| plan.unmark_changed(file));
            // Unreadable ones are tried again.
            plan.forget_changed();
        }
        self.session.change(|facts| facts.changed = None);
        *self
            .leave_out
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(choice);
        let held = self.source_changed.swap(false, Ordering::Relaxed);
        let was_unreadable = self.unreadable.swap(false, Ordering::Relaxed);
        if was_unreadable {
            self.paused_here.store(false, Ordering::Relaxed);
        }
        self.scan_again.notify_one();
        let void = {
            let plan = self.plan();
            plan.is_scan_complete() && plan.is_void()
        };
        let left = if void { Left::Nothing } else { Left::Something };
        Ok((left, held || was_unreadable))
    }

    /// Withdraws files and announces what they are now: in the database first, in one step.
    async fn replace(
        &self,
        shared: &Shared,
        out: &[Announced],
        news: Vec<(Entry, Arc<std::path::PathBuf>, Fingerprint)>,
    ) -> Result<(), Failure> {
        if out.is_empty() {
            return Ok(());
        }
        let id = self.session.id;
        let first = FileId(self.plan().len() as u32);
        if first.0 as usize + news.len() > MAX_ENTRIES {
            return Err(Failure::new(
                Code::Usage,
                "with these new versions the transfer would have over a million entries; leave them out",
            ));
        }
        let rows: Vec<NewEntry> = news
            .iter()
            .map(|(entry, source, fingerprint)| NewEntry {
                entry: entry.clone(),
                source: Some(Source {
                    path: source.display().to_string(),
                    fingerprint: Some(*fingerprint),
                }),
                withdrawn: false,
            })
            .collect();
        let roots: Vec<NewRoot> = news
            .iter()
            .filter(|(entry, ..)| entry.path.parent().is_none())
            .map(|(entry, source, _)| NewRoot {
                name: entry.path.as_str().to_owned(),
                kind: kind(entry),
                source_path: Some(source.display().to_string()),
            })
            .collect();
        let files: Vec<FileId> = out.iter().map(|announced| announced.file).collect();
        shared
            .store
            .withdraw(id, &files, first, &rows, &roots)
            .await?;
        // What a person has decided is not asked again.
        shared.store.sync().await?;
        tracing::info!(transfer = %id.short(), withdrawn = out.len(), new = news.len(), "decided about changed sources");
        let (files_left, bytes, chunks, durable) = {
            let mut plan = self.plan();
            for &file in &files {
                plan.withdraw(file);
            }
            for (entry, source, fingerprint) in &news {
                plan.push(entry.clone(), source.to_path_buf(), *fingerprint)
                    .map_err(|e| Failure::new(Code::Usage, e.to_string()))?;
            }
            let durable = (plan.durable_bytes(), plan.durable_files());
            let (files_left, bytes) = plan.wanted();
            (files_left, bytes, plan.chunks(), durable)
        };
        self.session.change(|facts| {
            for announced in out {
                facts.retract(&announced.entry);
            }
            for (entry, source, _) in &news {
                facts.announce(entry, Some(source.display().to_string()));
            }
            (facts.files, facts.bytes, facts.chunks) = (files_left, bytes, chunks);
            (facts.durable_bytes, facts.files_done) = durable;
        });
        shared.store.set_totals(id, totals(self)).await?;
        self.more.notify_one();
        Ok(())
    }
}

/// The entry of what a file is now.
fn version(announced: Announced, now: Metadata) -> (Entry, Arc<std::path::PathBuf>, Fingerprint) {
    let entry = Entry {
        path: announced.entry.path,
        kind: EntryKind::File {
            len: now.fingerprint.len,
        },
        modified_ns: Some(now.fingerprint.modified_ns),
        mode: now.mode.map(|mode| (mode & 0o777) as u16),
    };
    (entry, announced.source, now.fingerprint)
}

/// What a person is asked.
fn asking(changed: &ChangedSources) -> Failure {
    let first = changed.paths.first().cloned().unwrap_or_default();
    let all_gone = changed.gone == changed.count;
    let what = match (changed.count, all_gone) {
        (1, false) => format!("{first} changed while it was being sent"),
        (1, true) => format!("{first} is gone"),
        (count, false) if changed.gone > 0 => format!(
            "{count} files changed while they were being sent, {} of them are gone",
            changed.gone
        ),
        (count, false) => format!("{count} files changed while they were being sent"),
        (count, true) => format!("{count} files are gone"),
    };
    let next = if all_gone {
        "leave out what is gone, or put it back and resume"
    } else {
        "send what they are now, or leave them out"
    };
    Failure::new(Code::SourceChanged, format!("{what}; {next}")).about(first)
}

/// What is said of a transfer of which a decision left nothing.
pub(super) fn nothing_left() -> Failure {
    Failure::new(
        Code::SourceChanged,
        "nothing is left to send: all of it changed or is gone, and was left out",
    )
}
