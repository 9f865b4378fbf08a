//! One direction through the bottleneck.

use std::time::Duration;

use super::Random;

/// Loss in bursts (Gilbert): all is lost while bad.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Burst {
    pub(in super::super) average: f64,
    /// Mean packets of a burst.
    pub(in super::super) length: f64,
}

/// A token bucket that drops what is over the rate and queues nothing.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Policer {
    pub(in super::super) bytes_per_second: f64,
    pub(in super::super) bucket: f64,
}

#[derive(Clone, Debug)]
pub(in super::super) struct Link {
    pub(in super::super) bytes_per_second: f64,
    /// Both ways together.
    pub(in super::super) round_trip: Duration,
    pub(in super::super) buffer: f64,
    /// Data and acknowledgements alike.
    pub(in super::super) loss: f64,
    pub(in super::super) burst: Option<Burst>,
    /// Up to so much more each way, order kept.
    pub(in super::super) jitter: Duration,
    /// Up to so much more there, order not kept.
    pub(in super::super) reorder: Duration,
    pub(in super::super) policer: Option<Policer>,
    /// (from when, the new rate), in order.
    pub(in super::super) steps: Vec<(Duration, f64)>,
}

impl Link {
    /// `buffer` in bandwidth-delay products.
    pub(in super::super) fn new(mbit: f64, round_trip_ms: u64, buffer: f64) -> Self {
        let bytes_per_second = mbit * 125_000.0;
        let round_trip = Duration::from_millis(round_trip_ms);
        Self {
            bytes_per_second,
            round_trip,
            buffer: (bytes_per_second * round_trip.as_secs_f64() * buffer).max(15_000.0),
            loss: 0.0,
            burst: None,
            jitter: Duration::ZERO,
            reorder: Duration::ZERO,
            policer: None,
            steps: Vec::new(),
        }
    }

    pub(in super::super) fn with_loss(self, loss: f64) -> Self {
        Self { loss, ..self }
    }
}

/// The state of the bottleneck.
#[derive(Debug)]
pub(super) struct Bottleneck {
    pub(super) link: Link,
    free_at: Duration,
    last_arrival: Duration,
    bad: bool,
    tokens: f64,
    tokens_at: Duration,
}

impl Bottleneck {
    pub(super) fn new(link: Link) -> Self {
        Self {
            tokens: link.policer.map_or(0.0, |policer| policer.bucket),
            link,
            free_at: Duration::ZERO,
            last_arrival: Duration::ZERO,
            bad: false,
            tokens_at: Duration::ZERO,
        }
    }

    /// How long a packet would wait now.
    pub(super) fn queue(&self, now: Duration) -> Duration {
        self.free_at.saturating_sub(now)
    }

    /// When a packet arrives at the other end, if it does.
    pub(super) fn send(
        &mut self,
        now: Duration,
        size: f64,
        random: &mut Random,
    ) -> Option<Duration> {
        while self.link.steps.first().is_some_and(|&(at, _)| at <= now) {
            self.link.bytes_per_second = self.link.steps.remove(0).1;
        }
        if let Some(policer) = self.link.policer {
            let elapsed = now.saturating_sub(self.tokens_at).as_secs_f64();
            self.tokens = (self.tokens + elapsed * policer.bytes_per_second).min(policer.bucket);
            self.tokens_at = now;
            if self.tokens < size {
                return None;
            }
            self.tokens -= size;
        }
        let start = self.free_at.max(now);
        let waiting = start.saturating_sub(now).as_secs_f64() * self.link.bytes_per_second;
        if waiting > 0.0 && waiting + size > self.link.buffer {
            return None;
        }
        self.free_at = start + Duration::from_secs_f64(size / self.link.bytes_per_second);
        let mut is_lost = random.next() < self.link.loss;
        if let Some(burst) = self.link.burst {
            let to_good = 1.0 / burst.length;
            let to_bad = to_good * burst.average / (1.0 - burst.average);
            self.bad ^= random.next() < if self.bad { to_good } else { to_bad };
            is_lost |= self.bad;
        }
        if is_lost {
            return None;
        }
        let arrival =
            self.free_at + self.link.round_trip / 2 + self.link.jitter.mul_f64(random.next());
        self.last_arrival = self.last_arrival.max(arrival);
        Some(self.last_arrival + self.link.reorder.mul_f64(random.next()))
    }
}
