//! A disk in memory that forgets what was not synced.
//!
//! [`MemoryDisk`] keeps the promises of [`Disk`] and not one more: a power loss takes data that was not
//! synced, names whose folder was not synced, and times and rights that were not synced with their volume.
//! `tests/disk_conformance.rs` holds it and the real disk to the same promises.
//!
//! Non-goals: hard links, users, several volumes.
//!
//! Invariants: a node is kept for as long as any durable name could bring it back; `used` is the space of
//! the nodes that have a name now, or had one when they were opened.

mod content;
mod faults;
mod files;
mod names;
mod power;
mod ranges;

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chunkstream_engine::core::path::System;
use chunkstream_engine::disk::{Disk, Fingerprint, Kind, Metadata, PartialFile, SourceFile};

use content::Content;
pub use faults::{Faults, FileCounters, Totals};
pub use power::Survivors;
pub use ranges::Ranges;

/// 2026-01-01, where a new disk's clock begins; every change moves it by a microsecond.
const CLOCK_START_NS: i64 = 1_767_225_600_000_000_000;
/// What a disk without a stated capacity says it holds.
const ENDLESS: u64 = 1 << 50;
/// The number of the root folder.
const ROOT: u64 = 1;

/// A disk in memory. Clones are handles of the same disk.
#[derive(Clone)]
pub struct MemoryDisk(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    /// The faults are others now.
    changed: Condvar,
}

struct State {
    nodes: BTreeMap<u64, Node>,
    next_node: u64,
    clock_ns: i64,
    used: u64,
    faults: Faults,
    counters: BTreeMap<PathBuf, FileCounters>,
    totals: Totals,
    /// Files that are open now.
    open: u64,
}

#[derive(Clone)]
struct Node {
    kind: NodeKind,
    attributes: Attributes,
    durable_attributes: Attributes,
    /// No name leads to it now.
    removed: bool,
}

#[derive(Clone)]
enum NodeKind {
    File(Content),
    Folder {
        names: BTreeMap<OsString, u64>,
        durable: BTreeMap<OsString, u64>,
    },
    Symlink(PathBuf),
    Other,
}

#[derive(Clone, Copy)]
struct Attributes {
    mode: u32,
    modified_ns: i64,
}

impl Default for MemoryDisk {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("MemoryDisk")
            .field("nodes", &state.nodes.len())
            .field("used", &state.used)
            .finish()
    }
}

impl MemoryDisk {
    /// An empty disk with a root folder.
    pub fn new() -> Self {
        let mut state = State {
            nodes: BTreeMap::new(),
            next_node: ROOT,
            clock_ns: CLOCK_START_NS,
            used: 0,
            faults: Faults::default(),
            counters: BTreeMap::new(),
            totals: Totals::default(),
            open: 0,
        };
        state.add_node(
            NodeKind::Folder {
                names: BTreeMap::new(),
                durable: BTreeMap::new(),
            },
            0o755,
        );
        Self::of(state)
    }

