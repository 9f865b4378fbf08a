//! The state machine: sends, acknowledgements and losses in, a window out.

mod cycle;
mod judge;

use std::time::Duration;

use self::judge::BACK_OFF;
use super::{
    filter::{MinRtt, WindowedMax},
    ledger::{Ledger, Pool},
    lumps::Lumps,
    memory::Start,
    phase::Phase,
    sampler::{Sample, Sampler},
    startup::Startup,
    warm::Warm,
    window::{MOST_FLOOR, Model},
};

/// Rounds whose largest rate counts: a whole cycle and a little.
const RATE_ROUNDS: u64 = 10;
/// A round is no shorter, so that it has enough packets to tell something.
const LEAST_ROUND: Duration = Duration::from_millis(10);
/// In startup the window is at most this many times what the path was seen to hold.
const STARTUP_MOST: f64 = 4.0;

/// What a controller is made with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Bytes that may be on their way before anything is known of the path.
    pub initial_window: u64,
    /// Makes the cycles of two controllers differ. Any number will do.
    pub seed: u64,
    /// What is remembered of the path.
    pub start: Option<Start>,
}

impl Default for Config {
    /// 32 packets: what large senders of the web start with; QUIC paces them, so they are no burst.
    fn default() -> Self {
        Self {
            initial_window: 32 * 1200,
            seed: 1,
            start: None,
        }
    }
}

/// What the controller believes of the path, to be shown and remembered.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct State {
    /// What it is about.
    pub phase: Phase,
    /// Bytes that may be on their way.
    pub window: u64,
    /// Bytes per second that arrive.
    pub rate: f64,
    /// The path without any queue, if it has been measured.
    pub min_rtt: Option<Duration>,
    /// The path's own loss, 0 to 0.35.
    pub loss: f64,
    /// Somebody else's queue.
    pub standing_queue: Duration,
}

/// The congestion controller of one path.
///
/// Order of calls for one acknowledgement: [`on_ack`](Self::on_ack) per packet,
/// [`on_end_acks`](Self::on_end_acks), then [`on_loss`](Self::on_loss) for what it showed to be lost.
/// All times are since one fixed moment and never go back.
#[derive(Clone, Debug)]
pub struct Controller {
    config: Config,
    mtu: u16,
    sampler: Sampler,
    ledger: Ledger,
    rate: WindowedMax,
    min_rtt: MinRtt,
    phase: Phase,
    startup: Startup,
    /// The jump at the beginning, on a path that is known.
    warm: Option<Warm>,
    window: f64,
    /// Turns with each round that was not short of data.
    rate_round: u64,
    /// The largest rate seen in this round.
    round_rate: f64,
    /// The rate known when the probe began.
    rate_before_up: f64,
    cruise_left: u32,
    /// The path's own loss: what is lost while the path is calm and we send little.
    floor: Pool,
    /// What is lost while we send little, calm or not.
    tolerated: Pool,
    /// No more loss than this is put down to the path.
    most_tolerated: f64,
    /// How many times more than by chance the losses of rounds differ from each other: 1 if each packet is
    /// lost by itself, the length of a burst if they come in bursts.
    bursts: f64,
    standing: Duration,
    jitter: Duration,
    /// What the last probes showed to fit, if one did not.
    ceiling: Option<f64>,
    /// What loss while cruising leaves until the next probe.
    bound: Option<f64>,
    probe: f64,
    next_probe: Duration,
    slumps: u32,
    /// Rounds of too much loss in a row.
    lossy_rounds: u32,
    lumps: Lumps,
    drained_at: Duration,
    marked_at: Option<Duration>,
}

