//! A limit on bytes per second.
//!
//! A bucket lets everything through as long as nothing is owed, and what goes through may leave a debt, which is
//! waited for afterwards. So it never asks how large the next chunk is: a large one waits no longer for its turn
//! than a small one, and the rate holds for both.
//!
//! `now` is the time since an origin of the caller's that never changes; a `now` before the last one
//! counts as the last one. Accounts in bytes x nanoseconds, so that nothing is lost to rounding.

use std::time::Duration;

const NANOS: i128 = 1_000_000_000;

/// What is saved up while nobody takes: this part of a second's bytes, so that timers which ring late cost no rate.
const SAVED_PART: u64 = 20;
/// And not less than this, the smallest chunk.
const LEAST_SAVED: u64 = 64 * 1024;

/// A token bucket: `rate` bytes per second, a twentieth of a second of them saved up.
///
/// In any time of t seconds, between chunks of at most L bytes, no more than `rate` x t, what was saved up and L
/// go through.
#[derive(Clone, Debug)]
pub struct TokenBucket {
    rate: Option<u64>,
    /// Bytes x 10^9 that are saved up; below 0 a debt.
    level: i128,
    settled: Duration,
}

impl TokenBucket {
    /// A full bucket. No rate is no limit; a rate of 0 lets through what is saved up and then nothing.
    pub fn new(now: Duration, rate: Option<u64>) -> Self {
        Self {
            rate,
            level: full(rate),
            settled: now,
        }
    }

    /// Bytes per second; None for no limit.
    pub fn rate(&self) -> Option<u64> {
        self.rate
    }

    /// Another rate from now on. What is owed stays owed; after a time without a limit nothing is.
    pub fn set_rate(&mut self, now: Duration, rate: Option<u64>) {
        self.settle(now);
        self.rate = rate;
        self.level = self.level.min(full(rate));
    }

    /// How long nothing may be taken: until the debt is paid ([`Duration::MAX`] at a rate of 0).
    pub fn wait(&self, now: Duration) -> Duration {
        match self.rate {
            None => Duration::ZERO,
            Some(rate) => time_for(-self.level_at(now), rate),
        }
    }

    /// Takes `bytes`, allowed or not: the debt is waited for by who comes next.
    pub fn spend(&mut self, now: Duration, bytes: u64) {
        self.settle(now);
        if self.rate.is_some() {
            self.level = self.level.saturating_sub(i128::from(bytes) * NANOS);
        }
    }

