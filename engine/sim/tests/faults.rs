//! Whole engines under random faults: kills, power losses, dead links, links that flip bits, new addresses, disks
//! that are full, read-only, forbidden or fail, pauses, in random order. When everything is mended, the transfer ends
//! by itself with equal content.
//!
//! Seeds are printed. `CHUNKSTREAM_FAULT_RUNS` is how many runs to make, `CHUNKSTREAM_SEED` the one to repeat.

use std::{collections::BTreeMap, net::IpAddr, path::PathBuf, time::Duration};

use chunkstream_engine::{
    AcceptPolicy,
    api::{AcceptRequest, Code, TransferRequest, TransferView},
    core::{
        chunk::{Geometry, ParityMode},
        session::{Reason, State},
    },
};
use chunkstream_sim::{
    content::noise,
    disk::Survivors,
    network::Link,
    world::{Device, Kill, World},
};
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

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
/// What one fault may cost: what the sender keeps on its way to the peer, what the receiver writes between
/// two syncs, some chunks that are half there, and what goes early on the new connection: a sender that was killed
/// before it had recorded the answer does not know that the receiver has something.
const LOST_BY_FAULT: u64 = 4 * 1024 * 1024 + RATE / 8 / 4 + 1024 * 1024 + EARLY;
/// `EARLY_BYTES` of the engine.
const EARLY: u64 = 4 * 1024 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    KillSender,
    KillReceiver,
    PowerLoss,
    LinkDown,
    MoveSender,
    MoveReceiver,
    PauseAtSender,
    PauseAtReceiver,
    DiskFull,
    SourceUnreadable,
    /// One datagram in five arrives with a flipped bit that no checksum of the link sees.
    WireCorrupts,
    /// The volume of the target is mounted read-only, as after an error of its file system.
    TargetReadOnly,
    /// The target may not be entered any more.
    TargetForbidden,
    /// What was written cannot be flushed: the first that hears of a failing disk.
    TargetUnsyncable,
}

const FAULTS: [Fault; 14] = [
    Fault::KillSender,
    Fault::KillReceiver,
    Fault::PowerLoss,
    Fault::LinkDown,
    Fault::MoveSender,
    Fault::MoveReceiver,
    Fault::PauseAtSender,
    Fault::PauseAtReceiver,
    Fault::DiskFull,
    Fault::SourceUnreadable,
    Fault::WireCorrupts,
    Fault::TargetReadOnly,
    Fault::TargetForbidden,
    Fault::TargetUnsyncable,
];

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

fn brief(view: &TransferView) -> String {
    let failure = view.failure.as_ref().map(|failure| &failure.message);
    format!(
        "{:?}: {:?} {:?}, {} of {} bytes, {} of {} files, {failure:?}",
        view.direction,
        view.state,
        view.reason,
        view.durable_bytes,
        view.bytes,
        view.files_done,
        view.files
    )
}

/// A few files of all kinds of sizes: several chunks, less than one, none, and one with a hole.
fn files(random: &mut Xoshiro256PlusPlus, seed: u64) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let big = random.random_range(2048 * KIB..6144 * KIB);
    files.insert("trip/big".to_owned(), noise(seed, big));
    let mut holed = noise(seed + 1, random.random_range(300 * KIB..900 * KIB));
    holed[100 * KIB..260 * KIB].fill(0);
    files.insert("trip/deep/holed".to_owned(), holed);
    files.insert("trip/deep/nothing".to_owned(), Vec::new());
    for number in 0..random.random_range(1..20) {
        let len = random.random_range(1..40 * KIB);
        files.insert(format!("trip/small/{number}"), noise(seed + number, len));
    }
    files.insert(
        "single".to_owned(),
        noise(seed + 99, random.random_range(1..200 * KIB)),
    );
    if random.random_bool(0.5) {
        files.insert("empty".to_owned(), Vec::new());
    }
    files
}

