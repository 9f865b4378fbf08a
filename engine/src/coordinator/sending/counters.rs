//! What sending cost.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::api::Stats;

/// Counted while chunks are on their way; shown with the transfer.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) chunks_sent: AtomicU64,
    pub(crate) chunks_resent: AtomicU64,
    pub(crate) parity_bytes: AtomicU64,
    pub(crate) parity_datagrams: AtomicU64,
    pub(crate) streams_cancelled: AtomicU64,
}

impl Counters {
    /// Adds the parity of a stream's tail, and whether the receiver then stopped the stream.
    pub(super) fn count_tail(&self, (bytes, datagrams): (u64, u64), stopped: bool) {
        self.parity_bytes.fetch_add(bytes, Ordering::Relaxed);
        self.parity_datagrams
            .fetch_add(datagrams, Ordering::Relaxed);
        let cancelled = u64::from(stopped && datagrams > 0);
        self.streams_cancelled
            .fetch_add(cancelled, Ordering::Relaxed);
    }

    /// Into what is shown.
    pub(crate) fn show(&self, stats: &mut Stats) {
        stats.chunks_sent = self.chunks_sent.load(Ordering::Relaxed);
        stats.chunks_resent = self.chunks_resent.load(Ordering::Relaxed);
        stats.parity_bytes = self.parity_bytes.load(Ordering::Relaxed);
        stats.parity_datagrams = self.parity_datagrams.load(Ordering::Relaxed);
        stats.streams_cancelled = self.streams_cancelled.load(Ordering::Relaxed);
    }
}
