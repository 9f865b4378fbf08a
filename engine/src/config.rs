//! What an engine is given at its start.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

use crate::{
    Batch, Clock, Congestion, Sockets, SystemClock,
    discovery::Discovery,
    disk::{Disk, RealDisk},
    keys::{KeyPlace, Keyring, NoKeyring},
    store::{Hold, NoHold},
};

/// The UDP port that a device listens on unless told otherwise.
pub const DEFAULT_PORT: u16 = 24_880;
/// Chunk bytes in flight per engine, both directions together.
const DEFAULT_MEMORY: usize = 64 * 1024 * 1024;
/// Least that leaves each direction a few chunks of the largest size.
pub(crate) const LEAST_MEMORY: usize = 16 * 1024 * 1024;

/// What happens to an offer before a person has seen it.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum AcceptPolicy {
    /// By the device's role: mine and trusted are accepted, the others are asked about.
    #[default]
    ByRole,
    /// Every offer is a question, whoever it is from.
    Ask,
    /// Every offer is accepted, but a blocked device's. For servers whose ticket is the permission.
    All,
}

/// What an engine is given at its start.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// Key, database and settings of this device. Made if it is not there.
    pub data_folder: PathBuf,
    /// The system's keyring. It is asked only if the key is in it, or is to go there.
    pub keyring: Arc<dyn Keyring>,
    /// Where the key of a new device goes; into its file if the keyring cannot be used.
    pub first_key: KeyPlace,
    /// The name that others see; the stored one, else the host's, if None.
    pub name: Option<String>,
    /// Where what arrives is put; the stored one, else `inbox` in the data folder, if None.
    pub inbox_folder: Option<PathBuf>,
    /// Where datagrams go.
    pub sockets: Sockets,
    /// Offers.
    pub accept: AcceptPolicy,
    /// The congestion controller.
    pub congestion: Congestion,
    /// Chunk bytes in flight, both directions together; at least 16 MiB.
    pub memory: usize,
    /// Files that the process may have open at once; what the system allows if None.
    pub open_files: Option<u64>,
    /// When what has come in is flushed.
    pub batch: Batch,
    /// The local network in which devices find each other; none is searched if None.
    pub discovery: Option<Arc<dyn Discovery>>,
    /// Whether this engine may be found there, as far as its visibility says so; else it searches only, and only when
    /// somebody wants to know.
    pub announce: bool,
    /// The disk.
    pub disk: Arc<dyn Disk>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Whether the database lies in memory and the key is new: for tests.
    pub ephemeral: bool,
    /// Keeps virtual time from running while the database works: for tests.
    pub hold: Arc<dyn Hold>,
}

impl EngineConfig {
    /// The usual engine of a data folder: the system's disk and clock, listening on [`DEFAULT_PORT`].
    pub fn new(data_folder: impl Into<PathBuf>) -> Self {
        Self {
            data_folder: data_folder.into(),
            keyring: Arc::new(NoKeyring),
            first_key: KeyPlace::default(),
            name: None,
            inbox_folder: None,
            sockets: Sockets::System(SocketAddr::from((Ipv4Addr::UNSPECIFIED, DEFAULT_PORT))),
            accept: AcceptPolicy::default(),
            congestion: Congestion::default(),
            memory: DEFAULT_MEMORY,
            open_files: None,
            batch: Batch::default(),
            discovery: None,
            announce: true,
            disk: Arc::new(RealDisk),
            clock: Arc::new(SystemClock),
            ephemeral: false,
            hold: Arc::new(NoHold),
        }
    }

    /// Listens on this address instead.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.sockets = Sockets::System(address);
        self
    }
}
