//! One run over a link, and what the runs of a contender come to.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use serde::Serialize;
use serde_json::Value;
use tempfile::TempDir;

use super::{
    contender::Contender,
    ground::{Ground, PORT},
};
use crate::{
    child::Usage,
    compare,
    link::{Counters, Seen},
    machine,
    median::{median, range},
};

/// How a run ended.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    /// What arrived is what was sent, or is not.
    Finished {
        /// Whether the contents are equal.
        equal: bool,
    },
    /// Broken off.
    NotFinished,
    /// With an error.
    Failed(String),
}

/// One run.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Run {
    pub(crate) end: End,
    /// From the start of the sending command to its exit.
    pub(crate) seconds: f64,
    pub(crate) sender: Option<Usage>,
    pub(crate) receiver: Option<Usage>,
    /// The machine's when the run began.
    pub(crate) load: Option<f64>,
    pub(crate) forth: Counters,
    pub(crate) back: Counters,
    /// Milliseconds in the queue of the link from A to B: median, 95 %.
    pub(crate) queue_ms: Option<(f64, f64)>,
    /// Milliseconds that packets were late by the emulator's fault: 99 %.
    pub(crate) late_ms: Option<f64>,
    /// What the contender itself has to say.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub(crate) told: Value,
}

/// All runs of one contender in one cell, and their medians.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Runs {
    pub(crate) contender: Contender,
    pub(crate) summary: Option<Summary>,
    #[serde(rename = "runs")]
    pub(crate) all: Vec<Run>,
}

/// Medians, of finished runs where there are any.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct Summary {
    /// Runs that finished with equal contents, and all.
    pub(crate) finished: (usize, usize),
    pub(crate) seconds: Option<f64>,
    pub(crate) seconds_range: Option<(f64, f64)>,
    /// Of the files' bytes. Of a contender that never finished: of all that arrived, headers included, so at most.
    pub(crate) megabits: f64,
    /// Bytes of packets that came to the link by bytes of the files.
    pub(crate) wire: Option<f64>,
    /// Bytes of parity that ours says it has sent, by bytes of the files.
    pub(crate) parity: Option<f64>,
    pub(crate) queue_ms: Option<(f64, f64)>,
    /// Processor seconds per gigabyte (of 1,000,000,000 bytes).
    pub(crate) sender_cpu: Option<f64>,
    pub(crate) receiver_cpu: Option<f64>,
    /// The greatest of all runs.
    pub(crate) sender_peak: Option<u64>,
    pub(crate) receiver_peak: Option<u64>,
    pub(crate) load: Option<f64>,
    pub(crate) late_ms: Option<f64>,
    /// Why the last run that failed did.
    pub(crate) failure: Option<String>,
}

/// Brings `source` over the link once.
pub(crate) async fn once(
    ground: &Ground,
    contender: &Contender,
    source: &Path,
    digest: blake3::Hash,
    seed: u64,
    limit: Duration,
) -> anyhow::Result<Run> {
    let target = TempDir::with_prefix_in("target-", ground.folder.path())?;
    let scratch = TempDir::with_prefix_in("scratch-", ground.folder.path())?;
    let load = machine::load();
    ground.link.restart(seed)?;
    let begin = Instant::now();
    let bringing = ground.bring(contender, source, target.path(), scratch.path(), PORT);
    let mut bringing = Box::pin(bringing);
    // Before what it guards, however this ends.
    let rest = ground.link.cleared();
    let result = tokio::time::timeout(limit, &mut bringing).await;
    let seconds = begin.elapsed().as_secs_f64();
    let seen = ground.link.seen()?;
    drop(rest);
    drop(bringing);
    let (end, took) = match result {
        Err(_) => (End::NotFinished, None),
        Ok(Err(error)) => {
            let log = std::fs::read_to_string(scratch.path().join("log")).unwrap_or_default();
            let last = log.lines().last().unwrap_or_default();
            (
                End::Failed(format!("{error:#} {last}").trim().to_owned()),
                None,
            )
        }
        Ok(Ok(took)) => {
            let name = source.file_name().context("a source without a name")?;
            let there = compare::digest(&target.path().join(name)).await;
            let equal = there.is_ok_and(|there| there == digest);
            (End::Finished { equal }, Some(took))
        }
    };
    let mut run = Run::new(end, seconds, load, &seen);
    if let Some(took) = took {
        run.seconds = took.seconds;
        run.sender = took.sender;
        run.receiver = took.receiver;
        run.told = took.told;
    }
    target.close()?;
    scratch.close()?;
    Ok(run)
}

