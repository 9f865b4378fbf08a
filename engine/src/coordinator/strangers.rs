//! Devices that nobody here has dealt with: what they get before a person has answered, and when they must go.
//!
//! A stranger is a device that is let in only to ask: its offers wait for a person, and there is no transfer with it that a
//! person here has begun or accepted. It reaches its offers and a pairing. What it says is read only as far as it takes to
//! show an offer, its chunks are not read at all, nothing of it is written before an offer is shown.
//!
//! Of one stranger there are in memory, at most: [`STRANGER_CREDIT`] unread, one message of [`MESSAGE`] that is being read,
//! [`ENTRIES`] of entries and one page more, the datagrams of one look (256 KiB) and of copies (32 KiB). Together less than
//! 1 MiB (`engine/sim/tests/strangers.rs`).

use std::{
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chunkstream_core::{
    admission::{Counts, place},
    congestion::credit::STRANGER_CREDIT,
    device::DeviceId,
    session::{Direction, State},
    wire::{Decline, FromSender},
};
use tokio::sync::{Semaphore, mpsc, watch};

use super::{Engine, Shared, Transfer, peer::Link, receiving::Incoming, session::Session};
use crate::{
    api::Failure,
    network::{NetworkError, StrangerPlace, close, control},
};

/// Bytes of one message of a stranger's; senders make their first pages of entries shorter.
pub(crate) const MESSAGE: usize = 32 * 1024;
/// Entries in it; senders begin with pages of 128.
const ENTRIES_IN_PAGE: usize = 256;
/// Bytes of entries that are kept of a stranger's offers, all together.
pub(crate) const ENTRIES: usize = 64 * 1024;
/// Control streams of a stranger that are served at a time.
pub(crate) const STREAMS: usize = 24;
/// Offers that wait for an answer: of one stranger.
pub(crate) const OFFERS: usize = 16;
/// Of all strangers at one address.
const OFFERS_AT_A_PLACE: usize = 16;
/// Of all strangers.
const ALL_OFFERS: usize = 32;
/// A stranger that has nothing under way so long goes.
const IDLE: Duration = Duration::from_secs(15);

/// What one connection knows of its peer being a stranger.
#[derive(Debug)]
pub(crate) struct Standing {
    welcome: watch::Sender<bool>,
    place: Mutex<Option<StrangerPlace>>,
    /// Control streams that are being served.
    streams: AtomicUsize,
    /// Held while a message is being read.
    reading: Semaphore,
    /// What it calls itself, until that is worth recording.
    name: Mutex<Option<String>>,
}

/// A control stream that is being served.
pub(crate) struct Served<'a>(&'a Standing);

