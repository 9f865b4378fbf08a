//! What a transfer alone on a link adds to the delay of everybody else's packets there: as the link's queue counts it
//! for the transfer's own packets, and as a ping beside it feels it.

use std::time::{Duration, Instant};

use chunkstream_core::units::format_bytes;
use serde::Serialize;
use tokio::time::sleep;

use super::{
    args,
    contender::{Congestion, Contender},
    ground::{Ground, PORT, Programs, possible},
    measure::{self, End, Run, megabits},
    probe::Probe,
    report::{known, markdown},
    tcp::Flow,
};
use crate::{
    case::Case,
    compare, data, machine,
    median::{median, quantile},
    rounds::enough_space,
};

/// How often a plain flow is asked whether it has carried enough.
const LOOK: Duration = Duration::from_millis(5);

/// One run.
#[derive(Debug, Serialize)]
struct Sample {
    cell: String,
    contender: Contender,
    run: Run,
    /// Milliseconds by which round trips were longer than on the idle link: median, 95 %.
    added_ms: Option<(f64, f64)>,
}

/// Measures and prints.
pub(crate) async fn run(how: &args::Queue) -> anyhow::Result<()> {
    let programs = Programs::find(&how.common)?;
    let contenders = possible(&how.contenders);
    let case = Case::Big { size: how.size };
    let mut samples = Vec::new();
    for profile in &how.cells {
        let Some(shape) = &profile.shape else {
            eprintln!("{}: it has no queue that could be seen", profile.name);
            continue;
        };
        let ground = Ground::new(profile, &programs, &how.common)?;
        enough_space(case, ground.folder.path())?;
        let source = data::make(case, ground.folder.path()).await?;
        let digest = compare::digest(&source).await?;
        for round in 1..=how.runs {
            for contender in &contenders {
                let seed = how.common.seed.wrapping_add(u64::from(round));
                let limit = how.common.limit;
                let probe = Probe::start(&ground.link)?;
                let run = match contender {
                    Contender::Tcp(congestion) => {
                        flow(&ground, *congestion, how.size, seed, limit).await?
                    }
                    _ => measure::once(&ground, contender, &source, digest, seed, limit).await?,
                };
                let base = shape.delay.as_secs_f64() * 2e3;
                let added: Vec<f64> = probe
                    .finish()
                    .iter()
                    .map(|time| (time.as_secs_f64() * 1e3 - base).max(0.0))
                    .collect();
                let share = |share| quantile(added.iter().copied(), share);
                let sample = Sample {
                    cell: profile.name.clone(),
                    contender: contender.clone(),
                    added_ms: share(0.5).zip(share(0.95)),
                    run,
                };
                eprintln!(
                    "{}: round {round} of {}: {contender}: {}, {}",
                    profile.name,
                    how.runs,
                    sample.run.told(how.size),
                    known(sample.added_ms, |(half, most)| format!(
                        "{half:.1} ms added, 95 % {most:.1}"
                    )),
                );
                samples.push(sample);
            }
        }
    }
    if how.common.json {
        println!("{}", serde_json::to_string_pretty(&samples)?);
    } else {
        for profile in &how.cells {
            let cell = &profile.name;
            println!("\n### {cell}: queue under {}\n", format_bytes(how.size));
            println!("{}", table(cell, &contenders, &samples, how.size));
        }
    }
    Ok(())
}

/// A plain flow until it has carried `bytes`.
async fn flow(
    ground: &Ground,
    congestion: Congestion,
    bytes: u64,
    seed: u64,
    limit: Duration,
) -> anyhow::Result<Run> {
    let load = machine::load();
    ground.link.restart(seed)?;
    let begin = Instant::now();
    let flow = Flow::start(&ground.link, congestion, PORT)?;
    let mut end = End::Finished { equal: true };
    loop {
        let seen = ground.link.seen()?;
        if seen
            .forth
            .by_port
            .get(&PORT)
            .is_some_and(|&carried| carried >= bytes)
        {
            break;
        }
        if begin.elapsed() >= limit {
            end = End::NotFinished;
            break;
        }
        sleep(LOOK).await;
    }
    let run = Run::new(
        end,
        begin.elapsed().as_secs_f64(),
        load,
        &ground.link.seen()?,
    );
    drop(flow);
    Ok(run)
}

fn table(cell: &str, contenders: &[Contender], samples: &[Sample], bytes: u64) -> String {
    let head = [
        "alone on the link",
        "Mbit/s",
        "queue ms p50 / p95",
        "ping's added ms p50 / p95",
        "dropped at the queue",
        "load",
    ];
    let rows: Vec<Vec<String>> = contenders
        .iter()
        .map(|contender| {
            let of = || {
                let here = samples.iter().filter(|sample| sample.cell == cell);
                here.filter(|sample| sample.contender == *contender)
            };
            let both = |one: fn(&Sample) -> Option<(f64, f64)>| {
                let half = median(of().filter_map(one).map(|both| both.0))?;
                Some((half, median(of().filter_map(one).map(|both| both.1))?))
            };
            let text = |(half, most): (f64, f64)| format!("{half:.1} / {most:.1}");
            let rate = |sample: &Sample| match sample.run.end {
                End::Finished { .. } => megabits(bytes, sample.run.seconds),
                _ => megabits(sample.run.forth.delivered_bytes, sample.run.seconds),
            };
            let dropped = |sample: &Sample| {
                sample.run.forth.dropped as f64 / sample.run.forth.packets.max(1) as f64
            };
            vec![
                contender.to_string(),
                known(median(of().map(rate)), |rate| format!("{rate:.1}")),
                known(both(|sample| sample.run.queue_ms), text),
                known(both(|sample| sample.added_ms), text),
                known(median(of().map(dropped)), |part| {
                    format!("{:.2} %", part * 100.0)
                }),
                known(median(of().filter_map(|sample| sample.run.load)), |load| {
                    format!("{load:.1}")
                }),
            ]
        })
        .collect();
    markdown(&head, &rows)
}
