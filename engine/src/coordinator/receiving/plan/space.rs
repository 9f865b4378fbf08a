//! Bytes that still need space on the target's volume.

use chunkstream_core::id::FileId;

use super::{ReceiveFile, ReceivePlan};

impl ReceivePlan {
    /// Bytes that are still to be given space.
    pub(crate) fn outstanding(&self) -> u64 {
        self.bytes().saturating_sub(self.covered)
    }

    /// The space of a file has been reserved.
    pub(crate) fn reserved(&mut self, id: FileId) {
        if let Some(file) = self.files.get_mut(id.0 as usize)
            && !std::mem::replace(&mut file.reserved, true)
        {
            self.covered += file.entry.len() - file.written_bytes();
        }
    }

    pub(crate) fn is_reserved(&self, id: FileId) -> bool {
        self.files
            .get(id.0 as usize)
            .is_some_and(|file| file.reserved)
    }
}

impl ReceiveFile {
    /// Bytes of it that need no more space.
    pub(super) fn covered(&self) -> u64 {
        if self.done || self.reserved {
            self.entry.len()
        } else {
            self.written_bytes()
        }
    }

    fn written_bytes(&self) -> u64 {
        let chunks = self.written.ranges();
        chunks.map(|range| self.plan.bytes_of(&range)).sum()
    }
}
