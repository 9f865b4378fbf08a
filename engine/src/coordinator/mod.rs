//! Who runs when: the engine's tasks, the sessions that they serve, and what drives disk and network.
//!
//! One task per session changes that session's state; one pump per connection decides what goes out next;
//! one committer per engine makes what came in durable; one sampler tells windows and scripts what changed.
//! They share [`Shared`] and talk by bounded channels. Nothing here decides what a chunk, a state or an
//! order is: that is `chunkstream-core`'s.

mod access;
mod audit;
mod budget;
mod changed;
mod chunking;
mod commands;
mod committer;
mod copies;
mod credits;
mod details;
mod holds;
mod keys;
mod last_word;
mod leftovers;
mod limits;
mod measure;
mod nearby;
mod pairing;
mod paths;
mod peer;
mod placed;
mod probes;
mod rate;
mod recall;
mod receipt;
mod receiving;
mod resolve;
mod retry;
mod rotation;
mod self_test;
mod sending;
mod session;
mod settings;
mod start;
mod strangers;
mod transfers;
mod trouble;
mod updates;
mod verify;
mod waits;
mod watched;

#[cfg(feature = "fuzzing")]
pub(crate) use receiving::fuzz_plan as fuzz_receiving;
#[cfg(feature = "fuzzing")]
pub(crate) use sending::fuzz_plan as fuzz_sending;

pub use committer::Batch;
pub(crate) use start::private_folder;
pub use strangers::Footprint;
pub use updates::Updates;

use std::{
    collections::HashMap,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use chunkstream_core::{
    device::DeviceId,
    id::TransferId,
    rotation::Rotation,
    session::{Direction, Role, State},
    wire::Offer,
};
use tokio::{
    sync::{Semaphore, mpsc},
    task::JoinHandle,
    time::Instant,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    budget::Budget,
    committer::Written,
    last_word::LastWords,
    limits::Throttle,
    nearby::Nearby,
    pairing::Pairing,
    peer::{Link, Peers},
    receiving::{Incoming, Places, ReceivePlan},
    sending::{Outgoing, SourceWatch},
    session::{Facts, Session},
    settings::Settings,
    transfers::Transfers,
    updates::Hub,
};
use crate::{
    AcceptPolicy, Clock, DeviceKey,
    api::{AuditKind, Failure, PeerView},
    disk::Disk,
    keys::KeyStore,
    network::{Endpoint, Paths, address::canonical},
    store::{NewSession, Store},
};

/// Entries of one transfer.
pub(crate) const MAX_ENTRIES: usize = 1_000_000;

/// A running engine. Clones are handles to the same one.
#[derive(Clone, Debug)]
pub struct Engine {
    shared: Arc<Shared>,
}

/// What all tasks of one engine share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) key: Arc<DeviceKey>,
    /// Where it is kept; None if only in memory.
    key_store: Option<KeyStore>,
    /// How this device came to its key.
    rotations: Vec<Rotation>,
    /// Keys change one at a time.
    following: tokio::sync::Mutex<()>,
    /// Told when a device was followed to another key.
    followed: tokio::sync::Notify,
    pub(crate) store: Store,
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) endpoint: Arc<Endpoint>,
    pub(crate) peers: Peers,
    /// What is known of the ways to them.
    pub(crate) paths: Arc<Paths>,
    /// What peers may have on their way to us unread, all together.
    pub(crate) credit_memory: u64,
    pub(crate) send_budget: Budget,
    pub(crate) receive_budget: Budget,
    /// What may go out, by bytes per second.
    pub(crate) send_limits: Throttle,
    /// What may be read of what comes in.
    pub(crate) receive_limits: Throttle,
    /// Chunk bytes that have come in and are not durable.
    pub(crate) unsynced: Budget,
    /// Files that are open for them.
    pub(crate) open_files: Arc<Semaphore>,
    /// Of its own, so that shards whose stripe stays open hold up no data.
    pub(crate) parity_budget: Budget,
    pub(crate) watch: SourceWatch,
    /// Stripes are rebuilt one at a time.
    pub(crate) repairing: tokio::sync::Mutex<()>,
    /// Transfers are verified again one at a time.
    verifying: tokio::sync::Mutex<()>,
    pub(crate) committer: mpsc::Sender<Written>,
    pub(crate) updates: Hub,
    pub(crate) tasks: TaskTracker,
    /// Last answers on their way.
    pub(crate) farewells: TaskTracker,
    pub(crate) stop: CancellationToken,
    /// Ends every task where it stands: see [`Engine::kill`].
    halt: CancellationToken,
    pub(crate) started: Instant,
    pub(crate) last_words: LastWords,
    /// Told of every move of a transfer: another's turn may have come.
    pub(crate) turns: tokio::sync::Notify,
    /// Offers are taken one at a time.
    pub(crate) routing: tokio::sync::Mutex<()>,
    /// What is known of the folders in which files arrive.
    pub(crate) places: Places,
    accept: AcceptPolicy,
    settings: RwLock<Settings>,
    transfers: Mutex<Transfers>,
    names: Mutex<HashMap<DeviceId, PeerView>>,
    links: Mutex<HashMap<TransferId, Wire>>,
    /// The device that is being paired, or was last.
    pairing: Pairing,
    /// What is in the local network.
    pub(crate) nearby: Nearby,
    audit: audit::Audit,
    watched: watched::WatchedFolders,
    /// Maps of chunks that somebody looks at.
    maps: details::Maps,
    /// What selections hold.
    measures: measure::Measures,
}

