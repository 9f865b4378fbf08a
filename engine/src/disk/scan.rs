//! Walks what is to be sent and yields its entries one by one, in the order of a manifest.
//!
//! [`Scan`] is an iterator that reads the disk as it is asked: nothing waits for the end of the walk, and
//! what it keeps is the names of the folders on the way down, never all entries. It blocks; the caller
//! runs it in a blocking task and bounds the channel behind it.
//!
//! Order: roots as they were given; a folder before what lies in it; names sorted within a folder.
//!
//! Links: one met on the way is sent as a link and never followed. One that was *given* is followed, and
//! what it names is sent under the link's name (as `cp -H` does): who picks `Latest` wants what is in it,
//! and a bare link would arrive naming a place that the other computer does not have.
//!
//! What cannot be sent is yielded as [`Skipped`] with the reason, and the walk goes on: the user decides.
//!
//! Non-goals: reading content; noticing what changes later (the [`Fingerprint`] is for that).

use std::{
    collections::HashSet,
    ffi::OsString,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    vec,
};

use chunkstream_core::{
    manifest::{Entry, EntryKind},
    path::{PathError, RelPath, unused_name},
};

use super::{Disk, Fingerprint, Kind, Metadata};

/// Links followed from one given path before it counts as a loop, as on Linux.
const MAX_LINKS: u32 = 40;
/// The permission bits that travel.
const MODE_BITS: u32 = 0o777;

/// One thing that the walk met.
#[derive(Debug)]
pub enum Scanned {
    /// An entry of the manifest.
    Found(ScanItem),
    /// Something that will not be sent.
    Skipped(Skipped),
}

/// An entry of the manifest and where its content is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScanItem {
    /// What is announced.
    pub entry: Entry,
    /// The path on this disk; for a given link, of what it names.
    pub source: PathBuf,
    /// What tells whether it changes before it is sent.
    pub fingerprint: Fingerprint,
}

/// Something that will not be sent, with all that is below it.
#[derive(Debug)]
pub struct Skipped {
    /// Where it is on this disk.
    pub path: PathBuf,
    /// Why.
    pub why: SkipReason,
}

/// Why something is not sent.
#[derive(Debug, thiserror::Error)]
pub enum SkipReason {
    /// A device, pipe or socket.
    #[error("it is no file, folder or link")]
    Special,
    /// Its name cannot travel: not Unicode, too long, too deep, or with a character that no path may have.
    #[error("its name cannot be sent: {0}")]
    Name(#[from] PathError),
    /// The text of the link is not Unicode.
    #[error("the text of the link is not valid unicode")]
    LinkText,
    /// A given path without a last name, such as `/` or `..`.
    #[error("it has no name of its own")]
    NoName,
    /// A given link that leads to itself, or through too many others.
    #[error("the link leads in a circle")]
    LinkLoop,
    /// It could not be read. A folder's own entry may have been yielded before.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
}

/// A folder that is being walked.
struct OpenFolder {
    source: PathBuf,
    path: RelPath,
    names: vec::IntoIter<OsString>,
}

/// The walk.
pub struct Scan<'d> {
    disk: &'d dyn Disk,
    sources: vec::IntoIter<PathBuf>,
    /// Names of roots so far, in lower case: two that differ only in case would collide on many systems.
    taken: HashSet<String>,
    folders: Vec<OpenFolder>,
    /// A folder whose entry was yielded and whose names are not read yet.
    entered: Option<(PathBuf, RelPath)>,
}

impl<'d> Scan<'d> {
    /// A walk over these absolute paths. One that is given twice is sent once.
    pub fn new(disk: &'d dyn Disk, sources: impl IntoIterator<Item = PathBuf>) -> Self {
        let mut seen = HashSet::new();
        let sources: Vec<PathBuf> = sources
            .into_iter()
            .filter(|path| seen.insert(path.clone()))
            .collect();
        Self {
            disk,
            sources: sources.into_iter(),
            taken: HashSet::new(),
            folders: Vec::new(),
            entered: None,
        }
    }

    fn root(&mut self, given: &Path) -> Result<ScanItem, SkipReason> {
        let name = RelPath::component_from_os(given.file_name().ok_or(SkipReason::NoName)?)?;
        let (source, metadata) = self.follow(given)?;
        // Last, so that what is skipped takes no name.
        let path = RelPath::parse(&self.free_name(&name))?;
        let item = self.item(path, source, metadata)?;
        self.taken.insert(item.entry.path.as_str().to_lowercase());
        Ok(item)
    }

    /// The name itself, or the first numbered form of it that is free.
    fn free_name(&self, name: &str) -> String {
        let is_free = |name: &String| !self.taken.contains(&name.to_lowercase());
        let plain = name.to_owned();
        if is_free(&plain) {
            return plain;
        }
        (1..=u32::MAX)
            .map(|n| unused_name(name, n))
            .find(is_free)
            .unwrap_or(plain)
    }

    fn follow(&self, given: &Path) -> Result<(PathBuf, Metadata), SkipReason> {
        let mut path = given.to_owned();
        for _ in 0..=MAX_LINKS {
            let metadata = self.disk.metadata(&path)?;
            if metadata.kind != Kind::Symlink {
                return Ok((path, metadata));
            }
            let target = self.disk.read_link(&path)?;
            // Joining an absolute path gives that path.
            path = path.parent().unwrap_or(Path::new("/")).join(target);
        }
        Err(SkipReason::LinkLoop)
    }

