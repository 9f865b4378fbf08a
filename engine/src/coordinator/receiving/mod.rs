//! A transfer that comes in: one task per session, from the offer to the receipt.
//!
//! The task is the only one that changes the session's state. It takes the control stream of each new
//! connection, asks a person or a rule, makes the target's folders, hears from the committer what has
//! become durable, compares roots and puts files in their places. Chunks are `stream`'s.
//!
//! Everything of a transfer is received in one hidden folder beside its target, on the same volume
//! (`.chunkstream-` and the transfer's id), under its final names; what is complete is moved out of it as
//! a whole. So a folder arrives at once or not at all, no name is taken before its content is there, and
//! what an abandoned transfer left is one folder that is easy to find.

mod accept;
mod callback;
mod compare;
mod doubt;
mod early;
mod finish;
mod granted;
mod kept;
mod limited;
mod merge;
mod offer;
mod placing;
mod plan;
mod preflight;
mod recover;
mod repair;
mod repairs;
mod restore;
mod room;
mod source;
mod stall;
mod stream;
mod taking;
mod task;
mod withdraw;

pub(crate) use early::EarlyChunks;
pub(crate) use finish::{STAGING_PREFIX, blocking};
pub(crate) use offer::accept_offers;
pub(crate) use placing::rules;
pub(crate) use plan::ReceivePlan;
#[cfg(feature = "fuzzing")]
pub(crate) use plan::fuzz_plan;
pub(crate) use repairs::{Repairs, accept_datagrams};
pub(crate) use restore::restore;
pub(crate) use room::size_of;
pub(crate) use stream::accept_chunks;
pub(crate) use taking::MAX_TOGETHER;

use std::{
    collections::{HashMap, HashSet},
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use chunkstream_core::{
    id::FileId,
    integrity::Checksum,
    path::Folding,
    wire::{EndCause, FromReceiver, FromSender, Offer},
};
use tokio::sync::{mpsc, watch};

use self::placing::Rules;
use super::{committer::Durable, peer::Link, session::Session, waits::Waits};
use crate::{
    api::{Code, Failure},
    disk::{Disk, PartialFile},
    network::{NetworkError, close},
};

/// Events that may wait for the task.
pub(crate) const EVENTS: usize = 256;

/// A transfer that comes in.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) session: Session,
    plan: Mutex<ReceivePlan>,
    parity: repair::Parity,
    events: mpsc::Sender<Event>,
    /// How many entries are known and have their folders; 0 until the offer is accepted.
    ready: watch::Sender<u32>,
    /// What has been said about the offer on the newest connection.
    answer: watch::Sender<early::Answer>,
    staging: Mutex<Option<PathBuf>>,
    /// How the offer was accepted.
    rules: Mutex<Rules>,
    /// Files that were there, wholly or in part, before this process began to write them.
    stale: Mutex<HashSet<FileId>>,
    /// Whether the staging folder was there before the offer was accepted: one that a crash has forgotten.
    reused: AtomicBool,
    /// Whether something of withdrawn files may lie where others are written.
    littered: AtomicBool,
    /// Held for reading while a file is opened and written, for writing while one is removed.
    gate: RwLock<()>,
    /// Held while the space of a file is being reserved.
    reserving: Mutex<()>,
    link: Mutex<Option<Arc<Link>>>,
    /// Whether no control stream of the sender serves the transfer.
    away: watch::Sender<bool>,
    /// Messages of the sender that the task has taken in.
    pub(crate) heard: watch::Sender<u64>,
    /// Where the sender may be found, the best first.
    addresses: Mutex<Vec<SocketAddr>>,
    doubt: doubt::Doubt,
    pub(crate) waits: Waits,
}

/// What is known of the folders in which files arrive.
#[derive(Debug, Default)]
pub(crate) struct Places {
    held: room::Held,
    foldings: Mutex<HashMap<PathBuf, Folding>>,
    /// Offers are accepted one at a time: two that fit may not fit together.
    pub(crate) accepting: tokio::sync::Mutex<()>,
}

