//! What the stages of a transfer wait for, counted, and the judgement once a second (`chunkstream_core::limited`).
//!
//! The sender's stages are compared by the bytes that stand in them on average: where most of them stand, the next
//! stage is waited for. Bytes that are read and hashed wait for the disk or the processors. Bytes that QUIC has and the
//! peer has not wait for the peer if it says that it is held back, else for the path if most acknowledgements found it
//! full; if neither is so, nobody knows. The receiver counts the time in which chunks were not read because too much
//! was not durable yet (its disk), or because a limit held them, and its task says what is found.
//!
//! Non-goals: a transfer that waits its turn behind another has no bytes anywhere, and is told nothing.

mod level;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chunkstream_core::{
    limited::{self, HeldBy, Judge, LimitedBy},
    priority::LimitOf,
};
use tokio::{sync::watch, time::Instant};

use self::level::{During, Level};
use super::{Shared, Transfer};
use crate::network::{Acks, acks_of};

/// Over which is judged.
const WINDOW: Duration = Duration::from_secs(1);

/// The counters of one transfer.
#[derive(Debug)]
pub(crate) struct Waits {
    /// Sender: bytes that are being read and hashed.
    pub(crate) reading: Level,
    /// Sender: bytes that QUIC has and the peer does not.
    pub(crate) sending: Level,
    /// Receiver: chunks that wait until others are durable.
    pub(crate) unsynced: Level,
    /// Receiver and sender: held by a limit, by whose.
    held: [Level; 3],
    pub(crate) work: Arc<Work>,
    /// What holds the receiver back: judged there; the sender has its last word of it, for as long as the connection.
    pub(crate) receiver: watch::Sender<Option<HeldBy>>,
    /// Whether the pump holds the transfer, and for which limit.
    hold: Mutex<Option<(LimitOf, During)>>,
    seen: Mutex<Seen>,
}

/// Time of threads.
#[derive(Debug, Default)]
pub(crate) struct Work {
    /// Nanoseconds in reading.
    pub(crate) read: AtomicU64,
    /// Nanoseconds in hashing and framing.
    pub(crate) hash: AtomicU64,
}

/// The counters at the last judgement.
#[derive(Debug, Default)]
struct Seen {
    at: Option<Instant>,
    reading: f64,
    sending: f64,
    unsynced: f64,
    held: [f64; 3],
    read: u64,
    hash: u64,
    acks: Acks,
    judge: Judge,
}

impl Waits {
    pub(crate) fn new() -> Self {
        Self {
            reading: Level::new(),
            sending: Level::new(),
            unsynced: Level::new(),
            held: [Level::new(), Level::new(), Level::new()],
            work: Arc::default(),
            receiver: watch::Sender::new(None),
            hold: Mutex::default(),
            seen: Mutex::default(),
        }
    }

    /// Held by this limit until the returned value is dropped.
    pub(crate) fn held(&self, by: LimitOf) -> During {
        self.held[by as usize].during(1)
    }

    /// The pump holds the transfer for this limit, or no longer.
    pub(crate) fn hold(&self, by: Option<LimitOf>) {
        let mut hold = self.hold.lock().unwrap_or_else(PoisonError::into_inner);
        if hold.as_ref().map(|(by, _)| *by) != by {
            *hold = by.map(|by| (by, self.held(by)));
        }
    }

    /// Whether a window is over.
    fn is_due(&self) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.at.is_none_or(|at| at.elapsed() >= WINDOW)
    }

    /// What limits the transfer, at the end of a window in which the connection has come to so many acknowledgements.
    fn judge(&self, acks: Acks) -> Option<LimitedBy> {
        let now = Instant::now();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let window = seen
            .at
            .map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
        let next = Seen {
            at: Some(now),
            reading: self.reading.amount(),
            sending: self.sending.amount(),
            unsynced: self.unsynced.any(),
            held: std::array::from_fn(|by| self.held[by].any()),
            read: self.work.read.load(Ordering::Relaxed),
            hash: self.work.hash.load(Ordering::Relaxed),
            acks,
            judge: seen.judge,
        };
        let found = seen.until(&next, window, *self.receiver.borrow());
        *seen = next;
        seen.judge.judge(&found)
    }

    fn reset(&self) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Seen::default();
        self.hold(None);
    }
}

impl Seen {
    /// What was waited for from here to `next`.
    fn until(&self, next: &Self, window: Duration, peer_by: Option<HeldBy>) -> limited::Waits {
        let part = |part: f64| window.mul_f64(part.clamp(0.0, 1.0));
        let seconds = window.as_secs_f64().max(f64::MIN_POSITIVE);
        let held = |of: LimitOf| next.held[of as usize] - self.held[of as usize];
        let most = [LimitOf::Transfer, LimitOf::Device, LimitOf::Engine]
            .into_iter()
            .max_by(|a, b| held(*a).total_cmp(&held(*b)));
        let mut waits = limited::Waits {
            window,
            held: part(most.map_or(0.0, held) / seconds),
            held_by: most,
            disk: part((next.unsynced - self.unsynced) / seconds),
            peer_by,
            ..limited::Waits::default()
        };
        let (reading, sending) = (next.reading - self.reading, next.sending - self.sending);
        if reading + sending > 0.0 {
            let local = part(reading / (reading + sending));
            if next.hash - self.hash > next.read - self.read {
                waits.processor = local;
            } else {
                waits.disk = waits.disk.max(local);
            }
            waits.peer = part(sending / (reading + sending));
            let all = next.acks.all.saturating_sub(self.acks.all);
            let full = next.acks.full.saturating_sub(self.acks.full);
            if full > all / 2 {
                waits.network = waits.peer;
            }
        }
        waits
    }
}

