//! Two flows on one link: who gets how much of it, and when.
//!
//! The link counts what arrives by the port that it is for. The first flow begins earlier; the time that is counted
//! begins with the second.

use std::time::Duration;

use anyhow::{Context as _, anyhow};
use serde::Serialize;
use tempfile::TempDir;
use tokio::time::sleep;

use super::{
    args,
    contender::Contender,
    ground::{Ground, PORT, Programs, possible},
    measure::megabits,
    report::{known, markdown},
    tcp::Flow,
};
use crate::{case::Case, data, machine, median::median, rounds::enough_space};

/// Where the second flow goes.
const SECOND: u16 = PORT + 1;
/// The time is told in so many parts.
const PARTS: u32 = 6;

/// Who shares the link.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Pair {
    /// Begins earlier.
    first: Contender,
    second: Contender,
}

impl Pair {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (first, second) = text.split_once('+').ok_or("a pair is A+B")?;
        Ok(Self {
            first: first.parse()?,
            second: second.parse()?,
        })
    }
}

/// One run.
#[derive(Debug, Serialize)]
struct Sample {
    cell: String,
    pair: Pair,
    /// Bytes that arrived of each, headers included, in each part of the time.
    parts: Vec<[u64; 2]>,
    queue_ms: Option<(f64, f64)>,
    load: Option<f64>,
}

impl Sample {
    fn total(&self, flow: usize) -> f64 {
        self.parts.iter().map(|part| part[flow] as f64).sum()
    }

    /// The part of both that is the first's.
    fn share(&self) -> f64 {
        self.total(0) / (self.total(0) + self.total(1)).max(1.0)
    }
}

/// Measures and prints.
pub(crate) async fn run(how: &args::Fair) -> anyhow::Result<()> {
    let programs = Programs::find(&how.common)?;
    let pairs: Vec<&Pair> = how
        .pairs
        .iter()
        .filter(|pair| possible(&[pair.first.clone(), pair.second.clone()]).len() == 2)
        .collect();
    let mut samples = Vec::new();
    for profile in &how.cells {
        let shape = profile.shape.as_ref();
        let rate = shape.context("a veth pair has no rate to be shared")?.rate;
        let ground = Ground::new(profile, &programs, &how.common)?;
        // More than the link can carry in that time.
        let seconds = (how.time + how.ahead).as_secs() + 5;
        let case = Case::Big {
            size: rate / 8 * seconds,
        };
        enough_space(case, ground.folder.path())?;
        let source = data::make(case, ground.folder.path()).await?;
        for round in 1..=how.runs {
            for &pair in &pairs {
                let load = machine::load();
                let seed = how.common.seed.wrapping_add(u64::from(round));
                ground.link.restart(seed)?;
                let parts = share(&ground, pair, &source, how).await?;
                let queue = ground.link.seen()?.forth.queue;
                let ms = |share| Some(queue.quantile(share)?.as_secs_f64() * 1e3);
                let sample = Sample {
                    cell: profile.name.clone(),
                    pair: pair.clone(),
                    parts,
                    queue_ms: ms(0.5).zip(ms(0.95)),
                    load,
                };
                eprintln!(
                    "{}: round {round} of {}: {} has {:.0} % beside {}",
                    profile.name,
                    how.runs,
                    pair.first,
                    sample.share() * 100.0,
                    pair.second,
                );
                samples.push(sample);
            }
        }
    }
    if how.common.json {
        println!("{}", serde_json::to_string_pretty(&samples)?);
    } else {
        for profile in &how.cells {
            let rate = profile.shape.as_ref().map_or(0, |shape| shape.rate);
            println!("\n### {}: two flows for {:?}\n", profile.name, how.time);
            println!("{}", table(&profile.name, rate, &pairs, &samples, how.time));
        }
    }
    Ok(())
}

/// Lets both flows run and tells what arrived of each in each part of the time.
async fn share(
    ground: &Ground,
    pair: &Pair,
    source: &std::path::Path,
    how: &args::Fair,
) -> anyhow::Result<Vec<[u64; 2]>> {
    let first = hold(ground, &pair.first, source, PORT);
    let second = async {
        sleep(how.ahead).await;
        hold(ground, &pair.second, source, SECOND).await
    };
    let watch = async {
        sleep(how.ahead).await;
        let mut before = carried(ground)?;
        let mut parts = Vec::new();
        for _ in 0..PARTS {
            sleep(how.time / PARTS).await;
            let now = carried(ground)?;
            parts.push([now[0] - before[0], now[1] - before[1]]);
            before = now;
        }
        Ok(parts)
    };
    let (mut first, mut second) = (Box::pin(first), Box::pin(second));
    // Before what it guards, however this ends.
    let _rest = ground.link.cleared();
    tokio::select! {
        ended = &mut first => Err(anyhow!("{} ended too early: {ended:?}", pair.first)),
        ended = &mut second => Err(anyhow!("{} ended too early: {ended:?}", pair.second)),
        parts = watch => parts,
    }
}

