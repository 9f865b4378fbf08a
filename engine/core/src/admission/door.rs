//! What is done with a handshake that begins, a stranger that is in, and an offer of its.

use std::{collections::HashMap, net::IpAddr, time::Duration};

use super::{Rate, Rates, place};

/// Handshakes of addresses that are not proven, all together; whoever comes beyond is asked for a proof, which costs
/// it a round trip and nothing else. So in calm nobody waits for one.
pub const UNPROVEN: Rate = Rate {
    burst: 64,
    every: Duration::from_millis(1000 / 32),
};
/// Handshakes of one address. All devices behind one router have one address: 256 that wake up at once get in at once.
/// Whoever comes beyond hears nothing, and QUIC tries again by itself.
pub const HANDSHAKES: Rate = Rate {
    burst: 256,
    every: Duration::from_millis(1000 / 8),
};
/// Offers of one address' strangers.
pub const OFFERS: Rate = Rate {
    burst: 32,
    every: Duration::from_secs(5),
};
/// Handshakes that have begun and not ended.
pub const HALF_OPEN: usize = 512;
/// Of addresses that are not proven.
pub const HALF_OPEN_UNPROVEN: usize = 64;
/// Of one address.
pub const HALF_OPEN_AT_A_PLACE: usize = 128;
/// Strangers that are connected: devices that nobody here has dealt with.
pub const STRANGERS: usize = 128;
/// Of one address.
pub const STRANGERS_AT_A_PLACE: usize = 32;

/// What is done with a handshake.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It goes on; say [`Door::ended`] when it has ended, however.
    Serve,
    /// The address is to be proven first.
    Prove,
    /// Nothing is said.
    Ignore,
}

/// A handshake that goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Knock {
    /// Where it comes from.
    pub from: IpAddr,
    /// Whether that is proven.
    pub proven: bool,
}

/// What has been turned away since the start.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Handshakes whose address was to be proven first.
    pub asked: u64,
    /// Handshakes that nothing was said to.
    pub ignored: u64,
    /// Strangers for whom there was no room.
    pub strangers: u64,
    /// Offers of strangers.
    pub offers: u64,
}

/// Who gets in. See the module.
#[derive(Debug)]
pub struct Door {
    unproven: Rates<()>,
    handshakes: Rates<IpAddr>,
    offers: Rates<IpAddr>,
    half_open: Crowd,
    half_open_unproven: usize,
    strangers: Crowd,
    counts: Counts,
}

/// How many there are, and how many of each address.
#[derive(Default, Debug)]
struct Crowd {
    all: usize,
    at: HashMap<IpAddr, usize>,
}

impl Default for Door {
    fn default() -> Self {
        Self {
            unproven: Rates::new(UNPROVEN),
            handshakes: Rates::new(HANDSHAKES),
            offers: Rates::new(OFFERS),
            half_open: Crowd::default(),
            half_open_unproven: 0,
            strangers: Crowd::default(),
            counts: Counts::default(),
        }
    }
}

impl Door {
    /// A handshake begins.
    pub fn knocks(&mut self, knock: Knock, now: Duration) -> Answer {
        let at = place(knock.from);
        let answer = if knock.proven {
            let room = self.half_open.all < HALF_OPEN
                && self.half_open.of(at) < HALF_OPEN_AT_A_PLACE
                && self.handshakes.take(&at, now);
            if room { Answer::Serve } else { Answer::Ignore }
        } else {
            // An address that has had its share proves itself before it is told so: it may be forged.
            let room = self.half_open.all < HALF_OPEN
                && self.half_open_unproven < HALF_OPEN_UNPROVEN
                && self.handshakes.has(&at, now)
                && self.unproven.take(&(), now);
            if room { Answer::Serve } else { Answer::Prove }
        };
        match answer {
            Answer::Serve => {
                // Of one whose address may be forged only the number is kept.
                self.half_open.all += 1;
                if knock.proven {
                    self.half_open.add_at(at);
                } else {
                    self.half_open_unproven += 1;
                }
            }
            Answer::Prove => self.counts.asked += 1,
            Answer::Ignore => self.counts.ignored += 1,
        }
        answer
    }

