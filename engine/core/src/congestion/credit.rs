//! How much a peer may have on its way to us that nobody has read: QUIC's flow control (RFC 9000, section 4), from what
//! the path holds and the memory there is.
//!
//! Too little stops a sender that the path would let go on; too much is memory that a slow disk lets a peer fill. What is
//! needed grows with the path: what is lost comes a round trip later or two, and chunks are read whole. So the credit is
//! several round trips of what arrives, and what comes while a disk hesitates. It grows at once, since what arrives is
//! itself bounded by the credit of before, and shrinks slowly.
//!
//! Invariant: all credits together are no more than the memory that is shared out, unless that is below
//! [`LEAST_CREDIT`] for each.

use std::time::Duration;

/// Credit of a connection whose peer nobody here has dealt with, in bytes: it needs some for its offer. It is what everybody
/// who connects has until it is known who that is. A device that may send gets [`FIRST_CREDIT`] as soon as it is known, half a
/// round trip later.
pub const STRANGER_CREDIT: u64 = 448 * 1024;
/// Credit that a connection begins with whose peer may send, in bytes.
pub const FIRST_CREDIT: u64 = 24 * 1024 * 1024;
/// No connection has less, in bytes: one chunk of the largest size with its header.
const LEAST_CREDIT: u64 = 1024 * 1024 + 64 * 1024;
/// If there is memory for it, a connection that rests keeps this for when it wakes up.
const RESTING: u64 = 4 * 1024 * 1024;
/// Round trips of what arrives: one on its way, one to learn of a loss, one to mend it, and chunks that wait for theirs.
const ROUND_TRIPS: u32 = 6;
/// And for so long a disk may hesitate.
const HESITATION: Duration = Duration::from_millis(50);
/// How often is looked at most.
const EVERY: Duration = Duration::from_millis(250);
/// It shrinks by this part at one look.
const SHRINK: u64 = 8;

/// What a path that delivers `rate` bytes per second with this round trip needs, in bytes; at least [`LEAST_CREDIT`].
fn needed(rate: f64, rtt: Duration) -> u64 {
    let time = rtt * ROUND_TRIPS + HESITATION;
    // A float that is too large becomes the largest integer.
    ((rate.max(0.0) * time.as_secs_f64()) as u64).max(LEAST_CREDIT)
}

/// The credit of one connection.
#[derive(Clone, Copy, Debug)]
pub struct Credit {
    granted: u64,
    /// When it was looked at last, and the bytes that had come by then.
    seen: Option<(Duration, u64)>,
}

impl Credit {
    /// Of a connection that began with so much.
    #[must_use]
    pub fn new(granted: u64) -> Self {
        Self {
            granted,
            seen: None,
        }
    }

    /// The credit to grant from now on if it is another. `now`: since any fixed moment; `received`: bytes since the
    /// connection began; `share`: the memory that this connection may use.
    pub fn look(&mut self, now: Duration, received: u64, rtt: Duration, share: u64) -> Option<u64> {
        let share = share.max(LEAST_CREDIT);
        let wanted = match self.seen {
            Some((at, _)) if now.saturating_sub(at) < EVERY => self.granted,
            Some((at, before)) => {
                self.seen = Some((now, received));
                let time = now.saturating_sub(at).as_secs_f64();
                let rate = received.saturating_sub(before) as f64 / time;
                let least = self.granted - self.granted / SHRINK;
                needed(rate, rtt).max(RESTING).max(least)
            }
            None => {
                self.seen = Some((now, received));
                self.granted
            }
        };
        let granted = wanted.min(share);
        (granted != self.granted).then(|| {
            self.granted = granted;
            granted
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MIB: u64 = 1024 * 1024;
    const RTT: Duration = Duration::from_millis(100);

    /// The credit after so many looks at a connection that delivers `rate`, or as much as its credit lets through.
    fn settled(credit: &mut Credit, rate: u64, share: u64, looks: u32) -> u64 {
        let (mut granted, mut received) = (credit.granted, 0);
        for look in 0..looks {
            if let Some(now) = credit.look(EVERY * look, received, RTT, share) {
                granted = now;
            }
            // A sender has at most the credit on its way in each round trip.
            let most = granted as f64 / RTT.as_secs_f64();
            received += ((rate as f64).min(most) * EVERY.as_secs_f64()) as u64;
        }
        granted
    }

    #[test]
    fn a_path_gets_what_it_needs_whether_it_began_with_more_or_with_less() {
        for first in [LEAST_CREDIT, 4 * MIB, 24 * MIB] {
            let mut credit = Credit::new(first);
            let granted = settled(&mut credit, 25_000_000, 48 * MIB, 40);
            assert_eq!(granted, needed(25e6, RTT), "began with {first}");
        }
        assert_eq!(needed(25e6, RTT), 16_250_000);
    }

    #[test]
    fn a_long_fat_path_is_not_held_up_by_a_small_beginning() {
        let mut credit = Credit::new(4 * MIB);
        // A gigabit: after a second the path is full and not the credit.
        let granted = settled(&mut credit, 125_000_000, 256 * MIB, 5);
        assert!(granted as f64 >= 125e6 * RTT.as_secs_f64(), "{granted}");
    }

    #[test]
    fn who_sends_nothing_keeps_a_little() {
        let mut credit = Credit::new(24 * MIB);
        assert_eq!(settled(&mut credit, 0, 48 * MIB, 30), RESTING);
    }

    #[test]
    fn less_memory_is_obeyed_at_once_and_never_below_one_chunk() {
        let mut credit = Credit::new(24 * MIB);
        assert_eq!(credit.look(EVERY, 0, RTT, 10 * MIB), Some(10 * MIB));
        assert_eq!(credit.look(EVERY, 0, RTT, 0), Some(LEAST_CREDIT));
        assert_eq!(credit.look(EVERY, 0, RTT, 0), None);
    }

    proptest! {
        #[test]
        fn whatever_is_seen_it_is_within_its_bounds(
            looks in prop::collection::vec((0u64..2_000, 0u64..1 << 40, 0u64..100_000, 0u64..1 << 30), 1..100),
        ) {
            let (mut credit, mut now) = (Credit::new(FIRST_CREDIT), Duration::ZERO);
            for (step, received, rtt, share) in looks {
                now += Duration::from_millis(step);
                if let Some(granted) = credit.look(now, received, Duration::from_millis(rtt), share) {
                    prop_assert!(granted >= LEAST_CREDIT);
                    prop_assert!(granted <= share.max(LEAST_CREDIT));
                }
            }
        }
    }
}
