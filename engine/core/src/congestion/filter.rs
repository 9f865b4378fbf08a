//! Largest and smallest value within a window that moves.

use std::{collections::VecDeque, time::Duration};

/// The largest value of the last `window` ticks of a clock that its owner turns (rounds, here).
///
/// A queue of falling values: each is the largest of all that came after it.
#[derive(Clone, Debug)]
pub(super) struct WindowedMax {
    window: u64,
    /// (tick, value), values strictly falling.
    entries: VecDeque<(u64, f64)>,
}

impl WindowedMax {
    pub(super) fn new(window: u64) -> Self {
        Self {
            window,
            entries: VecDeque::new(),
        }
    }

    /// Takes a value in. `tick` never goes back.
    pub(super) fn update(&mut self, tick: u64, value: f64) {
        while self.entries.back().is_some_and(|&(_, last)| last <= value) {
            self.entries.pop_back();
        }
        self.entries.push_back((tick, value));
        // The newest stays for ever: without a new value there is nothing better to say.
        while self.entries.len() > 1
            && self
                .entries
                .front()
                .is_some_and(|&(at, _)| at + self.window <= tick)
        {
            self.entries.pop_front();
        }
    }

    /// Forgets all values older than the last `ticks`, as if the window had been shorter.
    pub(super) fn keep_last(&mut self, tick: u64, ticks: u64) {
        while self.entries.len() > 1
            && self
                .entries
                .front()
                .is_some_and(|&(at, _)| at + ticks <= tick)
        {
            self.entries.pop_front();
        }
    }

    /// The largest value; 0 before the first.
    pub(super) fn get(&self) -> f64 {
        self.entries.front().map_or(0.0, |&(_, value)| value)
    }
}

/// How long a smallest round trip is believed.
pub(super) const MIN_RTT_WINDOW: Duration = Duration::from_secs(10);
/// Without a sample near the smallest for so long, the queue must be drained on purpose to see it.
const STALE: Duration = Duration::from_secs(5);

/// The smallest round trip: the path without any queue.
#[derive(Clone, Debug)]
pub(super) struct MinRtt {
    value: Option<Duration>,
    /// When a sample was last at or near the value.
    seen: Duration,
    /// The smallest since `since`: what takes over when the value is too old.
    next: Duration,
    since: Duration,
}

impl MinRtt {
    pub(super) fn new() -> Self {
        Self {
            value: None,
            seen: Duration::ZERO,
            next: Duration::MAX,
            since: Duration::ZERO,
        }
    }

    pub(super) fn update(&mut self, now: Duration, rtt: Duration) {
        let value = *self.value.get_or_insert(rtt);
        if rtt <= value {
            self.value = Some(rtt);
        }
        // Near is near enough: a queue of half a millisecond is none to speak of.
        if rtt <= value + (value / 50).max(Duration::from_micros(500)) {
            self.seen = now;
            self.next = Duration::MAX;
            self.since = now;
            return;
        }
        self.next = self.next.min(rtt);
        if now.saturating_sub(self.seen) >= MIN_RTT_WINDOW {
            self.value = Some(self.next);
            self.seen = now;
            self.next = Duration::MAX;
            self.since = now;
        }
    }

    /// None before the first sample.
    pub(super) fn get(&self) -> Option<Duration> {
        self.value
    }

    /// Whether it was long ago that the path was seen without a queue.
    pub(super) fn is_stale(&self, now: Duration) -> bool {
        now.saturating_sub(self.seen) >= STALE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_value_of_the_window_counts_and_no_older_one() {
        let mut filter = WindowedMax::new(3);
        assert_eq!(filter.get().to_bits(), 0_f64.to_bits());
        for (tick, value, largest) in [
            (0, 5.0, 5.0),
            (1, 9.0, 9.0),
            (2, 7.0, 9.0),
            (3, 2.0, 9.0),
            (4, 1.0, 7.0),
            (5, 1.0, 2.0),
            (6, 1.0, 1.0),
        ] {
            filter.update(tick, value);
            assert!((filter.get() - largest).abs() < 1e-9, "tick {tick}");
        }
    }

    #[test]
    fn the_newest_value_never_expires() {
        let mut filter = WindowedMax::new(3);
        filter.update(0, 5.0);
        filter.keep_last(100, 1);
        assert!((filter.get() - 5.0).abs() < 1e-9);
    }

    proptest::proptest! {
        #[test]
        fn it_is_the_slow_maximum(values in proptest::collection::vec((0_u64..3, 0_f64..100.0), 1..60)) {
            let mut filter = WindowedMax::new(5);
            let (mut tick, mut all) = (0, Vec::new());
            for (step, value) in values {
                tick += step;
                all.push((tick, value));
                filter.update(tick, value);
                let slow = all
                    .iter()
                    .filter(|(at, _)| at + 5 > tick)
                    .map(|(_, value)| *value)
                    .fold(0.0, f64::max);
                proptest::prop_assert!((filter.get() - slow).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_longer_path_is_believed_after_the_window_and_not_before() {
        let (mut min, ms) = (MinRtt::new(), Duration::from_millis);
        min.update(ms(0), ms(50));
        for at in (100..10_000).step_by(100) {
            min.update(ms(at), ms(80));
            assert_eq!(min.get(), Some(ms(50)), "at {at} ms");
            assert_eq!(min.is_stale(ms(at)), at >= 5_000, "at {at} ms");
        }
        min.update(ms(10_000), ms(90));
        assert_eq!(min.get(), Some(ms(80)));
        min.update(ms(10_001), ms(40));
        assert_eq!(min.get(), Some(ms(40)));
    }
}
