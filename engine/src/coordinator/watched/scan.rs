//! What lies in a watched folder: names and prints, by the disk alone.

use std::{collections::BTreeMap, io, path::Path};

use chunkstream_core::watched::{Ignore, Print};

use crate::disk::{Disk, Kind};

/// Items of one folder.
pub(super) const MAX_ITEMS: usize = 10_000;
/// Files and folders of one item, itself included.
const MAX_INSIDE: usize = 200_000;

/// Why a folder cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub(super) enum ScanError {
    /// It is not there, or cannot be read.
    #[error("the folder cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    /// It has more than [`MAX_ITEMS`].
    #[error(
        "more than {MAX_ITEMS} files and folders lie directly in it: put some into folders of their own"
    )]
    TooMany,
}

/// All items that are not ignored. One that cannot be read, or changes while it is looked at, is left out: it is seen
/// again at the next look. Names that are no Unicode are left out, as they are everywhere. Blocks.
pub(super) fn items(
    disk: &dyn Disk,
    folder: &Path,
    ignore: &Ignore,
) -> Result<BTreeMap<String, Print>, ScanError> {
    let names = disk.read_folder(folder).map_err(ScanError::Unreadable)?;
    let mut items = BTreeMap::new();
    for name in names {
        let Some(name) = name.to_str().filter(|name| !ignore.covers(name)) else {
            continue;
        };
        if let Ok(Some(print)) = print(disk, &folder.join(name)) {
            if items.len() >= MAX_ITEMS {
                return Err(ScanError::TooMany);
            }
            items.insert(name.to_owned(), print);
        }
    }
    Ok(items)
}

/// A digest of the names, lengths and times of an item; None if it is nothing that can be sent, or too much to be
/// watched. Links are not followed.
fn print(disk: &dyn Disk, path: &Path) -> io::Result<Option<Print>> {
    let mut hasher = blake3::Hasher::new();
    let mut left = MAX_INSIDE;
    let mut open = vec![path.to_owned()];
    while let Some(path) = open.pop() {
        let metadata = disk.metadata(&path)?;
        let (kind, sized) = match metadata.kind {
            Kind::File => (b'f', true),
            // Its own time and length change with what is ignored in it.
            Kind::Folder => (b'd', false),
            Kind::Symlink => (b'l', true),
            Kind::Other => return Ok(None),
        };
        let Some(rest) = left.checked_sub(1) else {
            return Ok(None);
        };
        left = rest;
        let name = path.as_os_str().as_encoded_bytes();
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name).update(&[kind]);
        if sized {
            hasher.update(&metadata.fingerprint.len.to_le_bytes());
            hasher.update(&metadata.fingerprint.modified_ns.to_le_bytes());
        } else {
            let names = disk.read_folder(&path)?;
            open.extend(names.into_iter().map(|name| path.join(name)));
        }
    }
    Ok(Some(*hasher.finalize().as_bytes()))
}
