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
/// Of a stranger it is what the connection began with, and nothing is looked at.
#[derive(Debug, Default)]
pub(crate) struct LinkCredit(Mutex<Option<Credit>>);

/// What all connections together may have, of a memory setting.
pub(super) fn memory(setting: usize) -> u64 {
    (setting as u64).saturating_mul(PART.0) / PART.1
}

impl Shared {
    /// Gives each connection what its path needs and its share of the memory allows.
    pub(super) fn grant_credits(&self) {
        let mut links = self.peers.links();
        // Else a crowd of strangers would take it from the others.
        links.retain(|link| link.standing.is_welcome());
        let share = self.credit_share(links.len());
        let now = self.elapsed();
        for link in links {
            link.grant(now, share);
        }
    }

    fn credit_share(&self, links: usize) -> u64 {
        // Streams that wait for a flush must not keep back the bytes of those that are flushed.
        (self.credit_memory / links.max(1) as u64).min(LEAST_UNSYNCED)
    }
}

impl Link {
    /// What the peer of a connection may have that is no stranger, or no more.
    pub(super) fn begin_credit(&self, shared: &Shared) {
        let first = FIRST_CREDIT.min(shared.credit_share(1));
        *self.credit.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Credit::new(first));
        self.set_credit(first);
        shared.grant_credits();
    }

    fn set_credit(&self, bytes: u64) {
        if let Ok(window) = VarInt::from_u64(bytes) {
            self.connection.set_receive_window(window);
        }
    }

    fn grant(&self, now: Duration, share: u64) {
        let received = self.connection.stats().udp_rx.bytes;
        let granted = {
            let mut credit = self.credit.0.lock().unwrap_or_else(PoisonError::into_inner);
            let rtt = self.connection.rtt();
            credit
                .as_mut()
                .and_then(|credit| credit.look(now, received, rtt, share))
        };
        if let Some(granted) = granted {
            self.set_credit(granted);
        }
    }
}
