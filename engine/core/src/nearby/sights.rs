//! What has been heard in the local network and not been taken back: bounded, and for each device its addresses.
//!
//! One device may be heard of several times: on several interfaces, under a veil and by name, or because somebody else
//! uses its id. All that is said counts as a hint; what was said first comes first. When there is no room any more, what
//! concerns nobody here makes room for what does: a known device for a stranger with a name, that one for a veil.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
};

use super::{Announcement, Veil, Who};
use crate::device::DeviceId;

/// Announcements that are kept.
pub const MAX_SIGHTS: usize = 256;
/// Addresses that are kept of one announcement.
pub const MAX_ADDRESSES: usize = 8;
/// Announcements that are kept of one device: more than it makes, by itself.
const MAX_SIGHTS_OF_DEVICE: usize = 4;
const MAX_ADDRESSES_OF_DEVICE: usize = MAX_SIGHTS_OF_DEVICE * MAX_ADDRESSES;
/// A label of the DNS (RFC 1035, section 2.3.4).
const MAX_INSTANCE: usize = 63;

/// What stands in the local network.
#[derive(Debug, Default)]
pub struct Sights {
    /// By instance name.
    sights: BTreeMap<String, Sight>,
    /// How many came so far.
    count: u64,
}

#[derive(Debug)]
struct Sight {
    announcement: Announcement,
    addresses: Vec<SocketAddr>,
    /// Who it is; None if nobody here can tell.
    device: Option<DeviceId>,
    rank: Rank,
    since_ms: u64,
    /// Grows.
    number: u64,
}

/// What gives way to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Veiled,
    Named,
    Known,
}

/// A device in the local network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Who it is said to be.
    pub device: DeviceId,
    /// What it is said to call itself; empty if nothing is said.
    pub name: String,
    /// Where, what was said first first.
    pub addresses: Vec<SocketAddr>,
    /// Whether it shows a code or words.
    pub open: bool,
    /// Since when, milliseconds since 1970.
    pub since_ms: u64,
}

impl Sights {
    /// Something was heard, anew or once more. `known` are the devices that this one knows. Returns the device if there is
    /// something new of it: it is there, or at more addresses, or says something else.
    pub fn found(
        &mut self,
        instance: &str,
        announcement: Announcement,
        addresses: &[SocketAddr],
        known: &[DeviceId],
        now_ms: u64,
    ) -> Option<DeviceId> {
        if instance.is_empty() || instance.len() > MAX_INSTANCE {
            return None;
        }
        let mut usable = Vec::new();
        for address in addresses.iter().filter(|address| is_usable(address)) {
            if usable.len() < MAX_ADDRESSES && !usable.contains(address) {
                usable.push(*address);
            }
        }
        if usable.is_empty() {
            return self.lost(instance);
        }
        let (device, rank) = recognise(&announcement, known);
        let before = self.sights.get(instance);
        let is_same = before.is_some_and(|sight| {
            sight.announcement == announcement
                && sight.device == device
                && usable
                    .iter()
                    .all(|address| sight.addresses.contains(address))
                && sight.addresses.len() == usable.len()
        });
        if is_same {
            return None;
        }
        let (since_ms, number) = match before {
            Some(sight) => (sight.since_ms, sight.number),
            // A device that changes its veil has not come anew.
            None => (self.since(device).unwrap_or(now_ms), self.count),
        };
        if before.is_none() {
            self.make_room_beside(device);
            if !self.make_room(rank) {
                return None;
            }
        }
        self.count += 1;
        self.sights.insert(
            instance.to_owned(),
            Sight {
                announcement,
                addresses: usable,
                device,
                rank,
                since_ms,
                number,
            },
        );
        device
    }

    /// Something was taken back, or not heard again. Returns the device if it was one's.
    pub fn lost(&mut self, instance: &str) -> Option<DeviceId> {
        self.sights.remove(instance)?.device
    }

    /// Whether nothing is there.
    pub fn is_empty(&self) -> bool {
        self.sights.is_empty()
    }

    /// Other devices are known now. Returns those that are recognised, or are not any more.
    pub fn recognise(&mut self, known: &[DeviceId]) -> Vec<DeviceId> {
        let mut changed = Vec::new();
        for sight in self.sights.values_mut() {
            let (device, rank) = recognise(&sight.announcement, known);
            if device != sight.device {
                changed.extend(device.or(sight.device));
            }
            (sight.device, sight.rank) = (device, rank);
        }
        changed
    }

