//! How often something may happen, by key: token buckets, as many as a constant, the least needed forgotten first.

use std::{collections::HashMap, hash::Hash, time::Duration};

/// Keys of which something is remembered. One more costs the one that would be full again first.
pub const MAX_KEYS: usize = 1024;

/// So many at once, and one more after each time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    /// At once, after a rest.
    pub burst: u32,
    /// Until there is one more.
    pub every: Duration,
}

/// A token bucket for each key, none for those that are full.
///
/// A bucket is one number, the time at which it is full again (the generic cell rate algorithm, ITU-T I.371).
#[derive(Clone, Debug)]
pub struct Rates<K> {
    rate: Rate,
    full_at: HashMap<K, Duration>,
}

impl<K: Eq + Hash + Clone> Rates<K> {
    /// Of one rate for each key.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self {
            rate,
            full_at: HashMap::new(),
        }
    }

    /// Whether it may happen once more; does not count it.
    pub fn has(&self, key: &K, now: Duration) -> bool {
        let full_at = self.full_at.get(key).copied().unwrap_or(now);
        // What is missing of a full bucket, and one more.
        full_at.saturating_sub(now) + self.rate.every <= self.rate.every * self.rate.burst
    }

    /// Whether it may happen; counts it if it may.
    pub fn take(&mut self, key: &K, now: Duration) -> bool {
        let allowed = self.has(key, now);
        if allowed {
            self.make_room(key, now);
            let full_at = self.full_at.entry(key.clone()).or_insert(now);
            *full_at = (*full_at).max(now) + self.rate.every;
        }
        allowed
    }

    /// How many keys are remembered.
    pub fn len(&self) -> usize {
        self.full_at.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.full_at.is_empty()
    }

    fn make_room(&mut self, key: &K, now: Duration) {
        if self.full_at.len() < MAX_KEYS || self.full_at.contains_key(key) {
            return;
        }
        // A full bucket is the same as none.
        self.full_at.retain(|_, full_at| *full_at > now);
        if self.full_at.len() < MAX_KEYS {
            return;
        }
        let first = self.full_at.iter().min_by_key(|(_, full_at)| **full_at);
        if let Some(first) = first.map(|(key, _)| key.clone()) {
            self.full_at.remove(&first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RATE: Rate = Rate {
        burst: 3,
        every: Duration::from_secs(10),
    };

    fn at(second: u64) -> Duration {
        Duration::from_secs(second)
    }

    #[test]
    fn one_over_the_burst_waits_and_others_do_not() {
        let mut rates = Rates::new(RATE);
        for _ in 0..3 {
            assert!(rates.take(&1, at(0)));
        }
        assert!(!rates.has(&1, at(9)) && !rates.take(&1, at(9)));
        assert!(rates.take(&2, at(9)));
        assert!(rates.take(&1, at(10)));
        assert!(!rates.take(&1, at(10)));
        // After a rest no more than the burst.
        let later = (0..9).filter(|_| rates.take(&1, at(1000))).count();
        assert_eq!(later, 3);
    }

    #[test]
    fn one_key_over_the_limit_costs_the_one_that_is_full_again_first() {
        let mut rates = Rates::new(RATE);
        assert!(rates.take(&0, at(0)));
        for key in 1..MAX_KEYS {
            assert!(rates.take(&key, at(0)) && rates.take(&key, at(0)));
        }
        assert!(rates.take(&MAX_KEYS, at(0)));
        assert_eq!(rates.len(), MAX_KEYS);
        assert!(!rates.full_at.contains_key(&0));
        // Those that are full are forgotten all together.
        assert!(rates.take(&(MAX_KEYS + 1), at(100)));
        assert_eq!(rates.len(), 1);
    }

    proptest! {
        #[test]
        fn never_more_than_the_rate_allows_and_memory_is_bounded(
            steps in prop::collection::vec((0u64..3_000, 0u16..2_000), 1..3_000),
        ) {
            let mut rates = Rates::new(RATE);
            let (mut now, mut of_one) = (Duration::ZERO, 0_u32);
            for (millis, key) in steps {
                now += Duration::from_millis(millis);
                // Every other time the same key, among many.
                let key = if key % 2 == 0 { 0 } else { key };
                of_one += u32::from(rates.take(&key, now) && key == 0);
                prop_assert!(rates.len() <= MAX_KEYS);
                prop_assert!(of_one <= RATE.burst + (now.as_nanos() / RATE.every.as_nanos()) as u32);
            }
        }
    }
}
