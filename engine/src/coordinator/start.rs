//! The start of an engine: folders, key, database, sockets, tasks, and every session that was not finished.

use std::{
    io,
    net::{Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, RwLock},
    time::Duration,
};

use chunkstream_core::{
    chunk::ParityMode,
    device::DeviceId,
    priority::TokenBucket,
    session::{Direction, Role},
};
use tokio::{sync::mpsc, time::Instant};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    Engine, Shared, Transfer, Updates,
    audit::Note,
    budget::Budget,
    committer,
    last_word::LastWords,
    limits,
    nearby::{self, Nearby},
    pairing::Pairing,
    peer::Peers,
    recall::shown_roots,
    receiving::{self, Incoming, ReceivePlan},
    sending::{self, Outgoing, SendPlan},
    session::{Facts, ROOTS, Session, is_offer},
    settings::Settings,
    strangers::Standing,
    updates::{self, Hub},
};
use crate::{
    DEFAULT_PORT, DeviceKey, EngineConfig, NetworkError,
    api::{AuditKind, Code, Failure, PeerView},
    config::LEAST_MEMORY,
    disk::{Disk, raise_open_files},
    network::{Endpoint, Paths, close},
    store::{self, Store},
};

/// The database in the data folder.
const DATABASE: &str = "chunkstream.db";
/// The setting that keeps the address last listened on.
const LISTEN: &str = "listen";
/// How long a shutdown waits until the last answers have arrived.
const FAREWELLS: Duration = Duration::from_secs(4);

impl Engine {
    /// Starts the engine of a data folder and takes up every session that was not finished.
    ///
    /// The caller makes sure that no other engine works on the folder (see [`crate::local::Lock`]).
    ///
    /// # Errors
    /// If the folder, the key, the database or the socket cannot be had; nothing is left running then.
    pub async fn start(config: EngineConfig) -> Result<Self, Failure> {
        let mut open_files = config.open_files;
        let (key, key_store, new_in, store) = if config.ephemeral {
            let store = Store::in_memory(config.hold.clone()).await?;
            (DeviceKey::generate()?, None, None, store)
        } else {
            let allowed = raise_open_files();
            open_files = open_files.or(allowed);
            private_folder(&config.data_folder)?;
            let path = Self::database(&config.data_folder);
            let keys = super::keys::store_of(&config);
            let (opened, wanted) = (keys.clone(), config.first_key);
            let loaded = receiving::blocking(move || Ok(opened.load_or_create(wanted)?)).await?;
            let store = Store::open(&path, config.hold.clone()).await;
            let store = store.map_err(|e| Failure::from(e).about(path.display().to_string()))?;
            let new_in = loaded.new.then_some(loaded.place);
            (loaded.key, Some(keys), new_in, store)
        };
        let key = Arc::new(key);
        let settings = Settings::load(&config, &store).await?;
        let (send_limits, receive_limits) = limits::load(&settings, &store).await?;
        let last = last_address(&store).await?;
        let paths = Arc::new(Paths::new(config.clock.clone(), store.paths().await?));
        let endpoint = Arc::new(Endpoint::new(
            &config.sockets,
            last,
            key.clone(),
            config.congestion,
            paths.clone(),
        )?);
        // Whoever is elsewhere is not reached from the loopback.
        let discovery = config.discovery.filter(|_| {
            let listen = endpoint.local_address();
            listen.is_ok_and(|listen| !listen.ip().is_loopback())
        });
        let (committer, written) = mpsc::channel(committer::WAITING);
        let half = config.memory.max(LEAST_MEMORY) / 2;
        let shared = Arc::new(Shared {
            rotations: super::rotation::load(&store, &key).await?,
            following: tokio::sync::Mutex::default(),
            followed: tokio::sync::Notify::default(),
            key,
            key_store,
            store,
            disk: config.disk,
            clock: config.clock,
            endpoint,
            peers: Peers::default(),
            paths,
            credit_memory: super::credits::memory(config.memory.max(LEAST_MEMORY)),
            send_budget: Budget::new(half),
            receive_budget: Budget::new(half - half / 4),
            send_limits,
            receive_limits,
            unsynced: committer::unsynced(config.batch),
            open_files: committer::open_files(open_files),
            parity_budget: Budget::new(half / 4),
            watch: super::sending::SourceWatch::default(),
            repairing: tokio::sync::Mutex::default(),
            verifying: tokio::sync::Mutex::default(),
            committer,
            updates: Hub::new(),
            tasks: TaskTracker::new(),
            farewells: TaskTracker::new(),
            stop: CancellationToken::new(),
            halt: CancellationToken::new(),
            started: Instant::now(),
            last_words: LastWords::default(),
            turns: tokio::sync::Notify::new(),
            routing: tokio::sync::Mutex::default(),
            places: receiving::Places::default(),
            accept: config.accept,
            settings: RwLock::new(settings),
            transfers: Mutex::default(),
            names: Mutex::default(),
            links: Mutex::default(),
            pairing: Pairing::default(),
            nearby: Nearby::new(discovery.is_some()),
            audit: super::audit::Audit::default(),
            watched: super::watched::WatchedFolders::default(),
            maps: super::details::Maps::default(),
            measures: super::measure::Measures::default(),
        });
        let engine = Self { shared };
        if let Err(failure) = engine.take_up().await {
            engine.shutdown().await;
            return Err(failure);
        }
        let shared = &engine.shared;
        if let Some(place) = new_in {
            shared.note(Note::new(AuditKind::KeyCreated).with("kept_in", place.as_str()));
        }
        // The committer ends with the last sender, not with the others: what was written is still made durable.
        shared.spawn(stop_with(
            shared.clone(),
            committer::run(shared.clone(), config.batch, written),
        ));
        shared.spawn(super::audit::run(shared.clone()));
        shared.spawn(updates::run(shared.clone()));
        shared.spawn(accept_connections(shared.clone()));
        shared.spawn(nearby::run(shared.clone(), discovery, config.announce));
        Ok(engine)
    }

