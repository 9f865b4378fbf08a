//! The last word about a transfer: each device hears how it ended, however long the way there is closed.
//!
//! The session row says whether the other device knows of the transfer and has not heard of its end
//! (`owes_end`); it survives restarts. A sender that owes the word connects and says it on a control stream
//! of its own. A receiver that owes it only connects: the sender, which still has the transfer under way,
//! offers it once more and is answered with the end.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chunkstream_core::{
    device::DeviceId,
    id::TransferId,
    priority::Backoff,
    session::{Direction, State},
    wire::{EndCause, FEATURES, FromReceiver, FromSender, Hello, Offer, Opening},
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{Shared, peer::Link};
use crate::{
    api::{Code, Failure},
    network::{NetworkError, control},
    store,
};

/// The first and the longest pause between two attempts.
const FIRST: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_secs(600);
/// How long a peer may take to answer.
const ANSWER: Duration = Duration::from_secs(15);
/// How long a last message may take to arrive, and its answer.
pub(super) const FAREWELL: Duration = Duration::from_secs(3);
/// How long a sender that is connected may take to ask; one that does not has forgotten the transfer.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long the word is owed: 30 days.
const OWED_MS: u64 = 30 * 24 * 3600 * 1000;

/// The words that wait for their device.
#[derive(Debug, Default)]
pub(crate) struct LastWords(Mutex<HashMap<TransferId, CancellationToken>>);

/// A word that is owed.
#[derive(Debug)]
pub(crate) struct Word {
    pub(crate) transfer: TransferId,
    pub(crate) peer: DeviceId,
    pub(crate) addresses: Vec<SocketAddr>,
    /// What a sender says; None: a receiver waits to be asked.
    pub(crate) says: Option<(Offer, EndCause)>,
    pub(crate) finished_ms: u64,
}

impl Word {
    /// The word that is owed for a session of an earlier run, if one is.
    pub(super) fn of(row: &store::Session) -> Option<Self> {
        let says = match (row.direction, row.state) {
            (Direction::Receiving, _) => None,
            // Its receiver told the end.
            (Direction::Sending, State::Completed) => return None,
            (Direction::Sending, state) => Some((
                super::sending::offer_of(row),
                cause(state, row.failure.as_ref()),
            )),
        };
        let addresses = row.peer_addresses.iter();
        (row.owes_end && row.state.is_final()).then(|| Self {
            transfer: row.id,
            peer: row.peer,
            addresses: addresses.filter_map(|text| text.parse().ok()).collect(),
            says,
            finished_ms: row.finished_ms.unwrap_or(row.updated_ms),
        })
    }
}

/// Whether the peer says, in time, that it has recorded the end that it was told.
pub(super) async fn is_heard<M>(
    messages: &mut mpsc::Receiver<Result<Option<M>, NetworkError>>,
    heard: &M,
) -> bool
where
    M: PartialEq,
{
    let said = async {
        loop {
            match messages.recv().await {
                Some(Ok(Some(message))) if message == *heard => return true,
                Some(Ok(Some(_))) => {}
                Some(Ok(None) | Err(_)) | None => return false,
            }
        }
    };
    tokio::time::timeout(FAREWELL, said).await.unwrap_or(false)
}

/// Why a sender's transfer ended, for its receiver.
pub(super) fn cause(state: State, failure: Option<&Failure>) -> EndCause {
    match (state, failure.map(|failure| failure.code)) {
        (State::Cancelled, _) => EndCause::Cancelled,
        (_, Some(Code::Protocol)) => EndCause::Protocol,
        _ => EndCause::Source,
    }
}

impl Shared {
    /// The other device knows how the transfer ended.
    pub(crate) async fn heard(&self, transfer: TransferId) {
        let waiting = self.last_words.lock().remove(&transfer);
        if let Some(waiting) = waiting {
            waiting.cancel();
        }
        match self.store.set_owes_end(transfer, false).await {
            // Removed from the history meanwhile: nobody asks any more.
            Ok(()) | Err(store::StoreError::NotFound(_)) => {}
            Err(error) => tracing::warn!(%error, "a last word will be said once more"),
        }
    }

    /// Sees to it that the other device hears of an end.
    pub(crate) fn owe(self: &Arc<Self>, word: Word) {
        let heard = CancellationToken::new();
        let before = self.last_words.lock().insert(word.transfer, heard.clone());
        if let Some(before) = before {
            before.cancel();
        }
        let shared = self.clone();
        self.spawn(async move {
            tokio::select! {
                () = heard.cancelled() => {}
                () = shared.stop.cancelled() => {}
                () = shared.deliver(word) => {}
            }
        });
    }

    /// The transfer is under way again: its old end is of no interest any more.
    pub(super) fn take_back(&self, transfer: TransferId) {
        let waiting = self.last_words.lock().remove(&transfer);
        if let Some(waiting) = waiting {
            waiting.cancel();
        }
    }

    async fn deliver(self: &Arc<Self>, word: Word) {
        let mut backoff = Backoff::with(FIRST, LONGEST, Backoff::FACTOR);
        while self.clock.unix_ms() < word.finished_ms.saturating_add(OWED_MS) {
            // It may have another key by now.
            let device = self.latest(word.peer).await.unwrap_or(word.peer);
            let peer = self.peers.get(device);
            let mut addresses = word.addresses.clone();
            addresses.extend(self.addresses_of(device).await.unwrap_or_default());
            match peer.connect(self, &addresses).await {
                Ok(link) => {
                    if self.is_told(&link, &word).await {
                        return self.heard(word.transfer).await;
                    }
                }
                Err(NetworkError::Refused) => return self.heard(word.transfer).await,
                Err(_) => {}
            }
            tokio::select! {
                () = tokio::time::sleep(backoff.next_delay(Self::jitter())) => {}
                () = peer.comes() => {}
            }
        }
        self.heard(word.transfer).await;
    }

    /// Whether the other device has heard, on this connection, or never will ask.
    async fn is_told(&self, link: &Link, word: &Word) -> bool {
        let Some((offer, cause)) = &word.says else {
            let asked = link.connection.closed();
            return tokio::time::timeout(PATIENCE, asked).await.is_err();
        };
        match self.say(link, offer, *cause).await {
            Ok(()) => true,
            Err(error) => {
                tracing::debug!(transfer = %word.transfer.short(), %error, "the end was not heard");
                false
            }
        }
    }

    /// Says a sender's last word on a control stream of its own.
    async fn say(&self, link: &Link, offer: &Offer, cause: EndCause) -> Result<(), NetworkError> {
        let (mut send, mut receive) = link.connection.open_bi().await?;
        control::send(&mut send, &self.hello()).await?;
        let mut offer = offer.clone();
        offer.over = true;
        control::send(&mut send, &Opening::Offer(offer)).await?;
        control::send(&mut send, &FromSender::End(cause)).await?;
        let answered = tokio::time::timeout(ANSWER, async {
            if control::receive::<Hello>(&mut receive).await?.is_none() {
                return Err(silent());
            }
            loop {
                match control::receive::<FromReceiver>(&mut receive).await? {
                    Some(FromReceiver::Heard) => return Ok(()),
                    Some(_) => {}
                    None => return Err(silent()),
                }
            }
        });
        let result = answered.await.unwrap_or_else(|_| Err(silent()));
        let _ = send.finish();
        result
    }

    /// What this device says first on every control stream.
    pub(crate) fn hello(&self) -> Hello {
        Hello {
            features: FEATURES,
            name: self.name(),
        }
    }
}

impl LastWords {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<TransferId, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn silent() -> NetworkError {
    NetworkError::Lost("the receiver did not answer".into())
}
