//! Reaching the device: tried until it is there, at every address that is known of it.

use std::{
    net::SocketAddr,
    sync::{Arc, PoisonError, atomic::Ordering},
};

use chunkstream_core::{
    priority::Backoff,
    session::{Reason, State},
};
use tokio::sync::mpsc;

use super::{Outgoing, fault::Fault};
use crate::{
    api::{Code, Failure},
    coordinator::{Shared, peer::Link, session::Asked},
    network::{NetworkError, address::canonical},
};

impl Outgoing {
    /// A connection to the device; None if the session ended while waiting for it.
    pub(super) async fn reach(
        self: &Arc<Self>,
        shared: &Arc<Shared>,
        orders: &mut mpsc::Receiver<Asked>,
        backoff: &mut Backoff,
    ) -> Result<Option<Arc<Link>>, Failure> {
        loop {
            self.time_left(shared)?;
            let peer = shared.peers.get(self.session.peer());
            // Held here and never agreed: no reason to bother the device.
            let idle = self.is_held_here();
            if !idle {
                if self.session.state() == State::Created {
                    self.session
                        .go(
                            shared,
                            State::Preparing,
                            Some(Reason::WaitingForDevice),
                            None,
                        )
                        .await?;
                }
                let addresses = self.addresses(shared).await?;
                let attempt = tokio::select! {
                    result = peer.connect(shared, &addresses) => Some(result),
                    order = orders.recv() => {
                        if self.obey_alone(shared, order).await? { return Ok(None) }
                        None
                    }
                };
                match attempt {
                    None => continue,
                    Some(Ok(link)) => return Ok(Some(link)),
                    Some(Err(error)) => self.unreached(shared, &error).await?,
                }
            }
            if self.rest(shared, orders, backoff).await? {
                return Ok(None);
            }
        }
    }

    /// Waits before the next attempt: a while that grows, or until the device itself has connected, or
    /// until somebody gives an order. True if the session is over.
    pub(super) async fn rest(
        &self,
        shared: &Shared,
        orders: &mut mpsc::Receiver<Asked>,
        backoff: &mut Backoff,
    ) -> Result<bool, Failure> {
        let idle = self.is_held_here();
        let mut pause = backoff.next_delay(Shared::jitter());
        if let Some(left) = self.time_left(shared)? {
            pause = pause.min(left);
        }
        let peer = shared.peers.get(self.session.peer());
        tokio::select! {
            () = tokio::time::sleep(pause), if !idle => {}
            // One that is there already has just failed us.
            () = peer.comes(), if !idle => {}
            order = orders.recv() => return self.obey_alone(shared, order).await,
            () = self.signal.notified() => match self.take_fault() {
                Some(Fault::Fatal(failure)) => return Err(failure),
                Some(Fault::Unreadable(failure)) => self.suffer(shared, failure).await?,
                None => {}
            },
        }
        Ok(false)
    }

    /// What a failed attempt to reach the device means.
    async fn unreached(&self, shared: &Shared, error: &NetworkError) -> Result<(), Failure> {
        tracing::debug!(transfer = %self.session.id.short(), %error, "not reached");
        let refused = Failure::new(Code::IdentityRefused, error.to_string());
        match error {
            NetworkError::Refused => return Err(refused),
            // An address may have gone to another device since; one that was given for this transfer has not.
            NetworkError::WrongDevice { address, .. } if !self.reached.load(Ordering::Relaxed) => {
                let hint = shared
                    .nearby
                    .addresses_of(self.session.peer())
                    .contains(address);
                // Nor has one that only somebody nearby says.
                if !hint || self.given_or_reached(shared).await?.contains(address) {
                    return Err(refused);
                }
            }
            _ => {}
        }
        if self.session.state() != State::Paused {
            let state = self.session.state();
            let reason = if state == State::Active {
                Reason::Reconnecting
            } else {
                Reason::WaitingForDevice
            };
            self.session.go(shared, state, Some(reason), None).await?;
        }
        Ok(())
    }

    /// Keeps where the device is now, over a restart too: it may have moved, and called.
    pub(super) async fn learn(&self, shared: &Shared, link: &Link) {
        const MOST: usize = 8;
        let address = canonical(link.connection.remote_address());
        let texts: Vec<String> = {
            let mut known = self
                .addresses
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if known.first() == Some(&address) {
                return;
            }
            known.retain(|other| *other != address);
            known.insert(0, address);
            known.truncate(MOST);
            known.iter().map(ToString::to_string).collect()
        };
        let id = self.session.id;
        if let Err(error) = shared.store.set_peer_addresses(id, &texts).await {
            tracing::warn!(%error, "the receiver's address could not be recorded");
        }
    }

    pub(super) async fn addresses(&self, shared: &Shared) -> Result<Vec<SocketAddr>, Failure> {
        let mut addresses = self.given_or_reached(shared).await?;
        for near in shared.nearby.addresses_of(self.session.peer()) {
            if !addresses.contains(&near) {
                addresses.push(near);
            }
        }
        Ok(addresses)
    }

    /// Those that were given for this transfer, and those at which the device was reached before.
    async fn given_or_reached(&self, shared: &Shared) -> Result<Vec<SocketAddr>, Failure> {
        let mut addresses = self
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        for known in shared.reached_at(self.session.peer()).await? {
            if !addresses.contains(&known) {
                addresses.push(known);
            }
        }
        Ok(addresses)
    }
}
