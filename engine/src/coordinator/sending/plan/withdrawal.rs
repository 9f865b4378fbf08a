//! Files of a plan whose source has changed, and those that have been withdrawn for it.
//!
//! A changed file is passed over until it is decided about; one that the receiver turns out to have whole, in
//! the version that was announced, is changed no longer.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use chunkstream_core::{
    id::FileId,
    integrity::{FileTree, Have, root_of_empty},
    manifest::Entry,
};

use super::{SendFile, SendPlan};
use crate::{api::ChangedSources, disk::Fingerprint};

/// Paths that a view shows.
const SHOWN: usize = 20;

/// Where an entry is read, and what it was when it was announced.
#[derive(Clone, Debug)]
pub(crate) struct Announced {
    pub(crate) file: FileId,
    pub(crate) entry: Entry,
    pub(crate) source: Arc<PathBuf>,
    pub(crate) fingerprint: Fingerprint,
}

impl Announced {
    /// What was given to be sent: the source itself, or the folder at the top that it lies in.
    pub(crate) fn given(&self) -> &Path {
        let depth = self.entry.path.as_str().split('/').count();
        let mut above = self.source.ancestors();
        above.nth(depth - 1).unwrap_or(&self.source)
    }
}

impl SendFile {
    /// Whether every byte of it has been read in the version that was announced and is at the receiver.
    fn is_settled(&self) -> bool {
        self.finished || (self.sealed && self.durable.is_full(self.plan.chunks()))
    }
}

impl SendPlan {
    pub(super) fn is_passed_over(&self, id: FileId) -> bool {
        self.changed.contains_key(&id)
            || self
                .files
                .get(id.0 as usize)
                .is_none_or(|file| file.withdrawn || file.unwanted)
    }

    /// The source of a file is not what was announced; false if that is known, or does not matter any more.
    pub(crate) fn mark_changed(&mut self, id: FileId, gone: bool) -> bool {
        let matters = self
            .files
            .get(id.0 as usize)
            .filter(|file| !file.withdrawn && !file.unwanted)
            .is_some_and(|file| file.entry.is_file() && !file.is_settled());
        matters && self.changed.insert(id, gone) != Some(gone)
    }

    /// The source of a file is what was announced after all.
    pub(crate) fn unmark_changed(&mut self, id: FileId) {
        if self.changed.remove(&id).is_some() {
            self.rewind();
        }
    }

    /// All of them are to be read again.
    pub(crate) fn forget_changed(&mut self) {
        self.changed.clear();
        self.rewind();
    }

    pub(crate) fn has_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    /// What is shown of them; None if there are none.
    pub(crate) fn changed_sources(&self) -> Option<ChangedSources> {
        let path = |id: &FileId| self.files[id.0 as usize].source.display().to_string();
        self.has_changed().then(|| ChangedSources {
            paths: self.changed.keys().take(SHOWN).map(path).collect(),
            count: self.changed.len() as u32,
            gone: self.changed.values().filter(|gone| **gone).count() as u32,
        })
    }

    /// Bytes of changed files that the receiver does not have.
    pub(crate) fn changed_bytes(&self) -> u64 {
        let files = self.changed.keys().map(|id| &self.files[id.0 as usize]);
        files
            .map(|file| file.entry.len() - file.durable_bytes())
            .sum()
    }

    /// The announced version of a file that is a part of the transfer.
    pub(crate) fn announced_version(&self, id: FileId) -> Option<Announced> {
        let file = self.files.get(id.0 as usize)?;
        (!file.withdrawn).then(|| Announced {
            file: id,
            entry: file.entry.clone(),
            source: file.source.clone(),
            fingerprint: file.fingerprint,
        })
    }

    /// Files of which something may still have to be read, if their sources are meant: changed ones, and
    /// those without a root.
    pub(crate) fn to_be_read(&self, is_meant: impl Fn(&Path) -> bool) -> Vec<Announced> {
        let open = |(number, file): (usize, &SendFile)| {
            let id = FileId(number as u32);
            let unread = file.entry.is_file() && !file.sealed && !file.finished && !file.unwanted;
            ((unread || self.changed.contains_key(&id)) && is_meant(&file.source))
                .then(|| self.announced_version(id))
                .flatten()
        };
        self.files.iter().enumerate().filter_map(open).collect()
    }

    /// The folders of so many entries from `first` on which are files.
    pub(crate) fn folders(&self, first: usize, count: usize) -> HashSet<PathBuf> {
        let entries = self.files.iter().skip(first).take(count);
        let files = entries.filter(|file| file.entry.is_file() && !file.withdrawn);
        files
            .filter_map(|file| file.source.parent().map(Path::to_owned))
            .collect()
    }

    /// A file is no part of the transfer any more. What it is now, if anything, is pushed as another entry.
    pub(crate) fn withdraw(&mut self, id: FileId) {
        let chunk_size = self.chunk_size;
        let Some(file) = self.files.get_mut(id.0 as usize) else {
            return;
        };
        if file.withdrawn {
            return;
        }
        file.withdrawn = true;
        (file.sealed, file.finished) = (false, false);
        file.durable = Have::default();
        if let Ok(empty) = FileTree::new(0, chunk_size) {
            file.values = empty;
        }
        self.bytes -= file.entry.len();
        self.withdrawn_chunks += u64::from(file.plan.chunks());
        self.withdrawn.push(id);
        self.changed.remove(&id);
        self.sealed.retain(|(sealed, _)| *sealed != id);
        if id == self.lead {
            self.lead_on();
        }
    }

