//! How much each peer may have on its way to us unread: looked at while something moves, and when a device connects.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chunkstream_core::congestion::credit::{Credit, FIRST_CREDIT};
use quinn::VarInt;

use super::{Shared, committer::LEAST_UNSYNCED, peer::Link};

/// Of the memory setting, what peers may fill without being read.
const PART: (u64, u64) = (3, 4);

/// The credit of one connection.
#[derive(Debug)]
pub(crate) struct LinkCredit(Mutex<Credit>);

impl Default for LinkCredit {
    fn default() -> Self {
        Self(Mutex::new(Credit::new(FIRST_CREDIT)))
    }
}

/// What all connections together may have, of a memory setting.
pub(super) fn memory(setting: usize) -> u64 {
    (setting as u64).saturating_mul(PART.0) / PART.1
}

impl Shared {
    /// Gives each connection what its path needs and its share of the memory allows.
    pub(super) fn grant_credits(&self) {
        let links = self.peers.links();
        // Streams that wait for a flush must not keep back the bytes of those that are flushed.
        let share = (self.credit_memory / links.len().max(1) as u64).min(LEAST_UNSYNCED);
        let now = self.elapsed();
        for link in links {
            link.grant(now, share);
        }
    }
}

impl Link {
    fn grant(&self, now: Duration, share: u64) {
        let received = self.connection.stats().udp_rx.bytes;
        let granted = {
            let mut credit = self.credit.0.lock().unwrap_or_else(PoisonError::into_inner);
            credit.look(now, received, self.connection.rtt(), share)
        };
        if let Some(window) = granted.and_then(|bytes| VarInt::from_u64(bytes).ok()) {
            self.connection.set_receive_window(window);
        }
    }
}
