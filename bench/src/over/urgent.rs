//! An urgent small file while a huge one is under way to the same device, beside the same file on an idle link.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use chunkstream_core::{chunk::ParityMode, priority::Priority, units::format_bytes};
use serde::Serialize;
use tokio::time::{sleep, timeout};

use super::{
    args,
    ground::{Ground, PORT, Programs},
    report::{known, markdown},
    resident::{LISTEN, Resident},
};
use crate::{
    case::Case,
    data, machine,
    median::{median, quantile},
    rounds::enough_space,
};

/// Between two urgent files.
const PAUSE: Duration = Duration::from_secs(1);
/// The huge file is under way when a part of it has arrived.
const UNDER_WAY: u64 = 20;

/// What was seen on one link.
#[derive(Debug, Serialize)]
struct Seen {
    cell: String,
    idle_seconds: Vec<f64>,
    beside_seconds: Vec<f64>,
    /// Runs that took longer than the limit.
    not_finished: u32,
    load: Option<f64>,
}

/// Measures and prints.
pub(crate) async fn run(how: &args::Urgent) -> anyhow::Result<()> {
    let programs = Programs::find(&how.common)?;
    let mut all = Vec::new();
    for profile in &how.cells {
        let ground = Ground::new(profile, &programs, &how.common)?;
        all.push(cell(&ground, how).await?);
    }
    if how.common.json {
        println!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    let head = [
        "link",
        "idle s p50 / p90",
        "beside s p50 / p90",
        "times",
        "runs",
        "not finished",
        "load",
    ];
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    println!(
        "\n### An urgent file of {} while {} are under way\n\n{}",
        format_bytes(how.size),
        format_bytes(how.huge),
        markdown(&head, &rows)
    );
    Ok(())
}

async fn cell(ground: &Ground, how: &args::Urgent) -> anyhow::Result<Seen> {
    let folder = ground.folder.path();
    let case = Case::Big { size: how.huge };
    enough_space(case, folder)?;
    let huge = data::make(case, folder).await?;
    let log = folder.join("log");
    let load = machine::load();
    let (_receiver, ticket) = ground
        .receiver(
            &folder.join("receiver"),
            &folder.join("target"),
            PORT,
            false,
            &log,
        )
        .await?;
    let mut sender = Resident::start(ground, &folder.join("sender"), LISTEN, &log).await?;
    ground.link.restart(how.common.seed)?;
    let mut seen = Seen {
        cell: ground.profile.name.clone(),
        idle_seconds: Vec::new(),
        beside_seconds: Vec::new(),
        not_finished: 0,
        load,
    };
    let mut number = 0;
    let mut urgent = |seen: &Seen| {
        number += 1;
        small(folder, number, how.size).map(|path| (path, seen.cell.clone()))
    };
    // The first one also makes the acquaintance.
    for round in 0..=how.runs {
        let (path, name) = urgent(&seen)?;
        match timeout(how.common.limit, once(&mut sender, &path, &ticket)).await {
            Ok(seconds) if round > 0 => {
                let seconds = seconds?;
                eprintln!("{name}: idle: {round} of {}: {seconds:.3} s", how.runs);
                seen.idle_seconds.push(seconds);
            }
            Ok(first) => {
                first?;
            }
            Err(_) => seen.not_finished += 1,
        }
        sleep(PAUSE).await;
    }
    let id = sender
        .send(&huge, &ticket, Priority::Normal, ParityMode::Auto)
        .await?;
    timeout(
        how.common.limit,
        sender.under_way(&id, how.huge / UNDER_WAY),
    )
    .await??;
    for round in 1..=how.runs {
        let (path, name) = urgent(&seen)?;
        let result = timeout(how.common.limit, once(&mut sender, &path, &ticket)).await;
        if !sender.moves(&id).await? {
            eprintln!("{name}: the huge file has ended before round {round} had");
            break;
        }
        match result {
            Ok(seconds) => {
                let seconds = seconds?;
                eprintln!("{name}: beside: {round} of {}: {seconds:.3} s", how.runs);
                seen.beside_seconds.push(seconds);
            }
            Err(_) => seen.not_finished += 1,
        }
        sleep(PAUSE).await;
    }
    Ok(seen)
}

async fn once(sender: &mut Resident, path: &Path, ticket: &str) -> anyhow::Result<f64> {
    let begin = Instant::now();
    let id = sender
        .send(path, ticket, Priority::Critical, ParityMode::Auto)
        .await?;
    sender.completed(&id).await?;
    Ok(begin.elapsed().as_secs_f64())
}

/// A file like no other.
pub(crate) fn small(folder: &Path, number: u32, bytes: u64) -> std::io::Result<PathBuf> {
    let path = folder.join(format!("small-{number:05}.bin"));
    let mut content = vec![0; usize::try_from(bytes).map_err(std::io::Error::other)?];
    let mut stream = blake3::Hasher::new()
        .update(&number.to_le_bytes())
        .finalize_xof();
    stream.fill(&mut content);
    fs::write(&path, content)?;
    Ok(path)
}

fn row(seen: &Seen) -> Vec<String> {
    let both = |seconds: &[f64]| {
        let share = |share| quantile(seconds.iter().copied(), share);
        known(share(0.5).zip(share(0.9)), |(half, most)| {
            format!("{half:.3} / {most:.3}")
        })
    };
    let times = median(seen.beside_seconds.iter().copied())
        .zip(median(seen.idle_seconds.iter().copied()))
        .map(|(beside, idle)| beside / idle);
    vec![
        seen.cell.clone(),
        both(&seen.idle_seconds),
        both(&seen.beside_seconds),
        known(times, |times| format!("{times:.2}")),
        format!(
            "{} / {}",
            seen.idle_seconds.len(),
            seen.beside_seconds.len()
        ),
        seen.not_finished.to_string(),
        known(seen.load, |load| format!("{load:.1}")),
    ]
}
