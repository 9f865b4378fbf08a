//! Where a device that is to be paired with may be: what a person entered. What is found in the local network comes in
//! here too, when there is a discovery.

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

    /// Where the device that a person means may be.
    pub(super) async fn places(&self, at: Option<&str>) -> Result<Vec<Place>, Failure> {
        let Some(at) = at.map(str::trim).filter(|at| !at.is_empty()) else {
            return Err(Failure::new(
                Code::BadTarget,
                "say where the other device is: its address as HOST:PORT, its ticket, or its device id",
            ));
        };
        let host = at.parse::<HostPort>().ok();
        let found = if let Some(HostPort { host, port }) = host {
            let found = tokio::net::lookup_host((host.as_str(), port)).await;
            let missing = |e| Failure::new(Code::BadTarget, format!("{host} cannot be found: {e}"));
            Place {
                device: None,
                addresses: found.map_err(|e| missing(e).about(at))?.collect(),
            }
        } else if let Ok(ip) = at.trim_matches(['[', ']']).parse::<IpAddr>() {
            Place {
                device: None,
                addresses: vec![SocketAddr::new(ip, DEFAULT_PORT)],
            }
        } else {
            let destination = self.resolve(at).await?;
            let mut addresses = destination.addresses;
            addresses.extend(self.addresses_of(destination.device).await?);
            Place {
                device: Some(destination.device),
                addresses,
            }
        };
        Ok(vec![found])
    }
}
