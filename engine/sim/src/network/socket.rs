//! A UDP socket of a simulated host, as quinn wants it.

use std::{
    collections::VecDeque,
    io::{self, IoSliceMut},
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use quinn::{
    AsyncUdpSocket, UdpPoller,
    udp::{EcnCodepoint, RecvMeta, Transmit},
};

use super::SimNetwork;

/// What a socket's receive buffer holds: a large one by today's defaults.
pub const RECEIVE_BUFFER: usize = 4 << 20;
/// Datagrams that one transmit may carry, as with generic segmentation offload.
const MAX_SEGMENTS: usize = 10;

/// A datagram on its way or arrived.
#[derive(Clone, Debug)]
pub(super) struct Datagram {
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    pub(super) ecn: Option<EcnCodepoint>,
    pub(super) payload: Vec<u8>,
}

/// What has arrived at a socket and was not read yet.
#[derive(Debug)]
pub(super) struct Inbox(Mutex<Arrived>);

#[derive(Debug)]
struct Arrived {
    addr: SocketAddr,
    datagrams: VecDeque<Datagram>,
    bytes: usize,
    unplugged: bool,
    waker: Option<Waker>,
}

impl Inbox {
    pub(super) fn new(addr: SocketAddr) -> Self {
        Self(Mutex::new(Arrived {
            addr,
            datagrams: VecDeque::new(),
            bytes: 0,
            unplugged: false,
            waker: None,
        }))
    }

    fn lock(&self) -> MutexGuard<'_, Arrived> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// False if the buffer is full.
    pub(super) fn push(&self, datagram: Datagram) -> bool {
        let mut arrived = self.lock();
        if arrived.bytes + datagram.payload.len() > RECEIVE_BUFFER {
            return false;
        }
        arrived.bytes += datagram.payload.len();
        arrived.datagrams.push_back(datagram);
        let waker = arrived.waker.take();
        drop(arrived);
        if let Some(waker) = waker {
            waker.wake();
        }
        true
    }

    pub(super) fn unplug(&self) {
        let mut arrived = self.lock();
        arrived.unplugged = true;
        arrived.datagrams.clear();
    }

    pub(super) fn set_addr(&self, addr: SocketAddr) {
        self.lock().addr = addr;
    }

    fn addr(&self) -> SocketAddr {
        self.lock().addr
    }
}

/// The socket: sends into the network, receives from its inbox. Gone from the network when dropped.
#[derive(Debug)]
pub(super) struct Socket {
    pub(super) network: SimNetwork,
    pub(super) inbox: Arc<Inbox>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.network.unbind(self.inbox.addr(), &self.inbox);
    }
}

impl AsyncUdpSocket for Socket {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        Box::pin(AlwaysWritable)
    }

    fn try_send(&self, transmit: &Transmit) -> io::Result<()> {
        let from = self.inbox.addr();
        if self.inbox.lock().unplugged {
            return Ok(());
        }
        // A system lets nobody send from an address that it does not have (any more); quinn's own socket
        // takes that error for a lost packet, and so does this one.
        if transmit.src_ip.is_some_and(|ip| ip != from.ip()) {
            self.network.count_stale_source();
            return Ok(());
        }
        let segment = transmit
            .segment_size
            .unwrap_or(transmit.contents.len())
            .max(1);
        for payload in transmit.contents.chunks(segment) {
            let (to, ecn) = (transmit.destination, transmit.ecn);
            self.network.send(Datagram {
                from,
                to,
                ecn,
                payload: payload.to_vec(),
            });
        }
        Ok(())
    }

    fn poll_recv(
        &self,
        cx: &mut Context,
        bufs: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        let mut arrived = self.inbox.lock();
        if arrived.datagrams.is_empty() {
            arrived.waker = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let mut count = 0;
        for (buf, meta) in bufs.iter_mut().zip(meta) {
            let Some(datagram) = arrived.datagrams.pop_front() else {
                break;
            };
            arrived.bytes -= datagram.payload.len();
            // What does not fit is cut off, as by recvmsg.
            let len = datagram.payload.len().min(buf.len());
            buf[..len].copy_from_slice(&datagram.payload[..len]);
            *meta = RecvMeta::default();
            (meta.addr, meta.len, meta.stride) = (datagram.from, len, len);
            (meta.ecn, meta.dst_ip) = (datagram.ecn, Some(datagram.to.ip()));
            count += 1;
        }
        Poll::Ready(Ok(count))
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.inbox.addr())
    }

    fn max_transmit_segments(&self) -> usize {
        MAX_SEGMENTS
    }

    fn may_fragment(&self) -> bool {
        false
    }
}

/// Sending never waits: what a link cannot take is dropped in its queue, not here.
#[derive(Debug)]
struct AlwaysWritable;

impl UdpPoller for AlwaysWritable {
    fn poll_writable(self: Pin<&mut Self>, _cx: &mut Context) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
