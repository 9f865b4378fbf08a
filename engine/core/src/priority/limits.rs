//! Limits one inside the other: a transfer's own, its device's, and that of the whole engine.
//!
//! Something goes out (or is read) when none of the three owes anything, and is then charged to all three.
//!
//! - Critical waits for the debts of Critical only, and everybody else for what Critical took: it goes first and the
//!   rate holds, but for one chunk of somebody else's that was under way.
//! - Devices under the engine's limit take turns: each has its own time at which it may go on, which is when
//!   everything that was taken up to its last chunk is paid. Who has waited is not passed by who asks again first.
//! - Which transfer of a device goes next is not decided here but by the [`PriorityQueue`](super::PriorityQueue).
//!
//! `now` is as a [`TokenBucket`]'s.

use std::{collections::BTreeMap, time::Duration};

use super::{Priority, TokenBucket};

/// How long a device that does not come back keeps its turn: longer than any timer is late.
const TURN_KEPT: Duration = Duration::from_secs(10);

/// Whose limit holds something back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LimitOf {
    /// That of the transfer.
    Transfer,
    /// That of its device.
    Device,
    /// That of the engine.
    Engine,
}

/// Not now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Held {
    /// The limit that holds longest.
    pub by: LimitOf,
    /// How long; [`Duration::MAX`] for ever.
    pub wait: Duration,
}

/// The limits of one direction; `K` names devices.
#[derive(Clone, Debug)]
pub struct Limits<K> {
    engine: Shared,
    devices: BTreeMap<K, Shared>,
    /// When each device that took something lately may go on under the engine's limit.
    turns: BTreeMap<K, Duration>,
}

/// A limit of several.
#[derive(Clone, Debug)]
struct Shared {
    all: TokenBucket,
    /// Critical alone.
    urgent: TokenBucket,
}

impl Shared {
    fn new(now: Duration, rate: Option<u64>) -> Self {
        let bucket = TokenBucket::new(now, rate);
        Self {
            all: bucket.clone(),
            urgent: bucket,
        }
    }

    fn set_rate(&mut self, now: Duration, rate: Option<u64>) {
        self.all.set_rate(now, rate);
        self.urgent.set_rate(now, rate);
    }

    fn wait(&self, now: Duration, class: Priority) -> Duration {
        match class {
            Priority::Critical => self.urgent.wait(now),
            Priority::High | Priority::Normal => self.all.wait(now),
        }
    }

    fn spend(&mut self, now: Duration, class: Priority, bytes: u64) {
        self.all.spend(now, bytes);
        if class == Priority::Critical {
            self.urgent.spend(now, bytes);
        }
    }
}

impl<K: Copy + Ord> Limits<K> {
    /// An engine's limit and none of a device.
    pub fn new(now: Duration, rate: Option<u64>) -> Self {
        Self {
            engine: Shared::new(now, rate),
            devices: BTreeMap::new(),
            turns: BTreeMap::new(),
        }
    }

    /// Whether there is no limit at all.
    pub fn is_unlimited(&self) -> bool {
        self.engine.all.rate().is_none() && self.devices.is_empty()
    }

    /// Sets or lifts the engine's limit, in bytes per second.
    pub fn set_engine(&mut self, now: Duration, rate: Option<u64>) {
        self.engine.set_rate(now, rate);
        self.turns.clear();
    }

    /// Sets or lifts a device's limit, in bytes per second.
    pub fn set_device(&mut self, now: Duration, device: K, rate: Option<u64>) {
        match (self.devices.get_mut(&device), rate) {
            (Some(limit), Some(_)) => limit.set_rate(now, rate),
            (None, Some(_)) => drop(self.devices.insert(device, Shared::new(now, rate))),
            (_, None) => drop(self.devices.remove(&device)),
        }
    }

