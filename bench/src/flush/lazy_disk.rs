//! The real disk without its flushes: for measuring, and for nothing else.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use chunkstream_engine::disk::{Disk, Metadata, PartialFile, RealDisk, SourceFile};

/// Says that everything is durable at once.
#[derive(Debug, Default)]
pub(super) struct LazyDisk(RealDisk);

struct LazyFile(Box<dyn PartialFile>);

impl PartialFile for LazyFile {
    fn write_at(&self, data: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_at(data, offset)
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(buf, offset)
    }

    fn punch(&self, offset: u64, len: u64) -> io::Result<bool> {
        self.0.punch(offset, len)
    }

    fn start_writeback(&self, _offset: u64, _len: u64) {}

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }
}

impl Disk for LazyDisk {
    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.0.metadata(path)
    }

    fn read_folder(&self, path: &Path) -> io::Result<Vec<OsString>> {
        self.0.read_folder(path)
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        self.0.read_link(path)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn SourceFile>> {
        self.0.open(path)
    }

    fn open_partial(
        &self,
        path: &Path,
        len: u64,
        reserve: bool,
    ) -> io::Result<Box<dyn PartialFile>> {
        let file = self.0.open_partial(path, len, reserve)?;
        Ok(Box::new(LazyFile(file)))
    }

    fn rename_over(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.rename_over(from, to)
    }

    fn volume(&self, path: &Path) -> io::Result<u64> {
        self.0.volume(path)
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.0.create_folder(path)
    }

    fn create_symlink(&self, target: &str, path: &Path) -> io::Result<()> {
        self.0.create_symlink(target, path)
    }

    fn set_attributes(
        &self,
        path: &Path,
        mode: Option<u16>,
        modified_ns: Option<i64>,
    ) -> io::Result<()> {
        self.0.set_attributes(path, mode, modified_ns)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.rename_new(from, to)
    }

    fn sync_folder(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }

    fn sync_volume(&self, _path: &Path) -> io::Result<bool> {
        Ok(true)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.0.remove(path)
    }

    fn free_space(&self, path: &Path) -> io::Result<u64> {
        self.0.free_space(path)
    }
}
