//! A transfer while somebody floods its receiver, beside the same transfer without.
//!
//! The flood is made here, by real sockets and real handshakes, by somebody with an address and a way to the receiver of
//! his own; or, if so wished, at the sender's own address, where it is hardest to tell from who is meant, and takes its part
//! of the link as well. In turns, so that whatever else the machine does falls on all alike.

use std::{
    net::{SocketAddr, UdpSocket},
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use chunkstream_core::{
    units::format_bytes,
    wire::{FEATURES, FromReceiver, Hello, MAX_CONTROL},
};
use chunkstream_sim::hostile::{self, Hostile, Identity, Talk};
use clap::ValueEnum;
use quinn::{Runtime as _, TokioRuntime};
use rand::Rng as _;
use serde::Serialize;
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep, timeout},
};

use super::{
    args,
    ground::{Ground, PORT, Programs, both, patiently, ready},
    report::{known, markdown},
    urgent::small,
};
use crate::{
    case::Case,
    compare, data,
    link::{A, Aside, B, B_ASIDE, C, End},
    machine,
    median::median,
    rounds::enough_space,
};

/// Hostile connections in a second: ten thousand in a minute.
const CONNECTIONS: u32 = 167;
/// How long one of them is held.
const HELD: Duration = Duration::from_secs(2);
/// Datagrams of noise in a second: at 1,200 bytes 5 Mbit/s.
const NOISE: u32 = 500;
/// Control streams of the accepted device at a time.
const TALKS: u8 = 32;
/// Of each of its offers: pages, entries of a page, bytes of a name.
const PAGES: u32 = 64;
const ENTRIES: u32 = 64;
const NAME: usize = 200;
/// The flood is on for so long before the transfer begins.
const AHEAD: Duration = Duration::from_secs(2);

/// Who floods.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Nobody.
    None,
    /// Ten thousand devices in a minute that nobody knows; each connects, offers and stays for two seconds
    Strangers,
    /// Datagrams that begin as handshakes do, and are none
    Noise,
    /// A device whose offers are accepted: it offers, announces entries and goes, on 32 streams, as fast as it can
    Accepted,
}

/// What the flood came to.
#[derive(Debug, Default)]
struct Came {
    tried: AtomicU64,
    let_in: AtomicU64,
}

/// One transfer.
#[derive(Debug, Serialize)]
struct Sample {
    cell: String,
    kind: Kind,
    /// None if it was not finished in time, or failed.
    seconds: Option<f64>,
    /// Connections, datagrams or offers of the flood while it went on.
    tried: u64,
    /// Of those, that were taken.
    let_in: u64,
    /// Of the receiver, the most memory, bytes.
    peak: Option<u64>,
    load: Option<f64>,
}

/// Measures and prints.
pub(crate) async fn run(how: &args::Flood) -> anyhow::Result<()> {
    let programs = Programs::find(&how.common)?;
    let mut samples = Vec::new();
    for profile in &how.cells {
        let ground = Ground::new(profile, &programs, &how.common)?;
        cell(&ground, how, &mut samples).await?;
    }
    if how.common.json {
        println!("{}", serde_json::to_string_pretty(&samples)?);
        return Ok(());
    }
    let size = format_bytes(how.size);
    for profile in &how.cells {
        println!("\n### {}: {size} beside a flood\n", profile.name);
        println!("{}", table(&profile.name, &how.kinds, &samples));
    }
    Ok(())
}

