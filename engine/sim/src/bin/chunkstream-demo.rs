//! The headless demo: a real file goes from one engine to another over a link that loses packets, and the
//! demo shows that it arrived. `chunkstream-demo [FILE]`; without a file it makes one of 16 MiB.
//!
//! The engines, the disk and the bytes are real; the link is simulated, in virtual time, so that the demo
//! needs no network, no display and no minutes. Exit code 0 only if both BLAKE3 roots are equal.

use std::{
    error::Error,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use chunkstream_engine::{
    api::{SendRequest, TransferView},
    core::units::{format_bytes, format_duration},
    disk::RealDisk,
};
use chunkstream_sim::{network::Link, world::World};
use tokio::time::Instant;

const SIZE: usize = 16 * 1024 * 1024;
const WIDTH: usize = 50;
const ROWS: usize = 12;

fn link() -> Link {
    Link {
        rate_bits: Some(50_000_000),
        delay: Duration::from_millis(20),
        loss: 0.02,
        jitter: Duration::from_millis(2),
        queue_bytes: Some(250_000),
        ..Link::default()
    }
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build();
    let result = runtime
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(demo()));
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("the demo failed: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn demo() -> Result<bool, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let source = match std::env::args_os().nth(1) {
        Some(path) => fs::canonicalize(path)?,
        None => made(folder.path())?,
    };
    let inbox = folder.path().join("inbox");
    let begun = std::time::Instant::now();
    let world = World::new(1, link());
    let ada = world
        .device_with("ada", |config| config.disk = Arc::new(RealDisk))
        .await;
    let into = inbox.clone();
    let bob = world
        .device_with("bob", move |config| {
            config.disk = Arc::new(RealDisk);
            config.inbox_folder = Some(into.clone());
        })
        .await;
    let size = fs::metadata(&source)?.len();
    println!(
        "ada sends {} ({}) to bob",
        source.display(),
        format_bytes(size)
    );
    println!(
        "the link: 50 Mbit/s, 40 ms there and back, 2 % of all packets lost each way, 2 ms of jitter\n"
    );
    let request = SendRequest {
        paths: vec![source.display().to_string()],
        targets: vec![bob.ticket.clone()],
        ..SendRequest::default()
    };
    let id = ada.begin(request).await;
    let offer = bob.offered(&id).await;
    println!(
        "bob is asked: {} from {} [{}]",
        offer.title, offer.peer.name, offer.peer.device_id
    );
    bob.accept(&id).await;
    println!("bob accepts\n");
    let clock = Instant::now();
    let mut samples = vec![(0.0, 0_u64)];
    let mut updates = ada.engine.subscribe();
    let done: TransferView = loop {
        let update = updates.next().await.ok_or("the engine stopped")?;
        if let Some(view) = update.transfers.into_iter().find(|view| view.id == id) {
            samples.push((clock.elapsed().as_secs_f64(), view.durable_bytes));
            if view.state.is_final() {
                break view;
            }
        }
    };
    let took = clock.elapsed();
    draw(&samples, size);
    let placed = bob
        .finished(&id)
        .await
        .roots
        .first()
        .and_then(|root| root.path.clone())
        .ok_or("nothing arrived")?;
    let (sent, arrived) = (root(&source)?, root(Path::new(&placed))?);
    let stats = done.stats;
    println!("\n{:<24}{}", "state", done.state);
    println!(
        "{:<24}{} of link time, {} of yours",
        "took",
        format_duration(took),
        format_duration(begun.elapsed())
    );
    println!(
        "{:<24}{}",
        "verified and durable",
        format_bytes(done.durable_bytes)
    );
    println!(
        "{:<24}{}",
        "on the wire",
        format_bytes(stats.wire_bytes_sent)
    );
    println!("{:<24}{}", "packets lost", stats.packets_lost);
    println!(
        "{:<24}{} sent, {} sent again",
        "chunks", stats.chunks_sent, stats.chunks_resent
    );
    println!("{:<24}{sent}", "BLAKE3 at ada");
    println!("{:<24}{arrived}", "BLAKE3 at bob");
    println!(
        "\n{}",
        if sent == arrived {
            "equal: it arrived"
        } else {
            "NOT equal"
        }
    );
    ada.engine.shutdown().await;
    bob.engine.shutdown().await;
    Ok(sent == arrived)
}

/// A file of noise.
fn made(folder: &Path) -> std::io::Result<PathBuf> {
    let path = folder.join("holiday.raw");
    let mut bytes = vec![0; SIZE];
    blake3::Hasher::new()
        .update(b"demo")
        .finalize_xof()
        .fill(&mut bytes);
    fs::File::create(&path)?.write_all(&bytes)?;
    Ok(path)
}

fn root(path: &Path) -> std::io::Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    std::io::copy(&mut fs::File::open(path)?, &mut hasher)?;
    Ok(hasher.finalize())
}

/// Durable bytes at the receiver over time, a row for each equal part of it.
fn draw(samples: &[(f64, u64)], size: u64) {
    let end = samples.last().map_or(0.0, |sample| sample.0);
    println!("durable at bob:");
    for row in 0..=ROWS {
        let at = end * row as f64 / ROWS as f64;
        let durable = samples
            .iter()
            .take_while(|sample| sample.0 <= at)
            .last()
            .map_or(0, |sample| sample.1);
        let share = if size == 0 {
            1.0
        } else {
            durable as f64 / size as f64
        };
        let filled = (share * WIDTH as f64).round() as usize;
        println!(
            "{at:6.1} s  {}{} {:3.0} %",
            "█".repeat(filled),
            "·".repeat(WIDTH - filled.min(WIDTH)),
            share * 100.0
        );
    }
}
