//! One direction of a link: what becomes of each packet.
//!
//! A packet waits in a drop-tail queue for its turn, is sent at the link's rate, may be lost on the way (having used
//! the rate), and arrives after delay and jitter. Time is what has passed since any fixed moment.
//!
//! An idle link has no credit: what it could have sent while the emulator was kept from reading is lost to it, which
//! only matters to senders that leave the queue empty. With credit, the first packets of every burst would arrive at
//! once, and whoever measures a rate by the gaps between packets would be misled.

use std::time::Duration;

use rand::{SeedableRng as _, rngs::Xoshiro256PlusPlus};

use super::{Shape, counters::Counters, loss, wander};

/// What becomes of a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// It arrives then.
    Arrives(Duration),
    /// It is lost on the way.
    Lost,
    /// The queue is full.
    Dropped,
}

/// The state of one direction.
#[derive(Debug)]
pub(crate) struct Direction {
    shape: Shape,
    random: Xoshiro256PlusPlus,
    loss: loss::State,
    wander: wander::State,
    /// When all that waits will have been sent.
    busy_until: Duration,
    last_arrival: Duration,
    pub(crate) counters: Counters,
}

impl Direction {
    pub(crate) fn new(shape: &Shape, seed: u64) -> Self {
        Self {
            shape: shape.clone(),
            random: Xoshiro256PlusPlus::seed_from_u64(seed),
            loss: loss::State::default(),
            wander: wander::State::default(),
            busy_until: Duration::ZERO,
            last_arrival: Duration::ZERO,
            counters: Counters::default(),
        }
    }

    /// Counts from nothing and draws what `seed` gives; what waits goes on waiting.
    pub(crate) fn restart(&mut self, seed: u64) {
        *self = Self {
            busy_until: self.busy_until,
            last_arrival: self.last_arrival,
            ..Self::new(&self.shape, seed)
        };
    }

    /// Takes a packet that came to the link at `now`, which never goes back.
    pub(crate) fn take(&mut self, now: Duration, bytes: usize) -> Verdict {
        let bytes = bytes as u64;
        self.counters.packets += 1;
        self.counters.bytes += bytes;
        let wait = self.busy_until.saturating_sub(now);
        if self.waiting(wait) + bytes > self.shape.queue {
            self.counters.dropped += 1;
            return Verdict::Dropped;
        }
        self.counters.queue.add(wait);
        let sending = Duration::from_nanos(bytes * 8_000_000_000 / self.shape.rate);
        let sent = self.busy_until.max(now) + sending;
        self.busy_until = sent;
        if self.loss.loses(&self.shape.loss, sent, &mut self.random) {
            self.counters.lost += 1;
            return Verdict::Lost;
        }
        Verdict::Arrives(self.arrival(sent))
    }

    /// Bytes that take `wait` to send.
    fn waiting(&self, wait: Duration) -> u64 {
        (wait.as_nanos() * u128::from(self.shape.rate) / 8_000_000_000) as u64
    }

