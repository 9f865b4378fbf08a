//! The networks that this host is attached to. Somebody in one of them may announce any address in the world: only what
//! lies in one of them is dialled for it.

use std::net::{IpAddr, SocketAddr, SocketAddrV6};

use if_addrs::{IfAddr, Interface};
use mdns_sd::ScopedIp;

/// A network: an address in it, and how many of its bits all others share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Network {
    ip: IpAddr,
    prefix: u8,
}

/// The networks of all interfaces that are up, but not those of the loopback.
pub(super) fn attached() -> std::io::Result<Vec<Network>> {
    let interfaces = if_addrs::get_if_addrs()?;
    let usable = |interface: &Interface| interface.is_oper_up() && !interface.is_loopback();
    Ok(interfaces
        .into_iter()
        .filter(usable)
        .map(|interface| match interface.addr {
            IfAddr::V4(v4) => Network::new(v4.ip.into(), v4.prefixlen),
            IfAddr::V6(v6) => Network::new(v6.ip.into(), v6.prefixlen),
        })
        .collect())
}

impl Network {
    fn new(ip: IpAddr, prefix: u8) -> Self {
        Self { ip, prefix }
    }

    fn has(&self, ip: IpAddr) -> bool {
        let shared = |a: u128, b: u128, bits: u32| {
            let rest = bits.saturating_sub(u32::from(self.prefix));
            // All bits of a prefix of none are the rest.
            (a ^ b).checked_shr(rest).unwrap_or(0) == 0
        };
        match (self.ip, ip) {
            (IpAddr::V4(a), IpAddr::V4(b)) => shared(u32::from(a).into(), u32::from(b).into(), 32),
            (IpAddr::V6(a), IpAddr::V6(b)) => shared(a.into(), b.into(), 128),
            _ => false,
        }
    }
}

/// The addresses among those heard that lie in one of the networks, IPv4 first, with the scope of the interface on which
/// a link-local one was heard.
pub(super) fn reachable<'a>(
    heard: impl Iterator<Item = &'a ScopedIp>,
    port: u16,
    networks: &[Network],
) -> Vec<SocketAddr> {
    let mut found: Vec<SocketAddr> = heard
        .filter(|scoped| {
            let ip = scoped.to_ip_addr();
            networks.iter().any(|network| network.has(ip))
        })
        .filter_map(|scoped| match scoped {
            ScopedIp::V4(v4) => Some(SocketAddr::from((*v4.addr(), port))),
            ScopedIp::V6(v6) => {
                let is_local = v6.addr().is_unicast_link_local();
                let scope = if is_local { v6.scope_id().index } else { 0 };
                Some(SocketAddrV6::new(*v6.addr(), port, 0, scope).into())
            }
            _ => None,
        })
        .collect();
    found.sort_by_key(|address| (address.is_ipv6(), *address));
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use mdns_sd::InterfaceId;

    use super::*;

    fn network(text: &str) -> Network {
        let (ip, prefix) = text.split_once('/').expect("a prefix");
        Network::new(
            ip.parse().expect("an address"),
            prefix.parse().expect("bits"),
        )
    }

    #[test]
    fn what_shares_the_prefix_is_in_the_network() {
        for (net, ip, is_in) in [
            ("192.168.1.7/24", "192.168.1.200", true),
            ("192.168.1.7/24", "192.168.2.200", false),
            ("192.168.1.7/24", "8.8.8.8", false),
            ("10.1.2.3/8", "10.200.0.1", true),
            ("10.1.2.3/32", "10.1.2.3", true),
            ("10.1.2.3/32", "10.1.2.4", false),
            ("10.1.2.3/0", "8.8.8.8", true),
            ("fe80::1/64", "fe80::ffff:2", true),
            ("fe80::1/64", "fe80:0:0:1::2", false),
            ("2001:db8::1/64", "2001:db8::2", true),
            ("2001:db8::1/64", "2001:db9::2", false),
            ("2001:db8::1/128", "2001:db8::2", false),
            ("::1/0", "2001:db8::2", true),
            ("192.168.1.7/24", "::ffff:192.168.1.8", false),
        ] {
            let ip = ip.parse().expect("an address");
            assert_eq!(network(net).has(ip), is_in, "{net} {ip}");
        }
    }

    #[test]
    fn addresses_of_other_networks_are_not_dialled() {
        let heard: Vec<ScopedIp> = ["192.168.1.9", "203.0.113.5", "2001:db8::9", "fe80::9"]
            .iter()
            .map(|ip| ScopedIp::from(ip.parse::<IpAddr>().expect("an address")))
            .collect();
        let networks = [network("192.168.1.7/24"), network("fe80::1/64")];
        let found = reachable(heard.iter(), 5, &networks);
        let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["192.168.1.9:5", "[fe80::9]:5"]);
        assert_eq!(reachable(heard.iter(), 5, &[]), []);
    }

    #[test]
    fn an_address_keeps_the_interface_on_which_it_was_heard() {
        let interface = InterfaceId {
            name: "eth1".into(),
            index: 3,
        };
        let heard = [ScopedIp::V4(mdns_sd::ScopedIpV4::new(
            [10, 0, 0, 1].into(),
            interface,
        ))];
        let found = reachable(heard.iter(), 5, &[network("10.0.0.2/24")]);
        assert_eq!(found, ["10.0.0.1:5".parse().expect("an address")]);
    }
}