    /// The devices that are there, by id.
    pub fn devices(&self) -> Vec<Seen> {
        let mut sights: Vec<&Sight> = self.sights.values().collect();
        sights.sort_by_key(|sight| sight.number);
        let mut devices: BTreeMap<DeviceId, Seen> = BTreeMap::new();
        for sight in sights {
            let Some(device) = sight.device else { continue };
            let seen = devices.entry(device).or_insert_with(|| Seen {
                device,
                name: String::new(),
                addresses: Vec::new(),
                open: false,
                since_ms: sight.since_ms,
            });
            if let Who::Named { name, .. } = &sight.announcement.who
                && seen.name.is_empty()
            {
                seen.name.clone_from(name);
            }
            seen.open |= sight.announcement.open;
            for address in &sight.addresses {
                if seen.addresses.len() < MAX_ADDRESSES_OF_DEVICE
                    && !seen.addresses.contains(address)
                {
                    seen.addresses.push(*address);
                }
            }
        }
        devices.into_values().collect()
    }

    /// A device, if it is there.
    pub fn device(&self, device: DeviceId) -> Option<Seen> {
        let mut seen = self.devices().into_iter();
        seen.find(|seen| seen.device == device)
    }

    /// Where announcements are that fit a device which need not be known: the maker of a ticket.
    pub fn addresses_of(&self, device: DeviceId) -> Vec<SocketAddr> {
        let mut addresses = Vec::new();
        for sight in self.sights.values() {
            if recognise(&sight.announcement, &[device]).0 != Some(device) {
                continue;
            }
            for address in &sight.addresses {
                if addresses.len() < MAX_SIGHTS_OF_DEVICE * MAX_ADDRESSES
                    && !addresses.contains(address)
                {
                    addresses.push(*address);
                }
            }
        }
        addresses
    }

    fn since(&self, device: Option<DeviceId>) -> Option<u64> {
        device?;
        let of_it = self.sights.values().filter(|sight| sight.device == device);
        of_it.map(|sight| sight.since_ms).min()
    }

    /// Of one device, the youngest gives way: whoever uses its id can hide it neither by being first nor by being many.
    fn make_room_beside(&mut self, device: Option<DeviceId>) {
        let mut of_it: Vec<(u64, String)> = self
            .sights
            .iter()
            .filter(|(_, sight)| device.is_some() && sight.device == device)
            .map(|(instance, sight)| (sight.number, instance.clone()))
            .collect();
        if of_it.len() >= MAX_SIGHTS_OF_DEVICE {
            of_it.sort_unstable();
            if let Some((_, youngest)) = of_it.pop() {
                self.sights.remove(&youngest);
            }
        }
    }

    /// Whether there is room for one of that rank, if need be in the place of the youngest of the least.
    fn make_room(&mut self, rank: Rank) -> bool {
        if self.sights.len() < MAX_SIGHTS {
            return true;
        }
        let least = self
            .sights
            .iter()
            .filter(|(_, sight)| sight.rank < rank)
            .min_by_key(|(_, sight)| (sight.rank, u64::MAX - sight.number))
            .map(|(instance, _)| instance.clone());
        least.is_some_and(|instance| self.sights.remove(&instance).is_some())
    }
}

/// Who that is, as far as those say who are known here.
fn recognise(announcement: &Announcement, known: &[DeviceId]) -> (Option<DeviceId>, Rank) {
    match &announcement.who {
        Who::Named { device, .. } if known.contains(device) => (Some(*device), Rank::Known),
        Who::Named { device, .. } => (Some(*device), Rank::Named),
        Who::Veiled(veil) => match owner(veil, known) {
            Some(device) => (Some(device), Rank::Known),
            None => (None, Rank::Veiled),
        },
    }
}

fn owner(veil: &Veil, known: &[DeviceId]) -> Option<DeviceId> {
    known.iter().copied().find(|device| veil.is_of(*device))
}

