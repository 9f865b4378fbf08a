//! How much later than others a packet arrives.
//!
//! Delay that changes from packet to packet while the order is kept is nothing but the largest delay: who is fast
//! waits for who is slow before. So a link that keeps the order wanders smoothly between random values
//! ([value noise](https://en.wikipedia.org/wiki/Value_noise)); one that does not draws a new value for each packet.

use std::time::Duration;

use rand::{Rng, RngExt as _};

/// Delay that changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Jitter {
    /// As much is added or taken away, evenly distributed.
    pub(crate) most: Duration,
    /// Time from one random value to the next.
    pub(crate) period: Duration,
    /// Each packet for itself instead, so that they overtake each other.
    pub(crate) reorders: bool,
}

/// Where the wandering is.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct State {
    /// The number of the period that the values belong to; None before the first packet.
    period: Option<u128>,
    /// The values at its ends, between -1 and 1.
    ends: [f64; 2],
}

impl State {
    /// `delay` with the jitter of `now`.
    pub(crate) fn delay(
        &mut self,
        delay: Duration,
        jitter: &Jitter,
        now: Duration,
        random: &mut impl Rng,
    ) -> Duration {
        let value = if jitter.reorders {
            draw(random)
        } else {
            self.value(jitter.period, now, random)
        };
        let by = jitter.most.mul_f64(value.abs());
        if value < 0.0 {
            delay.saturating_sub(by)
        } else {
            delay + by
        }
    }

    fn value(&mut self, period: Duration, now: Duration, random: &mut impl Rng) -> f64 {
        let length = period.as_nanos().max(1);
        let number = now.as_nanos() / length;
        match self.period {
            Some(current) if current == number => {}
            Some(current) if current + 1 == number => self.ends = [self.ends[1], draw(random)],
            _ => self.ends = [draw(random), draw(random)],
        }
        self.period = Some(number);
        let part = (now.as_nanos() % length) as f64 / length as f64;
        self.ends[0] + (self.ends[1] - self.ends[0]) * part
    }
}

fn draw(random: &mut impl Rng) -> f64 {
    random.random_range(-1.0..=1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{SeedableRng as _, rngs::Xoshiro256PlusPlus};

    fn delays(reorders: bool) -> Vec<f64> {
        let jitter = Jitter {
            most: Duration::from_millis(20),
            period: Duration::from_millis(100),
            reorders,
        };
        let mut random = Xoshiro256PlusPlus::seed_from_u64(3);
        let mut state = State::default();
        (0..200_000)
            .map(|ms| {
                let now = Duration::from_millis(ms);
                let delay = state.delay(Duration::from_millis(40), &jitter, now, &mut random);
                delay.as_secs_f64() * 1e3
            })
            .collect()
    }

    #[test]
    fn both_kinds_stay_within_the_most_and_have_the_mean() {
        for reorders in [false, true] {
            let delays = delays(reorders);
            assert!(delays.iter().all(|delay| (20.0..=60.0).contains(delay)));
            let mean = delays.iter().sum::<f64>() / delays.len() as f64;
            assert!((mean - 40.0).abs() < 1.0, "{reorders}: {mean}");
            assert!(delays.iter().any(|&delay| delay < 25.0));
            assert!(delays.iter().any(|&delay| delay > 55.0));
        }
    }

    #[test]
    fn a_link_that_keeps_the_order_wanders_smoothly() {
        // 40 ms in 100 ms at most: packets a millisecond apart can hardly meet.
        for pair in delays(false).windows(2) {
            assert!((pair[1] - pair[0]).abs() <= 0.401, "{pair:?}");
        }
    }
}