    /// The next entry is the first.
    fn lead_on(&mut self) {
        let rest = &self.files[self.lead.0 as usize..];
        let skip = rest.iter().take_while(|file| file.withdrawn).count();
        self.lead.0 += skip as u32;
        let lead = self.files.get(self.lead.0 as usize);
        self.first_root = lead.filter(|file| file.sealed).and_then(|file| {
            if file.plan.chunks() == 0 {
                Some(root_of_empty())
            } else {
                file.values.root()
            }
        });
    }

    /// Files that are no part of the transfer any more, in the order in which they were withdrawn.
    pub(crate) fn withdrawn(&self) -> &[FileId] {
        &self.withdrawn
    }

    /// The first entry that is a part of the transfer.
    pub(crate) fn lead(&self) -> FileId {
        self.lead
    }

    /// Whether any entry is left.
    pub(crate) fn is_void(&self) -> bool {
        self.withdrawn.len() == self.files.len()
    }

    /// Bytes of what is a part of the transfer.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Chunks of what is a part of the transfer.
    pub(crate) fn chunks(&self) -> u64 {
        self.chunks - self.withdrawn_chunks
    }

    /// Files and bytes of everything that was ever announced.
    pub(crate) fn ever(&self) -> (u64, u64) {
        let files = self.files.iter().filter(|file| file.entry.is_file());
        (
            files.clone().count() as u64,
            files.map(|file| file.entry.len()).sum(),
        )
    }

    /// The path below the target and the source of every entry, withdrawn ones too.
    pub(crate) fn ever_announced(&self) -> impl Iterator<Item = (&Entry, &Path)> {
        self.files
            .iter()
            .map(|file| (&file.entry, file.source.as_path()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coordinator::sending::plan::{
        Work,
        testing::{CHUNK, plan, push, taken},
    };
    use chunkstream_core::{chunk::ParityMode, integrity::Checksum};

    #[test]
    fn a_changed_file_is_passed_over_and_the_others_go_on() {
        let mut plan = plan(ParityMode::Off, &[2 * CHUNK, CHUNK]);
        assert_eq!(taken(plan.take()), [(0, 0)]);
        assert!(plan.again(FileId(0), 0..1));
        assert!(plan.mark_changed(FileId(0), false));
        assert!(!plan.mark_changed(FileId(0), false), "known already");
        assert_eq!(taken(plan.take()), [(1, 0)]);
        assert!(plan.take().is_none());
        assert_eq!(plan.changed_bytes(), 2 * CHUNK);
        plan.unmark_changed(FileId(0));
        assert_eq!(taken(plan.take()), [(0, 0)]);
    }

    #[test]
    fn a_withdrawn_file_counts_nowhere_and_its_successor_is_sent_instead() {
        let mut plan = plan(ParityMode::Off, &[2 * CHUNK]);
        assert_eq!(taken(plan.take()), [(0, 0)]);
        let mut have = Have::default();
        have.insert_range(0..1);
        assert_eq!(plan.durable(FileId(0), &have).len(), 1);
        plan.mark_changed(FileId(0), true);
        plan.withdraw(FileId(0));
        assert!(plan.is_void() && !plan.has_changed());
        assert_eq!(
            (plan.bytes(), plan.chunks(), plan.durable_bytes()),
            (0, 0, 0)
        );
        push(&mut plan, "f0", 3 * CHUNK);
        plan.announced(2);
        assert_eq!(plan.durable(FileId(0), &have), []);
        assert!(plan.finished(FileId(0)).is_none());
        assert!(!plan.hashed(FileId(0), 1, Checksum([1; 32])));
        assert_eq!(taken(plan.take()), [(1, 0)]);
        assert_eq!(
            (plan.bytes(), plan.chunks(), plan.wanted().0),
            (3 * CHUNK, 3, 1)
        );
        assert_eq!((plan.lead(), plan.ever()), (FileId(1), (2, 5 * CHUNK)));
        assert_eq!(plan.total_chunks(), Some(3));
    }

    #[test]
    fn a_file_that_has_arrived_whole_cannot_change_any_more() {
        let mut plan = plan(ParityMode::Off, &[CHUNK, CHUNK]);
        plan.mark_changed(FileId(0), false);
        assert!(plan.finished(FileId(0)).is_some());
        assert!(!plan.has_changed());
        assert!(!plan.mark_changed(FileId(0), false));
        plan.hashed(FileId(1), 0, Checksum([1; 32]));
        let root = plan.complete_root(FileId(1)).expect("complete");
        plan.seal(FileId(1), root);
        plan.durable(FileId(1), &Have::full(1));
        assert!(!plan.mark_changed(FileId(1), true));
    }

    #[test]
    fn the_root_of_a_withdrawn_file_is_never_told() {
        let mut plan = plan(ParityMode::Off, &[CHUNK]);
        assert!(matches!(plan.take(), Some(Work::Data(_))));
        plan.hashed(FileId(0), 0, Checksum([1; 32]));
        let root = plan.complete_root(FileId(0)).expect("complete");
        plan.seal(FileId(0), root);
        assert_eq!(plan.first_root(), Some(root));
        plan.withdraw(FileId(0));
        plan.restart();
        plan.announced(1);
        assert!(!plan.has_sealed());
        assert_eq!(plan.first_root(), None);
    }
}
