//! Where a device that is to be paired with may be: what a person entered. If that is
//! nothing, the local network says it.

use std::net::{IpAddr, SocketAddr};

use chunkstream_core::device::{DeviceId, HostPort, Ticket};

use crate::{
    DEFAULT_PORT,
    api::{Code, Failure},
    coordinator::Shared,
};

/// One place to try, in the order in which they are tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Who must answer; whoever is there if None.
    pub(super) device: Option<DeviceId>,
    pub(super) addresses: Vec<SocketAddr>,
}

impl Shared {
    /// Where the maker of a ticket is.
    pub(super) async fn place_of(&self, ticket: &Ticket) -> Result<Place, Failure> {
        if ticket.device == self.key.id() {
            return Err(Failure::new(
                Code::BadTarget,
                "that is a ticket of this device",
            ));
        }
        let mut addresses = ticket.addresses.clone();
        for known in self.addresses_of(ticket.device).await? {
            if !addresses.contains(&known) {
                addresses.push(known);
            }
        }
        Ok(Place {
            device: Some(ticket.device),
            addresses,
        })
    }

    /// Where the device that a person means may be; nothing is said of it by nothing.
    pub(super) async fn places(&self, at: Option<&str>) -> Result<Vec<Place>, Failure> {
        let Some(at) = at.map(str::trim).filter(|at| !at.is_empty()) else {
            if self.searches_nearby() {
                return Ok(Vec::new());
            }
            return Err(Failure::new(
                Code::BadTarget,
                "say where the other device is: its address as HOST:PORT, its ticket, or its device id",
            ));
        };
        let found = if let Some(HostPort { host, port }) = host_port(at) {
            let found = tokio::net::lookup_host((host.as_str(), port)).await;
            let missing = |e| Failure::new(Code::BadTarget, format!("{host} cannot be found: {e}"));
            Place {
                device: None,
                addresses: found.map_err(|e| missing(e).about(at))?.collect(),
            }
        } else {
            let destination = self.destination(at).await?;
            let mut addresses = destination.addresses;
            addresses.extend(self.addresses_of(destination.device).await?);
            Place {
                device: Some(destination.device),
                addresses,
            }
        };
        Ok(vec![found])
    }

    /// Where a device is that nobody has said anything of: the one nearby that is open for pairing.
    pub(super) async fn place_nearby(&self) -> Result<Place, Failure> {
        let seen = self.open_nearby().await?;
        Ok(Place {
            device: Some(seen.device),
            addresses: seen.addresses,
        })
    }
}

/// `HOST:PORT`, or an IP address alone, which may be in brackets and have a zone.
fn host_port(at: &str) -> Option<HostPort> {
    let bare = at.strip_prefix('[').and_then(|at| at.strip_suffix(']'));
    let bare = bare.unwrap_or(at);
    let with_port = if bare.contains(':') {
        format!("[{bare}]:{DEFAULT_PORT}").parse()
    } else {
        format!("{}:{DEFAULT_PORT}", bare.parse::<IpAddr>().ok()?).parse()
    };
    at.parse().or(with_port).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_the_usual_port_unless_it_says_another() {
        for (at, whole) in [
            ("10.0.0.1", Some("10.0.0.1:24880")),
            ("10.0.0.1:7", Some("10.0.0.1:7")),
            ("nas.local:7", Some("nas.local:7")),
            ("2001:db8::1", Some("[2001:db8::1]:24880")),
            ("[2001:db8::1]", Some("[2001:db8::1]:24880")),
            ("[2001:db8::1]:7", Some("[2001:db8::1]:7")),
            ("fe80::1%eth0", Some("[fe80::1%eth0]:24880")),
            ("[fe80::1%3]", Some("[fe80::1%3]:24880")),
            ("[fe80::1%3]:7", Some("[fe80::1%3]:7")),
            ("nas", None),
            ("anna's desk", None),
            ("2001:db8::1%eth0", None),
            ("10.0.0.1%eth0", None),
            ("[10.0.0.1", None),
        ] {
            let found = host_port(at).map(|found| found.to_string());
            assert_eq!(found.as_deref(), whole, "{at}");
        }
    }
}
