//! What is in the local network, who may find this device there, and what both are good for: addresses to dial.
//!
//! One task holds the engine's part in the network ([`run`]): it announces what visibility and pairing ask for, and takes
//! what it notices into [`Sights`]. Everything else asks those. An engine that is not to be found ([`EngineConfig`]'s
//! `announce`) begins to search when somebody first wants to know.
//!
//! Invariants: nothing here waits for the network but those who ask who is there, and they not for long; what was heard
//! is never recorded, only what was reached.
//!
//! [`EngineConfig`]: crate::EngineConfig

mod ask;
mod run;
mod views;

use std::{
    collections::HashSet,
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chunkstream_core::{
    device::DeviceId,
    nearby::Sights,
    session::{Direction, Role, State},
};
use tokio::{
    sync::{Notify, watch},
    time::Instant,
};

use super::{Shared, Transfer, session::Session};

pub(super) use run::run;

/// Who has not answered by then is looked for: longer than most round trips, and not worth a search before.
const LATE: Duration = Duration::from_millis(300);

/// What is in the local network.
#[derive(Debug)]
pub(crate) struct Nearby {
    /// Whether this engine has a local network at all.
    has_network: bool,
    inner: Mutex<Inner>,
    /// What decides about the announcement, or about who is known, may have changed.
    again: Notify,
    /// Whether somebody wants to know who is there.
    wanted: watch::Sender<bool>,
    /// Counts what was noticed.
    noticed: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Inner {
    sights: Sights,
    searching_since: Option<Instant>,
    problem: Option<String>,
    /// Devices that are being dialled because they have come into sight.
    dialling: HashSet<DeviceId>,
}

impl Nearby {
    pub(super) fn new(has_network: bool) -> Self {
        Self {
            has_network,
            inner: Mutex::default(),
            again: Notify::new(),
            wanted: watch::Sender::new(false),
            noticed: watch::Sender::new(0),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What decides about the announcement, or about who is known, may have changed.
    pub(crate) fn reconsider(&self) {
        self.again.notify_one();
    }

    /// Somebody wants to know who is there.
    pub(crate) fn want(&self) {
        self.wanted
            .send_if_modified(|wanted| !std::mem::replace(wanted, true));
    }

    /// Somebody dials, and is not answered at once: the device may be nearby at another address.
    pub(crate) async fn want_if_late(&self) -> Infallible {
        tokio::time::sleep(LATE).await;
        self.want();
        std::future::pending().await
    }

    /// Whether that device is there now, as far as somebody there says so.
    pub(crate) fn has(&self, device: DeviceId) -> bool {
        self.inner().sights.device(device).is_some()
    }

    /// Where somebody says that it is; it need not be known.
    pub(crate) fn addresses_of(&self, device: DeviceId) -> Vec<SocketAddr> {
        self.inner().sights.addresses_of(device)
    }

    fn notice(&self) {
        self.noticed.send_modify(|count| *count += 1);
    }
}

impl Shared {
    /// Those whose veils are understood: devices that somebody decided about, and those that transfers wait for.
    fn understood(&self) -> Vec<DeviceId> {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let decided = names.iter().filter(|(_, view)| view.known);
        let mut known: HashSet<DeviceId> = decided.map(|(device, _)| *device).collect();
        drop(names);
        let transfers = self.served();
        let sessions = transfers.iter().map(Transfer::session);
        let unfinished = sessions.filter(|session| !session.state().is_final());
        known.extend(unfinished.map(Session::peer));
        known.into_iter().collect()
    }

    /// A device is there, or at other addresses: transfers that wait for it need not wait any longer.
    fn comes_into_sight(self: &Arc<Self>, device: DeviceId) {
        let waits = |transfer: &Transfer| {
            let session = transfer.session();
            session.peer() == device
                && !session.state().is_final()
                && session.state() != State::Paused
                // An offer that waits for an answer here.
                && (session.direction == Direction::Sending || session.state() != State::Created)
        };
        if self.peers.is_online(device)
            || self.peer_view(device).role == Role::Blocked
            || !self.served().iter().any(waits)
        {
            return;
        }
        // One dial at a time.
        if self.nearby.inner().dialling.insert(device) {
            let shared = self.clone();
            self.spawn(async move {
                tokio::select! {
                    () = shared.stop.cancelled() => {}
                    () = shared.dial_in_sight(device) => {}
                }
                shared.nearby.inner().dialling.remove(&device);
            });
        }
    }

    /// Whoever waits for the device notices that it has been reached. Its addresses come one after the other.
    async fn dial_in_sight(self: &Arc<Self>, device: DeviceId) {
        let mut noticed = self.nearby.noticed.subscribe();
        let peer = self.peers.get(device);
        loop {
            noticed.borrow_and_update();
            let addresses = self.nearby.addresses_of(device);
            let others = async {
                while noticed.changed().await.is_ok() {
                    if self.nearby.addresses_of(device) != addresses {
                        return;
                    }
                }
                std::future::pending::<()>().await;
            };
            tokio::select! {
                // Others are being dialled already, as far as somebody wants the device.
                reached = peer.connect_beside(self, &addresses) => {
                    if let Err(error) = reached {
                        tracing::debug!(%error, "a device in sight was not reached");
                    }
                    return;
                }
                () = others => {}
            }
            if self.nearby.addresses_of(device).is_empty() {
                return;
            }
        }
    }
}
