//! Probes behind the last packets: when nothing more follows, a loss must not wait for a time-out to be noticed.
//!
//! QUIC notices a loss by later packets that arrive. The last packets of a transfer, of its retransmissions and of the
//! receipt have none, and their probe time-out counts on a variation of the round trip that a young connection does not
//! know yet. A few tiny packets behind them ([`Link::nudge`]) cost less than what they save.

use std::time::Duration;

use super::peer::Link;

/// Probes behind one thing that was said.
const PROBES: u32 = 2;
/// No probe follows sooner: what was said must have left first.
const LEAST: Duration = Duration::from_millis(10);
/// On a path shorter than that time-outs are short as well.
pub(super) const SHORT: Duration = Duration::from_millis(20);

/// Probes that are due after something was said and while nothing else is.
#[derive(Debug, Default)]
pub(super) struct Probes {
    left: u32,
}

impl Probes {
    /// Something was said.
    pub(super) fn said(&mut self) {
        self.left = PROBES;
    }

    /// Returns when a probe is due; never while none is. Cancelled and called again, the wait begins anew.
    pub(super) async fn due(&self, link: &Link) {
        let rtt = link.connection.rtt();
        if self.left == 0 || rtt < SHORT {
            return std::future::pending().await;
        }
        // The first soon, so that it arrives with what it follows; the second in case the first is lost.
        let wait = if self.left == PROBES {
            rtt / 8
        } else {
            rtt / 2
        };
        tokio::time::sleep(wait.max(LEAST)).await;
    }

    /// Sends the probe that is due.
    pub(super) fn probe(&mut self, link: &Link) {
        self.left = self.left.saturating_sub(1);
        link.nudge();
    }
}