async fn cell(ground: &Ground, how: &args::Flood, samples: &mut Vec<Sample>) -> anyhow::Result<()> {
    let folder = ground.folder.path();
    let case = Case::Big { size: how.size };
    enough_space(case, folder)?;
    let source = data::make(case, folder).await?;
    let devices = Devices::meet(ground, how.same_address).await?;
    for round in 1..=how.runs {
        for &kind in &how.kinds {
            let load = machine::load();
            ground
                .link
                .restart(how.common.seed.wrapping_add(round.into()))?;
            let came = Arc::new(Came::default());
            let transfer = devices.transfer(&source, kind, &came);
            let took = match timeout(how.common.limit, transfer).await {
                Ok(Ok(took)) => Some(took),
                Ok(Err(error)) => {
                    eprintln!("{kind:?}: {error:#}");
                    None
                }
                Err(_) => None,
            };
            drop(ground.link.cleared());
            let sample = Sample {
                cell: ground.profile.name.clone(),
                kind,
                seconds: took.map(|took| took.0),
                tried: came.tried.load(Ordering::Relaxed),
                let_in: came.let_in.load(Ordering::Relaxed),
                peak: took.and_then(|took| took.1),
                load,
            };
            eprintln!(
                "{}: round {round} of {}: {kind:?}: {} s; the flood: {} tried, {} taken",
                sample.cell,
                how.runs,
                known(sample.seconds, |seconds| format!("{seconds:.2}")),
                sample.tried,
                sample.let_in
            );
            samples.push(sample);
        }
    }
    Ok(())
}

/// The three devices: two that have met, and one that is accepted and hostile.
#[derive(Debug)]
struct Devices<'a> {
    ground: &'a Ground,
    /// Where the flood comes from; None if that is where the sender is.
    aside: Option<Aside>,
    hostile: Arc<Hostile>,
}

impl<'a> Devices<'a> {
    /// Both that are honest meet, the receiver accepts from then on what comes from its sender and from the hostile one.
    async fn meet(ground: &'a Ground, same_address: bool) -> anyhow::Result<Self> {
        let aside = (!same_address).then(|| ground.link.aside()).transpose()?;
        let socket = socket(ground, aside.as_ref())?;
        let this = Self {
            ground,
            hostile: Arc::new(hostile(socket)?),
            aside,
        };
        let folder = ground.folder.path();
        let letter = small(folder, 0, 1000)?;
        this.send(&letter, "all", None).await?;
        this.trust_all()?;
        // An offer that is shown makes a device known.
        let (receiver, _target) = this.receiver("ask", &folder.join("met")).await?;
        let talk = timeout(hostile::PATIENCE, this.hostile.greets(this.goal()));
        let mut talk = talk.await.context("the hostile device is not let in")?;
        talk.says(&hostile::offer(0)).await;
        talk.heard::<FromReceiver>(MAX_CONTROL).await;
        talk.connection.close(0u32.into(), b"");
        patiently("the receiver", receiver.stop()).await?;
        this.trust_all()?;
        Ok(this)
    }

    /// What is flooded.
    fn goal(&self) -> SocketAddr {
        let address = if self.aside.is_some() { B_ASIDE } else { B };
        (address, PORT).into()
    }

    fn data(&self, name: &str) -> std::path::PathBuf {
        self.ground.folder.path().join(name)
    }

    /// The receiver accepts what its devices offer.
    fn trust_all(&self) -> anyhow::Result<()> {
        let device = |arguments: &[&str]| -> anyhow::Result<String> {
            let mut command: Command = self.ground.device(&self.data("receiver"));
            let output = command.arg("devices").args(arguments).output()?;
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let error = String::from_utf8_lossy(&output.stderr);
            anyhow::ensure!(output.status.success(), "devices {arguments:?}: {error}");
            Ok(said)
        };
        for line in device(&[])?.lines() {
            let view: Value = serde_json::from_str(line).context("a line about a device")?;
            let id = view["device_id"].as_str().context("a device without id")?;
            device(&["role", id, "trusted"])?;
        }
        Ok(())
    }

    async fn receiver(
        &self,
        accept: &str,
        into: &Path,
    ) -> anyhow::Result<(crate::child::Running, String)> {
        let mut command = self.ground.device(&self.data("receiver"));
        command.args(["receive", "--once", "--accept", accept]);
        command.arg("--listen").arg(format!("0.0.0.0:{PORT}"));
        command.arg("--into").arg(into);
        let log = self.data("log");
        let mut receiver = self
            .ground
            .start(End::B, command, "chunkstream receive", &log)?;
        let id = ready(&mut receiver, "device_id").await?;
        Ok((receiver, format!("{id}@{B}:{PORT}")))
    }

