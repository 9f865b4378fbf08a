//! A small deterministic network for the controller: packets, one bottleneck, flows that send without end.
//!
//! What a QUIC library does around a controller is modelled as quinn does it: a pacer at 1.25 windows per
//! smoothed round trip, loss by packet number (16) and by time (9/8), acknowledgements of every second packet
//! or after 25 ms. All data is as good as any other: goodput is what arrives, headers included.

mod cubic;
mod flow;
mod grid;
mod link;
mod warm;
mod world;

pub(super) use cubic::Cubic;
pub(super) use link::{Burst, Link, Policer};
pub(super) use world::World;

use std::time::Duration;

/// What a flow asks its congestion controller.
pub(super) trait Congestion {
    fn on_sent(&mut self, now: Duration);
    fn on_ack(&mut self, now: Duration, sent: Duration, bytes: u64, app_limited: bool);
    fn on_end_acks(&mut self, now: Duration, in_flight: u64, app_limited: bool);
    fn on_loss(&mut self, now: Duration, sent: Duration, bytes: u64);
    fn window(&self) -> u64;
}

impl Congestion for super::Controller {
    fn on_sent(&mut self, now: Duration) {
        self.on_sent(now);
    }

    fn on_ack(&mut self, _now: Duration, sent: Duration, bytes: u64, _app_limited: bool) {
        self.on_ack(sent, bytes);
    }

    fn on_end_acks(&mut self, now: Duration, in_flight: u64, app_limited: bool) {
        self.on_end_acks(now, in_flight, app_limited);
    }

    fn on_loss(&mut self, _now: Duration, sent: Duration, bytes: u64) {
        self.on_loss(sent, bytes, false);
    }

    fn window(&self) -> u64 {
        self.window()
    }
}

/// splitmix64 (Steele, Lea and Flood 2014): a few lines, the same everywhere.
#[derive(Clone, Debug)]
pub(super) struct Random(pub(super) u64);

impl Random {
    /// From 0 up to 1.
    pub(super) fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
