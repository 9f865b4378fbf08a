//! From what a person writes to a device and its addresses, and to a transfer.

use std::net::SocketAddr;

use chunkstream_core::{
    device::{DeviceId, Target},
    id::TransferId,
};

use super::{Shared, Transfer};
use crate::api::{Code, Failure};

/// Where a transfer goes.
#[derive(Debug, Clone)]
pub(crate) struct Destination {
    pub(crate) device: DeviceId,
    pub(crate) addresses: Vec<SocketAddr>,
    /// What the device calls itself, as far as the ticket says.
    pub(crate) name: Option<String>,
}

impl Shared {
    /// The device that a ticket, an address, an id or a name means.
    pub(crate) async fn resolve(&self, text: &str) -> Result<Destination, Failure> {
        let bad = |why: String| Failure::new(Code::BadTarget, why).about(text);
        let target: Target = text.trim().parse().map_err(|e| bad(format!("{e}")))?;
        let mut destination = match target {
            Target::Ticket(ticket) => Destination {
                device: ticket.device,
                addresses: ticket.addresses.clone(),
                name: Some(ticket.name.clone()).filter(|name| !name.is_empty()),
            },
            Target::Address { device, address } => {
                let found = tokio::net::lookup_host((address.host.as_str(), address.port)).await;
                let addresses: Vec<SocketAddr> = found
                    .map_err(|e| bad(format!("{} cannot be found: {e}", address.host)))?
                    .collect();
                Destination {
                    device,
                    addresses,
                    name: None,
                }
            }
            Target::Device(device) => Destination {
                device,
                addresses: Vec::new(),
                name: None,
            },
            Target::Name(name) => {
                let found = self.store.devices_by_name(&name).await?;
                match found.as_slice() {
                    [] => {
                        return Err(bad(format!(
                            "no known device is called {name}; use its ticket once"
                        )));
                    }
                    [device] => Destination {
                        device: device.id,
                        addresses: Vec::new(),
                        name: None,
                    },
                    _ => {
                        return Err(bad(format!(
                            "several devices are called {name}; use the device id"
                        )));
                    }
                }
            }
        };
        // An old ticket, or an id that somebody wrote down before the device changed its key.
        destination.device = self.latest(destination.device).await?;
        if destination.device == self.key.id() {
            return Err(bad("that is this device".into()));
        }
        Ok(destination)
    }

    /// The transfer that an id, or the beginning of one, means.
    pub(super) fn transfer(&self, text: &str) -> Result<Transfer, Failure> {
        let missing =
            || Failure::new(Code::NotFound, format!("there is no transfer {text}")).about(text);
        let text = text.trim().to_ascii_lowercase();
        if text.is_empty() {
            return Err(missing());
        }
        if let Ok(id) = text.parse::<TransferId>() {
            return self.find(id).ok_or_else(missing);
        }
        let all = self.transfers();
        let mut found = all
            .into_iter()
            .filter(|transfer| transfer.session().id.to_string().starts_with(&text));
        match (found.next(), found.next()) {
            (Some(transfer), None) => Ok(transfer),
            (None, _) => Err(missing()),
            (Some(_), Some(_)) => Err(Failure::new(
                Code::NotFound,
                format!("several transfers begin with {text}"),
            )
            .about(text)),
        }
    }
}
