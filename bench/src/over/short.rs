//! A short file to a device that is known, again and again: by a new process each time, and by engines that run on.
//!
//! All ways are interleaved and the Nth file of each sees the same random choices of the link.

use std::{
    path::Path,
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
    urgent::small,
};
use crate::{child::Running, link::End, machine, median::quantile};

/// Between two files, so that none pays for the end of the one before.
const PAUSE: Duration = Duration::from_millis(250);

/// One way to send.
#[derive(Debug)]
struct Way {
    parity: ParityMode,
    /// None: a new process each time.
    resident: Option<Resident>,
    device: std::path::PathBuf,
    seen: Seen,
}

/// What was seen of it.
#[derive(Debug, Serialize)]
struct Seen {
    cell: String,
    resident: bool,
    parity: String,
    seconds: Vec<f64>,
    /// Bytes from A to B, of each that finished.
    wire_bytes: Vec<u64>,
    /// Runs that failed or took longer than the limit.
    not_finished: u32,
    load: Option<f64>,
}

/// Measures and prints.
pub(crate) async fn run(how: &args::Short) -> anyhow::Result<()> {
    let programs = Programs::find(&how.common)?;
    let mut all = Vec::new();
    for profile in &how.cells {
        let ground = Ground::new(profile, &programs, &how.common)?;
        all.extend(cell(&ground, how).await?);
    }
    if how.common.json {
        println!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    let head = [
        "link",
        "sender",
        "parity",
        "s p50",
        "s p90",
        "s p99",
        "least",
        "most",
        "wire/file",
        "good",
        "not finished",
        "load",
    ];
    let rows: Vec<Vec<String>> = all.iter().map(|seen| row(seen, how.size)).collect();
    println!(
        "\n### {} to a known device\n\n{}",
        format_bytes(how.size),
        markdown(&head, &rows)
    );
    Ok(())
}

async fn cell(ground: &Ground, how: &args::Short) -> anyhow::Result<Vec<Seen>> {
    let folder = ground.folder.path();
    let log = folder.join("log");
    let (_receiver, ticket) = ground
        .receiver(
            &folder.join("receiver"),
            &folder.join("target"),
            PORT,
            false,
            &log,
        )
        .await?;
    let mut ways = Vec::new();
    for mode in &how.parity {
        for runs_on in [false, true] {
            if (runs_on && how.only_new) || (!runs_on && how.only_resident) {
                continue;
            }
            let parity: ParityMode = mode
                .parse()
                .map_err(|error| anyhow::anyhow!("{mode}: {error}"))?;
            let number = ways.len() as u16;
            let device = folder.join(format!("sender-{number}"));
            let resident = if runs_on {
                Some(Resident::start(ground, &device, LISTEN + number, &log).await?)
            } else {
                None
            };
            ways.push(Way {
                parity,
                resident,
                device,
                seen: Seen {
                    cell: ground.profile.name.clone(),
                    resident: runs_on,
                    parity: mode.clone(),
                    seconds: Vec::new(),
                    wire_bytes: Vec::new(),
                    not_finished: 0,
                    load: machine::load(),
                },
            });
        }
    }
    let mut number = 0;
    // The first round makes the acquaintance and does not count.
    for round in 0..=how.runs {
        for way in &mut ways {
            number += 1;
            let path = small(folder, number, how.size)?;
            let seed = how.common.seed.wrapping_add(round.into());
            ground.link.restart(seed)?;
            let result = timeout(how.common.limit, way.send(ground, &path, &ticket, &log)).await;
            let wire = ground.link.seen()?.forth.bytes;
            match result {
                _ if round == 0 => {}
                Ok(Ok(seconds)) => {
                    way.seen.seconds.push(seconds);
                    way.seen.wire_bytes.push(wire);
                }
                Ok(Err(error)) => {
                    eprintln!("{}: {error:#}", ground.profile.name);
                    way.seen.not_finished += 1;
                }
                Err(_) => way.seen.not_finished += 1,
            }
            std::fs::remove_file(&path)?;
            sleep(PAUSE).await;
        }
        if round % 20 == 0 {
            eprintln!("{}: {round} of {}", ground.profile.name, how.runs);
        }
    }
    Ok(ways.into_iter().map(|way| way.seen).collect())
}

impl Way {
    /// Sends one file and tells the seconds until it was confirmed.
    async fn send(
        &mut self,
        ground: &Ground,
        path: &Path,
        ticket: &str,
        log: &Path,
    ) -> anyhow::Result<f64> {
        let begin = Instant::now();
        if let Some(resident) = &mut self.resident {
            let id = resident
                .send(path, ticket, Priority::Normal, self.parity)
                .await?;
            resident.completed(&id).await?;
            return Ok(begin.elapsed().as_secs_f64());
        }
        let mut command = ground.device(&self.device);
        command.arg("send").arg(path).args(["--to", ticket]);
        command.args(["--parity", &self.parity.to_string()]);
        let mut sender: Running = ground.start(End::A, command, "chunkstream send", log)?;
        let end = sender.finish().await?.at;
        Ok((end - begin).as_secs_f64())
    }
}

fn row(seen: &Seen, bytes: u64) -> Vec<String> {
    let share = |share| {
        let seconds = quantile(seen.seconds.iter().copied(), share);
        known(seconds, |seconds| format!("{seconds:.3}"))
    };
    let wire = seen
        .wire_bytes
        .iter()
        .map(|&wire| wire as f64 / bytes.max(1) as f64);
    vec![
        seen.cell.clone(),
        if seen.resident {
            "resident"
        } else {
            "new process"
        }
        .to_owned(),
        seen.parity.clone(),
        share(0.5),
        share(0.9),
        share(0.99),
        share(0.0),
        share(1.0),
        known(quantile(wire, 0.5), |wire| format!("{wire:.2}")),
        seen.seconds.len().to_string(),
        seen.not_finished.to_string(),
        known(seen.load, |load| format!("{load:.1}")),
    ]
}
