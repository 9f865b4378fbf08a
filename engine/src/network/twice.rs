//! The few datagrams of a handshake go out twice where the path is known.
//!
//! A handshake has one datagram each way before anything else can follow, and nothing behind them that would show their
//! loss: each lost one costs a time-out, the client's last (whose loss makes the server drop everything that comes
//! behind it) many times that. A copy costs 1,200 bytes. QUIC drops the second as a duplicate (RFC 9000, section 12.3).
//!
//! Only to addresses for which it was asked, and for so many datagrams: a server asks for one, and only in networks that
//! it remembers. The connection's own accounts do not see the copies; so where an address is not proven yet (it may be
//! forged), what goes to it is counted here, and with the copies it is never more than three times what came from it
//! (RFC 9000, section 8.1).

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

/// Addresses that wait for their copies at most; for those beyond them none are made.
const MAX_WAITING: usize = 64;
/// Of what came from an address that is not proven, as much may go to it (RFC 9000, section 8.1).
const AMPLIFICATION: usize = 3;
/// The least that the first datagram of a handshake has (RFC 9000, section 14.1).
const FIRST_DATAGRAM: usize = 1200;

/// A socket that sends handshake datagrams twice where that was asked for.
#[derive(Debug)]
pub(super) struct Twice {
    inner: Arc<dyn AsyncUdpSocket>,
    /// Whether any are asked for: what is sent after handshakes takes no lock.
    any: AtomicBool,
    asked: Mutex<HashMap<SocketAddr, Asked>>,
}

/// What is done for one address.
#[derive(Clone, Copy, Debug)]
struct Asked {
    /// Handshake datagrams that still go out twice.
    copies: u8,
    /// Bytes that may go out; None where the address is proven, or is one that we dial.
    most: Option<usize>,
}

