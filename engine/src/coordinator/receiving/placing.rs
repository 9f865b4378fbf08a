//! Where each entry of an accepted offer is stored, and whether it is received at all: by what a person
//! chose, what is there already, and what the target's volume can hold. Looks at the target, changes nothing.
//!
//! A *merged* folder is one that is there already and is not given another name: what arrives for it goes
//! into it, entry by entry. Nothing is ever merged through a symbolic link.

use std::{
    collections::{HashMap, HashSet},
    io::ErrorKind,
    path::{Path, PathBuf},
};

use chunkstream_core::{
    access::AcceptRule,
    manifest::{Entry, EntryKind},
    path::{Folding, Names, PathError, Problem, RelPath, System},
};
use serde::{Deserialize, Serialize};

use crate::{
    api::{Code, Conflict, Failure},
    disk::{Disk, Kind},
    store::Fate,
};

/// How an offer was accepted; recorded with the session.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Rules {
    /// What is done with names that are taken; never `Ask`.
    pub(crate) conflict: Conflict,
    /// The entries to take, with all below them; all if None.
    #[serde(default)]
    pub(crate) only: Option<Vec<String>>,
    /// What the target's volume does not tell apart.
    #[serde(default)]
    pub(crate) folding: Folding,
    /// The rule that accepted it and that it is held to; None if it has no limits, or a person has accepted it.
    #[serde(default)]
    pub(crate) granted: Option<AcceptRule>,
}

impl Rules {
    /// Whether folders that are there already take up what arrives under their names.
    pub(crate) fn merges(&self) -> bool {
        matches!(
            self.conflict,
            Conflict::Overwrite | Conflict::Skip | Conflict::SkipIdentical
        )
    }
}

/// The rules that the database has; the default where it has none.
pub(crate) fn rules(text: Option<&str>) -> Rules {
    text.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

/// Decides entry by entry, in manifest order.
#[derive(Debug)]
pub(super) struct Placer {
    rules: Rules,
    target: PathBuf,
    names: Names,
    chosen: Option<Chosen>,
    /// Where files that were withdrawn were stored, by their paths as sent: their successors' places.
    vacated: HashMap<[u8; 16], RelPath>,
    /// Folders by 128 bits of a hash of their paths as sent.
    folders: HashMap<[u8; 16], Folder>,
}

/// What was decided about an entry.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) stored: RelPath,
    pub(super) fate: Fate,
    pub(super) problem: Option<Problem>,
}

#[derive(Debug)]
struct Folder {
    stored: RelPath,
    wanted: bool,
    /// Whether it is there already; not looked up yet if None.
    merged: Option<bool>,
}

/// What was chosen of an offer.
#[derive(Debug)]
struct Chosen {
    paths: HashSet<String>,
    /// The folders above them.
    above: HashSet<String>,
}

impl Placer {
    /// For entries that go to `target`.
    pub(super) fn new(rules: Rules, target: &Path, system: System) -> Self {
        let chosen = rules.only.as_ref().map(|only| Chosen::new(only));
        Self {
            names: Names::new(system, rules.folding),
            rules,
            target: target.to_owned(),
            chosen,
            vacated: HashMap::new(),
            folders: HashMap::new(),
        }
    }

