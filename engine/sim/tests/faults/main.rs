//! Whole engines under random faults: kills, power losses, dead links, links that flip bits, new addresses, disks
//! that are full, read-only, forbidden or fail, pauses, in random order. When everything is mended, the transfer ends
//! by itself with equal content.
//!
//! Seeds are printed. `CHUNKSTREAM_FAULT_RUNS` is how many runs to make, `CHUNKSTREAM_SEED` the one to repeat.

mod begin;
mod fault;
mod holds;

use std::{collections::BTreeMap, time::Duration};

use chunkstream_engine::{
    api::{Code, TransferRequest, TransferView},
    core::session::State,
};
use chunkstream_sim::{
    network::Link,
    world::{Device, World},
};
use rand::{RngExt, rngs::Xoshiro256PlusPlus};

use crate::{
    fault::{FAULTS, Fault},
    holds::brief,
};

const KIB: usize = 1024;
const CHUNK: usize = 64 * KIB;
/// What the link carries: 20 Mbit/s.
const RATE: u64 = 20_000_000;
/// Runs without `CHUNKSTREAM_FAULT_RUNS`: two minutes on two cores.
const RUNS: u64 = 1000;
/// Time in which a mended transfer must end.
const MENDED: Duration = Duration::from_secs(3600);
/// How often the invariants are looked at.
const LOOK: Duration = Duration::from_millis(50);

struct Run {
    world: World,
    random: Xoshiro256PlusPlus,
    ada: Device,
    bob: Device,
    ada_runs: bool,
    bob_runs: bool,
    id: String,
    files: BTreeMap<String, Vec<u8>>,
    chunks: u64,
    log: Vec<String>,
    next_ip: u8,
    /// After a power loss the sender may know of more than there is, until the two have spoken again.
    sender_may_lead: bool,
    /// Chunks sent by engines of the sender that were killed.
    sent_before: u64,
    /// Faults that may cost bytes.
    costly: u64,
    /// Chunks whose rows a power loss may have taken.
    forgotten: u64,
    source_was_unreadable: bool,
    /// Whose address may change: two that lose each other at once need somebody else to find each other.
    mover: Fault,
    /// Between the two, wherever they are.
    link: Link,
    met: bool,
    begun: tokio::time::Instant,
}

impl Run {
    fn note(&mut self, what: impl std::fmt::Debug) {
        self.log
            .push(format!("{:9.3?} {what:?}", self.begun.elapsed()));
    }

    fn seconds(&mut self, most: f64) -> Duration {
        // Short times are as likely as long ones.
        let share: f64 = self.random.random_range(0.0..1.0);
        Duration::from_secs_f64(most * share.powi(3))
    }

    /// Lets time pass and looks at what must hold all along.
    async fn pass(&mut self, time: Duration) {
        let end = tokio::time::Instant::now() + time;
        loop {
            self.look().await;
            let left = end.saturating_duration_since(tokio::time::Instant::now());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(LOOK)).await;
        }
    }

    async fn receiver(&self) -> Option<TransferView> {
        self.bob
            .engine
            .transfer(TransferRequest {
                id: self.id.clone(),
            })
            .await
            .ok()
    }

    /// Whether the receiver knows the transfer, and would after a power loss.
    async fn have_met(&self) -> bool {
        if !self.bob_runs {
            return self.met;
        }
        let receiver = self.receiver().await;
        receiver.is_some_and(|view| !matches!(view.state, State::Created | State::Preparing))
    }

    async fn run(mut self) {
        let count = self.random.random_range(1..7);
        for _ in 0..count {
            let wait = self.seconds(3.0);
            self.pass(wait).await;
            let mut fault = FAULTS[self.random.random_range(0..FAULTS.len())];
            if matches!(fault, Fault::MoveSender | Fault::MoveReceiver) {
                fault = self.mover;
                if !self.have_met().await {
                    // Two that have never met cannot find each other again.
                    continue;
                }
            }
            self.strike(fault).await;
            let wait = self.seconds(40.0);
            self.pass(wait).await;
            // Some faults last until the end, and others come on top of them.
            if self.random.random_bool(0.7) {
                self.mend(fault).await;
            }
        }
        for fault in FAULTS {
            self.mend(fault).await;
        }
        self.end().await;
    }

    async fn end(mut self) {
        let mended = tokio::time::Instant::now();
        let (sender, receiver) = loop {
            self.pass(Duration::from_millis(500)).await;
            self.resume().await;
            let sender = self.ada.view(&self.id).await;
            let receiver = self.receiver().await;
            let ended = sender.state.is_final()
                && receiver.as_ref().is_some_and(|view| view.state.is_final());
            if let Some(receiver) = receiver.clone()
                && ended
            {
                break (sender, receiver);
            }
            assert!(
                mended.elapsed() < MENDED,
                "stuck\n{}\n{}\n{}",
                brief(&sender),
                receiver.as_ref().map_or("no offer".to_owned(), brief),
                self.log.join("\n")
            );
        };
        self.inbox_is_sound();
        let states = (sender.state, receiver.state);
        if states == (State::Completed, State::Completed) {
            self.everything_arrived();
            self.little_was_sent_again(&sender);
            return;
        }
        let code = sender.failure.as_ref().map(|failure| failure.code);
        let legitimate = self.source_was_unreadable
            && states == (State::Failed, State::Failed)
            && code == Some(Code::SourceUnreadable);
        assert!(
            legitimate,
            "{states:?}\n{:?}\n{:?}\n{}",
            sender.failure,
            receiver.failure,
            self.log.join("\n")
        );
    }
}

/// Runs one seed in a world of its own.
fn run(seed: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async { Run::begin(seed).await.run().await });
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable)
        .ok()
        .map(|text| text.parse().expect("a number"))
}

/// Two tests, so that two cores have something to do.
fn runs(half: u64) {
    if let Some(seed) = number("CHUNKSTREAM_SEED") {
        if seed % 2 == half {
            run(seed);
        }
        return;
    }
    let count = number("CHUNKSTREAM_FAULT_RUNS").unwrap_or(RUNS);
    for seed in (0..count).filter(|seed| seed % 2 == half) {
        run(seed);
    }
}

#[test]
fn even_seeds_end_with_equal_content_on_both_sides() {
    runs(0);
}

#[test]
fn odd_seeds_end_with_equal_content_on_both_sides() {
    runs(1);
}
