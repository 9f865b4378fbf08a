//! Chunks: where each belongs, and whether it is written, durable, lost or damaged.

use chunkstream_core::{
    chunk::Stripe,
    id::FileId,
    integrity::{Checksum, Have},
};

use super::{DoneRange, ReceiveFile, ReceivePlan};
use crate::store::Fate;

/// Times that a chunk may arrive damaged before its path counts as dead.
const MAX_DAMAGED: u8 = 3;

/// Where a chunk belongs, if it is wanted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// At this range of a file of this length.
    Wanted {
        offset: u64,
        len: usize,
        file_len: u64,
    },
    /// It has been written already.
    Known,
    /// There is no such chunk.
    None,
}

impl ReceivePlan {
    pub(crate) fn place(&self, id: FileId, index: u32) -> Place {
        let Some(file) = self
            .files
            .get(id.0 as usize)
            .filter(|file| file.entry.is_file())
        else {
            return Place::None;
        };
        let Some(range) = file.plan.range(index) else {
            return Place::None;
        };
        // What is not known to be wanted is sent again if it turns out to be.
        let passed_over = file.withdrawn || file.fate != Fate::Wanted;
        if file.done || passed_over || file.written.contains(index) {
            return Place::Known;
        }
        Place::Wanted {
            offset: range.start,
            len: (range.end - range.start) as usize,
            file_len: file.entry.len(),
        }
    }

    /// A verified chunk has been written; false if it was before.
    pub(crate) fn written(&mut self, id: FileId, index: u32, value: Checksum) -> bool {
        let Some(file) = self.files.get_mut(id.0 as usize) else {
            return false;
        };
        if file.withdrawn || !file.written.insert(index) {
            return false;
        }
        if !file.reserved {
            self.covered += file.len_of(index);
        }
        file.values.set(index, value).is_ok()
    }

    /// Written chunks could not be made durable: they count as missing again.
    pub(crate) fn unwritten(&mut self, id: FileId, index: u32) {
        if let Some(file) = self.files.get_mut(id.0 as usize)
            && !file.durable.contains(index)
        {
            if file.written.remove(index) && !file.reserved {
                self.covered -= file.len_of(index);
            }
            file.values.clear(index);
        }
    }

    /// A written chunk has become durable; true if its file has now all it needs.
    pub(crate) fn durable(&mut self, id: FileId, index: u32) -> bool {
        let Some(file) = self.files.get_mut(id.0 as usize) else {
            return false;
        };
        if file.withdrawn {
            return false;
        }
        file.durable.insert(index);
        file.durable.is_full(file.plan.chunks())
    }

    /// Restores what the database knows of a chunk.
    pub(crate) fn restore(&mut self, id: FileId, index: u32, value: Checksum) {
        if self.written(id, index, value) {
            self.durable(id, index);
            // Its row came after the sync of its file's name.
            if let Some(file) = self.file_mut(id) {
                file.named = true;
            }
        }
    }

    /// A chunk that counted as durable is not what it should be; its bytes if it did count.
    pub(crate) fn lost(&mut self, id: FileId, index: u32) -> u64 {
        let len = self.len_of(id, index) as u64;
        let Some(file) = self.files.get_mut(id.0 as usize) else {
            return 0;
        };
        if file.done || !file.durable.remove(index) {
            return 0;
        }
        file.written.remove(index);
        file.values.clear(index);
        if let Some(rebuilt) = self.rebuilt.get_mut(&id) {
            rebuilt.remove(index);
        }
        len
    }

    /// Whether everything that was announced has been written: the tail, which should not wait for a batch.
    pub(crate) fn is_all_written(&self, id: FileId) -> bool {
        self.files
            .get(id.0 as usize)
            .is_some_and(|file| file.written.is_full(file.plan.chunks()))
    }

    /// Whether every chunk that has been written is durable too.
    pub(crate) fn is_settled(&self) -> bool {
        self.files.iter().all(|file| file.written == file.durable)
    }

