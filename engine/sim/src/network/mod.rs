//! Hosts, links and sockets in one process, in virtual time.
//!
//! A [`SimNetwork`] carries datagrams between sockets of hosts, which are nothing but IP addresses. Each
//! direction between two hosts is a [`Link`] with its own state and [`Counters`]; all may be changed while
//! traffic flows. Chance comes from one seeded generator and events are ordered by (time, sequence), so
//! the same seed and the same calls give the same datagrams.
//!
//! Time is tokio's, paused or not, with its resolution: a datagram is delivered at the first whole
//! millisecond (of the runtime's clock) at or after its time. Links are computed in nanoseconds, so
//! rates are exact, but a round trip below 2 ms is 2 ms.
//!
//! Non-goals: routing (any two hosts have a direct link), NAT, fragmentation.

mod link;
mod runtime;
mod socket;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
    fmt,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use quinn::AsyncUdpSocket;
use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

pub use link::{Counters, Fades, GilbertElliott, Link};
use link::{Direction, HEADER_V4, HEADER_V6};
pub use runtime::SimRuntime;
pub use socket::RECEIVE_BUFFER;
use socket::{Datagram, Inbox, Socket};

/// The first port given to a socket that asks for none (RFC 6335's dynamic range).
const FIRST_FREE_PORT: u16 = 49_152;

/// A network. Clones are handles of the same network; it ends with the last of them and its sockets.
#[derive(Clone)]
pub struct SimNetwork(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    /// Rung when the next event may be earlier than thought, and when the network ends.
    bell: Arc<Notify>,
}

struct State {
    random: Xoshiro256PlusPlus,
    default_link: Link,
    directions: BTreeMap<(IpAddr, IpAddr), Direction>,
    sockets: BTreeMap<SocketAddr, Arc<Inbox>>,
    on_the_way: BinaryHeap<Reverse<OnTheWay>>,
    sequence: u64,
    stale_sources: u64,
}

struct OnTheWay {
    arrival: Instant,
    sequence: u64,
    datagram: Datagram,
}

