//! Which entries are received, and where they are stored.

use std::ops::Range;

use chunkstream_core::{id::FileId, manifest::Entry, path::RelPath};

use super::{DoneRange, ReceiveFile, ReceivePlan};
use crate::store::Fate;

impl ReceivePlan {
    pub(crate) fn fate(&self, id: FileId) -> Fate {
        self.files
            .get(id.0 as usize)
            .map_or(Fate::Unwanted, |file| file.fate)
    }

    /// Where an entry is stored.
    pub(crate) fn stored(&self, id: FileId) -> Option<&RelPath> {
        self.files.get(id.0 as usize).map(ReceiveFile::path)
    }

    /// The entries that are received, each under the path where it is stored.
    pub(crate) fn local(
        &self,
        range: Range<u32>,
    ) -> impl DoubleEndedIterator<Item = (FileId, Entry)> {
        (range.start..range.end.min(self.len()))
            .map(|number| (FileId(number), &self.files[number as usize]))
            .filter(|(_, file)| file.fate != Fate::Unwanted && !file.withdrawn)
            .map(|(id, file)| (id, file.local()))
    }

    /// Says where an entry is stored and whether it is received; returns by how many files and bytes what is
    /// received has changed.
    pub(crate) fn place_as(
        &mut self,
        id: FileId,
        stored: Option<RelPath>,
        fate: Fate,
    ) -> (i64, i64) {
        let Some(file) = self.files.get_mut(id.0 as usize) else {
            return (0, 0);
        };
        file.stored = stored;
        let was = std::mem::replace(&mut file.fate, fate);
        let sign = i64::from(was == Fate::Unwanted) - i64::from(fate == Fate::Unwanted);
        if sign == 0 || file.withdrawn {
            return (0, 0);
        }
        let (files, bytes) = (u64::from(file.entry.is_file()), file.entry.len());
        if sign < 0 {
            self.files_done -= u64::from(std::mem::take(&mut file.done));
            self.unwanted_files += files;
            self.unwanted_bytes += bytes;
        } else {
            self.unwanted_files -= files;
            self.unwanted_bytes -= bytes;
        }
        let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        (sign * signed(files), sign * signed(bytes))
    }

    /// The entries from `first` up to `end` that are not received, in ranges.
    pub(crate) fn unwanted(&self, first: u32, end: u32) -> Vec<DoneRange> {
        self.ranges(first..end, |file| file.fate == Fate::Unwanted)
    }

    /// The files that are to be compared first, from number `first` on.
    pub(crate) fn to_compare(&self, first: u32) -> Vec<FileId> {
        self.ranges(first..self.len(), |file| {
            file.fate == Fate::Compare && !file.withdrawn
        })
        .into_iter()
        .flat_map(|(first, end)| (first.0..end.0).map(FileId))
        .collect()
    }

    /// Those of these entries that are asked for, in ranges.
    pub(super) fn ranges(
        &self,
        within: Range<u32>,
        mut wanted: impl FnMut(&ReceiveFile) -> bool,
    ) -> Vec<DoneRange> {
        let mut ranges: Vec<DoneRange> = Vec::new();
        for number in within.start..within.end.min(self.len()) {
            if !wanted(&self.files[number as usize]) {
                continue;
            }
            match ranges.last_mut() {
                Some((_, end)) if end.0 == number => end.0 += 1,
                _ => ranges.push((FileId(number), FileId(number + 1))),
            }
        }
        ranges
    }
}

impl ReceiveFile {
    pub(super) fn path(&self) -> &RelPath {
        self.stored.as_ref().unwrap_or(&self.entry.path)
    }

    /// The entry under the path where it is stored.
    pub(crate) fn local(&self) -> Entry {
        Entry {
            path: self.path().clone(),
            ..self.entry.clone()
        }
    }
}
