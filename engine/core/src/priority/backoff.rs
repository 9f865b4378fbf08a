//! How long to wait before another attempt: longer each time, up to a bound.

use std::time::Duration;

/// Exponential backoff. Counts attempts; waits for nothing itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Backoff {
    initial: Duration,
    max: Duration,
    factor: u32,
    attempts: u32,
}

impl Backoff {
    /// The first pause.
    pub const INITIAL: Duration = Duration::from_millis(100);
    /// The longest pause.
    pub const MAX: Duration = Duration::from_secs(30);
    /// How much longer each pause is than the one before.
    pub const FACTOR: u32 = 2;

    /// With [`INITIAL`](Self::INITIAL), [`MAX`](Self::MAX) and [`FACTOR`](Self::FACTOR), before the first attempt.
    pub const fn new() -> Self {
        Self::with(Self::INITIAL, Self::MAX, Self::FACTOR)
    }

    /// With other bounds.
    pub const fn with(initial: Duration, max: Duration, factor: u32) -> Self {
        Self {
            initial,
            max,
            factor,
            attempts: 0,
        }
    }

    /// How many pauses were given since the start or the last [`reset`](Self::reset).
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The pause before the next attempt, which is counted.
    ///
    /// `jitter` from 0.0 to 1.0 shortens the pause by up to a half, so that many that failed at once do
    /// not come back at once; 0.0 gives the full pause. What is outside of that range is bounded.
    pub fn next_delay(&mut self, jitter: f64) -> Duration {
        let grown = self
            .factor
            .checked_pow(self.attempts)
            .and_then(|factor| self.initial.checked_mul(factor));
        self.attempts = self.attempts.saturating_add(1);
        let full = grown.map_or(self.max, |pause| pause.min(self.max));
        let jitter = if jitter.is_nan() { 0.0 } else { jitter };
        full.mul_f64(1.0 - jitter.clamp(0.0, 1.0) / 2.0)
    }

    /// After a success: the next pause is the first again.
    pub fn reset(&mut self) {
        self.attempts = 0;
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(backoff: &mut Backoff, jitter: f64) -> u128 {
        backoff.next_delay(jitter).as_millis()
    }

    #[test]
    fn pauses_double_up_to_the_bound_and_start_again() {
        let mut backoff = Backoff::default();
        let pauses: Vec<u128> = (0..11).map(|_| millis(&mut backoff, 0.0)).collect();
        assert_eq!(
            pauses,
            [
                100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000
            ]
        );
        assert_eq!(backoff.attempts(), 11);
        backoff.reset();
        assert_eq!((backoff.attempts(), millis(&mut backoff, 0.0)), (0, 100));
    }

    #[test]
    fn jitter_takes_up_to_a_half() {
        let pause = |jitter| millis(&mut Backoff::new(), jitter);
        assert_eq!((pause(0.0), pause(0.5), pause(1.0)), (100, 75, 50));
        assert_eq!((pause(-3.0), pause(9.0), pause(f64::NAN)), (100, 50, 100));
    }

    #[test]
    fn the_hundredth_attempt_is_as_long_as_the_bound() {
        let mut backoff = Backoff::new();
        for _ in 0..100 {
            backoff.next_delay(0.0);
        }
        assert_eq!(backoff.next_delay(0.0), Backoff::MAX);
    }
}
