//! What is shown of the plan while it is served: a map of its chunks, and how far single files are.

use std::ops::Range;

use chunkstream_core::{
    chunk::{ChunkMap, Part},
    id::FileId,
    integrity::Have,
};

use super::{ReceiveFile, ReceivePlan};
use crate::store::Fate;

impl ReceivePlan {
    /// Chunks by the numbers that [`ReceivePlan::mark`] uses, those that are not received among them.
    pub(crate) fn numbered_chunks(&self) -> u64 {
        self.chunks
    }

    /// A durable chunk came from parity.
    pub(crate) fn was_rebuilt(&mut self, id: FileId, index: u32) {
        self.rebuilt.entry(id).or_default().insert(index);
    }

    /// Marks on a map what is known of the entries with these numbers. A file takes as long as it has gaps.
    pub(crate) fn mark(&self, entries: Range<usize>, map: &mut ChunkMap) {
        let end = entries.end.min(self.files.len());
        let files = self.files.get(entries.start.min(end)..end);
        for (number, file) in (entries.start..).zip(files.into_iter().flatten()) {
            let all = u64::from(file.plan.chunks());
            if all == 0 {
                continue;
            }
            let at = |range: Range<u32>| {
                file.first_chunk + u64::from(range.start)..file.first_chunk + u64::from(range.end)
            };
            let whole = file.first_chunk..file.first_chunk + all;
            if file.withdrawn || file.fate == Fate::Unwanted {
                map.add(whole, Part::Skipped);
                continue;
            }
            if file.done {
                map.add(whole, Part::Durable);
            } else {
                for range in file.durable.ranges() {
                    map.add(at(range), Part::Durable);
                }
                for range in gaps_filled(&file.written, &file.durable) {
                    map.add(at(range), Part::Flying);
                }
            }
            let rebuilt = self.rebuilt.get(&FileId(number as u32));
            for range in rebuilt.into_iter().flat_map(Have::ranges) {
                map.add(at(range), Part::Rebuilt);
            }
        }
    }

    /// Bytes of a file that are durable; 0 of what is no part of the transfer.
    pub(crate) fn durable_bytes_of(&self, id: FileId) -> u64 {
        let file = self.files.get(id.0 as usize).filter(|file| !file.withdrawn);
        file.map_or(0, ReceiveFile::durable_bytes)
    }
}

/// The ranges of `more` that are not in `less`.
fn gaps_filled(more: &Have, less: &Have) -> Vec<Range<u32>> {
    let mut rest = Vec::new();
    let mut done = less.ranges().peekable();
    for range in more.ranges() {
        let mut start = range.start;
        while let Some(next) = done.peek() {
            if next.end <= start {
                done.next();
            } else if next.start < range.end {
                if start < next.start {
                    rest.push(start..next.start);
                }
                start = next.end.min(range.end);
                if next.end >= range.end {
                    break;
                }
            } else {
                break;
            }
        }
        if start < range.end {
            rest.push(start..range.end);
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use chunkstream_core::{
        chunk::{ChunkSize, Geometry},
        integrity::Checksum,
        manifest::{Entry, EntryKind},
        path::RelPath,
    };
    use proptest::{collection::vec, prelude::*};

    use super::*;

    const CHUNK: u64 = 64 << 10;

    fn plan(files: u32, chunks: u64) -> ReceivePlan {
        let size = ChunkSize::try_from(64 << 10).expect("a size");
        let mut plan = ReceivePlan::new(size, Geometry::DEFAULT);
        let entry = |number| Entry {
            path: RelPath::parse(&format!("{number:06}.bin")).expect("a path"),
            kind: EntryKind::File {
                len: chunks * CHUNK,
            },
            modified_ns: None,
            mode: None,
        };
        for number in 0..files {
            // More roots than a peer may send: what is measured is the map.
            plan.roots = 0;
            plan.push(entry(number)).expect("it fits");
        }
        plan
    }

    fn map_of(plan: &ReceivePlan, cells: u32) -> ChunkMap {
        let mut map = ChunkMap::new(plan.numbered_chunks(), cells);
        plan.mark(0..plan.files.len(), &mut map);
        map
    }

    #[test]
    fn a_map_tells_what_is_missing_arrived_durable_rebuilt_and_not_received() {
        let mut plan = plan(4, 4);
        let value = Checksum([1; 32]);
        for index in [0, 1, 2] {
            plan.written(FileId(0), index, value);
        }
        plan.durable(FileId(0), 0);
        plan.durable(FileId(0), 2);
        plan.was_rebuilt(FileId(0), 2);
        plan.place_as(FileId(1), None, Fate::Unwanted);
        plan.done(FileId(2));
        assert_eq!(map_of(&plan, 16).text(), "rfp.----rrrr....");
        assert_eq!(plan.durable_bytes_of(FileId(0)), 2 * CHUNK);
        assert_eq!(plan.durable_bytes_of(FileId(2)), 4 * CHUNK);
        assert_eq!(plan.durable_bytes_of(FileId(9)), 0);
        // What is lost again is not rebuilt any more.
        plan.lost(FileId(0), 2);
        plan.restore(FileId(0), 2, value);
        assert_eq!(&map_of(&plan, 16).text()[..4], "rfr.");
    }

    /// A slice after the other gives the same as all at once, and slices beyond the end give nothing.
    #[test]
    fn a_map_may_be_made_in_slices() {
        let mut plan = plan(100, 3);
        for number in 0..50 {
            plan.done(FileId(number));
        }
        let mut map = ChunkMap::new(plan.numbered_chunks(), 30);
        for start in (0..200).step_by(7) {
            plan.mark(start..start + 7, &mut map);
        }
        assert_eq!(map, map_of(&plan, 30));
        assert_eq!(map.text(), format!("{}{}", "r".repeat(15), ".".repeat(15)));
    }

    proptest! {
        #[test]
        fn what_is_written_and_not_durable_is_the_difference(more in vec(0_u32..60, 0..60), less in vec(0_u32..60, 0..60)) {
            let have = |indices: &[u32]| indices.iter().fold(Have::new(), |mut have, index| {
                have.insert(*index);
                have
            });
            let (more, less) = (have(&more), have(&less));
            let rest: Vec<u32> = gaps_filled(&more, &less).into_iter().flatten().collect();
            let expected: Vec<u32> = more.ranges().flatten().filter(|index| !less.contains(*index)).collect();
            prop_assert_eq!(rest, expected);
        }
    }
}
