//! Who may find this device, and until when.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How long a device is visible to everyone.
pub const EVERYONE_FOR: Duration = Duration::from_secs(600);

/// Who may find this device in the local network.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Visibility {
    /// Nobody: nothing is announced. This device still finds others.
    Nobody,
    /// Devices that know this one's id: its announcement means nothing to others.
    #[default]
    MyDevices,
    /// Everyone, by name and device id. Ends by itself after ten minutes.
    Everyone,
}

/// Who may find this device now, and from when on who else. Times are milliseconds since 1970, so that it holds over a
/// restart.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Visible {
    /// Who may now.
    pub now: Visibility,
    /// Until when, if that ends by itself.
    pub until_ms: Option<u64>,
    /// Who may then.
    pub then: Visibility,
}

impl Visible {
    /// What a wish makes of it. Everyone once more begins the ten minutes anew.
    #[must_use]
    pub fn wish(self, wanted: Visibility, now_ms: u64) -> Self {
        if wanted != Visibility::Everyone {
            return Self {
                now: wanted,
                until_ms: None,
                then: wanted,
            };
        }
        let then = match self.settle(now_ms) {
            Self {
                now: Visibility::Everyone,
                then,
                ..
            } => then,
            before => before.now,
        };
        Self {
            now: Visibility::Everyone,
            until_ms: Some(now_ms.saturating_add(EVERYONE_FOR.as_millis() as u64)),
            then,
        }
    }

    /// What it is at that time.
    #[must_use]
    pub fn settle(self, now_ms: u64) -> Self {
        if self.now != Visibility::Everyone || self.left(now_ms).is_some() {
            return self;
        }
        // No end, or no other after it: nothing that a wish makes.
        let then = match self.then {
            Visibility::Everyone => Visibility::default(),
            then => then,
        };
        Self {
            now: then,
            until_ms: None,
            then,
        }
    }

    /// Time until it changes by itself. None if it does not, or should have. A clock that was set back ends it too:
    /// nobody is visible for longer than that.
    pub fn left(&self, now_ms: u64) -> Option<Duration> {
        let left = Duration::from_millis(self.until_ms?.checked_sub(now_ms)?);
        (!left.is_zero() && left <= EVERYONE_FOR).then_some(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: u64 = 60_000;
    const NOW: u64 = 1_790_000_000_000;

    #[test]
    fn everyone_ends_after_ten_minutes_with_what_was_before() {
        for before in [Visibility::Nobody, Visibility::MyDevices] {
            let visible = Visible::default().wish(before, NOW);
            assert_eq!((visible.now, visible.left(NOW)), (before, None));
            let open = visible.wish(Visibility::Everyone, NOW);
            assert_eq!(open.settle(NOW + 10 * MINUTE - 1).now, Visibility::Everyone);
            let after = open.settle(NOW + 10 * MINUTE);
            assert_eq!((after.now, after.until_ms), (before, None));
        }
    }

    #[test]
    fn everyone_once_more_lasts_ten_minutes_from_then_and_ends_as_the_first_would_have() {
        let first = Visible::default()
            .wish(Visibility::Nobody, NOW)
            .wish(Visibility::Everyone, NOW);
        let again = first.wish(Visibility::Everyone, NOW + 9 * MINUTE);
        assert_eq!(again.settle(NOW + 18 * MINUTE).now, Visibility::Everyone);
        assert_eq!(again.settle(NOW + 19 * MINUTE).now, Visibility::Nobody);
        // Also one that comes when the first has ended and nobody has looked since.
        let late = first.wish(Visibility::Everyone, NOW + 60 * MINUTE);
        assert_eq!(late.then, Visibility::Nobody);
    }

    #[test]
    fn a_wish_ends_it_at_once() {
        let open = Visible::default().wish(Visibility::Everyone, NOW);
        let closed = open.wish(Visibility::MyDevices, NOW + 1);
        assert_eq!((closed.now, closed.until_ms), (Visibility::MyDevices, None));
    }

    #[test]
    fn a_clock_that_was_set_back_makes_nobody_visible_for_longer() {
        let open = Visible::default().wish(Visibility::Everyone, NOW);
        assert_eq!(open.settle(NOW - 1).now, Visibility::MyDevices);
        assert_eq!(open.settle(0).now, Visibility::MyDevices);
    }

    #[test]
    fn what_nobody_can_have_wished_falls_back_too() {
        let odd = Visible {
            now: Visibility::Everyone,
            until_ms: None,
            then: Visibility::Everyone,
        };
        assert_eq!(odd.settle(NOW).now, Visibility::MyDevices);
    }
}
