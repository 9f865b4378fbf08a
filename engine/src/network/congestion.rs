//! The engine's congestion controller behind quinn's trait: translates calls and clocks, decides nothing.
//!
//! What quinn 0.11 does and does not tell (quinn-proto 0.11.19), and what follows from it:
//!
//! - The window is the only lever: the pacer always runs at 1.25 windows per smoothed round trip.
//! - `on_ack` brings no packet number, but the time of sending, which is the same for all packets of one
//!   transmit: that is the key. The estimator's round trip is older than the acknowledgement, so the
//!   controller takes now minus the time of sending of the newest packet.
//! - Losses come in batches, after `on_end_acks` of the same acknowledgement: their bytes together and the
//!   time of sending of the newest. No bytes mean congestion marks (ECN).
//! - There is no undo for losses that turn out to be late packets.

use std::{
    any::Any,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chunkstream_core::congestion::{Config, Controller, Start, State};
use quinn::congestion::{self, ControllerFactory};
use quinn_proto::RttEstimator;

/// Acknowledgements of a connection's current path.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Acks {
    pub(crate) all: u64,
    /// Those that came while more was ready to be sent than the window or the pacer let go.
    pub(crate) full: u64,
}

/// Makes a controller for each path.
#[derive(Debug, Default)]
pub(super) struct AutoConfig {
    config: Config,
    /// Gives each path another seed, so that paths through one bottleneck do not probe in step.
    made: AtomicU64,
    /// Whether the start that is remembered is used up: a connection that moves begins on another path.
    started: AtomicBool,
}

impl AutoConfig {
    /// For one connection, on a path of which this is remembered.
    pub(super) fn starting(start: Option<Start>, seed: u64) -> Self {
        Self {
            config: Config {
                start,
                seed,
                ..Config::default()
            },
            ..Self::default()
        }
    }
}

/// What the controller of a connection believes of its path, if it is the engine's own.
pub(super) fn state_of(connection: &quinn::Connection) -> Option<State> {
    let controller = connection.congestion_state().into_any();
    let auto = controller.downcast::<Auto>().ok()?;
    Some(auto.controller.state())
}

/// How often the path was full, if the controller is the engine's own.
pub(crate) fn acks_of(connection: &quinn::Connection) -> Option<Acks> {
    let controller = connection.congestion_state().into_any();
    let auto = controller.downcast::<Auto>().ok()?;
    Some(auto.acks)
}

impl ControllerFactory for AutoConfig {
    fn build(self: Arc<Self>, now: Instant, current_mtu: u16) -> Box<dyn congestion::Controller> {
        let config = Config {
            seed: self
                .config
                .seed
                .wrapping_add(self.made.fetch_add(1, Ordering::Relaxed)),
            start: self
                .config
                .start
                .filter(|_| !self.started.swap(true, Ordering::Relaxed)),
            ..self.config
        };
        Box::new(Auto {
            epoch: now,
            controller: Controller::new(config, Duration::ZERO, current_mtu),
            acks: Acks::default(),
        })
    }
}

/// The controller of one path.
#[derive(Clone, Debug)]
pub(super) struct Auto {
    /// The moment from which the controller counts.
    epoch: Instant,
    controller: Controller,
    acks: Acks,
}

impl Auto {
    fn since_epoch(&self, at: Instant) -> Duration {
        at.saturating_duration_since(self.epoch)
    }

    /// `on_ack` without what it does not need (and nobody but quinn can make: the estimator).
    fn acked(&mut self, sent: Instant, bytes: u64) {
        self.controller.on_ack(self.since_epoch(sent), bytes);
    }
}

impl congestion::Controller for Auto {
    fn on_sent(&mut self, now: Instant, _bytes: u64, _last_packet_number: u64) {
        self.controller.on_sent(self.since_epoch(now));
    }

    fn on_ack(
        &mut self,
        _now: Instant,
        sent: Instant,
        bytes: u64,
        _app_limited: bool,
        _rtt: &RttEstimator,
    ) {
        self.acked(sent, bytes);
    }

    fn on_end_acks(
        &mut self,
        now: Instant,
        in_flight: u64,
        app_limited: bool,
        _largest_packet_num_acked: Option<u64>,
    ) {
        self.acks.all += 1;
        self.acks.full += u64::from(!app_limited);
        self.controller
            .on_end_acks(self.since_epoch(now), in_flight, app_limited);
    }

    fn on_congestion_event(
        &mut self,
        now: Instant,
        sent: Instant,
        is_persistent_congestion: bool,
        lost_bytes: u64,
    ) {
        let (now, sent) = (self.since_epoch(now), self.since_epoch(sent));
        if lost_bytes == 0 {
            self.controller.on_mark(now, sent);
        } else {
            self.controller
                .on_loss(sent, lost_bytes, is_persistent_congestion);
        }
    }

