//! Bytes that arrive beyond the rate, in lumps (the extra_acked of BBR).

use std::time::Duration;

use super::filter::WindowedMax;

/// Longest lump of acknowledgements that is believed.
const MOST_LUMP: f64 = 0.010;

/// The lumps of the last rounds.
#[derive(Clone, Debug)]
pub(super) struct Lumps {
    largest: WindowedMax,
    began: Duration,
    acked: f64,
}

impl Lumps {
    /// `rounds`: so many count.
    pub(super) fn new(rounds: u64, now: Duration) -> Self {
        Self {
            largest: WindowedMax::new(rounds),
            began: now,
            acked: 0.0,
        }
    }

    /// Takes in what an acknowledgement told in the round `tick`, given the known rate.
    pub(super) fn add(&mut self, now: Duration, tick: u64, acked: u64, rate: f64) {
        let expected = rate * now.saturating_sub(self.began).as_secs_f64();
        if self.acked <= expected {
            self.began = now;
            self.acked = 0.0;
        }
        self.acked += acked as f64;
        let expected = rate * now.saturating_sub(self.began).as_secs_f64();
        let extra = (self.acked - expected).clamp(0.0, rate * MOST_LUMP);
        self.largest.update(tick, extra);
    }

    /// The largest, in bytes.
    pub(super) fn largest(&self) -> f64 {
        self.largest.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;
    const RATE: f64 = 1e6;

    #[test]
    fn what_comes_ahead_of_the_rate_is_a_lump_up_to_a_bound() {
        let mut lumps = Lumps::new(10, MS(0));
        for now in 1..=100 {
            lumps.add(MS(now), 0, 1_000, RATE);
        }
        // The first of a row is not spread over any time.
        assert!((lumps.largest() - 1_000.0).abs() < 1e-6);
        lumps.add(MS(100), 1, 5_000, RATE);
        assert!(lumps.largest() > 5_000.0 - 1e-6);
        lumps.add(MS(100), 2, 1_000_000, RATE);
        assert!((lumps.largest() - RATE * MOST_LUMP).abs() < 1e-6);
    }
}
