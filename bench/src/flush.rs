//! `flush`: what durability costs, and what other batches would.
//!
//! Both engines run in this process, over loopback, with the real disk; the receiver's flushes differ. Every round
//! runs each policy once, one after the other, so that whatever else the machine does falls on all alike; ratios are
//! between runs of one round. What a batch had and took comes from the committer's own log. With `no flush` nothing
//! is asked of the disk (the rows in the database are still flushed): the time that is left is what everything
//! else takes.

mod lazy_disk;
mod listener;

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use chunkstream_core::{session::State, units::format_bytes};
use chunkstream_engine::{
    AcceptPolicy, Batch, Engine, EngineConfig,
    api::{Nothing, SendRequest},
};
use serde::Serialize;
use tempfile::TempDir;

use self::{
    lazy_disk::LazyDisk,
    listener::{Listener, OneBatch},
};
use crate::{
    args::Flush,
    case::Case,
    compare, data,
    machine::{self, Machine},
    median::{median, range},
    rounds,
};

const MIB: u64 = 1024 * 1024;

/// One way to flush.
#[derive(Clone, Copy, Debug)]
struct Policy {
    name: &'static str,
    batch: Batch,
    flushes: bool,
}

/// What is compared, the default first.
fn policies() -> Vec<Policy> {
    let of = |name, bytes, age_ms| Policy {
        name,
        batch: Batch {
            bytes,
            age: Duration::from_millis(age_ms),
            ..Batch::default()
        },
        flushes: true,
    };
    vec![
        Policy {
            name: "default",
            batch: Batch::default(),
            flushes: true,
        },
        Policy {
            name: "no flush",
            batch: Batch::default(),
            flushes: false,
        },
        of("each chunk", 512 * 1024, 0),
        of("4 MiB", 4 * MIB, 200),
        of("32 MiB", 32 * MIB, 200),
        of("64 MiB or 1 s", 64 * MIB, 1000),
    ]
}

/// One transfer under a policy.
#[derive(Debug, Serialize)]
struct Run {
    policy: &'static str,
    round: u32,
    seconds: f64,
    load: Option<f64>,
    batches: Vec<OneBatch>,
}

#[derive(Debug, Serialize)]
struct Report {
    machine: Machine,
    case: &'static str,
    bytes: u64,
    runs: Vec<Run>,
}

/// Measures and prints.
pub(crate) async fn run(how: &Flush) -> anyhow::Result<()> {
    let own = std::env::current_exe().context("where this program is cannot be found out")?;
    let beside = own.parent().context("this program is in no folder")?;
    let volume = how.folder.as_deref().unwrap_or(beside);
    let folder = TempDir::with_prefix_in("chunkstream-bench-", volume)
        .with_context(|| format!("no folder can be made in {}", volume.display()))?;
    let listener = Listener::install()?;
    let mut reports = Vec::new();
    for case in [
        Case::Big { size: how.size },
        Case::Tree {
            files: how.files,
            each: crate::case::SMALL,
        },
    ] {
        if case.bytes() == 0 {
            continue;
        }
        rounds::enough_space(case, folder.path())?;
        eprintln!("{}: making {}", case.name(), format_bytes(case.bytes()));
        let source = data::make(case, folder.path()).await?;
        let sent = compare::digest(&source).await?;
        let mut runs = Vec::new();
        for round in 1..=how.repeat {
            for policy in policies() {
                rounds::settle();
                let load = machine::load();
                let scratch = TempDir::with_prefix_in("scratch-", folder.path())?;
                let seconds = transfer(policy, &source, scratch.path()).await?;
                let batches = listener.take();
                if compare::digest(&scratch.path().join("inbox").join(case.name())).await? != sent {
                    bail!("what arrived is not what was sent");
                }
                eprintln!(
                    "{}: round {round}: {} took {seconds:.2} s",
                    case.name(),
                    policy.name
                );
                runs.push(Run {
                    policy: policy.name,
                    round,
                    seconds,
                    load,
                    batches,
                });
                scratch.close()?;
            }
        }
        let report = Report {
            machine: Machine::this(),
            case: case.name(),
            bytes: case.bytes(),
            runs,
        };
        if !how.json {
            print(&report);
        }
        reports.push(report);
    }
    if how.json {
        println!("{}", serde_json::to_string_pretty(&reports)?);
    }
    folder.close()?;
    Ok(())
}

