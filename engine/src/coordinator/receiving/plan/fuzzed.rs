//! A fuzz target: operations on a receiving plan in any order, as a hostile sender and a failing disk may cause them.

use chunkstream_core::{
    chunk::{ChunkSize, Geometry},
    id::FileId,
    integrity::Checksum,
    wire::{FromSender, decode},
};

use super::{Place, ReceivePlan};
use crate::store::Fate;

/// Runs the operations that the bytes spell; true if any entry was announced.
pub(crate) fn fuzz_plan(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    let mut byte = move || {
        let (first, left) = rest.split_first()?;
        rest = left;
        Some((*first, left))
    };
    let size = ChunkSize::at_most(1 << 16);
    let Ok(geometry) = Geometry::new(10, 3) else {
        return false;
    };
    let mut plan = ReceivePlan::new(size, geometry);
    let mut skip = 0;
    while let Some((operation, left)) = byte() {
        if skip > 0 {
            // Inside a message that was taken as a whole.
            skip -= 1;
            continue;
        }
        let at = |n: usize| left.get(n).copied().unwrap_or_default();
        let (file, index) = (FileId(u32::from(at(0))), u32::from(at(1)));
        match operation % 12 {
            0 | 1 => {
                let len = usize::from(u16::from_le_bytes([at(0), at(1)]));
                let message = left.get(2..2 + len).unwrap_or_default();
                skip = 2 + message.len();
                let taken = match decode::<FromSender>(message) {
                    Ok(FromSender::Entries { first, entries }) => {
                        plan.announce(first, entries).is_ok()
                    }
                    Ok(FromSender::Withdraw(files)) => {
                        let news = plan.withdrawal(&files);
                        for &id in news.as_deref().unwrap_or_default() {
                            plan.withdraw(id);
                        }
                        news.is_ok()
                    }
                    Ok(FromSender::EndOfEntries { entries, bytes }) => {
                        plan.end(entries, bytes).is_ok()
                    }
                    Ok(FromSender::Roots(roots)) => {
                        for (id, root) in roots {
                            plan.set_root(id, root);
                        }
                        true
                    }
                    _ => true,
                };
                if !taken {
                    // The transfer is refused, or fails.
                    break;
                }
            }
            2 | 3 => {
                if let Place::Wanted {
                    offset,
                    len,
                    file_len,
                } = plan.place(file, index)
                {
                    assert!(offset + len as u64 <= file_len, "outside of the file");
                    assert!(plan.written(file, index, Checksum([at(2); 32])));
                    assert_eq!(plan.place(file, index), Place::Known);
                    skip = 3;
                }
            }
            4 => {
                if plan.place(file, index) == Place::Known {
                    plan.durable(file, index);
                }
            }
            5 => plan.unwritten(file, index),
            6 => drop(plan.lost(file, index)),
            7 => plan.reserved(file),
            8 => {
                let fate = [Fate::Wanted, Fate::Unwanted, Fate::Compare][usize::from(at(1) % 3)];
                if plan.entry(file).is_some() && !plan.is_withdrawn(file) {
                    plan.place_as(file, None, fate);
                }
            }
            9 => {
                if let Some(Ok(_)) = plan.verdict(file) {
                    plan.done(file);
                }
            }
            10 => {
                plan.unannounce();
                plan.forgive();
            }
            _ => drop(plan.damaged(file, index)),
        }
        sound(&plan);
    }
    plan.len() > 0
}

/// What is counted is what there is.
fn sound(plan: &ReceivePlan) {
    let live = || plan.entries().filter(|(id, _)| !plan.is_withdrawn(*id));
    let wanted = || live().filter(|(id, _)| plan.fate(*id) != Fate::Unwanted);
    let bytes: u64 = live().map(|(_, entry)| entry.len()).sum();
    let wanted_bytes: u64 = wanted().map(|(_, entry)| entry.len()).sum();
    assert!(
        [bytes, wanted_bytes].contains(&plan.bytes()),
        "{} bytes",
        plan.bytes()
    );
    assert!(plan.files_done() <= plan.files());
    assert!(plan.durable_bytes() <= bytes);
    let (partial, done) = plan.have();
    for (id, have) in partial {
        let chunks = plan.stripe_of(id, have.end().saturating_sub(1));
        assert!(have.is_empty() || chunks.is_some(), "has what is not there");
    }
    assert!(
        done.iter()
            .all(|(first, end)| first < end && end.0 <= plan.len())
    );
}
