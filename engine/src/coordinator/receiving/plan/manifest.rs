//! The entries as the sender announces them: each in its turn, in a folder that is known, its path told once.

use chunkstream_core::{
    chunk::FilePlan,
    id::FileId,
    integrity::{FileTree, Have},
    manifest::{Entry, EntryKind},
    path::MAX_PATH_BYTES,
    wire::MAX_ROOTS,
};

use super::{ReceiveFile, ReceivePlan};
use crate::{coordinator::MAX_ENTRIES, store::Fate};

/// Bytes that an entry takes beside its path: itself, and its place in the sets.
const ENTRY_MEMORY: usize = size_of::<ReceiveFile>() + 64;

/// A manifest that is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ManifestError {
    /// A page that does not follow the one before.
    #[error("entries are missing before number {0}")]
    Gap(u32),
    /// An entry that differs from what was announced under its number before.
    #[error("entry {0} changed")]
    Changed(u32),
    /// More than the limit.
    #[error("more than {0} entries")]
    TooMany(usize),
    /// More at the top level than the limit.
    #[error("more than {0} entries at the top level")]
    TooManyRoots(usize),
    /// The same path twice.
    #[error("the path {0} stands twice")]
    Twice(String),
    /// A path whose folder has not been announced.
    #[error("the folder of {0} has not been announced")]
    NoFolder(String),
    /// A withdrawal of something else than a file.
    #[error("entry {0} is no file and cannot be withdrawn")]
    NotAFile(u32),
    /// A file with more chunks than can be numbered.
    #[error("{0} is too large")]
    TooLarge(String),
    /// A link whose text is empty, too long or has a NUL.
    #[error("the link {0} has a text that no system holds")]
    BadLink(String),
    /// The end does not match what came.
    #[error("the end of the entries does not match what came")]
    BadEnd,
}

impl ReceivePlan {
    /// Takes a page of entries. Those that are known must be the same; returns how many are new.
    pub(crate) fn announce(
        &mut self,
        first: FileId,
        entries: Vec<Entry>,
    ) -> Result<u32, ManifestError> {
        let known = self.len();
        if first.0 > known {
            return Err(ManifestError::Gap(known));
        }
        for (number, entry) in (first.0..).zip(entries) {
            match self.files.get(number as usize) {
                Some(file) if file.entry == entry => {}
                Some(_) => return Err(ManifestError::Changed(number)),
                None => self.push(entry)?,
            }
        }
        Ok(self.len() - known)
    }

    pub(super) fn push(&mut self, entry: Entry) -> Result<(), ManifestError> {
        let path = || entry.path.as_str().to_owned();
        if self.files.len() >= MAX_ENTRIES {
            return Err(ManifestError::TooMany(MAX_ENTRIES));
        }
        if let Some(parent) = entry.path.parent()
            && !self.folders.contains(&key(parent.as_str()))
        {
            return Err(ManifestError::NoFolder(path()));
        }
        if let EntryKind::Symlink { target } = &entry.kind
            && (target.is_empty() || target.len() > MAX_PATH_BYTES || target.contains('\0'))
        {
            return Err(ManifestError::BadLink(path()));
        }
        let withdrawn = self.withdrawn.contains(&FileId(self.len()));
        if withdrawn && !entry.is_file() {
            return Err(ManifestError::NotAFile(self.len()));
        }
        if entry.path.parent().is_none() && !withdrawn {
            self.roots += 1;
            if self.roots > MAX_ROOTS {
                return Err(ManifestError::TooManyRoots(MAX_ROOTS));
            }
        }
        if !withdrawn && !self.paths.insert(key(entry.path.as_str())) {
            return Err(ManifestError::Twice(path()));
        }
        if entry.kind == EntryKind::Folder {
            self.folders.insert(key(entry.path.as_str()));
        }
        let too_large = |_| ManifestError::TooLarge(path());
        let plan = FilePlan::new(entry.len(), self.chunk_size, self.geometry).map_err(too_large)?;
        let values = FileTree::new(entry.len(), self.chunk_size).map_err(too_large)?;
        let first_chunk = self.chunks;
        self.chunks += u64::from(plan.chunks());
        if withdrawn {
            self.withdrawn_chunks += u64::from(plan.chunks());
        } else {
            self.bytes = self
                .bytes
                .checked_add(entry.len())
                .ok_or_else(|| ManifestError::TooLarge(path()))?;
            self.files_total += u64::from(entry.is_file());
        }
        self.memory += ENTRY_MEMORY + entry.path.as_str().len();
        if let EntryKind::Symlink { target } = &entry.kind {
            self.memory += target.len();
        }
        self.files.push(ReceiveFile {
            entry,
            stored: None,
            fate: Fate::Wanted,
            reserved: false,
            plan,
            first_chunk,
            values,
            written: Have::new(),
            durable: Have::new(),
            root: None,
            done: false,
            withdrawn,
            named: false,
            handle: None,
        });
        Ok(())
    }

