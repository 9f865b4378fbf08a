//! Tables in Markdown, or everything as JSON.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
};

use chunkstream_core::units::format_bytes;
use serde::Serialize;

use super::measure::{Runs, Summary};
use crate::{case::Case, link::Profile, machine::Machine, median::median};

/// All cells of one case.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    machine: Machine,
    case: &'static str,
    bytes: u64,
    files: u64,
    pub(crate) cells: Vec<Cell>,
}

/// One link.
#[derive(Debug, Serialize)]
pub(crate) struct Cell {
    name: String,
    /// Bits per second; None without a limit.
    rate: Option<u64>,
    contenders: Vec<Runs>,
}

impl Cell {
    pub(crate) fn new(profile: &Profile, contenders: Vec<Runs>) -> Self {
        Self {
            name: profile.name.clone(),
            rate: profile.shape.as_ref().map(|shape| shape.rate),
            contenders,
        }
    }

    fn megabits(&self) -> Option<f64> {
        Some(self.rate? as f64 / 1e6)
    }
}

impl Report {
    pub(crate) fn new(case: Case) -> Self {
        Self {
            machine: Machine::this(),
            case: case.name(),
            bytes: case.bytes(),
            files: case.files(),
            cells: Vec::new(),
        }
    }

    /// The table of one cell.
    pub(crate) fn print(&self, cell: &Cell) -> io::Result<()> {
        let rate = cell
            .megabits()
            .map_or_else(|| "no limit".to_owned(), |rate| format!("{rate:.0} Mbit/s"));
        let mut out = io::stdout().lock();
        writeln!(
            out,
            "\n### {}: {} of {}, {rate}, {} processor(s), {}\n\n{}",
            cell.name,
            self.what(),
            format_bytes(self.bytes),
            self.machine.processors,
            self.machine.system,
            self.table(cell),
        )?;
        out.flush()
    }

    fn what(&self) -> String {
        match self.files {
            1 => "one file".to_owned(),
            files => format!("{files} files"),
        }
    }

    fn table(&self, cell: &Cell) -> String {
        let mut head = vec![
            "contender",
            "good",
            "s",
            "range",
            "Mbit/s",
            "of link",
            "ours by it",
        ];
        if self.files > 1 {
            head.push("files/s");
        }
        head.extend([
            "wire/file",
            "parity/file",
            "queue ms p50 / p95",
            "CPU s/GB send / receive",
            "peak MiB send / receive",
            "load",
            "late ms p99",
        ]);
        let ours = cell.contenders.iter().find(|runs| runs.contender.is_ours());
        let rows = cell.contenders.iter().filter_map(|runs| {
            let summary = runs.summary.as_ref()?;
            Some(self.row(cell, runs, summary, ours))
        });
        let mut table = markdown(&head, &rows.collect::<Vec<_>>());
        for runs in &cell.contenders {
            if let Some(why) = runs.summary.as_ref().and_then(|all| all.failure.as_ref()) {
                let _ = writeln!(table, "\n{}: {why}", runs.contender);
            }
        }
        table
    }

    fn row(&self, cell: &Cell, runs: &Runs, summary: &Summary, ours: Option<&Runs>) -> Vec<String> {
        let (good, all) = summary.finished;
        let most = if summary.seconds.is_none() { "< " } else { "" };
        let mut row = vec![
            runs.contender.to_string(),
            format!("{good}/{all}"),
            known(summary.seconds, |seconds| format!("{seconds:.2}")),
            known(summary.seconds_range, |(least, most)| {
                format!("{least:.2}-{most:.2}")
            }),
            format!("{most}{:.1}", summary.megabits),
            known(cell.megabits(), |rate| {
                format!("{most}{:.3}", summary.megabits / rate)
            }),
            ours.and_then(|ours| ratio(ours, runs))
                .unwrap_or_else(|| "-".to_owned()),
        ];
        if self.files > 1 {
            row.push(known(summary.seconds, |seconds| {
                format!("{:.0}", self.files as f64 / seconds)
            }));
        }
        let mib = |bytes: u64| format!("{:.0}", bytes as f64 / f64::from(1 << 20));
        row.extend([
            known(summary.wire, |wire| format!("{wire:.3}")),
            known(summary.parity, |parity| format!("{parity:.3}")),
            known(summary.queue_ms, |(half, most)| {
                format!("{half:.1} / {most:.1}")
            }),
            known(summary.sender_cpu.zip(summary.receiver_cpu), |(a, b)| {
                format!("{a:.2} / {b:.2}")
            }),
            known(summary.sender_peak.zip(summary.receiver_peak), |(a, b)| {
                format!("{} / {}", mib(a), mib(b))
            }),
            known(summary.load, |load| format!("{load:.1}")),
            known(summary.late_ms, |late| format!("{late:.2}")),
        ]);
        row
    }

