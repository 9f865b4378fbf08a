//! One sender and its receiver, around a congestion controller.

use std::{collections::VecDeque, time::Duration};

use super::Congestion;

/// Bytes of a packet on the wire.
pub(super) const PACKET: u64 = 1200;
const PACKET_THRESHOLD: u64 = 16;
const TIME_THRESHOLD: f64 = 9.0 / 8.0;
const ACK_DELAY: Duration = Duration::from_millis(25);
const PACER_SHARE: f64 = 1.25;
const PACER_INTERVAL: f64 = 0.002;

/// A sender with endless data, but in the times when it has none.
pub(super) struct Flow {
    pub(super) congestion: Box<dyn Congestion>,
    pub(super) starts: Duration,
    /// (from, to) in which there is nothing to send.
    pub(super) idle: Vec<(Duration, Duration)>,
    /// Send times of packets that are neither acknowledged nor lost, from `first` on.
    sent: VecDeque<Option<Duration>>,
    first: u64,
    next: u64,
    pub(super) in_flight: u64,
    largest_acked: Option<u64>,
    srtt: Duration,
    latest_rtt: Duration,
    tokens: f64,
    tokens_at: Duration,
    /// The receiver's: numbers that the sender was not told of yet.
    pub(super) to_ack: Vec<u64>,
    pub(super) ack_timer: Option<Duration>,
    /// Bytes that arrived.
    pub(super) arrived: u64,
    /// Packets sent.
    pub(super) packets: u64,
    last_activity: Duration,
    pub(super) wake: Option<Duration>,
}

impl Flow {
    pub(super) fn new(congestion: Box<dyn Congestion>, starts: Duration) -> Self {
        Self {
            congestion,
            starts,
            idle: Vec::new(),
            sent: VecDeque::new(),
            first: 0,
            next: 0,
            in_flight: 0,
            largest_acked: None,
            srtt: Duration::from_millis(100),
            latest_rtt: Duration::from_millis(100),
            tokens: 10.0 * PACKET as f64,
            tokens_at: starts,
            to_ack: Vec::new(),
            ack_timer: None,
            arrived: 0,
            packets: 0,
            last_activity: starts,
            wake: None,
        }
    }

    fn is_idle(&self, now: Duration) -> Option<Duration> {
        self.idle
            .iter()
            .find(|(from, to)| (*from..*to).contains(&now))
            .map(|&(_, to)| to)
    }

    /// The number of the next packet, if one may be sent now; else `Err` with the time to ask again, if any.
    pub(super) fn poll_send(&mut self, now: Duration) -> Result<u64, Option<Duration>> {
        if let Some(until) = self.is_idle(now) {
            return Err(Some(until));
        }
        let window = self.congestion.window();
        if self.in_flight + PACKET >= window {
            return Err(None);
        }
        let rate = PACER_SHARE * window as f64 / self.srtt.as_secs_f64();
        let most = (window as f64 * PACER_INTERVAL / self.srtt.as_secs_f64())
            .clamp(10.0 * PACKET as f64, 256.0 * PACKET as f64);
        self.tokens =
            (self.tokens + now.saturating_sub(self.tokens_at).as_secs_f64() * rate).min(most);
        self.tokens_at = now;
        if self.tokens < PACKET as f64 {
            // A burst at a time, as quinn's pacer.
            let wait = (most - self.tokens) / rate;
            return Err(Some(now + Duration::from_secs_f64(wait)));
        }
        self.tokens -= PACKET as f64;
        let number = self.next;
        self.next += 1;
        self.sent.push_back(Some(now));
        self.in_flight += PACKET;
        self.packets += 1;
        self.last_activity = now;
        self.congestion.on_sent(now);
        Ok(number)
    }

    pub(super) fn on_acks(&mut self, now: Duration, numbers: &[u64]) {
        let app_limited = self.is_idle(now).is_some();
        let mut newest = None;
        for &number in numbers {
            let Some(sent) = number
                .checked_sub(self.first)
                .and_then(|index| self.sent.get_mut(index as usize))
                .and_then(Option::take)
            else {
                continue;
            };
            self.in_flight -= PACKET;
            self.congestion.on_ack(now, sent, PACKET, app_limited);
            newest = newest.max(Some((number, sent)));
        }
        let Some((number, sent)) = newest else {
            return;
        };
        self.last_activity = now;
        self.congestion
            .on_end_acks(now, self.in_flight, app_limited);
        if Some(number) > self.largest_acked {
            self.largest_acked = Some(number);
            self.latest_rtt = now.saturating_sub(sent);
            self.srtt = (self.srtt * 7 + self.latest_rtt) / 8;
        }
        self.detect_losses(now);
    }

    /// Declares what is lost; also called when a timer says so.
    pub(super) fn detect_losses(&mut self, now: Duration) {
        let delay = self.srtt.max(self.latest_rtt).mul_f64(TIME_THRESHOLD);
        let (mut bytes, mut newest) = (0, Duration::ZERO);
        for (index, slot) in self.sent.iter_mut().enumerate() {
            let number = self.first + index as u64;
            if self.largest_acked.is_none_or(|largest| number >= largest) {
                break;
            }
            let Some(sent) = *slot else { continue };
            let late = self
                .largest_acked
                .is_some_and(|largest| largest >= number + PACKET_THRESHOLD);
            if late || now.saturating_sub(sent) >= delay {
                *slot = None;
                bytes += PACKET;
                newest = newest.max(sent);
            }
        }
        while self.sent.front().is_some_and(Option::is_none) {
            self.sent.pop_front();
            self.first += 1;
        }
        if bytes > 0 {
            self.in_flight -= bytes;
            self.congestion.on_loss(now, newest, bytes);
        }
    }

    /// The tail is lost and no acknowledgement will say so: a probe time-out, told as loss.
    pub(super) fn on_silence(&mut self, now: Duration) {
        let patience = if self.largest_acked.is_some() {
            self.srtt * 3
        } else {
            Duration::from_secs(3)
        };
        if self.in_flight == 0 || now.saturating_sub(self.last_activity) < patience {
            return;
        }
        let newest = self.sent.iter().flatten().max().copied().unwrap_or(now);
        let bytes = self.in_flight;
        self.first += self.sent.len() as u64;
        self.sent.clear();
        self.in_flight = 0;
        self.last_activity = now;
        self.congestion.on_loss(now, newest, bytes);
    }

    /// A packet has reached the receiver; true: it answers now.
    pub(super) fn on_arrival(&mut self, now: Duration, number: u64) -> bool {
        self.arrived += PACKET;
        let in_order = self.to_ack.last().is_none_or(|&last| last + 1 == number);
        self.to_ack.push(number);
        if self.to_ack.len() >= 2 || !in_order {
            return true;
        }
        self.ack_timer.get_or_insert(now + ACK_DELAY);
        false
    }
}
