//! Addresses of this host and of peers: what to put in a ticket, and IPv4 on an IPv6 socket.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Where others can reach a socket that is bound to `bound`: itself, or this host's addresses at its port,
/// those of the local network first, loopback only if there is nothing else.
pub(crate) fn reachable(bound: SocketAddr) -> Vec<SocketAddr> {
    if !bound.ip().is_unspecified() {
        return vec![bound];
    }
    let mut ips: Vec<IpAddr> = if_addrs::get_if_addrs()
        .unwrap_or_default()
        .into_iter()
        .filter(|interface| !interface.is_loopback())
        .map(|interface| interface.ip())
        .filter(|ip| match ip {
            IpAddr::V4(v4) => !v4.is_link_local(),
            // A link-local address means nothing without the name of the interface on the other host.
            IpAddr::V6(v6) => bound.is_ipv6() && !v6.is_unicast_link_local(),
        })
        .collect();
    ips.sort_by_key(IpAddr::is_ipv6);
    ips.dedup();
    if ips.is_empty() {
        ips.push(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    ips.truncate(8);
    ips.into_iter()
        .map(|ip| SocketAddr::new(ip, bound.port()))
        .collect()
}

/// The form of `remote` that a socket bound to `local` can send to; None if it cannot.
pub(crate) fn for_socket(local: SocketAddr, remote: SocketAddr) -> Option<SocketAddr> {
    match (local.ip(), remote.ip()) {
        (IpAddr::V6(bound), IpAddr::V4(v4)) if bound == Ipv6Addr::UNSPECIFIED => Some(
            SocketAddr::new(IpAddr::V6(v4.to_ipv6_mapped()), remote.port()),
        ),
        (IpAddr::V6(_), IpAddr::V4(_)) | (IpAddr::V4(_), IpAddr::V6(_)) => None,
        _ => Some(remote),
    }
}

/// The address from which a socket bound to `bound` sends to `remote`, if that can be told.
pub(crate) fn source_for(bound: SocketAddr, remote: SocketAddr) -> Option<IpAddr> {
    if !bound.ip().is_unspecified() {
        return Some(bound.ip());
    }
    // Connecting a UDP socket sends nothing; it asks the system for the route.
    let any: IpAddr = match remote {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let probe = std::net::UdpSocket::bind((any, 0)).ok()?;
    probe.connect(remote).ok()?;
    Some(probe.local_addr().ok()?.ip())
}

/// An address as people write it: IPv4 where it is an IPv4 address in an IPv6 one.
pub(crate) fn canonical(address: SocketAddr) -> SocketAddr {
    match address {
        // Its interface is part of it.
        SocketAddr::V6(v6) if v6.ip().is_unicast_link_local() => address,
        _ => SocketAddr::new(address.ip().to_canonical(), address.port()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> SocketAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_ipv6_socket_reaches_ipv4_by_its_mapped_form() {
        assert_eq!(
            for_socket(at("[::]:1"), at("10.0.0.1:2")),
            Some(at("[::ffff:10.0.0.1]:2"))
        );
        assert_eq!(
            for_socket(at("0.0.0.0:1"), at("10.0.0.1:2")),
            Some(at("10.0.0.1:2"))
        );
        assert_eq!(for_socket(at("0.0.0.0:1"), at("[2001:db8::1]:2")), None);
        assert_eq!(canonical(at("[::ffff:10.0.0.1]:2")), at("10.0.0.1:2"));
    }

    #[test]
    fn a_link_local_address_keeps_its_interface_from_its_text_to_the_socket() {
        let address = at("[fe80::1%3]:2");
        assert_eq!(for_socket(at("[::]:1"), address), Some(address));
        assert_eq!(canonical(address), address);
        assert_eq!(canonical(address).to_string(), "[fe80::1%3]:2");
        assert_eq!(for_socket(at("0.0.0.0:1"), address), None);
    }

    #[test]
    fn the_way_to_oneself_begins_at_oneself() {
        let loopback = at("127.0.0.1:9");
        assert_eq!(source_for(at("0.0.0.0:1"), loopback), Some(loopback.ip()));
        let bound = at("10.1.2.3:1");
        assert_eq!(source_for(bound, loopback), Some(bound.ip()));
    }

    #[test]
    fn a_socket_bound_to_one_address_is_reached_there() {
        assert_eq!(reachable(at("127.0.0.1:7")), vec![at("127.0.0.1:7")]);
    }
}
