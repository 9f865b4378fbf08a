//! Somebody on the path: passes on every datagram between two devices, or a changed one, or none, and keeps what it saw.
//!
//! It stands at an address of its own that one side takes for the other's, as after a forged answer of a name server, a
//! ticket that was changed on its way, or a router that lies. It has no key.

use std::{
    io::IoSliceMut,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
};

use quinn::{
    AsyncUdpSocket,
    udp::{RecvMeta, Transmit},
};

use crate::world::World;

/// Which way a datagram goes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Way {
    /// From the side that dials.
    Out,
    /// To it.
    Back,
}

/// What a datagram begins with (RFC 9000, section 17).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Class {
    /// The first of a handshake.
    Initial,
    /// Data before the handshake is over.
    ZeroRtt,
    /// The rest of a handshake.
    Handshake,
    /// A request to prove an address.
    Retry,
    /// Everything after the handshake.
    Short,
}

impl Class {
    /// Of a datagram.
    pub fn of(datagram: &[u8]) -> Self {
        match datagram.first() {
            Some(first) if first & 0x80 != 0 => match first & 0x30 {
                0x00 => Self::Initial,
                0x10 => Self::ZeroRtt,
                0x20 => Self::Handshake,
                _ => Self::Retry,
            },
            _ => Self::Short,
        }
    }
}

/// What is done with a datagram: it may be changed; false drops it.
pub type Touch = Box<dyn FnMut(Way, &mut Vec<u8>) -> bool + Send>;

/// Datagrams in the order in which they came, before anything was done with them.
pub type Seen = Arc<Mutex<Vec<(Way, Vec<u8>)>>>;

/// The relay; gone when dropped.
#[derive(Debug)]
pub struct Relay {
    /// Where it stands.
    pub address: SocketAddr,
    seen: Seen,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The longest datagram.
const LONGEST: usize = 65_536;

impl Relay {
    /// Between whoever dials `address` and `target`.
    pub fn between(
        world: &World,
        address: SocketAddr,
        target: SocketAddr,
        mut touch: Touch,
    ) -> Self {
        let front = world.network.socket(address);
        let back = world
            .network
            .socket(SocketAddr::new(address.ip(), address.port() + 1));
        let seen = Seen::default();
        let kept = seen.clone();
        let task = tokio::spawn(async move {
            let mut dialler = None;
            loop {
                let (way, from, mut datagram) = either(&front, &back).await;
                kept.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push((way, datagram.clone()));
                if way == Way::Out {
                    dialler = Some(from);
                }
                if !touch(way, &mut datagram) {
                    continue;
                }
                match (way, dialler) {
                    (Way::Out, _) => send(&back, target, &datagram),
                    (Way::Back, Some(dialler)) => send(&front, dialler, &datagram),
                    (Way::Back, None) => {}
                }
            }
        });
        Self {
            address,
            seen,
            task,
        }
    }

    /// What has come by so far.
    pub fn seen(&self) -> Vec<(Way, Vec<u8>)> {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Sends one datagram as it is.
pub fn send(socket: &Arc<dyn AsyncUdpSocket>, to: SocketAddr, datagram: &[u8]) {
    let transmit = Transmit {
        destination: to,
        ecn: None,
        contents: datagram,
        segment_size: None,
        src_ip: None,
    };
    // A network loses some anyway.
    let _ = socket.try_send(&transmit);
}

/// The next datagram at either socket.
async fn either(
    front: &Arc<dyn AsyncUdpSocket>,
    back: &Arc<dyn AsyncUdpSocket>,
) -> (Way, SocketAddr, Vec<u8>) {
    let mut buffer = vec![0; LONGEST];
    let mut meta = [RecvMeta::default()];
    std::future::poll_fn(|cx| {
        for (way, socket) in [(Way::Out, front), (Way::Back, back)] {
            let mut buffers = [IoSliceMut::new(&mut buffer)];
            if let Poll::Ready(Ok(1..)) = socket.poll_recv(cx, &mut buffers, &mut meta) {
                let datagram = buffer[..meta[0].len].to_vec();
                return Poll::Ready((way, meta[0].addr, datagram));
            }
        }
        Poll::Pending
    })
    .await
}