    /// Whether something of this class may go now to (or be read from) this device. It is charged with
    /// [`Limits::spend`] when it does.
    pub fn ask(
        &mut self,
        now: Duration,
        device: K,
        class: Priority,
        own: &TokenBucket,
    ) -> Result<(), Held> {
        let of_device = self.devices.get(&device);
        let waits = [
            (LimitOf::Transfer, own.wait(now)),
            (
                LimitOf::Device,
                of_device.map_or(Duration::ZERO, |limit| limit.wait(now, class)),
            ),
            (LimitOf::Engine, self.turn(now, device, class)),
        ];
        // Of equal ones the first, which is the nearest to the transfer.
        let longest = waits
            .into_iter()
            .reduce(|a, b| if b.1 > a.1 { b } else { a });
        match longest {
            Some((by, wait)) if wait > Duration::ZERO => Err(Held { by, wait }),
            _ => Ok(()),
        }
    }

    /// Charges what goes.
    pub fn spend(
        &mut self,
        now: Duration,
        device: K,
        class: Priority,
        own: &mut TokenBucket,
        bytes: u64,
    ) {
        own.spend(now, bytes);
        if let Some(limit) = self.devices.get_mut(&device) {
            limit.spend(now, class, bytes);
        }
        if self.engine.all.rate().is_none() {
            return;
        }
        self.engine.spend(now, class, bytes);
        self.turns
            .retain(|_, due| due.saturating_add(TURN_KEPT) > now);
        if class != Priority::Critical {
            let due = now.saturating_add(self.engine.all.wait(now));
            self.turns.insert(device, due);
        }
    }

