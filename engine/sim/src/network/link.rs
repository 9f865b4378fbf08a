//! One direction between two hosts: what becomes of each datagram, and when it arrives. Pure.
//!
//! Order of fates, as on a real way: link down, too big, queue full (drop tail), then the wire: loss,
//! corruption, duplication, delay. A lost datagram has used the rate; a dropped one has not.

use std::time::Duration;

use rand::{Rng, RngExt};
use tokio::time::Instant;

/// Bytes of IPv4 and UDP headers on the wire; they count for the rate, the queue and the MTU.
pub(super) const HEADER_V4: usize = 28;
/// The same for IPv6.
pub(super) const HEADER_V6: usize = 48;
/// How much later than its time a reordered datagram arrives, beside a quarter of the delay: more than
/// the clock's resolution, so that others overtake it.
const REORDER_HOLD: Duration = Duration::from_millis(2);

/// How a direction of a link behaves. The default is a perfect link.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Bits per second, headers included; None: endless.
    pub rate_bits: Option<u64>,
    /// From one end to the other, once (half a round trip).
    pub delay: Duration,
    /// Probability that a datagram is lost, each by itself.
    pub loss: f64,
    /// Loss in bursts, beside `loss`.
    pub burst: Option<GilbertElliott>,
    /// Times in which all is lost, beside `loss` and `burst`.
    pub fades: Option<Fades>,
    /// Up to so much more delay, evenly spread, without changing the order.
    pub jitter: Duration,
    /// Probability that a datagram is overtaken by those after it.
    pub reorder: f64,
    /// Probability that a datagram arrives twice.
    pub duplicate: f64,
    /// Probability that a bit of a datagram is flipped and no checksum sees it.
    pub corrupt: f64,
    /// Bytes that may wait for the rate; what comes then is dropped. None: endless.
    pub queue_bytes: Option<usize>,
    /// Largest IP packet; a larger one vanishes.
    pub mtu: usize,
}

impl Default for Link {
    fn default() -> Self {
        Self {
            rate_bits: None,
            delay: Duration::ZERO,
            loss: 0.0,
            burst: None,
            fades: None,
            jitter: Duration::ZERO,
            reorder: 0.0,
            duplicate: 0.0,
            corrupt: 0.0,
            queue_bytes: None,
            mtu: 1500,
        }
    }
}

impl Link {
    /// Panics early, with the name of the number, instead of at the first datagram.
    pub(super) fn check(&self) {
        let chances = [
            ("loss", self.loss),
            ("reorder", self.reorder),
            ("duplicate", self.duplicate),
        ];
        for (name, p) in chances.into_iter().chain([("corrupt", self.corrupt)]) {
            assert!((0.0..=1.0).contains(&p), "{name} is {p}, not a probability");
        }
        assert!(
            self.rate_bits != Some(0),
            "a rate of 0: take the link down instead"
        );
        if let Some(burst) = &self.burst {
            for p in [burst.to_bad, burst.to_good, burst.loss_good, burst.loss_bad] {
                assert!(
                    (0.0..=1.0).contains(&p),
                    "{burst:?} has {p}, not a probability"
                );
            }
        }
    }
}

/// Loss in bursts: a chain of two states that may change with every datagram (Gilbert 1960, Elliott 1963).
///
/// It stands still while nobody sends, which punishes who backs off: torture rather than weather.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GilbertElliott {
    /// Probability to turn bad, per datagram.
    pub to_bad: f64,
    /// Probability to turn good, per datagram: 1 / (mean length of a burst).
    pub to_good: f64,
    /// Loss while good.
    pub loss_good: f64,
    /// Loss while bad.
    pub loss_bad: f64,
}

impl GilbertElliott {
    /// The simple chain (Gilbert's): all is lost while bad, nothing while good, with this loss on average
    /// and bursts of this mean length in datagrams.
    pub fn bursts(average_loss: f64, mean_length: f64) -> Self {
        let to_good = 1.0 / mean_length;
        Self {
            to_bad: to_good * average_loss / (1.0 - average_loss),
            to_good,
            loss_good: 0.0,
            loss_bad: 1.0,
        }
    }
}

/// Loss by time: a radio link that is gone for moments, whoever sends. Good and bad times take turns,
/// each as long as chance has it (exponentially spread).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fades {
    /// Mean length of a time without loss.
    pub good: Duration,
    /// Mean length of a time in which all is lost.
    pub bad: Duration,
}

impl Fades {
    /// Fades of this mean length with this loss on average.
    pub fn average(loss: f64, bad: Duration) -> Self {
        Self {
            good: bad.mul_f64((1.0 - loss) / loss),
            bad,
        }
    }
}

