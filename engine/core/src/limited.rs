//! What limits a transfer: which stage waited on which, from counters over a window of time.
//!
//! Each side judges by what it can see itself. The sender sees its own disk and processors (bytes that are being read
//! and hashed while the path has room), its own limits (time for which it was held) and the path (more is ready than the
//! congestion window lets go). The receiver sees its own disk and its own limits, and tells the sender ([`HeldBy`]): how
//! QUIC's flow control stops a sender does not tell it why, and often not that it does.
//!
//! A cause is told only when it has held for [`SETTLE`] windows in a row, so that a sentence does not flicker.
//!
//! Not told, because no counter tells it for sure: that a transfer waits for its scan, for its turn behind another, or
//! for QUIC's own encryption.
//!
//! Non-goals: counting, and saying it in words.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::priority::LimitOf;

/// Windows for which another cause must hold before it is told.
pub const SETTLE: u8 = 2;
/// A stage that was waited for in this part of the window is what limits.
const MOST: f64 = 0.5;

/// What limits a transfer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum LimitedBy {
    /// The limit that was set here for this transfer.
    TransferLimit,
    /// The limit that was set here for the other device.
    DeviceLimit,
    /// The limit that was set here for all devices together.
    EngineLimit,
    /// This device's disk: what is to be sent cannot be read, or what came cannot be flushed, faster.
    Disk,
    /// This device's processors: hashing, encoding.
    Processor,
    /// The path: loss, rate and round trip as the congestion controller finds them.
    Network,
    /// A limit that was set at the receiver, as it says.
    PeerLimit,
    /// The receiver's disk, as it says.
    PeerDisk,
}

/// What a receiver says that holds a transfer back at its side.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum HeldBy {
    /// A limit that was set there.
    Limit,
    /// Its disk.
    Disk,
}

impl LimitedBy {
    /// What a receiver that has found this says of it; None where it is not the receiver's to say.
    #[must_use]
    pub fn to_say(self) -> Option<HeldBy> {
        match self {
            Self::TransferLimit | Self::DeviceLimit | Self::EngineLimit => Some(HeldBy::Limit),
            Self::Disk => Some(HeldBy::Disk),
            Self::Processor | Self::Network | Self::PeerLimit | Self::PeerDisk => None,
        }
    }
}

impl From<HeldBy> for LimitedBy {
    fn from(by: HeldBy) -> Self {
        match by {
            HeldBy::Limit => Self::PeerLimit,
            HeldBy::Disk => Self::PeerDisk,
        }
    }
}

impl From<LimitOf> for LimitedBy {
    fn from(of: LimitOf) -> Self {
        match of {
            LimitOf::Transfer => Self::TransferLimit,
            LimitOf::Device => Self::DeviceLimit,
            LimitOf::Engine => Self::EngineLimit,
        }
    }
}

/// What was counted in one window. Times are of the window; several may overlap.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
pub struct Waits {
    /// How long the window was.
    pub window: Duration,
    /// Held by a limit, and by which most.
    pub held: Duration,
    /// The limit that held.
    pub held_by: Option<LimitOf>,
    /// Waited for the disk with nothing else to do.
    pub disk: Duration,
    /// Waited for hashing or encoding with nothing else to do.
    pub processor: Duration,
    /// Waited for a receiver that says that it is held back.
    pub peer: Duration,
    /// What the receiver says.
    pub peer_by: Option<HeldBy>,
    /// The congestion window was full.
    pub network: Duration,
}

/// What is told, with what speaks for another cause.
#[derive(Clone, Copy, Default, Debug)]
pub struct Judge {
    told: Option<LimitedBy>,
    next: Option<LimitedBy>,
    windows: u8,
}

impl Judge {
    /// What limits the transfer, after one more window.
    pub fn judge(&mut self, waits: &Waits) -> Option<LimitedBy> {
        let found = waits.cause();
        if found == self.told {
            (self.next, self.windows) = (None, 0);
            return self.told;
        }
        if found != self.next {
            (self.next, self.windows) = (found, 0);
        }
        self.windows += 1;
        if self.windows >= SETTLE {
            self.told = found;
            (self.next, self.windows) = (None, 0);
        }
        self.told
    }

