//! Whole engines on one simulated network, in virtual time: what a test of the product needs and no more.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
//! use chunkstream_sim::{links, world::World};
//! let world = World::new(7, links::wan_1());
//! let (ada, bob) = (world.device("ada").await, world.device("bob").await);
//! ada.disk.write_file("/home/letter.txt", b"hello").unwrap();
//! let id = ada.send(&["/home/letter.txt"], &bob).await;
//! bob.accept(&id).await;
//! ada.finished(&id).await;
//! assert_eq!(bob.disk.read_file("/inbox/letter.txt").unwrap(), b"hello");
//! # });
//! ```

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use chunkstream_engine::{
    AcceptPolicy, Clock, DEFAULT_PORT, Engine, EngineConfig, Sockets,
    api::{
        AcceptRequest, Nothing, PairingRequest, PairingView, SendRequest, TransferRequest,
        TransferView,
    },
    core::session::{Direction, State},
    store::BlockingHold,
};
use tokio::time::Instant;

use crate::{
    disk::{MemoryDisk, Survivors},
    network::{Link, SimNetwork, SimRuntime},
};

/// How long, in virtual time, a test waits for what must come.
pub const PATIENCE: Duration = Duration::from_secs(3600);

/// A network and the devices on it.
#[derive(Debug)]
pub struct World {
    /// The network, to be made worse.
    pub network: SimNetwork,
    seed: u64,
    began: Instant,
    hosts: AtomicU8,
}

/// One device: an engine with its own disk and address.
#[derive(Debug)]
pub struct Device {
    /// The engine.
    pub engine: Engine,
    /// Its disk.
    pub disk: MemoryDisk,
    /// Its address.
    pub address: SocketAddr,
    /// What others enter to send to it.
    pub ticket: String,
    /// The real folder of its key and database; None if they are in memory and go with the engine.
    data: Option<tempfile::TempDir>,
    name: String,
    settings: Settings,
}

/// How the engine of a device is to be, at each of its starts.
struct Settings(Arc<dyn Fn(&mut EngineConfig) + Send + Sync>);

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Settings")
    }
}

/// What a killed engine leaves behind.
#[derive(Clone, Copy, Debug)]
pub enum Kill {
    /// The process is gone; the system has all that it was given.
    Process,
    /// The power is gone: of the files, what was synced; of the database, all but up to so many of the
    /// last pages since its last sync.
    Power {
        /// Of files and names.
        survivors: Survivors,
        /// Pages of the write-ahead log that are lost.
        pages: usize,
    },
}

/// Virtual time as time of day.
#[derive(Debug)]
struct VirtualClock(Instant);

impl Clock for VirtualClock {
    fn unix_ms(&self) -> u64 {
        // Any day will do; the same one every time.
        1_790_000_000_000 + self.0.elapsed().as_millis() as u64
    }
}

/// Names a transfer.
pub fn request(id: &str) -> TransferRequest {
    TransferRequest { id: id.to_owned() }
}

impl World {
    /// A network whose every pair of hosts has this link. The seed is printed, so that a failure can be
    /// repeated.
    pub fn new(seed: u64, link: Link) -> Self {
        println!("seed {seed}");
        if std::env::var_os("RUST_LOG").is_some() {
            // The first world of a process sets it up.
            let _ = tracing_subscriber::fmt()
                .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
                .with_ansi(false)
                .try_init();
        }
        let network = SimNetwork::new(seed);
        network.set_default_link(link);
        Self {
            network,
            seed,
            began: Instant::now(),
            hosts: AtomicU8::new(0),
        }
    }

    /// The seed that it was made with.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// A new device with an empty disk that asks about every offer.
    pub async fn device(&self, name: &str) -> Device {
        self.device_with(name, |_| {}).await
    }

    /// The same, with other settings.
    ///
    /// # Panics
    /// If the engine does not start.
    pub async fn device_with(
        &self,
        name: &str,
        change: impl Fn(&mut EngineConfig) + Send + Sync + 'static,
    ) -> Device {
        let settings = Settings(Arc::new(move |config: &mut EngineConfig| {
            config.ephemeral = true;
            change(config);
        }));
        self.begin(name, settings, None).await
    }