impl Drop for Served<'_> {
    fn drop(&mut self) {
        self.0.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Standing {
    /// Of a device that is welcome if it needs no place.
    pub(crate) fn new(welcome: bool, place: Option<StrangerPlace>) -> Self {
        Self {
            welcome: watch::Sender::new(welcome),
            place: Mutex::new(place),
            streams: AtomicUsize::new(0),
            reading: Semaphore::new(1),
            name: Mutex::default(),
        }
    }

    /// Whether the device is no stranger.
    pub(crate) fn is_welcome(&self) -> bool {
        *self.welcome.borrow()
    }

    /// It is none from now on; false if it was none before.
    pub(crate) fn welcome(&self) -> bool {
        self.leave();
        !self.welcome.send_replace(true)
    }

    /// The connection is gone.
    pub(crate) fn leave(&self) {
        drop(
            self.place
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
    }

    /// A control stream is about to be served; None if a stranger has enough of them.
    pub(crate) fn serve(&self) -> Option<Served<'_>> {
        let before = self.streams.fetch_add(1, Ordering::Relaxed);
        let served = Served(self);
        (before < STREAMS || self.is_welcome()).then_some(served)
    }

    /// What it calls itself.
    pub(crate) fn is_called(&self, name: &str) {
        *self.name.lock().unwrap_or_else(PoisonError::into_inner) = Some(name.to_owned());
    }

    /// The same, once.
    fn take_name(&self) -> Option<String> {
        self.name
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    async fn welcomed(&self) {
        let mut welcome = self.welcome.subscribe();
        if welcome.wait_for(|welcome| *welcome).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Shared {
    /// Whether somebody here has dealt with that device: a role, or a transfer that a person began or accepted.
    pub(crate) async fn is_welcome(&self, device: DeviceId) -> Result<bool, Failure> {
        if self.grant(device).await?.is_some() {
            return Ok(true);
        }
        let dealt = |session: &Session| {
            let chosen =
                || session.direction == Direction::Sending || session.facts().folder.is_some();
            session.peer() == device && chosen()
        };
        Ok(self.is_any(dealt))
    }

    /// Records the name of a stranger that is about to be shown to a person.
    pub(crate) async fn is_shown(&self, link: &Link) {
        if let Some(name) = link.standing.take_name() {
            self.meet(link, &name).await;
        }
    }

    /// Whether a new offer of that device may wait for an answer; counts it.
    pub(crate) fn may_wait(&self, link: &Link, most: usize) -> Result<(), Decline> {
        let entrance = self.endpoint.entrance();
        let mine = self.waiting_offers(link.device);
        let room = if link.standing.is_welcome() {
            mine < most
        } else {
            let from = link.connection.remote_address().ip();
            let (all, here) = self.offers_of_strangers(from);
            mine < OFFERS && all < ALL_OFFERS && here < OFFERS_AT_A_PLACE
        };
        if !room {
            entrance.offer_refused();
            return Err(Decline::TooMany);
        }
        let from = link.connection.remote_address().ip();
        if !link.standing.is_welcome() && !entrance.may_offer(from) {
            return Err(Decline::TooMany);
        }
        Ok(())
    }

    /// Offers that wait for an answer: of all devices, and of those at one address.
    fn offers_of_strangers(&self, from: IpAddr) -> (usize, usize) {
        let at = place(from);
        let waiting = self.waiting();
        let here = waiting.iter().filter(|incoming| {
            let addresses = incoming.addresses();
            addresses
                .first()
                .is_some_and(|first| place(first.ip()) == at)
        });
        (waiting.len(), here.count())
    }

    fn waiting(&self) -> Vec<Arc<Incoming>> {
        let waits = |transfer: Transfer| match transfer {
            Transfer::In(incoming) if incoming.session.state() == State::Created => Some(incoming),
            _ => None,
        };
        self.served().into_iter().filter_map(waits).collect()
    }

    /// Bytes of entries that are kept of the offers of a device that wait for an answer.
    pub(crate) fn waiting_entries(&self, device: DeviceId) -> usize {
        let waiting = self.waiting().into_iter();
        waiting
            .filter(|incoming| incoming.session.peer() == device)
            .map(|incoming| incoming.plan().memory())
            .sum()
    }

    /// Passes on what a sender says, of a stranger as little as it takes to show its offer. Returns at its last word.
    pub(crate) async fn pass_on(
        &self,
        link: &Link,
        incoming: &Incoming,
        receive: &mut impl control::Hears,
        queued: mpsc::Sender<Result<Option<FromSender>, NetworkError>>,
    ) {
        // What was heard on other connections does not count.
        let mut heard = incoming.heard.subscribe();
        let mut said = *heard.borrow_and_update();
        loop {
            let mut turn = None;
            let message = if link.standing.is_welcome() {
                control::receive::<FromSender>(receive).await
            } else {
                // Only when all before has been taken in is it known whether there is room for more.
                let known = async {
                    let _ = heard.wait_for(|heard| *heard >= said).await;
                    while self.waiting_entries(link.device) >= ENTRIES {
                        // Others of its offers may be answered meanwhile.
                        tokio::select! {
                            () = link.standing.welcomed() => return,
                            () = tokio::time::sleep(IDLE) => {}
                        }
                    }
                };
                let room = async {
                    tokio::select! {
                        () = known => {}
                        () = link.standing.welcomed() => {}
                    }
                };
                let reading = &link.standing.reading;
                let read =
                    control::receive_one_by_one::<FromSender>(receive, MESSAGE, reading, room);
                let read = tokio::select! {
                    read = read => read,
                    () = queued.closed() => return,
                    _ = link.connection.closed() => return,
                };
                match read {
                    Ok(Some((FromSender::Entries { entries, .. }, _)))
                        if entries.len() > ENTRIES_IN_PAGE =>
                    {
                        Err(NetworkError::Protocol(
                            "a stranger's page has too many entries".into(),
                        ))
                    }
                    Ok(Some((message, taken))) => {
                        turn = taken;
                        Ok(Some(message))
                    }
                    Ok(None) => Ok(None),
                    Err(error) => Err(error),
                }
            };
            let last = !matches!(message, Ok(Some(_)));
            said += 1;
            if queued.send(message).await.is_err() || last {
                return;
            }
            if turn.is_some() {
                tokio::select! {
                    _ = heard.wait_for(|heard| *heard >= said) => {}
                    () = link.standing.welcomed() => {}
                    () = queued.closed() => return,
                    _ = link.connection.closed() => return,
                }
            }
        }
    }
}

/// What strangers hold, and what was turned away.
#[doc(hidden)]
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Footprint {
    /// Devices that are remembered in memory.
    pub devices: usize,
    /// Connections.
    pub connections: usize,
    /// Of those, strangers'.
    pub strangers: usize,
    /// Bytes that strangers may have on their way unread.
    pub credit: u64,
    /// Bytes of entries of offers that wait for an answer.
    pub entries: usize,
    /// What was turned away.
    pub turned_away: Counts,
}

impl Engine {
    /// What strangers hold at the moment. For tests of what they can make an engine do.
    #[doc(hidden)]
    pub fn footprint(&self) -> Footprint {
        let shared = &self.shared;
        let links = shared.peers.links();
        let strangers = links.iter().filter(|link| !link.standing.is_welcome());
        let strangers = strangers.count();
        let waiting = shared.waiting();
        Footprint {
            devices: shared.peers.count(),
            connections: links.len(),
            strangers,
            credit: strangers as u64 * STRANGER_CREDIT,
            entries: waiting.iter().map(|offer| offer.plan().memory()).sum(),
            turned_away: shared.endpoint.entrance().counts(),
        }
    }
}

impl Link {
    /// The device is no stranger any more.
    pub(crate) fn welcome(&self, shared: &Shared) {
        if self.standing.welcome() {
            self.begin_credit(shared);
        }
    }

    /// Ends the connection of a stranger that has nothing under way.
    pub(crate) async fn go_if_idle(self: Arc<Self>) {
        let mut idle = false;
        loop {
            tokio::select! {
                () = tokio::time::sleep(IDLE) => {}
                () = self.standing.welcomed() => return,
                _ = self.connection.closed() => return,
            }
            let busy = self.standing.streams.load(Ordering::Relaxed) > 0;
            if idle && !busy {
                tracing::debug!(device = %self.device.short(), "a stranger has nothing under way");
                return self.connection.close(close::DONE, b"nothing is under way");
            }
            idle = !busy;
        }
    }
}