impl Controller {
    /// A controller for a path of which nothing is known.
    pub fn new(config: Config, now: Duration, mtu: u16) -> Self {
        let window = config.initial_window as f64;
        Self {
            config,
            mtu,
            sampler: Sampler::default(),
            ledger: Ledger::new(now, Phase::Startup, window),
            rate: WindowedMax::new(RATE_ROUNDS),
            min_rtt: MinRtt::new(),
            phase: Phase::Startup,
            startup: Startup::new(0.0),
            warm: config.start.map(Warm::new),
            window,
            rate_round: 0,
            round_rate: 0.0,
            rate_before_up: 0.0,
            cruise_left: 0,
            floor: Pool::default(),
            tolerated: Pool::default(),
            most_tolerated: MOST_FLOOR,
            bursts: 1.0,
            standing: Duration::ZERO,
            jitter: Duration::ZERO,
            ceiling: None,
            bound: None,
            probe: 1.0,
            next_probe: now,
            slumps: 0,
            lossy_rounds: 0,
            lumps: Lumps::new(RATE_ROUNDS, now),
            drained_at: now,
            marked_at: None,
        }
    }

    /// Something was sent.
    pub fn on_sent(&mut self, now: Duration) {
        self.sampler.on_sent(now);
    }

    /// A packet of `bytes` that was sent at `sent` is acknowledged.
    pub fn on_ack(&mut self, sent: Duration, bytes: u64) {
        self.sampler.on_ack(sent, bytes);
        if let Some(round) = self.ledger.at(sent) {
            round.acked += bytes;
        }
        if let Some(warm) = &mut self.warm {
            warm.on_ack(sent, bytes);
        }
    }

    /// The packets of one acknowledgement have all been told. `in_flight`: bytes still on their way.
    /// `app_limited`: there is less to send than the window allows.
    pub fn on_end_acks(&mut self, now: Duration, in_flight: u64, app_limited: bool) {
        let shortest = self.min_rtt.get().unwrap_or_default().mul_f64(0.9);
        let Some(sample) = self.sampler.end_acks(now, in_flight, app_limited, shortest) else {
            return;
        };
        self.min_rtt.update(now, sample.rtt);
        self.ledger.book_rtt(sample.sent, sample.rtt);
        if app_limited && let Some(round) = self.ledger.at(now) {
            round.app_limited = true;
        }
        self.take_rate(now, &sample);
        if self.phase == Phase::Startup {
            let min_rtt = self.min_rtt.get().unwrap_or(sample.rtt);
            self.startup.on_rtt(sample.rtt, min_rtt);
            let usual = self.config.initial_window as f64;
            if let Some(warm) = &mut self.warm
                && warm.on_rtt(now, sample.rtt)
            {
                self.window = self.window.max(warm.base(usual));
            }
            if !app_limited && !self.warm.as_ref().is_some_and(Warm::is_retreating) {
                self.window += self.startup.growth(sample.acked);
            }
        }
        let began = self.ledger.began();
        if sample.sent >= began && now.saturating_sub(began) >= LEAST_ROUND {
            self.end_round(now);
        }
        self.set_window();
    }

    /// Packets are lost: `bytes` together, the newest of them sent at `sent`. `persistent`: all of a long
    /// time was lost (RFC 9002, section 7.6).
    pub fn on_loss(&mut self, sent: Duration, bytes: u64, persistent: bool) {
        if let Some(round) = self.ledger.at(sent) {
            round.lost += bytes;
        }
        if let Some(warm) = &mut self.warm {
            warm.on_loss(sent, bytes, self.mtu);
            self.set_window();
        }
        if persistent {
            // The path may be another one. RFC 9002 falls to the smallest window; half again and again is as
            // safe, since each further time without any acknowledgement takes another half.
            if self.phase == Phase::Startup {
                self.phase = Phase::Cruise;
                self.cruise_left = 1;
            }
            self.bound = Some((self.window / 2.0).max(self.model().least()));
            self.set_window();
        }
    }

    /// A router has marked packets (ECN-CE); the newest was sent at `sent`. Counts once per round.
    pub fn on_mark(&mut self, now: Duration, sent: Duration) {
        if self.marked_at.is_some_and(|at| sent < at) {
            return;
        }
        self.marked_at = Some(now);
        match self.phase {
            Phase::Startup => self.leave_startup(now),
            Phase::Up | Phase::Down => self.ceiling = Some(self.window.min(self.model().content())),
            Phase::Cruise | Phase::Drain => {
                self.bound = Some((self.window * BACK_OFF).max(self.model().least()));
            }
        }
        self.set_window();
    }

