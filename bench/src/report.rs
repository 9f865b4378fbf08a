//! What is printed: tables as the cases end, or everything as one JSON object at the end.

use std::io::{self, Write as _};

use chunkstream_core::units::format_bytes;
use serde::Serialize;

use crate::{
    case::Case,
    machine::Machine,
    measure::{Runs, Summary, summaries},
    table,
};

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    machine: Machine,
    cases: Vec<OfCase>,
}

/// One case.
#[derive(Debug, Serialize)]
struct OfCase {
    case: &'static str,
    bytes: u64,
    summaries: Vec<Summary>,
    runs: Vec<Runs>,
}

impl Report {
    pub(crate) fn new() -> Self {
        Self {
            machine: Machine::this(),
            cases: Vec::new(),
        }
    }

    /// Takes a case; true if all contents were equal.
    pub(crate) fn add(&mut self, case: Case, runs: Vec<Runs>) -> bool {
        let summaries = summaries(&runs, case.bytes());
        let equal = summaries.iter().all(|summary| summary.equal);
        self.cases.push(OfCase {
            case: case.name(),
            bytes: case.bytes(),
            summaries,
            runs,
        });
        equal
    }

    /// The last case as a table.
    pub(crate) fn print_last(&self) -> io::Result<()> {
        let Some(case) = self.cases.last() else {
            return Ok(());
        };
        let rounds = case.runs.iter().map(|runs| runs.runs.len()).max();
        let mut out = io::stdout().lock();
        writeln!(
            out,
            "\n{}: {}, {} round(s), {} processor(s), {}\n{}",
            case.case,
            format_bytes(case.bytes),
            rounds.unwrap_or(0),
            self.machine.processors,
            self.machine.system,
            table::of_case(&case.summaries),
        )?;
        out.flush()
    }

    /// All as JSON.
    pub(crate) fn print_json(&self) -> anyhow::Result<()> {
        let mut out = io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, self)?;
        writeln!(out)?;
        Ok(out.flush()?)
    }
}
