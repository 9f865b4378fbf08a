//! Calling back a sender that does not come: after this device has moved or was started again elsewhere, the
//! sender dials addresses at which nobody is, while this side still knows where the sender was.
//!
//! A sender that is connected and still does not come is asked to, once for each connection.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use chunkstream_core::{
    priority::Backoff,
    wire::{EndCause, FromSender, Hello, Opening},
};
use tokio::sync::watch;

use super::{ENDED, Event, Incoming};
use crate::{
    coordinator::{Shared, peer::Link},
    network::{NetworkError, address::canonical, control},
};

/// How long a sender that was there a moment ago is left to come by itself.
const GRACE: Duration = Duration::from_secs(2);
/// How long a sender may take to answer.
const ANSWER: Duration = Duration::from_secs(15);
/// Addresses that are kept of a sender.
const MAX_ADDRESSES: usize = 8;

impl Incoming {
    /// Serves until the session has ended. `at_once`: this process has just been started.
    pub(super) async fn call_back(self: Arc<Self>, shared: Arc<Shared>, at_once: bool) {
        let mut ready = self.ready.subscribe();
        tokio::select! {
            _ = ready.wait_for(|&entries| entries == ENDED) => {}
            () = shared.stop.cancelled() => {}
            () = self.calls(&shared, at_once) => {}
        }
    }

    async fn calls(&self, shared: &Arc<Shared>, mut at_once: bool) {
        let mut away = self.away.subscribe();
        let first = || Backoff::with(GRACE, Backoff::MAX, Backoff::FACTOR);
        let mut backoff = first();
        loop {
            let peer = shared.peers.get(self.session.peer());
            if !*away.borrow_and_update() {
                backoff = first();
                if wait_until(&mut away, true).await {
                    return;
                }
            }
            let pause = backoff.next_delay(Shared::jitter());
            if !std::mem::take(&mut at_once) {
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    ended = wait_until(&mut away, false) => if ended { return } else { continue },
                }
            }
            if let Some(link) = peer.link() {
                match self.ask_again(shared, &link).await {
                    Ok(None) => {}
                    Ok(Some(cause)) => self.event(Event::Ended(cause)).await,
                    Err(error) => {
                        tracing::debug!(transfer = %self.session.id.short(), %error, "the sender did not answer");
                    }
                }
                tokio::select! {
                    _ = link.connection.closed() => {}
                    ended = wait_until(&mut away, false) => if ended { return },
                }
                continue;
            }
            let mut addresses = self.addresses();
            addresses.extend(shared.nearby.addresses_of(self.session.peer()));
            if addresses.is_empty() {
                continue;
            }
            match peer.connect(shared, &addresses).await {
                Ok(_) => backoff = first(),
                Err(NetworkError::Refused) => return,
                Err(error) => {
                    tracing::debug!(transfer = %self.session.id.short(), %error, "the sender was not reached");
                }
            }
        }
    }

    /// Asks a sender that is connected to come, as after a retry on this side. Returns how the transfer has
    /// ended if it will not.
    async fn ask_again(
        &self,
        shared: &Shared,
        link: &Link,
    ) -> Result<Option<EndCause>, NetworkError> {
        let (mut send, mut receive) = link.connection.open_bi().await?;
        control::send(&mut send, &shared.hello()).await?;
        control::send(&mut send, &Opening::Again(self.session.id)).await?;
        let answer = async {
            control::receive::<Hello>(&mut receive).await?;
            control::receive::<FromSender>(&mut receive).await
        };
        let answer = tokio::time::timeout(ANSWER, answer)
            .await
            .map_err(|_| NetworkError::Lost("the sender did not answer".into()))??;
        let _ = send.finish();
        Ok(match answer {
            Some(FromSender::End(cause)) => Some(cause),
            _ => None,
        })
    }

    pub(crate) fn addresses(&self) -> Vec<SocketAddr> {
        self.addresses
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }

    /// Keeps where the sender is now, over a restart too. A device dials from where it listens.
    pub(super) async fn note_address(&self, shared: &Shared, link: &Link) {
        let address = canonical(link.connection.remote_address());
        let texts: Vec<String> = {
            let mut known = self
                .addresses
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            if known.first() == Some(&address) {
                return;
            }
            known.retain(|other| *other != address);
            known.insert(0, address);
            known.truncate(MAX_ADDRESSES);
            known.iter().map(ToString::to_string).collect()
        };
        if let Err(error) = shared
            .store
            .set_peer_addresses(self.session.id, &texts)
            .await
        {
            tracing::warn!(%error, "the sender's address could not be recorded");
        }
    }
}

/// Returns when the value is `wanted`; true if nobody will change it any more.
async fn wait_until(value: &mut watch::Receiver<bool>, wanted: bool) -> bool {
    value.wait_for(|&value| value == wanted).await.is_err()
}
