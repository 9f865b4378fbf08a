//! Path memory at work: advice for connections that are made, and what a connection has seen.
//!
//! Decided in `chunkstream_core::congestion` (`PathMemory`); stored by the coordinator.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chunkstream_core::{
    congestion::{Advice, Config, Network, Observation, PathMemory, Phase, Remembered},
    device::DeviceId,
};

use super::{
    address::{canonical, source_for},
    congestion::state_of,
};
use crate::Clock;

/// First guess of a round trip of which nothing is known: a lost handshake packet costs three of them.
pub(super) const INITIAL_RTT: Duration = Duration::from_millis(100);
/// So many packets tell something of a path.
const LEAST_PACKETS: u64 = 8;

/// What is remembered of paths, by device and network.
#[derive(Debug)]
pub(crate) struct Paths {
    clock: Arc<dyn Clock>,
    memory: Mutex<PathMemory<DeviceId>>,
}

impl Paths {
    pub(crate) fn new(
        clock: Arc<dyn Clock>,
        rows: impl IntoIterator<Item = (DeviceId, Network, Remembered)>,
    ) -> Self {
        let mut memory = PathMemory::default();
        for (device, network, row) in rows {
            memory.restore(device, network, row);
        }
        Self {
            clock,
            memory: Mutex::new(memory),
        }
    }

    fn memory(&self) -> MutexGuard<'_, PathMemory<DeviceId>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How to begin with `device`, or with whoever is there, at `remote` from `local`, if anything is known.
    pub(super) fn advice(
        &self,
        device: Option<DeviceId>,
        local: IpAddr,
        remote: IpAddr,
    ) -> Option<Advice> {
        let network = Network::between(local, remote);
        let row = self.memory().get(device.as_ref(), &network)?;
        let advice = row.advice(
            self.clock.unix_ms(),
            INITIAL_RTT,
            Config::default().initial_window,
        );
        tracing::debug!(network = network.as_str(), ?advice, "a known path");
        advice
    }

    /// Takes in what a connection to `device` has seen; returns what is to be stored.
    pub(crate) fn learn(
        &self,
        device: DeviceId,
        network: &Network,
        seen: Observation,
    ) -> Option<Remembered> {
        let now = self.clock.unix_ms();
        self.memory().learn(&device, network, seen, now)
    }

    /// The share of packets that the path to a device was seen to lose.
    pub(crate) fn loss(&self, device: DeviceId, network: &Network) -> Option<f64> {
        let row = self.memory().get(Some(&device), network)?;
        Some(row.path.loss)
    }

    /// Forgets a device.
    pub(crate) fn forget(&self, device: DeviceId) {
        self.memory().forget(&device);
    }
}

/// The network between the ends of a connection, from the socket that is bound to `bound`.
pub(crate) fn network_of(connection: &quinn::Connection, bound: SocketAddr) -> Option<Network> {
    let remote = canonical(connection.remote_address());
    let local = connection
        .local_ip()
        .or_else(|| source_for(bound, remote))?;
    Some(Network::between(local, remote.ip()))
}

/// What a connection has seen of its path; None if that is too little to tell.
pub(crate) fn seen_by(connection: &quinn::Connection) -> Option<Observation> {
    let stats = connection.stats();
    if stats.path.sent_packets < LEAST_PACKETS {
        return None;
    }
    let state = state_of(connection);
    let rtt = state
        .and_then(|state| state.min_rtt)
        .unwrap_or(stats.path.rtt);
    let seen = Observation {
        rtt,
        variation: stats.path.rtt.saturating_sub(rtt) / 2,
        rate: state.map_or(0.0, |state| state.rate),
        loss: stats.path.lost_packets as f64 / stats.path.sent_packets.max(1) as f64,
        bytes: stats.udp_tx.bytes,
    };
    let filled = state.is_none_or(|state| state.phase != Phase::Startup);
    Some(if filled { seen } else { seen.unfilled() })
}
