//! The cycle of phases: what comes after a round, and what each phase begins with.

use std::time::Duration;

use super::Controller;
use crate::congestion::phase::Phase;

/// Rounds of cruise: so many and up to two more, so that flows do not march in step.
const CRUISE_ROUNDS: u32 = 5;

impl Controller {
    pub(super) fn leave_startup(&mut self, now: Duration) {
        self.floor = self.startup.loss();
        self.tolerated = self.floor;
        self.enter(Phase::Down, now);
    }

    /// What comes after the round that ends now.
    pub(super) fn advance(&mut self, now: Duration) {
        let next = match self.phase {
            // Left by `judge` and `leave_startup` only.
            Phase::Startup => Phase::Startup,
            Phase::Up => Phase::Down,
            Phase::Down | Phase::Drain => Phase::Cruise,
            Phase::Cruise
                if self.min_rtt.is_stale(now.max(self.drained_at)) && self.may_drain(now) =>
            {
                Phase::Drain
            }
            Phase::Cruise if self.cruise_left > 0 || now < self.next_probe => {
                self.cruise_left = self.cruise_left.saturating_sub(1);
                return;
            }
            Phase::Cruise => Phase::Up,
        };
        self.enter(next, now);
    }

    fn may_drain(&self, now: Duration) -> bool {
        now.saturating_sub(self.drained_at) >= Duration::from_secs(5)
    }

    pub(super) fn enter(&mut self, phase: Phase, now: Duration) {
        match phase {
            Phase::Up => {
                self.rate_before_up = self.rate.get();
                self.bound = None;
            }
            Phase::Cruise if self.phase == Phase::Down => {
                // Any number that looks like chance (the multiplier is Knuth's).
                self.config.seed = self
                    .config
                    .seed
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                self.cruise_left = CRUISE_ROUNDS - 1 + (self.config.seed >> 33) as u32 % 3;
            }
            Phase::Drain => self.drained_at = now,
            _ => {}
        }
        self.phase = phase;
    }
}
