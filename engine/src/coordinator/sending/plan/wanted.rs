//! What the receiver will have of what is announced: it may want an entry, not want it, or compare it first.

use chunkstream_core::{id::FileId, integrity::Have};

use super::{SendFile, SendPlan};

impl SendPlan {
    /// Files and bytes that the receiver will have.
    pub(crate) fn wanted(&self) -> (u64, u64) {
        let wanted = |file: &&SendFile| !file.unwanted && !file.withdrawn;
        let wanted = self.files.iter().filter(wanted);
        wanted.fold((0, 0), |(files, bytes), file| {
            (
                files + u64::from(file.entry.is_file()),
                bytes + file.entry.len(),
            )
        })
    }

    /// The receiver will not have these entries. `all`: and no others. Returns by how many files and bytes
    /// what it will have has changed.
    pub(crate) fn unwanted(&mut self, ranges: &[(FileId, FileId)], all: bool) -> (i64, i64) {
        let mut before = Vec::new();
        let mut change = (0, 0);
        for (number, file) in self.files.iter_mut().enumerate() {
            if all && file.unwanted {
                change = file.counted(change, 1);
                file.unwanted = false;
                before.push(number);
            }
        }
        for (first, end) in ranges {
            let end = (end.0 as usize).min(self.files.len());
            let files = self.files.get_mut(first.0 as usize..end);
            for file in files.into_iter().flatten().filter(|file| !file.unwanted) {
                change = file.counted(change, -1);
                file.unwanted = true;
                file.compared = false;
                file.durable = Have::default();
            }
        }
        // A receiver that lost power may have lost what it had decided: it compares or wants the file again.
        for number in before {
            if !self.files[number].unwanted {
                self.cursor = self.cursor.min((number, 0));
                self.tell_root_again(number);
            }
        }
        change
    }

    /// The receiver may have these files already: they are hashed (true), or they are to be sent after all.
    pub(crate) fn compare(&mut self, ids: &[FileId], compared: bool) {
        for &id in ids {
            let Some(file) = self.files.get_mut(id.0 as usize) else {
                continue;
            };
            file.compared = compared;
            self.cursor = self.cursor.min((id.0 as usize, 0));
        }
    }
}

impl SendFile {
    /// Counts the entry's file and bytes to a sum, or (-1) off it.
    fn counted(&self, (files, bytes): (i64, i64), sign: i64) -> (i64, i64) {
        if self.withdrawn {
            return (files, bytes);
        }
        let file = i64::from(self.entry.is_file());
        let len = i64::try_from(self.entry.len()).unwrap_or(i64::MAX);
        (files + sign * file, bytes + sign * len)
    }
}
