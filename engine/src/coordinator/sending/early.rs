//! Chunks that go out right behind an offer, without waiting a round trip for its answer.
//!
//! Only to a device that took the last offer from here without asking anybody, only of a transfer of which it has
//! nothing, and only the first [`EARLY_BYTES`]. The receiver holds them until it has decided. If the first thing that it
//! says is Accept, it has taken them; if it says anything else before, they count as never sent
//! (docs/PROTOCOL.md, "Early chunks").

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use chunkstream_core::wire::{FEATURE_EARLY, FromReceiver};

use super::Outgoing;
use crate::coordinator::{Shared, peer::Link};

/// What goes out early at most: what a receiver that asks after all costs in vain, once.
const EARLY_BYTES: u64 = 4 * 1024 * 1024;
/// What may go out early on one connection, all transfers together: unread at the receiver it must leave most of the
/// connection's window to the entries that it decides by.
const EARLY_ON_LINK: u64 = 8 * 1024 * 1024;

/// Early bytes of a connection that transfers hold, until they are taken or void.
#[derive(Debug, Default)]
pub(crate) struct EarlyBytes(Arc<AtomicU64>);

impl EarlyBytes {
    /// A share of up to [`EARLY_BYTES`]; less, or nothing, if others have theirs.
    fn take(&self) -> EarlyShare {
        let mut share = 0;
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |held| {
                share = EARLY_ON_LINK.saturating_sub(held).min(EARLY_BYTES);
                Some(held + share)
            });
        EarlyShare {
            bytes: share,
            held: self.0.clone(),
        }
    }
}

/// One transfer's share; given back when it is dropped.
#[derive(Debug)]
struct EarlyShare {
    bytes: u64,
    held: Arc<AtomicU64>,
}

impl Drop for EarlyShare {
    fn drop(&mut self) {
        self.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// What one connection's share of a transfer knows of early chunks.
#[derive(Debug)]
pub(super) struct Early {
    /// Whether they may have gone out, and are not void.
    sent: bool,
    /// Of the connection's, while the receiver may not read them.
    share: Option<EarlyShare>,
    /// Whether the receiver has said nothing that makes them void.
    plain: bool,
    /// What the receiver can do beyond the base protocol; known from its Hello on.
    pub(super) features: Arc<AtomicU64>,
}

impl Early {
    /// Lets chunks go out early if they may.
    pub(super) async fn begin(flow: &Outgoing, shared: &Shared, link: &Link) -> Self {
        let fresh = !flow.is_paused() && flow.session.attempt == 0 && flow.plan().is_unread();
        // Without the answer of the database they wait for the receiver's.
        let sent = fresh && shared.store.welcomes(link.device).await.unwrap_or(false);
        let share = sent.then(|| link.early_bytes.take());
        let sent = share.as_ref().is_some_and(|share| share.bytes > 0);
        if let Some(share) = &share {
            flow.plan().set_early(share.bytes);
        }
        Self {
            sent,
            share,
            plain: true,
            features: Arc::default(),
        }
    }

    /// Whether roots may be told already.
    pub(super) fn is_open(&self) -> bool {
        self.sent
    }

    /// Looks at what the receiver says until it accepts, before anything else does.
    pub(super) async fn hear(
        &mut self,
        flow: &Outgoing,
        shared: &Shared,
        link: &Link,
        message: &FromReceiver,
    ) {
        match message {
            FromReceiver::Waiting
            | FromReceiver::Have(_)
            | FromReceiver::Finished(_)
            | FromReceiver::Unwanted(_)
            | FromReceiver::Compare(_)
            | FromReceiver::Check(_)
            | FromReceiver::Decline(_) => {
                self.plain = false;
                if std::mem::take(&mut self.sent) {
                    flow.plan().take_back_early();
                }
            }
            FromReceiver::Accept { .. } => {}
            _ => return,
        }
        self.share = None;
        let welcomes = match message {
            FromReceiver::Accept { .. } if self.plain => {
                self.features.load(Ordering::Relaxed) & FEATURE_EARLY != 0
            }
            FromReceiver::Waiting | FromReceiver::Decline(_) => false,
            _ => return,
        };
        // A hint for the next offer.
        if let Err(error) = shared.store.set_welcomes(link.device, welcomes).await {
            tracing::debug!(%error, "it was not recorded whether a device asks");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transfers_of_one_connection_share_its_early_bytes() {
        let link = EarlyBytes::default();
        let (first, second) = (link.take(), link.take());
        assert_eq!((first.bytes, second.bytes), (EARLY_BYTES, EARLY_BYTES));
        assert_eq!(link.take().bytes, 0, "one over the limit");
        drop(first);
        assert_eq!(link.take().bytes, EARLY_BYTES);
    }
}
