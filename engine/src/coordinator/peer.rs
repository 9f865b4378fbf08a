//! Connections to one device, whoever dialled: transfers in both directions share them.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool},
    time::Duration,
};

use chunkstream_core::device::DeviceId;
use futures_util::FutureExt as _;
use tokio::sync::watch;

use super::{
    Shared,
    budget::Budget,
    copies::Copies,
    credits::LinkCredit,
    receiving::{self, EarlyChunks},
    sending::{EarlyBytes, Pump, Tails},
    strangers::Standing,
};
use crate::network::{NetworkError, address::canonical, close, dial::dial, peer_device};

/// How long a peer may take to answer on a connection before it counts as dead, when it has made another.
const ANSWER: Duration = Duration::from_secs(3);

/// Connections of one device that it has made; one more ends the oldest.
const MAX_LINKS: usize = 8;

/// One connection to a proven device.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) connection: quinn::Connection,
    pub(crate) device: DeviceId,
    pub(crate) pump: Arc<Pump>,
    /// Parity that goes out.
    pub(crate) tails: Tails,
    /// Parity that comes in.
    pub(crate) repairs: receiving::Repairs,
    /// Control messages that are said twice.
    pub(crate) copies: Copies,
    /// Whether this side dialled.
    pub(crate) dialled: bool,
    /// Of chunks that come before their offer has been decided about.
    pub(crate) early: EarlyChunks,
    /// Of those that go out so.
    pub(crate) early_bytes: EarlyBytes,
    /// What the peer may have on its way to us unread.
    pub(crate) credit: LinkCredit,
    /// Whether the peer is a stranger.
    pub(crate) standing: Standing,
    /// Whether the peer has said its name.
    pub(crate) is_met: AtomicBool,
    /// Of the memory for chunks, what this peer may hold by announcing them.
    pub(crate) announced: Budget,
    /// Whether it is in use here: not before the peer has judged how this device came to its key.
    ready: watch::Sender<bool>,
}

/// One device and the connection to it, if there is one.
#[derive(Debug)]
pub(crate) struct Peer {
    device: DeviceId,
    /// The connections that live, the newest last. Two devices that dial each other at once have two.
    links: watch::Sender<Vec<Arc<Link>>>,
    /// One dial at a time.
    dialing: tokio::sync::Mutex<()>,
}

/// All devices that this engine has to do with.
#[derive(Debug, Default)]
pub(crate) struct Peers(Mutex<HashMap<DeviceId, Arc<Peer>>>);

impl Peers {
    /// The peer of that device.
    pub(crate) fn get(&self, device: DeviceId) -> Arc<Peer> {
        let mut peers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        peers
            .entry(device)
            .or_insert_with(|| {
                Arc::new(Peer {
                    device,
                    links: watch::Sender::new(Vec::new()),
                    dialing: tokio::sync::Mutex::default(),
                })
            })
            .clone()
    }

    /// Forgets a device that has no connection and that nobody waits for: keys are free, and memory is not.
    fn forget_if_unused(&self, device: DeviceId) {
        let mut peers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let unused = peers
            .get(&device)
            .is_some_and(|peer| peer.links.borrow().is_empty() && Arc::strong_count(peer) == 1);
        if unused {
            peers.remove(&device);
        }
    }

    /// Devices that are remembered.
    pub(crate) fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// All connections.
    pub(crate) fn connections(&self) -> Vec<quinn::Connection> {
        let links = self.links().into_iter();
        links.map(|link| link.connection.clone()).collect()
    }

    /// The same, with what serves them.
    pub(crate) fn links(&self) -> Vec<Arc<Link>> {
        let peers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let links = |peer: &Arc<Peer>| peer.links.borrow().clone();
        peers.values().flat_map(links).collect()
    }

    /// Whether there is a connection to that device.
    pub(crate) fn is_online(&self, device: DeviceId) -> bool {
        let peers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        peers.get(&device).is_some_and(|peer| peer.link().is_some())
    }
}

impl Peer {
    /// The connection to use, if there is one.
    pub(crate) fn link(&self) -> Option<Arc<Link>> {
        let links = self.links.borrow();
        let mut live = links.iter().rev();
        live.find(|link| link.connection.close_reason().is_none())
            .cloned()
    }

    /// Ends all connections.
    pub(crate) fn close(&self, code: quinn::VarInt) {
        for link in self.links.borrow().iter() {
            link.connection.close(code, b"");
        }
    }

