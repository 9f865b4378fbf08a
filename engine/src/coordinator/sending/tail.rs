//! Parity for the tail: what a connection has nothing new to send after, and which is not acknowledged yet.
//!
//! Each chunk stream is registered while it is open. When the pump has nothing more to give out and everything handed
//! to QUIC has left, the idle path carries parity of the streams that are still open, in QUIC datagrams (RFC 9221). The
//! receiver rebuilds what is missing and stops the stream, which ends its retransmissions. How much parity, if any, is
//! `chunk::protection`'s to say.
//!
//! QUIC sends datagrams before stream data and does not tell what it still holds. So what has left is reckoned from
//! the bytes that went to the socket since no stream was open, less what was lost; see [`Left`].
//!
//! Invariants: no parity while there is data to send; a stream gets parity once.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use chunkstream_core::{
    chunk::{
        loss::LossMeter,
        protection::{LEAST_RTT, Path, protect},
        tail::{self, SYMBOL},
    },
    wire::{FEATURE_REPAIR, REPAIR_HEADER, Repair},
};
use quinn::{Connection, ConnectionStats};
use tokio::{sync::Notify, time::Instant};

use crate::coordinator::peer::Link;

/// What QUIC and its frames take of a packet.
const OVERHEAD: usize = 40;
/// From this loss on control messages are repeated: of the five of a short transfer one in forty is lost.
const LOSSY: f64 = 0.005;
/// How often it is looked whether the data has left: what a tokio timer can do.
const LOOK: Duration = Duration::from_millis(1);
/// Nothing has gone out for so long: all has left, or the window is closed.
const QUIET: Duration = Duration::from_millis(5);

/// The open chunk streams of one connection, and what is known of its path.
#[derive(Debug, Default)]
pub(crate) struct Tails {
    state: Mutex<State>,
    wake: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// By their QUIC id, so the oldest first.
    open: BTreeMap<u64, Protected>,
    /// The pump has nothing to give out.
    idle: bool,
    /// The peer has said that it does not read parity. Until it has said anything, that its QUIC takes datagrams is
    /// enough: short files would be over before its word.
    is_unread: bool,
    loss: LossMeter,
    left: Left,
}

#[derive(Debug)]
struct Protected {
    content: Vec<Bytes>,
    len: usize,
    done: bool,
    cost: Arc<Cost>,
}

/// What the parity of a stream cost.
#[derive(Debug, Default)]
struct Cost {
    bytes: AtomicU64,
    datagrams: AtomicU64,
}

/// A stream's registration; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Open<'a> {
    tails: &'a Tails,
    stream: u64,
    cost: Arc<Cost>,
}

impl Open<'_> {
    /// Bytes and datagrams of parity that were sent for it.
    pub(super) fn cost(&self) -> (u64, u64) {
        let bytes = self.cost.bytes.load(Ordering::Relaxed);
        (bytes, self.cost.datagrams.load(Ordering::Relaxed))
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.tails.lock().open.remove(&self.stream);
    }
}

impl Tails {
    /// The peer has told what it can do.
    pub(crate) fn peer_can(&self, features: u64) {
        self.lock().is_unread = features & FEATURE_REPAIR == 0;
    }

    /// The path is known to lose that fraction of its packets.
    pub(crate) fn expect(&self, loss: f64) {
        self.lock().loss.expect(loss);
    }

    /// What the path loses by itself, queues left out.
    pub(crate) fn loss(&self, connection: &Connection) -> f64 {
        let stats = connection.stats();
        let mut state = self.lock();
        state.sample(&stats);
        state.loss.loss()
    }

    /// Whether the path is one on which a lost packet is likely, and costs something.
    pub(crate) fn is_lossy(&self, connection: &Connection) -> bool {
        self.loss(connection) >= LOSSY && connection.rtt() >= LEAST_RTT
    }

    /// Whether the pump has nothing to give out.
    pub(crate) fn idle(&self, idle: bool) {
        let mut state = self.lock();
        state.idle = idle;
        if idle && !state.open.is_empty() {
            self.wake.notify_one();
        }
    }

