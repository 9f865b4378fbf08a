//! Files that the sender has withdrawn: no part of the transfer any more, their paths free for others.

use chunkstream_core::{
    id::FileId,
    integrity::{FileTree, Have},
    path::RelPath,
};

use std::collections::HashSet;

use super::{ManifestError, ReceiveFile, ReceivePlan, manifest::key};
use crate::{coordinator::MAX_ENTRIES, store::Fate};

impl ReceivePlan {
    /// Takes a page of withdrawn files, announced before or still to come, and returns those that are a part
    /// of the transfer now: [`ReceivePlan::withdraw`] is for them. The end of the entries is open again.
    pub(crate) fn withdrawal(&mut self, files: &[FileId]) -> Result<Vec<FileId>, ManifestError> {
        self.announced = None;
        let mut news = Vec::new();
        for &id in files {
            if id.0 as usize >= MAX_ENTRIES {
                return Err(ManifestError::TooMany(MAX_ENTRIES));
            }
            match self.files.get(id.0 as usize) {
                Some(file) if !file.entry.is_file() => return Err(ManifestError::NotAFile(id.0)),
                Some(file) if !file.withdrawn => news.push(id),
                _ => {}
            }
            self.withdrawn.insert(id);
        }
        Ok(news)
    }

    /// Whether a page of withdrawn files names one that is a part of the transfer.
    pub(crate) fn takes_from(&self, files: &[FileId]) -> bool {
        let mut files = files.iter();
        files.any(|id| {
            let known = self.files.get(id.0 as usize);
            known.is_some_and(|file| !file.withdrawn)
        })
    }

    /// A file is no part of the transfer any more; returns how many of its bytes were durable.
    pub(crate) fn withdraw(&mut self, id: FileId) -> u64 {
        let chunk_size = self.chunk_size;
        let Some(file) = self.files.get_mut(id.0 as usize) else {
            return 0;
        };
        if file.withdrawn {
            return 0;
        }
        let durable = file.durable_bytes();
        self.covered -= file.covered();
        file.reserved = false;
        if file.fate == Fate::Unwanted {
            self.unwanted_files -= 1;
            self.unwanted_bytes -= file.entry.len();
        }
        self.files_done -= u64::from(file.done);
        file.withdrawn = true;
        file.done = false;
        file.root = None;
        file.handle = None;
        file.written = Have::new();
        file.durable = Have::new();
        if let Ok(empty) = FileTree::new(0, chunk_size) {
            file.values = empty;
        }
        self.bytes -= file.entry.len();
        self.files_total -= 1;
        self.withdrawn_chunks += u64::from(file.plan.chunks());
        self.roots -= usize::from(file.entry.path.parent().is_none());
        self.paths.remove(&key(file.entry.path.as_str()));
        self.withdrawn.insert(id);
        durable
    }

    pub(crate) fn is_withdrawn(&self, id: FileId) -> bool {
        self.files
            .get(id.0 as usize)
            .is_some_and(|file| file.withdrawn)
    }

    /// Whether any file was withdrawn.
    pub(crate) fn has_withdrawn(&self) -> bool {
        self.withdrawn_chunks > 0 || self.files.iter().any(|file| file.withdrawn)
    }

    /// The paths of withdrawn files that nothing else has now: nothing must be left there.
    pub(crate) fn vacant(&self) -> Vec<RelPath> {
        let withdrawn = |file: &&ReceiveFile| file.withdrawn && file.fate != Fate::Unwanted;
        if !self.files.iter().any(|file| withdrawn(&file)) {
            return Vec::new();
        }
        let live = |file: &&ReceiveFile| !file.withdrawn && file.fate != Fate::Unwanted;
        let live = self.files.iter().filter(live);
        let taken: HashSet<&str> = live.map(|file| file.path().as_str()).collect();
        let paths = self.files.iter().filter(withdrawn).map(ReceiveFile::path);
        paths
            .filter(|path| !taken.contains(path.as_str()))
            .cloned()
            .collect()
    }

    /// The first entry that is a part of the transfer.
    pub(crate) fn lead(&self) -> Option<FileId> {
        let lead = self.files.iter().position(|file| !file.withdrawn)?;
        Some(FileId(lead as u32))
    }