    /// A device whose key and database are real files, so that it can be killed and started again.
    ///
    /// # Panics
    /// If the engine does not start.
    pub async fn durable_device(
        &self,
        name: &str,
        change: impl Fn(&mut EngineConfig) + Send + Sync + 'static,
    ) -> Device {
        let data = tempfile::tempdir().expect("a temporary folder");
        self.begin(name, Settings(Arc::new(change)), Some(data))
            .await
    }

    async fn begin(
        &self,
        name: &str,
        settings: Settings,
        data: Option<tempfile::TempDir>,
    ) -> Device {
        let disk = MemoryDisk::new();
        disk.make_folder("/home")
            .expect("an empty disk takes a folder");
        let host = self.hosts.fetch_add(1, Ordering::Relaxed) + 1;
        let address = SocketAddr::from((Ipv4Addr::new(10, 0, 0, host), DEFAULT_PORT));
        let engine = self
            .engine(name, &settings, data.as_ref(), &disk, address)
            .await;
        let ticket = engine
            .identity(Nothing {})
            .await
            .expect("an identity")
            .ticket;
        Device {
            engine,
            disk,
            address,
            ticket,
            data,
            name: name.to_owned(),
            settings,
        }
    }

    async fn engine(
        &self,
        name: &str,
        settings: &Settings,
        data: Option<&tempfile::TempDir>,
        disk: &MemoryDisk,
        address: SocketAddr,
    ) -> Engine {
        let folder = data.map_or(Path::new("/data"), tempfile::TempDir::path);
        let mut config = EngineConfig::new(folder);
        config.name = Some(name.to_owned());
        config.inbox_folder = Some(PathBuf::from("/inbox"));
        config.sockets = Sockets::Custom {
            socket: self.network.socket(address),
            runtime: Arc::new(SimRuntime),
        };
        config.disk = Arc::new(disk.clone());
        config.clock = Arc::new(VirtualClock(self.began));
        config.accept = AcceptPolicy::Ask;
        config.hold = Arc::new(BlockingHold);
        settings.0(&mut config);
        Engine::start(config).await.expect("the engine starts")
    }

    /// Kills a device's engine in this moment, without a farewell. Start it again with [`World::start`].
    ///
    /// # Panics
    /// If the device is not durable.
    pub async fn kill(&self, device: &mut Device, kill: Kill) {
        self.network.unplug(device.address);
        device.engine.kill().await;
        device.disk = match kill {
            Kill::Process => device.disk.fork(),
            Kill::Power { survivors, .. } => device.disk.power_loss_with(survivors),
        };
        let old = device.data.take().expect("only a durable device is killed");
        let new = tempfile::tempdir().expect("a temporary folder");
        let lost = match kill {
            Kill::Process => 0,
            Kill::Power { pages, .. } => pages,
        };
        // The shared-memory index is rebuilt from the log, as after any crash.
        for file in ["device.key", "chunkstream.db", "chunkstream.db-wal"] {
            let (from, to) = (old.path().join(file), new.path().join(file));
            if from.exists() {
                std::fs::copy(from, to).expect("the file is copied");
            }
        }
        let wal = new.path().join("chunkstream.db-wal");
        if wal.exists() {
            lose_pages(&wal, lost).expect("the log is cut");
        }
        device.data = Some(new);
    }

    /// Takes away a killed device's database; its key stays.
    ///
    /// # Panics
    /// If the device is not durable.
    pub fn lose_database(&self, device: &Device) {
        let data = device.data.as_ref().expect("a durable device");
        for file in ["chunkstream.db", "chunkstream.db-wal"] {
            let path = data.path().join(file);
            if path.exists() {
                std::fs::remove_file(path).expect("the file is removed");
            }
        }
    }

    /// Starts a killed device again.
    ///
    /// # Panics
    /// If the engine does not start.
    pub async fn start(&self, device: &mut Device) {
        device.engine = self
            .engine(
                &device.name,
                &device.settings,
                device.data.as_ref(),
                &device.disk,
                device.address,
            )
            .await;
    }

    /// Gives a device another address, as when it changes from one network to another.
    pub fn move_device(&self, device: &mut Device, new: IpAddr) {
        self.network.move_host(device.address.ip(), new);
        device.address.set_ip(new);
    }
}

