//! Which packets a link loses.
//!
//! [`Loss::Bursts`] is the model of Gilbert and Elliott with a state that changes from packet to packet, as netem has
//! it: a sender that falls silent finds the burst still there. [`Loss::Fades`] changes its state with time, as a radio
//! link does. Both lose everything in the bad state.

use std::time::Duration;

use rand::{Rng, RngExt as _};

/// A model of loss.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Loss {
    /// Every packet arrives.
    None,
    /// Each packet for itself.
    Random {
        /// The share that is lost.
        share: f64,
    },
    /// Runs of packets.
    Bursts {
        /// After a packet in the good state, the chance to change.
        to_bad: f64,
        /// After a packet in the bad state, the chance to change.
        to_good: f64,
    },
    /// Whatever is sent in some spans of time.
    Fades {
        /// Mean length of a bad span.
        bad: Duration,
        /// Mean length of a good span.
        good: Duration,
    },
}

impl Loss {
    /// Each packet is lost with the same chance.
    pub(crate) fn random(share: f64) -> Self {
        if share > 0.0 {
            Self::Random { share }
        } else {
            Self::None
        }
    }

    /// What is lost of a steady stream.
    pub(crate) fn share(&self) -> f64 {
        match *self {
            Self::None => 0.0,
            Self::Random { share } => share,
            Self::Bursts { to_bad, to_good } => to_bad / (to_bad + to_good),
            Self::Fades { bad, good } => bad.as_secs_f64() / (bad + good).as_secs_f64(),
        }
    }

    /// `share` of all packets, `length` in a row in the mean.
    pub(crate) fn bursts(share: f64, length: f64) -> Self {
        let to_good = 1.0 / length;
        Self::Bursts {
            to_bad: to_good * share / (1.0 - share),
            to_good,
        }
    }

    /// `share` of the time, in spans of `bad` in the mean.
    pub(crate) fn fades(share: f64, bad: Duration) -> Self {
        Self::Fades {
            bad,
            good: bad.mul_f64((1.0 - share) / share),
        }
    }
}

/// Where a model of loss is.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct State {
    is_bad: bool,
    /// When a span of time ends; None before the first packet.
    until: Option<Duration>,
}

impl State {
    /// Whether a packet that is sent at `now` is lost.
    pub(crate) fn loses(&mut self, loss: &Loss, now: Duration, random: &mut impl Rng) -> bool {
        match *loss {
            Loss::None => false,
            Loss::Random { share } => random.random_bool(share),
            Loss::Bursts { to_bad, to_good } => {
                let was_bad = self.is_bad;
                let change = if was_bad { to_good } else { to_bad };
                self.is_bad ^= random.random_bool(change.min(1.0));
                was_bad
            }
            Loss::Fades { bad, good } => {
                let mut until = *self.until.get_or_insert_with(|| now + span(good, random));
                while until <= now {
                    self.is_bad = !self.is_bad;
                    until += span(if self.is_bad { bad } else { good }, random);
                }
                self.until = Some(until);
                self.is_bad
            }
        }
    }
}

/// A length of an exponential distribution.
fn span(mean: Duration, random: &mut impl Rng) -> Duration {
    let uniform: f64 = random.random();
    mean.mul_f64(-(1.0 - uniform).ln())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{SeedableRng as _, rngs::Xoshiro256PlusPlus};

    const MANY: u32 = 1_000_000;

    /// The share that is lost, and the mean length of what is lost in a row, of packets `gap` apart.
    fn measured(loss: Loss, gap: Duration) -> (f64, f64) {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(7);
        let mut state = State::default();
        let (mut lost, mut runs, mut before) = (0, 0, false);
        for number in 0..MANY {
            let now = state.loses(&loss, gap * number, &mut random);
            lost += u32::from(now);
            runs += u32::from(now && !before);
            before = now;
        }
        let share = f64::from(lost) / f64::from(MANY);
        (share, f64::from(lost) / f64::from(runs.max(1)))
    }

    #[test]
    fn random_loss_has_its_share_and_hardly_any_runs() {
        let (share, run) = measured(Loss::random(0.05), Duration::ZERO);
        assert!((share - 0.05).abs() < 0.001, "{share}");
        assert!((run - 1.0 / 0.95).abs() < 0.01, "{run}");
        assert!(measured(Loss::random(0.0), Duration::ZERO).0 <= 0.0);
        assert!(measured(Loss::random(1.0), Duration::ZERO).0 >= 1.0);
    }

    #[test]
    fn bursts_have_their_share_and_their_mean_length() {
        let bursts = Loss::bursts(0.03, 8.0);
        assert!((bursts.share() - 0.03).abs() < 1e-9);
        let (share, run) = measured(bursts, Duration::ZERO);
        assert!((share - 0.03).abs() < 0.002, "{share}");
        assert!((run - 8.0).abs() < 0.2, "{run}");
    }

    #[test]
    fn fades_have_their_share_of_the_time_whatever_the_pace() {
        for gap in [Duration::from_micros(100), Duration::from_millis(1)] {
            let (share, run) = measured(Loss::fades(0.03, Duration::from_millis(20)), gap);
            let tolerance = if gap < Duration::from_millis(1) {
                0.006
            } else {
                0.002
            };
            assert!((share - 0.03).abs() < tolerance, "{gap:?}: {share}");
            let spans = run * gap.as_secs_f64() / 0.02;
            assert!((spans - 1.0).abs() < 0.15, "{gap:?}: {spans}");
        }
    }

    #[test]
    fn a_fade_ends_while_nobody_sends_and_a_burst_does_not() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        let bad = State {
            is_bad: true,
            until: Some(Duration::from_millis(1)),
        };
        let fades = Loss::fades(0.001, Duration::from_millis(1));
        assert!(
            !bad.clone()
                .loses(&fades, Duration::from_millis(50), &mut random)
        );
        let bursts = Loss::bursts(0.001, 8.0);
        assert!(
            bad.clone()
                .loses(&bursts, Duration::from_secs(3600), &mut random)
        );
    }
}