    /// All cells in one table, or everything as JSON.
    pub(crate) fn finish(&self, json: bool) -> anyhow::Result<()> {
        let mut out = io::stdout().lock();
        if json {
            serde_json::to_writer_pretty(&mut out, self)?;
            writeln!(out)?;
        } else if self.cells.len() > 1 {
            writeln!(out, "\n### All cells: Mbit/s (part of the link's rate)\n")?;
            writeln!(out, "{}", self.overview())?;
        }
        Ok(out.flush()?)
    }

    fn overview(&self) -> String {
        let mut head = vec!["contender"];
        head.extend(self.cells.iter().map(|cell| cell.name.as_str()));
        let first = self.cells.first().map_or(&[][..], |cell| &cell.contenders);
        let rows = first.iter().map(|runs| {
            let mut row = vec![runs.contender.to_string()];
            for cell in &self.cells {
                let same = |other: &&Runs| other.contender == runs.contender;
                let runs = cell.contenders.iter().find(same);
                let summary = runs.and_then(|runs| runs.summary.as_ref());
                row.push(known(summary, |summary| {
                    let most = if summary.seconds.is_none() { "< " } else { "" };
                    let megabits = summary.megabits;
                    match cell.megabits() {
                        Some(rate) => format!("{most}{megabits:.1} ({:.2})", megabits / rate),
                        None => format!("{most}{megabits:.0}"),
                    }
                }));
            }
            row
        });
        markdown(&head, &rows.collect::<Vec<_>>())
    }
}

/// How many times as fast ours is: the median over the rounds in which both were good. Of one that never finished,
/// by the medians, so at least.
fn ratio(ours: &Runs, other: &Runs) -> Option<String> {
    let rounds = 0..ours.all.len().min(other.all.len());
    let pairs =
        rounds.filter_map(|round| Some(other.good_seconds(round)? / ours.good_seconds(round)?));
    if let Some(ratio) = median(pairs) {
        return Some(format!("{ratio:.2}"));
    }
    let (ours, other) = (ours.summary.as_ref()?, other.summary.as_ref()?);
    if ours.seconds.is_none() || other.seconds.is_some() || other.megabits <= 0.0 {
        return None;
    }
    Some(format!("> {:.0}", ours.megabits / other.megabits))
}

pub(crate) fn known<T>(value: Option<T>, text: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| "-".to_owned(), text)
}

/// A table in Markdown whose source can be read as well.
pub(crate) fn markdown(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let widest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
        widest.max(head[column].chars().count()).max(3)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let cells = cells.zip(&widths).enumerate();
        let cells = cells.map(|(number, (cell, &width))| match number {
            0 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
    };
    let rule: Vec<String> = widths
        .iter()
        .enumerate()
        .map(|(number, width)| match number {
            0 => "-".repeat(*width),
            _ => format!("{}:", "-".repeat(width - 1)),
        })
        .collect();
    let mut table = line(&mut head.iter().copied());
    table.push_str(&line(&mut rule.iter().map(String::as_str)));
    for row in rows {
        table.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::over::measure::{End, tests::run};

    fn runs(name: &str, all: &[(End, f64)]) -> Runs {
        let mut runs = Runs::new(name.parse().expect("known"));
        for (end, seconds) in all {
            runs.add(run(end.clone(), *seconds, 25_000_000), 25_000_000);
        }
        runs
    }

    #[test]
    fn a_cell_is_a_row_for_each_contender_with_ratios_pair_by_pair() {
        let good = End::Finished { equal: true };
        let profile = Profile::named("wan-1").expect("known");
        let cell = Cell::new(
            &profile,
            vec![
                runs("quinn-bbr", &[(good.clone(), 2.0), (good.clone(), 8.0)]),
                runs("scp-cubic", &[(End::NotFinished, 20.0)]),
                runs("chunkstream", &[(good.clone(), 1.0), (good, 2.0)]),
            ],
        );
        let report = Report::new(Case::Big { size: 25_000_000 });
        let table = report.table(&cell);
        let rows: Vec<Vec<&str>> = table
            .lines()
            .map(|line| line.split('|').map(str::trim).collect())
            .collect();
        assert_eq!(
            rows[2][1..8],
            [
                "quinn-bbr",
                "2/2",
                "5.00",
                "2.00-8.00",
                "40.0",
                "0.200",
                "3.00"
            ]
        );
        assert_eq!(
            rows[3][1..8],
            ["scp-cubic", "0/1", "-", "-", "< 10.0", "< 0.050", "> 13"]
        );
        assert_eq!(rows[4][7], "1.00");
        let widths: Vec<usize> = table.lines().map(str::len).collect();
        assert!(widths.windows(2).all(|pair| pair[0] == pair[1]), "{table}");
    }
}