    fn item(
        &self,
        path: RelPath,
        source: PathBuf,
        metadata: Metadata,
    ) -> Result<ScanItem, SkipReason> {
        let kind = match metadata.kind {
            Kind::File => EntryKind::File {
                len: metadata.fingerprint.len,
            },
            Kind::Folder => EntryKind::Folder,
            Kind::Symlink => {
                let target = self.disk.read_link(&source)?;
                EntryKind::Symlink {
                    target: target
                        .into_os_string()
                        .into_string()
                        .map_err(|_| SkipReason::LinkText)?,
                }
            }
            Kind::Other => return Err(SkipReason::Special),
        };
        // The bits of a link mean nothing and cannot be set.
        let mode = metadata
            .mode
            .filter(|_| metadata.kind != Kind::Symlink)
            .map(|mode| (mode & MODE_BITS) as u16);
        let modified_ns = Some(metadata.fingerprint.modified_ns);
        Ok(ScanItem {
            entry: Entry {
                path,
                kind,
                modified_ns,
                mode,
            },
            source,
            fingerprint: metadata.fingerprint,
        })
    }

    /// The next name of the innermost folder.
    fn child(&mut self) -> Option<Result<ScanItem, Skipped>> {
        loop {
            let folder = self.folders.last_mut()?;
            let Some(name) = folder.names.next() else {
                self.folders.pop();
                continue;
            };
            let source = folder.source.join(&name);
            let path = RelPath::component_from_os(&name).and_then(|name| folder.path.join(&name));
            let found = path.map_err(SkipReason::Name).and_then(|path| {
                let metadata = self.disk.metadata(&source)?;
                self.item(path, source.clone(), metadata)
            });
            match found {
                // Removed between the listing and now: it was never part of the send.
                Err(SkipReason::Unreadable(error)) if error.kind() == ErrorKind::NotFound => {}
                found => return Some(found.map_err(|why| Skipped { path: source, why })),
            }
        }
    }
}

impl Iterator for Scan<'_> {
    type Item = Scanned;

    fn next(&mut self) -> Option<Scanned> {
        if let Some((source, path)) = self.entered.take() {
            match self.disk.read_folder(&source) {
                Ok(names) => self.folders.push(OpenFolder {
                    source,
                    path,
                    names: names.into_iter(),
                }),
                Err(error) => {
                    return Some(Scanned::Skipped(Skipped {
                        path: source,
                        why: error.into(),
                    }));
                }
            }
        }
        let found = if let Some(found) = self.child() {
            found
        } else {
            let given = self.sources.next()?;
            self.root(&given)
                .map_err(|why| Skipped { path: given, why })
        };
        Some(match found {
            Ok(item) => {
                if item.entry.kind == EntryKind::Folder {
                    self.entered = Some((item.source.clone(), item.entry.path.clone()));
                }
                Scanned::Found(item)
            }
            Err(skipped) => Scanned::Skipped(skipped),
        })
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, os::unix::ffi::OsStrExt, os::unix::fs::PermissionsExt};

    use super::*;
    use crate::disk::RealDisk;

    fn scan(sources: &[&Path]) -> Vec<Scanned> {
        Scan::new(&RealDisk, sources.iter().map(|path| path.to_path_buf())).collect()
    }

    #[test]
    fn a_real_tree_comes_folder_first_and_sorted_with_its_attributes() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let root = dir.path().join("trip");
        fs::create_dir_all(root.join("b/deep")).expect("makeable");
        fs::write(root.join("b/deep/file"), b"12345").expect("writable");
        fs::write(root.join("a"), b"").expect("writable");
        fs::write(root.join("c"), b"").expect("writable");
        fs::set_permissions(root.join("c"), fs::Permissions::from_mode(0o4750)).expect("ours");
        std::os::unix::fs::symlink("../elsewhere", root.join("link")).expect("makeable");
        let found: Vec<ScanItem> = scan(&[&root])
            .into_iter()
            .map(|scanned| match scanned {
                Scanned::Found(item) => item,
                Scanned::Skipped(skipped) => panic!("skipped {skipped:?}"),
            })
            .collect();
        let paths: Vec<&str> = found.iter().map(|item| item.entry.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "trip",
                "trip/a",
                "trip/b",
                "trip/b/deep",
                "trip/b/deep/file",
                "trip/c",
                "trip/link"
            ]
        );
        assert_eq!(found[4].entry.kind, EntryKind::File { len: 5 });
        assert_eq!(found[4].source, root.join("b/deep/file"));
        assert_eq!(found[5].entry.mode, Some(0o750), "no set-uid bit travels");
        assert_eq!(
            found[5].entry.modified_ns,
            Some(found[5].fingerprint.modified_ns)
        );
        assert_eq!(
            found[6].entry.kind,
            EntryKind::Symlink {
                target: "../elsewhere".into()
            }
        );
        assert_eq!(found[6].entry.mode, None);
    }

    #[test]
    fn names_that_are_not_unicode_are_reported_and_the_walk_goes_on() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::write(
            dir.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9")),
            b"",
        )
        .expect("writable");
        fs::write(dir.path().join("tea"), b"").expect("writable");
        let scanned = scan(&[dir.path()]);
        let [
            Scanned::Found(_),
            Scanned::Skipped(skipped),
            Scanned::Found(tea),
        ] = &scanned[..]
        else {
            panic!("{scanned:?}")
        };
        assert!(matches!(
            skipped.why,
            SkipReason::Name(PathError::NotUnicode(_))
        ));
        assert!(tea.entry.path.as_str().ends_with("/tea"));
    }

    #[test]
    fn pipes_are_reported_and_never_opened() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (kind, mode) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR);
        rustix::fs::mknodat(rustix::fs::CWD, dir.path().join("pipe"), kind, mode, 0)
            .expect("makeable");
        let scanned = scan(&[dir.path()]);
        assert!(
            matches!(
                &scanned[1],
                Scanned::Skipped(Skipped {
                    why: SkipReason::Special,
                    ..
                })
            ),
            "{scanned:?}"
        );
    }
}
