//! Open files of the simulated disk.

use std::{
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::MutexGuard,
};

use chunkstream_engine::disk::{Fingerprint, PartialFile, SourceFile};

use super::{MemoryDisk, NodeKind, State, content::Content};

/// An open file; it stays what it is when its name moves or goes.
pub(super) struct OpenFile {
    disk: MemoryDisk,
    /// Under which it was opened: for faults and counters.
    path: PathBuf,
    node: u64,
}

impl MemoryDisk {
    pub(super) fn handle(&self, state: &mut State, path: &Path, node: u64) -> OpenFile {
        state.counters.entry(path.to_owned()).or_default().opens += 1;
        state.open += 1;
        state.totals.most_open = state.totals.most_open.max(state.open);
        OpenFile {
            disk: self.clone(),
            path: path.to_owned(),
            node,
        }
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        self.disk.lock().open -= 1;
    }
}

impl OpenFile {
    fn begin(&self, change: bool) -> io::Result<MutexGuard<'_, State>> {
        let mut state = self.disk.lock();
        if change {
            state.begin(&self.path, true)?;
        } else {
            // Who has a file open may go on reading it, whatever becomes of its path.
            state.count_operation();
        }
        Ok(state)
    }

    fn read(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut state = self.begin(false)?;
        if state.faults.read_errors.contains(&self.path) {
            return Err(io::Error::other("simulated failure of a read"));
        }
        let n = state.content(self.node)?.read(buf, offset);
        let counters = state.counters.entry(self.path.clone()).or_default();
        counters.bytes_read += n as u64;
        counters.read.insert(offset..offset + n as u64);
        state.totals.bytes_read += n as u64;
        state.spend_bytes(n as u64);
        Ok(n)
    }
}

impl SourceFile for OpenFile {
    fn fingerprint(&self) -> io::Result<Fingerprint> {
        Ok(self.begin(false)?.metadata(self.node)?.fingerprint)
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let wait = self.disk.lock().faults.read_wait;
        if !wait.is_zero() {
            std::thread::sleep(wait);
        }
        self.read(buf, offset)
    }

    fn is_hole(&self, offset: u64, len: u64) -> bool {
        let Ok(mut state) = self.begin(false) else {
            return false;
        };
        len > 0
            && offset.checked_add(len).is_some_and(|end| {
                state
                    .content(self.node)
                    .is_ok_and(|content| content.is_hole(offset..end))
            })
    }
}

impl PartialFile for OpenFile {
    fn write_at(&self, data: &[u8], offset: u64) -> io::Result<()> {
        let mut state = self.begin(true)?;
        if data.is_empty() {
            return Ok(());
        }
        let mut fits = data.len();
        let mut failure = None;
        if let Some(&left) = state.faults.write_errors_after.get(&self.path)
            && left < fits as u64
        {
            fits = left as usize;
            failure = Some(io::Error::other("simulated failure of a write"));
        }
        let free = state.free();
        if state
            .content(self.node)?
            .missing_space(offset..offset + fits as u64)
            > free
        {
            fits = state
                .content(self.node)?
                .fitting(offset..offset + fits as u64, free) as usize;
            failure = Some(ErrorKind::StorageFull.into());
        }
        if let Some(left) = state.faults.write_errors_after.get_mut(&self.path) {
            *left -= fits as u64;
        }
        state.change_content(self.node, |content| content.write(&data[..fits], offset))?;
        let counters = state.counters.entry(self.path.clone()).or_default();
        counters.bytes_written += fits as u64;
        counters.written.insert(offset..offset + fits as u64);
        state.totals.bytes_written += fits as u64;
        state.spend_bytes(fits as u64);
        failure.map_or(Ok(()), Err)
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        self.read(buf, offset)
    }

    fn punch(&self, offset: u64, len: u64) -> io::Result<bool> {
        let mut state = self.begin(true)?;
        if !state.faults.no_holes {
            state.change_content(self.node, |content| content.punch(offset..offset + len))?;
            return Ok(true);
        }
        Ok(false)
    }

    fn start_writeback(&self, _offset: u64, _len: u64) {
        // A hint promises nothing.
    }

    fn sync_data(&self) -> io::Result<()> {
        self.disk.wait_for_syncs();
        let mut state = self.begin(false)?;
        state.totals.file_syncs += 1;
        state.counters.entry(self.path.clone()).or_default().syncs += 1;
        if state.faults.sync_errors.contains(&self.path) {
            return Err(io::Error::other("simulated failure of a sync"));
        }
        if !state.faults.lying_sync {
            state.content(self.node)?.sync();
        }
        Ok(())
    }
}

impl State {
    /// The bytes of a regular file, or the error that opening another thing gives.
    pub(super) fn content(&mut self, number: u64) -> io::Result<&mut Content> {
        match &mut self.node_mut(number)?.kind {
            NodeKind::File(content) => Ok(content),
            NodeKind::Folder { .. } => Err(ErrorKind::IsADirectory.into()),
            NodeKind::Symlink(_) | NodeKind::Other => Err(io::Error::new(
                ErrorKind::InvalidInput,
                "not a regular file",
            )),
        }
    }

    /// Changes what space a file takes, and keeps account of it.
    pub(super) fn with_space(
        &mut self,
        number: u64,
        change: impl FnOnce(&mut Content),
    ) -> io::Result<()> {
        let content = self.content(number)?;
        let before = content.allocated();
        change(content);
        let after = content.allocated();
        if !self.node(number)?.removed {
            self.used = self.used + after - before;
        }
        Ok(())
    }

    /// Changes the bytes of a file, and so its time.
    pub(super) fn change_content(
        &mut self,
        number: u64,
        change: impl FnOnce(&mut Content),
    ) -> io::Result<()> {
        self.with_space(number, change)?;
        let now = self.tick();
        self.node_mut(number)?.attributes.modified_ns = now;
        Ok(())
    }
}