/// Sends until it is dropped.
async fn hold(
    ground: &Ground,
    contender: &Contender,
    source: &std::path::Path,
    port: u16,
) -> anyhow::Result<()> {
    if let Contender::Tcp(congestion) = contender {
        let _flow = Flow::start(&ground.link, *congestion, port)?;
        return std::future::pending().await;
    }
    let target = TempDir::with_prefix_in("target-", ground.folder.path())?;
    let scratch = TempDir::with_prefix_in("scratch-", ground.folder.path())?;
    let (into, beside) = (target.path(), scratch.path());
    ground.bring(contender, source, into, beside, port).await?;
    Ok(())
}

fn carried(ground: &Ground) -> anyhow::Result<[u64; 2]> {
    let seen = ground.link.seen()?.forth.by_port;
    Ok([PORT, SECOND].map(|port| seen.get(&port).copied().unwrap_or(0)))
}

fn table(cell: &str, rate: u64, pairs: &[&Pair], samples: &[Sample], time: Duration) -> String {
    let head = [
        "first",
        "second",
        "first %",
        "second %",
        "both of link",
        "first %, by sixths of the time",
        "queue ms p50 / p95",
        "load",
    ];
    let rows: Vec<Vec<String>> = pairs
        .iter()
        .map(|&pair| {
            let of = || {
                let here = samples.iter().filter(|sample| sample.cell == cell);
                here.filter(|sample| sample.pair == *pair)
            };
            let percent = |share: f64| format!("{:.1}", share * 100.0);
            let parts = (0..PARTS as usize).map(|part| {
                let share = median(of().map(|sample| {
                    let [first, second] = sample.parts[part];
                    first as f64 / (first + second).max(1) as f64
                }));
                known(share, |share| format!("{:.0}", share * 100.0))
            });
            let used = |sample: &Sample| {
                let bytes = sample.total(0) + sample.total(1);
                megabits(bytes as u64, time.as_secs_f64()) * 1e6 / rate as f64
            };
            let queue = |one: fn((f64, f64)) -> f64| {
                median(of().filter_map(|sample| sample.queue_ms).map(one))
            };
            vec![
                pair.first.to_string(),
                pair.second.to_string(),
                known(median(of().map(Sample::share)), percent),
                known(median(of().map(|sample| 1.0 - sample.share())), percent),
                known(median(of().map(used)), |used| format!("{used:.3}")),
                parts.collect::<Vec<_>>().join(" "),
                known(queue(|both| both.0).zip(queue(|both| both.1)), |both| {
                    format!("{:.1} / {:.1}", both.0, both.1)
                }),
                known(median(of().filter_map(|sample| sample.load)), |load| {
                    format!("{load:.1}")
                }),
            ]
        })
        .collect();
    markdown(&head, &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_two_contenders() {
        let pair = Pair::parse("tcp-cubic+chunkstream:parity=10+3").expect("a pair");
        assert_eq!(pair.second.to_string(), "chunkstream:parity=10+3");
        assert!(Pair::parse("tcp-cubic").is_err());
        assert!(Pair::parse("tcp-cubic+nobody").is_err());
    }

    #[test]
    fn shares_are_of_what_arrived_of_both() {
        let pair = Pair::parse("tcp-cubic+chunkstream").expect("a pair");
        let sample = Sample {
            cell: "wan-0".to_owned(),
            pair: pair.clone(),
            parts: vec![[750, 250], [250, 750], [1, 1], [1, 1], [1, 1], [495, 495]],
            queue_ms: None,
            load: None,
        };
        assert!((sample.share() - 0.5).abs() < 1e-9);
        let time = Duration::from_secs(1);
        let table = table("wan-0", 24_000, &[&pair], &[sample], time);
        let row: Vec<&str> = table
            .lines()
            .nth(2)
            .expect("a row")
            .split('|')
            .map(str::trim)
            .collect();
        assert_eq!(row[3..7], ["50.0", "50.0", "0.999", "75 25 50 50 50 50"]);
    }
}