impl Run {
    pub(crate) fn new(end: End, seconds: f64, load: Option<f64>, seen: &Seen) -> Self {
        let ms = |delay: Duration| delay.as_secs_f64() * 1e3;
        let queue = &seen.forth.queue;
        Self {
            end,
            seconds,
            sender: None,
            receiver: None,
            load,
            queue_ms: queue
                .quantile(0.5)
                .map(ms)
                .zip(queue.quantile(0.95).map(ms)),
            late_ms: seen.forth.late.quantile(0.99).map(ms),
            forth: seen.forth.clone(),
            back: seen.back.clone(),
            told: Value::Null,
        }
    }

    pub(crate) fn is_good(&self) -> bool {
        self.end == End::Finished { equal: true }
    }

    /// One line for who waits.
    pub(crate) fn told(&self, bytes: u64) -> String {
        let seconds = self.seconds;
        match &self.end {
            End::Finished { equal: true } => {
                format!("{seconds:.2} s, {:.1} Mbit/s", megabits(bytes, seconds))
            }
            End::Finished { equal: false } => format!("{seconds:.2} s, CONTENTS DIFFER"),
            End::NotFinished => format!(
                "not finished in {seconds:.0} s, {:.2} Mbit/s at most",
                megabits(self.forth.delivered_bytes, seconds)
            ),
            End::Failed(why) => format!("failed after {seconds:.1} s: {why}"),
        }
    }
}

impl Runs {
    pub(crate) fn new(contender: Contender) -> Self {
        Self {
            contender,
            summary: None,
            all: Vec::new(),
        }
    }

    /// Whether another run would only show the same for as long again.
    pub(crate) fn is_hopeless(&self) -> bool {
        self.all.iter().any(|run| run.end == End::NotFinished)
    }

    /// Takes a run and counts anew what all come to.
    pub(crate) fn add(&mut self, run: Run, bytes: u64) {
        self.all.push(run);
        self.summary = Summary::of(&self.all, bytes);
    }

    /// Seconds of the run of that round, if it was good.
    pub(crate) fn good_seconds(&self, round: usize) -> Option<f64> {
        let run = self.all.get(round)?;
        run.is_good().then_some(run.seconds)
    }
}

