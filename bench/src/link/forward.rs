//! Reads packets from one device, waits as long as [`Direction`] says, writes them to the other.
//!
//! One thread for each direction, with the priority of real time if this program may have it, so that delays hold
//! while what is measured uses every processor. Waiting has the resolution of nanoseconds (`ppoll` and no slack).
//! Packets are looked at together every [`MODERATION`], as network cards do that spare their processor interrupts: a
//! thread that wakes up for every packet takes more than half a processor from what is measured.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    io,
    num::NonZeroU64,
    process::{Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fd::BorrowedFd,
};
use tun_rs::SyncDevice;

use super::{
    direction::{Direction, Verdict},
    lock,
};

/// Packets read before those are written whose time has come.
const BATCH: usize = 32;
/// Packets that come or are due within this time are handled together.
const MODERATION: Duration = Duration::from_micros(200);
/// Larger than any packet.
const LARGEST: usize = 65_536;
/// A forwarder that is told to stop does so after this at the latest.
const TO_STOP: Duration = Duration::from_millis(50);
/// Buffers kept for packets to come.
const SPARE: usize = 8192;

/// The thread of one direction. Dropped, it ends.
#[derive(Debug)]
pub(crate) struct Forwarder {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// A packet under way, the earliest first; of two at the same time the one that came first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct UnderWay {
    at: Duration,
    number: u64,
    packet: Vec<u8>,
}

impl Forwarder {
    pub(crate) fn start(
        direction: Arc<Mutex<Direction>>,
        from: Arc<SyncDevice>,
        to: Arc<SyncDevice>,
    ) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = thread::Builder::new().name("link".into()).spawn(move || {
            at_once();
            let error = forward(&direction, &from, &to, &stopped).err();
            if let Some(error) = error.filter(|_| !stopped.load(Ordering::Relaxed)) {
                eprintln!("the link is broken: {error}");
            }
        })?;
        Ok(Self {
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for Forwarder {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It has said itself what was wrong.
            let _ = thread.join();
        }
    }
}

fn forward(
    direction: &Mutex<Direction>,
    from: &SyncDevice,
    to: &SyncDevice,
    stop: &AtomicBool,
) -> io::Result<()> {
    let begin = Instant::now();
    let mut read = vec![0; LARGEST];
    let mut under_way: BinaryHeap<Reverse<UnderWay>> = BinaryHeap::new();
    let mut spare: Vec<Vec<u8>> = Vec::new();
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        let mut more = true;
        {
            let mut direction = lock(direction);
            for _ in 0..BATCH {
                let length = match from.recv(&mut read) {
                    Ok(length) => length,
                    Err(error) if is_nothing(&error) => {
                        more = false;
                        break;
                    }
                    Err(error) => return Err(error),
                };
                if let Verdict::Arrives(at) = direction.take(begin.elapsed(), length) {
                    let mut packet = spare.pop().unwrap_or_default();
                    packet.clear();
                    packet.extend_from_slice(&read[..length]);
                    number += 1;
                    under_way.push(Reverse(UnderWay { at, number, packet }));
                }
            }
        }
        let now = begin.elapsed();
        if under_way.peek().is_some_and(|first| first.0.at <= now) {
            let mut direction = lock(direction);
            while let Some(first) = under_way.peek_mut().filter(|first| first.0.at <= now) {
                let Reverse(first) = std::collections::binary_heap::PeekMut::pop(first);
                direction.counters.late.add(now.saturating_sub(first.at));
                match to.send(&first.packet) {
                    Ok(_) => direction.counters.arrived(&first.packet),
                    // The other side has no room: like any device, this one drops.
                    Err(error) if is_nothing(&error) => {}
                    Err(error) => return Err(error),
                }
                if spare.len() < SPARE {
                    spare.push(first.packet);
                }
            }
        }
        if !more {
            let next = under_way.peek().map_or(TO_STOP, |first| {
                first.0.at.saturating_sub(begin.elapsed()).min(TO_STOP)
            });
            wait(from, next.max(MODERATION))?;
        }
    }
    Ok(())
}

/// Nothing to read, no room to write, or a device that is not up yet.
fn is_nothing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    ) || error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error())
}

/// Until there is something to read, and a little longer for more, or the time is over.
fn wait(device: &SyncDevice, time: Duration) -> io::Result<()> {
    let timeout = Timespec {
        tv_sec: 0,
        tv_nsec: i64::from(time.subsec_nanos()),
    };
    let device: BorrowedFd<'_> = std::os::fd::AsFd::as_fd(device);
    match poll(&mut [PollFd::new(&device, PollFlags::IN)], Some(&timeout)) {
        Ok(0) | Err(rustix::io::Errno::INTR) => {}
        Ok(_) => thread::sleep(MODERATION),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Asks that this thread runs as soon as it can and that its timers fire when they should.
fn at_once() {
    let _ = rustix::thread::set_current_timer_slack(NonZeroU64::new(1));
    // There is no safe call for this; the tool is part of every Linux system.
    let mut tool = Command::new("chrt");
    tool.args(["--fifo", "--pid", "10"]);
    tool.arg(rustix::thread::gettid().as_raw_nonzero().to_string());
    tool.stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if !tool.status().is_ok_and(|status| status.success()) {
        eprintln!("no priority of real time for the link: its delays may be late under load");
    }
}