    fn arrival(&mut self, sent: Duration) -> Duration {
        let Some(jitter) = self.shape.jitter else {
            return sent + self.shape.delay;
        };
        let delay = self.shape.delay;
        let at = sent + self.wander.delay(delay, &jitter, sent, &mut self.random);
        if jitter.reorders {
            return at;
        }
        self.last_arrival = at.max(self.last_arrival);
        self.last_arrival
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::{Profile, loss::Loss, wander::Jitter};
    use proptest::prelude::*;

    fn shape() -> Shape {
        Shape {
            rate: 12_000_000,
            delay: Duration::from_millis(10),
            queue: 15_000,
            jitter: None,
            loss: Loss::None,
        }
    }

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_packet_takes_its_time_to_be_sent_and_the_delay() {
        let mut link = Direction::new(&shape(), 1);
        // 1,500 bytes at 12 Mbit/s: 1 ms.
        assert_eq!(link.take(ms(5), 1500), Verdict::Arrives(ms(16)));
        assert_eq!(link.take(ms(5), 1500), Verdict::Arrives(ms(17)));
        assert_eq!(link.take(ms(100), 1500), Verdict::Arrives(ms(111)));
    }

    #[test]
    fn the_queue_holds_its_bytes_and_not_one_more() {
        let mut link = Direction::new(&shape(), 1);
        for _ in 0..10 {
            assert!(matches!(link.take(ms(5), 1500), Verdict::Arrives(_)));
        }
        assert_eq!(link.take(ms(5), 1), Verdict::Dropped);
        assert!(matches!(link.take(ms(6), 1500), Verdict::Arrives(_)));
        assert_eq!(link.take(ms(6), 1500), Verdict::Dropped);
        assert_eq!(link.counters.dropped, 2);
        let most = link.counters.queue.quantile(1.0).expect("some");
        assert!(most <= ms(10), "{most:?}");
    }

    #[test]
    fn what_comes_too_fast_leaves_at_the_rate() {
        let mut link = Direction::new(&shape(), 1);
        let (mut bytes, mut last) = (0, Duration::ZERO);
        // Twice the rate for two seconds.
        for number in 0..4000 {
            if let Verdict::Arrives(at) = link.take(Duration::from_micros(500) * number, 1500) {
                bytes += 1500;
                last = at;
            }
        }
        let rate = f64::from(bytes) * 8.0 / last.saturating_sub(ms(10)).as_secs_f64();
        assert!((rate / 12e6 - 1.0).abs() < 0.001, "{rate}");
    }

    #[test]
    fn a_lost_packet_has_used_the_rate() {
        let mut link = Direction::new(
            &Shape {
                loss: Loss::random(1.0),
                ..shape()
            },
            1,
        );
        assert_eq!(link.take(ms(5), 1500), Verdict::Lost);
        link.shape.loss = Loss::None;
        assert_eq!(link.take(ms(5), 1500), Verdict::Arrives(ms(17)));
        assert_eq!((link.counters.lost, link.counters.packets), (1, 2));
    }

    #[test]
    fn the_same_seed_loses_the_same_packets() {
        let mut shape = shape();
        shape.loss = Loss::random(0.3);
        let verdicts = |link: &mut Direction, seed| -> Vec<bool> {
            link.restart(seed);
            let from = link.busy_until.as_millis() as u64 + 10;
            let all = (from..from + 200).map(|at| link.take(ms(at * 2), 100));
            all.map(|verdict| verdict == Verdict::Lost).collect()
        };
        let mut link = Direction::new(&shape, 0);
        let first = verdicts(&mut link, 1);
        let other = verdicts(&mut link, 2);
        let again = verdicts(&mut Direction::new(&shape, 5), 1);
        assert_eq!(first, again);
        assert_ne!(first, other);
    }

    proptest! {
        #[test]
        fn the_order_is_kept_and_nothing_is_early_unless_packets_may_overtake(
            gaps in proptest::collection::vec((0u64..3_000, 40usize..1500), 1..300),
            name in proptest::sample::select(&["wan-5", "mobile", "wifi-burst", "wifi-fade", "satellite"][..]),
            reorders: bool,
        ) {
            let mut shape = Profile::named(name).expect("known").shape.expect("one");
            if let Some(jitter) = &mut shape.jitter {
                jitter.reorders = reorders;
            }
            let most = shape.jitter.map_or(Duration::ZERO, |Jitter { most, .. }| most);
            let mut link = Direction::new(&shape, 9);
            let (mut now, mut last) = (ms(50), Duration::ZERO);
            for (gap, bytes) in gaps {
                now += Duration::from_micros(gap);
                if let Verdict::Arrives(at) = link.take(now, bytes) {
                    let sending = Duration::from_nanos(bytes as u64 * 8_000_000_000 / shape.rate);
                    prop_assert!(at >= now + sending + shape.delay.saturating_sub(most));
                    if !(reorders && shape.jitter.is_some()) {
                        prop_assert!(at >= last);
                    }
                    last = at;
                }
            }
            let seen = &link.counters;
            prop_assert!(seen.lost + seen.dropped <= seen.packets);
        }
    }
}
