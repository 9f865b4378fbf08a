//! Chunks that come with an offer, before it has been decided about: held unread on their streams until it is.
//!
//! A sender that was welcome before does not wait for Accept (`sending/early.rs`). What it sends costs nothing here but
//! QUIC's windows, which bound it; nothing is read, let alone written, before Accept has been said. A receiver that asks
//! somebody lets these chunks go, and has said Waiting, which tells the sender so.
//!
//! Invariant: whenever a chunk was dropped undecided, Waiting is said before Accept on that connection.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use chunkstream_core::id::TransferId;
use std::sync::Arc;
use tokio::{sync::Notify, time::Instant};

use super::{ENDED, Incoming};
use crate::coordinator::{Shared, Transfer, peer::Link};

/// How long a chunk may come before its offer: a lost packet of the offer is sent again in less.
const OFFER_FOLLOWS: Duration = Duration::from_secs(3);

/// What has been said about an offer on a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Answer {
    /// Nothing yet.
    None,
    /// That it waits for somebody.
    Waiting,
    /// That chunks are welcome.
    Accept,
}

/// What a connection knows of chunks that came before their offer was decided about.
#[derive(Debug, Default)]
pub(crate) struct EarlyChunks {
    /// An offer has found its session.
    offered: Notify,
    /// Whether one was dropped.
    dropped: AtomicBool,
}

impl EarlyChunks {
    /// An offer has found its session.
    pub(super) fn offered(&self) {
        self.offered.notify_waiters();
    }

    /// A chunk is dropped.
    pub(super) fn drop_one(&self) {
        self.dropped.store(true, Ordering::SeqCst);
    }

    /// Whether a chunk was dropped that its sender may hold for taken.
    pub(super) fn have_been_dropped(&self) -> bool {
        self.dropped.load(Ordering::SeqCst)
    }
}

/// The transfer that a chunk belongs to, which may be offered a moment later; None if there is none.
pub(super) async fn owner(
    shared: &Shared,
    link: &Link,
    transfer: TransferId,
) -> Option<Arc<Incoming>> {
    let deadline = Instant::now() + OFFER_FOLLOWS;
    loop {
        let mut offered = std::pin::pin!(link.early.offered.notified());
        // From now on, so that no offer is missed between the look and the wait.
        offered.as_mut().enable();
        match shared.find(transfer) {
            Some(Transfer::In(incoming)) => {
                let lives = !incoming.session.state().is_final();
                return (lives && incoming.session.peer() == link.device).then_some(incoming);
            }
            Some(_) => return None,
            None if Instant::now() >= deadline => {
                // Set before the last look: whoever accepts the transfer after that look sees it.
                if link.early.dropped.swap(true, Ordering::SeqCst) {
                    return None;
                }
            }
            None => tokio::select! {
                () = offered => {}
                () = tokio::time::sleep_until(deadline) => {}
                _ = link.connection.closed() => return None,
            },
        }
    }
}

impl Incoming {
    /// Notes what is said about the offer.
    pub(super) fn answer(&self, answer: Answer) {
        self.answer.send_replace(answer);
    }

    /// Returns true once chunks are welcome, false if the offer waits for somebody or the transfer has ended.
    pub(super) async fn takes_chunks(&self, link: &Link) -> bool {
        let (mut answer, mut ready) = (self.answer.subscribe(), self.ready.subscribe());
        loop {
            let said = *answer.borrow_and_update();
            match said {
                Answer::Accept => return true,
                Answer::Waiting if link.early.dropped.swap(true, Ordering::SeqCst) => return false,
                // Set before the last look, as above.
                Answer::Waiting => {}
                Answer::None => tokio::select! {
                    changed = answer.changed() => if changed.is_err() { return false },
                    _ = ready.wait_for(|&entries| entries == ENDED) => return false,
                    _ = link.connection.closed() => return false,
                },
            }
        }
    }
}