    /// A handshake that went on has ended; `met`: with a device, which has thereby proven its address.
    pub fn ended(&mut self, knock: Knock, met: bool, now: Duration) {
        let at = place(knock.from);
        self.half_open.all = self.half_open.all.saturating_sub(1);
        if knock.proven {
            self.half_open.remove_at(at);
        } else {
            self.half_open_unproven = self.half_open_unproven.saturating_sub(1);
            if met {
                // Charged now: it may be the last that need not prove its address.
                self.handshakes.take(&at, now);
            }
        }
    }

    /// A stranger has connected; whether it may stay. Say [`Door::stranger_left`] when it has left or is none any more.
    pub fn stranger_comes(&mut self, from: IpAddr) -> bool {
        let at = place(from);
        let room = self.strangers.all < STRANGERS && self.strangers.of(at) < STRANGERS_AT_A_PLACE;
        if room {
            self.strangers.all += 1;
            self.strangers.add_at(at);
        } else {
            self.counts.strangers += 1;
        }
        room
    }

    /// A stranger that might stay has left.
    pub fn stranger_left(&mut self, from: IpAddr) {
        self.strangers.all = self.strangers.all.saturating_sub(1);
        self.strangers.remove_at(place(from));
    }

    /// Whether a stranger may make one more offer.
    pub fn stranger_offers(&mut self, from: IpAddr, now: Duration) -> bool {
        let may = self.offers.take(&place(from), now);
        self.counts.offers += u64::from(!may);
        may
    }

    /// An offer was refused for another reason that is no person's.
    pub fn offer_refused(&mut self) {
        self.counts.offers += 1;
    }

    /// What has been turned away.
    pub fn counts(&self) -> Counts {
        self.counts
    }
}

impl Crowd {
    fn of(&self, at: IpAddr) -> usize {
        self.at.get(&at).copied().unwrap_or(0)
    }

    fn add_at(&mut self, at: IpAddr) {
        *self.at.entry(at).or_default() += 1;
    }

