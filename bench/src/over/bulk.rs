//! One big file, or many small ones, brought over links by all contenders in turn.

use chunkstream_core::units::format_bytes;

use super::{
    args::{Bulk, Common, Small},
    contender::Contender,
    ground::{Ground, Programs, possible},
    measure::{self, Runs},
    report::{Cell, Report},
};
use crate::{case::Case, compare, data, link::Profile, rounds::enough_space};

/// One big file.
pub(crate) async fn run(how: &Bulk) -> anyhow::Result<()> {
    let case = Case::Big { size: how.size };
    all(&how.common, &how.cells, &how.contenders, how.runs, case).await
}

/// Many small files.
pub(crate) async fn run_small(how: &Small) -> anyhow::Result<()> {
    let case = Case::Tree {
        files: how.files,
        each: how.each,
    };
    all(&how.common, &how.cells, &how.contenders, how.runs, case).await
}

async fn all(
    common: &Common,
    cells: &[Profile],
    contenders: &[Contender],
    rounds: u32,
    case: Case,
) -> anyhow::Result<()> {
    let programs = Programs::find(common)?;
    let contenders = possible(contenders);
    let mut report = Report::new(case);
    for profile in cells {
        let ground = Ground::new(profile, &programs, common)?;
        enough_space(case, ground.folder.path())?;
        eprintln!("{}: making {}", profile.name, format_bytes(case.bytes()));
        let source = data::make(case, ground.folder.path()).await?;
        let digest = compare::digest(&source).await?;
        let mut runs: Vec<Runs> = contenders.iter().cloned().map(Runs::new).collect();
        for round in 1..=rounds {
            for one in runs.iter_mut().filter(|one| !one.is_hopeless()) {
                let seed = common.seed.wrapping_add(u64::from(round));
                let limit = common.limit;
                let run =
                    measure::once(&ground, &one.contender, &source, digest, seed, limit).await?;
                eprintln!(
                    "{}: round {round} of {rounds}: {}: {}",
                    profile.name,
                    one.contender,
                    run.told(case.bytes()),
                );
                one.add(run, case.bytes());
            }
        }
        let cell = Cell::new(profile, runs);
        if !common.json {
            report.print(&cell)?;
        }
        report.cells.push(cell);
    }
    report.finish(common.json)
}
