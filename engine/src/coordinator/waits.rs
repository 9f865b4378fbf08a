//! What the stages of a transfer wait for, counted, and the judgement once a second (`chunkstream_core::limited`).
//!
//! The sender's stages are compared by the bytes that stand in them on average: where most of them stand, the next
//! stage is waited for. Bytes that are read and hashed wait for the disk or the processors. Bytes that QUIC has and the
//! peer has not wait for the path if most acknowledgements found it full, and for the peer if they did not and its flow
//! control stopped us; if neither is so, nobody knows. The receiver counts the time in which chunks were not read
//! because too much was not durable yet (its disk), or because a limit held them.
//!
//! Non-goals: a transfer that waits its turn behind another has no bytes anywhere, and is told nothing.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chunkstream_core::{
    limited::{self, Judge, LimitedBy},
    priority::LimitOf,
};
use tokio::time::Instant;

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

/// How much of something there is, summed over time.
#[derive(Clone, Debug)]
pub(crate) struct Level(Arc<Mutex<Sums>>);

#[derive(Debug)]
struct Sums {
    now: u64,
    since: Instant,
    /// Of the amount x seconds.
    amount: f64,
    /// Seconds in which there was any.
    any: f64,
}

/// As long as this lives, so much more is there.
#[derive(Debug)]
pub(crate) struct During(Level, u64);

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
    blocked: u64,
    was_blocked: bool,
    acks: Acks,
    durable: u64,
    judge: Judge,
}

/// What only the caller knows at a judgement.
struct Around {
    /// How often flow control has stopped us on the connection.
    blocked: u64,
    /// Acknowledgements on the connection.
    acks: Acks,
    durable: u64,
}

impl Level {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Sums {
            now: 0,
            since: Instant::now(),
            amount: 0.0,
            any: 0.0,
        })))
    }

    /// So much more is there until the returned value is dropped.
    pub(crate) fn during(&self, amount: u64) -> During {
        self.change(|sums| sums.now = sums.now.saturating_add(amount));
        During(self.clone(), amount)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Sums) -> T) -> T {
        let mut sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let seconds = now.saturating_duration_since(sums.since).as_secs_f64();
        sums.since = now;
        sums.amount += sums.now as f64 * seconds;
        if sums.now > 0 {
            sums.any += seconds;
        }
        change(&mut sums)
    }

    fn amount(&self) -> f64 {
        self.change(|sums| sums.amount)
    }

    fn any(&self) -> f64 {
        self.change(|sums| sums.any)
    }
}

impl Drop for During {
    fn drop(&mut self) {
        let amount = self.1;
        self.0
            .change(|sums| sums.now = sums.now.saturating_sub(amount));
    }
}