    /// The transfer stands still: nothing limits it.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

impl Waits {
    /// The cause of this window alone. What a person has set comes first, then what is nearest to the source: a
    /// stage behind one that starves waits too, and is not to blame.
    fn cause(&self) -> Option<LimitedBy> {
        let most = |time: Duration| {
            !self.window.is_zero() && time.as_secs_f64() >= self.window.as_secs_f64() * MOST
        };
        if let Some(by) = self.held_by
            && most(self.held)
        {
            return Some(by.into());
        }
        let stages = [
            (self.disk, Some(LimitedBy::Disk)),
            (self.processor, Some(LimitedBy::Processor)),
            (self.peer, self.peer_by.map(LimitedBy::from)),
            (self.network, Some(LimitedBy::Network)),
        ];
        let mut found = stages.into_iter().filter(|(time, _)| most(*time));
        found.find_map(|(_, cause)| cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WINDOW: Duration = Duration::from_secs(1);

    fn waits(change: impl FnOnce(&mut Waits)) -> Waits {
        let mut waits = Waits {
            window: WINDOW,
            ..Waits::default()
        };
        change(&mut waits);
        waits
    }

    #[test]
    fn the_stage_that_was_waited_for_most_of_the_time_is_told() {
        let half = WINDOW / 2;
        assert_eq!(waits(|_| {}).cause(), None);
        assert_eq!(Waits::default().cause(), None, "no time, no cause");
        assert_eq!(
            waits(|w| w.network = half).cause(),
            Some(LimitedBy::Network)
        );
        assert_eq!(
            waits(|w| w.network = Duration::from_millis(499)).cause(),
            None
        );
        assert_eq!(
            waits(|w| w.processor = half).cause(),
            Some(LimitedBy::Processor)
        );
    }

    #[test]
    fn of_two_stages_the_one_nearer_to_the_source_is_to_blame_and_a_set_limit_before_all() {
        let both = waits(|w| (w.disk, w.network) = (WINDOW, WINDOW));
        assert_eq!(both.cause(), Some(LimitedBy::Disk));
        // What a receiver is held back by, it says; what the path does is only seen.
        let both = |peer_by| {
            let both = waits(|w| (w.peer, w.peer_by, w.network) = (WINDOW, peer_by, WINDOW));
            both.cause()
        };
        assert_eq!(both(Some(HeldBy::Disk)), Some(LimitedBy::PeerDisk));
        assert_eq!(both(Some(HeldBy::Limit)), Some(LimitedBy::PeerLimit));
        assert_eq!(both(None), Some(LimitedBy::Network));
        let limited = waits(|w| {
            (w.disk, w.held, w.held_by) = (WINDOW, WINDOW, Some(LimitOf::Device));
        });
        assert_eq!(limited.cause(), Some(LimitedBy::DeviceLimit));
    }

    #[test]
    fn another_cause_is_told_only_when_it_stays() {
        let (path, disk) = (waits(|w| w.network = WINDOW), waits(|w| w.disk = WINDOW));
        let mut judge = Judge::default();
        assert_eq!(judge.judge(&path), None);
        assert_eq!(judge.judge(&path), Some(LimitedBy::Network));
        for window in [disk, path, disk, path] {
            assert_eq!(judge.judge(&window), Some(LimitedBy::Network));
        }
        for _ in 1..SETTLE {
            assert_eq!(judge.judge(&disk), Some(LimitedBy::Network));
        }
        assert_eq!(judge.judge(&disk), Some(LimitedBy::Disk));
        judge.reset();
        assert_eq!(judge.judge(&disk), None);
    }

    #[test]
    fn a_receiver_says_its_limits_and_its_disk_and_nothing_else() {
        let said = |by: LimitedBy| by.to_say().map(LimitedBy::from);
        for of in [LimitOf::Transfer, LimitOf::Device, LimitOf::Engine] {
            assert_eq!(said(of.into()), Some(LimitedBy::PeerLimit));
        }
        assert_eq!(said(LimitedBy::Disk), Some(LimitedBy::PeerDisk));
        for by in [
            LimitedBy::Network,
            LimitedBy::PeerLimit,
            LimitedBy::PeerDisk,
        ] {
            assert_eq!(said(by), None);
        }
    }

    proptest! {
        #[test]
        fn it_changes_at_most_once_in_so_many_windows(causes in prop::collection::vec(0u8..4, 1..200)) {
            let mut judge = Judge::default();
            let (mut told, mut since) = (None, SETTLE);
            for cause in causes {
                let window = waits(|w| match cause {
                    0 => w.network = WINDOW,
                    1 => w.disk = WINDOW,
                    2 => (w.peer, w.peer_by) = (WINDOW, Some(HeldBy::Disk)),
                    _ => {}
                });
                let now = judge.judge(&window);
                since = since.saturating_add(1);
                if now != told {
                    prop_assert!(since >= SETTLE);
                    (told, since) = (now, 0);
                }
            }
        }
    }
}
