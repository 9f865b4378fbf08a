//! Tells the sender what holds the transfer back here: it sees that what it sends waits, and cannot see why.
//!
//! Said each time that the judgement of this side (`coordinator/waits.rs`) is another, hence at most once a second.

use chunkstream_core::{
    limited::HeldBy,
    wire::{FEATURE_LIMITED, FromReceiver},
};
use tokio::sync::watch;

use super::{Incoming, task::Task};

/// What is judged, and what has been said of it.
pub(super) struct Limited {
    judged: watch::Receiver<Option<HeldBy>>,
    /// On this connection.
    said: Option<HeldBy>,
}

impl Limited {
    pub(super) fn new(incoming: &Incoming) -> Self {
        Self {
            judged: incoming.waits.receiver.subscribe(),
            said: None,
        }
    }

    /// Returns when the judgement has changed.
    pub(super) async fn changed(&mut self) {
        if self.judged.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// A new connection, on which nothing has been said.
    pub(super) fn forget(&mut self) {
        self.said = None;
    }
}

impl Task {
    /// Says what holds the transfer back, if the sender listens and has not heard it.
    pub(super) fn say_limited(&mut self) {
        let by = *self.limited.judged.borrow_and_update();
        let listens = |features: u64| features & FEATURE_LIMITED != 0;
        let attached = self.attached.as_ref();
        let listens = attached.is_some_and(|attached| listens(attached.features));
        if listens && self.accepted && by != self.limited.said {
            self.limited.said = by;
            self.tell(FromReceiver::Limited { by });
        }
    }
}
