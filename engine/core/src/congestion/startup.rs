//! When doubling must end: the rate has stopped growing, and a queue or loss says so too.
//!
//! Delay alone does not end it (a machine that stalls looks like a queue), it only slows it down, as
//! HyStart++ (RFC 9406) does. Loss alone does not either: it may be the path's own.

use std::{collections::VecDeque, time::Duration};

use super::ledger::{Pool, Round};

/// Growth in a round below which the path may be full, while doubling.
const GROWTH: f64 = 1.25;
/// The same while growing slowly (an eighth each round).
const SLOW_GROWTH: f64 = 1.06;
/// Rounds without growth after which the path is full, whatever delay and loss say.
const FULL_ROUNDS: u32 = 3;
/// Loss beyond that of the earlier rounds that counts as an overflowing buffer.
const OVERFLOW: f64 = 0.1;
/// The smallest of so many round trips in a row is free of noise.
const SAMPLES: usize = 8;
/// How much slower than doubling the window grows when the delay rises.
pub(super) const SLOW_DIVISOR: f64 = 8.0;

/// The state of one startup.
#[derive(Clone, Debug)]
pub(super) struct Startup {
    best_rate: f64,
    full_rounds: u32,
    /// The last round trips, newest at the back.
    recent: VecDeque<Duration>,
    slow: bool,
    pool: Pool,
}

impl Startup {
    /// `best_rate`: what is known already, bytes per second.
    pub(super) fn new(best_rate: f64) -> Self {
        Self {
            best_rate,
            full_rounds: 0,
            recent: VecDeque::with_capacity(SAMPLES),
            slow: false,
            pool: Pool::default(),
        }
    }

    /// What the window grows by for these acknowledged bytes.
    pub(super) fn growth(&self, acked: u64) -> f64 {
        acked as f64 / if self.slow { SLOW_DIVISOR } else { 1.0 }
    }

    pub(super) fn on_rtt(&mut self, rtt: Duration, min_rtt: Duration) {
        if self.recent.len() == SAMPLES {
            self.recent.pop_front();
        }
        self.recent.push_back(rtt);
        if self.recent.len() == SAMPLES {
            self.slow = self
                .recent
                .iter()
                .all(|&rtt| rtt >= min_rtt + rise(min_rtt));
        }
    }

    /// A round has ended with this rate; `previous` is the account of the one before. True: the path is full.
    pub(super) fn end_round(
        &mut self,
        rate: f64,
        previous: Option<&Round>,
        min_rtt: Duration,
    ) -> bool {
        let Some(previous) = previous.filter(|round| !round.app_limited) else {
            return false;
        };
        let queued = previous
            .min_rtt
            .is_some_and(|rtt| rtt >= min_rtt + rise(min_rtt));
        let overflown = previous
            .loss()
            .is_some_and(|loss| loss > self.pool.loss() + OVERFLOW);
        if !queued && !overflown {
            self.pool.add(previous, 1.0);
        }
        let growth = if self.slow || queued {
            SLOW_GROWTH
        } else {
            GROWTH
        };
        if rate >= self.best_rate * growth {
            self.best_rate = rate;
            self.full_rounds = 0;
        } else {
            self.full_rounds += 1;
        }
        self.full_rounds >= FULL_ROUNDS || (self.full_rounds >= 1 && (queued || overflown))
    }

    /// Loss of the rounds before the path was full.
    pub(super) fn loss(&self) -> Pool {
        self.pool
    }
}

/// The rise of the round trip that counts as a queue (RFC 9406, section 4.2).
pub(super) fn rise(min_rtt: Duration) -> Duration {
    (min_rtt / 8).clamp(Duration::from_millis(4), Duration::from_millis(16))
}

#[cfg(test)]
mod tests {
    use super::super::{ledger::Ledger, phase::Phase};
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    fn round(rtt: u64, loss: u64) -> Round {
        let mut ledger = Ledger::new(MS(0), Phase::Startup, 1.0);
        ledger.book_rtt(MS(0), MS(rtt));
        let round = ledger.at(MS(0)).expect("a round");
        (round.acked, round.lost) = (100 - loss, loss);
        round.clone()
    }

    #[test]
    fn it_goes_on_while_the_rate_grows_whatever_is_lost() {
        let mut startup = Startup::new(0.0);
        for n in 1..10 {
            assert!(!startup.end_round(2_f64.powi(n), Some(&round(100, 10)), MS(100)));
        }
        assert!((startup.loss().loss() - 0.1).abs() < 0.02);
    }

    #[test]
    fn one_round_without_growth_ends_it_if_there_is_a_queue_or_an_overflow() {
        for (account, ends) in [
            (round(100, 0), false),
            (round(130, 0), true),
            (round(100, 40), true),
        ] {
            let mut startup = Startup::new(0.0);
            startup.end_round(100.0, Some(&round(100, 0)), MS(100));
            assert_eq!(startup.end_round(101.0, Some(&account), MS(100)), ends);
        }
    }

    #[test]
    fn three_rounds_without_growth_end_it_and_a_shortage_of_data_does_not() {
        let mut startup = Startup::new(100.0);
        let mut idle = round(100, 0);
        idle.app_limited = true;
        for _ in 0..10 {
            assert!(!startup.end_round(10.0, Some(&idle), MS(100)));
        }
        let ends: Vec<_> = (0..3)
            .map(|_| startup.end_round(100.0, Some(&round(100, 0)), MS(100)))
            .collect();
        assert_eq!(ends, [false, false, true]);
    }

    #[test]
    fn a_rising_delay_slows_it_down_and_a_falling_one_lets_it_go() {
        let mut startup = Startup::new(0.0);
        for _ in 0..SAMPLES {
            startup.on_rtt(MS(120), MS(100));
        }
        assert!((startup.growth(800) - 100.0).abs() < 1e-9);
        startup.on_rtt(MS(105), MS(100));
        assert!((startup.growth(800) - 800.0).abs() < 1e-9);
    }
}