    /// A stream with this content is about to be written.
    pub(super) fn open(&self, connection: &Connection, stream: u64, content: &[Bytes]) -> Open<'_> {
        let stats = connection.stats();
        let len = content.iter().map(Bytes::len).sum();
        let cost = Arc::<Cost>::default();
        let mut state = self.lock();
        state.sample(&stats);
        if state.open.is_empty() {
            state.left = Left::since(&stats);
        }
        state.left.handed += len as u64;
        let protected = Protected {
            content: content.to_vec(),
            len,
            done: false,
            cost: cost.clone(),
        };
        state.open.insert(stream, protected);
        if state.idle {
            self.wake.notify_one();
        }
        Open {
            tails: self,
            stream,
            cost,
        }
    }

    /// Sends parity for the tails of a connection until it is lost.
    pub(crate) async fn run(link: Arc<Link>) {
        loop {
            tokio::select! {
                () = link.tails.wake.notified() => {}
                _ = link.connection.closed() => return,
            }
            let mut quiet = Quiet::default();
            loop {
                match link.tails.step(&link, &mut quiet) {
                    Step::Rest => break,
                    Step::Look(after) => tokio::time::sleep(after).await,
                    Step::Protect(streams) => {
                        for stream in streams {
                            if send(&link, stream).await.is_err() {
                                break;
                            }
                        }
                    }
                }
            }
        }
    }

    fn step(&self, link: &Link, quiet: &mut Quiet) -> Step {
        let ahead = link.pump.ahead();
        let stats = link.connection.stats();
        let room = link.connection.max_datagram_size().unwrap_or(0);
        let mut state = self.lock();
        if !state.idle || state.is_unread || state.open.values().all(|stream| stream.done) {
            return Step::Rest;
        }
        state.sample(&stats);
        let mtu = usize::from(stats.path.current_mtu);
        let path = Path {
            loss: state.loss.loss(),
            rtt: stats.path.rtt,
            packet: mtu.saturating_sub(OVERHEAD),
            symbols: room.saturating_sub(REPAIR_HEADER) / SYMBOL,
            window: stats.path.cwnd,
        };
        let lens: Vec<usize> = state.open.values().map(|stream| stream.len).collect();
        let given = protect(&path, &lens);
        let wanted = |(stream, &count): (&Protected, &u16)| count > 0 && !stream.done;
        if !state.open.values().zip(&given).any(wanted) {
            // Loss may still show in what comes back; nothing is open for long after that.
            return Step::Look((path.rtt / 8).clamp(LOOK, Duration::from_millis(100)));
        }
        let total: usize = lens.iter().sum();
        let unsent = state.left.unsent(&stats, mtu);
        let stands = quiet.is_quiet(stats.udp_tx.datagrams, Instant::now());
        let has_left = unsent <= 2 * mtu as u64 || (stands && total as u64 <= path.window);
        // Work that has been given out and is still being read and hashed.
        if ahead > total as u64 || !has_left {
            return Step::Look(LOOK);
        }
        let mut streams = Vec::new();
        for ((&id, stream), &count) in state.open.iter_mut().zip(&given) {
            if count > 0 && !stream.done {
                stream.done = true;
                streams.push(Due {
                    id,
                    content: stream.content.clone(),
                    len: stream.len,
                    count,
                    symbols: path.symbols,
                    cost: stream.cost.clone(),
                });
            }
        }
        // The newest is the one whose packets nobody has missed yet.
        streams.reverse();
        Step::Protect(streams)
    }

    /// Whether parity of this stream may still go out.
    fn is_due(&self, stream: u64) -> bool {
        let state = self.lock();
        state.idle && state.open.contains_key(&stream)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn sample(&mut self, stats: &ConnectionStats) {
        let path = &stats.path;
        let calm = path.rtt <= path.min_rtt.mul_f64(1.5) + Duration::from_millis(5);
        self.loss.sample(path.sent_packets, path.lost_packets, calm);
    }
}

/// What happens next.
enum Step {
    /// Nothing, until something changes.
    Rest,
    /// Another look after that time.
    Look(Duration),
    /// Parity for these streams.
    Protect(Vec<Due>),
}

/// A stream whose parity is due.
struct Due {
    id: u64,
    content: Vec<Bytes>,
    len: usize,
    count: u16,
    symbols: usize,
    cost: Arc<Cost>,
}

/// Since when nothing has gone out.
#[derive(Default)]
struct Quiet(Option<(u64, Instant)>);

impl Quiet {
    fn is_quiet(&mut self, sent: u64, now: Instant) -> bool {
        match self.0 {
            Some((before, since)) if before == sent => now.duration_since(since) >= QUIET,
            _ => {
                self.0 = Some((sent, now));
                false
            }
        }
    }
}

/// How much of what was handed to QUIC has left, reckoned since no stream was open.
#[derive(Debug, Default, Clone, Copy)]
struct Left {
    /// Bytes of streams.
    handed: u64,
    /// Bytes of datagrams with parity.
    parity: u64,
    udp_bytes: u64,
    lost_bytes: u64,
}

impl Left {
    fn since(stats: &ConnectionStats) -> Self {
        Self {
            handed: 0,
            parity: 0,
            udp_bytes: stats.udp_tx.bytes,
            lost_bytes: stats.path.lost_bytes,
        }
    }

    /// About so many bytes of streams have not left yet.
    fn unsent(&self, stats: &ConnectionStats, mtu: usize) -> u64 {
        let sent = stats.udp_tx.bytes.saturating_sub(self.udp_bytes);
        // What was lost is handed over once more.
        let lost = stats.path.lost_bytes.saturating_sub(self.lost_bytes);
        let sent = sent.saturating_sub(lost).saturating_sub(self.parity);
        let payload = mtu.saturating_sub(OVERHEAD) as u64;
        self.handed
            .saturating_sub(sent * payload / mtu.max(1) as u64)
    }
}

/// Makes and sends the parity of one stream.
async fn send(link: &Link, due: Due) -> Result<(), quinn::SendDatagramError> {
    let (content, len, count) = (due.content, due.len, due.count);
    let made = tokio::task::spawn_blocking(move || {
        let content = content.concat();
        tail::parity(&content, count).map(|parity| (tail::digest(&content), parity))
    });
    let (digest, parity) = match made.await {
        Ok(Ok(made)) => made,
        Ok(Err(error)) => {
            tracing::error!(%error, "a tail has no parity");
            return Ok(());
        }
        Err(_) => return Ok(()),
    };
    for (number, symbols) in parity.chunks(due.symbols * SYMBOL).enumerate() {
        if !link.tails.is_due(due.id) {
            return Ok(());
        }
        let repair = Repair {
            stream: due.id,
            len: len as u32,
            count,
            first: (number * due.symbols) as u16,
            digest,
            symbols,
        };
        let datagram = Bytes::from(repair.encode());
        let bytes = datagram.len() as u64;
        link.connection.send_datagram_wait(datagram).await?;
        due.cost.bytes.fetch_add(bytes, Ordering::Relaxed);
        due.cost.datagrams.fetch_add(1, Ordering::Relaxed);
        link.tails.lock().left.parity += bytes;
    }
    Ok(())
}
