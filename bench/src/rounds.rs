//! The rounds: every contender once, one after the other, again and again.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, bail};
use chunkstream_core::units::format_bytes;
use tempfile::TempDir;
use tokio::runtime::Builder;

use crate::{
    args::Bench,
    case::Case,
    compare,
    contender::{Contender, Programs},
    data, interrupt, machine,
    measure::{Run, Runs},
    report::Report,
};

/// Measures what is asked for and prints it.
pub(crate) fn run(bench: &Bench) -> anyhow::Result<()> {
    until_interrupted(all(bench))
}

/// Runs a measurement, or breaks it off at a signal. The data is removed however this ends.
pub(crate) fn until_interrupted(
    measurement: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    // This program is to take little itself.
    until_interrupted_on(Builder::new_current_thread(), measurement)
}

/// The same, on another runtime.
pub(crate) fn until_interrupted_on(
    mut builder: Builder,
    measurement: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    let runtime = builder.enable_all().build()?;
    runtime.block_on(async {
        tokio::select! {
            // Dropped, it kills what runs and then removes what was written.
            result = measurement => result,
            heard = interrupt::heard() => {
                heard?;
                bail!("interrupted; the data is removed")
            }
        }
    })
}

async fn all(bench: &Bench) -> anyhow::Result<()> {
    let own = std::env::current_exe().context("where this program is cannot be found out")?;
    let beside = own.parent().context("this program is in no folder")?;
    let programs = Programs {
        chunkstream: client(bench.chunkstream.as_deref(), beside)?,
        send_options: bench.send_options.clone(),
        own: own.clone(),
    };
    let volume = bench.folder.as_deref().unwrap_or(beside);
    let mut contenders = vec![Contender::Quinn, Contender::Chunkstream];
    if !bench.no_copy && has_copy() {
        contenders.insert(0, Contender::Copy);
    }
    let mut report = Report::new();
    let mut equal = true;
    for case in Case::chosen(bench) {
        let rounds = bench.repeat.unwrap_or_else(|| case.repeat());
        let folder = TempDir::with_prefix_in("chunkstream-bench-", volume)
            .with_context(|| format!("no folder can be made in {}", volume.display()))?;
        let runs = measure(case, rounds, &contenders, &programs, folder.path()).await?;
        equal &= report.add(case, runs);
        folder.close()?;
        if !bench.json {
            report.print_last()?;
        }
    }
    if bench.json {
        report.print_json()?;
    }
    if !equal {
        bail!("what arrived is not what was sent");
    }
    Ok(())
}

/// The terminal client.
pub(crate) fn client(named: Option<&Path>, beside: &Path) -> anyhow::Result<PathBuf> {
    let name = format!("chunkstream{}", std::env::consts::EXE_SUFFIX);
    let path = named.map_or_else(|| beside.join(name), Path::to_owned);
    if !path.is_file() {
        bail!(
            "{} is missing; build it with `cargo build --release -p chunkstream-cli`, or name another with \
             --chunkstream",
            path.display()
        );
    }
    Ok(path)
}

/// Whether the system has a `cp`.
fn has_copy() -> bool {
    let mut command = Command::new("cp");
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    // Without arguments it only complains.
    quiet.status().is_ok()
}

async fn measure(
    case: Case,
    rounds: u32,
    contenders: &[Contender],
    programs: &Programs,
    folder: &Path,
) -> anyhow::Result<Vec<Runs>> {
    enough_space(case, folder)?;
    eprintln!("{}: making {}", case.name(), format_bytes(case.bytes()));
    let source = data::make(case, folder).await?;
    let sent = compare::digest(&source).await?;
    let mut all: Vec<Runs> = contenders
        .iter()
        .map(|&contender| Runs {
            contender,
            runs: Vec::new(),
        })
        .collect();
    for round in 1..=rounds {
        for Runs { contender, runs } in &mut all {
            settle();
            let target = TempDir::with_prefix_in("target-", folder)?;
            let scratch = TempDir::with_prefix_in("scratch-", folder)?;
            let load = machine::load();
            let took = contender
                .run(programs, &source, target.path(), scratch.path())
                .await?;
            let equal = compare::digest(&target.path().join(case.name())).await? == sent;
            eprintln!(
                "{}: round {round} of {rounds}: {} took {:.2} s{}",
                case.name(),
                contender.name(),
                took.seconds,
                if equal { "" } else { ", CONTENTS DIFFER" },
            );
            runs.push(Run {
                seconds: took.seconds,
                sender: took.sender,
                receiver: took.receiver,
                load,
                equal,
                told: took.told,
            });
            target.close()?;
            scratch.close()?;
        }
    }
    fs::metadata(&source).context("the source is gone")?;
    Ok(all)
}

/// The source and one copy must fit: the reference writes holes as zeros.
pub(crate) fn enough_space(case: Case, folder: &Path) -> anyhow::Result<()> {
    const SPARE: u64 = 256 * 1024 * 1024;
    let need = case.bytes().saturating_mul(2).saturating_add(SPARE);
    match machine::free_space(folder)? {
        Some(free) if free < need => bail!(
            "{} needs {} on the volume of {}, which has {}",
            case.name(),
            format_bytes(need),
            folder.display(),
            format_bytes(free),
        ),
        _ => Ok(()),
    }
}

/// Lets the disk come to rest, so that nobody pays for what was written before.
pub(crate) fn settle() {
    #[cfg(unix)]
    rustix::fs::sync();
}