    fn level_at(&self, now: Duration) -> i128 {
        let full = full(self.rate);
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

/// The most that is saved up at a rate, in bytes x 10^9.
fn full(rate: Option<u64>) -> i128 {
    let saved = rate.map_or(LEAST_SAVED, |rate| (rate / SAVED_PART).max(LEAST_SAVED));
    i128::from(saved) * NANOS
}

/// The time in which `owed` bytes x 10^9 come in, rounded up to a nanosecond.
fn time_for(owed: i128, rate: u64) -> Duration {
    if owed <= 0 {
        return Duration::ZERO;
    }
    if rate == 0 {
        return Duration::MAX;
    }
    let nanos = owed.unsigned_abs().div_ceil(rate.into());
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
    const KIB: u64 = 1024;

    fn after(millis: u64) -> Duration {
        START + Duration::from_millis(millis)
    }

    #[test]
    fn a_full_bucket_gives_what_is_saved_up_and_then_the_rate() {
        let mut bucket = TokenBucket::new(START, Some(64 * KIB));
        bucket.spend(START, 64 * KIB);
        assert_eq!(bucket.wait(START), Duration::ZERO, "nothing is owed");
        bucket.spend(START, 32 * KIB);
        assert_eq!(bucket.wait(START), Duration::from_millis(500));
        assert_eq!(bucket.wait(after(499)), Duration::from_millis(1));
        assert_eq!(bucket.wait(after(500)), Duration::ZERO);
        // After a long rest no more than is saved up.
        bucket.spend(after(100_000), 128 * KIB);
        assert_eq!(bucket.wait(after(100_000)), Duration::from_secs(1));
    }

    #[test]
    fn a_large_chunk_waits_no_longer_than_a_small_one_and_pays_afterwards() {
        let mut bucket = TokenBucket::new(START, Some(1_000_000));
        bucket.spend(START, 64 * KIB + 1_000_000);
        assert_eq!(bucket.wait(START), Duration::from_secs(1));
        bucket.spend(after(1_000), 10_000);
        assert_eq!(bucket.wait(after(1_000)), Duration::from_millis(10));
    }

    #[test]
    fn no_rate_is_no_limit_and_a_rate_of_nothing_is_a_stop() {
        let mut bucket = TokenBucket::new(START, None);
        bucket.spend(START, u64::MAX);
        assert_eq!(bucket.wait(START), Duration::ZERO);
        bucket.set_rate(START, Some(0));
        bucket.spend(START, 64 * KIB + 1);
        assert_eq!(bucket.wait(after(1)), Duration::MAX);
        bucket.set_rate(after(2), Some(1_000));
        assert_eq!(bucket.wait(after(2)), Duration::from_millis(1));
    }

    #[test]
    fn another_rate_counts_from_when_it_was_set_and_no_limit_forgives_the_debt() {
        let mut bucket = TokenBucket::new(START, Some(1_000_000));
        bucket.spend(START, 64 * KIB + 3_000_000);
        bucket.set_rate(after(1_000), Some(500_000));
        assert_eq!(bucket.rate(), Some(500_000));
        assert_eq!(bucket.wait(after(1_000)), Duration::from_secs(4));
        bucket.set_rate(after(1_000), None);
        assert_eq!(bucket.wait(after(1_000)), Duration::ZERO);
        bucket.set_rate(after(2_000), Some(500_000));
        assert_eq!(bucket.wait(after(2_000)), Duration::ZERO);
    }

    #[test]
    fn what_was_saved_up_at_a_high_rate_is_not_taken_along_to_a_low_one() {
        let mut bucket = TokenBucket::new(START, Some(1_000_000_000));
        bucket.set_rate(START, Some(64 * KIB));
        bucket.spend(START, 128 * KIB);
        assert_eq!(bucket.wait(START), Duration::from_secs(1));
    }

    #[test]
    fn a_time_that_goes_back_earns_nothing() {
        let mut bucket = TokenBucket::new(START, Some(1_000));
        bucket.spend(after(1_000), 64 * KIB + 1);
        assert_eq!(bucket.wait(START), Duration::from_millis(1));
        assert_eq!(bucket.wait(after(1_001)), Duration::ZERO);
    }

    #[test]
    fn extremes_do_not_overflow() {
        let mut bucket = TokenBucket::new(Duration::ZERO, Some(u64::MAX));
        bucket.spend(Duration::ZERO, u64::MAX);
        bucket.spend(Duration::ZERO, u64::MAX);
        assert_eq!(bucket.wait(Duration::MAX), Duration::ZERO);
        bucket.set_rate(Duration::ZERO, Some(1));
        for _ in 0..10 {
            bucket.spend(Duration::ZERO, u64::MAX);
        }
        assert!(bucket.wait(Duration::ZERO) > Duration::from_secs(1 << 60));
    }

    proptest! {
        #[test]
        fn never_more_than_rate_and_savings_allow_and_no_wait_is_too_long(
            rate in 1u64..1_000_000_000,
            steps in prop::collection::vec((0u64..50_000_000, 1u64..10_000_000), 1..60),
        ) {
            let mut bucket = TokenBucket::new(START, Some(rate));
            let (mut now, mut taken) = (START, 0u128);
            let saved = u128::from((rate / SAVED_PART).max(LEAST_SAVED));
            for (nanos, bytes) in steps {
                now += Duration::from_nanos(nanos);
                let wait = bucket.wait(now);
                if wait > Duration::ZERO {
                    let early = now + wait.saturating_sub(Duration::from_nanos(1));
                    prop_assert!(bucket.wait(early) > Duration::ZERO, "a shorter wait would do");
                    now += wait;
                    prop_assert_eq!(bucket.wait(now), Duration::ZERO);
                }
                bucket.spend(now, bytes);
                taken += u128::from(bytes);
                let earned = now.saturating_sub(START).as_nanos() * u128::from(rate) / 1_000_000_000;
                prop_assert!(taken <= saved + earned + u128::from(bytes) + 1, "{} in {:?}", taken, now);
            }
        }
    }
}