impl Run {
    async fn begin(seed: u64) -> Self {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let link = Link {
            rate_bits: Some(RATE),
            delay: Duration::from_millis(random.random_range(1..60)),
            loss: if random.random_bool(0.3) { 0.002 } else { 0.0 },
            queue_bytes: Some(256 * KIB),
            ..Link::default()
        };
        let world = World::new(seed, link.clone());
        let ada = world.durable_device("ada", |_| {}).await;
        let bob = world
            .durable_device("bob", |config| config.accept = AcceptPolicy::All)
            .await;
        let files = files(&mut random, seed);
        for (path, content) in &files {
            ada.disk
                .write_file(format!("/home/{path}"), content)
                .expect("written");
        }
        let mut sources = vec!["/home/trip", "/home/single"];
        if files.contains_key("empty") {
            sources.push("/home/empty");
        }
        let parity = random.random_bool(0.33);
        let mut request = ada.request(&sources, &bob);
        request.chunk_size = Some(CHUNK as u32);
        request.parity = Some(if parity {
            ParityMode::Always(Geometry::new(10, 3).expect("a geometry"))
        } else {
            ParityMode::Off
        });
        let id = ada.begin(request).await;
        let mover = if random.random_bool(0.5) {
            Fault::MoveSender
        } else {
            Fault::MoveReceiver
        };
        let chunks = files
            .values()
            .map(|content| content.len().div_ceil(CHUNK) as u64)
            .sum();
        Self {
            world,
            random,
            ada,
            bob,
            ada_runs: true,
            bob_runs: true,
            id,
            files,
            chunks,
            log: Vec::new(),
            next_ip: 50,
            sender_may_lead: false,
            sent_before: 0,
            costly: 0,
            forgotten: 0,
            source_was_unreadable: false,
            mover,
            link,
            met: false,
            begun: tokio::time::Instant::now(),
        }
    }

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

