//! A limit on bytes per second.
//!
//! `now` is the time since an origin of the caller's that never changes; a `now` before the last one
//! counts as the last one. Accounts in bytes x nanoseconds, so that nothing is lost to rounding.

use std::time::Duration;

const NANOS: i128 = 1_000_000_000;

/// A token bucket: `rate` bytes per second, at most `burst` of them saved up.
///
/// More than `burst` at once is let through when the bucket is full and leaves a debt, which is waited
/// for afterwards, so that chunks may be larger than the burst and the rate still holds.
#[derive(Clone, Debug)]
pub struct TokenBucket {
    rate: Option<u64>,
    burst: u64,
    /// Bytes x 10^9 that may be taken; below 0 a debt.
    level: i128,
    settled: Duration,
}

impl TokenBucket {
    /// A full bucket. No rate is no limit; a rate of 0 lets through the burst and then nothing.
    pub fn new(now: Duration, rate: Option<u64>, burst: u64) -> Self {
        Self {
            rate,
            burst,
            level: i128::from(burst) * NANOS,
            settled: now,
        }
    }

    /// Bytes per second; None for no limit.
    pub fn rate(&self) -> Option<u64> {
        self.rate
    }

    /// Another rate from now on; what was saved up or owed stays.
    pub fn set_rate(&mut self, now: Duration, rate: Option<u64>) {
        self.settle(now);
        self.rate = rate;
    }

    /// How many bytes can be taken now without a wait; `u64::MAX` without a limit.
    pub fn available(&self, now: Duration) -> u64 {
        if self.rate.is_none() {
            return u64::MAX;
        }
        u64::try_from(self.level_at(now).max(0) / NANOS).unwrap_or(u64::MAX)
    }

    /// Takes `bytes`, or takes nothing and says how long to wait before it is worth another try
    /// ([`Duration::MAX`] at a rate of 0).
    pub fn take(&mut self, now: Duration, bytes: u64) -> Result<(), Duration> {
        self.settle(now);
        let Some(rate) = self.rate else {
            return Ok(());
        };
        let missing = i128::from(bytes.min(self.burst)) * NANOS - self.level;
        if missing > 0 {
            return Err(wait(missing, rate));
        }
        self.level -= i128::from(bytes) * NANOS;
        Ok(())
    }

    /// Gives back bytes that were taken and not used.
    pub fn give_back(&mut self, bytes: u64) {
        let full = i128::from(self.burst) * NANOS;
        self.level = (self.level + i128::from(bytes) * NANOS).min(full);
    }

    fn level_at(&self, now: Duration) -> i128 {
        let full = i128::from(self.burst) * NANOS;
        let Some(rate) = self.rate else {
            return full;
        };
        let elapsed = now.saturating_sub(self.settled).as_nanos();
        let earned = i128::try_from(elapsed)
            .unwrap_or(i128::MAX)
            .saturating_mul(rate.into());
        self.level.saturating_add(earned).min(full)
    }

    fn settle(&mut self, now: Duration) {
        self.level = self.level_at(now);
        self.settled = self.settled.max(now);
    }
}