    /// One transfer beside a flood: its seconds, and the receiver's peak.
    async fn transfer(
        &self,
        source: &Path,
        kind: Kind,
        came: &Arc<Came>,
    ) -> anyhow::Result<(f64, Option<u64>)> {
        self.send(source, "trusted", Some((kind, came))).await
    }

    async fn send(
        &self,
        source: &Path,
        accept: &str,
        flood: Option<(Kind, &Arc<Came>)>,
    ) -> anyhow::Result<(f64, Option<u64>)> {
        let target = TempDir::with_prefix_in("target-", self.ground.folder.path())?;
        let (mut receiver, address) = self.receiver(accept, target.path()).await?;
        // Ends with this.
        let _flood = match flood {
            Some((kind, came)) => {
                let flood = self.flood(kind, came)?;
                sleep(AHEAD).await;
                Some(flood)
            }
            None => None,
        };
        let mut command = self.ground.device(&self.data("sender"));
        command.arg("send").arg(source).args(["--to", &address]);
        let begin = Instant::now();
        let log = self.data("log");
        let mut sender = self
            .ground
            .start(End::A, command, "chunkstream send", &log)?;
        let took = both(begin, &mut sender, &mut receiver, true).await?;
        let name = source.file_name().context("a source without a name")?;
        let arrived = compare::digest(&target.path().join(name)).await?;
        anyhow::ensure!(
            arrived == compare::digest(source).await?,
            "other contents arrived"
        );
        Ok((took.seconds, took.receiver.map(|usage| usage.peak_bytes)))
    }

    /// Floods until it is dropped.
    fn flood(&self, kind: Kind, came: &Arc<Came>) -> anyhow::Result<JoinSet<()>> {
        let mut tasks = JoinSet::new();
        let (hostile, goal) = (&self.hostile, self.goal());
        match kind {
            Kind::None => {}
            Kind::Strangers => {
                tasks.spawn(strangers(hostile.clone(), goal, came.clone()));
            }
            Kind::Noise => {
                let socket = socket(self.ground, self.aside.as_ref())?;
                socket.set_nonblocking(true)?;
                let socket = tokio::net::UdpSocket::from_std(socket)?;
                tasks.spawn(noise(socket, goal, came.clone()));
            }
            Kind::Accepted => {
                for number in 0..TALKS {
                    tasks.spawn(accepted(hostile.clone(), goal, number, came.clone()));
                }
            }
        }
        Ok(tasks)
    }
}

/// A socket where the flood comes from.
fn socket(ground: &Ground, aside: Option<&Aside>) -> anyhow::Result<UdpSocket> {
    let bound = match aside {
        Some(aside) => aside.at(|| Ok(UdpSocket::bind((C, 0))?)),
        None => ground.link.at(End::A, || Ok(UdpSocket::bind((A, 0))?)),
    };
    bound.context("no socket for the flood")
}

/// A device with this socket.
fn hostile(socket: UdpSocket) -> anyhow::Result<Hostile> {
    let socket = TokioRuntime.wrap_udp_socket(socket)?;
    let identity = Identity::generate();
    Ok(Hostile::on(
        socket,
        Arc::new(TokioRuntime),
        identity,
        |_| {},
    ))
}

async fn strangers(hostile: Arc<Hostile>, goal: SocketAddr, came: Arc<Came>) {
    let mut tick = interval(Duration::from_secs(1) / CONNECTIONS);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut tasks = JoinSet::new();
    loop {
        tick.tick().await;
        while tasks.try_join_next().is_some() {}
        came.tried.fetch_add(1, Ordering::Relaxed);
        let identity = Identity::generate();
        let connecting = Hostile::connects(&hostile.endpoint, &identity, goal);
        let came = came.clone();
        tasks.spawn(async move {
            let Ok(connection) = connecting.await else {
                return;
            };
            if let Ok((send, receive)) = connection.open_bi().await {
                let mut talk = Talk {
                    connection,
                    send,
                    receive,
                };
                if says_hello(&mut talk).await.is_some() {
                    came.let_in.fetch_add(1, Ordering::Relaxed);
                    let _ = talk.tries(&hostile::offer(1)).await;
                    sleep(HELD).await;
                }
                talk.connection.close(0u32.into(), b"");
            }
        });
    }
}