/// What becomes of a datagram.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    Once,
    Twice,
    /// More than may go to an address that is not proven; QUIC says it again later.
    Dropped,
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
        let asked = Asked {
            copies: datagrams,
            most: None,
        };
        self.insert(remote, asked);
    }

    /// The same for the next one, to an address that is not proven and from which a handshake has begun. What goes to it
    /// is bounded until [`Twice::free`].
    pub(super) fn ask_bounded(&self, remote: SocketAddr) {
        let asked = Asked {
            copies: 1,
            most: Some(AMPLIFICATION * FIRST_DATAGRAM),
        };
        self.insert(remote, asked);
    }

    /// The handshake with an address that was not proven has ended: what goes to it is not bounded any more.
    pub(super) fn free(&self, remote: SocketAddr) {
        let mut asked = self.asked();
        if asked.get(&remote).is_some_and(|asked| asked.most.is_some()) {
            asked.remove(&remote);
        }
        self.any.store(!asked.is_empty(), Ordering::Relaxed);
    }

    fn insert(&self, remote: SocketAddr, wanted: Asked) {
        let mut asked = self.asked();
        if asked.len() >= MAX_WAITING {
            // Of a handshake that nobody answered. A bound stays for as long as its handshake.
            asked.retain(|_, asked| asked.most.is_some());
        }
        if asked.len() < MAX_WAITING {
            // A bound that is there already counts what was sent before.
            let entry = asked.entry(remote).or_insert(wanted);
            entry.copies = wanted.copies;
        }
        self.any.store(!asked.is_empty(), Ordering::Relaxed);
    }

    fn asked(&self) -> MutexGuard<'_, HashMap<SocketAddr, Asked>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a datagram goes out, and how often; counts it.
    fn fate(&self, remote: SocketAddr, contents: &[u8]) -> Fate {
        if !self.any.load(Ordering::Relaxed) {
            return Fate::Once;
        }
        let mut all = self.asked();
        let Some(asked) = all.get_mut(&remote) else {
            return Fate::Once;
        };
        let len = contents.len();
        if let Some(most) = &mut asked.most {
            let Some(left) = most.checked_sub(len) else {
                return Fate::Dropped;
            };
            *most = left;
        }
        if asked.copies == 0 || !is_handshake(contents) {
            return Fate::Once;
        }
        asked.copies -= 1;
        let twice = match &mut asked.most {
            None => true,
            Some(most) => most.checked_sub(len).map(|left| *most = left).is_some(),
        };
        if asked.copies == 0 && asked.most.is_none() {
            all.remove(&remote);
            self.any.store(!all.is_empty(), Ordering::Relaxed);
        }
        if twice { Fate::Twice } else { Fate::Once }
    }

    /// Datagrams have come, so many bytes from each address.
    fn came(&self, meta: &[RecvMeta]) {
        if !self.any.load(Ordering::Relaxed) {
            return;
        }
        let mut asked = self.asked();
        for came in meta {
            let bounded = asked.get_mut(&came.addr);
            if let Some(most) = bounded.and_then(|asked| asked.most.as_mut()) {
                *most = most.saturating_add(AMPLIFICATION * came.len);
            }
        }
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
        match self.fate(transmit.destination, transmit.contents) {
            Fate::Dropped => return Ok(()),
            Fate::Once => self.inner.try_send(transmit)?,
            Fate::Twice => {
                self.inner.try_send(transmit)?;
                // One that does not go out is no worse than one that is lost.
                let _ = self.inner.try_send(transmit);
            }
        }
        Ok(())
    }

    fn poll_recv(
        &self,
        cx: &mut Context,
        bufs: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        let polled = self.inner.poll_recv(cx, bufs, meta);
        if let Poll::Ready(Ok(number)) = polled {
            self.came(&meta[..number.min(meta.len())]);
        }
        polled
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

    fn at(port: u16) -> SocketAddr {
        SocketAddr::from(([10, 0, 0, 1], port))
    }

    #[test]
    fn for_one_address_over_the_limit_no_copies_are_made_unless_nobody_answered_the_others() {
        let twice = Twice::new(Arc::new(Sink::default()));
        for port in 0..MAX_WAITING as u16 {
            twice.ask_bounded(at(port));
        }
        twice.ask_bounded(at(900));
        assert_eq!(twice.fate(at(900), &[INITIAL]), Fate::Once);
        assert_eq!(twice.fate(at(0), &[INITIAL]), Fate::Twice);
        for port in 0..MAX_WAITING as u16 {
            twice.free(at(port));
        }
        assert!(!twice.any.load(Ordering::Relaxed));
        for port in 0..=MAX_WAITING as u16 {
            twice.ask(at(port), 1);
        }
        assert_eq!(twice.fate(at(0), &[INITIAL]), Fate::Once);
        let last = at(MAX_WAITING as u16);
        assert_eq!(twice.fate(last, &[INITIAL]), Fate::Twice);
        assert!(!twice.any.load(Ordering::Relaxed));
    }

    #[test]
    fn an_address_that_may_be_forged_gets_three_times_what_came_from_it_copies_counted() {
        let twice = Twice::new(Arc::new(Sink::default()));
        twice.ask_bounded(at(1));
        let datagram = [INITIAL; FIRST_DATAGRAM];
        let sent = |wanted: usize| {
            let mut bytes = 0;
            for _ in 0..wanted {
                bytes += match twice.fate(at(1), &datagram) {
                    Fate::Twice => 2 * datagram.len(),
                    Fate::Once => datagram.len(),
                    Fate::Dropped => 0,
                };
            }
            bytes
        };
        assert_eq!(sent(10), AMPLIFICATION * FIRST_DATAGRAM);
        let came = RecvMeta {
            addr: at(1),
            len: FIRST_DATAGRAM,
            ..RecvMeta::default()
        };
        twice.came(&[came]);
        // A second question does not begin anew.
        twice.ask_bounded(at(1));
        assert_eq!(sent(10), AMPLIFICATION * FIRST_DATAGRAM);
        twice.free(at(1));
        assert_eq!(sent(10), 10 * FIRST_DATAGRAM);
    }

    #[test]
    fn a_first_answer_that_is_too_long_for_a_copy_goes_out_once() {
        let twice = Twice::new(Arc::new(Sink::default()));
        twice.ask_bounded(at(1));
        assert_eq!(
            twice.fate(at(1), &[INITIAL; 2 * FIRST_DATAGRAM]),
            Fate::Once
        );
        assert_eq!(twice.fate(at(1), &[INITIAL; FIRST_DATAGRAM]), Fate::Once);
        assert_eq!(twice.fate(at(1), &[INITIAL]), Fate::Dropped);
    }
}