/// Cuts the last frames off a write-ahead log (<https://sqlite.org/fileformat2.html>, 4.1), as a power loss
/// may before the next sync. SQLite copies the log into the database only after a sync, at a thousand
/// pages: from then on none of it may be lost, and so a log of that length stays whole.
fn lose_pages(wal: &Path, pages: usize) -> std::io::Result<()> {
    const HEADER: u64 = 32;
    const FRAME: u64 = 24 + 4096;
    let file = std::fs::OpenOptions::new().write(true).open(wal)?;
    let frames = file.metadata()?.len().saturating_sub(HEADER) / FRAME;
    if frames < 1000 {
        file.set_len(HEADER + frames.saturating_sub(pages as u64) * FRAME)?;
    }
    Ok(())
}

impl Device {
    /// The host's address.
    pub fn ip(&self) -> IpAddr {
        self.address.ip()
    }

    /// The pairing of this device as soon as it is as wanted.
    pub async fn pairing_until(&self, wanted: impl Fn(&PairingView) -> bool) -> PairingView {
        let wait = async {
            let mut after = None;
            loop {
                let asked = self.engine.pairing(PairingRequest { after });
                if let Some(view) = asked.await.expect("an answer").current {
                    if wanted(&view) {
                        return view;
                    }
                    after = Some(view.revision);
                }
            }
        };
        let waited = tokio::time::timeout(PATIENCE, wait).await;
        waited.unwrap_or_else(|_| panic!("it never came"))
    }

    /// A request to send these paths to `to`, with the defaults.
    pub fn request(&self, paths: &[&str], to: &Device) -> SendRequest {
        SendRequest {
            paths: paths.iter().map(ToString::to_string).collect(),
            targets: vec![to.ticket.clone()],
            ..SendRequest::default()
        }
    }

    /// Begins a transfer and returns its id.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn send(&self, paths: &[&str], to: &Device) -> String {
        self.begin(self.request(paths, to)).await
    }

    /// Begins a transfer and returns its id.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn begin(&self, request: SendRequest) -> String {
        let sent = self
            .engine
            .send(request)
            .await
            .expect("the transfer begins");
        sent.transfers
            .into_iter()
            .next()
            .expect("one target, one transfer")
    }

    /// Waits for the offer and accepts it.
    ///
    /// # Panics
    /// If it cannot be accepted.
    pub async fn accept(&self, id: &str) {
        self.offered(id).await;
        let request = AcceptRequest {
            id: id.to_owned(),
            ..AcceptRequest::default()
        };
        self.engine
            .accept(request)
            .await
            .expect("the offer is accepted");
    }

    /// What stands in staging folders: nothing once every transfer has ended well.
    pub fn staged(&self) -> Vec<PathBuf> {
        let paths = self.disk.paths().into_iter();
        paths
            .filter(|path| path.to_string_lossy().contains("chunkstream-"))
            .collect()
    }

    /// Waits until the offer is here.
    pub async fn offered(&self, id: &str) -> TransferView {
        self.until(id, |view| view.direction == Direction::Receiving)
            .await
    }

    /// Waits until the transfer is completed.
    ///
    /// # Panics
    /// If it ends otherwise.
    pub async fn finished(&self, id: &str) -> TransferView {
        let view = self.until(id, |view| view.state.is_final()).await;
        assert_eq!(view.state, State::Completed, "{:?}", view.failure);
        view
    }

    /// The transfer as it is now.
    ///
    /// # Panics
    /// If there is none.
    pub async fn view(&self, id: &str) -> TransferView {
        self.engine
            .transfer(request(id))
            .await
            .expect("the transfer is there")
    }

    /// Waits until what is shown of the transfer fulfils `condition`.
    ///
    /// # Panics
    /// If that does not happen in an hour of virtual time.
    pub async fn until(&self, id: &str, condition: impl Fn(&TransferView) -> bool) -> TransferView {
        let mut updates = self.engine.subscribe();
        let mut last = None;
        let wait = async {
            while let Some(update) = updates.next().await {
                for view in update.transfers {
                    if view.id == id {
                        if condition(&view) {
                            return Some(view);
                        }
                        last = Some(view);
                    }
                }
            }
            None
        };
        match tokio::time::timeout(PATIENCE, wait).await {
            Ok(Some(view)) => view,
            Ok(None) => panic!("the engine stopped; last seen: {last:#?}"),
            Err(elapsed) => {
                panic!("{elapsed}: nothing of it came in an hour; last seen: {last:#?}")
            }
        }
    }
}
