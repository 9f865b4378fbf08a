//! What a transfer is made of: its entries, in the order in which they are announced.

use serde::{Deserialize, Serialize};

use crate::path::RelPath;

/// One file, folder or symbolic link of a transfer.
///
/// A folder comes before what lies in it. The position in the manifest is the entry's
/// [`FileId`](crate::id::FileId).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Where it lies below the transfer's target folder; the first component is the name of a root.
    pub path: RelPath,
    /// What it is.
    pub kind: EntryKind,
    /// Time of last modification, nanoseconds since 1970-01-01 UTC; None where the source has none.
    pub modified_ns: Option<i64>,
    /// Permission bits (`0o777` at most: no set-uid, set-gid or sticky bit travels); None from systems without.
    pub mode: Option<u16>,
}

/// What an [`Entry`] is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum EntryKind {
    /// A regular file of so many bytes.
    File {
        /// Length in bytes.
        len: u64,
    },
    /// A folder.
    Folder,
    /// A symbolic link; it is made after all files have arrived and is never followed.
    Symlink {
        /// The text of the link, kept as it is.
        target: String,
    },
}

impl Entry {
    /// The bytes of content: 0 for what is no file.
    pub fn len(&self) -> u64 {
        match self.kind {
            EntryKind::File { len } => len,
            EntryKind::Folder | EntryKind::Symlink { .. } => 0,
        }
    }

    /// Whether there is no content to move.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether this is a regular file.
    pub fn is_file(&self) -> bool {
        matches!(self.kind, EntryKind::File { .. })
    }
}