    /// Decides about the next entry.
    ///
    /// # Errors
    /// If its path becomes too long, or the target cannot be looked at.
    pub(super) fn place(&mut self, disk: &dyn Disk, entry: &Entry) -> Result<Placed, Failure> {
        let parent_path = entry.path.parent();
        let parent_key = parent_path.as_ref().map(|path| key(path.as_str()));
        let merged = match parent_key {
            None => self.rules.merges(),
            Some(key) => self.is_merged(disk, key)?,
        };
        let parent = parent_key.and_then(|key| self.folders.get(&key));
        let parent_wanted = parent.is_none_or(|folder| folder.wanted);
        let parent = parent.map(|folder| folder.stored.clone());
        let chosen = self
            .chosen
            .as_ref()
            .is_none_or(|chosen| chosen.takes(entry));
        if !parent_wanted || !chosen {
            return Ok(self.leave(entry));
        }
        let (names, target) = (&mut self.names, &self.target);
        let name = entry.path.file_name();
        let vacated = self.vacated.remove(&key(entry.path.as_str()));
        let (mut path, mut problem) = if let Some(path) = vacated {
            (path, None)
        } else {
            let stored = names.give(parent.as_ref(), name, |_| true);
            let stored = stored.map_err(|e| unholdable(entry, &e))?;
            (stored.path, stored.problem)
        };
        let (mut fate, mut folder_merged) = (Fate::Wanted, false);
        let there = if merged {
            kind_at(disk, &path.to_native(target))?
        } else {
            None
        };
        if let Some((there, len)) = there {
            match verdict(self.rules.conflict, &entry.kind, there, len) {
                Verdict::Merge => folder_merged = true,
                Verdict::Replace => {}
                Verdict::Leave => return Ok(self.leave(entry)),
                Verdict::Compare => fate = Fate::Compare,
                Verdict::CompareLink => {
                    let link = disk.read_link(&path.to_native(target)).ok();
                    let same = matches!((&entry.kind, link), (EntryKind::Symlink { target }, Some(link)) if link.as_os_str() == target.as_str());
                    if same {
                        return Ok(self.leave(entry));
                    }
                    path = self
                        .another(disk, &path)
                        .map_err(|e| unholdable(entry, &e))?;
                    problem = Some(Problem::Collision);
                }
                Verdict::Number => {
                    path = self
                        .another(disk, &path)
                        .map_err(|e| unholdable(entry, &e))?;
                    problem = Some(Problem::Collision);
                }
            }
        }
        self.remember(entry, &path, true, Some(folder_merged));
        Ok(Placed {
            stored: path,
            fate,
            problem,
        })
    }

    /// Takes up what was decided before a restart.
    pub(super) fn restore(&mut self, entry: &Entry, stored: &RelPath, fate: Fate) {
        self.names.keep(stored);
        self.vacated.remove(&key(entry.path.as_str()));
        // Whether it is there is looked up when something more comes for it.
        self.remember(entry, stored, fate != Fate::Unwanted, None);
    }

    /// A file is no part of the transfer any more: one of the same path as sent gets its place.
    pub(super) fn vacate(&mut self, entry: &Entry, stored: &RelPath, fate: Fate) {
        if fate != Fate::Unwanted {
            self.names.keep(stored);
            self.vacated
                .insert(key(entry.path.as_str()), stored.clone());
        }
    }

    /// A path beside `stored`, whose name is taken at the target by another content.
    pub(super) fn another(
        &mut self,
        disk: &dyn Disk,
        stored: &RelPath,
    ) -> Result<RelPath, PathError> {
        let (parent, target) = (stored.parent(), &self.target);
        let free = |path: &RelPath| {
            path != stored && matches!(kind_at(disk, &path.to_native(target)), Ok(None))
        };
        let given = self.names.give(parent.as_ref(), stored.file_name(), free)?;
        Ok(given.path)
    }

    fn leave(&mut self, entry: &Entry) -> Placed {
        self.remember(entry, &entry.path, false, Some(false));
        Placed {
            stored: entry.path.clone(),
            fate: Fate::Unwanted,
            problem: None,
        }
    }

    fn remember(&mut self, entry: &Entry, stored: &RelPath, wanted: bool, merged: Option<bool>) {
        if entry.kind == EntryKind::Folder {
            let folder = Folder {
                stored: stored.clone(),
                wanted,
                merged,
            };
            self.folders.insert(key(entry.path.as_str()), folder);
        }
    }

    fn is_merged(&mut self, disk: &dyn Disk, key: [u8; 16]) -> Result<bool, Failure> {
        let merges = self.rules.merges();
        let Some(folder) = self.folders.get_mut(&key) else {
            return Ok(false);
        };
        if let Some(merged) = folder.merged {
            return Ok(merged);
        }
        let merged = merges && real_folder(disk, &self.target, &folder.stored)?;
        folder.merged = Some(merged);
        Ok(merged)
    }
}

impl Chosen {
    fn new(only: &[String]) -> Self {
        let mut above = HashSet::new();
        for path in only {
            above.extend(
                path.match_indices('/')
                    .map(|(end, _)| path[..end].to_owned()),
            );
        }
        Self {
            paths: only.iter().cloned().collect(),
            above,
        }
    }

    fn takes(&self, entry: &Entry) -> bool {
        let path = entry.path.as_str();
        self.paths.contains(path)
            || path
                .match_indices('/')
                .any(|(end, _)| self.paths.contains(&path[..end]))
            || (entry.kind == EntryKind::Folder && self.above.contains(path))
    }
}

