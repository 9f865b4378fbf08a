//! A competitor: CUBIC after RFC 9438, with slow start until the first loss and no HyStart.

use std::time::Duration;

use super::Congestion;

const C: f64 = 0.4;
const BETA: f64 = 0.7;
const SEGMENT: f64 = 1200.0;

/// All windows in segments.
#[derive(Debug)]
pub(in super::super) struct Cubic {
    window: f64,
    threshold: f64,
    largest: f64,
    /// What Reno would have (section 4.3).
    reno: f64,
    epoch: Option<Duration>,
    k: f64,
    recovery: Duration,
    rtt: Duration,
}

impl Cubic {
    pub(in super::super) fn new() -> Self {
        Self {
            window: 10.0,
            threshold: f64::INFINITY,
            largest: 0.0,
            reno: 0.0,
            epoch: None,
            k: 0.0,
            recovery: Duration::ZERO,
            rtt: Duration::from_millis(100),
        }
    }
}

impl Congestion for Cubic {
    fn on_sent(&mut self, _now: Duration) {}

    fn on_ack(&mut self, now: Duration, sent: Duration, bytes: u64, app_limited: bool) {
        self.rtt = now.saturating_sub(sent);
        if app_limited || sent < self.recovery {
            return;
        }
        let acked = bytes as f64 / SEGMENT;
        if self.window < self.threshold {
            self.window += acked;
            return;
        }
        let epoch = *self.epoch.get_or_insert_with(|| {
            self.k = ((self.largest - self.window).max(0.0) / C).cbrt();
            self.reno = self.window;
            now
        });
        let time = (now.saturating_sub(epoch) + self.rtt).as_secs_f64();
        let target = (C * (time - self.k).powi(3)
            + self.largest.max(self.window.min(self.largest)))
        .clamp(self.window, self.window * 1.5);
        self.reno += 3.0 * (1.0 - BETA) / (1.0 + BETA) * acked / self.window;
        self.window += (target - self.window) / self.window * acked;
        self.window = self.window.max(self.reno);
    }

    fn on_end_acks(&mut self, _now: Duration, _in_flight: u64, _app_limited: bool) {}

    fn on_loss(&mut self, now: Duration, sent: Duration, _bytes: u64) {
        if sent < self.recovery {
            return;
        }
        self.recovery = now;
        self.largest = if self.window < self.largest {
            // Fast convergence (section 4.7).
            self.window * f64::midpoint(1.0, BETA)
        } else {
            self.window
        };
        self.window = (self.window * BETA).max(2.0);
        self.threshold = self.window;
        self.epoch = None;
    }

    fn window(&self) -> u64 {
        (self.window * SEGMENT) as u64
    }
}