impl Places {
    /// What the inbox folder holds has changed.
    pub(crate) fn forget_held(&self) {
        self.held.forget();
    }
}

/// What the task hears.
#[derive(Debug)]
pub(crate) enum Event {
    /// A new connection's control stream.
    Attached(Attached),
    /// These chunks survive a power loss.
    Durable(Vec<Durable>),
    /// These could not be made to.
    NotDurable(Vec<Durable>, Failure),
    /// A chunk arrived damaged.
    Damaged(FileId, u32),
    /// The BLAKE3 roots of files at the target, None where they cannot be read.
    Hashed(Vec<(FileId, Option<Checksum>)>),
    /// The target cannot be written.
    Trouble(Failure),
    /// The sender has ended the transfer, or does not know it any more.
    Ended(EndCause),
}

/// The control stream of one connection.
#[derive(Debug)]
pub(crate) struct Attached {
    pub(crate) link: Arc<Link>,
    pub(crate) offer: Offer,
    /// What the sender can do beyond the base protocol.
    pub(crate) features: u64,
    pub(crate) messages: mpsc::Receiver<Result<Option<FromSender>, NetworkError>>,
    pub(crate) outbox: mpsc::Sender<FromReceiver>,
}

impl Incoming {
    pub(crate) fn new(
        session: Session,
        plan: ReceivePlan,
        addresses: Vec<SocketAddr>,
    ) -> (Arc<Self>, mpsc::Receiver<Event>) {
        let (events, heard) = mpsc::channel(EVENTS);
        let incoming = Self {
            session,
            plan: Mutex::new(plan),
            parity: repair::Parity::default(),
            waits: Waits::new(),
            events,
            ready: watch::Sender::new(0),
            answer: watch::Sender::new(early::Answer::None),
            staging: Mutex::default(),
            rules: Mutex::default(),
            stale: Mutex::default(),
            reused: AtomicBool::new(false),
            littered: AtomicBool::new(false),
            gate: RwLock::default(),
            reserving: Mutex::default(),
            link: Mutex::default(),
            away: watch::Sender::new(true),
            heard: watch::Sender::new(0),
            addresses: Mutex::new(addresses),
            doubt: doubt::Doubt::default(),
        };
        (Arc::new(incoming), heard)
    }

    pub(crate) fn plan(&self) -> MutexGuard<'_, ReceivePlan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the task; lost only when the task has ended.
    pub(crate) async fn event(&self, event: Event) {
        let _ = self.events.send(event).await;
    }

    /// Returns true when the entry is known and its folder is there, false if that will not be. Entries may come after their announced end, as new versions of
    /// files: a sender that never announces one only takes its own streams.
    async fn knows(&self, link: &Link, file: FileId) -> bool {
        if !self.takes_chunks(link).await {
            return false;
        }
        let mut ready = self.ready.subscribe();
        tokio::select! {
            known = ready.wait_for(|&entries| entries > file.0 || entries == ENDED) => {
                known.is_ok_and(|entries| *entries != ENDED)
            }
            // What waits for a connection that is gone only keeps its buffers alive.
            _ = link.connection.closed() => false,
        }
    }