    fn remove_at(&mut self, at: IpAddr) {
        if let Some(number) = self.at.get_mut(&at) {
            *number -= 1;
            if *number == 0 {
                self.at.remove(&at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use proptest::prelude::*;

    use super::*;

    fn ip(last: u32) -> IpAddr {
        Ipv4Addr::from_bits(0x0a00_0000 + last).into()
    }

    fn knock(last: u32, proven: bool) -> Knock {
        Knock {
            from: ip(last),
            proven,
        }
    }

    /// Handshakes that go on and end at once, of so many.
    fn served(door: &mut Door, number: usize, knock: Knock, now: Duration) -> usize {
        let serves = |_: &usize| {
            let serve = door.knocks(knock, now) == Answer::Serve;
            if serve {
                door.ended(knock, true, now);
            }
            serve
        };
        (0..number).filter(serves).count()
    }

    const NOW: Duration = Duration::from_secs(1000);

    #[test]
    fn one_over_the_share_of_the_unproven_proves_its_address_and_gets_in() {
        let mut door = Door::default();
        for last in 0..UNPROVEN.burst {
            assert_eq!(served(&mut door, 1, knock(last, false), NOW), 1);
        }
        assert_eq!(door.knocks(knock(900, false), NOW), Answer::Prove);
        assert_eq!(door.knocks(knock(900, true), NOW), Answer::Serve);
        assert_eq!(door.counts().asked, 1);
        let later = NOW + UNPROVEN.every;
        assert_eq!(door.knocks(knock(901, false), later), Answer::Serve);
    }

    #[test]
    fn one_handshake_over_the_share_of_an_address_is_not_answered_and_other_addresses_are() {
        let mut door = Door::default();
        let burst = HANDSHAKES.burst as usize;
        assert_eq!(served(&mut door, burst + 1, knock(1, true), NOW), burst);
        assert_eq!(door.counts().ignored, 1);
        assert_eq!(door.knocks(knock(2, true), NOW), Answer::Serve);
        // It cannot hide among those whose address is not proven.
        assert_eq!(door.knocks(knock(1, false), NOW), Answer::Prove);
        let later = NOW + HANDSHAKES.every;
        assert_eq!(door.knocks(knock(1, true), later), Answer::Serve);
    }

    #[test]
    fn a_forged_address_uses_up_nothing_of_its_owner() {
        let mut door = Door::default();
        for second in 0..100 {
            for _ in 0..10 * HANDSHAKES.burst {
                let now = NOW + Duration::from_secs(second);
                if door.knocks(knock(1, false), now) == Answer::Serve {
                    // Never completed.
                    door.ended(knock(1, false), false, now);
                }
            }
        }
        let burst = HANDSHAKES.burst as usize;
        assert_eq!(served(&mut door, burst, knock(1, true), NOW), burst);
        assert_eq!(door.handshakes.len(), 1);
    }

    #[test]
    fn handshakes_that_do_not_end_hold_a_bounded_number_of_places() {
        let mut door = Door::default();
        let slow = |door: &mut Door, knock| {
            (0..2 * HALF_OPEN)
                .map(|second| NOW + Duration::from_secs(second as u64))
                .filter(|now| door.knocks(knock, *now) == Answer::Serve)
                .count()
        };
        assert_eq!(slow(&mut door, knock(1, false)), HALF_OPEN_UNPROVEN);
        assert_eq!(slow(&mut door, knock(1, true)), HALF_OPEN_AT_A_PLACE);
        assert_eq!(slow(&mut door, knock(2, true)), HALF_OPEN_AT_A_PLACE);
        assert_eq!(slow(&mut door, knock(3, true)), HALF_OPEN_AT_A_PLACE);
        let rest = HALF_OPEN - HALF_OPEN_UNPROVEN - 3 * HALF_OPEN_AT_A_PLACE;
        assert_eq!(slow(&mut door, knock(4, true)), rest);
        door.ended(knock(1, true), false, NOW);
        let much_later = NOW + Duration::from_secs(10_000);
        assert_eq!(door.knocks(knock(4, true), much_later), Answer::Serve);
    }

    #[test]
    fn one_stranger_over_the_places_does_not_stay_until_another_has_left() {
        let mut door = Door::default();
        for _ in 0..STRANGERS_AT_A_PLACE {
            assert!(door.stranger_comes(ip(1)));
        }
        assert!(!door.stranger_comes(ip(1)));
        for last in 0..(STRANGERS - STRANGERS_AT_A_PLACE) as u32 {
            assert!(door.stranger_comes(ip(2 + last)));
        }
        assert!(!door.stranger_comes(ip(900)));
        assert_eq!(door.counts().strangers, 2);
        door.stranger_left(ip(1));
        assert!(door.stranger_comes(ip(1)));
    }

    #[test]
    fn one_offer_over_the_share_of_an_address_is_refused() {
        let mut door = Door::default();
        let offers = |door: &mut Door, last| {
            (0..=OFFERS.burst)
                .filter(|_| door.stranger_offers(ip(last), NOW))
                .count()
        };
        assert_eq!(offers(&mut door, 1), OFFERS.burst as usize);
        assert_eq!(offers(&mut door, 2), OFFERS.burst as usize);
        assert_eq!(door.counts().offers, 2);
        assert!(door.stranger_offers(ip(1), NOW + OFFERS.every));
    }

    proptest! {
        #[test]
        fn whatever_comes_the_places_are_bounded_and_are_all_free_in_the_end(
            steps in prop::collection::vec((0u64..50, 0u32..8, any::<bool>(), any::<bool>()), 1..3_000),
        ) {
            let (mut door, mut now, mut open) = (Door::default(), NOW, Vec::new());
            for (millis, last, proven, ends) in steps {
                now += Duration::from_millis(millis);
                let knock = knock(last, proven);
                if door.knocks(knock, now) == Answer::Serve {
                    open.push(knock);
                }
                if ends && let Some(knock) = open.pop() {
                    door.ended(knock, last % 2 == 0, now);
                }
                prop_assert_eq!(door.half_open.all, open.len());
                prop_assert!(open.len() <= HALF_OPEN);
                let unproven = open.iter().filter(|knock| !knock.proven).count();
                prop_assert!(unproven <= HALF_OPEN_UNPROVEN);
            }
            for knock in open {
                door.ended(knock, false, now);
            }
            prop_assert_eq!(door.half_open.all, 0);
            prop_assert_eq!(door.half_open_unproven, 0);
            prop_assert!(door.half_open.at.is_empty());
        }
    }
}
