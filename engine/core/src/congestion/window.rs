//! From the model of the path to a window: the formula and its constants, without state.

use std::time::Duration;

use super::phase::Phase;

/// Loss that is compensated at most: what looks like more is hardly a path's own.
pub(super) const MOST_FLOOR: f64 = 0.15;
/// What is sent above the known rate to look for more.
pub(super) const UP: f64 = 0.25;
/// What is sent below it to drain.
pub(super) const DOWN: f64 = 0.05;
/// The share of the path's content in [`Phase::Drain`].
const DRAIN: f64 = 0.5;
/// The queue that cruising keeps, as a share of the round trip and within bounds: enough that the link is
/// never idle, too little to be felt.
const QUEUE: f64 = 0.1;
const LEAST_QUEUE: Duration = Duration::from_millis(2);
const MOST_QUEUE: Duration = Duration::from_millis(15);
/// On a path that loses more than that the queue is a share of its content, above it.
const LOSSY_QUEUE: f64 = 1.02;
/// Timers count milliseconds, in kernels and in user space: without this much more a short path runs dry.
const GRAIN: Duration = Duration::from_millis(1);
/// Part of somebody else's standing queue that we match. Below the inverse of what two controllers of this
/// kind add to each other's view of it (about 1.1), else they would chase each other up.
const MATCH: f64 = 0.85;
/// A standing queue below this share of the round trip is our own rest.
const REST: f64 = 0.05;
/// Or up to this if that is longer.
const MOST_MATCH: Duration = Duration::from_millis(25);
/// A queue is matched up to so many round trips.
const MATCH_ROUND_TRIPS: u32 = 3;
/// Packets that may always be on their way.
const LEAST_PACKETS: f64 = 4.0;

/// What is known of the path.
#[derive(Clone, Copy, Debug)]
pub(super) struct Model {
    /// Bytes per second that arrive.
    pub(super) rate: f64,
    pub(super) min_rtt: Duration,
    /// The path's own loss.
    pub(super) floor: f64,
    /// Round trip beyond the smallest that remains, in the smallest sample of a round, while our queue is drained.
    pub(super) standing: Duration,
    /// Mean round trip beyond the smallest of the same round.
    pub(super) jitter: Duration,
    /// Bytes that arrive in lumps beyond the rate.
    pub(super) lump: f64,
    pub(super) mtu: u16,
}

impl Model {
    /// What fills the path and no queue, in bytes.
    pub(super) fn content(&self) -> f64 {
        self.sent_rate() * self.time().as_secs_f64()
    }

    /// The same without compensation of loss.
    pub(super) fn bare_content(&self) -> f64 {
        self.rate * self.time().as_secs_f64()
    }

    /// The window of a phase; `probe` is the share of [`UP`] to use.
    pub(super) fn window(&self, phase: Phase, probe: f64) -> f64 {
        let content = self.content();
        let rate = self.sent_rate();
        let bare = self.bare_content();
        let queue = rate * self.queue().as_secs_f64();
        let slack = rate * GRAIN.as_secs_f64() + self.lump / 2.0;
        let window = match phase {
            // What is sent for the queue pays for losses too: they empty it.
            Phase::Startup | Phase::Cruise => (bare + queue).max(content * LOSSY_QUEUE) + slack,
            Phase::Up => content + (UP * probe * content).max(queue * 1.5) + slack,
            // Nothing is granted here to others' queues, and half of the compensation of loss is left out:
            // if what looked like somebody else's queue or the path's own loss was our own doing, it shows.
            Phase::Down => {
                let time = self.min_rtt + self.jitter.min(self.most_match());
                let rate = f64::midpoint(rate, self.rate);
                rate * time.as_secs_f64() * (1.0 - DOWN) + slack
            }
            Phase::Drain => content * DRAIN,
        };
        window.max(self.least())
    }

    /// No window is smaller, in bytes.
    pub(super) fn least(&self) -> f64 {
        LEAST_PACKETS * f64::from(self.mtu)
    }

    /// What must be sent for `rate` to arrive.
    fn sent_rate(&self) -> f64 {
        self.rate / (1.0 - self.floor.clamp(0.0, MOST_FLOOR))
    }

    /// The round trip that we may count on.
    fn time(&self) -> Duration {
        let most = self.most_match();
        let rest = self.min_rtt.mul_f64(REST);
        let standing = self.standing.saturating_sub(rest).min(most).mul_f64(MATCH);
        self.min_rtt + standing + self.jitter.min(most)
    }

    fn most_match(&self) -> Duration {
        (self.min_rtt * MATCH_ROUND_TRIPS).max(MOST_MATCH)
    }

    fn queue(&self) -> Duration {
        self.min_rtt.mul_f64(QUEUE).clamp(LEAST_QUEUE, MOST_QUEUE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Model {
        Model {
            rate: 25e6,
            min_rtt: Duration::from_millis(100),
            floor: 0.0,
            standing: Duration::ZERO,
            jitter: Duration::ZERO,
            lump: 0.0,
            mtu: 1452,
        }
    }

    #[test]
    fn the_phases_lie_around_the_content_of_the_path() {
        let model = model();
        let content = model.content();
        assert!((content - 2.5e6).abs() < 1.0);
        let share = |phase| model.window(phase, 1.0) / content;
        for (phase, expected) in [
            (Phase::Up, 1.26),
            (Phase::Cruise, 1.11),
            (Phase::Down, 0.96),
            (Phase::Drain, 0.5),
        ] {
            assert!((share(phase) - expected).abs() < 0.001, "{phase:?}");
        }
    }

    #[test]
    fn loss_of_the_path_is_compensated_up_to_a_bound() {
        let mut model = model();
        model.floor = 0.1;
        assert!((model.content() - 2.5e6 / 0.9).abs() < 1.0);
        model.floor = 0.9;
        assert!((model.content() - 2.5e6 / 0.85).abs() < 1.0);
    }

    #[test]
    fn a_foreign_queue_is_matched_in_part_and_up_to_a_bound() {
        let mut model = model();
        let clean = model.content();
        model.standing = Duration::from_millis(5);
        assert!((model.content() - clean).abs() < 1.0, "our own rest");
        model.standing = Duration::from_millis(55);
        assert!((model.content() / clean - 1.425).abs() < 0.001);
        model.standing = Duration::from_secs(10);
        assert!((model.content() / clean - 3.55).abs() < 0.001);
    }

    #[test]
    fn a_long_path_gets_no_longer_queue_than_the_bound() {
        let mut model = model();
        model.min_rtt = Duration::from_millis(600);
        let queue = (model.window(Phase::Cruise, 1.0) - model.content()) / model.rate;
        assert!((queue - 0.016).abs() < 0.0001, "{queue}");
    }

    #[test]
    fn four_packets_may_always_be_on_their_way() {
        let mut model = model();
        model.rate = 0.0;
        for phase in [
            Phase::Startup,
            Phase::Up,
            Phase::Down,
            Phase::Cruise,
            Phase::Drain,
        ] {
            assert!((model.window(phase, 1.0) - 4.0 * 1452.0).abs() < 1e-9);
        }
    }
}
