//! The door at work: every handshake that begins is asked about and counted until it ends.
//!
//! Decided in `chunkstream_core::admission`. Here is the time, and the guards that say when something has ended.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chunkstream_core::admission::{Answer, Counts, Door, Knock};
use tokio::time::Instant;

use super::twice::Twice;

/// How long a handshake may take: three losses in a row on a long path take less.
pub(super) const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// Handshakes that wait to be asked about; one more is refused by quinn.
pub(super) const WAITING: usize = 512;
/// Bytes that come on one of them before it is asked about, and on all of them.
pub(super) const WAITING_BYTES: u64 = 8 * 1024;
pub(super) const ALL_WAITING_BYTES: u64 = 512 * 1024;

/// The door of one endpoint.
#[derive(Debug)]
pub(crate) struct Entrance {
    door: Mutex<Door>,
    began: Instant,
}

/// A handshake that goes on, until it is dropped.
#[derive(Debug)]
pub(super) struct Opened {
    entrance: Arc<Entrance>,
    knock: Knock,
    met: bool,
    /// Who keeps its answers below what it has sent, where its address is not proven.
    bounded: Option<(Arc<Twice>, SocketAddr)>,
}

/// A stranger's place, until it is dropped.
#[derive(Debug)]
pub(crate) struct StrangerPlace {
    entrance: Arc<Entrance>,
    from: IpAddr,
}

impl Default for Entrance {
    fn default() -> Self {
        Self {
            door: Mutex::default(),
            began: Instant::now(),
        }
    }
}

impl Entrance {
    fn door(&self) -> MutexGuard<'_, Door> {
        self.door.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks about a handshake; one that does not go on has been answered here.
    pub(super) fn admits(
        self: &Arc<Self>,
        incoming: quinn::Incoming,
    ) -> Option<(quinn::Incoming, Opened)> {
        let knock = Knock {
            from: incoming.remote_address().ip(),
            proven: incoming.remote_address_validated(),
        };
        match self.door().knocks(knock, self.began.elapsed()) {
            Answer::Serve => {
                let opened = Opened {
                    entrance: self.clone(),
                    knock,
                    met: false,
                    bounded: None,
                };
                return Some((incoming, opened));
            }
            Answer::Prove => {
                // Fails only where the address is proven.
                let _ = incoming.retry();
            }
            Answer::Ignore => incoming.ignore(),
        }
        None
    }

    /// A place for a stranger that has connected from there, if there is one.
    pub(crate) fn place(self: &Arc<Self>, from: IpAddr) -> Option<StrangerPlace> {
        self.door().stranger_comes(from).then(|| StrangerPlace {
            entrance: self.clone(),
            from,
        })
    }

    /// Whether a stranger at that address may make one more offer.
    pub(crate) fn may_offer(&self, from: IpAddr) -> bool {
        self.door().stranger_offers(from, self.began.elapsed())
    }

    /// A stranger's offer was refused for another reason that is no person's.
    pub(crate) fn offer_refused(&self) {
        self.door().offer_refused();
    }

    /// What has been turned away.
    pub(crate) fn counts(&self) -> Counts {
        self.door().counts()
    }
}

impl Opened {
    /// Whether the address is proven.
    pub(super) fn is_proven(&self) -> bool {
        self.knock.proven
    }

    /// The answers to this address are bounded until the end.
    pub(super) fn bounds(&mut self, socket: Arc<Twice>, remote: SocketAddr) {
        self.bounded = Some((socket, remote));
    }

    /// It has ended with a device.
    pub(super) fn met(mut self) {
        self.met = true;
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        let now = self.entrance.began.elapsed();
        self.entrance.door().ended(self.knock, self.met, now);
        if let Some((socket, remote)) = &self.bounded {
            socket.free(*remote);
        }
    }
}

impl Drop for StrangerPlace {
    fn drop(&mut self) {
        self.entrance.door().stranger_left(self.from);
    }
}
