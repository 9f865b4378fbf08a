//! The memory budget: chunk bytes in flight, bounded per engine and direction.
//!
//! Sending and receiving have budgets of their own: a sender's bytes are free again only when the peer's
//! QUIC has taken them, and with one budget two engines that send to each other could wait for each other.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes of one permit of the semaphore.
const UNIT: usize = 1024;

/// So many bytes, handed out and returned.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    units: Arc<Semaphore>,
    total: u32,
}

/// A share of a [`Budget`], returned when dropped.
#[derive(Debug)]
pub(crate) struct Share(OwnedSemaphorePermit);

impl Budget {
    pub(crate) fn new(bytes: usize) -> Self {
        let total = units(bytes);
        Self {
            units: Arc::new(Semaphore::new(total as usize)),
            total,
        }
    }

    /// What one peer may hold of two budgets at once, by bytes that it has announced and not sent: seven eighths of the
    /// smaller. So one that sends slowly leaves the others some.
    pub(crate) fn for_one_peer(&self, other: &Self) -> Self {
        let total = (self.total.min(other.total) / 8 * 7).max(1);
        Self {
            units: Arc::new(Semaphore::new(total as usize)),
            total,
        }
    }

    /// Waits for `bytes`; for all there is, if that is less.
    pub(crate) async fn take(&self, bytes: usize) -> Option<Share> {
        let units = units(bytes).min(self.total);
        // Closed only when the engine is gone.
        self.units
            .clone()
            .acquire_many_owned(units)
            .await
            .ok()
            .map(Share)
    }

    /// `bytes` now, or nothing.
    pub(crate) fn try_take(&self, bytes: usize) -> Option<Share> {
        self.units
            .clone()
            .try_acquire_many_owned(units(bytes))
            .ok()
            .map(Share)
    }
}

impl Share {
    /// Returns what is over `bytes`.
    pub(crate) fn shrink(&mut self, bytes: usize) {
        let over = self.0.num_permits().saturating_sub(units(bytes) as usize);
        drop(self.0.split(over));
    }
}

fn units(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT).max(1)).unwrap_or(u32::MAX >> 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_taken_comes_back_and_more_than_all_is_all() {
        let budget = Budget::new(10 * UNIT);
        let mut all = budget.take(100 * UNIT).await.expect("open");
        assert!(budget.try_take(1).is_none());
        all.shrink(4 * UNIT);
        let rest = budget.try_take(6 * UNIT).expect("six are back");
        assert!(budget.try_take(1).is_none());
        drop((all, rest));
        assert!(budget.try_take(10 * UNIT).is_some());
    }

    #[tokio::test]
    async fn one_peer_that_stands_still_leaves_an_eighth_to_the_others() {
        let (reading, unsynced) = (Budget::new(16 * UNIT), Budget::new(8 * UNIT));
        let one = reading.for_one_peer(&unsynced);
        assert!(one.try_take(7 * UNIT + 1).is_none());
        assert!(one.try_take(7 * UNIT).is_some());
    }
}