    /// Where the database of a data folder is.
    pub fn database(data_folder: &Path) -> PathBuf {
        data_folder.join(DATABASE)
    }

    /// Updates for one window or script: first everything, then what changes.
    pub fn subscribe(&self) -> Updates {
        Updates::new(self.shared.clone())
    }

    /// Stops: peers are told, what was received is durable, sessions are kept for the next start.
    pub async fn shutdown(&self) {
        self.shared.stop.cancel();
        // A receipt that is lost now would leave a sender waiting for a device that has gone.
        self.shared.farewells.close();
        let _ = tokio::time::timeout(FAREWELLS, self.shared.farewells.wait()).await;
        let connections = self.shared.peers.connections();
        self.shared.endpoint.close(&connections).await;
        self.shared.tasks.close();
        self.shared.tasks.wait().await;
        for transfer in self.shared.served() {
            if let Transfer::In(incoming) = transfer {
                incoming.end_clean(&self.shared).await;
            }
        }
        self.shared.write_notes().await;
        self.shared.store.close().await;
    }

    /// Stops as a killed process does: every task ends where it stands, nothing more is said or recorded.
    /// What the system was doing for the engine at that moment, a write or a commit, is waited for; the
    /// database is not closed. For tests of what a kill leaves.
    #[doc(hidden)]
    pub async fn kill(&self) {
        self.shared.halt.cancel();
        self.shared.stop.cancel();
        for tracker in [&self.shared.tasks, &self.shared.farewells] {
            tracker.close();
            tracker.wait().await;
        }
        self.shared.store.settle().await;
    }

    /// The database refuses to be written from now on, or no longer does. For tests of what a full or read-only
    /// volume of the data folder does.
    ///
    /// # Errors
    /// If the database is gone.
    #[doc(hidden)]
    pub async fn refuse_database_writes(&self, refuse: bool) -> Result<(), Failure> {
        Ok(self.shared.store.refuse_writes(refuse).await?)
    }

    /// Remembers the address that this engine listens on: tickets that are made while no engine runs name it.
    /// For engines that listen where others expect them, not on any free port.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn keep_listen_address(&self) -> Result<(), Failure> {
        let address = self.shared.endpoint.local_address()?;
        self.shared
            .store
            .set_setting(LISTEN, &address.to_string())
            .await?;
        Ok(())
    }

    /// Every session that was not finished goes on, and all others are known.
    async fn take_up(&self) -> Result<(), Failure> {
        let shared = &self.shared;
        shared.learn_all().await?;
        let sessions = shared.store.sessions().await?.into_iter();
        let (ended, unfinished): (Vec<_>, Vec<_>) = sessions.partition(|row| row.state.is_final());
        // Before anything goes on: a device may ask for one that has ended.
        let words = shared.recall(ended).await?;
        for row in unfinished {
            match row.direction {
                Direction::Sending => take_up_sending(shared, row).await?,
                Direction::Receiving => take_up_receiving(shared, row).await?,
            }
        }
        for word in words {
            shared.owe(word);
        }
        shared.take_up_watched().await
    }
}