impl Summary {
    /// None if there were no runs.
    fn of(runs: &[Run], bytes: u64) -> Option<Self> {
        let good: Vec<&Run> = runs.iter().filter(|run| run.is_good()).collect();
        let seconds = median(good.iter().map(|run| run.seconds));
        let megabits = match seconds {
            Some(seconds) => megabits(bytes, seconds),
            None => median(
                runs.iter()
                    .map(|run| megabits(run.forth.delivered_bytes.min(bytes), run.seconds)),
            )?,
        };
        let cpu = |side: fn(&Run) -> Option<Usage>| {
            let usage = good.iter().filter_map(|&run| side(run));
            Some(median(usage.map(|usage| usage.cpu_seconds))? / (bytes as f64 / 1e9))
        };
        let peak = |side: fn(&Run) -> Option<Usage>| {
            let usage = good.iter().filter_map(|&run| side(run));
            usage.map(|usage| usage.peak_bytes).max()
        };
        let queue = |one: fn((f64, f64)) -> f64| {
            median(good.iter().filter_map(|run| run.queue_ms).map(one))
        };
        let failure = runs.iter().rev().find_map(|run| match &run.end {
            End::Failed(why) => Some(why.clone()),
            End::Finished { equal: false } => Some("contents differ".to_owned()),
            End::Finished { equal: true } | End::NotFinished => None,
        });
        Some(Self {
            finished: (good.len(), runs.len()),
            seconds,
            seconds_range: range(good.iter().map(|run| run.seconds)),
            megabits,
            wire: median(
                good.iter()
                    .map(|run| run.forth.bytes as f64 / bytes.max(1) as f64),
            ),
            parity: median(
                good.iter()
                    .filter_map(|run| run.told["parity_bytes"].as_f64())
                    .map(|parity| parity / bytes.max(1) as f64),
            ),
            queue_ms: queue(|both| both.0).zip(queue(|both| both.1)),
            sender_cpu: cpu(|run| run.sender),
            receiver_cpu: cpu(|run| run.receiver),
            sender_peak: peak(|run| run.sender),
            receiver_peak: peak(|run| run.receiver),
            load: median(runs.iter().filter_map(|run| run.load)),
            late_ms: median(runs.iter().filter_map(|run| run.late_ms)),
            failure,
        })
    }
}

/// Megabits (of 1,000,000) per second.
pub(crate) fn megabits(bytes: u64, seconds: f64) -> f64 {
    bytes as f64 * 8.0 / 1e6 / seconds
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn run(end: End, seconds: f64, delivered: u64) -> Run {
        let mut seen = Seen::default();
        seen.forth.bytes = delivered * 11 / 10;
        seen.forth.delivered_bytes = delivered;
        Run::new(end, seconds, Some(1.0), &seen)
    }

    const GOOD: End = End::Finished { equal: true };

    #[test]
    fn medians_are_of_the_runs_that_finished() {
        let runs = [
            run(GOOD, 2.0, 1_000_000),
            run(End::NotFinished, 60.0, 10),
            run(GOOD, 4.0, 1_000_000),
            run(GOOD, 3.0, 1_000_000),
        ];
        let summary = Summary::of(&runs, 1_000_000).expect("runs");
        assert_eq!(summary.finished, (3, 4));
        assert_eq!(summary.seconds, Some(3.0));
        assert_eq!(summary.seconds_range, Some((2.0, 4.0)));
        assert_eq!(summary.wire, Some(1.1));
        assert!((summary.megabits - 8.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn who_never_finishes_is_told_by_what_arrived_and_is_not_tried_again() {
        let mut runs = Runs::new("scp-cubic".parse().expect("known"));
        assert!(!runs.is_hopeless());
        runs.add(run(End::NotFinished, 10.0, 1_000_000), 100_000_000);
        assert!(runs.is_hopeless());
        let summary = runs.summary.expect("a run");
        assert_eq!((summary.seconds, summary.wire), (None, None));
        assert!((summary.megabits - 0.8).abs() < 1e-9);
    }

    #[test]
    fn parity_is_what_ours_says_of_itself() {
        let mut ours = run(GOOD, 1.0, 1_000_000);
        ours.told = serde_json::json!({ "parity_bytes": 20_000 });
        let summary = Summary::of(&[ours], 1_000_000).expect("a run");
        assert_eq!(summary.parity, Some(0.02));
        let summary = Summary::of(&[run(GOOD, 1.0, 1)], 1).expect("a run");
        assert_eq!(summary.parity, None);
    }

    #[test]
    fn contents_that_differ_are_no_good_run() {
        let runs = [run(End::Finished { equal: false }, 1.0, 1_000_000)];
        let summary = Summary::of(&runs, 1_000_000).expect("a run");
        assert_eq!(summary.finished, (0, 1));
        assert_eq!(summary.failure.as_deref(), Some("contents differ"));
    }
}
