//! Parity datagrams of one connection, kept until the stream that they repair has been read.
//!
//! Memory: a datagram is kept only for a stream that is being read or may come next, takes its bytes from the engine's
//! parity budget or is dropped, and no connection keeps more than [`MOST`].

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use chunkstream_core::wire::{Copy, Repair, WireError};
use tokio::sync::Notify;

use crate::{
    coordinator::{
        Shared,
        budget::{Budget, Share},
        peer::Link,
    },
    network::{MAX_CHUNK_STREAMS, NetworkError},
};

/// Bytes of parity that one connection may hold here: more than half of a tail of a whole window of 4 MiB.
const MOST: usize = 2 << 20;
/// QUIC stream ids of one kind are this far apart (RFC 9000, 2.1).
const STEP: u64 = 4;

/// Reads the datagrams of a connection until it is lost.
pub(crate) async fn accept_datagrams(shared: Arc<Shared>, link: Arc<Link>) {
    while let Ok(datagram) = link.connection.read_datagram().await {
        if let Err(error) = take(&shared, &link, &datagram) {
            return link.misbehaved(&NetworkError::from(error));
        }
    }
}

fn take(shared: &Shared, link: &Link, datagram: &[u8]) -> Result<(), WireError> {
    if let Some(copy) = Copy::decode(datagram)? {
        link.copies.take(&copy);
    } else if let Some(repair) = Repair::decode(datagram)?
        && link.standing.is_welcome()
        && !link.repairs.take(&shared.parity_budget, &repair, datagram)
    {
        tracing::trace!("parity of a stream that needs none, or without memory for it");
    }
    Ok(())
}

/// The parity of a connection's streams.
#[derive(Debug)]
pub(crate) struct Repairs {
    table: Mutex<Table>,
}

#[derive(Debug)]
struct Table {
    slots: HashMap<u64, Slot>,
    /// The lowest id of a stream that has not been accepted.
    next: u64,
    /// Of all datagrams that have come for the streams in `slots`.
    bytes: usize,
}

#[derive(Debug, Default)]
struct Slot {
    /// Datagrams as they came, with their memory, that the stream's reader has not taken.
    waiting: Vec<(Bytes, Share)>,
    /// Of those and of the ones that it has taken.
    bytes: usize,
    arrived: Arc<Notify>,
}

impl Repairs {
    /// `dialled`: whether this side opened the connection, so that the peer's streams have the server's ids.
    pub(crate) fn new(dialled: bool) -> Self {
        // The low bits say who opened a stream and that it goes one way.
        let next = if dialled { 3 } else { 2 };
        Self {
            table: Mutex::new(Table {
                slots: HashMap::new(),
                next,
                bytes: 0,
            }),
        }
    }

    /// Keeps a datagram for its stream; false if the stream needs none or there is no memory.
    fn take(&self, budget: &Budget, repair: &Repair, datagram: &[u8]) -> bool {
        let mut table = self.lock();
        let ours = repair.stream % STEP == table.next % STEP;
        let furthest = table.next + STEP * u64::from(MAX_CHUNK_STREAMS);
        let expected = repair.stream >= table.next && repair.stream < furthest;
        let open = table.slots.contains_key(&repair.stream);
        if !ours || !(open || expected) || table.bytes + datagram.len() > MOST {
            return false;
        }
        let Some(share) = budget.try_take(datagram.len()) else {
            return false;
        };
        table.bytes += datagram.len();
        let slot = table.slots.entry(repair.stream).or_default();
        slot.bytes += datagram.len();
        // A copy: what quinn hands out may hold a whole batch of packets in memory.
        slot.waiting.push((Bytes::copy_from_slice(datagram), share));
        slot.arrived.notify_one();
        true
    }

    /// The parity of a stream that has been accepted.
    pub(super) fn open(&self, stream: u64) -> Registration<'_> {
        let mut table = self.lock();
        table.next = table.next.max(stream.saturating_add(STEP));
        let slot = table.slots.entry(stream).or_default();
        Registration {
            repairs: self,
            stream,
            arrived: slot.arrived.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream's place in [`Repairs`], given back when dropped.
#[derive(Debug)]
pub(super) struct Registration<'a> {
    repairs: &'a Repairs,
    stream: u64,
    arrived: Arc<Notify>,
}

impl Registration<'_> {
    /// Returns when parity may have arrived. Cancel safe.
    pub(super) async fn arrived(&self) {
        self.arrived.notified().await;
    }

    /// What has arrived and not been taken.
    pub(super) fn take(&self) -> Vec<(Bytes, Share)> {
        let mut table = self.repairs.lock();
        let slot = table.slots.get_mut(&self.stream);
        slot.map(|slot| std::mem::take(&mut slot.waiting))
            .unwrap_or_default()
    }
}

impl Drop for Registration<'_> {
    fn drop(&mut self) {
        let mut table = self.repairs.lock();
        if let Some(slot) = table.slots.remove(&self.stream) {
            table.bytes -= slot.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use chunkstream_core::chunk::tail::{DIGEST, SYMBOL};

    use super::*;

    fn datagram(stream: u64) -> Vec<u8> {
        let repair = Repair {
            stream,
            len: 100_000,
            count: 80,
            first: 0,
            digest: [0; DIGEST],
            symbols: &[7; 4 * SYMBOL],
        };
        repair.encode()
    }

    fn take(repairs: &Repairs, budget: &Budget, stream: u64) -> bool {
        let datagram = datagram(stream);
        let repair = Repair::decode(&datagram).expect("valid").expect("parity");
        repairs.take(budget, &repair, &datagram)
    }

    #[test]
    fn parity_of_streams_that_are_read_or_come_next_is_kept_and_no_other() {
        let (repairs, budget) = (Repairs::new(false), Budget::new(MOST));
        let last = 2 + STEP * (u64::from(MAX_CHUNK_STREAMS) - 1);
        assert!(take(&repairs, &budget, 2) && take(&repairs, &budget, last));
        for stream in [0, 1, 3, last + STEP, u64::MAX - 1, u64::MAX] {
            assert!(!take(&repairs, &budget, stream), "{stream}");
        }
        let first = repairs.open(2);
        assert_eq!(first.take().len(), 1);
        assert!(take(&repairs, &budget, 2), "it is being read");
        drop(first);
        assert!(!take(&repairs, &budget, 2), "it has been read");
    }

    #[tokio::test]
    async fn a_peer_cannot_make_it_keep_more_than_a_constant_and_all_of_it_comes_back() {
        let (repairs, budget) = (Repairs::new(true), Budget::new(2 * MOST));
        let all = || budget.try_take(2 * MOST);
        let kept = (0..10_000_u64)
            .filter(|number| take(&repairs, &budget, 3 + STEP * (number % 100)))
            .count();
        assert_eq!(kept, MOST / datagram(3).len());
        assert!(all().is_none());
        for number in 0..100 {
            drop(repairs.open(3 + STEP * number));
        }
        assert_eq!(repairs.lock().bytes, 0);
        assert!(all().is_some());
    }

    #[tokio::test]
    async fn parity_without_memory_for_it_is_dropped() {
        let (repairs, budget) = (Repairs::new(true), Budget::new(4096));
        assert!(take(&repairs, &budget, 3) && take(&repairs, &budget, 3));
        assert!(!take(&repairs, &budget, 3));
    }
}