/// What a direction has carried and dropped.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Counters {
    /// Datagrams given to the link.
    pub sent: u64,
    /// Their bytes, without headers.
    pub sent_bytes: u64,
    /// Datagrams that reached a socket; one that was duplicated counts twice.
    pub delivered: u64,
    /// Their bytes, without headers.
    pub delivered_bytes: u64,
    /// Lost by chance, single or in bursts.
    pub lost: u64,
    /// Dropped because the queue was full.
    pub queue_full: u64,
    /// Dropped because the link was down.
    pub down: u64,
    /// Dropped because they were larger than the MTU.
    pub too_big: u64,
    /// Arrived where no socket is (any more).
    pub no_socket: u64,
    /// Arrived at a socket whose buffer was full.
    pub buffer_full: u64,
    /// Delivered twice.
    pub duplicated: u64,
    /// Delivered with a flipped bit.
    pub corrupted: u64,
    /// Held back, so that others overtook them.
    pub reordered: u64,
}

/// What becomes of one datagram on its way.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fate {
    /// When it arrives: never, once or twice.
    pub(super) arrivals: Vec<Instant>,
    /// The bit that is flipped.
    pub(super) flipped_bit: Option<usize>,
}

/// A direction with its state.
#[derive(Debug, Default)]
pub(super) struct Direction {
    pub(super) link: Link,
    pub(super) is_down: bool,
    pub(super) counters: Counters,
    /// When the last datagram in the queue will have left.
    busy_until: Option<Instant>,
    /// When the last datagram in order arrives.
    last_arrival: Option<Instant>,
    bad: bool,
    /// Whether it is a bad time, and until when.
    fade: Option<(bool, Instant)>,
}

impl Direction {
    pub(super) fn new(link: Link) -> Self {
        Self {
            link,
            ..Self::default()
        }
    }

    /// Decides over a datagram of `payload` bytes that is sent now.
    pub(super) fn send(
        &mut self,
        payload: usize,
        header: usize,
        now: Instant,
        random: &mut impl Rng,
    ) -> Fate {
        let nothing = Fate {
            arrivals: Vec::new(),
            flipped_bit: None,
        };
        self.counters.sent += 1;
        self.counters.sent_bytes += payload as u64;
        let size = payload + header;
        if self.is_down {
            self.counters.down += 1;
            return nothing;
        }
        if size > self.link.mtu {
            self.counters.too_big += 1;
            return nothing;
        }
        let Some(departure) = self.queue(size, now) else {
            self.counters.queue_full += 1;
            return nothing;
        };
        if self.is_lost(departure, random) {
            self.counters.lost += 1;
            return nothing;
        }
        let mut flipped_bit = None;
        if random.random_bool(self.link.corrupt) && payload > 0 {
            self.counters.corrupted += 1;
            flipped_bit = Some(random.random_range(0..payload * 8));
        }
        let mut arrival =
            departure + self.link.delay + self.link.jitter.mul_f64(random.random::<f64>());
        if random.random_bool(self.link.reorder) {
            self.counters.reordered += 1;
            arrival += self.link.delay / 4 + REORDER_HOLD;
        } else {
            arrival = self.last_arrival.map_or(arrival, |last| last.max(arrival));
            self.last_arrival = Some(arrival);
        }
        let mut arrivals = vec![arrival];
        if random.random_bool(self.link.duplicate) {
            self.counters.duplicated += 1;
            arrivals.push(arrival);
        }
        Fate {
            arrivals,
            flipped_bit,
        }
    }

    /// When a packet of this size has left, if the queue takes it.
    fn queue(&mut self, size: usize, now: Instant) -> Option<Instant> {
        let Some(rate) = self.link.rate_bits else {
            return Some(now);
        };
        let start = self.busy_until.map_or(now, |busy| busy.max(now));
        let waiting = (start - now).as_secs_f64() * rate as f64 / 8.0;
        // An empty queue takes any packet: it is on the wire at once.
        if waiting > 0.0
            && self
                .link
                .queue_bytes
                .is_some_and(|most| waiting + size as f64 > most as f64)
        {
            return None;
        }
        let on_the_wire =
            Duration::from_nanos((size as u64 * 8).saturating_mul(1_000_000_000) / rate);
        self.busy_until = Some(start + on_the_wire);
        self.busy_until
    }

    fn is_lost(&mut self, now: Instant, random: &mut impl Rng) -> bool {
        // All chances are drawn each time, so that what one says does not shift the dice of another.
        let alone = random.random_bool(self.link.loss) | self.is_faded(now, random);
        let Some(burst) = self.link.burst else {
            return alone;
        };
        let turn = random.random_bool(if self.bad {
            burst.to_good
        } else {
            burst.to_bad
        });
        self.bad ^= turn;
        let in_burst = random.random_bool(if self.bad {
            burst.loss_bad
        } else {
            burst.loss_good
        });
        alone || in_burst
    }