async fn says_hello(talk: &mut Talk) -> Option<()> {
    let hello = Hello {
        features: FEATURES,
        name: "eve".to_owned(),
    };
    talk.tries(&hello).await.ok()?;
    talk.next::<Hello>(MAX_CONTROL).await.map(drop)
}

async fn noise(socket: tokio::net::UdpSocket, goal: SocketAddr, came: Arc<Came>) {
    let mut tick = interval(Duration::from_secs(1) / NOISE);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut datagram = [0; 1200];
    loop {
        tick.tick().await;
        rand::rng().fill_bytes(&mut datagram);
        // RFC 9000, section 17.2.2: an Initial packet of version 1, with connection ids of 8 bytes and no token.
        datagram[..6].copy_from_slice(&[0xc3, 0, 0, 0, 1, 8]);
        datagram[14] = 8;
        datagram[23] = 0;
        datagram[24..26].copy_from_slice(&[0x44, 0x96]);
        came.tried.fetch_add(1, Ordering::Relaxed);
        // A full buffer is a lost datagram.
        let _ = socket.try_send_to(&datagram, goal);
    }
}

/// Offers, says what is in it, goes, and does so again.
async fn accepted(hostile: Arc<Hostile>, goal: SocketAddr, number: u8, came: Arc<Came>) {
    loop {
        let Ok(connection) = hostile.tries(goal).await else {
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        while connection.close_reason().is_none() {
            came.tried.fetch_add(1, Ordering::Relaxed);
            if offers(&connection, number).await.is_some() {
                came.let_in.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

async fn offers(connection: &quinn::Connection, number: u8) -> Option<()> {
    let (send, receive) = connection.open_bi().await.ok()?;
    let mut talk = Talk {
        connection: connection.clone(),
        send,
        receive,
    };
    says_hello(&mut talk).await?;
    talk.tries(&hostile::offer(number)).await.ok()?;
    for number in 0..PAGES {
        let page = hostile::page(number * ENTRIES, ENTRIES, NAME);
        talk.tries(&page).await.ok()?;
    }
    talk.next::<FromReceiver>(MAX_CONTROL).await.map(drop)
}

fn table(cell: &str, kinds: &[Kind], samples: &[Sample]) -> String {
    let of = |kind: Kind| {
        samples
            .iter()
            .filter(move |sample| sample.cell == cell && sample.kind == kind)
    };
    let seconds = |kind| median(of(kind).filter_map(|sample| sample.seconds));
    let quiet = seconds(Kind::None);
    let head = [
        "flood",
        "seconds",
        "speed beside it",
        "tried",
        "taken",
        "receiver's peak MiB",
        "runs",
        "load",
    ];
    let rows: Vec<Vec<String>> = kinds
        .iter()
        .map(|&kind| {
            let most = |figure: fn(&Sample) -> u64| of(kind).map(figure).max().unwrap_or(0);
            let peak = of(kind).filter_map(|sample| sample.peak).max();
            let speed = quiet.zip(seconds(kind));
            let finished = of(kind).filter(|sample| sample.seconds.is_some());
            let name = kind.to_possible_value();
            vec![
                name.map_or_else(String::new, |value| value.get_name().to_owned()),
                known(seconds(kind), |seconds| format!("{seconds:.2}")),
                known(speed, |(quiet, beside)| format!("{:.3}", quiet / beside)),
                most(|sample| sample.tried).to_string(),
                most(|sample| sample.let_in).to_string(),
                known(peak, |peak| (peak >> 20).to_string()),
                format!("{} / {}", finished.count(), of(kind).count()),
                known(median(of(kind).filter_map(|sample| sample.load)), |load| {
                    format!("{load:.1}")
                }),
            ]
        })
        .collect();
    markdown(&head, &rows)
}
