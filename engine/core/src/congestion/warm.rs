//! A start on a path that is known: one jump to a part of what fitted before, checked and taken back.
//!
//! After draft-ietf-tsvwg-careful-resume: the first round trip must look like the path that is remembered, then the
//! window jumps; what is sent in it must arrive as fast and as whole as is usual there. If not, the window falls back at
//! once to what an unknown path begins with, and startup ends with that round at the rate that was measured in it.

use std::time::Duration;

use super::memory::Start;

/// Loss beyond the usual that ends the jump; and packets that may always be lost.
const EXCESS: f64 = 0.02;
const FEW: f64 = 3.0;
/// A flight that arrives at less than this share of the rate at which it was sent was sent too fast.
const DELIVERED: f64 = 0.5;
/// So many round trips in a row beyond the usual are a queue.
const SAMPLES: u32 = 8;
/// Timers and schedulers on the way.
const GRAIN: Duration = Duration::from_millis(10);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    /// The path has not been seen yet.
    Unseen,
    /// The window has jumped; what it sends is being checked.
    Checked { since: Duration },
    /// The path is not as it was: no growth until the round ends.
    Retreat,
    /// Like any other startup.
    Over,
}

/// The state of one start.
#[derive(Clone, Debug)]
pub(super) struct Warm {
    start: Start,
    stage: Stage,
    acked: f64,
    lost: f64,
    late: u32,
}

impl Warm {
    pub(super) fn new(start: Start) -> Self {
        Self {
            start,
            stage: Stage::Unseen,
            acked: 0.0,
            lost: 0.0,
            late: 0,
        }
    }

    /// What the window may be in startup beside what was measured, given that of an unknown path.
    pub(super) fn base(&self, usual: f64) -> f64 {
        match self.stage {
            Stage::Checked { .. } => usual.max(self.start.window as f64),
            Stage::Unseen | Stage::Retreat | Stage::Over => usual,
        }
    }

    /// Whether the window must not grow.
    pub(super) fn is_retreating(&self) -> bool {
        self.stage == Stage::Retreat
    }

    /// A round trip; true: the window jumps now to [`base`](Self::base).
    pub(super) fn on_rtt(&mut self, now: Duration, rtt: Duration) -> bool {
        let usual = self.start.rtt + self.start.variation * 4 + GRAIN;
        match self.stage {
            Stage::Unseen => {
                let as_ever = rtt >= self.start.rtt / 2 && rtt <= usual + self.start.rtt / 2;
                self.stage = if as_ever {
                    Stage::Checked { since: now }
                } else {
                    Stage::Over
                };
                as_ever
            }
            Stage::Checked { .. } => {
                let queued = rtt > usual + self.start.rtt / 2;
                self.late = if queued { self.late + 1 } else { 0 };
                if self.late >= SAMPLES {
                    self.stage = Stage::Retreat;
                }
                false
            }
            Stage::Retreat | Stage::Over => false,
        }
    }

    /// A packet that was sent at `sent` has arrived.
    pub(super) fn on_ack(&mut self, sent: Duration, bytes: u64) {
        if let Stage::Checked { since } = self.stage
            && sent >= since
        {
            self.acked += bytes as f64;
        }
    }

    /// Packets are lost, the newest of them sent at `sent`.
    pub(super) fn on_loss(&mut self, sent: Duration, bytes: u64, mtu: u16) {
        let Stage::Checked { since } = self.stage else {
            return;
        };
        if sent < since {
            return;
        }
        self.lost += bytes as f64;
        let packets = (self.acked + self.lost) / f64::from(mtu);
        let lost = self.lost / f64::from(mtu);
        let usual = f64::from(self.start.loss_ppm) / 1e6;
        let chance = (usual * (1.0 - usual) * packets).sqrt();
        if lost > (usual + EXCESS) * packets + 2.0 * chance + FEW {
            self.stage = Stage::Retreat;
        }
    }

    /// A round of startup has ended. `rate`: bytes per second in it; `began`: when the round before it began, whose
    /// packets are all accounted for; `full`: it was not short of data. True: startup is over.
    pub(super) fn end_round(&mut self, rate: f64, began: Duration, full: bool) -> bool {
        match self.stage {
            Stage::Retreat if rate > 0.0 => {
                self.stage = Stage::Over;
                true
            }
            Stage::Checked { since } if began >= since && full => {
                self.stage = Stage::Over;
                let flight = self.start.window as f64 / self.start.rtt.as_secs_f64().max(1e-6);
                rate < DELIVERED * flight.min(self.start.rate as f64)
            }
            Stage::Unseen | Stage::Checked { .. } | Stage::Retreat | Stage::Over => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;
    const USUAL: f64 = 38_400.0;

    fn start() -> Start {
        Start {
            window: 1_250_000,
            rtt: MS(100),
            variation: MS(2),
            rate: 25_000_000,
            loss_ppm: 10_000,
        }
    }

    fn jumped() -> Warm {
        let mut warm = Warm::new(start());
        assert!(warm.on_rtt(MS(100), MS(101)));
        warm
    }

    #[test]
    fn it_jumps_only_if_the_first_round_trip_is_as_ever() {
        for (rtt, jumps) in [
            (49, false),
            (50, true),
            (100, true),
            (168, true),
            (169, false),
            (900, false),
        ] {
            let mut warm = Warm::new(start());
            assert_eq!(warm.on_rtt(MS(1), MS(rtt)), jumps, "{rtt} ms");
            assert!(!warm.on_rtt(MS(2), MS(100)), "there is no second chance");
            let base = if jumps { 1_250_000.0 } else { USUAL };
            assert!((warm.base(USUAL) - base).abs() < 1e-9);
        }
    }

    #[test]
    fn usual_loss_is_no_reason_to_retreat_and_more_is() {
        let mut warm = jumped();
        for _ in 0..99 {
            (0..9).for_each(|_| warm.on_ack(MS(101), 1200));
            warm.on_ack(MS(101), 1200);
        }
        for _ in 0..10 {
            warm.on_loss(MS(101), 1200, 1200);
        }
        assert!(!warm.is_retreating());
        warm.on_loss(MS(99), 1_000_000, 1200);
        assert!(!warm.is_retreating(), "sent before the jump");
        warm.on_loss(MS(102), 40 * 1200, 1200);
        assert!(warm.is_retreating());
        assert!((warm.base(USUAL) - USUAL).abs() < 1e-9);
        assert!(!warm.end_round(0.0, MS(0), true), "no rate yet");
        assert!(warm.end_round(1e6, MS(0), true));
        assert!(!warm.end_round(1e6, MS(0), true), "once");
    }

    #[test]
    fn round_trips_that_stay_long_are_a_queue_and_single_ones_are_not() {
        let mut warm = jumped();
        for _ in 0..3 {
            for _ in 0..7 {
                warm.on_rtt(MS(200), MS(300));
            }
            warm.on_rtt(MS(200), MS(110));
        }
        assert!(!warm.is_retreating());
        for _ in 0..8 {
            warm.on_rtt(MS(200), MS(300));
        }
        assert!(warm.is_retreating());
    }

    #[test]
    fn a_flight_that_arrives_at_half_its_speed_was_too_fast() {
        for (rate, slow) in [(12e6, false), (7e6, false), (6e6, true)] {
            let mut warm = jumped();
            assert!(!warm.end_round(1.0, MS(99), true), "not of the flight");
            assert!(!warm.end_round(1.0, MS(100), false), "short of data");
            assert_eq!(warm.end_round(rate, MS(100), true), slow, "{rate}");
        }
    }
}