pub(super) async fn take_up_sending(
    shared: &Arc<Shared>,
    row: store::Session,
) -> Result<(), Failure> {
    let mut facts = facts(shared, &row).await?;
    let (mut files, mut bytes, mut chunks) = (0, 0, 0);
    let plan = SendPlan::new(row.chunk_size, row.parity);
    let mut plan = sending::restore(&shared.store, row.id, plan, |stored, count| {
        if stored.fate != store::Fate::Unwanted {
            files += u64::from(stored.entry.is_file());
            bytes += stored.entry.len();
        }
        chunks += u64::from(count);
    })
    .await?;
    (facts.files, facts.bytes, facts.chunks) = (files, bytes, chunks);
    facts.durable_bytes = plan.durable_bytes();
    facts.files_done = plan.durable_files();
    facts.scan_complete = row.scan_complete;
    if row.scan_complete {
        plan.scan_is_complete();
    }
    let (session, orders) = Session::new(
        row.id,
        Direction::Sending,
        row.peer,
        row.created_ms,
        row.attempt,
        facts,
    );
    let limit = TokenBucket::new(shared.elapsed(), row.limit_bps);
    let addresses = row
        .peer_addresses
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect();
    let roots: Vec<PathBuf> = row.sources.iter().map(PathBuf::from).collect();
    let flow = Outgoing::new(session, plan, limit, addresses, roots.clone(), row.owes_end);
    shared.insert(Transfer::Out(flow.clone()));
    // Without a network nobody is waiting for the rest.
    if !row.scan_complete && shared.endpoint.has_network() {
        sending::begin_scan(shared, &flow, roots);
    }
    shared.spawn(flow.run(shared.clone(), orders));
    Ok(())
}

pub(super) async fn take_up_receiving(
    shared: &Arc<Shared>,
    row: store::Session,
) -> Result<(), Failure> {
    let mut facts = facts(shared, &row).await?;
    let geometry = match row.parity {
        ParityMode::Always(geometry) => geometry,
        ParityMode::Auto | ParityMode::Off => chunkstream_core::chunk::Geometry::DEFAULT,
    };
    let plan = ReceivePlan::new(row.chunk_size, geometry);
    let (plan, durable) = receiving::restore(&shared.store, row.id, plan).await?;
    // The entries are the truth; the totals beside them may be from before the last page.
    (facts.files, facts.bytes, facts.chunks) = (plan.files(), plan.bytes(), plan.chunks());
    facts.durable_bytes = durable;
    facts.files_done = plan.files_done();
    let folder = facts.folder.clone();
    let rules = receiving::rules(row.rules.as_deref());
    let (session, orders) = Session::new(
        row.id,
        Direction::Receiving,
        row.peer,
        row.created_ms,
        row.attempt,
        facts,
    );
    let addresses = row
        .peer_addresses
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect();
    let (incoming, events) = Incoming::new(session, plan, addresses);
    if let Some(folder) = folder {
        incoming.take_up(&folder, row.clean, rules);
    }
    shared.insert(Transfer::In(incoming.clone()));
    shared.spawn(incoming.run(shared.clone(), events, orders));
    Ok(())
}

/// What is shown of an unfinished session that the database has.
async fn facts(shared: &Shared, row: &store::Session) -> Result<Facts, Failure> {
    let mut facts = Facts::of_row(row);
    if is_offer(row.direction, row.state) {
        facts.preview = Some(shared.preview(row.id).await?);
    }
    facts.root = shared.store.first_root(row.id).await?;
    facts.root_count = shared.store.root_count(row.id).await?;
    facts.roots = shown_roots(shared.store.roots(row.id, ROOTS as u32).await?);
    Ok(facts)
}

/// The address that an engine of this folder would listen on.
async fn last_address(store: &Store) -> Result<SocketAddr, Failure> {
    let kept = store.setting(LISTEN).await?;
    Ok(kept
        .and_then(|text| text.parse().ok())
        .unwrap_or(SocketAddr::from((Ipv6Addr::UNSPECIFIED, DEFAULT_PORT))))
}

