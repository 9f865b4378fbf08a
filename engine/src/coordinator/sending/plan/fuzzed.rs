//! A fuzz target: operations on a sending plan in any order, as a hostile receiver may cause them.

use std::{collections::HashMap, path::PathBuf};

use chunkstream_core::{
    chunk::{ChunkSize, Geometry, ParityMode},
    id::FileId,
    integrity::{Checksum, Have},
    manifest::{Entry, EntryKind},
    path::RelPath,
    wire::{FromReceiver, decode},
};

use super::SendPlan;
use crate::disk::Fingerprint;

/// Runs the operations that the bytes spell; true if anything of a peer was taken.
pub(crate) fn fuzz_plan(bytes: &[u8]) -> bool {
    let [parity, files, rest @ ..] = bytes else {
        return false;
    };
    let parity = match (parity % 3, Geometry::new(4, 2)) {
        (1, Ok(geometry)) => ParityMode::Always(geometry),
        (2, _) => ParityMode::Off,
        _ => ParityMode::Auto,
    };
    let mut plan = SendPlan::new(ChunkSize::at_most(1 << 16), parity);
    let count = usize::from(files % 6) + 1;
    for number in 0..count {
        push(&mut plan, number, (number as u64) * 100_000);
    }
    plan.scan_is_complete();
    plan.restart();
    plan.announced(count);
    let mut claims: HashMap<FileId, Have> = HashMap::new();
    let mut taken = false;
    let mut rest = rest;
    while let [operation, left @ ..] = rest {
        let at = |n: usize| left.get(n).copied().unwrap_or_default();
        rest = left;
        match operation % 8 {
            0..=2 => {
                let len = usize::from(u16::from_le_bytes([at(0), at(1)]));
                let message = left.get(2..2 + len).unwrap_or_default();
                rest = left.get(2 + message.len()..).unwrap_or_default();
                let Ok(message) = decode::<FromReceiver>(message) else {
                    continue;
                };
                taken = true;
                hear(&mut plan, &mut claims, message);
            }
            3 => plan.set_open(at(0) % 2 == 0),
            4 => drop(plan.take()),
            5 => {
                let (id, index) = (FileId(u32::from(at(0))), u32::from(at(1)));
                plan.hashed(id, index, Checksum([at(2); 32]));
                if let Some(root) = plan.complete_root(id) {
                    plan.seal(id, root);
                }
            }
            6 => {
                plan.restart();
                plan.announced(plan.len());
            }
            _ => {
                plan.withdraw(FileId(u32::from(at(0))));
                if plan.len() < 64 {
                    let number = plan.len();
                    push(&mut plan, number, u64::from(at(1)) * 1000);
                    plan.announced(plan.len());
                }
            }
        }
        assert!(
            plan.durable_bytes() <= plan.bytes(),
            "more is there than was sent"
        );
        assert!(plan.durable_files() <= plan.len() as u64);
    }
    taken
}

fn push(plan: &mut SendPlan, number: usize, len: u64) {
    let Ok(path) = RelPath::parse(&format!("f{number}")) else {
        return;
    };
    let entry = Entry {
        path,
        kind: EntryKind::File { len },
        modified_ns: None,
        mode: None,
    };
    let fingerprint = Fingerprint {
        len,
        modified_ns: 0,
        file_id: 0,
    };
    let pushed = plan.push(entry, PathBuf::from("/f"), fingerprint);
    assert!(pushed.is_ok(), "a small file");
}

/// As the connection's task does.
fn hear(plan: &mut SendPlan, claims: &mut HashMap<FileId, Have>, message: FromReceiver) {
    match message {
        FromReceiver::Have(files) => {
            for (id, have) in files {
                plan.durable(id, &have);
                claims.insert(id, have);
            }
        }
        FromReceiver::Durable { chunks, .. } => {
            for (id, have) in chunks {
                plan.durable(id, &have);
            }
        }
        FromReceiver::Finished(ranges) => {
            for (first, end) in &ranges {
                for id in first.0..end.0.min(plan.len() as u32) {
                    plan.finished(FileId(id));
                }
            }
            plan.reconcile(claims, &ranges);
        }
        FromReceiver::Need(files) => {
            for (id, have) in files {
                have.ranges().all(|range| plan.again(id, range));
            }
        }
        FromReceiver::Unwanted(ranges) => drop(plan.unwanted(&ranges, false)),
        FromReceiver::Compare(files) => plan.compare(&files, true),
        FromReceiver::Wanted(files) => plan.compare(&files, false),
        _ => {}
    }
}