/// What is done with an entry whose name is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    /// It takes the other's place.
    Replace,
    /// The folder takes up what is in it.
    Merge,
    /// It is not received.
    Leave,
    /// Neither is known before the contents are compared.
    Compare,
    CompareLink,
    /// It gets another name.
    Number,
}

fn verdict(conflict: Conflict, kind: &EntryKind, there: Kind, len: u64) -> Verdict {
    match (conflict, kind, there) {
        (Conflict::Rename | Conflict::Ask, ..) => Verdict::Number,
        (_, EntryKind::Folder, Kind::Folder) => Verdict::Merge,
        (
            Conflict::Overwrite,
            EntryKind::File { .. } | EntryKind::Symlink { .. },
            Kind::File | Kind::Symlink,
        ) => Verdict::Replace,
        (Conflict::Skip, ..) => Verdict::Leave,
        (Conflict::SkipIdentical, EntryKind::File { len: 0 }, Kind::File) if len == 0 => {
            Verdict::Leave
        }
        (Conflict::SkipIdentical, EntryKind::File { len: sent }, Kind::File) if *sent == len => {
            Verdict::Compare
        }
        (Conflict::SkipIdentical, EntryKind::Symlink { .. }, Kind::Symlink) => Verdict::CompareLink,
        (Conflict::Overwrite | Conflict::SkipIdentical, ..) => Verdict::Number,
    }
}

/// What is at a path, and its length.
fn kind_at(disk: &dyn Disk, path: &Path) -> Result<Option<(Kind, u64)>, Failure> {
    match disk.metadata(path) {
        Ok(found) => Ok(Some((found.kind, found.fingerprint.len))),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(super::disk_failure(&error, Some(path.to_owned()))),
    }
}

/// Whether a folder is there, and all above it up to the target are folders too, none of them a link.
fn real_folder(disk: &dyn Disk, target: &Path, stored: &RelPath) -> Result<bool, Failure> {
    let mut at = Some(stored.clone());
    while let Some(path) = at {
        match kind_at(disk, &path.to_native(target))? {
            Some((Kind::Folder, _)) => at = path.parent(),
            _ => return Ok(false),
        }
    }
    Ok(true)
}

fn unholdable(entry: &Entry, error: &PathError) -> Failure {
    let path = entry.path.as_str();
    Failure::new(
        Code::BadPath,
        format!("this system cannot hold {path}: {error}"),
    )
    .about(path)
}