    fn of(state: State) -> Self {
        Self(Arc::new(Shared {
            state: Mutex::new(state),
            changed: Condvar::new(),
        }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns once syncs get through.
    fn wait_for_syncs(&self) {
        self.wait_while(|faults| faults.stuck_syncs);
    }

    fn wait_while(&self, stuck: impl Fn(&Faults) -> bool) {
        let mut state = self.lock();
        while stuck(&state.faults) {
            state = self
                .0
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Changes the faults, or looks at them.
    pub fn faults<T>(&self, change: impl FnOnce(&mut Faults) -> T) -> T {
        let changed = change(&mut self.lock().faults);
        self.0.changed.notify_all();
        changed
    }

    /// What was done to the file opened under this path.
    pub fn counters(&self, path: impl AsRef<Path>) -> FileCounters {
        self.lock()
            .counters
            .get(path.as_ref())
            .cloned()
            .unwrap_or_default()
    }

    /// What was done altogether.
    pub fn totals(&self) -> Totals {
        self.lock().totals
    }

    /// Starts counting anew.
    pub fn reset_counters(&self) {
        let mut state = self.lock();
        state.counters.clear();
        state.totals = Totals::default();
    }

    /// Bytes taken by files.
    pub fn used(&self) -> u64 {
        self.lock().used
    }

    /// Makes a durable folder, with those above it. Like all of these helpers not counted, not faulty.
    ///
    /// # Errors
    /// If something else is in the way.
    pub fn make_folder(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let mut state = self.lock();
        let mut parents: Vec<&Path> = path.as_ref().ancestors().collect();
        parents.reverse();
        for folder in parents {
            if folder.file_name().is_some() && state.resolve(folder, true).is_err() {
                state.add_named(
                    folder,
                    NodeKind::Folder {
                        names: BTreeMap::new(),
                        durable: BTreeMap::new(),
                    },
                    0o755,
                )?;
            }
        }
        state.make_all_durable();
        Ok(())
    }

    /// Makes or replaces a durable file with this content, and the folders above it.
    ///
    /// # Errors
    /// If something else is in the way.
    pub fn write_file(&self, path: impl AsRef<Path>, bytes: &[u8]) -> io::Result<()> {
        self.make_file(path.as_ref(), |content| {
            content.set_len(0);
            content.write(bytes, 0);
        })
    }

    /// Makes a durable file that is one hole of this length, and the folders above it.
    ///
    /// # Errors
    /// If something else is in the way.
    pub fn write_sparse(&self, path: impl AsRef<Path>, len: u64) -> io::Result<()> {
        self.make_file(path.as_ref(), |content| {
            content.set_len(0);
            content.set_len(len);
        })
    }

    /// Makes a device, pipe or socket: what cannot be sent.
    ///
    /// # Errors
    /// If something is there already.
    pub fn make_special(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let mut state = self.lock();
        state.add_named(path.as_ref(), NodeKind::Other, 0o644)?;
        state.make_all_durable();
        Ok(())
    }

    /// All bytes of a file as they are now.
    ///
    /// # Errors
    /// If there is no such file.
    pub fn read_file(&self, path: impl AsRef<Path>) -> io::Result<Vec<u8>> {
        let mut state = self.lock();
        let number = state.resolve(path.as_ref(), false)?;
        let content = state.content(number)?;
        let mut bytes = vec![0; content.len() as usize];
        content.read(&mut bytes, 0);
        Ok(bytes)
    }

    /// All paths on the disk, sorted, a folder before what is in it; not the root.
    pub fn paths(&self) -> Vec<PathBuf> {
        let state = self.lock();
        let mut found = Vec::new();
        let mut open = vec![(PathBuf::from("/"), ROOT)];
        while let Some((path, number)) = open.pop() {
            if number != ROOT {
                found.push(path.clone());
            }
            if let Some(Node {
                kind: NodeKind::Folder { names, .. },
                ..
            }) = state.nodes.get(&number)
            {
                open.extend(names.iter().rev().map(|(name, &n)| (path.join(name), n)));
            }
        }
        found
    }

    /// Flips the lowest bit of a byte, without a trace in times or counters, as a failing disk does.
    ///
    /// # Errors
    /// If there is no such file or byte.
    pub fn flip_bit(&self, path: impl AsRef<Path>, offset: u64) -> io::Result<()> {
        let mut state = self.lock();
        let number = state.resolve(path.as_ref(), false)?;
        if state.content(number)?.flip_bit(offset) {
            Ok(())
        } else {
            Err(ErrorKind::UnexpectedEof.into())
        }
    }

    fn make_file(&self, path: &Path, fill: impl FnOnce(&mut Content)) -> io::Result<()> {
        if let Some(parent) = path.parent() {
            self.make_folder(parent)?;
        }
        let mut state = self.lock();
        let number = match state.resolve(path, false) {
            Ok(number) => number,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                state.add_named(path, NodeKind::File(Content::default()), 0o644)?
            }
            Err(error) => return Err(error),
        };
        state.change_content(number, |content| {
            fill(content);
            content.sync();
        })?;
        state.make_all_durable();
        Ok(())
    }
}

impl Disk for MemoryDisk {
    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        let mut state = self.lock();
        state.begin(path, false)?;
        let number = state.resolve(path, false)?;
        state.metadata(number)
    }

    fn read_folder(&self, path: &Path) -> io::Result<Vec<OsString>> {
        let mut state = self.lock();
        state.begin(path, false)?;
        let number = state.resolve(path, false)?;
        // A map is sorted already.
        Ok(state.folder(number)?.0.keys().cloned().collect())
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        let mut state = self.lock();
        state.begin(path, false)?;
        let number = state.resolve(path, false)?;
        match &state.node(number)?.kind {
            NodeKind::Symlink(target) => Ok(target.clone()),
            _ => Err(ErrorKind::InvalidInput.into()),
        }
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn SourceFile>> {
        let mut state = self.lock();
        state.begin(path, false)?;
        let number = state.resolve(path, false)?;
        state.content(number)?;
        Ok(Box::new(self.handle(&mut state, path, number)))
    }

    fn open_partial(
        &self,
        path: &Path,
        len: u64,
        reserve: bool,
    ) -> io::Result<Box<dyn PartialFile>> {
        if reserve {
            self.lock().totals.reservations += 1;
            self.wait_while(|faults| faults.stuck_reservations);
        }
        let mut state = self.lock();
        state.begin(path, true)?;
        state.check_name(path)?;
        let number = match state.resolve(path, false) {
            Ok(number) => number,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                state.add_named(path, NodeKind::File(Content::default()), 0o644)?
            }
            Err(error) => return Err(error),
        };
        if reserve && state.content(number)?.missing_space(0..len) > state.free() {
            return Err(ErrorKind::StorageFull.into());
        }
        if state.content(number)?.len() != len {
            state.change_content(number, |content| content.set_len(len))?;
        }
        if reserve {
            state.with_space(number, |content| content.reserve(0..len))?;
        }
        Ok(Box::new(self.handle(&mut state, path, number)))
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        let mut state = self.lock();
        state.begin(path, true)?;
        let folder = NodeKind::Folder {
            names: BTreeMap::new(),
            durable: BTreeMap::new(),
        };
        match state.add_named(path, folder, 0o755) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let number = state.resolve(path, false)?;
                if state.folder(number).is_ok() {
                    Ok(())
                } else {
                    Err(error)
                }
            }
            result => result.map(|_| ()),
        }
    }

    fn create_symlink(&self, target: &str, path: &Path) -> io::Result<()> {
        let mut state = self.lock();
        state.begin(path, true)?;
        state
            .add_named(path, NodeKind::Symlink(PathBuf::from(target)), 0o777)
            .map(|_| ())
    }

    fn set_attributes(
        &self,
        path: &Path,
        mode: Option<u16>,
        modified_ns: Option<i64>,
    ) -> io::Result<()> {
        let mut state = self.lock();
        state.begin(path, true)?;
        let number = state.resolve(path, false)?;
        let node = state.node_mut(number)?;
        if !matches!(node.kind, NodeKind::File(_) | NodeKind::Folder { .. }) {
            return Err(ErrorKind::InvalidInput.into());
        }
        if let Some(mode) = mode {
            node.attributes.mode = u32::from(mode & 0o777);
        }
        if let Some(modified_ns) = modified_ns {
            node.attributes.modified_ns = modified_ns;
        }
        Ok(())
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.lock();
        state.begin(from, true)?;
        state.faults.check(to)?;
        state.rename_new(from, to)
    }

    fn rename_over(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.lock();
        state.begin(from, true)?;
        state.faults.check(to)?;
        state.rename_over(from, to)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        let mut state = self.lock();
        state.begin(path, false)?;
        let number = state.resolve(path, false)?;
        state.folder(number)?;
        state.totals.folder_syncs += 1;
        if state.faults.sync_errors.contains(path) {
            return Err(io::Error::other("simulated failure of a sync"));
        }
        if !state.faults.lying_sync {
            let node = state.node_mut(number)?;
            node.durable_attributes = node.attributes;
            if let NodeKind::Folder { names, durable } = &mut node.kind {
                durable.clone_from(names);
            }
        }
        Ok(())
    }

    fn sync_volume(&self, path: &Path) -> io::Result<bool> {
        self.wait_for_syncs();
        let mut state = self.lock();
        state.begin(path, false)?;
        state.resolve(path, false)?;
        state.totals.volume_syncs += 1;
        if !state.faults.sync_errors.is_empty() {
            return Err(io::Error::other("simulated failure of a sync"));
        }
        if !state.faults.lying_sync {
            state.make_all_durable();
        }
        Ok(true)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.lock();
        state.begin(path, true)?;
        match state.remove(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            result => result,
        }
    }

    fn free_space(&self, path: &Path) -> io::Result<u64> {
        let mut state = self.lock();
        state.begin(path, false)?;
        state.resolve(path, true)?;
        Ok(state.free())
    }

    fn volume(&self, path: &Path) -> io::Result<u64> {
        let mut state = self.lock();
        state.begin(path, false)?;
        state.resolve(path, true).map(|_| 1)
    }

    fn system(&self) -> System {
        self.lock().faults.system.unwrap_or(System::HERE)
    }
}

impl State {
    /// Counts an operation and lets the faults of its path speak.
    fn begin(&mut self, path: &Path, change: bool) -> io::Result<()> {
        self.count_operation();
        if change {
            self.faults.check_change(path)
        } else {
            self.faults.check(path)
        }
    }