    /// The device has another key, and this is a connection to it.
    pub(crate) fn inherit(&self, shared: &Arc<Shared>, link: &Arc<Link>) {
        self.links.send_modify(|links| links.push(link.clone()));
        self.let_go_when_closed(shared, link.clone());
    }

    /// Returns when there is a connection.
    pub(crate) async fn connected(&self) -> Arc<Link> {
        let mut changes = self.links.subscribe();
        loop {
            if let Some(link) = self.link() {
                return link;
            }
            if changes.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Returns when the device has come by itself; never if it is there already.
    pub(crate) async fn comes(&self) {
        match self.link() {
            Some(_) => std::future::pending().await,
            None => drop(self.connected().await),
        }
    }

    /// The connection; dialled if there is none.
    pub(crate) async fn connect(
        &self,
        shared: &Arc<Shared>,
        addresses: &[SocketAddr],
    ) -> Result<Arc<Link>, NetworkError> {
        let _one_at_a_time = self.dialing.lock().await;
        self.connect_beside(shared, addresses).await
    }

    /// The same at addresses that have just been learnt, beside a dial that may be under way at others.
    pub(crate) async fn connect_beside(
        &self,
        shared: &Arc<Shared>,
        addresses: &[SocketAddr],
    ) -> Result<Arc<Link>, NetworkError> {
        let found = if let Some(link) = self.link() {
            Ok(link)
        } else {
            tokio::select! {
                dialled = dial(&shared.endpoint, self.device, addresses) => match dialled {
                    Ok(connection) => Err(connection),
                    Err(error) => {
                        // It may have another key by now, and prove it.
                        match Box::pin(shared.follow_at(&error)).await {
                            Ok(Some(link)) => return Ok(link),
                            Ok(None) => {}
                            Err(failure) => tracing::error!(%failure, "a device could not be looked up"),
                        }
                        shared.note_dial(&error).await;
                        return Err(error);
                    }
                },
                // It has dialled us meanwhile: a second connection would only end the first.
                link = self.connected() => Ok(link),
                never = shared.nearby.want_if_late() => match never {},
            }
        };
        let connection = match found {
            Ok(link) => {
                // Somebody here wants to talk to it.
                link.welcome(shared);
                return Ok(link);
            }
            Err(dialled) => dialled,
        };
        // The verifier has pinned it already; this is the same question asked of the finished handshake.
        if peer_device(&connection)? != self.device {
            return Err(NetworkError::Protocol(
                "the connection is to another device".into(),
            ));
        }
        let link = self.adopt(shared, connection, true, Standing::new(true, None));
        link.is_ready().await;
        Ok(link)
    }

    /// The peer, a stranger, has begun to talk on that connection: its older ones end, so that it holds what one of them
    /// may. Not before: it may have dialled several addresses at once, and the one that it keeps need not be the newest here.
    pub(crate) fn is_used(&self, used: &Arc<Link>) {
        let links = self.links.borrow().clone();
        let older = links.iter().take_while(|link| !Arc::ptr_eq(link, used));
        for before in older.filter(|link| !link.standing.is_welcome() && !link.dialled) {
            before.connection.close(close::AGAIN, b"replaced");
        }
    }

    /// Takes a connection into service. It is served at once, and used when the other side knows who this device is.
    pub(crate) fn adopt(
        &self,
        shared: &Arc<Shared>,
        connection: quinn::Connection,
        dialled: bool,
        standing: Standing,
    ) -> Arc<Link> {
        let link = Arc::new(Link {
            connection,
            device: self.device,
            pump: Arc::new(Pump::new()),
            tails: Tails::default(),
            repairs: receiving::Repairs::new(dialled),
            copies: Copies::new(dialled),
            dialled,
            early: EarlyChunks::default(),
            early_bytes: EarlyBytes::default(),
            credit: LinkCredit::default(),
            standing,
            is_met: AtomicBool::new(false),
            announced: shared.receive_budget.for_one_peer(&shared.unsynced),
            ready: watch::Sender::new(false),
        });
        if shared.has_rotations() {
            // The peer is remembered meanwhile, and whoever wanted the connection may give up.
            let (engine, shown, peer) =
                (shared.clone(), link.clone(), shared.peers.get(self.device));
            shared.spawn(async move {
                engine.show_rotations_if_known(&shown).await;
                peer.publish(&engine, &shown);
            });
        } else {
            self.publish(shared, &link);
        }
        let (pump, serving, engine) = (link.pump.clone(), link.clone(), shared.clone());
        shared.spawn(async move { pump.run(serving, engine).await });
        shared.spawn(Tails::run(link.clone()));
        shared.spawn(Copies::run(link.clone()));
        shared.spawn(receiving::accept_chunks(shared.clone(), link.clone()));
        shared.spawn(receiving::accept_datagrams(shared.clone(), link.clone()));
        shared.spawn(receiving::accept_offers(shared.clone(), link.clone()));
        shared.spawn(super::paths::learn(shared.clone(), link.clone()));
        link
    }

    /// Lets everybody use a connection.
    fn publish(&self, shared: &Arc<Shared>, link: &Arc<Link>) {
        if !link.dialled {
            // It may have lost those before: killed, or moved.
            let links = self.links.borrow().clone();
            let over = (links.len() + 1).saturating_sub(MAX_LINKS);
            for (number, before) in links.into_iter().enumerate() {
                if number < over && !before.dialled {
                    before.connection.close(close::AGAIN, b"replaced");
                } else {
                    shared.spawn(before.end_if_dead());
                }
            }
        }
        self.links.send_modify(|links| links.push(link.clone()));
        if link.standing.is_welcome() {
            link.begin_credit(shared);
        } else if !link.dialled {
            shared.spawn(link.clone().go_if_idle());
        }
        link.ready.send_replace(true);
        shared.updates.devices_changed();
        tracing::info!(device = %self.device.short(), address = %canonical(link.connection.remote_address()), "connected");
        self.let_go_when_closed(shared, link.clone());
    }

    fn let_go_when_closed(&self, shared: &Arc<Shared>, link: Arc<Link>) {
        let (engine, links, device) = (shared.clone(), self.links.clone(), self.device);
        shared.spawn(async move {
            let reason = link.connection.closed().await;
            tracing::info!(device = %device.short(), %reason, "disconnected");
            link.standing.leave();
            links.send_modify(|links| links.retain(|other| !Arc::ptr_eq(other, &link)));
            engine.updates.devices_changed();
            engine.peers.forget_if_unused(device);
        });
    }
}

impl Link {
    /// Returns when it may be used.
    async fn is_ready(&self) {
        let mut ready = self.ready.subscribe();
        // It holds what tells it.
        let _ = ready.wait_for(|ready| *ready).await;
    }

    /// Whether the peer has closed the connection because this device may not enter.
    pub(crate) fn is_refused(&self) -> bool {
        let reason = self.connection.close_reason().map(NetworkError::from);
        matches!(reason, Some(NetworkError::Refused))
    }

    /// Sends a packet that must be answered. What was lost before it is noticed by the answer, within 9/8 of a round
    /// trip (RFC 9002, section 6.1.2); else only by a probe time-out, which is twice to three times as long on a
    /// connection that is young. The peer takes it for a chunk that is not needed after all.
    pub(crate) fn nudge(&self) {
        if let Some(Ok(mut stream)) = self.connection.open_uni().now_or_never() {
            let _ = stream.reset(close::NOT_NEEDED);
        }
    }

    /// Ends the connection if nothing is heard on it, long before its idle time-out: what it serves goes on on
    /// the newer one. A live one stays, as when two devices have dialled each other in the same moment.
    async fn end_if_dead(self: Arc<Self>) {
        let heard = self.connection.stats().udp_rx.datagrams;
        // Something that must be answered; the peer takes it for a chunk that is not needed after all.
        let asked = tokio::time::timeout(ANSWER, self.connection.open_uni()).await;
        if let Ok(Ok(mut stream)) = asked {
            let _ = stream.reset(close::NOT_NEEDED);
        }
        tokio::time::sleep(ANSWER).await;
        if self.connection.stats().udp_rx.datagrams == heard {
            self.connection.close(close::AGAIN, b"replaced");
        }
    }

    /// Ends the connection: the peer does what no honest engine does.
    pub(crate) fn misbehaved(&self, error: &NetworkError) {
        tracing::warn!(device = %self.device.short(), %error, "the peer broke the protocol");
        self.connection
            .close(close::PROTOCOL, error.to_string().as_bytes());
    }
}