    /// Where the transfer's entries are received; None before it is accepted.
    pub(crate) fn staging(&self) -> Option<PathBuf> {
        self.staging
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The folder into which it was accepted.
    fn target(&self) -> Option<PathBuf> {
        self.staging()
            .and_then(|staging| staging.parent().map(Path::to_owned))
    }

    pub(crate) fn rules(&self) -> Rules {
        self.rules
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set_rules(&self, rules: Rules) {
        *self.rules.lock().unwrap_or_else(PoisonError::into_inner) = rules;
    }

    fn set_staging(&self, folder: PathBuf) {
        *self.staging.lock().unwrap_or_else(PoisonError::into_inner) = Some(folder);
    }

    /// Where an entry is received.
    fn path_of(&self, file: FileId) -> PathBuf {
        let staging = self.staging().unwrap_or_default();
        self.plan()
            .stored(file)
            .map_or(staging.clone(), |path| path.to_native(&staging))
    }

    /// Whether the file's name survives a power loss.
    pub(crate) fn is_named(&self, file: FileId) -> bool {
        self.plan().file_mut(file).is_none_or(|file| file.named)
    }

    pub(crate) fn name_is_durable(&self, file: FileId) {
        if let Some(file) = self.plan().file_mut(file) {
            file.named = true;
        }
    }

    /// The folders in which the file's name and theirs stand, up to the staging folder.
    pub(crate) fn folders_of(&self, file: FileId) -> Vec<PathBuf> {
        let Some(staging) = self.staging() else {
            return Vec::new();
        };
        self.path_of(file)
            .ancestors()
            .skip(1)
            .take_while(|folder| folder.starts_with(&staging))
            .map(Path::to_owned)
            .collect()
    }

    /// The open file, opened if it is not yet.
    fn handle(&self, disk: &dyn Disk, file: FileId) -> Result<Arc<dyn PartialFile>, Failure> {
        let no_file = || Failure::new(Code::Internal, "there is no such file");
        let fresh = self.is_fresh(file);
        let known = |plan: &mut ReceivePlan| {
            let chunk_size = u64::from(plan.chunk_size().bytes());
            let receiving = plan.file_mut(file)?;
            let len = receiving.entry.len();
            // In one that was written before, holes are there to stay.
            Some((receiving.handle.clone(), len, fresh && len > chunk_size))
        };
        let (handle, len, reserve) = known(&mut self.plan()).ok_or_else(no_file)?;
        if let Some(handle) = handle {
            return Ok(handle);
        }
        // The first chunks of a large file come all at once, and on some file systems to reserve its space takes
        // as long as to write it: once is enough.
        let one_at_a_time = reserve.then(|| self.reserving.lock());
        if one_at_a_time.is_some()
            && let Some((Some(handle), ..)) = known(&mut self.plan())
        {
            return Ok(handle);
        }
        let path = self.path_of(file);
        let opened: Arc<dyn PartialFile> = disk
            .open_partial(&path, len, reserve)
            .map_err(|e| disk_failure(&e, Some(path)))?
            .into();
        let mut plan = self.plan();
        if reserve {
            plan.reserved(file);
        }
        let receiving = plan.file_mut(file).ok_or_else(no_file)?;
        Ok(receiving.handle.get_or_insert(opened).clone())
    }

    /// Whether nothing was written to the file before this process began to.
    fn is_fresh(&self, file: FileId) -> bool {
        !self.reused.load(Ordering::Relaxed)
            && !self.littered.load(Ordering::Relaxed)
            && !self
                .stale
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .contains(&file)
    }

    /// A chunk that is not what its header says: never written, asked for again.
    async fn damaged(&self, file: FileId, index: u32) {
        tracing::warn!(transfer = %self.session.id.short(), file = file.0, index, "a chunk arrived damaged");
        if self.plan().damaged(file, index) {
            self.event(Event::Damaged(file, index)).await;
        } else if let Some(link) = self
            .link
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
        {
            link.connection
                .close(close::PATH, b"a chunk arrived damaged three times");
        }
    }
}

/// The value of `ready` that no number of entries has: nothing more will be received.
const ENDED: u32 = u32::MAX;

/// Whether a disk is full, or cannot be written for another reason.
pub(crate) fn disk_code(error: &io::Error) -> Code {
    let full = matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    );
    if full {
        Code::DiskFull
    } else {
        Code::DiskUnwritable
    }
}

/// What an error of the target's disk means.
pub(crate) fn disk_failure(error: &io::Error, path: Option<PathBuf>) -> Failure {
    let place = path
        .as_deref()
        .map_or_else(String::new, |path: &Path| format!("{}: ", path.display()));
    let failure = Failure::new(disk_code(error), format!("{place}{error}"));
    match path {
        Some(path) => failure.about(path.display().to_string()),
        None => failure,
    }
}