/// The time in which `missing` bytes x 10^9 come in, rounded up to a nanosecond.
fn wait(missing: i128, rate: u64) -> Duration {
    if rate == 0 {
        return Duration::MAX;
    }
    let nanos = missing.unsigned_abs().div_ceil(rate.into());
    let seconds = u64::try_from(nanos / NANOS.unsigned_abs());
    seconds.map_or(Duration::MAX, |seconds| {
        Duration::new(seconds, (nanos % NANOS.unsigned_abs()) as u32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: Duration = Duration::from_secs(1_000);

    fn after(millis: u64) -> Duration {
        START + Duration::from_millis(millis)
    }

    #[test]
    fn a_full_bucket_gives_its_burst_and_then_the_rate() {
        let mut bucket = TokenBucket::new(START, Some(1_000), 500);
        assert_eq!(bucket.available(START), 500);
        assert_eq!(bucket.take(START, 400), Ok(()));
        assert_eq!(bucket.take(START, 200), Err(Duration::from_millis(100)));
        assert_eq!(bucket.available(START), 100);
        assert_eq!(bucket.take(after(99), 200), Err(Duration::from_millis(1)));
        assert_eq!(bucket.take(after(100), 200), Ok(()));
        assert_eq!(bucket.available(after(10_000)), 500);
    }

    #[test]
    fn more_than_the_burst_leaves_a_debt() {
        let mut bucket = TokenBucket::new(START, Some(1_000), 100);
        assert_eq!(bucket.take(START, 1_100), Ok(()));
        assert_eq!(bucket.available(START), 0);
        assert_eq!(bucket.take(START, 1), Err(Duration::from_millis(1_001)));
        assert_eq!(bucket.take(after(1_001), 1), Ok(()));
    }

    #[test]
    fn no_rate_is_no_limit_and_a_rate_of_nothing_is_a_stop() {
        let mut bucket = TokenBucket::new(START, None, 10);
        assert_eq!(bucket.available(START), u64::MAX);
        assert_eq!(bucket.take(START, u64::MAX), Ok(()));
        bucket.set_rate(START, Some(0));
        assert_eq!(bucket.take(START, 10), Ok(()));
        assert_eq!(bucket.take(after(1), 1), Err(Duration::MAX));
        bucket.set_rate(after(2), Some(1_000));
        assert_eq!(bucket.take(after(2), 1), Err(Duration::from_millis(1)));
    }

    #[test]
    fn another_rate_counts_from_when_it_was_set() {
        let mut bucket = TokenBucket::new(START, Some(1_000), 10_000);
        assert_eq!(bucket.take(START, 10_000), Ok(()));
        bucket.set_rate(after(1_000), Some(10));
        assert_eq!(bucket.rate(), Some(10));
        assert_eq!(bucket.available(after(1_000)), 1_000);
        assert_eq!(bucket.available(after(2_000)), 1_010);
    }

    #[test]
    fn a_time_that_goes_back_earns_nothing() {
        let mut bucket = TokenBucket::new(START, Some(1_000), 100);
        assert_eq!(bucket.take(after(1_000), 100), Ok(()));
        assert_eq!(bucket.take(START, 1), Err(Duration::from_millis(1)));
        assert_eq!(bucket.available(after(1_000)), 0);
    }

    #[test]
    fn extremes_do_not_overflow() {
        let mut bucket = TokenBucket::new(Duration::ZERO, Some(u64::MAX), u64::MAX);
        assert_eq!(bucket.take(Duration::ZERO, u64::MAX), Ok(()));
        assert_eq!(bucket.available(Duration::MAX), u64::MAX);
        bucket.set_rate(Duration::ZERO, Some(1));
        assert!(bucket.take(Duration::ZERO, u64::MAX).is_err());
    }

    proptest! {
        #[test]
        fn never_more_than_burst_and_rate_allow_and_every_wait_suffices(
            rate in 1u64..1_000_000_000, burst in 1u64..10_000_000,
            steps in prop::collection::vec((0u64..50_000_000, 1u64..10_000_000), 1..60),
        ) {
            let mut bucket = TokenBucket::new(START, Some(rate), burst);
            let (mut now, mut taken) = (START, 0u128);
            for (nanos, bytes) in steps {
                now += Duration::from_nanos(nanos);
                if let Err(wait) = bucket.take(now, bytes) {
                    prop_assert!(wait > Duration::ZERO);
                    let early = now + wait.saturating_sub(Duration::from_nanos(1));
                    prop_assert!(bucket.clone().take(early, bytes).is_err(), "a shorter wait would do");
                    now += wait;
                    prop_assert_eq!(bucket.take(now, bytes), Ok(()));
                }
                taken += u128::from(bytes);
                let earned = now.saturating_sub(START).as_nanos() * u128::from(rate) / 1_000_000_000;
                prop_assert!(taken <= u128::from(burst) + earned + u128::from(bytes), "{} in {:?}", taken, now);
            }
        }
    }
}