    /// A new connection: the sender says again where its entries end.
    pub(crate) fn unannounce(&mut self) {
        self.announced = None;
    }

    /// What is known is all there is, whatever the sender would add.
    pub(crate) fn end_here(&mut self) {
        self.announced = Some((self.len(), self.bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coordinator::receiving::plan::{
        Place,
        testing::{entry, file, plan},
    };
    use chunkstream_core::{
        integrity::{Checksum, chunk_value},
        manifest::EntryKind,
    };

    fn write(plan: &mut ReceivePlan, id: FileId, content: &[u8]) {
        let chunk_size = plan.chunk_size();
        for (index, chunk) in (0..).zip(content.chunks(chunk_size.bytes() as usize)) {
            let value = chunk_value(content.len() as u64, index, chunk_size, chunk);
            assert!(plan.written(id, index, value.expect("its place")));
            plan.durable(id, index);
        }
    }

    #[test]
    fn a_withdrawn_file_is_forgotten_and_its_path_is_free() {
        let mut plan = plan();
        plan.announce(FileId(0), vec![file("a", 100_000), file("b", 5)])
            .expect("valid");
        plan.end(2, 100_005).expect("all");
        write(&mut plan, FileId(1), b"hello");
        assert_eq!(
            plan.announce(FileId(2), vec![file("a", 7)]),
            Err(ManifestError::Twice("a".into()))
        );
        assert_eq!(
            plan.withdrawal(&[FileId(0), FileId(1)]),
            Ok(vec![FileId(0), FileId(1)])
        );
        assert!(!plan.is_announced(), "the end is open");
        assert_eq!((plan.withdraw(FileId(0)), plan.withdraw(FileId(1))), (0, 5));
        assert_eq!((plan.files(), plan.bytes(), plan.chunks()), (0, 0, 0));
        assert_eq!(plan.withdraw(FileId(1)), 0, "once");
        assert_eq!(plan.vacant().len(), 2);
        assert_eq!(
            plan.place(FileId(0), 0),
            Place::Known,
            "late chunks are dropped"
        );
        assert!(!plan.written(FileId(0), 0, Checksum([1; 32])));
        assert!(!plan.durable(FileId(1), 0));
        plan.set_root(FileId(1), Checksum([1; 32]));
        assert_eq!(plan.verdict(FileId(1)), None);
        assert_eq!(plan.have(), (vec![], vec![]));

        assert_eq!(plan.announce(FileId(2), vec![file("a", 7)]), Ok(1));
        assert_eq!(plan.vacant().len(), 1);
        assert_eq!(plan.lead(), Some(FileId(2)));
        assert_eq!(plan.end(3, 7), Ok(()));
    }

    #[test]
    fn entries_that_were_withdrawn_before_they_came_count_nowhere() {
        let mut plan = plan();
        assert_eq!(plan.withdrawal(&[FileId(1)]), Ok(vec![]));
        let entries = vec![file("a", 1), file("b", 2), file("b", 3)];
        assert_eq!(plan.announce(FileId(0), entries.clone()), Ok(3));
        assert_eq!((plan.files(), plan.bytes()), (2, 4));
        assert_eq!(plan.withdrawal(&[FileId(1)]), Ok(vec![]), "told again");
        assert_eq!(plan.announce(FileId(0), entries), Ok(0));
        assert_eq!(plan.end(3, 4), Ok(()));
    }

    #[test]
    fn only_files_within_the_limit_can_be_withdrawn() {
        let mut plan = plan();
        plan.announce(FileId(0), vec![entry("d", EntryKind::Folder)])
            .expect("valid");
        assert_eq!(
            plan.withdrawal(&[FileId(0)]),
            Err(ManifestError::NotAFile(0))
        );
        assert_eq!(plan.withdrawal(&[FileId(1)]), Ok(vec![]));
        assert_eq!(
            plan.announce(FileId(1), vec![entry("e", EntryKind::Folder)]),
            Err(ManifestError::NotAFile(1))
        );
        let last = FileId(MAX_ENTRIES as u32 - 1);
        assert_eq!(plan.withdrawal(&[last]), Ok(vec![]));
        assert!(plan.withdrawal(&[FileId(last.0 + 1)]).is_err());
    }
}
