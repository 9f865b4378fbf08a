//! What was measured, run by run, and what it comes to.

use serde::Serialize;
use serde_json::Value;

use crate::{
    child::Usage,
    contender::Contender,
    median::{median, range},
};

/// One run of one contender.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Run {
    /// From the start of the sending command to its exit, which the receiver's confirmation allows.
    pub(crate) seconds: f64,
    /// None where the system does not tell.
    pub(crate) sender: Option<Usage>,
    /// None where the system does not tell, or if there is no second process.
    pub(crate) receiver: Option<Usage>,
    /// The machine's load average when the run began.
    pub(crate) load: Option<f64>,
    /// Whether what arrived has the BLAKE3 value of what was sent.
    pub(crate) equal: bool,
    /// What the contender itself has to say.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub(crate) told: Value,
}

/// All runs of one contender in one case.
#[derive(Debug, Serialize)]
pub(crate) struct Runs {
    pub(crate) contender: Contender,
    pub(crate) runs: Vec<Run>,
}

/// The medians of a contender's runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Summary {
    pub(crate) contender: Contender,
    pub(crate) seconds: f64,
    /// The fastest and the slowest run.
    pub(crate) seconds_range: (f64, f64),
    /// Megabytes (of 1,000,000 bytes) per second.
    pub(crate) megabytes_per_second: f64,
    /// Speed as a part of the reference's: the median over the rounds, each with the reference of its round.
    pub(crate) of_reference: Option<f64>,
    /// Processor seconds per gigabyte (of 1,000,000,000 bytes).
    pub(crate) sender_cpu_per_gigabyte: Option<f64>,
    /// Processor seconds per gigabyte (of 1,000,000,000 bytes).
    pub(crate) receiver_cpu_per_gigabyte: Option<f64>,
    /// The greatest of all runs.
    pub(crate) sender_peak_bytes: Option<u64>,
    /// The greatest of all runs.
    pub(crate) receiver_peak_bytes: Option<u64>,
    pub(crate) load: Option<f64>,
    /// Whether all runs brought equal contents.
    pub(crate) equal: bool,
}

/// What `runs` of a case of so many bytes come to, in their order.
pub(crate) fn summaries(all: &[Runs], bytes: u64) -> Vec<Summary> {
    let reference = all
        .iter()
        .find(|runs| runs.contender == Contender::Quinn)
        .map(|runs| runs.runs.as_slice());
    all.iter()
        .filter_map(|runs| summary(runs, reference, bytes))
        .collect()
}

/// None if there were no runs.
fn summary(runs: &Runs, reference: Option<&[Run]>, bytes: u64) -> Option<Summary> {
    let contender = runs.contender;
    let runs = &runs.runs;
    let seconds = median(runs.iter().map(|run| run.seconds))?;
    let cpu = |side: fn(&Run) -> Option<Usage>| {
        let used = median(runs.iter().filter_map(side).map(|usage| usage.cpu_seconds))?;
        (bytes > 0).then(|| used / (bytes as f64 / 1e9))
    };
    let peak = |side: fn(&Run) -> Option<Usage>| {
        runs.iter()
            .filter_map(side)
            .map(|usage| usage.peak_bytes)
            .max()
    };
    let sender = |run: &Run| run.sender;
    let receiver = |run: &Run| run.receiver;
    Some(Summary {
        contender,
        seconds,
        seconds_range: range(runs.iter().map(|run| run.seconds))?,
        megabytes_per_second: bytes as f64 / 1e6 / seconds,
        of_reference: reference.and_then(|reference| {
            let rounds = reference.iter().zip(runs);
            median(rounds.map(|(reference, run)| reference.seconds / run.seconds))
        }),
        sender_cpu_per_gigabyte: cpu(sender),
        receiver_cpu_per_gigabyte: cpu(receiver),
        sender_peak_bytes: peak(sender),
        receiver_peak_bytes: peak(receiver),
        load: median(runs.iter().filter_map(|run| run.load)),
        equal: runs.iter().all(|run| run.equal),
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn run(seconds: f64, cpu_seconds: f64, peak_bytes: u64) -> Run {
        let usage = Usage {
            cpu_seconds,
            peak_bytes,
        };
        Run {
            seconds,
            sender: Some(usage),
            receiver: Some(usage),
            load: Some(1.5),
            equal: true,
            told: Value::Null,
        }
    }

    pub(crate) fn both(quinn: Vec<Run>, chunkstream: Vec<Run>) -> [Runs; 2] {
        [
            Runs {
                contender: Contender::Quinn,
                runs: quinn,
            },
            Runs {
                contender: Contender::Chunkstream,
                runs: chunkstream,
            },
        ]
    }

    #[test]
    fn the_ratio_is_the_median_of_pairs_and_not_the_ratio_of_medians() {
        // Round 2 was disturbed as a whole.
        let all = both(
            vec![run(1.0, 1.0, 1), run(10.0, 1.0, 1), run(1.0, 1.0, 1)],
            vec![run(2.0, 1.0, 1), run(20.0, 1.0, 1), run(1.6, 1.0, 1)],
        );
        let summaries = summaries(&all, 2_000_000_000);
        assert_eq!(summaries[0].of_reference, Some(1.0));
        assert_eq!(summaries[1].of_reference, Some(0.5));
        assert!((summaries[1].seconds - 2.0).abs() < 1e-9);
        assert!((summaries[1].megabytes_per_second - 1000.0).abs() < 1e-9);
        assert_eq!(summaries[1].seconds_range, (1.6, 20.0));
    }

    #[test]
    fn processor_time_is_per_gigabyte_and_the_peak_is_the_greatest() {
        let all = both(vec![], vec![run(1.0, 3.0, 70), run(1.0, 5.0, 90)]);
        let summaries = summaries(&all, 2_000_000_000);
        assert_eq!(summaries.len(), 1, "no runs, no summary");
        assert_eq!(summaries[0].sender_cpu_per_gigabyte, Some(2.0));
        assert_eq!(summaries[0].receiver_peak_bytes, Some(90));
        assert_eq!(summaries[0].of_reference, None);
    }

    #[test]
    fn one_run_with_other_contents_spoils_all() {
        let mut bad = run(1.0, 1.0, 1);
        bad.equal = false;
        bad.receiver = None;
        let all = both(vec![run(1.0, 1.0, 1)], vec![run(1.0, 1.0, 1), bad]);
        let summaries = summaries(&all, 0);
        assert!(summaries[0].equal && !summaries[1].equal);
        assert_eq!(summaries[1].sender_cpu_per_gigabyte, None, "of no bytes");
    }
}