impl Waits {
    pub(crate) fn new() -> Self {
        Self {
            reading: Level::new(),
            sending: Level::new(),
            unsynced: Level::new(),
            held: [Level::new(), Level::new(), Level::new()],
            work: Arc::default(),
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

    /// What limits the transfer; None until a window is over.
    fn judge(&self, around: &Around) -> Option<Option<LimitedBy>> {
        let now = Instant::now();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let window = match seen.at {
            Some(at) if now.saturating_duration_since(at) < WINDOW => return None,
            Some(at) => now.saturating_duration_since(at),
            None => Duration::ZERO,
        };
        let reading = self.reading.amount() - seen.reading;
        let sending = self.sending.amount() - seen.sending;
        let unsynced = self.unsynced.any() - seen.unsynced;
        let held: Vec<f64> = (0..3)
            .map(|by| self.held[by].any() - seen.held[by])
            .collect();
        let read = self.work.read.load(Ordering::Relaxed);
        let hash = self.work.hash.load(Ordering::Relaxed);
        // One word of QUIC for each time that it is stopped: nothing said and nothing moved is still stopped.
        let blocked = around.blocked > seen.blocked
            || (seen.was_blocked && around.durable == seen.durable && sending > 0.0);
        // A path that was full most of the time explains why bytes wait for it; flow control only what is left.
        let full = {
            let all = around.acks.all.saturating_sub(seen.acks.all);
            let full = around.acks.full.saturating_sub(seen.acks.full);
            full > all / 2
        };
        let mut waits = limited::Waits {
            window,
            ..limited::Waits::default()
        };
        let part = |part: f64| window.mul_f64(part.clamp(0.0, 1.0));
        let seconds = window.as_secs_f64().max(f64::MIN_POSITIVE);
        let most = [LimitOf::Transfer, LimitOf::Device, LimitOf::Engine]
            .into_iter()
            .zip(&held)
            .max_by(|a, b| a.1.total_cmp(b.1));
        if let Some((by, time)) = most {
            (waits.held_by, waits.held) = (Some(by), part(time / seconds));
        }
        waits.disk = part(unsynced / seconds);
        if reading + sending > 0.0 {
            let local = part(reading / (reading + sending));
            if hash - seen.hash > read - seen.read {
                waits.processor = local;
            } else {
                waits.disk = waits.disk.max(local);
            }
            let behind = part(sending / (reading + sending));
            if full {
                waits.network = behind;
            } else if blocked {
                waits.peer = behind;
            }
        }
        let judge = &mut seen.judge;
        let told = judge.judge(&waits);
        *seen = Seen {
            at: Some(now),
            reading: seen.reading + reading,
            sending: seen.sending + sending,
            unsynced: seen.unsynced + unsynced,
            held: std::array::from_fn(|by| seen.held[by] + held[by]),
            read,
            hash,
            blocked: around.blocked,
            was_blocked: blocked,
            acks: around.acks,
            durable: around.durable,
            judge: seen.judge,
        };
        Some(told)
    }

    fn reset(&self) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Seen::default();
        self.hold(None);
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
        let facts = session.facts();
        let durable = facts.durable_bytes;
        let (limited_by, reason) = (facts.limited_by, facts.reason);
        drop(facts);
        if !session.moves() || reason.is_some() {
            waits.reset();
            if limited_by.is_some() {
                session.change(|facts| facts.limited_by = None);
            }
            return;
        }
        if !waits.is_due() {
            return;
        }
        let mut around = Around {
            blocked: 0,
            acks: Acks::default(),
            durable,
        };
        // What waits for the path or for the peer is the sender's to know.
        if matches!(transfer, Transfer::Out(_)) {
            let links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(wire) = links.get(&session.id) {
                let sent = wire.link.connection.stats().frame_tx;
                around.blocked = sent.data_blocked + sent.stream_data_blocked;
                around.acks = acks_of(&wire.link.connection).unwrap_or_default();
            }
        }
        if let Some(told) = waits.judge(&around)
            && told != limited_by
        {
            session.change(|facts| facts.limited_by = told);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around() -> Around {
        Around {
            blocked: 0,
            acks: Acks::default(),
            durable: 0,
        }
    }

    /// What is told after as many windows as another cause needs, with this in each of them.
    async fn told(
        waits: &Waits,
        around: &mut Around,
        each: impl Fn(&mut Around),
    ) -> Option<LimitedBy> {
        let mut told = None;
        for _ in 0..=limited::SETTLE {
            tokio::time::advance(WINDOW).await;
            each(around);
            told = waits.judge(around).expect("a window is over");
            assert_eq!(waits.judge(around), None, "and the next one is not");
        }
        told
    }

    #[tokio::test(start_paused = true)]
    async fn bytes_that_quic_has_wait_for_a_full_path_or_for_a_peer_that_stops_us_or_nobody_knows()
    {
        let (waits, mut around) = (Waits::new(), around());
        let sending = waits.sending.during(1000);
        let busy = told(&waits, &mut around, |a| a.acks.all += 10).await;
        assert_eq!(busy, None, "neither full nor stopped");
        let full = |a: &mut Around| {
            a.acks.all += 10;
            a.acks.full += 8;
            a.blocked += 1;
        };
        let full = told(&waits, &mut around, full).await;
        assert_eq!(full, Some(LimitedBy::Network), "one stop is not the cause");
        let stopped = |a: &mut Around| {
            a.acks.all += 10;
            a.blocked += 1;
            a.durable += 1;
        };
        let stopped = told(&waits, &mut around, stopped).await;
        assert_eq!(stopped, Some(LimitedBy::Peer));
        let still = told(&waits, &mut around, |_| {}).await;
        assert_eq!(still, Some(LimitedBy::Peer), "stopped, and nothing since");
        drop(sending);
        assert_eq!(told(&waits, &mut around, |_| {}).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_stands_before_quic_waits_for_the_disk_or_the_processors_whichever_took_longer() {
        let (waits, mut around) = (Waits::new(), around());
        let _both = (waits.reading.during(900), waits.sending.during(100));
        let time = |work: &AtomicU64| {
            work.fetch_add(1, Ordering::Relaxed);
        };
        let disk = told(&waits, &mut around, |_| time(&waits.work.read)).await;
        assert_eq!(disk, Some(LimitedBy::Disk));
        let hash = told(&waits, &mut around, |_| time(&waits.work.hash)).await;
        assert_eq!(hash, Some(LimitedBy::Processor));
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_and_chunks_that_are_not_durable_count_as_long_as_they_hold() {
        let (waits, mut around) = (Waits::new(), around());
        let unsynced = waits.unsynced.during(1);
        assert_eq!(
            told(&waits, &mut around, |_| {}).await,
            Some(LimitedBy::Disk)
        );
        waits.hold(Some(LimitOf::Device));
        assert_eq!(
            told(&waits, &mut around, |_| {}).await,
            Some(LimitedBy::DeviceLimit)
        );
        waits.hold(None);
        drop(unsynced);
        assert_eq!(told(&waits, &mut around, |_| {}).await, None);
    }
}
