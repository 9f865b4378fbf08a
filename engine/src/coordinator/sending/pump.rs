//! The order in which a connection's chunks go out: one pump per connection, over all transfers to that peer.
//!
//! What goes next is decided as late as possible, when there is a stream and memory for it, so that an
//! urgent file overtakes within what is already on the wire; QUIC's stream priorities then let it pass
//! even that.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chunkstream_core::{
    id::TransferId,
    priority::{Priority, PriorityQueue},
    wire::MAX_PAYLOAD,
};
use tokio::{
    sync::{Notify, Semaphore},
    time::Instant,
};

use super::{Outgoing, plan::Work, stream};
use crate::coordinator::{Shared, limits::Throttle, peer::Link};

/// Chunk streams open at once, all classes together: the peer allows 100.
const STREAMS: usize = crate::network::MAX_CHUNK_STREAMS as usize;
/// Streams that are kept free for Critical, so that it never waits for another chunk to end.
const RESERVED: usize = 8;
/// Bytes on their way to the peer that keep a short path busy: reading, hashing and sending overlap.
const LEAST_AHEAD: u64 = 4 * 1024 * 1024;
/// Congestion windows on their way to the peer that keep any path busy: one in flight, one that waits to be
/// sent, and chunks that have a packet missing, which on a path with loss are most: each for a round trip or two
/// more. With 3 the controller was short of data in a quarter of all rounds at 1 % loss (docs/CONGESTION.md). What
/// is over that only makes urgent files wait: at 8 High and Normal no longer shared two to one within 24 MiB.
const WINDOWS_AHEAD: u64 = 5;

/// Holds that end this close to each other were made by the same limit.
const SAME_MOMENT: Duration = Duration::from_millis(1);

/// Schedules the chunk streams of one connection.
#[derive(Debug)]
pub(crate) struct Pump {
    lane: Mutex<Lane>,
    wake: Notify,
    streams: Arc<Semaphore>,
    /// Bytes taken and not yet with the peer's QUIC.
    ahead: AtomicU64,
}

#[derive(Debug)]
struct Lane {
    queue: PriorityQueue<TransferId>,
    flows: HashMap<TransferId, Arc<Outgoing>>,
    /// Flows that wait for their rate limit.
    limited: Vec<(Instant, TransferId)>,
}

impl Lane {
    /// Transfers whose rate limit lets them go on are ready again, all that one limit held in the same moment:
    /// whose turn it is, is the queue's to say.
    fn release(&mut self, now: Instant) {
        if self.limited.iter().all(|(at, _)| *at > now) {
            return;
        }
        let until = now + SAME_MOMENT;
        for (_, id) in self.limited.extract_if(.., |(at, _)| *at <= until) {
            self.queue.set_ready(id, true);
        }
    }

    /// Whose turn it is.
    fn next(&self, urgent_only: bool) -> Option<TransferId> {
        let id = self.queue.next()?;
        let may = !urgent_only || self.queue.priority(id) == Some(Priority::Critical);
        may.then_some(id)
    }
}

impl Pump {
    pub(crate) fn new() -> Self {
        Self {
            lane: Mutex::new(Lane {
                queue: PriorityQueue::new(),
                flows: HashMap::new(),
                limited: Vec::new(),
            }),
            wake: Notify::new(),
            streams: Arc::new(Semaphore::new(STREAMS)),
            ahead: AtomicU64::new(0),
        }
    }

    /// A transfer takes part.
    pub(crate) fn join(&self, flow: &Arc<Outgoing>) {
        let mut lane = self.lane();
        lane.queue.add(flow.session.id, flow.session.priority());
        lane.flows.insert(flow.session.id, flow.clone());
        drop(lane);
        self.ready(flow.session.id);
    }

    /// A transfer takes part no longer.
    pub(crate) fn leave(&self, id: TransferId) {
        let mut lane = self.lane();
        lane.queue.remove(id);
        lane.flows.remove(&id);
        lane.limited.retain(|(_, other)| *other != id);
    }

    /// A transfer may have something to send. Never called with a plan's lock held.
    pub(crate) fn ready(&self, id: TransferId) {
        let mut lane = self.lane();
        if lane.flows.contains_key(&id) {
            lane.queue.set_ready(id, true);
        }
        drop(lane);
        self.wake.notify_one();
    }

    /// Limits have changed: who was held asks again.
    pub(crate) fn limits_changed(&self) {
        let mut lane = self.lane();
        for (_, id) in std::mem::take(&mut lane.limited) {
            lane.queue.set_ready(id, true);
        }
        drop(lane);
        self.wake.notify_one();
    }

    pub(crate) fn set_priority(&self, id: TransferId, priority: Priority) {
        self.lane().queue.set_priority(id, priority);
        self.wake.notify_one();
    }