    /// What is durable of files that are not done, and ranges of entries that are done.
    pub(crate) fn have(&self) -> (Vec<(FileId, Have)>, Vec<DoneRange>) {
        let mut partial = Vec::new();
        for (number, file) in self.files.iter().enumerate() {
            if !file.done && !file.durable.is_empty() {
                partial.push((FileId(number as u32), file.durable.clone()));
            }
        }
        (partial, self.ranges(0..self.len(), |file| file.done))
    }

    /// Files of which something is durable.
    pub(crate) fn held(&self) -> Vec<FileId> {
        let held =
            |file: &ReceiveFile| !file.entry.is_empty() && (file.done || !file.durable.is_empty());
        let files = (0..).zip(&self.files);
        files
            .filter(|(_, file)| held(file))
            .map(|(number, _)| FileId(number))
            .collect()
    }

    /// Bytes that are durable.
    pub(crate) fn durable_bytes(&self) -> u64 {
        self.files.iter().map(ReceiveFile::durable_bytes).sum()
    }

    /// A chunk that arrived damaged; false if it has been so too often.
    pub(crate) fn damaged(&mut self, id: FileId, index: u32) -> bool {
        let times = self.damaged.entry((id, index)).or_default();
        // What is under way on other streams may still come after the last attempt.
        *times = times.saturating_add(1);
        *times <= MAX_DAMAGED
    }

    /// A new connection has attempts of its own.
    pub(crate) fn forgive(&mut self) {
        self.damaged.clear();
    }

    /// Number of chunks of a file; 0 if there is no such file.
    pub(crate) fn chunks_of(&self, id: FileId) -> u32 {
        self.files
            .get(id.0 as usize)
            .map_or(0, |file| file.plan.chunks())
    }

    /// Bytes of a chunk; 0 if there is none.
    pub(crate) fn len_of(&self, id: FileId, index: u32) -> usize {
        let file = self.files.get(id.0 as usize);
        file.map_or(0, |file| file.len_of(index) as usize)
    }

    /// The stripe, and which of its chunks have been written.
    pub(crate) fn stripe(&self, id: FileId, number: u32) -> Option<(Stripe, Vec<bool>)> {
        let file = self.files.get(id.0 as usize)?;
        let stripe = file.plan.stripe(number)?;
        let written = stripe
            .chunks()
            .map(|index| {
                let passed_over = file.withdrawn || file.fate != Fate::Wanted;
                file.done || passed_over || file.written.contains(index)
            })
            .collect();
        Some((stripe, written))
    }

    pub(crate) fn stripe_of(&self, id: FileId, index: u32) -> Option<u32> {
        self.files
            .get(id.0 as usize)
            .map(|file| file.plan.stripe_of(index))
    }
}

impl ReceiveFile {
    /// Bytes of it that are durable.
    pub(super) fn durable_bytes(&self) -> u64 {
        if self.done {
            return self.entry.len();
        }
        let chunks = self.durable.ranges();
        chunks.map(|range| self.plan.bytes_of(&range)).sum()
    }

    /// Bytes of a chunk; 0 if there is none.
    fn len_of(&self, index: u32) -> u64 {
        let range = self.plan.range(index);
        range.map_or(0, |range| range.end - range.start)
    }
}

#[cfg(test)]
mod tests {
    use chunkstream_core::manifest::EntryKind;

    use super::*;
    use crate::coordinator::receiving::plan::testing::{entry, file, plan};

    #[test]
    fn chunks_that_are_not_there_have_no_place() {
        let mut plan = plan();
        plan.announce(
            FileId(0),
            vec![file("a", 10), entry("d", EntryKind::Folder)],
        )
        .expect("valid");
        assert!(matches!(
            plan.place(FileId(0), 0),
            Place::Wanted {
                offset: 0,
                len: 10,
                file_len: 10
            }
        ));
        assert_eq!(plan.place(FileId(0), 1), Place::None);
        assert_eq!(plan.place(FileId(1), 0), Place::None);
        assert_eq!(plan.place(FileId(2), 0), Place::None);
    }
}