    fn count_operation(&mut self) {
        self.totals.operations += 1;
        self.totals.spent += self.faults.cost_per_operation;
    }

    fn tick(&mut self) -> i64 {
        self.clock_ns += 1_000;
        self.clock_ns
    }

    fn free(&self) -> u64 {
        self.faults
            .capacity
            .unwrap_or(ENDLESS)
            .saturating_sub(self.used)
    }

    fn node(&self, number: u64) -> io::Result<&Node> {
        self.nodes
            .get(&number)
            .ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn node_mut(&mut self, number: u64) -> io::Result<&mut Node> {
        self.nodes
            .get_mut(&number)
            .ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn metadata(&self, number: u64) -> io::Result<Metadata> {
        let node = self.node(number)?;
        let (kind, len) = match &node.kind {
            NodeKind::File(content) => (Kind::File, content.len()),
            NodeKind::Folder { .. } => (Kind::Folder, 0),
            NodeKind::Symlink(target) => (Kind::Symlink, target.as_os_str().len() as u64),
            NodeKind::Other => (Kind::Other, 0),
        };
        let fingerprint = Fingerprint {
            len,
            modified_ns: node.attributes.modified_ns,
            file_id: number,
        };
        Ok(Metadata {
            kind,
            fingerprint,
            mode: Some(node.attributes.mode),
        })
    }

    fn make_all_durable(&mut self) {
        for node in self.nodes.values_mut() {
            node.durable_attributes = node.attributes;
            match &mut node.kind {
                NodeKind::File(content) => content.sync(),
                NodeKind::Folder { names, durable } => durable.clone_from(names),
                NodeKind::Symlink(_) | NodeKind::Other => {}
            }
        }
    }

    fn spend_bytes(&mut self, bytes: u64) {
        let nanoseconds = self.faults.nanoseconds_per_byte.saturating_mul(bytes);
        self.totals.spent += Duration::from_nanos(nanoseconds);
    }
}