    /// How long a device waits for its turn under the engine's limit.
    fn turn(&mut self, now: Duration, device: K, class: Priority) -> Duration {
        let wait = self.engine.wait(now, class);
        if class == Priority::Critical || wait == Duration::ZERO {
            return wait;
        }
        let due = self
            .turns
            .entry(device)
            .or_insert_with(|| now.saturating_add(wait));
        due.saturating_sub(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Priority::{Critical, Normal};
    use proptest::prelude::*;

    const START: Duration = Duration::from_secs(7);
    const MB: u64 = 1_000_000;
    /// What a bucket of 1 MB/s has saved up.
    const SAVED: u64 = 64 * 1024;

    fn after(millis: u64) -> Duration {
        START + Duration::from_millis(millis)
    }

    fn none() -> TokenBucket {
        TokenBucket::new(START, None)
    }

    fn held(by: LimitOf, millis: u64) -> Result<(), Held> {
        let wait = Duration::from_millis(millis);
        Err(Held { by, wait })
    }

    #[test]
    fn without_limits_everything_goes() {
        let mut limits = Limits::new(START, None);
        assert!(limits.is_unlimited());
        limits.spend(START, 1, Normal, &mut none(), u64::MAX);
        assert_eq!(limits.ask(START, 1, Normal, &none()), Ok(()));
    }

    #[test]
    fn the_limit_that_holds_longest_is_the_one_that_is_named() {
        let mut limits = Limits::new(START, Some(4 * MB));
        limits.set_device(START, 1, Some(2 * MB));
        let mut own = TokenBucket::new(START, Some(MB));
        limits.spend(START, 1, Normal, &mut own, 4 * MB + SAVED);
        assert!(!limits.is_unlimited());
        assert_eq!(
            limits.ask(START, 1, Normal, &own),
            held(LimitOf::Transfer, 4_000)
        );
        let other = none();
        let by_device = limits.ask(START, 1, Normal, &other).map_err(|held| held.by);
        assert_eq!(by_device, Err(LimitOf::Device));
        let by_engine = limits.ask(START, 2, Normal, &other).map_err(|held| held.by);
        assert_eq!(by_engine, Err(LimitOf::Engine));
        limits.set_engine(START, None);
        assert_eq!(limits.ask(START, 2, Normal, &other), Ok(()));
        limits.set_device(START, 1, None);
        assert_eq!(limits.ask(START, 1, Normal, &other), Ok(()));
    }

    #[test]
    fn critical_waits_for_critical_only_and_the_others_for_both() {
        let mut limits = Limits::new(START, Some(MB));
        limits.spend(START, 1, Normal, &mut none(), SAVED + 3 * MB);
        assert_eq!(limits.ask(START, 2, Critical, &none()), Ok(()));
        limits.spend(START, 2, Critical, &mut none(), SAVED + MB);
        assert_eq!(
            limits.ask(START, 2, Critical, &none()),
            held(LimitOf::Engine, 1_000)
        );
        assert!(limits.ask(after(3_999), 3, Normal, &none()).is_err());
        limits.spend(after(1_000), 2, Critical, &mut none(), MB);
        assert!(limits.ask(after(4_500), 4, Normal, &none()).is_err());
        assert_eq!(limits.ask(after(6_000), 4, Normal, &none()), Ok(()));
    }

    #[test]
    fn who_has_waited_is_not_passed_by_who_asks_again_first() {
        let mut limits = Limits::new(START, Some(MB));
        let mut served = Vec::new();
        let mut now = START;
        // Device 1 always asks first, as a timer that rings first would.
        while served.len() < 60 {
            for device in 1..=3 {
                if limits.ask(now, device, Normal, &none()).is_ok() {
                    limits.spend(now, device, Normal, &mut none(), MB / 10);
                    served.push(device);
                }
            }
            now += Duration::from_millis(1);
        }
        for device in 1..=3 {
            let turns = served.iter().filter(|other| **other == device).count();
            assert!((19..=21).contains(&turns), "{served:?}");
        }
    }

    #[test]
    fn a_turn_that_is_not_taken_holds_nobody_up_and_is_forgotten() {
        let mut limits = Limits::new(START, Some(MB));
        limits.spend(START, 1, Normal, &mut none(), SAVED + MB);
        assert_eq!(
            limits.ask(START, 2, Normal, &none()),
            held(LimitOf::Engine, 1_000)
        );
        let later = after(60_000);
        assert_eq!(limits.ask(later, 3, Normal, &none()), Ok(()));
        limits.spend(later, 3, Normal, &mut none(), MB);
        assert!(!limits.turns.contains_key(&2));
    }

    proptest! {
        /// Whoever asks when: the engine's rate holds, but for one chunk of each device and what Critical overtook.
        #[test]
        fn the_engines_rate_holds_for_all_together(
            rate in 100_000u64..50_000_000,
            some_urgent: bool,
            steps in prop::collection::vec((0u8..4, any::<bool>(), 1u64..1_048_576, 0u64..30), 1..300),
        ) {
            let mut limits = Limits::new(START, Some(rate));
            let (mut now, mut taken) = (START, 0u64);
            for (device, urgent, bytes, millis) in steps {
                let class = if urgent && some_urgent { Critical } else { Normal };
                if limits.ask(now, device, class, &none()).is_ok() {
                    limits.spend(now, device, class, &mut none(), bytes);
                    taken += bytes;
                }
                now += Duration::from_millis(millis);
            }
            let seconds = (now.saturating_sub(START)).as_secs_f64();
            let saved = rate as f64 * 0.05 + SAVED as f64;
            let mut most = rate as f64 * seconds + saved + 5.0 * 1_048_576.0;
            if some_urgent {
                // Turns that were given before Critical came.
                most += saved + 8.0 * 1_048_576.0;
            }
            prop_assert!((taken as f64) <= most, "{} of {}", taken, most);
        }

        #[test]
        fn the_rate_is_used(rate in 1_000_000u64..50_000_000, devices in 1u8..10) {
            let mut limits = Limits::new(START, Some(rate));
            let mut taken = 0u64;
            for millis in 0..10_000 {
                for device in 0..devices {
                    if limits.ask(after(millis), device, Normal, &none()).is_ok() {
                        limits.spend(after(millis), device, Normal, &mut none(), 65_536);
                        taken += 65_536;
                    }
                }
            }
            let off = taken as f64 / (rate as f64 * 10.0) - 1.0;
            // A timer of 1 ms and the chunks at the end.
            prop_assert!((-0.03..0.10).contains(&off), "{:.3} off with {} devices", off, devices);
        }
    }
}
