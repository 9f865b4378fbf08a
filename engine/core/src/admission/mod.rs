//! Who gets in when many knock: limits by address and by device that hold for everybody, known or not.
//!
//! An address is told from another by [`place`]. What an address has used is only counted where the address is proven:
//! else somebody could use up another's share by forging it. Until then all together have one small share, and whoever
//! comes beyond it is asked to prove its address (RFC 9000, section 8.1.2, Retry), which costs nothing here.
//!
//! Non-goals: what a device may do is its role's; what is sent is bounded by [`crate::congestion::credit`].
//!
//! Invariants: memory is bounded whatever comes; a forged address uses up nothing of that address's share.

mod door;
mod rates;

pub use door::{
    Answer, Counts, Door, HALF_OPEN, HALF_OPEN_AT_A_PLACE, HALF_OPEN_UNPROVEN, HANDSHAKES, Knock,
    OFFERS, STRANGERS, STRANGERS_AT_A_PLACE, UNPROVEN,
};
pub use rates::{MAX_KEYS, Rate, Rates};

use std::net::{IpAddr, Ipv6Addr};

/// What counts as one address: of IPv6 the 64 bits that one customer is given (RFC 6177), an IPv4 address that is
/// written as an IPv6 one as itself.
#[must_use]
pub fn place(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_addresses_of_one_ipv6_customer_are_one_and_ipv4_is_itself_in_either_writing() {
        let of = |text: &str| place(text.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2::9"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::9"), of("2001:db8:1:3::9"));
        assert_eq!(of("::ffff:10.0.0.9"), of("10.0.0.9"));
        assert_ne!(of("10.0.0.8"), of("10.0.0.9"));
    }
}
