//! A plan and entries for the tests of its parts.

use chunkstream_core::{
    chunk::{ChunkSize, Geometry},
    manifest::{Entry, EntryKind},
    path::RelPath,
};

use super::ReceivePlan;

pub(super) fn entry(path: &str, kind: EntryKind) -> Entry {
    Entry {
        path: RelPath::parse(path).expect("a path"),
        kind,
        modified_ns: None,
        mode: None,
    }
}

pub(super) fn file(path: &str, len: u64) -> Entry {
    entry(path, EntryKind::File { len })
}

pub(super) fn plan() -> ReceivePlan {
    ReceivePlan::new(ChunkSize::MIN, Geometry::DEFAULT)
}