/// A transfer with its task, or what is left of one that has ended.
#[derive(Debug, Clone)]
enum Transfer {
    Out(Arc<Outgoing>),
    In(Arc<Incoming>),
    /// Ended before this process began.
    Past(Arc<Session>),
}

/// The connections that served a transfer.
#[derive(Debug)]
struct Wire {
    link: Arc<Link>,
    /// Counters of this connection when it began to serve the transfer.
    base: Counts,
    /// Sums of the connections before.
    before: Counts,
}

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    sent: u64,
    received: u64,
    lost: u64,
}

impl Transfer {
    fn session(&self) -> &Session {
        match self {
            Self::Out(outgoing) => &outgoing.session,
            Self::In(incoming) => &incoming.session,
            Self::Past(session) => session,
        }
    }
}

impl Counts {
    fn of(link: &Link) -> Self {
        let stats = link.connection.stats();
        Self {
            sent: stats.udp_tx.bytes,
            received: stats.udp_rx.bytes,
            lost: stats.path.lost_packets,
        }
    }
}

impl Shared {
    /// Begins a task that a shutdown waits for and a kill ends where it stands. All tasks of the engine
    /// begin here or in [`Shared::spawn_farewell`].
    pub(crate) fn spawn(
        &self,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> JoinHandle<Option<()>> {
        self.tasks
            .spawn(self.halt.clone().run_until_cancelled_owned(work))
    }

    /// Begins a task with a last answer, which a shutdown waits for before it closes the connections.
    pub(crate) fn spawn_farewell(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.farewells
            .spawn(self.halt.clone().run_until_cancelled_owned(work));
    }

    pub(crate) fn name(&self) -> String {
        self.settings().name
    }

    pub(crate) fn inbox_folder(&self) -> PathBuf {
        self.settings().inbox_folder
    }

    pub(crate) fn settings(&self) -> Settings {
        self.settings
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Between 0 and 1, so that two sides that lost each other do not keep meeting at the same instants.
    pub(crate) fn jitter() -> f64 {
        let mut byte = [0; 1];
        // Without randomness there is no jitter; TLS would have failed long before.
        let _ = getrandom::fill(&mut byte);
        f64::from(byte[0]) / 256.0
    }

    /// The transfer that comes in under this id and has not ended.
    pub(crate) fn incoming(&self, id: TransferId) -> Option<Arc<Incoming>> {
        match self.find(id) {
            Some(Transfer::In(incoming)) if !incoming.session.state().is_final() => Some(incoming),
            _ => None,
        }
    }

    /// Offers of that device without an answer.
    pub(crate) fn waiting_offers(&self, device: DeviceId) -> usize {
        let waits = |transfer: &Transfer| {
            let session = transfer.session();
            session.peer() == device
                && session.direction == Direction::Receiving
                && session.state() == State::Created
        };
        self.served()
            .iter()
            .filter(|transfer| waits(transfer))
            .count()
    }

    /// What a device may do here.
    pub(crate) async fn role(&self, device: DeviceId) -> Result<Role, Failure> {
        Ok(self
            .store
            .device(device)
            .await?
            .map_or(Role::Ask, |device| device.role))
    }

    /// Addresses at which a device may be: those in the local network, and those at which it was reached before.
    pub(crate) async fn addresses_of(&self, device: DeviceId) -> Result<Vec<SocketAddr>, Failure> {
        let mut addresses = self.nearby.addresses_of(device);
        for reached in self.reached_at(device).await? {
            if !addresses.contains(&reached) {
                addresses.push(reached);
            }
        }
        Ok(addresses)
    }

    /// Addresses at which a device was reached before.
    pub(crate) async fn reached_at(&self, device: DeviceId) -> Result<Vec<SocketAddr>, Failure> {
        let known = self.store.device(device).await?;
        Ok(known
            .into_iter()
            .flat_map(|device| device.addresses)
            .filter_map(|text| text.parse().ok())
            .collect())
    }

    /// A device has said its name on a connection. Of a stranger nothing is recorded yet.
    pub(crate) async fn met(&self, link: &Link, name: &str) {
        if link.standing.is_welcome() || link.dialled {
            self.meet(link, name).await;
        } else {
            link.standing.is_called(name);
        }
    }

    /// Records that a device is there, under this name.
    async fn meet(&self, link: &Link, name: &str) {
        let now = self.clock.unix_ms();
        let mut addresses = self.reached_at(link.device).await.unwrap_or_default();
        // Only the side that dialled knows an address that answers; the other sees a port that may be gone.
        if link.dialled {
            let address = canonical(link.connection.remote_address());
            addresses.retain(|known| *known != address);
            addresses.insert(0, address);
            addresses.truncate(8);
        }
        let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        if let Err(error) = self
            .store
            .note_seen(link.device, name, &addresses, now)
            .await
        {
            tracing::warn!(%error, "a device could not be recorded");
        }
        self.learn(link.device).await;
        self.updates.devices_changed();
    }

    /// Reads again what is shown of a device.
    pub(crate) async fn learn(&self, device: DeviceId) {
        match self.store.device(device).await {
            Ok(known) => {
                let view = start::peer_view(device, known.as_ref());
                let before = self.peer_view(device);
                self.names
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(device, view.clone());
                if before != view {
                    self.updates.peer_changed(device);
                }
            }
            Err(error) => tracing::warn!(%error, "a device could not be read"),
        }
        self.nearby.reconsider();
    }

    /// Reads what is shown of every device, before anything is.
    async fn learn_all(&self) -> Result<(), Failure> {
        let devices = self.store.devices().await?;
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        for device in devices {
            names.insert(device.id, start::peer_view(device.id, Some(&device)));
        }
        drop(names);
        self.nearby.reconsider();
        Ok(())
    }

    /// A device has another key: this one is no longer shown.
    fn forget_name(&self, device: DeviceId) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.remove(&device);
    }

    /// Whether somebody decided about that device here.
    pub(crate) fn is_known(&self, device: DeviceId) -> bool {
        self.peer_view(device).known
    }

    /// The known device that is called so here, in letters of either case.
    pub(crate) fn known_by_name(&self, name: &str) -> Option<DeviceId> {
        let name = name.trim().to_lowercase();
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let mut known = names.iter().filter(|(_, view)| view.known);
        known
            .find(|(_, view)| view.name.trim().to_lowercase() == name)
            .map(|(device, _)| *device)
    }

    fn peer_view(&self, device: DeviceId) -> PeerView {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names
            .get(&device)
            .cloned()
            .unwrap_or_else(|| start::peer_view(device, None))
    }

    /// A session for an offer that is new.
    pub(crate) async fn begin_receiving(
        self: &Arc<Self>,
        peer: DeviceId,
        offer: &Offer,
    ) -> Result<Arc<Incoming>, Failure> {
        let now = self.clock.unix_ms();
        let new = NewSession {
            id: offer.transfer,
            direction: Direction::Receiving,
            peer,
            peer_addresses: Vec::new(),
            sources: Vec::new(),
            title: offer.title.clone(),
            reason: None,
            priority: offer.priority,
            parity: chunkstream_core::chunk::ParityMode::Always(offer.geometry),
            chunk_size: offer.chunk_size,
            folder: None,
            limit_bps: None,
            note: (!offer.note.is_empty()).then(|| offer.note.clone()),
            attempt: offer.attempt,
            roots: Vec::new(),
            created_ms: now,
        };
        self.store.insert_session(&new).await?;
        let note = audit::Note::new(AuditKind::OfferReceived).of(peer);
        self.note(note.transfer(new.id).with("title", &new.title));
        let mut facts = Facts::new(offer.title.clone(), offer.priority);
        facts.preview = Some(Vec::new());
        let (disk, inbox) = (self.disk.clone(), self.inbox_folder());
        let free_bytes = tokio::task::spawn_blocking(move || start::free_space(&*disk, &inbox))
            .await
            .ok()
            .flatten();
        facts.preflight = Some(crate::api::Preflight {
            free_bytes,
            ..crate::api::Preflight::default()
        });
        let (session, orders) = Session::new(
            offer.transfer,
            Direction::Receiving,
            peer,
            now,
            offer.attempt,
            facts,
        );
        let (incoming, events) = Incoming::new(
            session,
            ReceivePlan::new(offer.chunk_size, offer.geometry),
            Vec::new(),
        );
        self.insert(Transfer::In(incoming.clone()));
        self.spawn(incoming.clone().run(self.clone(), events, orders));
        Ok(incoming)
    }

    /// A connection begins to serve a transfer.
    pub(crate) fn attach(&self, session: &Session, link: &Arc<Link>) {
        self.capture(session);
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        let before = links.get(&session.id).map(Wire::sum).unwrap_or_default();
        links.insert(
            session.id,
            Wire {
                link: link.clone(),
                base: Counts::of(link),
                before,
            },
        );
    }

    /// Takes the counters of a transfer's connections into its view.
    pub(crate) fn capture(&self, session: &Session) {
        let (sum, rtt) = {
            let links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(wire) = links.get(&session.id) else {
                return;
            };
            (wire.sum(), wire.link.connection.rtt())
        };
        let sending = match self.find(session.id) {
            Some(Transfer::Out(outgoing)) => Some(outgoing),
            _ => None,
        };
        session.change(|facts| {
            facts.stats.wire_bytes_sent = sum.sent;
            facts.stats.wire_bytes_received = sum.received;
            facts.stats.packets_lost = sum.lost;
            facts.stats.rtt_ms = rtt.as_secs_f64() * 1000.0;
            if let Some(outgoing) = sending {
                outgoing.counters.show(&mut facts.stats);
            }
        });
    }

    /// The task of a session has ended: what only it needed is let go.
    pub(crate) async fn tidy(&self, session: &Session) {
        self.capture(session);
        self.links
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&session.id);
        let state = session.state();
        if state.is_final() {
            if state != State::Completed && session.direction == Direction::Receiving {
                let (folder, durable) = {
                    let facts = session.facts();
                    (facts.folder.clone(), facts.durable_bytes)
                };
                let kept = self
                    .kept_bytes(session.id, folder.as_deref(), durable)
                    .await;
                session.change(|facts| facts.kept_bytes = kept);
            }
            // What is shown is in the session; the plan may be large.
            match self.find(session.id) {
                Some(Transfer::Out(outgoing)) => outgoing.plan().release(),
                Some(Transfer::In(incoming)) => incoming.plan().release(),
                Some(Transfer::Past(_)) | None => {}
            }
            // A retry takes up what is durable.
            if state == State::Completed
                && let Err(error) = self.store.drop_chunks(session.id).await
            {
                tracing::debug!(%error, "rows of a finished transfer are left");
            }
            self.updates.nudge();
        }
    }

    /// Time since the engine began, for rates and limits.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

impl Wire {
    fn sum(&self) -> Counts {
        let now = Counts::of(&self.link);
        Counts {
            sent: self.before.sent + (now.sent - self.base.sent),
            received: self.before.received + (now.received - self.base.received),
            lost: self.before.lost + (now.lost - self.base.lost),
        }
    }
}
