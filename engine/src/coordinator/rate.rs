//! A smoothed rate from samples of a counter.

use std::time::Duration;

/// Weight of the past halves in this time.
const HALF_LIFE: f64 = 1.5;

/// Bytes per second, smoothed exponentially over samples at any distance.
#[derive(Debug, Default, Clone)]
pub(crate) struct RateMeter {
    last: Option<(Duration, u64)>,
    rate: f64,
}

impl RateMeter {
    /// Takes the counter's value at `now` (since any origin) and returns bytes per second.
    pub(crate) fn sample(&mut self, now: Duration, counter: u64) -> u64 {
        let Some((then, before)) = self.last else {
            self.last = Some((now, counter));
            return 0;
        };
        let seconds = now.saturating_sub(then).as_secs_f64();
        if seconds > 0.0 {
            let recent = counter.saturating_sub(before) as f64 / seconds;
            let weight = 1.0 - 0.5_f64.powf(seconds / HALF_LIFE);
            self.rate += (recent - self.rate) * weight;
            self.last = Some((now, counter));
        }
        // Below one byte per second nothing moves.
        if self.rate < 1.0 { 0 } else { self.rate as u64 }
    }

    /// Forgets everything: the transfer no longer moves.
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_counter_gives_its_rate_and_silence_lets_it_fall() {
        let mut meter = RateMeter::default();
        let mut rate = 0;
        for tick in 0..200_u64 {
            rate = meter.sample(Duration::from_millis(tick * 125), tick * 125_000);
        }
        assert!((990_000..=1_000_000).contains(&rate), "{rate}");
        for tick in 200..400_u64 {
            rate = meter.sample(Duration::from_millis(tick * 125), 199 * 125_000);
        }
        assert!(rate < 100, "{rate}");
    }
}