    /// The announced end of the entries.
    pub(crate) fn end(&mut self, entries: u32, bytes: u64) -> Result<(), ManifestError> {
        if entries != self.len() || bytes != self.bytes {
            return Err(ManifestError::BadEnd);
        }
        self.announced = Some((entries, bytes));
        Ok(())
    }

    pub(crate) fn is_announced(&self) -> bool {
        self.announced.is_some()
    }

    /// Whether an entry of this path has been announced.
    pub(crate) fn has_path(&self, path: &str) -> bool {
        self.paths.contains(&key(path))
    }
}

/// 128 bits of a hash stand for a path: a million of them collide with a chance of 2^-89.
pub(super) fn key(path: &str) -> [u8; 16] {
    let mut key = [0; 16];
    key.copy_from_slice(&blake3::hash(path.as_bytes()).as_bytes()[..16]);
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coordinator::receiving::plan::testing::{entry, file, plan};

    #[test]
    fn entries_lie_in_announced_folders_and_do_not_repeat() {
        let mut plan = plan();
        assert_eq!(
            plan.announce(FileId(0), vec![file("a/b", 1)]),
            Err(ManifestError::NoFolder("a/b".into()))
        );
        assert_eq!(
            plan.announce(
                FileId(0),
                vec![entry("a", EntryKind::Folder), file("a/b", 1)]
            ),
            Ok(2)
        );
        assert_eq!(
            plan.announce(FileId(2), vec![file("a/b", 1)]),
            Err(ManifestError::Twice("a/b".into()))
        );
        assert_eq!(
            plan.announce(FileId(9), vec![file("c", 1)]),
            Err(ManifestError::Gap(2))
        );
    }

    #[test]
    fn a_file_cannot_serve_as_a_folder_nor_can_a_link() {
        let mut plan = plan();
        let link = entry(
            "l",
            EntryKind::Symlink {
                target: "/etc".into(),
            },
        );
        assert_eq!(plan.announce(FileId(0), vec![link]), Ok(1));
        assert_eq!(
            plan.announce(FileId(1), vec![file("l/passwd", 1)]),
            Err(ManifestError::NoFolder("l/passwd".into()))
        );
    }

    #[test]
    fn one_root_over_the_limit_is_refused() {
        let mut plan = plan();
        let roots = (0..MAX_ROOTS)
            .map(|number| file(&format!("f{number}"), 0))
            .collect();
        assert_eq!(plan.announce(FileId(0), roots), Ok(MAX_ROOTS as u32));
        let over = plan.announce(FileId(MAX_ROOTS as u32), vec![file("over", 0)]);
        assert_eq!(over, Err(ManifestError::TooManyRoots(MAX_ROOTS)));
    }

    #[test]
    fn entries_told_again_must_be_the_same() {
        let mut plan = plan();
        assert_eq!(plan.announce(FileId(0), vec![file("a", 1)]), Ok(1));
        assert_eq!(
            plan.announce(FileId(0), vec![file("a", 1), file("b", 2)]),
            Ok(1)
        );
        assert_eq!(
            plan.announce(FileId(0), vec![file("a", 2)]),
            Err(ManifestError::Changed(0))
        );
        assert_eq!(plan.end(2, 4), Err(ManifestError::BadEnd));
        assert_eq!(plan.end(2, 3), Ok(()));
    }
}
