//! Rounds, and what became of the packets sent in each: the loss and the delay that one way of sending caused.
//!
//! A round is the time from a send to its acknowledgement. A packet is booked to the round in which it was
//! *sent*, so a round's account is complete one round after it has ended.

use std::{collections::VecDeque, time::Duration};

use super::phase::Phase;

/// Rounds kept: the one that runs, the one whose packets come back, and two for stragglers.
const KEPT: usize = 4;

/// One round's account.
#[derive(Clone, Debug)]
pub(super) struct Round {
    pub(super) phase: Phase,
    pub(super) began: Duration,
    /// The window that it began with.
    pub(super) window: f64,
    pub(super) acked: u64,
    pub(super) lost: u64,
    /// Of the newest packet of each acknowledgement.
    pub(super) min_rtt: Option<Duration>,
    rtt_sum: Duration,
    rtt_count: u32,
    /// Whether there was ever too little to send.
    pub(super) app_limited: bool,
}

impl Round {
    /// Lost bytes of all bytes, with the bytes; None if nothing is known of any packet.
    pub(super) fn loss(&self) -> Option<f64> {
        let total = self.acked + self.lost;
        (total > 0).then(|| self.lost as f64 / total as f64)
    }

    pub(super) fn mean_rtt(&self) -> Option<Duration> {
        (self.rtt_count > 0).then(|| self.rtt_sum / self.rtt_count)
    }
}

/// The last rounds.
#[derive(Clone, Debug)]
pub(super) struct Ledger {
    rounds: VecDeque<Round>,
}

impl Ledger {
    pub(super) fn new(now: Duration, phase: Phase, window: f64) -> Self {
        let mut ledger = Self {
            rounds: VecDeque::with_capacity(KEPT),
        };
        ledger.open(now, phase, window);
        ledger
    }

    /// Begins a round.
    pub(super) fn open(&mut self, now: Duration, phase: Phase, window: f64) {
        if self.rounds.len() == KEPT {
            self.rounds.pop_front();
        }
        self.rounds.push_back(Round {
            phase,
            began: now,
            window,
            acked: 0,
            lost: 0,
            min_rtt: None,
            rtt_sum: Duration::ZERO,
            rtt_count: 0,
            app_limited: false,
        });
    }

    /// When the round that runs began.
    pub(super) fn began(&self) -> Duration {
        self.rounds
            .back()
            .map_or(Duration::ZERO, |round| round.began)
    }

    /// The round before the one that runs: complete when the one that runs ends.
    pub(super) fn previous(&self) -> Option<&Round> {
        self.rounds.iter().rev().nth(1)
    }

    /// The round in which something was sent; the oldest kept for what is older.
    pub(super) fn at(&mut self, sent: Duration) -> Option<&mut Round> {
        let index = self.rounds.partition_point(|round| round.began <= sent);
        self.rounds.get_mut(index.saturating_sub(1))
    }

    /// Notes the round trip of the newest packet of a batch.
    pub(super) fn book_rtt(&mut self, sent: Duration, rtt: Duration) {
        if let Some(round) = self.at(sent) {
            round.min_rtt = Some(round.min_rtt.map_or(rtt, |min| min.min(rtt)));
            round.rtt_sum += rtt;
            round.rtt_count += 1;
        }
    }
}

/// A share of losses over many rounds, older ones counting less and less.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pool {
    acked: f64,
    lost: f64,
}

impl Pool {
    /// Adds a round; what was there before keeps this share of its weight.
    pub(super) fn add(&mut self, round: &Round, keep: f64) {
        self.acked = self.acked * keep + round.acked as f64;
        self.lost = self.lost * keep + round.lost as f64;
    }

    /// 0 without any packet.
    pub(super) fn loss(&self) -> f64 {
        let total = self.acked + self.lost;
        if total > 0.0 { self.lost / total } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn a_packet_is_booked_to_the_round_in_which_it_was_sent() {
        let mut ledger = Ledger::new(MS(0), Phase::Startup, 1.0);
        ledger.open(MS(100), Phase::Up, 1.0);
        ledger.open(MS(200), Phase::Down, 1.0);
        for (sent, phase) in [
            (0, Phase::Startup),
            (99, Phase::Startup),
            (100, Phase::Up),
            (250, Phase::Down),
        ] {
            assert_eq!(ledger.at(MS(sent)).map(|round| round.phase), Some(phase));
        }
        assert_eq!(ledger.previous().map(|round| round.phase), Some(Phase::Up));
    }

    #[test]
    fn stragglers_of_forgotten_rounds_go_to_the_oldest() {
        let mut ledger = Ledger::new(MS(0), Phase::Startup, 1.0);
        for round in 1..=KEPT as u64 {
            ledger.open(MS(round * 100), Phase::Cruise, 1.0);
        }
        assert_eq!(ledger.rounds.len(), KEPT);
        assert_eq!(ledger.at(MS(5)).map(|round| round.began), Some(MS(100)));
    }

    #[test]
    fn a_pool_forgets_what_is_old() {
        let mut pool = Pool::default();
        assert!(pool.loss().abs() < 1e-9);
        let mut ledger = Ledger::new(MS(0), Phase::Down, 1.0);
        let round = ledger.at(MS(0)).expect("a round");
        (round.acked, round.lost) = (900, 100);
        pool.add(round, 0.5);
        assert!((pool.loss() - 0.1).abs() < 1e-9);
        (round.acked, round.lost) = (1000, 0);
        for _ in 0..10 {
            pool.add(round, 0.5);
        }
        assert!(pool.loss() < 0.001);
    }
}