impl Shared {
    /// Judges once a second what limits a transfer that moves.
    pub(super) fn judge(&self, transfer: &Transfer) {
        let (session, waits) = match transfer {
            Transfer::Out(flow) => (&flow.session, &flow.waits),
            Transfer::In(incoming) => (&incoming.session, &incoming.waits),
            Transfer::Past(_) => return,
        };
        let (was, reason) = {
            let facts = session.facts();
            (facts.limited_by, facts.reason)
        };
        let told = if !session.moves() || reason.is_some() {
            waits.reset();
            None
        } else if waits.is_due() {
            waits.judge(self.acks(transfer))
        } else {
            return;
        };
        if told != was {
            session.change(|facts| facts.limited_by = told);
        }
        if matches!(transfer, Transfer::In(_)) {
            let said = told.and_then(LimitedBy::to_say);
            waits
                .receiver
                .send_if_modified(|last| std::mem::replace(last, said) != said);
        }
    }

    /// Of the transfer's connection; what waits for the path is the sender's to know.
    fn acks(&self, transfer: &Transfer) -> Acks {
        let Transfer::Out(flow) = transfer else {
            return Acks::default();
        };
        let links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        let wire = links.get(&flow.session.id);
        wire.and_then(|wire| acks_of(&wire.link.connection))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told after as many windows as another cause needs, with this in each of them.
    async fn told(waits: &Waits, acks: &mut Acks, each: impl Fn(&mut Acks)) -> Option<LimitedBy> {
        let mut told = None;
        for _ in 0..=limited::SETTLE {
            tokio::time::advance(WINDOW).await;
            assert!(waits.is_due(), "a window is over");
            each(acks);
            told = waits.judge(*acks);
            assert!(!waits.is_due(), "and the next one is not");
        }
        told
    }

    #[tokio::test(start_paused = true)]
    async fn bytes_that_quic_has_wait_for_a_full_path_or_for_a_peer_that_says_so_or_nobody_knows() {
        let (waits, mut acks) = (Waits::new(), Acks::default());
        let sending = waits.sending.during(1000);
        let some = |a: &mut Acks| a.all += 10;
        let full = |a: &mut Acks| (a.all, a.full) = (a.all + 10, a.full + 8);
        assert_eq!(told(&waits, &mut acks, some).await, None, "not full");
        let path = told(&waits, &mut acks, full).await;
        assert_eq!(path, Some(LimitedBy::Network));
        waits.receiver.send_replace(Some(HeldBy::Disk));
        let disk = told(&waits, &mut acks, full).await;
        assert_eq!(disk, Some(LimitedBy::PeerDisk), "before the path");
        waits.receiver.send_replace(Some(HeldBy::Limit));
        let limit = told(&waits, &mut acks, |_| {}).await;
        assert_eq!(limit, Some(LimitedBy::PeerLimit), "and nothing comes back");
        drop(sending);
        let idle = told(&waits, &mut acks, some).await;
        assert_eq!(idle, None, "nothing waits for it");
    }

    #[tokio::test(start_paused = true)]
    async fn what_stands_before_quic_waits_for_the_disk_or_the_processors_whichever_took_longer() {
        let (waits, mut acks) = (Waits::new(), Acks::default());
        let _both = (waits.reading.during(900), waits.sending.during(100));
        waits.receiver.send_replace(Some(HeldBy::Disk));
        let time = |work: &AtomicU64| {
            work.fetch_add(1, Ordering::Relaxed);
        };
        let disk = told(&waits, &mut acks, |_| time(&waits.work.read)).await;
        assert_eq!(disk, Some(LimitedBy::Disk));
        let hash = told(&waits, &mut acks, |_| time(&waits.work.hash)).await;
        assert_eq!(hash, Some(LimitedBy::Processor));
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_and_chunks_that_are_not_durable_count_as_long_as_they_hold() {
        let (waits, mut acks) = (Waits::new(), Acks::default());
        let unsynced = waits.unsynced.during(1);
        let disk = told(&waits, &mut acks, |_| {}).await;
        assert_eq!(disk, Some(LimitedBy::Disk));
        waits.hold(Some(LimitOf::Device));
        let limit = told(&waits, &mut acks, |_| {}).await;
        assert_eq!(limit, Some(LimitedBy::DeviceLimit));
        waits.hold(None);
        drop(unsynced);
        assert_eq!(told(&waits, &mut acks, |_| {}).await, None);
    }
}
