//! How often one address may be wrong: whoever reaches the port could burn every code that is ever shown.

use std::{collections::VecDeque, net::IpAddr, time::Duration};

use super::PairError;
use crate::admission::place;

/// Wrong guesses that one address has in [`WINDOW`].
pub const MAX_ATTEMPTS: usize = 3;
/// The time in which they are counted.
pub const WINDOW: Duration = Duration::from_secs(600);
/// Wrong guesses that are remembered, of all addresses; the oldest goes first.
const MAX_REMEMBERED: usize = 256;

/// Wrong guesses of late, by address; of IPv6 by the 64 bits that one customer is given (RFC 6177).
#[derive(Debug, Default)]
pub struct Attempts(VecDeque<(Duration, IpAddr)>);

impl Attempts {
    /// Whether that address may try at `now`.
    ///
    /// # Errors
    /// [`PairError::TooMany`].
    pub fn check(&mut self, address: IpAddr, now: Duration) -> Result<(), PairError> {
        self.0.retain(|(at, _)| now.saturating_sub(*at) < WINDOW);
        let at = place(address);
        let wrong = self.0.iter().filter(|(_, known)| *known == at).count();
        if wrong < MAX_ATTEMPTS {
            Ok(())
        } else {
            Err(PairError::TooMany)
        }
    }

    /// It was wrong.
    pub fn failed(&mut self, address: IpAddr, now: Duration) {
        if self.0.len() == MAX_REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back((now, place(address)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_that_was_wrong_too_often_waits_and_others_do_not() {
        let mut attempts = Attempts::default();
        let (eve, bob) = (ip("10.0.0.9"), ip("10.0.0.2"));
        for second in 0..MAX_ATTEMPTS as u64 {
            let now = Duration::from_secs(second);
            assert_eq!(attempts.check(eve, now), Ok(()));
            attempts.failed(eve, now);
        }
        let now = Duration::from_secs(60);
        assert_eq!(attempts.check(eve, now), Err(PairError::TooMany));
        assert_eq!(
            attempts.check(ip("::ffff:10.0.0.9"), now),
            Err(PairError::TooMany)
        );
        assert_eq!(attempts.check(bob, now), Ok(()));
        assert_eq!(attempts.check(eve, WINDOW), Ok(()));
    }

    #[test]
    fn all_addresses_of_one_ipv6_customer_are_one() {
        let mut attempts = Attempts::default();
        for host in 0..MAX_ATTEMPTS {
            attempts.failed(ip(&format!("2001:db8:1:2::{host}")), Duration::ZERO);
        }
        let now = Duration::ZERO;
        assert_eq!(
            attempts.check(ip("2001:db8:1:2:ffff::1"), now),
            Err(PairError::TooMany)
        );
        assert_eq!(attempts.check(ip("2001:db8:1:3::1"), now), Ok(()));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut attempts = Attempts::default();
        for _ in 0..=MAX_REMEMBERED {
            attempts.failed(ip("10.0.0.1"), Duration::ZERO);
        }
        assert_eq!(attempts.0.len(), MAX_REMEMBERED);
    }
}
