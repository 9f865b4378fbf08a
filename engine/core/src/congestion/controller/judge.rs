//! The lessons of a round whose packets are all accounted for: loss, bursts of it, queues and slumps.

use std::time::Duration;

use super::Controller;
use crate::congestion::{
    ledger::Round,
    phase::Phase,
    startup::{self, Startup},
    window::MOST_FLOOR,
};

/// Loss above the path's own that is none of its own.
const EXCESS: f64 = 0.02;
/// Longest bursts of loss that are allowed for.
const MOST_BURSTS: f64 = 16.0;
/// Rounds over which they are averaged.
const BURST_ROUNDS: f64 = 16.0;
/// What a probe that lost too much leaves of the window that just fitted.
const CEILING: f64 = 0.95;
/// What a round of too much loss, or a congestion mark (RFC 8511), leaves of the window.
pub(super) const BACK_OFF: f64 = 0.85;
/// So many rounds in a row may lose too much before that: a burst is one round, congestion is many.
const LOSSY_ROUNDS: u32 = 1;
/// Loss takes no more of what is known to arrive than this leaves, until that itself has fallen.
const LEAST_BACK_OFF: f64 = 0.7;
/// The smallest probe, as a share of the usual one.
const LEAST_PROBE: f64 = 0.12;
/// After a probe that lost too much, the next waits at least so long.
const PROBE_PAUSE: Duration = Duration::from_millis(2500);
/// A probe that finds so much more has found a new path: double again.
const DISCOVERY: f64 = 1.18;
/// A round that delivers less than this share of the known rate is a slump.
const SLUMP: f64 = 0.5;
/// After so many of them in a row the rate is as in these last rounds.
const SLUMP_ROUNDS: u32 = 2;
/// A round of so many packets or more is half of what is believed of the path's own loss; a smaller one less.
const FLOOR_PACKETS: f64 = 200.0;
/// A mean round trip so near to the smallest, or a tenth of it, is no queue.
const CALM: Duration = Duration::from_millis(5);
/// Loss beside a standing queue is put down to the path only up to this.
const MOST_QUEUED: f64 = 0.05;

impl Controller {
    /// Draws the lessons of a complete round.
    pub(super) fn judge(&mut self, now: Duration, round: &Round) {
        let Some(loss) = round.loss() else {
            return;
        };
        let floor = self.tolerated.loss().min(self.most_tolerated);
        let packets = ((round.acked + round.lost) as f64 / f64::from(self.mtu)).max(1.0);
        let chance = (self.bursts * floor.max(1.0 / packets) * (1.0 - floor) / packets).sqrt();
        let most = floor + EXCESS + 2.0 * chance;
        let excess = loss - most;
        match round.phase {
            Phase::Startup | Phase::Drain => {}
            Phase::Up if excess > 0.0 => {
                let model = self.model();
                let fitted = round.window * (1.0 - (loss - floor)) * CEILING;
                // Never below what is known to fit: else noise would push the window and the rate down in turns.
                self.ceiling = Some(fitted.max(model.content()));
                self.probe = (self.probe / 2.0).max(LEAST_PROBE);
                self.next_probe = now + PROBE_PAUSE;
            }
            Phase::Up => {
                self.probe = (self.probe * 2.0).min(1.0);
                if !round.app_limited {
                    self.ceiling = self
                        .ceiling
                        .map(|ceiling| ceiling.max(round.window))
                        .filter(|&ceiling| ceiling < self.model().window(Phase::Up, 1.0));
                    if self.round_rate > self.rate_before_up * DISCOVERY {
                        self.ceiling = None;
                        self.startup = Startup::new(self.rate.get());
                        self.phase = Phase::Startup;
                    }
                }
            }
            Phase::Down => {
                let keep = 1.0 - (packets / FLOOR_PACKETS).min(1.0) / 2.0;
                self.tolerated.add(round, keep);
                if let (Some(mean), Some(least), Some(min_rtt)) =
                    (round.mean_rtt(), round.min_rtt, self.min_rtt.get())
                {
                    self.standing = least.saturating_sub(min_rtt);
                    self.jitter = mean.saturating_sub(least);
                    // A path that is as short as ever has no full queue: what it loses it loses by itself.
                    let is_calm = mean <= min_rtt + (min_rtt / 10).max(CALM);
                    if is_calm || loss < self.floor.loss() {
                        self.floor.add(round, keep);
                    }
                    self.most_tolerated = if self.standing > startup::rise(min_rtt) {
                        MOST_QUEUED
                    } else {
                        MOST_FLOOR
                    };
                }
            }
            Phase::Cruise if excess > 0.0 && self.lossy_rounds < LOSSY_ROUNDS => {
                self.lossy_rounds += 1;
            }
            Phase::Cruise if excess > 0.0 => {
                let least = self.model().bare_content() * LEAST_BACK_OFF;
                self.bound = Some((self.window.min(round.window) * BACK_OFF).max(least));
            }
            Phase::Cruise => self.lossy_rounds = 0,
        }
        if matches!(round.phase, Phase::Down | Phase::Cruise) {
            // By chance alone the square of the difference is as large as the number itself (Poisson).
            let (lost, expected) = (loss * packets, floor * packets);
            let times = (lost - expected).powi(2) / expected.max(1.0);
            self.bursts =
                (self.bursts + (times - self.bursts) / BURST_ROUNDS).clamp(1.0, MOST_BURSTS);
        }
        self.notice_slump(round, excess > 0.0);
    }

    /// A rate that has fallen for good: do not wait for the window of rounds to forget the old one.
    fn notice_slump(&mut self, round: &Round, lost_too_much: bool) {
        let min_rtt = self.min_rtt.get().unwrap_or_default();
        let queued = round.min_rtt.is_some_and(|rtt| rtt > min_rtt.mul_f64(1.5));
        let is_slump = matches!(round.phase, Phase::Cruise | Phase::Up)
            && !round.app_limited
            && self.round_rate > 0.0
            && self.round_rate < self.rate.get() * SLUMP
            && (queued || lost_too_much);
        if !is_slump {
            self.slumps = 0;
            return;
        }
        self.slumps += 1;
        if self.slumps >= SLUMP_ROUNDS {
            self.slumps = 0;
            self.rate
                .keep_last(self.rate_round, u64::from(SLUMP_ROUNDS) + 1);
        }
    }
}