/// 128 bits of a hash stand for a path: a million of them collide with a chance of 2^-89.
fn key(path: &str) -> [u8; 16] {
    let mut key = [0; 16];
    key.copy_from_slice(&blake3::hash(path.as_bytes()).as_bytes()[..16]);
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::RealDisk;

    fn entry(path: &str, kind: EntryKind) -> Entry {
        Entry {
            path: RelPath::parse(path).expect("a path"),
            kind,
            modified_ns: None,
            mode: None,
        }
    }

    fn file(path: &str, len: u64) -> Entry {
        entry(path, EntryKind::File { len })
    }

    fn folder(path: &str) -> Entry {
        entry(path, EntryKind::Folder)
    }

    /// What becomes of each entry, where `set/same` (3 bytes), `set/other` (5) and `set/sub/x` (1) are there.
    fn placed(rules: Rules, entries: &[Entry]) -> Vec<(String, Fate)> {
        let target = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(target.path().join("set/sub")).expect("made");
        for (path, len) in [("set/same", 3), ("set/other", 5), ("set/sub/x", 1)] {
            std::fs::write(target.path().join(path), vec![1; len]).expect("written");
        }
        let mut placer = Placer::new(rules, target.path(), System::Unix);
        entries
            .iter()
            .map(|entry| {
                let placed = placer.place(&RealDisk, entry).expect("placed");
                (placed.stored.as_str().to_owned(), placed.fate)
            })
            .collect()
    }

    fn set() -> Vec<Entry> {
        vec![
            folder("set"),
            file("set/same", 3),
            file("set/other", 4),
            folder("set/sub"),
            file("set/sub/x", 0),
            file("set/new", 9),
        ]
    }

    fn by(conflict: Conflict) -> Vec<(String, Fate)> {
        let rules = Rules {
            conflict,
            ..Rules::default()
        };
        placed(rules, &set())
    }

    #[test]
    fn each_rule_decides_about_what_is_there_and_lets_what_is_new_come() {
        use Fate::{Compare, Unwanted, Wanted};
        let expected = |fates: [(&str, Fate); 6]| fates.map(|(path, fate)| (path.to_owned(), fate));
        assert_eq!(
            by(Conflict::Overwrite),
            expected([
                ("set", Wanted),
                ("set/same", Wanted),
                ("set/other", Wanted),
                ("set/sub", Wanted),
                ("set/sub/x", Wanted),
                ("set/new", Wanted)
            ])
        );
        assert_eq!(
            by(Conflict::Rename),
            by(Conflict::Overwrite),
            "the root is numbered at its move"
        );
        assert_eq!(
            by(Conflict::Skip),
            expected([
                ("set", Wanted),
                ("set/same", Unwanted),
                ("set/other", Unwanted),
                ("set/sub", Wanted),
                ("set/sub/x", Unwanted),
                ("set/new", Wanted)
            ])
        );
        assert_eq!(
            by(Conflict::SkipIdentical),
            expected([
                ("set", Wanted),
                ("set/same", Compare),
                ("set/other (1)", Wanted),
                ("set/sub", Wanted),
                ("set/sub/x (1)", Wanted),
                ("set/new", Wanted)
            ])
        );
    }

    #[test]
    fn what_is_not_of_a_kind_is_numbered_with_all_below_it_or_left_out() {
        let entries = [
            folder("set"),
            folder("set/same"),
            file("set/same/a", 1),
            file("set/sub", 1),
        ];
        let rules = |conflict| Rules {
            conflict,
            ..Rules::default()
        };
        let over = placed(rules(Conflict::Overwrite), &entries);
        let paths: Vec<&str> = over.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(
            paths,
            ["set", "set/same (1)", "set/same (1)/a", "set/sub (1)"]
        );
        let skip = placed(rules(Conflict::Skip), &entries);
        let fates: Vec<Fate> = skip.iter().map(|(_, fate)| *fate).collect();
        assert_eq!(
            fates,
            [Fate::Wanted, Fate::Unwanted, Fate::Unwanted, Fate::Unwanted]
        );
    }

    #[test]
    fn what_was_chosen_comes_with_all_below_it_and_the_folders_above() {
        let rules = Rules {
            only: Some(vec!["a/b".into(), "c".into()]),
            ..Rules::default()
        };
        let entries = [
            folder("a"),
            file("a/1", 1),
            folder("a/b"),
            file("a/b/2", 1),
            folder("a/bb"),
            file("a/bb/3", 1),
            file("c", 1),
            file("d", 1),
        ];
        let wanted: Vec<bool> = placed(rules, &entries)
            .iter()
            .map(|(_, fate)| *fate == Fate::Wanted)
            .collect();
        assert_eq!(wanted, [true, false, true, true, false, false, true, false]);
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_merged_through_a_link() {
        let (target, elsewhere) = (
            tempfile::tempdir().expect("a folder"),
            tempfile::tempdir().expect("a folder"),
        );
        std::os::unix::fs::symlink(elsewhere.path(), target.path().join("set")).expect("made");
        let rules = Rules {
            conflict: Conflict::Overwrite,
            ..Rules::default()
        };
        let mut placer = Placer::new(rules, target.path(), System::Unix);
        let placed = placer.place(&RealDisk, &folder("set")).expect("placed");
        assert_eq!(placed.stored.as_str(), "set (1)");
    }

    #[test]
    fn entries_after_a_restart_are_placed_as_before_it() {
        let rules = Rules {
            folding: Folding {
                case: true,
                normalisation: true,
            },
            ..Rules::default()
        };
        let target = Path::new("/nowhere");
        let first = [folder("A"), folder("a"), file("a/x", 1)];
        let later = [file("a/X", 1), file("A/x", 1)];
        let mut whole = Placer::new(rules.clone(), target, System::Unix);
        let mut restarted = Placer::new(rules, target, System::Unix);
        for entry in &first {
            let placed = whole.place(&RealDisk, entry).expect("placed");
            restarted.restore(entry, &placed.stored, placed.fate);
        }
        for entry in &later {
            let (one, other) = (
                whole.place(&RealDisk, entry).expect("placed"),
                restarted.place(&RealDisk, entry).expect("placed"),
            );
            assert_eq!(one.stored, other.stored);
        }
        let placed = restarted.place(&RealDisk, &file("a/X", 2)).expect("placed");
        assert_eq!(placed.stored.as_str(), "a (1)/X (2)");
    }
}