    /// The largest datagram has changed.
    pub fn set_mtu(&mut self, mtu: u16) {
        self.mtu = mtu;
    }

    /// Bytes that may be on their way; never 0.
    pub fn window(&self) -> u64 {
        self.window as u64
    }

    /// The window that it began with.
    pub fn initial_window(&self) -> u64 {
        self.config.initial_window
    }

    /// What it believes of the path.
    pub fn state(&self) -> State {
        State {
            phase: self.phase,
            window: self.window(),
            rate: self.rate.get(),
            min_rtt: self.min_rtt.get(),
            loss: self.floor.loss().min(MOST_FLOOR),
            standing_queue: self.standing,
        }
    }

    fn take_rate(&mut self, now: Duration, sample: &Sample) {
        if let Some(rate) = sample.rate
            && (!sample.app_limited || rate > self.rate.get())
        {
            self.rate.update(self.rate_round, rate);
            self.round_rate = self.round_rate.max(rate);
        }
        let rate = self.rate.get();
        self.lumps.add(now, self.rate_round, sample.acked, rate);
    }

    /// A round ends: judge the one before, whose packets are all accounted for, and begin the next.
    fn end_round(&mut self, now: Duration) {
        if self.round_rate > 0.0 {
            self.rate_round += 1;
        }
        let previous = self.ledger.previous().cloned();
        let min_rtt = self.min_rtt.get().unwrap_or_default();
        let too_fast = self.warm.as_mut().is_some_and(|warm| {
            let sent = previous.as_ref();
            let full = sent.is_some_and(|round| !round.app_limited);
            let began = sent.map_or(Duration::ZERO, |round| round.began);
            warm.end_round(self.round_rate, began, full)
        });
        if self.phase == Phase::Startup {
            let startup = &mut self.startup;
            if too_fast || startup.end_round(self.round_rate, previous.as_ref(), min_rtt) {
                self.leave_startup(now);
            }
        } else {
            if let Some(previous) = &previous {
                self.judge(now, previous);
            }
            self.advance(now);
        }
        self.round_rate = 0.0;
        self.set_window();
        self.ledger.open(now, self.phase, self.window);
    }

    fn model(&self) -> Model {
        Model {
            rate: self.rate.get(),
            min_rtt: self.min_rtt.get().unwrap_or_default(),
            floor: self.floor.loss(),
            standing: self.standing,
            jitter: self.jitter,
            lump: self.lumps.largest(),
            mtu: self.mtu,
        }
    }

