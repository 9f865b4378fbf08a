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
use crate::coordinator::{Shared, peer::Link};

/// Chunk streams open at once, all classes together: the peer allows 100.
const STREAMS: usize = crate::network::MAX_CHUNK_STREAMS as usize;
/// Streams that are kept free for Critical, so that it never waits for another chunk to end.
const RESERVED: usize = 8;
/// Bytes on their way to the peer that keep a short path busy: reading, hashing and sending overlap.
const LEAST_AHEAD: u64 = 4 * 1024 * 1024;
/// Congestion windows on their way to the peer that keep any path busy: one in flight, one that waits to be
/// sent, one of chunks that have a packet missing. What is over that only makes urgent files wait.
const WINDOWS_AHEAD: u64 = 3;

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

enum Pick {
    Take(Arc<Outgoing>, Work),
    /// Nothing to send now; the time at which a rate limit lets something pass, if one holds it.
    Wait(Option<Instant>),
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

    pub(crate) fn set_priority(&self, id: TransferId, priority: Priority) {
        self.lane().queue.set_priority(id, priority);
        self.wake.notify_one();
    }

    /// Serves the connection until it is lost.
    pub(crate) async fn run(self: &Arc<Self>, link: Arc<Link>, shared: Arc<Shared>) {
        loop {
            let Ok(slot) = self.streams.clone().acquire_owned().await else {
                return;
            };
            let Some(mut share) = shared.send_budget.take(MAX_PAYLOAD).await else {
                return;
            };
            let (flow, work) = loop {
                let urgent_only =
                    self.streams.available_permits() < RESERVED || self.is_full(&link);
                let now = Instant::now();
                match self.pick(urgent_only, now, now.duration_since(shared.started)) {
                    Pick::Take(flow, work) => break (flow, work),
                    Pick::Wait(until) => tokio::select! {
                        () = self.wake.notified() => {}
                        () = sleep_until(until) => {}
                        _ = link.connection.closed() => return,
                    },
                }
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
            let (pump, link, shared) = (self.clone(), link.clone(), shared.clone());
            let task = async move {
                stream::serve(&shared, &link, &flow, work).await;
                pump.ahead.fetch_sub(bytes, Ordering::Relaxed);
                drop((share, slot));
                // A free stream may be what a Normal chunk waits for.
                pump.wake.notify_one();
            };
            tokio::spawn(task);
        }
    }

    /// Whether enough is on its way to keep the path busy.
    fn is_full(&self, link: &Link) -> bool {
        let ahead = self.ahead.load(Ordering::Relaxed);
        ahead >= LEAST_AHEAD && ahead >= WINDOWS_AHEAD * link.connection.stats().path.cwnd
    }

    fn pick(&self, urgent_only: bool, now: Instant, since_start: Duration) -> Pick {
        let mut lane = self.lane();
        let due: Vec<TransferId> = lane
            .limited
            .extract_if(.., |(at, _)| *at <= now)
            .map(|(_, id)| id)
            .collect();
        for id in due {
            lane.queue.set_ready(id, true);
        }
        while let Some(id) = lane.queue.next() {
            let Some(flow) = lane.flows.get(&id).cloned() else {
                lane.queue.remove(id);
                continue;
            };
            if urgent_only && flow.session.priority() != Priority::Critical {
                break;
            }
            // A whole chunk's worth first; what the work does not need is given back.
            let most = u64::from(flow.plan().chunk_size().bytes());
            let allowed = flow.limit().take(since_start, most);
            if let Err(wait) = allowed {
                lane.queue.set_ready(id, false);
                lane.limited.push((now + wait, id));
                continue;
            }
            let Some(work) = flow.plan().take() else {
                flow.limit().give_back(most);
                lane.queue.set_ready(id, false);
                continue;
            };
            let bytes = work.bytes() as u64;
            lane.queue.charge(id, bytes);
            flow.limit().give_back(most.saturating_sub(bytes));
            return Pick::Take(flow, work);
        }
        Pick::Wait(lane.limited.iter().map(|(at, _)| *at).min())
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