    fn is_faded(&mut self, now: Instant, random: &mut impl Rng) -> bool {
        let Some(Fades { good, bad }) = self.link.fades else {
            return false;
        };
        let (mut is_bad, mut until) = self.fade.unwrap_or((true, now));
        while until <= now {
            is_bad = !is_bad;
            let mean = if is_bad { bad } else { good };
            // By inversion; never a time of zero length, so that this ends.
            until += mean.mul_f64(-(1.0 - random.random::<f64>()).ln()) + Duration::from_nanos(1);
        }
        self.fade = Some((is_bad, until));
        is_bad
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

    fn random() -> Xoshiro256PlusPlus {
        Xoshiro256PlusPlus::seed_from_u64(7)
    }

    fn send_many(link: Link, count: usize) -> Direction {
        let (mut direction, mut random, now) = (Direction::new(link), random(), Instant::now());
        for _ in 0..count {
            direction.send(1200, HEADER_V4, now, &mut random);
        }
        direction
    }

    #[test]
    fn a_rate_spreads_datagrams_in_time() {
        // 1228 bytes at 9.824 Mbit/s take a millisecond.
        let link = Link {
            rate_bits: Some(9_824_000),
            delay: Duration::from_millis(50),
            ..Link::default()
        };
        let (mut direction, mut random, now) = (Direction::new(link), random(), Instant::now());
        for n in 1..=10 {
            let fate = direction.send(1200, HEADER_V4, now, &mut random);
            assert_eq!(fate.arrivals, [now + Duration::from_millis(50 + n)]);
        }
    }

    #[test]
    fn a_full_queue_drops_what_comes_last() {
        let link = Link {
            rate_bits: Some(1_000_000),
            queue_bytes: Some(10 * 1228),
            ..Link::default()
        };
        let direction = send_many(link, 50);
        assert_eq!(direction.counters.queue_full, 40);
    }

    #[test]
    fn a_packet_of_the_mtu_passes_and_one_more_byte_does_not() {
        let (mut direction, mut random, now) =
            (Direction::new(Link::default()), random(), Instant::now());
        assert_eq!(
            direction
                .send(1500 - HEADER_V4, HEADER_V4, now, &mut random)
                .arrivals,
            [now]
        );
        assert_eq!(
            direction
                .send(1501 - HEADER_V4, HEADER_V4, now, &mut random)
                .arrivals,
            []
        );
        assert_eq!(direction.counters.too_big, 1);
    }

    #[test]
    fn loss_is_as_often_as_said() {
        let direction = send_many(
            Link {
                loss: 0.05,
                ..Link::default()
            },
            100_000,
        );
        assert!(
            (4_700..5_300).contains(&direction.counters.lost),
            "{}",
            direction.counters.lost
        );
    }

    #[test]
    fn bursts_have_the_average_and_the_length_that_was_asked_for() {
        let link = Link {
            burst: Some(GilbertElliott::bursts(0.03, 8.0)),
            ..Link::default()
        };
        let (mut direction, mut random, now) = (Direction::new(link), random(), Instant::now());
        let (mut lost, mut bursts, mut before) = (0_u32, 0_u32, false);
        for _ in 0..200_000 {
            let is_lost = direction
                .send(1200, HEADER_V4, now, &mut random)
                .arrivals
                .is_empty();
            lost += u32::from(is_lost);
            bursts += u32::from(is_lost && !before);
            before = is_lost;
        }
        let (average, length) = (
            f64::from(lost) / 200_000.0,
            f64::from(lost) / f64::from(bursts),
        );
        assert!((0.025..0.035).contains(&average), "{average}");
        assert!((7.0..9.0).contains(&length), "{length}");
    }

    #[test]
    fn fades_have_the_average_that_was_asked_for_however_little_is_sent() {
        for gap in [Duration::from_micros(500), Duration::from_millis(50)] {
            let link = Link {
                fades: Some(Fades::average(0.03, Duration::from_millis(20))),
                ..Link::default()
            };
            let (mut direction, mut random, mut now) =
                (Direction::new(link), random(), Instant::now());
            let count = (Duration::from_secs(3600).as_secs_f64() / gap.as_secs_f64()) as u32;
            for _ in 0..count {
                direction.send(1200, HEADER_V4, now, &mut random);
                now += gap;
            }
            let average = direction.counters.lost as f64 / f64::from(count);
            assert!((0.025..0.035).contains(&average), "{average} at {gap:?}");
        }
    }

    #[test]
    fn jitter_keeps_the_order_and_reordering_breaks_it() {
        let arrivals = |link: Link| {
            let (mut direction, mut random, now) = (Direction::new(link), random(), Instant::now());
            (0..1000)
                .map(|n| {
                    direction
                        .send(
                            100,
                            HEADER_V4,
                            now + Duration::from_micros(n * 100),
                            &mut random,
                        )
                        .arrivals[0]
                })
                .collect::<Vec<_>>()
        };
        let delay = Duration::from_millis(40);
        assert!(
            arrivals(Link {
                delay,
                jitter: delay,
                ..Link::default()
            })
            .is_sorted()
        );
        assert!(
            !arrivals(Link {
                delay,
                reorder: 0.1,
                ..Link::default()
            })
            .is_sorted()
        );
    }

    #[test]
    #[should_panic(expected = "loss is 5")]
    fn a_percentage_is_no_probability() {
        Link {
            loss: 5.0,
            ..Link::default()
        }
        .check();
    }
}
