//! Probes while the last chunks of a transfer are on their way (see `coordinator/probes.rs`).

use std::time::Duration;

use super::connection::Talk;
use crate::coordinator::probes::SHORT;

/// Probes behind the last chunks of one connection's share: for as many round trips as losses of losses take.
const PROBES: u32 = 12;

impl Talk<'_> {
    /// After what time the tail is to be looked at again, if there may be one.
    pub(super) fn tail_interval(&self) -> Option<Duration> {
        let rtt = self.link.connection.rtt();
        let talks = self.accepted || self.early.is_open();
        // The first when what was sent in one go has left, then with the pace of acknowledgements.
        let part = if self.probes == 0 { 8 } else { 4 };
        (talks && self.probes < PROBES && rtt >= SHORT).then(|| rtt / part)
    }

    /// Sends a probe if nothing but what is on its way remains.
    pub(super) fn probe(&mut self) {
        if self.flow.plan().is_all_taken() {
            self.probes += 1;
            self.link.nudge();
        }
    }
}
