//! Names on the simulated disk: how a path leads to a node, and how names come and go.

use std::{
    collections::{BTreeMap, VecDeque},
    ffi::{OsStr, OsString},
    io::{self, ErrorKind},
    path::{Component, Path},
};

use chunkstream_engine::core::path::{Folding, RelPath};

use super::{Attributes, Node, NodeKind, ROOT, State};

/// Links followed on one path before it counts as a loop, as on Linux.
const MAX_LINKS: u32 = 40;

type Names = BTreeMap<OsString, u64>;

impl State {
    /// The node that a path names. Links in the middle are followed, as everywhere; the last one if asked.
    pub(super) fn resolve(&self, path: &Path, follow_last: bool) -> io::Result<u64> {
        let mut way = vec![ROOT];
        let mut left: VecDeque<OsString> = path
            .components()
            .map(|c| c.as_os_str().to_owned())
            .collect();
        let mut links = 0;
        while let Some(name) = left.pop_front() {
            match Path::new(&name).components().next() {
                Some(Component::RootDir | Component::Prefix(_)) => way.truncate(1),
                Some(Component::ParentDir) => {
                    if way.len() > 1 {
                        way.pop();
                    }
                }
                Some(Component::CurDir) | None => {}
                Some(Component::Normal(_)) => {
                    let here = way.last().copied().unwrap_or(ROOT);
                    let names = self.folder(here)?.0;
                    let (_, &next) = self.find(names, &name).ok_or(ErrorKind::NotFound)?;
                    match &self.node(next)?.kind {
                        NodeKind::Symlink(target) if follow_last || !left.is_empty() => {
                            links += 1;
                            if links > MAX_LINKS {
                                return Err(io::Error::other("too many links"));
                            }
                            for component in target.components().rev() {
                                left.push_front(component.as_os_str().to_owned());
                            }
                        }
                        _ => way.push(next),
                    }
                }
            }
        }
        Ok(way.last().copied().unwrap_or(ROOT))
    }

    /// The names in a folder: those that are, and those that are durable.
    pub(super) fn folder(&self, number: u64) -> io::Result<(&Names, &Names)> {
        match &self.node(number)?.kind {
            NodeKind::Folder { names, durable } => Ok((names, durable)),
            _ => Err(ErrorKind::NotADirectory.into()),
        }
    }

    pub(super) fn add_node(&mut self, kind: NodeKind, mode: u32) -> u64 {
        let number = self.next_node;
        self.next_node += 1;
        let attributes = Attributes {
            mode,
            modified_ns: self.tick(),
        };
        self.nodes.insert(
            number,
            Node {
                kind,
                attributes,
                durable_attributes: attributes,
                removed: false,
            },
        );
        number
    }

    /// Makes a node with a name; `AlreadyExists` if the name is taken.
    pub(super) fn add_named(&mut self, path: &Path, kind: NodeKind, mode: u32) -> io::Result<u64> {
        self.check_name(path)?;
        let (parent, name) = self.place(path)?;
        if self.find(self.folder(parent)?.0, name).is_some() {
            return Err(ErrorKind::AlreadyExists.into());
        }
        let number = self.add_node(kind, mode);
        self.change_names(parent, |names| {
            names.insert(name.to_owned(), number);
        })?;
        Ok(number)
    }

    pub(super) fn rename_new(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.check_name(to)?;
        let (old_parent, old_name, number) = self.named(from)?;
        let (new_parent, new_name) = self.place(to)?;
        if self.find(self.folder(new_parent)?.0, new_name).is_some() {
            return Err(ErrorKind::AlreadyExists.into());
        }
        if self.contains(number, new_parent) {
            return Err(ErrorKind::InvalidInput.into());
        }
        self.change_names(old_parent, |names| {
            names.remove(&old_name);
        })?;
        self.change_names(new_parent, |names| {
            names.insert(new_name.to_owned(), number);
        })
    }

    /// Moves what is no folder in place of what is no folder.
    pub(super) fn rename_over(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        let (_, _, number) = self.named(from)?;
        match self.named(to) {
            Ok((_, _, there)) if there == number => return Ok(()),
            Ok((_, _, there)) => {
                if self.folder(there).is_ok() {
                    return Err(ErrorKind::IsADirectory.into());
                }
                if self.folder(number).is_ok() {
                    return Err(ErrorKind::NotADirectory.into());
                }
                self.remove(to)?;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        self.rename_new(from, to)
    }

    /// Takes a name away, with all that is below it.
    pub(super) fn remove(&mut self, path: &Path) -> io::Result<()> {
        let (parent, name, number) = self.named(path)?;
        self.change_names(parent, |names| {
            names.remove(&name);
        })?;
        let mut open = vec![number];
        while let Some(number) = open.pop() {
            let node = self.node_mut(number)?;
            node.removed = true;
            match &mut node.kind {
                NodeKind::File(content) => self.used -= content.allocated(),
                // What was durable below it comes back with it, if its own name comes back.
                NodeKind::Folder { names, .. } => open.extend(std::mem::take(names).into_values()),
                NodeKind::Symlink(_) | NodeKind::Other => {}
            }
        }
        Ok(())
    }

    /// Whether `inner` is `outer` or lies below it.
    fn contains(&self, outer: u64, inner: u64) -> bool {
        outer == inner
            || self
                .folder(outer)
                .is_ok_and(|(names, _)| names.values().any(|&number| self.contains(number, inner)))
    }

    /// A name in a folder, as it stands there, under which `name` is found.
    fn find<'n>(&self, names: &'n Names, name: &OsStr) -> Option<(&'n OsString, &'n u64)> {
        let folding = self.faults.folding;
        if folding == Folding::default() {
            return names.get_key_value(name);
        }
        let folded = folding.fold(&name.to_string_lossy());
        names
            .iter()
            .find(|(known, _)| folding.fold(&known.to_string_lossy()) == folded)
    }

    /// The folder in which a path's last name stands, that name as it stands there, and what has it.
    fn named(&self, path: &Path) -> io::Result<(u64, OsString, u64)> {
        let (parent, name) = self.place(path)?;
        let found = self.find(self.folder(parent)?.0, name);
        let (name, &number) = found.ok_or(ErrorKind::NotFound)?;
        Ok((parent, name.clone(), number))
    }

    /// Refuses a name that the system does not have.
    pub(super) fn check_name(&self, path: &Path) -> io::Result<()> {
        let (Some(system), Some(name)) = (self.faults.system, path.file_name()) else {
            return Ok(());
        };
        let name = RelPath::parse(&name.to_string_lossy()).map_err(io::Error::other)?;
        name.check_for(system)
            .map_err(|error| io::Error::new(ErrorKind::InvalidFilename, error))
    }

    /// The folder in which the last name of a path lies, and that name.
    fn place<'p>(&self, path: &'p Path) -> io::Result<(u64, &'p OsStr)> {
        let name = path.file_name().ok_or(ErrorKind::AlreadyExists)?;
        let parent = self.resolve(path.parent().unwrap_or(Path::new("/")), true)?;
        self.folder(parent)?;
        Ok((parent, name))
    }

    fn change_names(&mut self, folder: u64, change: impl FnOnce(&mut Names)) -> io::Result<()> {
        let now = self.tick();
        let node = self.node_mut(folder)?;
        let NodeKind::Folder { names, .. } = &mut node.kind else {
            return Err(ErrorKind::NotADirectory.into());
        };
        change(names);
        node.attributes.modified_ns = now;
        Ok(())
    }
}