/// Seconds from the order to send until the sender has the receiver's confirmation.
async fn transfer(policy: Policy, source: &Path, scratch: &Path) -> anyhow::Result<f64> {
    let config = |name: &str| {
        EngineConfig::new(scratch.join(name)).listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
    };
    let mut receiving = config("receiver");
    receiving.accept = AcceptPolicy::All;
    receiving.inbox_folder = Some(scratch.join("inbox"));
    receiving.batch = policy.batch;
    if !policy.flushes {
        receiving.disk = Arc::new(LazyDisk::default());
    }
    let receiver = Engine::start(receiving).await?;
    let sender = Engine::start(config("sender")).await?;
    let ticket = receiver.identity(Nothing {}).await?.ticket;
    let mut updates = sender.subscribe();
    let began = Instant::now();
    sender
        .send(SendRequest {
            paths: vec![
                source
                    .to_str()
                    .context("a path without Unicode")?
                    .to_owned(),
            ],
            targets: vec![ticket],
            ..SendRequest::default()
        })
        .await?;
    let seconds = loop {
        let update = updates.next().await.context("the engine has stopped")?;
        let ended = update.transfers.iter().find(|view| view.state.is_final());
        match ended {
            Some(view) if view.state == State::Completed => break began.elapsed().as_secs_f64(),
            Some(view) => bail!("the transfer ended: {:?}", view.failure),
            None => {}
        }
    };
    sender.shutdown().await;
    receiver.shutdown().await;
    Ok(seconds)
}

fn print(report: &Report) {
    let rounds = report.runs.iter().map(|run| run.round).max().unwrap_or(0);
    println!(
        "\n{}: {}, {rounds} round(s), {} processor(s), {}",
        report.case,
        format_bytes(report.bytes),
        report.machine.processors,
        report.machine.system
    );
    println!(
        "{:<15}{:>9}{:>13}{:>9}{:>9}{:>11}{:>18}{:>18}{:>7}",
        "", "seconds", "least-most", "of", "batches", "MiB each", "flush ms", "rows ms", "load"
    );
    println!(
        "{:<15}{:>9}{:>13}{:>9}{:>9}{:>11}{:>18}{:>18}{:>7}",
        "", "median", "", "default", "", "median", "median / most", "median / most", ""
    );
    for policy in policies() {
        if let Some(line) = line(report, policy.name) {
            println!("{line}");
        }
    }
}

fn line(report: &Report, policy: &str) -> Option<String> {
    let of = |name: &str| -> Vec<&Run> {
        let runs = report.runs.iter();
        runs.filter(|run| run.policy == name).collect()
    };
    let (runs, default) = (of(policy), of("default"));
    let ratios = runs
        .iter()
        .zip(&default)
        .map(|(run, default)| run.seconds / default.seconds);
    let seconds = || runs.iter().map(|run| run.seconds);
    let (least, most) = range(seconds())?;
    let batches = || runs.iter().flat_map(|run| &run.batches);
    let both = |values: Vec<f64>| {
        let most = values.iter().copied().fold(0.0, f64::max);
        format!("{:.1} / {most:.0}", median(values).unwrap_or(0.0))
    };
    let load = runs.iter().filter_map(|run| run.load);
    Some(format!(
        "{policy:<15}{:>9.2}{:>13}{:>9.2}{:>9.0}{:>11.1}{:>18}{:>18}{:>7.1}",
        median(seconds())?,
        format!("{least:.2}-{most:.2}"),
        median(ratios)?,
        median(runs.iter().map(|run| run.batches.len() as f64))?,
        median(batches().map(|batch| batch.bytes as f64 / MIB as f64)).unwrap_or(0.0),
        both(
            batches()
                .map(|batch| batch.sync_us as f64 / 1000.0)
                .collect()
        ),
        both(
            batches()
                .map(|batch| batch.rows_us as f64 / 1000.0)
                .collect()
        ),
        median(load).unwrap_or(0.0),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_between_runs_of_one_round() {
        let run = |policy, round, seconds| Run {
            policy,
            round,
            seconds,
            load: None,
            batches: vec![OneBatch {
                chunks: 2,
                bytes: MIB,
                sync_us: 2_000,
                rows_us: 500,
            }],
        };
        let report = Report {
            machine: Machine::this(),
            case: "big",
            bytes: 1,
            runs: vec![
                run("default", 1, 2.0),
                run("no flush", 1, 1.0),
                run("default", 2, 8.0),
                run("no flush", 2, 4.0),
            ],
        };
        let line = line(&report, "no flush").expect("it ran");
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(words[2..6], ["2.50", "1.00-4.00", "0.50", "1"], "{line}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_disk_that_flushes_nothing_still_takes_everything() {
        let folder = tempfile::tempdir().expect("a folder");
        let case = Case::Big { size: 3 * MIB + 1 };
        let source = data::make(case, folder.path()).await.expect("made");
        let policy = policies()
            .into_iter()
            .find(|policy| !policy.flushes)
            .expect("there is one");
        let scratch = folder.path().join("scratch");
        std::fs::create_dir(&scratch).expect("a folder");
        transfer(policy, &source, &scratch).await.expect("sent");
        assert_eq!(
            compare::digest(&scratch.join("inbox/big"))
                .await
                .expect("read"),
            compare::digest(&source).await.expect("read")
        );
    }
}
