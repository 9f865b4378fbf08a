//! The few datagrams of a handshake go out twice where the path is known.
//!
//! A handshake has one datagram each way before anything else can follow, and nothing behind them that would show their
//! loss: each lost one costs a time-out, the client's last (whose loss makes the server drop everything that comes
//! behind it) many times that. A copy costs 1,200 bytes. QUIC drops the second as a duplicate (RFC 9000, section 12.3).
//!
//! Only to addresses for which it was asked, and for so many datagrams: a server, which must not answer a forged address
//! with much more than it got, asks for one, and only in networks that it remembers. The connection's own accounts do
//! not see the copies.

use std::{
    collections::HashMap,
    io::{self, IoSliceMut},
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use quinn::{
    AsyncUdpSocket, UdpPoller,
    udp::{RecvMeta, Transmit},
};

/// Addresses that wait for their copies at most; beyond them all are let go of.
const MAX_WAITING: usize = 64;

/// A socket that sends handshake datagrams twice where that was asked for.
#[derive(Debug)]
pub(super) struct Twice {
    inner: Arc<dyn AsyncUdpSocket>,
    /// Whether any are asked for: what is sent after handshakes takes no lock.
    any: AtomicBool,
    asked: Mutex<HashMap<SocketAddr, u8>>,
}

impl Twice {
    pub(super) fn new(inner: Arc<dyn AsyncUdpSocket>) -> Arc<Self> {
        Arc::new(Self {
            inner,
            any: AtomicBool::new(false),
            asked: Mutex::default(),
        })
    }

    /// The next so many handshake datagrams to `remote` go out twice.
    pub(super) fn ask(&self, remote: SocketAddr, datagrams: u8) {
        let mut asked = self.asked();
        if asked.len() >= MAX_WAITING {
            asked.clear();
        }
        asked.insert(remote, datagrams);
        self.any.store(true, Ordering::Relaxed);
    }

    fn asked(&self) -> MutexGuard<'_, HashMap<SocketAddr, u8>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a datagram goes out twice; counts it.
    fn takes(&self, remote: SocketAddr, contents: &[u8]) -> bool {
        if !self.any.load(Ordering::Relaxed) || !is_handshake(contents) {
            return false;
        }
        let mut asked = self.asked();
        let Some(left) = asked.get_mut(&remote) else {
            return false;
        };
        *left = left.saturating_sub(1);
        if *left == 0 {
            asked.remove(&remote);
            self.any.store(!asked.is_empty(), Ordering::Relaxed);
        }
        true
    }
}

/// Whether a datagram begins with an Initial or a Handshake packet (RFC 9000, section 17.2).
fn is_handshake(contents: &[u8]) -> bool {
    const LONG: u8 = 0x80;
    const TYPE: u8 = 0x30;
    const INITIAL: u8 = 0x00;
    const HANDSHAKE: u8 = 0x20;
    contents
        .first()
        .is_some_and(|byte| byte & LONG != 0 && matches!(byte & TYPE, INITIAL | HANDSHAKE))
}

impl AsyncUdpSocket for Twice {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        self.inner.clone().create_io_poller()
    }

    fn try_send(&self, transmit: &Transmit) -> io::Result<()> {
        self.inner.try_send(transmit)?;
        if self.takes(transmit.destination, transmit.contents) {
            // One that does not go out is no worse than one that is lost.
            let _ = self.inner.try_send(transmit);
        }
        Ok(())
    }

    fn poll_recv(
        &self,
        cx: &mut Context,
        bufs: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        self.inner.poll_recv(cx, bufs, meta)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }

    fn max_transmit_segments(&self) -> usize {
        self.inner.max_transmit_segments()
    }

    fn max_receive_segments(&self) -> usize {
        self.inner.max_receive_segments()
    }

    fn may_fragment(&self) -> bool {
        self.inner.may_fragment()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts what is sent.
    #[derive(Debug, Default)]
    struct Sink(Mutex<Vec<u8>>);

    impl AsyncUdpSocket for Sink {
        fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
            unimplemented!("nobody waits for it")
        }

        fn try_send(&self, transmit: &Transmit) -> io::Result<()> {
            self.0.lock().expect("no panic").push(transmit.contents[0]);
            Ok(())
        }

        fn poll_recv(
            &self,
            _: &mut Context,
            _: &mut [IoSliceMut<'_>],
            _: &mut [RecvMeta],
        ) -> Poll<io::Result<usize>> {
            Poll::Pending
        }

        fn local_addr(&self) -> io::Result<SocketAddr> {
            Ok(SocketAddr::from(([127, 0, 0, 1], 1)))
        }
    }

    const INITIAL: u8 = 0xc0;
    const HANDSHAKE: u8 = 0xe0;
    const SHORT: u8 = 0x40;

    fn sent(asked: u8, datagrams: &[(u16, u8)]) -> Vec<u8> {
        let sink = Arc::new(Sink::default());
        let twice = Twice::new(sink.clone());
        let at = |port| SocketAddr::from(([10, 0, 0, 1], port));
        if asked > 0 {
            twice.ask(at(1), asked);
        }
        for &(port, first) in datagrams {
            let transmit = Transmit {
                destination: at(port),
                ecn: None,
                contents: &[first],
                segment_size: None,
                src_ip: None,
            };
            twice.try_send(&transmit).expect("sent");
        }
        let sent = sink.0.lock().expect("no panic");
        sent.clone()
    }

    #[test]
    fn as_many_handshake_datagrams_as_were_asked_for_go_out_twice_and_no_others() {
        assert_eq!(sent(0, &[(1, INITIAL)]), [INITIAL]);
        assert_eq!(
            sent(2, &[(1, INITIAL), (1, SHORT), (1, HANDSHAKE), (1, INITIAL)]),
            [INITIAL, INITIAL, SHORT, HANDSHAKE, HANDSHAKE, INITIAL]
        );
        assert_eq!(sent(1, &[(2, INITIAL), (1, INITIAL)]), [INITIAL; 3]);
        // Neither 0-RTT nor Retry.
        assert_eq!(sent(1, &[(1, 0xd0), (1, 0xf0)]), [0xd0, 0xf0]);
    }

    #[test]
    fn one_address_over_the_limit_lets_go_of_all_before_it() {
        let twice = Twice::new(Arc::new(Sink::default()));
        let at = |port| SocketAddr::from(([10, 0, 0, 1], port));
        for port in 0..=MAX_WAITING as u16 {
            twice.ask(at(port), 1);
        }
        assert!(!twice.takes(at(0), &[INITIAL]));
        assert!(twice.takes(at(MAX_WAITING as u16), &[INITIAL]));
        assert!(!twice.any.load(Ordering::Relaxed));
    }
}