    fn set_window(&mut self) {
        let model = self.model();
        if self.phase == Phase::Startup {
            let usual = self.config.initial_window as f64;
            let base = self.warm.as_ref().map_or(usual, |warm| warm.base(usual));
            let most = model.content() * STARTUP_MOST + base;
            self.window = self.window.min(most).max(model.least());
            if self.warm.as_ref().is_some_and(Warm::is_retreating) {
                self.window = self.window.min(usual.max(model.content()));
            }
            return;
        }
        if self.rate.get() <= 0.0 {
            // Nothing is known yet: what a startup that was cut short has left.
            self.window = self.bound.unwrap_or(self.window).max(model.least());
            return;
        }
        let mut window = model.window(self.phase, self.probe);
        if let Some(ceiling) = self.ceiling {
            let most = match self.phase {
                Phase::Up => ceiling * (1.0 + super::window::UP * self.probe),
                Phase::Down => ceiling * (1.0 - super::window::DOWN),
                _ => ceiling,
            };
            window = window.min(most);
        }
        if let Some(bound) = self.bound {
            window = window.min(bound);
        }
        self.window = window.max(model.least());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;
    const PACKET: u64 = 1200;

    /// A path of 12 Mbit/s and 100 ms that loses nothing, for so many round trips; one packet each millisecond.
    fn steady(controller: &mut Controller, from: u64, to: u64) {
        for now in from..to {
            if now >= from + 100 {
                controller.on_ack(MS(now - 100), PACKET);
                controller.on_end_acks(MS(now), 100 * PACKET, false);
            }
            controller.on_sent(MS(now));
        }
    }

    fn cruising() -> Controller {
        let mut controller = Controller::new(Config::default(), MS(0), PACKET as u16);
        steady(&mut controller, 0, 2_000);
        assert_ne!(controller.state().phase, Phase::Startup);
        controller
    }

    #[test]
    fn a_steady_path_is_known_after_its_startup() {
        let state = cruising().state();
        assert!((state.rate / 1.2e6 - 1.0).abs() < 0.05, "{state:?}");
        assert_eq!(state.min_rtt, Some(MS(100)));
        assert!(state.loss < 1e-9);
    }

    #[test]
    fn one_lost_packet_changes_nothing() {
        let mut controller = cruising();
        let before = controller.window();
        controller.on_loss(MS(1_950), PACKET, false);
        assert_eq!(controller.window(), before);
    }

    #[test]
    fn a_mark_lowers_the_window_once_in_a_round_trip() {
        let mut controller = cruising();
        controller.enter(Phase::Cruise, MS(2_000));
        controller.set_window();
        let before = controller.window();
        controller.on_mark(MS(2_000), MS(1_900));
        let after = controller.window();
        assert!(after < before * 9 / 10, "{before} to {after}");
        controller.on_mark(MS(2_010), MS(1_910));
        assert_eq!(
            controller.window(),
            after,
            "sent before the first mark was known"
        );
        controller.on_mark(MS(2_110), MS(2_050));
        assert!(controller.window() < after);
    }

    #[test]
    fn a_marked_startup_is_over() {
        let mut controller = Controller::new(Config::default(), MS(0), PACKET as u16);
        steady(&mut controller, 0, 150);
        assert_eq!(controller.state().phase, Phase::Startup);
        controller.on_mark(MS(150), MS(60));
        assert_eq!(controller.state().phase, Phase::Down);
    }

    #[test]
    fn persistent_congestion_halves_and_the_next_probe_lifts_it() {
        let mut controller = cruising();
        let before = controller.window();
        controller.on_loss(MS(1_950), 50 * PACKET, true);
        assert!(controller.window() <= before / 2);
        steady(&mut controller, 2_000, 5_000);
        assert!(controller.window() > before * 8 / 10);
    }

    #[test]
    fn the_window_is_never_below_four_packets() {
        let mut controller = cruising();
        for n in 0..100 {
            controller.on_loss(MS(1_950), PACKET, true);
            controller.on_mark(MS(3_000 + n), MS(3_000 + n));
        }
        assert_eq!(controller.window(), 4 * PACKET);
    }

    #[test]
    fn too_little_data_keeps_the_startup_and_its_window() {
        let mut controller = Controller::new(Config::default(), MS(0), PACKET as u16);
        for now in (0..10_000).step_by(100) {
            controller.on_sent(MS(now));
            controller.on_ack(MS(now), PACKET);
            controller.on_end_acks(MS(now + 100), 0, true);
        }
        assert_eq!(controller.state().phase, Phase::Startup);
        assert_eq!(controller.window(), controller.initial_window());
    }

    proptest::proptest! {
        #[test]
        fn whatever_it_is_told_it_has_a_window(
            events in proptest::collection::vec((0_u8..5, 0_u64..300, 0_u64..400, 0_u64..200_000), 1..400),
        ) {
            let mut controller = Controller::new(Config::default(), MS(0), PACKET as u16);
            let mut now = 0;
            for (kind, step, ago, bytes) in events {
                now += step;
                let sent = MS(now.saturating_sub(ago));
                match kind {
                    0 => controller.on_sent(MS(now)),
                    1 => controller.on_ack(sent, bytes),
                    2 => controller.on_end_acks(MS(now), bytes, bytes % 7 == 0),
                    3 => controller.on_loss(sent, bytes, bytes % 11 == 0),
                    _ => controller.on_mark(MS(now), sent),
                }
                proptest::prop_assert!(controller.window() >= 4 * PACKET);
                proptest::prop_assert!(controller.window() < 1 << 40, "{}", controller.window());
                proptest::prop_assert!(controller.state().loss <= MOST_FLOOR);
            }
        }
    }
}
