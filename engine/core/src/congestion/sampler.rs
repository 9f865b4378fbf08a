//! How fast the path delivers: delivery-rate samples after draft-cheng-iccrg-delivery-rate-estimation.
//!
//! Each send remembers what had been delivered until then. When it is acknowledged, what has been delivered
//! since, over the time since, is a rate. The time is the longer of the time over which it was sent and the
//! time over which it was acknowledged, so that acknowledgements that arrive in a lump are no speed.
//!
//! Losses count for nothing here: the rate is what arrives.

use std::{collections::VecDeque, time::Duration};

/// Marks kept; reached only by an end that sends nothing but acknowledgements, and those need no samples.
const MAX_MARKS: usize = 1 << 16;

/// What was known when something was sent.
#[derive(Clone, Debug)]
struct Mark {
    sent: Duration,
    delivered: u64,
    delivered_at: Duration,
    /// When that was sent which was acknowledged last.
    acked_sent: Duration,
    app_limited: bool,
}

/// What a batch of acknowledgements tells.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Sample {
    /// When the newest packet of the batch was sent.
    pub(super) sent: Duration,
    /// From there to its acknowledgement.
    pub(super) rtt: Duration,
    /// Bytes that the batch acknowledges.
    pub(super) acked: u64,
    /// Bytes per second, if the batch tells.
    pub(super) rate: Option<f64>,
    /// Whether there was too little to send for the rate to say what the path can do.
    pub(super) app_limited: bool,
}

/// Turns sends and acknowledgements into samples.
#[derive(Clone, Debug, Default)]
pub(super) struct Sampler {
    marks: VecDeque<Mark>,
    delivered: u64,
    delivered_at: Duration,
    acked_sent: Duration,
    /// Until so much is delivered, what is sent is limited by the application.
    app_limited_until: Option<u64>,
    /// The batch that is coming in: newest send time and bytes.
    batch: Option<(Duration, u64)>,
}

impl Sampler {
    pub(super) fn on_sent(&mut self, now: Duration) {
        if self.marks.back().is_some_and(|mark| mark.sent == now) {
            return;
        }
        if self.marks.is_empty() {
            // Nothing was on its way: time in which nothing was sent is no part of any rate.
            self.delivered_at = self.delivered_at.max(now);
            self.acked_sent = self.acked_sent.max(now);
        }
        if self.marks.len() == MAX_MARKS {
            self.marks.pop_front();
        }
        self.marks.push_back(Mark {
            sent: now,
            delivered: self.delivered,
            delivered_at: self.delivered_at,
            acked_sent: self.acked_sent,
            app_limited: self.app_limited_until.is_some(),
        });
    }

    /// One packet of a batch, sent at `sent`.
    pub(super) fn on_ack(&mut self, sent: Duration, bytes: u64) {
        self.delivered += bytes;
        let (newest, sum) = self.batch.unwrap_or((sent, 0));
        self.batch = Some((newest.max(sent), sum + bytes));
    }

    /// The batch is complete. `shortest`: an interval below this tells nothing. None without a batch.
    pub(super) fn end_acks(
        &mut self,
        now: Duration,
        in_flight: u64,
        app_limited: bool,
        shortest: Duration,
    ) -> Option<Sample> {
        let (sent, acked) = self.batch.take()?;
        let index = self.marks.partition_point(|mark| mark.sent < sent);
        let mark = self.marks.get(index).filter(|mark| mark.sent == sent);
        let sample = Sample {
            sent,
            rtt: now.saturating_sub(sent),
            acked,
            rate: mark.and_then(|mark| {
                let interval = now
                    .saturating_sub(mark.delivered_at)
                    .max(mark.sent.saturating_sub(mark.acked_sent));
                let delivered = self.delivered - mark.delivered;
                (!interval.is_zero() && interval >= shortest)
                    .then(|| delivered as f64 / interval.as_secs_f64())
            }),
            app_limited: mark.is_some_and(|mark| mark.app_limited),
        };
        // Only what was sent later can be the newest of another batch.
        if sent >= self.acked_sent {
            self.marks.drain(..index);
            self.acked_sent = sent;
        }
        self.delivered_at = now;
        if in_flight == 0 {
            self.marks.clear();
        }
        if self
            .app_limited_until
            .is_some_and(|until| self.delivered > until)
        {
            self.app_limited_until = None;
        }
        if app_limited {
            self.app_limited_until = Some(self.delivered + in_flight);
        }
        Some(sample)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    /// 1,000 bytes each millisecond, acknowledged 100 ms later; `ack_at` may hold acknowledgements up.
    fn run(ack_at: impl Fn(u64) -> u64) -> Vec<f64> {
        let (mut sampler, mut rates) = (Sampler::default(), Vec::new());
        for now in 0..1000 {
            for sent in (0..now).filter(|&sent| ack_at(sent) == now) {
                sampler.on_ack(MS(sent), 1000);
            }
            if let Some(sample) = sampler.end_acks(MS(now), 100_000, false, MS(90)) {
                rates.extend(sample.rate);
            }
            sampler.on_sent(MS(now));
        }
        rates
    }

    #[test]
    fn a_steady_flow_is_measured_at_its_rate() {
        let rates = run(|sent| sent + 100);
        assert!(rates.len() > 700);
        for rate in &rates[200..] {
            assert!((rate / 1e6 - 1.0).abs() < 0.02, "{rate}");
        }
    }

    #[test]
    fn acknowledgements_in_lumps_are_no_speed() {
        // All of 20 ms at once: no sample is more than a lump above the truth.
        let rates = run(|sent| (sent + 100).next_multiple_of(20));
        for rate in &rates {
            assert!(*rate < 1.25e6, "{rate}");
        }
    }

    #[test]
    fn losses_lower_the_rate_by_just_that_much() {
        let rates = run(|sent| if sent % 10 == 0 { u64::MAX } else { sent + 100 });
        for rate in &rates[300..] {
            assert!((rate / 0.9e6 - 1.0).abs() < 0.03, "{rate}");
        }
    }

    #[test]
    fn what_is_sent_after_a_pause_is_marked_and_the_pause_is_not_counted() {
        let mut sampler = Sampler::default();
        sampler.on_sent(MS(0));
        sampler.on_ack(MS(0), 1000);
        let first = sampler.end_acks(MS(100), 0, true, MS(0)).expect("a batch");
        assert!(!first.app_limited);
        sampler.on_sent(MS(60_000));
        sampler.on_ack(MS(60_000), 1000);
        let second = sampler
            .end_acks(MS(60_100), 0, false, MS(0))
            .expect("a batch");
        assert!(second.app_limited);
        assert!((second.rate.expect("a rate") - 10_000.0).abs() < 1.0);
        sampler.on_sent(MS(60_200));
        sampler.on_ack(MS(60_200), 1000);
        let third = sampler
            .end_acks(MS(60_300), 0, false, MS(0))
            .expect("a batch");
        assert!(!third.app_limited);
    }

    #[test]
    fn marks_are_bounded_when_nothing_is_ever_acknowledged() {
        let mut sampler = Sampler::default();
        for now in 0..=MAX_MARKS as u64 {
            sampler.on_sent(MS(now));
        }
        assert_eq!(sampler.marks.len(), MAX_MARKS);
    }
}