/// A name as the wire can carry it.
pub(super) fn shorten(name: &str) -> String {
    let mut end = name.len().min(chunkstream_core::wire::MAX_NAME);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name[..end].to_owned()
}

/// Whether what a device calls itself can be shown: control characters would do things to a terminal.
pub(super) fn is_presentable(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(char::is_control)
}

/// What is shown of a device.
pub(super) fn peer_view(device: DeviceId, known: Option<&store::Device>) -> PeerView {
    let name = known
        .map(|known| known.shown_name().to_owned())
        .filter(|name| is_presentable(name));
    PeerView {
        device_id: device.to_string(),
        name: name.unwrap_or_else(|| device.short()),
        role: known.map_or(Role::Ask, |known| known.role),
        known: known.is_some_and(|known| known.known),
    }
}

/// Free bytes on the volume of a folder, or of the nearest folder above it that is there.
pub(crate) fn free_space(disk: &dyn Disk, folder: &Path) -> Option<u64> {
    folder
        .ancestors()
        .find_map(|place| disk.free_space(place).ok())
}

/// Makes the data folder, for its owner only.
pub(crate) fn private_folder(folder: &Path) -> Result<(), Failure> {
    let fail = |error: io::Error| {
        Failure::new(
            Code::Database,
            format!(
                "the data folder {} cannot be made: {error}",
                folder.display()
            ),
        )
        .about(folder.display().to_string())
    };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(fail)
}

async fn stop_with(shared: Arc<Shared>, work: impl Future<Output = ()>) {
    tokio::select! {
        () = shared.stop.cancelled() => {}
        () = work => {}
    }
}

async fn accept_connections(shared: Arc<Shared>) {
    while let Some(handshake) = shared.endpoint.accept().await {
        let engine = shared.clone();
        shared.spawn(async move {
            let shared = engine;
            let (connection, device) = match handshake.await {
                Ok(connected) => connected,
                Err(error) => {
                    tracing::debug!(%error, "a handshake failed");
                    return;
                }
            };
            match shared.is_left_behind(device, &connection).await {
                Ok(false) => {}
                Ok(true) => return,
                Err(failure) => {
                    tracing::error!(%failure, "a device could not be looked up");
                    return;
                }
            }
            match shared.role(device).await {
                Ok(Role::Blocked) => {
                    tracing::info!(device = %device.short(), "a blocked device was refused");
                    let address = connection.remote_address().to_string();
                    shared.note(Note::refused(device, "blocked").with("address", address));
                    connection.close(close::REFUSED, b"");
                }
                Ok(_) => match shared.is_welcome(device).await {
                    Ok(welcome) => shared.adopts(connection, device, welcome),
                    Err(failure) => tracing::error!(%failure, "a device could not be looked up"),
                },
                Err(failure) => tracing::error!(%failure, "a device could not be looked up"),
            }
        });
    }
}

impl Shared {
    /// A device has connected that is not blocked.
    fn adopts(self: &Arc<Self>, connection: quinn::Connection, device: DeviceId, welcome: bool) {
        if connection.close_reason().is_some() {
            // It was one of several dials, and another was faster.
            return;
        }
        let from = connection.remote_address().ip();
        let place = if welcome {
            None
        } else {
            self.endpoint.entrance().place(from)
        };
        if !welcome && place.is_none() {
            tracing::debug!(device = %device.short(), %from, "no room for another stranger");
            connection.close(close::AGAIN, b"too many strangers");
            return;
        }
        let standing = Standing::new(welcome, place);
        let peer = self.peers.get(device);
        drop(peer.adopt(self, connection, false, standing));
    }
}

impl From<NetworkError> for Failure {
    fn from(error: NetworkError) -> Self {
        let code = match &error {
            NetworkError::Listen { .. } => Code::ListenFailed,
            NetworkError::Setup(_) => Code::Internal,
            NetworkError::Unreachable { .. } | NetworkError::Nobody { .. } => Code::Unreachable,
            NetworkError::WrongDevice { .. } | NetworkError::Refused => Code::IdentityRefused,
            NetworkError::Lost(_) => Code::ConnectionLost,
            NetworkError::Protocol(_) => Code::Protocol,
        };
        Self::new(code, error.to_string())
    }
}