/// Whether something may be sent there because somebody says so.
fn is_usable(address: &SocketAddr) -> bool {
    let is_unicast = match address.ip() {
        IpAddr::V4(ip) => !ip.is_broadcast() && !ip.is_multicast() && !ip.is_unspecified(),
        // A link-local address means nothing without the interface.
        IpAddr::V6(ip) if ip.is_unicast_link_local() => {
            matches!(address, SocketAddr::V6(address) if address.scope_id() != 0)
        }
        IpAddr::V6(ip) => {
            !ip.is_multicast() && !ip.is_unspecified() && ip.to_ipv4_mapped().is_none()
        }
    };
    is_unicast && address.port() != 0 && !address.ip().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(n: u16) -> DeviceId {
        let mut bytes = [0; 20];
        bytes[..2].copy_from_slice(&n.to_be_bytes());
        DeviceId(bytes)
    }

    fn named(n: u16, name: &str) -> Announcement {
        let (device, name) = (device(n), name.to_owned());
        Announcement {
            who: Who::Named { device, name },
            open: false,
        }
    }

    fn veiled(n: u16) -> Announcement {
        Announcement {
            who: Who::Veiled(Veil::new(device(n), [n as u8; 16])),
            open: false,
        }
    }

    fn at(text: &str) -> SocketAddr {
        text.parse().expect("an address")
    }

    fn here(n: u16) -> SocketAddr {
        SocketAddr::from(([10, 0, (n >> 8) as u8, n as u8], 24_880))
    }

    #[test]
    fn a_device_is_there_from_its_first_word_to_its_last() {
        let mut sights = Sights::default();
        assert_eq!(
            sights.found("a", named(1, "desk"), &[here(1)], &[], 5),
            Some(device(1))
        );
        assert_eq!(
            sights.devices(),
            [Seen {
                device: device(1),
                name: "desk".into(),
                addresses: vec![here(1)],
                open: false,
                since_ms: 5
            }]
        );
        assert_eq!(
            sights.found("a", named(1, "desk"), &[here(1)], &[], 6),
            None
        );
        // It has moved.
        assert_eq!(
            sights.found("a", named(1, "desk"), &[here(2)], &[], 7),
            Some(device(1))
        );
        let seen = sights.device(device(1)).expect("there");
        assert_eq!((seen.addresses, seen.since_ms), (vec![here(2)], 5));
        assert_eq!(sights.lost("a"), Some(device(1)));
        assert_eq!((sights.lost("a"), sights.devices()), (None, vec![]));
    }

    #[test]
    fn a_veil_is_of_a_device_as_soon_as_and_as_long_as_that_is_known() {
        let mut sights = Sights::default();
        assert_eq!(
            sights.found("a", veiled(1), &[here(1)], &[device(2)], 0),
            None
        );
        assert_eq!(sights.devices(), []);
        assert_eq!(sights.addresses_of(device(1)), [here(1)], "by its id");
        assert_eq!(sights.recognise(&[device(2), device(1)]), [device(1)]);
        assert_eq!(sights.devices().len(), 1);
        assert_eq!(sights.recognise(&[device(2), device(1)]), []);
        assert_eq!(sights.recognise(&[]), [device(1)]);
        assert_eq!(sights.devices(), []);
    }

    #[test]
    fn one_device_heard_twice_is_one_with_both_addresses() {
        let mut sights = Sights::default();
        let known = [device(1)];
        sights.found("b", veiled(1), &[here(1)], &known, 5);
        let mut open = named(1, "desk");
        open.open = true;
        sights.found("a", open, &[here(2), here(1)], &known, 6);
        assert_eq!(
            sights.devices(),
            [Seen {
                device: device(1),
                name: "desk".into(),
                addresses: vec![here(1), here(2)],
                open: true,
                since_ms: 5
            }]
        );
        assert_eq!(sights.lost("b"), Some(device(1)));
        let left = &sights.devices()[0];
        assert_eq!(
            (&left.addresses[..], left.since_ms),
            (&[here(2), here(1)][..], 5)
        );
    }

    #[test]
    fn somebody_else_with_the_same_id_takes_neither_name_nor_place() {
        let mut sights = Sights::default();
        sights.found("a", named(1, "desk"), &[here(1)], &[], 0);
        for n in 0..100 {
            let addresses: Vec<SocketAddr> = (0..8).map(|k| here(1000 + n * 8 + k)).collect();
            sights.found(&format!("0{n}"), named(1, "evil"), &addresses, &[], 1);
        }
        let seen = sights.device(device(1)).expect("there");
        assert_eq!((seen.name.as_str(), seen.addresses[0]), ("desk", here(1)));
        let most = 1 + (MAX_SIGHTS_OF_DEVICE - 1) * MAX_ADDRESSES;
        assert_eq!(seen.addresses.len(), most);
        // And who comes late is there all the same.
        sights.found("late", named(1, "desk"), &[here(2)], &[], 2);
        let seen = sights.device(device(1)).expect("there");
        assert!(seen.addresses.contains(&here(1)) && seen.addresses.contains(&here(2)));
        assert_eq!(sights.sights.len(), MAX_SIGHTS_OF_DEVICE);
    }

    #[test]
    fn one_address_over_the_limit_is_dropped() {
        let mut sights = Sights::default();
        let many: Vec<SocketAddr> = (0..=MAX_ADDRESSES as u16).map(here).collect();
        sights.found("a", named(1, ""), &many, &[], 0);
        assert_eq!(sights.devices()[0].addresses, many[..MAX_ADDRESSES]);
    }

    #[test]
    fn one_announcement_over_the_limit_is_dropped_and_a_known_device_finds_room() {
        let mut sights = Sights::default();
        for n in 0..MAX_SIGHTS as u16 {
            let found = sights.found(&n.to_string(), named(n, "x"), &[here(n)], &[], 0);
            assert_eq!(found, Some(device(n)));
        }
        assert_eq!(
            sights.found("more", named(900, "x"), &[here(9)], &[], 0),
            None
        );
        assert_eq!(sights.found("veil", veiled(901), &[here(9)], &[], 0), None);
        assert_eq!(sights.devices().len(), MAX_SIGHTS);
        let known = [device(901)];
        assert_eq!(
            sights.found("veil", veiled(901), &[here(9)], &known, 0),
            Some(device(901))
        );
        assert_eq!(sights.devices().len(), MAX_SIGHTS);
        assert!(
            sights.device(device(0)).is_some(),
            "who was there first stays"
        );
        assert!(sights.device(device(MAX_SIGHTS as u16 - 1)).is_none());
        // And one that is there may still change.
        assert_eq!(
            sights.found("0", named(0, "y"), &[here(0)], &[], 0),
            Some(device(0))
        );
    }

    #[test]
    fn a_flood_of_veils_keeps_no_named_device_out() {
        let mut sights = Sights::default();
        for n in 0..2 * MAX_SIGHTS as u16 {
            sights.found(&n.to_string(), veiled(n), &[here(n)], &[], 0);
        }
        assert_eq!(sights.sights.len(), MAX_SIGHTS);
        assert_eq!(
            sights.found("desk", named(1, "desk"), &[here(1)], &[], 0),
            Some(device(1))
        );
        assert_eq!(sights.sights.len(), MAX_SIGHTS);
    }

    #[test]
    fn addresses_at_which_no_device_can_be_are_not_used() {
        let mut sights = Sights::default();
        for bad in [
            "127.0.0.1:24880",
            "[::1]:24880",
            "0.0.0.0:24880",
            "[::]:24880",
            "255.255.255.255:24880",
            "224.0.0.251:24880",
            "[ff02::fb]:24880",
            "[fe80::1]:24880",
            "[::ffff:127.0.0.1]:24880",
            "10.0.0.1:0",
        ] {
            assert_eq!(
                sights.found("a", named(1, ""), &[at(bad)], &[], 0),
                None,
                "{bad}"
            );
        }
        for good in ["10.0.0.1:1", "[fe80::1%2]:24880", "[2001:db8::1]:24880"] {
            assert!(
                sights
                    .found(good, named(1, ""), &[at(good)], &[], 0)
                    .is_some(),
                "{good}"
            );
        }
        // One that has no address left is gone.
        assert_eq!(
            sights.found("10.0.0.1:1", named(1, ""), &[], &[], 0),
            Some(device(1))
        );
        assert_eq!(
            sights
                .device(device(1))
                .expect("two are left")
                .addresses
                .len(),
            2
        );
    }

    #[test]
    fn an_instance_has_the_name_of_a_label() {
        let mut sights = Sights::default();
        let long = "x".repeat(MAX_INSTANCE);
        assert!(
            sights
                .found(&long, named(1, ""), &[here(1)], &[], 0)
                .is_some()
        );
        assert!(
            sights
                .found(&format!("{long}x"), named(2, ""), &[here(2)], &[], 0)
                .is_none()
        );
        assert!(sights.found("", named(3, ""), &[here(3)], &[], 0).is_none());
    }
}
