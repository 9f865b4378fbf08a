//! How many packets a path loses by itself, from the counters of a connection.
//!
//! Losses by an overfull queue are ours to avoid, not to repair: samples with a queue are left out, and of what is
//! left a low quartile of the last windows counts, which a burst or two does not move.

use std::collections::VecDeque;

/// Packets in one window: at 1 % loss five of them are lost, so that a window says something.
const WINDOW: u64 = 512;
/// Windows that are remembered: 8,192 packets, some 11 MB.
const WINDOWS: usize = 16;
/// From so many windows on their quartile counts; before, the sum of everything.
const ENOUGH: usize = 4;
/// Packets below which nothing is said, but for what was known before.
const LEAST: u64 = 64;

/// What is remembered of a path weighs as much as so many packets.
const REMEMBERED: f64 = 256.0;

/// A path's own loss.
#[derive(Debug, Clone, Default)]
pub struct LossMeter {
    expected: Option<f64>,
    seen: (u64, u64),
    current: (u64, u64),
    windows: VecDeque<(u64, u64)>,
}

impl LossMeter {
    /// What the path lost when it was used before; counts until enough has been measured.
    pub fn expect(&mut self, loss: f64) {
        self.expected = (0.0..=1.0).contains(&loss).then_some(loss);
    }

    /// Takes a connection's counters: packets sent and lost since its beginning, and whether the path has no queue.
    pub fn sample(&mut self, sent: u64, lost: u64, calm: bool) {
        let new = (
            sent.saturating_sub(self.seen.0),
            lost.saturating_sub(self.seen.1),
        );
        self.seen = (sent, lost);
        if !calm {
            return;
        }
        self.current = (self.current.0 + new.0, self.current.1 + new.1);
        if self.current.0 >= WINDOW {
            if self.windows.len() == WINDOWS {
                self.windows.pop_front();
            }
            self.windows.push_back(std::mem::take(&mut self.current));
        }
    }

    /// The fraction of packets lost, 0 to 1.
    pub fn loss(&self) -> f64 {
        let share = |(sent, lost): (u64, u64)| lost as f64 / sent.max(1) as f64;
        if self.windows.len() >= ENOUGH {
            let mut shares: Vec<f64> = self.windows.iter().map(|window| share(*window)).collect();
            shares.sort_by(f64::total_cmp);
            return shares[shares.len() / 4].min(1.0);
        }
        let sum = self.windows.iter().fold(self.current, |sum, window| {
            (sum.0 + window.0, sum.1 + window.1)
        });
        match self.expected {
            Some(expected) => {
                let lost = sum.1 as f64 + expected * REMEMBERED;
                (lost / (sum.0 as f64 + REMEMBERED)).min(1.0)
            }
            None if sum.0 < LEAST => 0.0,
            None => share(sum).min(1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_loss_is_found_and_few_packets_say_nothing() {
        let mut meter = LossMeter::default();
        meter.sample(63, 10, true);
        assert!(meter.loss() < f64::EPSILON);
        for step in 1..=100 {
            meter.sample(63 + step * 400, 10 + step * 20, true);
        }
        assert!((meter.loss() - 0.05).abs() < 0.01, "{}", meter.loss());
    }

    #[test]
    fn what_a_queue_or_a_burst_loses_is_not_the_paths_own() {
        let mut meter = LossMeter::default();
        for step in 1..=10 {
            meter.sample(step * 600, 0, true);
        }
        meter.sample(6_600, 300, false);
        assert!(meter.loss() < f64::EPSILON, "a queue");
        meter.sample(7_200, 500, true);
        assert!(meter.loss() < f64::EPSILON, "a burst");
    }

    #[test]
    fn what_is_remembered_counts_until_enough_has_been_measured() {
        let mut meter = LossMeter::default();
        meter.expect(f64::NAN);
        assert!(meter.loss() < f64::EPSILON);
        meter.expect(0.05);
        assert!((meter.loss() - 0.05).abs() < 1e-9);
        meter.sample(256, 0, true);
        assert!((meter.loss() - 0.025).abs() < 1e-9);
        for step in 1..=5 {
            meter.sample(256 + step * 512, 0, true);
        }
        assert!(meter.loss() < f64::EPSILON);
    }

    #[test]
    fn counters_that_go_back_do_no_harm() {
        let mut meter = LossMeter::default();
        meter.sample(1_000, 50, true);
        meter.sample(10, 1, true);
        assert!((meter.loss() - 0.05).abs() < 0.001);
    }
}
