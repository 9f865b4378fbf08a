//! Those who ask who is there: for a name, or for a device that shows a code.
//!
//! Who asks when the search has just begun waits a while: answers come within a fraction of a second, but they do not
//! all come at once.

use std::time::Duration;

use chunkstream_core::{
    device::{DeviceId, Target},
    nearby::Seen,
    session::Role,
};
use tokio::time::Instant;

use crate::{
    api::{Code, Failure},
    coordinator::{Shared, resolve::Destination},
};

/// How long a search takes until who has not been heard is not there.
const SEARCH: Duration = Duration::from_secs(3);
/// How long a device that opens itself for pairing is waited for: the person there may be a little slower.
const OPENING: Duration = Duration::from_secs(8);
/// How long others are waited for when the first has answered.
const OTHERS: Duration = Duration::from_millis(400);

impl Shared {
    /// Where a name, a ticket, an address or an id leads, devices in the local network included. A name that is announced
    /// there proves nothing: a device that somebody decided about here goes first, and of two none is taken.
    pub(in crate::coordinator) async fn destination(
        &self,
        text: &str,
    ) -> Result<Destination, Failure> {
        let Ok(Target::Name(name)) = text.trim().parse::<Target>() else {
            return self.resolve(text).await;
        };
        let met = self.store.devices_by_name(&name).await?;
        if met.iter().any(|device| device.known) || !self.searches_nearby() {
            return self.resolve(text).await;
        }
        let began = self.nearby.inner().searching_since;
        // Who has been met under that name need not be waited for.
        let patience = if met.is_empty() {
            SEARCH
        } else {
            Duration::ZERO
        };
        let end = began.unwrap_or_else(Instant::now) + patience;
        let named = |seen: &Seen| seen.name.eq_ignore_ascii_case(&name);
        let mut found: Vec<DeviceId> = self
            .seen_until(end, named)
            .await
            .into_iter()
            .map(|seen| seen.device)
            .chain(met.iter().map(|device| device.id))
            .collect();
        found.sort_unstable();
        found.dedup();
        match found.as_slice() {
            [] => self.resolve(text).await,
            [device] => Ok(Destination {
                device: *device,
                addresses: Vec::new(),
                name: Some(name),
            }),
            _ => Err(Failure::new(
                Code::BadTarget,
                format!("several devices are called {name}; use the device id"),
            )
            .about(text)),
        }
    }

    /// The one device in the local network that is open for pairing.
    pub(in crate::coordinator) async fn open_nearby(&self) -> Result<Seen, Failure> {
        let open = |seen: &Seen| seen.open && self.peer_view(seen.device).role != Role::Blocked;
        let mut found = self.seen_until(Instant::now() + OPENING, open).await;
        let last = found.pop();
        match last {
            Some(one) if found.is_empty() => Ok(one),
            Some(last) => {
                found.push(last);
                let names: Vec<String> = found.iter().map(name_of).collect();
                Err(Failure::new(
                    Code::BadTarget,
                    format!(
                        "several devices nearby are open for pairing; say which one: {}",
                        names.join(", ")
                    ),
                ))
            }
            None => {
                let problem = self.nearby.inner().problem.clone();
                let text = problem.map_or_else(
                    || "no device nearby is open for pairing".to_owned(),
                    |problem| format!("nearby devices cannot be found: {problem}"),
                );
                Err(Failure::new(
                    Code::Unreachable,
                    format!(
                        "{text}; say where the other device is: its address as HOST:PORT, or its device id"
                    ),
                ))
            }
        }
    }

    /// Whether this engine can search the local network.
    pub(in crate::coordinator) fn searches_nearby(&self) -> bool {
        self.nearby.has_network
    }

    /// The devices in the local network that are meant: as soon as there are some, none if there are none by then.
    async fn seen_until(&self, end: Instant, meant: impl Fn(&Seen) -> bool) -> Vec<Seen> {
        if !self.searches_nearby() {
            return Vec::new();
        }
        self.nearby.want();
        let began = self.nearby.inner().searching_since;
        let mut noticed = self.nearby.noticed.subscribe();
        let seen = || {
            let devices = self.nearby.inner().sights.devices().into_iter();
            devices.filter(&meant).collect::<Vec<Seen>>()
        };
        loop {
            noticed.borrow_and_update();
            if !seen().is_empty() {
                break;
            }
            tokio::select! {
                Ok(()) = noticed.changed() => {}
                () = tokio::time::sleep_until(end) => return Vec::new(),
                () = self.stop.cancelled() => return Vec::new(),
            }
        }
        // Others may be about to answer.
        if began.is_none_or(|began| began.elapsed() < SEARCH) {
            tokio::time::sleep(OTHERS).await;
        }
        seen()
    }
}

/// What tells it from others.
fn name_of(seen: &Seen) -> String {
    let short = seen.device.short();
    if seen.name.is_empty() {
        short
    } else {
        format!("{} ({short})", seen.name)
    }
}