    async fn look(&mut self) {
        if !(self.ada_runs && self.bob_runs) {
            return;
        }
        // The receiver's second: what moves in between moves there first.
        let sender = self.ada.view(&self.id).await;
        let Some(receiver) = self.receiver().await else {
            return;
        };
        if sender.reason == Some(Reason::Reconnecting) && self.sender_may_lead {
            self.sender_may_lead = false;
        }
        let spoken =
            sender.state == State::Active && sender.reason.is_none() || sender.state.is_final();
        if spoken && !self.sender_may_lead {
            assert!(
                sender.durable_bytes <= receiver.durable_bytes
                    || receiver.state == State::Completed,
                "the sender counts more bytes than the receiver\n{}\n{}\n{}",
                brief(&sender),
                brief(&receiver),
                self.log.join("\n")
            );
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

    /// Whatever stands in the inbox under its own name is whole.
    fn inbox_is_sound(&self) {
        for path in self.bob.disk.paths() {
            let Ok(relative) = path.strip_prefix("/inbox") else {
                continue;
            };
            let text = relative.to_string_lossy().into_owned();
            if text.is_empty() || text.starts_with(".chunkstream-") {
                continue;
            }
            let Some(expected) = self.files.get(&text) else {
                let folder = self
                    .files
                    .keys()
                    .any(|file| file.starts_with(&format!("{text}/")));
                assert!(folder, "{text} is nobody's\n{}", self.log.join("\n"));
                continue;
            };
            let found = self.bob.disk.read_file(&path).expect("it is there");
            assert!(
                found == *expected,
                "{text} is corrupt: {} bytes, {} sent\n{}",
                found.len(),
                expected.len(),
                self.log.join("\n")
            );
        }
    }

    /// Whether the receiver knows the transfer, and would after a power loss.
    async fn have_met(&self) -> bool {
        if !self.bob_runs {
            return self.met;
        }
        let receiver = self.receiver().await;
        receiver.is_some_and(|view| !matches!(view.state, State::Created | State::Preparing))
    }

    async fn kill_sender(&mut self) {
        if self.ada_runs {
            self.sent_before += self.ada.view(&self.id).await.stats.chunks_sent;
            self.world.kill(&mut self.ada, Kill::Process).await;
            self.ada_runs = false;
            self.costly += 1;
        }
    }

    async fn kill_receiver(&mut self, kill: Kill) {
        if self.bob_runs {
            self.met = self.have_met().await;
            self.world.kill(&mut self.bob, kill).await;
            self.bob_runs = false;
            self.costly += 1;
        }
    }

    async fn start_both(&mut self) {
        if !self.ada_runs {
            self.world.start(&mut self.ada).await;
            self.ada_runs = true;
        }
        if !self.bob_runs {
            self.world.start(&mut self.bob).await;
            self.bob_runs = true;
        }
    }

    fn new_ip(&mut self) -> IpAddr {
        self.next_ip += 1;
        IpAddr::from([10, 0, 0, self.next_ip])
    }

    async fn strike(&mut self, fault: Fault) {
        self.note(fault);
        let request = || TransferRequest {
            id: self.id.clone(),
        };
        match fault {
            Fault::KillSender => self.kill_sender().await,
            Fault::KillReceiver => self.kill_receiver(Kill::Process).await,
            Fault::PowerLoss => {
                let survivors = match self.random.random_range(0..3) {
                    0 => Survivors::Synced,
                    1 => Survivors::Names,
                    _ => Survivors::NamesAndSomePages {
                        seed: self.random.random(),
                    },
                };
                let pages = self.random.random_range(0..40);
                self.kill_receiver(Kill::Power { survivors, pages }).await;
                self.sender_may_lead = true;
                // The database may have lost every row since its last sync.
                self.forgotten += self.chunks;
            }
            Fault::LinkDown => {
                self.world.network.link_down(self.ada.ip(), self.bob.ip());
                self.costly += 1;
            }
            // Only a host that is up notices that its address changed.
            Fault::MoveSender => {
                let new = self.new_ip();
                self.world.move_device(&mut self.ada, new);
                self.costly += 1;
            }
            Fault::MoveReceiver => {
                let new = self.new_ip();
                self.world.move_device(&mut self.bob, new);
                self.costly += 1;
            }
            // A refusal is an answer too: a transfer that has ended, or is ending.
            Fault::PauseAtSender if self.ada_runs => drop(self.ada.engine.pause(request()).await),
            Fault::PauseAtReceiver if self.bob_runs => drop(self.bob.engine.pause(request()).await),
            Fault::PauseAtSender | Fault::PauseAtReceiver => {}
            Fault::DiskFull => {
                let left = self.random.random_range(0..300 * KIB as u64);
                let full = self.bob.disk.used() + left;
                self.bob.disk.faults(|faults| faults.capacity = Some(full));
                self.costly += 1;
            }
            Fault::SourceUnreadable => {
                let path = if self.random.random_bool(0.5) {
                    "/home/trip/big"
                } else {
                    "/home/trip"
                };
                self.ada
                    .disk
                    .faults(|faults| faults.forbidden.insert(PathBuf::from(path)));
                self.source_was_unreadable = true;
                self.costly += 1;
            }
            Fault::WireCorrupts => {
                let link = Link {
                    corrupt: 0.2,
                    ..self.link.clone()
                };
                self.world
                    .network
                    .set_link(self.ada.ip(), self.bob.ip(), &link);
                self.costly += 1;
            }
            Fault::TargetReadOnly => {
                self.bob.disk.faults(|faults| faults.read_only = true);
                self.costly += 1;
            }
            Fault::TargetForbidden => {
                self.bob
                    .disk
                    .faults(|faults| faults.forbidden.insert(PathBuf::from("/inbox")));
                self.costly += 1;
            }
            Fault::TargetUnsyncable => {
                let files = self.bob.disk.paths();
                self.bob.disk.faults(|faults| {
                    faults
                        .sync_errors
                        .extend(files.into_iter().filter(|path| path.starts_with("/inbox")));
                });
                self.costly += 1;
            }
        }
        self.inbox_is_sound();
    }

    async fn mend(&mut self, fault: Fault) {
        self.note(("mended", fault));
        match fault {
            Fault::KillSender | Fault::KillReceiver | Fault::PowerLoss => self.start_both().await,
            Fault::LinkDown => self.world.network.link_up(self.ada.ip(), self.bob.ip()),
            Fault::MoveSender | Fault::MoveReceiver => {}
            Fault::PauseAtSender | Fault::PauseAtReceiver => self.resume().await,
            Fault::DiskFull => {
                self.bob.disk.faults(|faults| faults.capacity = None);
                self.resume().await;
            }
            Fault::SourceUnreadable => {
                self.ada.disk.faults(|faults| faults.forbidden.clear());
                self.resume().await;
            }
            Fault::WireCorrupts => {
                self.world
                    .network
                    .set_link(self.ada.ip(), self.bob.ip(), &self.link);
            }
            Fault::TargetReadOnly => {
                self.bob.disk.faults(|faults| faults.read_only = false);
                self.resume().await;
            }
            Fault::TargetForbidden => {
                self.bob.disk.faults(|faults| faults.forbidden.clear());
                self.resume().await;
            }
            Fault::TargetUnsyncable => {
                self.bob.disk.faults(|faults| faults.sync_errors.clear());
                self.resume().await;
            }
        }
    }

    /// What a person does who wants it to go on.
    async fn resume(&mut self) {
        let mut again = 0;
        // A target that could not be used when the offer came leaves it with its receiver.
        if self.bob_runs
            && let Some(view) = self.receiver().await
            && view.state == State::Created
            && view.failure.is_some()
        {
            let request = AcceptRequest {
                id: self.id.clone(),
                into: None,
                conflict: None,
                only: None,
            };
            // It may still not be usable.
            let _ = self.bob.engine.accept(request).await;
        }
        for (device, runs) in [(&self.ada, self.ada_runs), (&self.bob, self.bob_runs)] {
            let request = TransferRequest {
                id: self.id.clone(),
            };
            if runs
                && let Ok(view) = device.engine.transfer(request.clone()).await
                && view.state == State::Paused
                && !view
                    .reason
                    .is_some_and(|reason| reason.waits_for_peer(view.direction))
            {
                // Resumed too early, what is in the way is met once more.
                again += u64::from(view.reason != Some(Reason::PausedHere));
                // A transfer that has just ended need not be resumed.
                let _ = device.engine.resume(request).await;
            }
        }
        self.costly += again;
        // An offer that came while the disk was full has been left to a person.
        let offered = |view: &TransferView| {
            view.state == State::Created && view.reason == Some(Reason::WaitingForAnswer)
        };
        let request = TransferRequest {
            id: self.id.clone(),
        };
        if self.bob_runs
            && let Ok(view) = self.bob.engine.transfer(request).await
            && offered(&view)
        {
            let request = AcceptRequest {
                id: self.id.clone(),
                ..AcceptRequest::default()
            };
            // Still full: another fault is to be mended first.
            let _ = self.bob.engine.accept(request).await;
        }
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

    fn everything_arrived(&self) {
        for (path, content) in &self.files {
            let found = self.bob.disk.read_file(format!("/inbox/{path}"));
            assert!(
                found.is_ok_and(|found| found == *content),
                "{path} did not arrive\n{}\n{:#?}",
                self.log.join("\n"),
                self.bob.disk.paths()
            );
        }
        let left = self.bob.staged();
        assert!(
            left.is_empty(),
            "left behind: {left:?}\n{}",
            self.log.join("\n")
        );
    }

    fn little_was_sent_again(&self, sender: &TransferView) {
        let sent = self.sent_before + sender.stats.chunks_sent;
        let again = sent.saturating_sub(self.chunks);
        let most = self.costly * LOST_BY_FAULT.div_ceil(CHUNK as u64) + self.forgotten + 32;
        assert!(
            again <= most,
            "{again} of {} chunks were sent again after {} faults\n{}",
            self.chunks,
            self.costly,
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