impl SimNetwork {
    /// A network without links of its own: all hosts reach each other by a perfect one until told otherwise.
    ///
    /// # Panics
    /// Outside of a tokio runtime: the network's driver is a task.
    pub fn new(seed: u64) -> Self {
        let bell = Arc::new(Notify::new());
        let state = State {
            random: Xoshiro256PlusPlus::seed_from_u64(seed),
            default_link: Link::default(),
            directions: BTreeMap::new(),
            sockets: BTreeMap::new(),
            on_the_way: BinaryHeap::new(),
            sequence: 0,
            stale_sources: 0,
        };
        let inner = Arc::new(Inner {
            state: Mutex::new(state),
            bell: bell.clone(),
        });
        tokio::spawn(drive(Arc::downgrade(&inner), bell));
        Self(inner)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a socket; port 0 for any free one.
    ///
    /// # Panics
    /// If the address is taken or no address of a host: a mistake of the test.
    pub fn socket(&self, mut addr: SocketAddr) -> Arc<dyn AsyncUdpSocket> {
        assert!(
            !addr.ip().is_unspecified(),
            "a simulated socket needs the address of its host"
        );
        let mut state = self.lock();
        if addr.port() == 0 {
            let free = (FIRST_FREE_PORT..=u16::MAX).find(|&port| {
                addr.set_port(port);
                !state.sockets.contains_key(&addr)
            });
            assert!(free.is_some(), "no free port");
        }
        assert!(!state.sockets.contains_key(&addr), "{addr} is in use");
        let inbox = Arc::new(Inbox::new(addr));
        state.sockets.insert(addr, inbox.clone());
        drop(state);
        Arc::new(Socket {
            network: self.clone(),
            inbox,
        })
    }

    /// The link between hosts for which none is set.
    ///
    /// # Panics
    /// If a probability is none, or the rate 0.
    pub fn set_default_link(&self, link: Link) {
        link.check();
        self.lock().default_link = link;
    }

    /// Sets both directions between two hosts. What is on its way arrives as it would have.
    ///
    /// # Panics
    /// If a probability is none, or the rate 0.
    pub fn set_link(&self, a: IpAddr, b: IpAddr, link: &Link) {
        self.set_link_one_way(a, b, link.clone());
        self.set_link_one_way(b, a, link.clone());
    }

    /// Sets one direction.
    ///
    /// # Panics
    /// If a probability is none, or the rate 0.
    pub fn set_link_one_way(&self, from: IpAddr, to: IpAddr, link: Link) {
        link.check();
        self.lock().direction(from, to).link = link;
    }

    /// Cuts both directions; what is on its way still arrives.
    pub fn link_down(&self, a: IpAddr, b: IpAddr) {
        self.set_down(a, b, true);
    }

    /// Joins them again.
    pub fn link_up(&self, a: IpAddr, b: IpAddr) {
        self.set_down(a, b, false);
    }

    fn set_down(&self, a: IpAddr, b: IpAddr, is_down: bool) {
        let mut state = self.lock();
        state.direction(a, b).is_down = is_down;
        state.direction(b, a).is_down = is_down;
    }

    /// Gives a host another address, as when it changes from one network to another: its sockets stay
    /// open and have the new address, its links stay as they are, what is on its way to the old one is lost.
    ///
    /// # Panics
    /// If the new address is taken.
    pub fn move_host(&self, old: IpAddr, new: IpAddr) {
        let mut state = self.lock();
        assert!(
            !state.sockets.keys().any(|addr| addr.ip() == new),
            "{new} is in use"
        );
        let moved: Vec<SocketAddr> = state
            .sockets
            .keys()
            .filter(|addr| addr.ip() == old)
            .copied()
            .collect();
        for addr in moved {
            if let Some(inbox) = state.sockets.remove(&addr) {
                let addr = SocketAddr::new(new, addr.port());
                inbox.set_addr(addr);
                state.sockets.insert(addr, inbox);
            }
        }
        let ways: Vec<_> = state
            .directions
            .keys()
            .filter(|(a, b)| *a == old || *b == old)
            .copied()
            .collect();
        let rename = |ip: IpAddr| if ip == old { new } else { ip };
        for (from, to) in ways {
            if let Some(direction) = state.directions.get(&(from, to)) {
                let mut copy = Direction::new(direction.link.clone());
                copy.is_down = direction.is_down;
                state.directions.insert((rename(from), rename(to)), copy);
            }
        }
    }

    /// The process behind a socket has been killed: what it still sends goes nowhere, nothing reaches it, and
    /// its address is free for another.
    pub fn unplug(&self, addr: SocketAddr) {
        if let Some(inbox) = self.lock().sockets.remove(&addr) {
            inbox.unplug();
        }
    }

    /// What was carried from one host to another.
    pub fn counters(&self, from: IpAddr, to: IpAddr) -> Counters {
        self.lock().direction(from, to).counters
    }

    /// Datagrams that a socket sent from an address that its host had lost: they never left it.
    pub fn stale_sources(&self) -> u64 {
        self.lock().stale_sources
    }

    fn count_stale_source(&self) {
        self.lock().stale_sources += 1;
    }

    fn send(&self, mut datagram: Datagram) {
        let now = Instant::now();
        let (from, to) = (datagram.from.ip(), datagram.to.ip());
        let header = if to.is_ipv6() { HEADER_V6 } else { HEADER_V4 };
        let mut guard = self.lock();
        let state = &mut *guard;
        let default_link = &state.default_link;
        let direction = state
            .directions
            .entry((from, to))
            .or_insert_with(|| Direction::new(default_link.clone()));
        let fate = direction.send(datagram.payload.len(), header, now, &mut state.random);
        if let Some(bit) = fate.flipped_bit {
            datagram.payload[bit / 8] ^= 1 << (bit % 8);
        }
        let copies = std::iter::repeat_n(datagram, fate.arrivals.len());
        for (arrival, datagram) in fate.arrivals.into_iter().zip(copies) {
            let sequence = state.sequence;
            state.sequence += 1;
            let is_next = state
                .on_the_way
                .peek()
                .is_none_or(|Reverse(next)| arrival < next.arrival);
            state.on_the_way.push(Reverse(OnTheWay {
                arrival,
                sequence,
                datagram,
            }));
            if is_next {
                self.0.bell.notify_one();
            }
        }
    }

    fn unbind(&self, addr: SocketAddr, inbox: &Arc<Inbox>) {
        let mut state = self.lock();
        if state
            .sockets
            .get(&addr)
            .is_some_and(|bound| Arc::ptr_eq(bound, inbox))
        {
            state.sockets.remove(&addr);
        }
    }
}

impl fmt::Debug for SimNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("SimNetwork")
            .field("sockets", &state.sockets.len())
            .field("on_the_way", &state.on_the_way.len())
            .finish_non_exhaustive()
    }
}

impl State {
    fn direction(&mut self, from: IpAddr, to: IpAddr) -> &mut Direction {
        let default_link = &self.default_link;
        self.directions
            .entry((from, to))
            .or_insert_with(|| Direction::new(default_link.clone()))
    }

    /// Puts what is due into the sockets and says when the next datagram is.
    fn deliver(&mut self, now: Instant) -> Option<Instant> {
        while let Some(Reverse(next)) = self.on_the_way.peek() {
            if next.arrival > now {
                return Some(next.arrival);
            }
            let Some(Reverse(OnTheWay { datagram, .. })) = self.on_the_way.pop() else {
                break;
            };
            let inbox = self.sockets.get(&datagram.to).cloned();
            let counters = &mut self
                .direction(datagram.from.ip(), datagram.to.ip())
                .counters;
            let len = datagram.payload.len() as u64;
            match inbox {
                None => counters.no_socket += 1,
                Some(inbox) if inbox.push(datagram) => {
                    counters.delivered += 1;
                    counters.delivered_bytes += len;
                }
                Some(_) => counters.buffer_full += 1,
            }
        }
        None
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.bell.notify_one();
    }
}

/// The task that lets time pass for the datagrams on their way.
async fn drive(network: Weak<Inner>, bell: Arc<Notify>) {
    loop {
        let next = {
            let Some(inner) = network.upgrade() else {
                return;
            };
            SimNetwork(inner).lock().deliver(Instant::now())
        };
        let rung = bell.notified();
        match next {
            None => rung.await,
            Some(at) => tokio::select! {
                // In order: chance would make two runs of a seed differ.
                biased;
                () = rung => {}
                () = sleep_until(at) => {}
            },
        }
    }
}

impl PartialEq for OnTheWay {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for OnTheWay {}

impl PartialOrd for OnTheWay {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for OnTheWay {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.arrival, self.sequence).cmp(&(other.arrival, other.sequence))
    }
}
