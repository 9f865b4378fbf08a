//! What is shown of the local network.

use std::time::Duration;

use crate::{
    api::{Failure, NearbyDevice, NearbyRequest, NearbyView},
    coordinator::{Engine, Shared},
};

/// The longest that an answer waits.
const MAX_WAIT: Duration = Duration::from_secs(20);

impl Engine {
    /// What is in the local network; with a time, what is there when that has passed. Begins to search, if this engine
    /// does not yet.
    pub async fn nearby(&self, request: NearbyRequest) -> Result<NearbyView, Failure> {
        let shared = &self.shared;
        shared.nearby.want();
        if let Some(wait) = request.wait_ms {
            let wait = Duration::from_millis(wait.into()).min(MAX_WAIT);
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = shared.stop.cancelled() => {}
            }
        }
        Ok(shared.nearby_view())
    }
}

impl Shared {
    /// What is in the local network.
    pub(in crate::coordinator) fn nearby_view(&self) -> NearbyView {
        let (seen, searching, problem) = {
            let inner = self.nearby.inner();
            let problem = inner.problem.clone();
            let searching = inner.searching_since.is_some() && problem.is_none();
            (inner.sights.devices(), searching, problem)
        };
        let mut devices: Vec<NearbyDevice> = seen
            .into_iter()
            .map(|seen| {
                let view = self.peer_view(seen.device);
                let named = view.known || seen.name.is_empty();
                NearbyDevice {
                    id: view.device_id,
                    name: if named { view.name } else { seen.name },
                    known: view.known,
                    role: view.role,
                    addresses: seen.addresses.iter().map(ToString::to_string).collect(),
                    open_for_pairing: seen.open,
                    since_ms: seen.since_ms,
                }
            })
            .collect();
        devices.sort_by_key(|device| {
            let name = device.name.to_lowercase();
            (!device.known, name, device.id.clone())
        });
        NearbyView {
            searching,
            problem,
            devices,
        }
    }
}