    /// Bytes taken and not yet with the peer's QUIC.
    pub(super) fn ahead(&self) -> u64 {
        self.ahead.load(Ordering::Relaxed)
    }

    /// Serves the connection until it is lost.
    pub(crate) async fn run(self: &Arc<Self>, link: Arc<Link>, shared: Arc<Shared>) {
        loop {
            // Work first, memory after: a connection with nothing to send holds none.
            if !self.has_work(&link).await {
                return;
            }
            let Ok(slot) = self.streams.clone().acquire_owned().await else {
                return;
            };
            let Some(mut share) = shared.send_budget.take(MAX_PAYLOAD).await else {
                return;
            };
            let urgent_only = self.is_urgent_only(&link, self.streams.available_permits());
            let now = Instant::now();
            let since_start = now.duration_since(shared.started);
            let Some((flow, work)) =
                self.pick(&link, &shared.send_limits, urgent_only, now, since_start)
            else {
                continue;
            };
            match &work {
                // Parity takes what its shards need, which may be more than one chunk's worth.
                Work::Parity(stripe) => {
                    let need = work.bytes() + stripe.shard_len();
                    if need > MAX_PAYLOAD {
                        drop(share);
                        let Some(larger) = shared.send_budget.take(need).await else {
                            return;
                        };
                        share = larger;
                    } else {
                        share.shrink(need);
                    }
                }
                Work::Data(_) | Work::Hash(_) => share.shrink(work.bytes()),
            }
            let bytes = work.bytes() as u64;
            self.ahead.fetch_add(bytes, Ordering::Relaxed);
            let (pump, link, engine) = (self.clone(), link.clone(), shared.clone());
            let task = async move {
                stream::serve(&engine, &link, &flow, work).await;
                pump.ahead.fetch_sub(bytes, Ordering::Relaxed);
                drop((share, slot));
                // A free stream may be what a Normal chunk waits for.
                pump.wake.notify_one();
            };
            shared.spawn(task);
        }
    }

    /// Returns true when a transfer may have something to send, false when the connection is lost.
    async fn has_work(&self, link: &Link) -> bool {
        loop {
            // Streams of a lost connection fail at once: the whole plan would be read for nothing.
            if link.connection.close_reason().is_some() {
                return false;
            }
            let until = {
                let mut lane = self.lane();
                lane.release(Instant::now());
                // One of them will be taken.
                let left = self.streams.available_permits().saturating_sub(1);
                let urgent_only = self.is_urgent_only(link, left);
                if lane.next(urgent_only).is_some() {
                    link.tails.idle(false);
                    return true;
                }
                link.tails
                    .idle(lane.next(false).is_none() && lane.limited.is_empty());
                lane.limited.iter().map(|(at, _)| *at).min()
            };
            tokio::select! {
                () = self.wake.notified() => {}
                () = sleep_until(until) => {}
                _ = link.connection.closed() => return false,
            }
        }
    }

    /// Whether only Critical may go out now: the path is kept busy, or few streams are left.
    fn is_urgent_only(&self, link: &Link, streams_left: usize) -> bool {
        let ahead = self.ahead.load(Ordering::Relaxed);
        let busy =
            ahead >= LEAST_AHEAD && ahead >= WINDOWS_AHEAD * link.connection.stats().path.cwnd;
        busy || streams_left < RESERVED
    }

    /// The next thing to do, if there is something.
    fn pick(
        &self,
        link: &Link,
        limits: &Throttle,
        urgent_only: bool,
        now: Instant,
        since_start: Duration,
    ) -> Option<(Arc<Outgoing>, Work)> {
        let mut lane = self.lane();
        while let Some(id) = lane.next(urgent_only) {
            let Some(flow) = lane.flows.get(&id).cloned() else {
                lane.queue.remove(id);
                continue;
            };
            let class = lane.queue.priority(id).unwrap_or_default();
            if let Err(held) = limits.ask(since_start, link.device, class, &flow.limit()) {
                lane.queue.set_ready(id, false);
                flow.waits.hold(Some(held.by));
                // A rate of nothing waits for ever, that is until it is changed.
                if let Some(at) = now.checked_add(held.wait) {
                    lane.limited.push((at, id));
                }
                continue;
            }
            flow.waits.hold(None);
            let Some(work) = flow.plan().take() else {
                lane.queue.set_ready(id, false);
                continue;
            };
            let bytes = work.bytes() as u64;
            lane.queue.charge(id, bytes);
            if !matches!(work, Work::Hash(_)) {
                limits.spend(since_start, link.device, class, &mut flow.limit(), bytes);
            }
            return Some((flow, work));
        }
        None
    }

    fn lane(&self) -> MutexGuard<'_, Lane> {
        self.lane.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn sleep_until(until: Option<Instant>) {
    match until {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