    fn on_mtu_update(&mut self, new_mtu: u16) {
        self.controller.set_mtu(new_mtu);
    }

    fn window(&self) -> u64 {
        self.controller.window()
    }

    fn clone_box(&self) -> Box<dyn congestion::Controller> {
        Box::new(self.clone())
    }

    fn initial_window(&self) -> u64 {
        self.controller.initial_window()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

#[cfg(test)]
mod tests {
    use congestion::Controller as _;

    use super::*;

    const PACKET: u64 = 1200;

    fn build(config: &Arc<AutoConfig>, now: Instant) -> Box<Auto> {
        let built = config.clone().build(now, PACKET as u16);
        built.into_any().downcast().expect("an Auto")
    }

    /// Round trips of 100 ms on a path that takes everything.
    fn grow(auto: &mut Auto, mut now: Instant, rounds: u32) -> Instant {
        for _ in 0..rounds {
            let sent = now;
            let packets = auto.window() / PACKET;
            auto.on_sent(sent, packets * PACKET, 0);
            now += Duration::from_millis(100);
            for _ in 0..packets {
                auto.acked(sent, PACKET);
            }
            auto.on_end_acks(now, 0, false, None);
        }
        now
    }

    #[test]
    fn it_doubles_from_its_initial_window_on_a_path_that_takes_everything() {
        let now = Instant::now();
        let mut auto = build(&Arc::default(), now);
        assert_eq!(auto.window(), auto.initial_window());
        grow(&mut auto, now, 5);
        assert!(
            auto.window() > auto.initial_window() * 16,
            "{}",
            auto.window()
        );
    }

    #[test]
    fn only_the_first_path_of_a_connection_begins_with_what_is_remembered() {
        let now = Instant::now();
        let start = Start {
            window: 1_000_000,
            rtt: Duration::from_millis(100),
            variation: Duration::ZERO,
            rate: 20_000_000,
            loss_ppm: 0,
        };
        let factory = Arc::new(AutoConfig::starting(Some(start), 1));
        let (mut first, mut second) = (build(&factory, now), build(&factory, now));
        grow(&mut first, now, 1);
        grow(&mut second, now, 1);
        assert!(first.window() >= 1_000_000, "{}", first.window());
        assert!(second.window() < 100_000, "{}", second.window());
    }

    #[test]
    fn a_copy_goes_its_own_way_and_both_can_be_looked_into() {
        let now = Instant::now();
        let mut auto = build(&Arc::default(), now);
        let copy = auto.clone_box();
        grow(&mut auto, now, 3);
        assert_eq!(copy.window(), copy.initial_window());
        let inside = auto.into_any().downcast::<Auto>().expect("an Auto");
        assert!(inside.controller.state().rate > 0.0);
    }

    #[test]
    fn an_event_without_bytes_is_a_congestion_mark_and_one_with_bytes_is_loss() {
        let now = Instant::now();
        let factory = Arc::default();
        let (mut marked, mut lossy) = (build(&factory, now), build(&factory, now));
        let end = grow(&mut marked, now, 5);
        grow(&mut lossy, now, 5);
        let before = lossy.window();
        lossy.on_congestion_event(end, end, false, PACKET);
        assert_eq!(
            lossy.window(),
            before,
            "a lost packet alone is no congestion"
        );
        marked.on_congestion_event(end, end, false, 0);
        assert!(marked.window() < before, "a mark is");
    }

    #[test]
    fn persistent_congestion_halves_the_window_each_time_and_never_to_nothing() {
        let now = Instant::now();
        let mut auto = build(&Arc::default(), now);
        let end = grow(&mut auto, now, 5);
        let mut before = auto.window();
        auto.on_congestion_event(end, end, true, PACKET);
        assert!(auto.window() <= before / 2);
        for _ in 0..20 {
            before = auto.window();
            auto.on_congestion_event(end, end, true, PACKET);
            assert!(auto.window() <= before);
        }
        assert_eq!(auto.window(), 4 * PACKET);
    }

    #[test]
    fn acknowledgements_are_told_apart_by_whether_the_path_was_full() {
        let now = Instant::now();
        let mut auto = build(&Arc::default(), now);
        auto.on_end_acks(now, 0, false, None);
        auto.on_end_acks(now, 0, true, None);
        auto.on_end_acks(now, 0, false, None);
        assert_eq!(auto.acks, Acks { all: 3, full: 2 });
    }

    #[test]
    fn times_before_its_own_beginning_do_no_harm() {
        let now = Instant::now();
        let mut auto = build(&Arc::default(), now + Duration::from_secs(1));
        auto.on_sent(now, PACKET, 0);
        auto.acked(now, PACKET);
        auto.on_end_acks(now, 0, false, None);
        assert!(auto.window() > 0);
    }
}
