//! Two real processes, one transfer, and SIGKILL for one of them again and again.
//!
//! The test sends and accepts once; after that it only kills a process and starts it again as a service
//! (`receive`), which repeats nobody's decision. `make test` runs a short one. The long one:
//!
//! ```text
//! CHUNKSTREAM_KILLS=100 CHUNKSTREAM_KILL_BYTES=1GiB cargo test -p chunkstream-cli --test kill -- --nocapture
//! ```
//!
//! `CHUNKSTREAM_KILL_LIMIT` (such as 100MB/s, or `none`) and `CHUNKSTREAM_SEED` are taken too.
//!
//! What a kill cost is counted to the byte, from the sender's log, which names every chunk that it hands to QUIC,
//! on which connection. A chunk that goes out once more costs its length, and the kill that ended the connection
//! on which it went out before is to blame. So it counts what was written and not flushed, what was on its way, and
//! what only waited in the sender's buffers.

#![cfg(unix)]

mod support;

use std::{
    collections::HashMap,
    fs::File,
    io::{Read as _, Write as _},
    path::Path,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use chunkstream_core::{
    device::Ticket,
    units::{parse_rate, parse_size},
};
use rustix::process::Signal;
use serde_json::Value;
use support::{Device, Ended, Process, text};

/// Bytes that the receiver may have written and not flushed (`coordinator/committer.rs`).
const UNSYNCED: u64 = 32 << 20;
/// Bytes that may be on their way: the sender's memory for what is not acknowledged, and the window of what is
/// acknowledged and not read (ARCHITECTURE.md 5).
const IN_FLIGHT: u64 = (32 << 20) + (24 << 20);
/// The time between two kills, most of which is 200 ms for a batch, 125 ms until it is told, and `DELAY`.
const BETWEEN: Duration = Duration::from_millis(600);
/// The most that a kill waits after progress was seen.
const DELAY: Duration = Duration::from_millis(200);
/// One in so many processes is killed once more while it comes back.
const EARLY: u64 = 4;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Side {
    Sender,
    Receiver,
}

struct Kill {
    side: Side,
    /// Not amid chunks, but while a process that was just killed comes back.
    early: bool,
    at_us: u64,
}

/// What a sender's log says of one chunk.
struct Sent {
    at_us: u64,
    /// Of which process, and which connection of it.
    connection: (usize, u64),
    chunk: (u64, u64),
    bytes: u64,
}

struct Run {
    sender: Device,
    receiver: Device,
    address: String,
    sending: Option<Process>,
    receiving: Option<Process>,
    random: Random,
    kills: Vec<Kill>,
    sent: Vec<Sent>,
    processes: usize,
    /// The most that either side has called durable.
    durable: u64,
    /// What the receiver had been told or had said when its process was started, until that process has said how
    /// much it has.
    kept: Option<u64>,
    bytes: u64,
    limit: Option<u64>,
}

#[test]
fn a_transfer_survives_kill_after_kill_of_both_sides_and_sends_little_again() {
    let kills =
        variable("CHUNKSTREAM_KILLS").map_or(20_u32, |text| text.parse().expect("a number"));
    let bytes = variable("CHUNKSTREAM_KILL_BYTES")
        .map_or(64 << 20, |text| parse_size(&text).expect("a size"));
    let seed = variable("CHUNKSTREAM_SEED").map_or(1, |text| text.parse().expect("a number"));
    // Slow enough that the last kill still finds something under way.
    let slow = (bytes as f64 / (f64::from(kills) * BETWEEN.as_secs_f64())) as u64;
    let limit = match variable("CHUNKSTREAM_KILL_LIMIT").as_deref() {
        None => Some(slow),
        Some("none") => None,
        Some(text) => Some(parse_rate(text).expect("a rate")),
    };
    println!("seed {seed}: {kills} kills, {bytes} bytes, limit {limit:?} bytes/s");

    let mut run = Run::begin(seed, bytes, limit);
    let source = run.sender.path("noise");
    // A fifth is left for after the last: a kill that finds everything over leaves a process that has nothing to say.
    let mut points: Vec<u64> = (0..kills)
        .map(|_| run.random.below(bytes / 100 * 80))
        .collect();
    points.sort_unstable();
    for (number, point) in points.into_iter().enumerate() {
        let side = [Side::Sender, Side::Receiver][number % 2];
        run.until_durable(point.max(run.durable + 1));
        run.random.wait(DELAY);
        run.kill(side, false);
        if run.random.below(EARLY) == 0 {
            // A process that has just been started, at any point of its start.
            run.random.wait(DELAY);
            run.kill(side, true);
        }
    }
    let (began, root) = (Instant::now(), hash(&source));
    run.end(&root);
    println!("the rest took {:.1?}", began.elapsed());
    let arrived = hash(&run.receiver.inbox().join("noise"));
    assert_eq!(arrived, root, "what arrived is not what was sent");
    let left = std::fs::read_dir(run.receiver.inbox()).expect("a folder");
    assert_eq!(left.count(), 1, "nothing else is left there");
    run.report();
}

impl Run {
    /// Sends and accepts: all that people do here.
    fn begin(seed: u64, bytes: u64, limit: Option<u64>) -> Self {
        let (sender, receiver) = (Device::new(), Device::new());
        let mut random = Random(seed);
        write_noise(&sender.path("noise"), bytes, random.next());
        let (receiving, ticket) = receiver.receive(&["--accept", "all"]);
        let address = ticket.parse::<Ticket>().expect("a ticket").addresses[0].to_string();
        let given = limit;
        let limit = given.map(|limit| format!("{limit}B/s"));
        let source = sender.path("noise");
        let mut args = vec!["send", text(&source), "--to", &ticket];
        if let Some(limit) = &limit {
            args.extend(["--limit", limit]);
        }
        let sending = sender.start(&logged(&args));
        Self {
            sender,
            receiver,
            address,
            sending: Some(sending),
            receiving: Some(receiving),
            random,
            kills: Vec::new(),
            sent: Vec::new(),
            processes: 0,
            durable: 0,
            kept: None,
            bytes,
            limit: given,
        }
    }

    /// Waits until the receiver says that so much is durable.
    fn until_durable(&mut self, least: u64) {
        let (kills, kept) = (self.kills.len(), &mut self.kept);
        let receiving = self.receiving.as_mut().expect("it runs");
        let told = receiving.until("progress", |value| {
            assert_ne!(value["event"], "failed", "after {kills} kills: {value}");
            assert_ne!(
                value["event"], "completed",
                "all has arrived after only {kills} kills; a lower limit is needed"
            );
            still_there(kept, value);
            durable(value).is_some_and(|durable| durable >= least)
        });
        self.durable = self.durable.max(durable(&told).unwrap_or(0));
    }

    /// Kills a process and starts it again.
    fn kill(&mut self, side: Side, early: bool) {
        let process = match side {
            Side::Sender => self.sending.take(),
            Side::Receiver => self.receiving.take(),
        };
        let at_us = now_us();
        let ended = process.expect("it runs").killed();
        self.kills.push(Kill { side, early, at_us });
        self.learn(side, &ended);
        let again = match side {
            Side::Sender => &mut self.sending,
            Side::Receiver => &mut self.receiving,
        };
        // No path, no target, no `--accept`: what was decided is not decided again.
        *again = Some(match side {
            Side::Sender => self
                .sender
                .start(&logged(&["receive", "--listen", "127.0.0.1:0"])),
            Side::Receiver => self.receiver.start(&["receive", "--listen", &self.address]),
        });
    }

    /// Reads what a process said until its end, and looks whether it held to what was told before.
    fn learn(&mut self, side: Side, ended: &Ended) {
        for event in &ended.events {
            assert_ne!(event["event"], "failed", "{side:?}: {event}");
            if side == Side::Receiver {
                still_there(&mut self.kept, event);
            }
        }
        let told = ended.events.iter().filter_map(durable);
        self.durable = told.fold(self.durable, u64::max);
        if side == Side::Receiver {
            self.kept = Some(self.durable);
        } else {
            let process = self.processes;
            let lines = ended.stderr.lines();
            self.sent
                .extend(lines.filter_map(|line| Sent::parse(line, process)));
            self.processes += 1;
        }
    }

    /// Waits for the end of the transfer and of both processes.
    fn end(&mut self, root: &str) {
        let (mut sending, mut receiving) = (
            self.sending.take().expect("it runs"),
            self.receiving.take().expect("it runs"),
        );
        let received = receiving.event("completed");
        let sent = sending.event("completed");
        for completed in [&received, &sent] {
            assert_eq!(completed["bytes"], self.bytes, "{completed}");
            assert_eq!(completed["root"], root, "{completed}");
        }
        sending.signal(Signal::INT);
        receiving.signal(Signal::INT);
        receiving.end().expect(130);
        let ended = sending.end().expect(130);
        self.learn(Side::Sender, &ended);
        // The log and the counters are two books on the same thing.
        let last = self.processes - 1;
        let logged = self.sent.iter().filter(|sent| sent.connection.0 == last);
        assert_eq!(sent["chunks_sent"], logged.count(), "{sent}");
    }

    /// What each kill cost, and whether that is what is promised.
    fn report(&self) {
        let costs = self.costs();
        let mut amid: Vec<u64> = self
            .kills
            .iter()
            .zip(&costs)
            .filter(|(kill, _)| !kill.early)
            .map(|(_, cost)| *cost)
            .collect();
        amid.sort_unstable();
        let again: u64 = costs.iter().sum();
        let total: u64 = self.sent.iter().map(|sent| sent.bytes).sum();
        assert_eq!(total, self.bytes + again, "every byte is accounted for");
        let (median, most) = (
            amid[amid.len() / 2],
            costs.iter().max().copied().unwrap_or(0),
        );
        let of = |side: Side| self.kills.iter().filter(|kill| kill.side == side).count();
        println!(
            "{} kills amid chunks and {} while coming back ({} of the sender, {} of the receiver): \
             sent again {again} bytes in all, {median} median and {most} at most for one kill",
            amid.len(),
            self.kills.len() - amid.len(),
            of(Side::Sender),
            of(Side::Receiver),
        );
        assert!(
            most <= UNSYNCED + IN_FLIGHT,
            "{most} bytes for one kill: {costs:?}"
        );
        if let Some(limit) = self.limit {
            // 200 ms, and as long again for the flush and for what is on its way, are 0.4 s. A slow disk may
            // take longer now and then, but not every time.
            assert!(median <= limit, "{median} bytes, at {limit} a second");
        }
    }

    /// Bytes that went out again for each kill. What kept a connection from being the last is the first kill
    /// after the connection's first chunk.
    fn costs(&self) -> Vec<u64> {
        let mut costs = vec![0; self.kills.len()];
        let mut first: HashMap<(usize, u64), u64> = HashMap::new();
        let mut before: HashMap<(u64, u64), (usize, u64)> = HashMap::new();
        for sent in &self.sent {
            first.entry(sent.connection).or_insert(sent.at_us);
            if let Some(connection) = before.insert(sent.chunk, sent.connection) {
                let culprit = self
                    .kills
                    .iter()
                    .position(|kill| kill.at_us >= first[&connection])
                    .expect("nothing goes out twice without a kill in between");
                costs[culprit] += sent.bytes;
            }
        }
        costs
    }
}

impl Sent {
    /// From `2026-11-22T19:16:32.123456Z TRACE ...: goes out connection=1 file=0 chunk=7 bytes=524288`.
    fn parse(line: &str, process: usize) -> Option<Self> {
        let (head, fields) = line.split_once(": goes out ")?;
        let field = |name: &str| -> u64 {
            let value = fields
                .split(' ')
                .find_map(|field| field.strip_prefix(name)?.strip_prefix('='));
            value.and_then(|value| value.parse().ok()).expect(line)
        };
        Some(Self {
            at_us: time_us(head),
            connection: (process, field("connection")),
            chunk: (field("file"), field("chunk")),
            bytes: field("bytes"),
        })
    }
}

/// Microseconds since 1970 of the RFC 3339 time that a line of the log begins with.
fn time_us(line: &str) -> u64 {
    let number = |range: std::ops::Range<usize>| -> u64 {
        let digits = line.get(range).and_then(|text| text.parse().ok());
        digits.expect(line)
    };
    // Days of the civil calendar, years beginning in March (Howard Hinnant, "chrono-Compatible Low-Level Date
    // Algorithms").
    let (month, day) = (number(5..7), number(8..10));
    let year = number(0..4) - u64::from(month < 3);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468;
    let seconds = days * 86_400 + number(11..13) * 3600 + number(14..16) * 60 + number(17..19);
    seconds * 1_000_000 + number(20..26)
}

fn now_us() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("a clock after 1970").as_micros() as u64
}

