//! Files that are done: durable as a whole, and with the root that the sender told.

use chunkstream_core::{
    id::FileId,
    integrity::{Checksum, FileTree, Have},
};

use super::ReceivePlan;
use crate::store::Fate;

impl ReceivePlan {
    /// The sender's root of a file.
    pub(crate) fn set_root(&mut self, id: FileId, root: Checksum) {
        if let Some(file) = self.files.get_mut(id.0 as usize)
            && file.entry.is_file()
            && !file.withdrawn
        {
            file.root = Some(root);
        }
    }

    /// The sender's root of a file, if it has been told.
    pub(crate) fn root_of(&self, id: FileId) -> Option<Checksum> {
        self.files.get(id.0 as usize).and_then(|file| file.root)
    }

    /// If the file is durable as a whole and its root is known: whether they match.
    pub(crate) fn verdict(&self, id: FileId) -> Option<Result<Checksum, Checksum>> {
        let file = self.files.get(id.0 as usize)?;
        let passed_over = file.withdrawn || file.fate != Fate::Wanted;
        if file.done || passed_over || !file.durable.is_full(file.plan.chunks()) {
            return None;
        }
        let expected = file.root?;
        let found = file.values.root()?;
        Some(if expected == found {
            Ok(found)
        } else {
            Err(found)
        })
    }

    /// The file is done: nothing of it is needed any more.
    pub(crate) fn done(&mut self, id: FileId) {
        if let Some(file) = self.files.get_mut(id.0 as usize)
            && !file.done
        {
            file.done = true;
            file.handle = None;
            file.written = Have::new();
            file.durable = Have::new();
            if let Ok(empty) = FileTree::new(0, self.chunk_size) {
                file.values = empty;
            }
            self.files_done += 1;
        }
    }

    pub(crate) fn is_done(&self, id: FileId) -> bool {
        self.files.get(id.0 as usize).is_some_and(|file| file.done)
    }

    pub(crate) fn files_done(&self) -> u64 {
        self.files_done
    }

    /// Whether every file is done.
    pub(crate) fn is_complete(&self) -> bool {
        self.announced.is_some() && self.files_done == self.files()
    }

    /// Restores a file that is done.
    pub(crate) fn restore_done(&mut self, id: FileId) {
        if let Some(file) = self.files.get_mut(id.0 as usize)
            && !file.done
            && file.fate != Fate::Unwanted
        {
            file.done = true;
            self.covered += file.entry.len();
            self.files_done += 1;
        }
    }

    /// A file that was done is not: what is there of it are these chunks.
    pub(crate) fn reopen(&mut self, id: FileId, chunks: Vec<(u32, Checksum)>) {
        let Some(file) = self.files.get_mut(id.0 as usize).filter(|file| file.done) else {
            return;
        };
        // The length was fine when the file was announced.
        let Ok(values) = FileTree::new(file.entry.len(), self.chunk_size) else {
            return;
        };
        file.values = values;
        file.done = false;
        self.files_done -= 1;
        for (index, value) in chunks {
            self.restore(id, index, value);
        }
    }

    /// Nothing of the file is there after all.
    pub(crate) fn forget(&mut self, id: FileId) {
        let Some(file) = self.files.get_mut(id.0 as usize) else {
            return;
        };
        self.covered -= file.covered();
        file.reserved = false;
        self.files_done -= u64::from(std::mem::take(&mut file.done));
        file.written = Have::new();
        file.durable = Have::new();
        file.named = false;
        file.handle = None;
        if let Ok(values) = FileTree::new(file.entry.len(), self.chunk_size) {
            file.values = values;
        }
    }
}

#[cfg(test)]
mod tests {
    use chunkstream_core::{chunk::ChunkSize, integrity::chunk_value};

    use super::*;
    use crate::coordinator::receiving::plan::testing::{file, plan};

    #[test]
    fn a_file_is_done_only_with_every_chunk_durable_and_the_same_root() {
        let mut plan = plan();
        let data = vec![7_u8; 100_000];
        plan.announce(FileId(0), vec![file("a", 100_000)])
            .expect("valid");
        plan.end(1, 100_000).expect("all");
        let cut = ChunkSize::MIN.bytes() as usize;
        for (index, chunk) in data.chunks(cut).enumerate() {
            let value =
                chunk_value(100_000, index as u32, ChunkSize::MIN, chunk).expect("its place");
            assert!(plan.written(FileId(0), index as u32, value));
            plan.durable(FileId(0), index as u32);
        }
        assert_eq!(plan.verdict(FileId(0)), None, "the root is not known");
        plan.set_root(FileId(0), Checksum([0; 32]));
        assert!(matches!(plan.verdict(FileId(0)), Some(Err(_))));
        plan.set_root(FileId(0), Checksum(*blake3::hash(&data).as_bytes()));
        assert!(matches!(plan.verdict(FileId(0)), Some(Ok(_))));
        assert!(!plan.is_complete());
        plan.done(FileId(0));
        assert!(plan.is_complete());
    }
}
