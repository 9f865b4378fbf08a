//! What is shown of the plan while it is served: a map of its chunks, and how far single files are.

use std::ops::Range;

use chunkstream_core::{
    chunk::{ChunkMap, Part},
    id::FileId,
    manifest::Entry,
};

use super::{SendFile, SendPlan};

impl SendPlan {
    /// Chunks by the numbers that [`SendPlan::mark`] uses, those that are not sent among them.
    pub(crate) fn numbered_chunks(&self) -> u64 {
        self.chunks
    }

    /// Marks on a map what is known of the entries with these numbers. A file takes as long as it has gaps.
    ///
    /// On its way is what the walk has passed and the receiver has not confirmed.
    pub(crate) fn mark(&self, entries: Range<usize>, map: &mut ChunkMap) {
        let end = entries.end.min(self.files.len());
        let files = self.files.get(entries.start.min(end)..end);
        for (number, file) in (entries.start..).zip(files.into_iter().flatten()) {
            let all = file.plan.chunks();
            if all == 0 {
                continue;
            }
            let at = |range: Range<u32>| {
                file.first_chunk + u64::from(range.start)..file.first_chunk + u64::from(range.end)
            };
            if file.withdrawn || file.unwanted {
                map.add(at(0..all), Part::Skipped);
                continue;
            }
            let passed = match number.cmp(&self.cursor.0) {
                std::cmp::Ordering::Less => all,
                std::cmp::Ordering::Equal => self.cursor.1.min(all),
                std::cmp::Ordering::Greater => 0,
            };
            let is_sent = !self.changed.contains_key(&FileId(number as u32));
            let mut start = 0;
            for range in file.durable.ranges() {
                map.add(at(range.clone()), Part::Durable);
                if is_sent && start < range.start.min(passed) {
                    map.add(at(start..range.start.min(passed)), Part::Flying);
                }
                start = range.end;
            }
            if is_sent && start < passed {
                map.add(at(start..passed), Part::Flying);
            }
        }
    }

    /// Bytes of a file that are durable at the receiver; 0 of what is no part of the transfer.
    pub(crate) fn durable_bytes_of(&self, id: FileId) -> u64 {
        let file = self.files.get(id.0 as usize).filter(|file| !file.withdrawn);
        file.map_or(0, SendFile::durable_bytes)
    }

    /// Whether the source of a file is not what was announced, and a person has not decided yet.
    pub(crate) fn is_changed(&self, id: FileId) -> bool {
        self.changed.contains_key(&id)
    }

    /// At most `most` files among these entries of which the receiver does not have every byte.
    pub(crate) fn open_files(&self, entries: Range<usize>, most: usize) -> Vec<(FileId, Entry)> {
        let end = entries.end.min(self.files.len());
        let files = self.files.get(entries.start.min(end)..end);
        (entries.start..)
            .zip(files.into_iter().flatten())
            .filter(|(_, file)| {
                let passed_over = file.finished || file.withdrawn || file.unwanted;
                let is_there = file.durable.is_full(file.plan.chunks());
                file.entry.is_file() && !passed_over && !is_there
            })
            .take(most)
            .map(|(number, file)| (FileId(number as u32), file.entry.clone()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use chunkstream_core::{
        chunk::{ChunkSize, ParityMode},
        integrity::Have,
        manifest::{Entry, EntryKind},
        path::RelPath,
    };

    use super::*;
    use crate::disk::Fingerprint;

    const CHUNK: u64 = 64 << 10;

    fn plan(files: u32, chunks: u64) -> SendPlan {
        let size = ChunkSize::try_from(64 << 10).expect("a size");
        let mut plan = SendPlan::new(size, ParityMode::Auto);
        for number in 0..files {
            let len = chunks * CHUNK;
            let entry = Entry {
                path: RelPath::parse(&format!("{number:06}.bin")).expect("a path"),
                kind: EntryKind::File { len },
                modified_ns: None,
                mode: None,
            };
            let fingerprint = Fingerprint {
                len,
                modified_ns: 0,
                file_id: u64::from(number),
            };
            plan.push(entry, PathBuf::from("/x"), fingerprint)
                .expect("it fits");
        }
        plan.scan_is_complete();
        plan
    }

    fn have(indices: &[u32]) -> Have {
        indices.iter().fold(Have::new(), |mut have, index| {
            have.insert(*index);
            have
        })
    }

    fn map_of(plan: &SendPlan, cells: u32) -> ChunkMap {
        let mut map = ChunkMap::new(plan.numbered_chunks(), cells);
        plan.mark(0..plan.files.len(), &mut map);
        map
    }

    #[test]
    fn a_map_tells_what_waits_is_on_its_way_durable_and_not_sent() {
        let mut plan = plan(4, 4);
        plan.announced(4);
        plan.set_open(true);
        for _ in 0..5 {
            plan.take().expect("there is work");
        }
        plan.durable(FileId(0), &have(&[0, 3]));
        plan.unwanted(&[(FileId(2), FileId(3))], false);
        assert_eq!(map_of(&plan, 16).text(), "rffrf...----....");
        assert_eq!(plan.durable_bytes_of(FileId(0)), 2 * CHUNK);
        plan.finished(FileId(0));
        assert_eq!(&map_of(&plan, 16).text()[..5], "rrrrf");
        assert_eq!(plan.durable_bytes_of(FileId(0)), 4 * CHUNK);
        // What a person has to decide about is not on its way.
        plan.mark_changed(FileId(1), false);
        assert_eq!(&map_of(&plan, 16).text()[4..8], "....");
        assert_eq!(plan.durable_bytes_of(FileId(4)), 0);
    }

    #[test]
    fn open_files_are_those_of_which_something_is_missing_up_to_a_number() {
        let mut plan = plan(8, 1);
        plan.finished(FileId(0));
        plan.durable(FileId(6), &have(&[0]));
        plan.unwanted(&[(FileId(2), FileId(3))], false);
        plan.withdraw(FileId(4));
        let open = |range, most| -> Vec<u32> {
            let open = plan.open_files(range, most).into_iter();
            open.map(|(id, _)| id.0).collect()
        };
        assert_eq!(open(0..100, 100), [1, 3, 5, 7]);
        assert_eq!(open(2..7, 2), [3, 5]);
        assert!(open(9..20, 2).is_empty());
    }

    /// 100,000 files of ten chunks: the map costs the files, not the chunks, and it is told in few cells.
    #[test]
    fn a_million_chunks_are_a_small_map() {
        let mut plan = plan(100_000, 10);
        for number in 0..50_000 {
            plan.finished(FileId(number));
        }
        plan.durable(FileId(50_000), &have(&[0, 1, 5]));
        let map = map_of(&plan, 4096);
        let sums = map.sums();
        assert_eq!((sums.all, sums.durable), (1_000_000, 500_003));
        assert_eq!(map.text().len(), 4096);
        assert!(map.text().starts_with("rrrr") && map.text().ends_with("...."));
        // One file of a million chunks costs as much as it has gaps.
        let mut one = self::plan(1, 1_000_000);
        one.durable(FileId(0), &Have::full(999_999));
        assert_eq!(map_of(&one, 4096).sums().durable, 999_999);
    }
}