fn logged<'a>(args: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec![
        "--log",
        "off,chunkstream_engine::coordinator::sending=trace",
    ];
    all.extend(args);
    all
}

/// The first that a receiver says after its start: what was durable before is.
fn still_there(kept: &mut Option<u64>, event: &Value) {
    if let (Some(before), Some(now)) = (*kept, durable(event)) {
        assert!(now >= before, "{before} bytes were durable, now {now}");
        *kept = None;
    }
}

fn durable(event: &Value) -> Option<u64> {
    event["durable_bytes"].as_u64()
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// SplitMix64 (Steele, Lea, Flood 2014): enough for instants.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// A random instant, which is what this test is about.
    fn wait(&mut self, most: Duration) {
        let most = most.as_micros() as u64;
        std::thread::sleep(Duration::from_micros(self.below(most)));
    }
}

/// A file of bytes that neither repeat nor compress, without having it in memory.
fn write_noise(path: &Path, len: u64, seed: u64) {
    let mut file = File::create(path).expect("a file");
    let mut noise = blake3::Hasher::new()
        .update(&seed.to_le_bytes())
        .finalize_xof();
    let mut piece = vec![0; 1 << 20];
    let mut left = len;
    while left > 0 {
        let here = piece.len().min(left as usize);
        noise.fill(&mut piece[..here]);
        file.write_all(&piece[..here]).expect("written");
        left -= here as u64;
    }
}

fn hash(path: &Path) -> String {
    let mut file = File::open(path).expect("it is there");
    let mut hasher = blake3::Hasher::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut piece).expect("it can be read");
        if read == 0 {
            return hasher.finalize().to_hex().to_string();
        }
        hasher.update(&piece[..read]);
    }
}

#[test]
fn the_time_of_a_line_is_understood() {
    assert_eq!(time_us("1970-01-01T00:00:00.000000Z"), 0);
    assert_eq!(
        time_us("2024-02-29T12:34:56.789012Z TRACE"),
        1_709_210_096_789_012
    );
    assert_eq!(
        time_us("2026-11-22T19:16:32.000001Z"),
        1_795_374_992_000_001
    );
}
