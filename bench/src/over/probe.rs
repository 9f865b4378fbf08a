//! Round-trip times over a link while something else uses it: small datagrams and their echo.

use std::{
    io,
    net::UdpSocket,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::link::{A, B, End, Link};

const PORT: u16 = 7;
/// Between two datagrams: enough samples of a few seconds, and nothing beside a transfer.
const INTERVAL: Duration = Duration::from_millis(20);

/// Asks and answers until it is stopped.
#[derive(Debug)]
pub(crate) struct Probe {
    stop: Arc<AtomicBool>,
    answers: Option<JoinHandle<()>>,
    asks: Option<JoinHandle<Vec<Duration>>>,
}

impl Probe {
    pub(crate) fn start(link: &Link) -> anyhow::Result<Self> {
        let there = link.at(End::B, || Ok(UdpSocket::bind((B, PORT))?))?;
        let here = link.at(End::A, || Ok(UdpSocket::bind((A, 0))?))?;
        here.connect((B, PORT))?;
        there.set_read_timeout(Some(INTERVAL))?;
        let stop = Arc::new(AtomicBool::new(false));
        let (stop_there, stop_here) = (stop.clone(), stop.clone());
        let answers = thread::spawn(move || answer(&there, &stop_there));
        let asks = thread::spawn(move || ask(&here, &stop_here));
        Ok(Self {
            stop,
            answers: Some(answers),
            asks: Some(asks),
        })
    }

    /// The round-trip times so far, in the order of the answers.
    pub(crate) fn finish(mut self) -> Vec<Duration> {
        self.stop.store(true, Ordering::Relaxed);
        let asks = self.asks.take();
        asks.and_then(|asks| asks.join().ok()).unwrap_or_default()
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(asks) = self.asks.take() {
            let _ = asks.join();
        }
        if let Some(answers) = self.answers.take() {
            let _ = answers.join();
        }
    }
}

fn answer(socket: &UdpSocket, stop: &AtomicBool) {
    let mut datagram = [0; 16];
    while !stop.load(Ordering::Relaxed) {
        if let Ok((length, from)) = socket.recv_from(&mut datagram) {
            // A lost answer is a lost probe.
            let _ = socket.send_to(&datagram[..length], from);
        }
    }
}

fn ask(socket: &UdpSocket, stop: &AtomicBool) -> Vec<Duration> {
    let begin = Instant::now();
    let mut times = Vec::new();
    let mut next = Duration::ZERO;
    while !stop.load(Ordering::Relaxed) {
        let now = begin.elapsed();
        if now >= next {
            next = now + INTERVAL;
            // A full buffer is a lost probe.
            let _ = socket.send(&now.as_nanos().to_be_bytes());
        }
        match heard(socket, next.saturating_sub(now)) {
            Ok(Some(sent)) => times.push(begin.elapsed().saturating_sub(sent)),
            Ok(None) => {}
            Err(_) => break,
        }
    }
    times
}

/// When the probe was sent whose answer comes within that time.
fn heard(socket: &UdpSocket, within: Duration) -> io::Result<Option<Duration>> {
    socket.set_read_timeout(Some(within.max(Duration::from_micros(100))))?;
    let mut datagram = [0; 16];
    match socket.recv(&mut datagram) {
        Ok(_) => {
            let nanos = u128::from_be_bytes(datagram);
            Ok(Some(Duration::from_nanos(nanos as u64)))
        }
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::WouldBlock
                    | io::ErrorKind::TimedOut
                    | io::ErrorKind::Interrupted
                    | io::ErrorKind::ConnectionRefused
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
