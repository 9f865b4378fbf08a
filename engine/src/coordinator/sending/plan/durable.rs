//! What is durable at the receiver: said by it chunk by chunk, restored from the database, and lost with its power.

use std::collections::HashMap;

use chunkstream_core::{
    id::FileId,
    integrity::{Checksum, FileTree, Have, root_of_empty},
};

use super::{SendFile, SendPlan};

impl SendPlan {
    /// The receiver has these chunks; returns those that are news, with their values where known.
    pub(crate) fn durable(
        &mut self,
        id: FileId,
        have: &Have,
    ) -> Vec<(u32, u64, u64, Option<Checksum>)> {
        let Some(file) = self
            .files
            .get_mut(id.0 as usize)
            .filter(|file| !file.withdrawn)
        else {
            return Vec::new();
        };
        let mut news = Vec::new();
        if file.unwanted {
            return news;
        }
        for range in have.ranges() {
            for index in range.start..range.end.min(file.plan.chunks()) {
                if file.durable.insert(index) {
                    let len = file
                        .plan
                        .range(index)
                        .map_or(0, |range| range.end - range.start);
                    news.push((
                        index,
                        len,
                        file.first_chunk + u64::from(index),
                        file.values.get(index),
                    ));
                }
            }
        }
        news
    }

    /// The receiver needs nothing more of this file; returns the bytes and chunks that this is news of.
    pub(crate) fn finished(&mut self, id: FileId) -> Option<u64> {
        let file = self.files.get_mut(id.0 as usize)?;
        if file.finished || file.withdrawn || file.unwanted {
            return None;
        }
        // It arrived whole, in the version that was announced.
        self.changed.remove(&id);
        if id == self.lead && file.entry.is_file() {
            self.first_root = self.first_root.or_else(|| file.values.root());
        }
        let chunks = file.plan.chunks();
        let before = file.durable_bytes();
        file.durable = Have::default();
        file.durable.insert_range(0..chunks);
        file.finished = true;
        if let Ok(empty) = FileTree::new(0, self.chunk_size) {
            file.values = empty;
        }
        file.entry.is_file().then(|| file.entry.len() - before)
    }

    /// The receiver has said all that it has: what else it was held to have was lost with its power, and is
    /// sent again. `claims` has the durable chunks of files that are not done, `done` the ranges of those
    /// that are. Returns what was lost.
    pub(crate) fn reconcile(
        &mut self,
        claims: &HashMap<FileId, Have>,
        done: &[(FileId, FileId)],
    ) -> Vec<(FileId, Vec<u32>)> {
        let mut all_lost = Vec::new();
        for (number, file) in self.files.iter_mut().enumerate() {
            let id = FileId(number as u32);
            if file.withdrawn || done.iter().any(|(first, end)| (*first..*end).contains(&id)) {
                continue;
            }
            if file.finished {
                file.finished = false;
                // An empty file's root is known; others are read again for theirs.
                file.sealed = file.entry.is_file() && file.plan.chunks() == 0;
                if file.sealed {
                    self.sealed.push((id, root_of_empty()));
                }
                if let Ok(values) = FileTree::new(file.entry.len(), self.chunk_size) {
                    file.values = values;
                }
            }
            let claimed = claims.get(&id);
            let lost: Vec<u32> = file
                .durable
                .ranges()
                .flatten()
                .filter(|index| !claimed.is_some_and(|have| have.contains(*index)))
                .collect();
            for index in &lost {
                file.durable.remove(*index);
            }
            if !lost.is_empty() {
                all_lost.push((id, lost));
            }
        }
        all_lost
    }

    /// Restores what the database knows of a chunk.
    pub(crate) fn restore(&mut self, id: FileId, index: u32, value: Checksum) -> u64 {
        let Some(file) = self.files.get_mut(id.0 as usize) else {
            return 0;
        };
        let Some(range) = file.plan.range(index) else {
            return 0;
        };
        if file.withdrawn {
            return 0;
        }
        if file.values.set(index, value).is_err() {
            return 0;
        }
        if file.durable.insert(index) {
            range.end - range.start
        } else {
            0
        }
    }

    /// Whether every byte of the file is durable at the receiver.
    pub(crate) fn is_durable(&self, id: FileId) -> bool {
        self.files
            .get(id.0 as usize)
            .is_some_and(|file| file.entry.is_file() && file.durable.is_full(file.plan.chunks()))
    }

    /// Bytes that are durable at the receiver, as far as is known.
    pub(crate) fn durable_bytes(&self) -> u64 {
        self.files.iter().map(SendFile::durable_bytes).sum()
    }

    /// Files with content whose every byte is durable at the receiver, as far as is known.
    pub(crate) fn durable_files(&self) -> u64 {
        let whole =
            |file: &&SendFile| file.plan.chunks() > 0 && file.durable.is_full(file.plan.chunks());
        self.files.iter().filter(whole).count() as u64
    }
}

impl SendFile {
    pub(super) fn durable_bytes(&self) -> u64 {
        let chunks = self.durable.ranges();
        chunks.map(|range| self.plan.bytes_of(&range)).sum()
    }
}
