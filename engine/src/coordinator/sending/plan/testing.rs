//! A plan with files, and what it gives out, for the tests of its parts.

use std::path::PathBuf;

use chunkstream_core::{
    chunk::{ChunkSize, ParityMode},
    manifest::{Entry, EntryKind},
    path::RelPath,
};

use super::{SendPlan, Work};
use crate::disk::Fingerprint;

pub(super) const CHUNK: u64 = 64 * 1024;

pub(super) fn plan(parity: ParityMode, lens: &[u64]) -> SendPlan {
    let mut plan = SendPlan::new(ChunkSize::try_from(CHUNK as u32).expect("64 KiB"), parity);
    for (number, &len) in lens.iter().enumerate() {
        push(&mut plan, &format!("f{number}"), len);
    }
    plan.scan_is_complete();
    plan.restart();
    plan.announced(lens.len());
    plan.set_open(true);
    plan
}

pub(super) fn push(plan: &mut SendPlan, name: &str, len: u64) {
    let entry = Entry {
        path: RelPath::parse(name).expect("a name"),
        kind: EntryKind::File { len },
        modified_ns: None,
        mode: None,
    };
    let fingerprint = Fingerprint {
        len,
        modified_ns: 0,
        file_id: 0,
    };
    plan.push(entry, PathBuf::from(format!("/{name}")), fingerprint)
        .expect("fits");
}

pub(super) fn taken(work: Option<Work>) -> Vec<(u32, u32)> {
    match work {
        Some(Work::Data(pieces)) => pieces
            .iter()
            .map(|piece| (piece.file.0, piece.index))
            .collect(),
        other => panic!("no data: {other:?}"),
    }
}
