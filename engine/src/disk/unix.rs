//! What [`RealDisk`](super::RealDisk) does differently on Unix: Linux first, macOS and the BSDs where they differ.

use std::{
    fs::{self, File, FileTimes, OpenOptions, Permissions},
    io::{self, ErrorKind},
    os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

use rustix::{
    fs::{CWD, OFlags, SeekFrom},
    io::Errno,
};

use super::{Fingerprint, not_regular, time_of};

/// Whatever is opened: not through a link, not waiting for the other end of a pipe, not taking a terminal.
const SAFE: OFlags = OFlags::NOFOLLOW
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY);

/// Rights of a new file before the umask; the final ones are set when the file is complete.
const NEW_FILE: u32 = 0o666;

pub(super) fn fingerprint(metadata: &fs::Metadata) -> Fingerprint {
    Fingerprint {
        len: metadata.len(),
        modified_ns: metadata
            .mtime()
            .saturating_mul(1_000_000_000)
            .saturating_add(metadata.mtime_nsec()),
        file_id: metadata.ino(),
    }
}

#[allow(clippy::unnecessary_wraps)] // None on Windows
pub(super) fn mode(metadata: &fs::Metadata) -> Option<u32> {
    Some(metadata.mode() & 0o7777)
}

pub(super) fn open_read(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .custom_flags(flags(SAFE))
        .open(path)
        .map_err(link_is_not_regular)
}

pub(super) fn open_write(path: &Path) -> io::Result<File> {
    // The length is set by the caller; what is there already stays, for a transfer that goes on.
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(NEW_FILE)
        .custom_flags(flags(SAFE))
        .open(path)
        .map_err(link_is_not_regular)
}

fn flags(flags: OFlags) -> i32 {
    flags.bits().cast_signed()
}

/// O_NOFOLLOW answers ELOOP on Linux and macOS, EMLINK on FreeBSD; the device of a socket answers ENXIO.
fn link_is_not_regular(error: io::Error) -> io::Error {
    match Errno::from_io_error(&error) {
        Some(Errno::LOOP | Errno::MLINK | Errno::NXIO) => not_regular(),
        _ => error,
    }
}

pub(super) fn read_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    file.read_at(buf, offset)
}

pub(super) fn write_at(file: &File, data: &[u8], offset: u64) -> io::Result<usize> {
    file.write_at(data, offset)
}

/// Whether the next byte of data after `offset` lies at or beyond the end of the range.
///
/// The seek moves the file's position, which nothing here uses: all reads and writes carry their offset.
#[cfg(any(
    target_os = "linux",
    target_os = "android",
    target_vendor = "apple",
    target_os = "freebsd"
))]
pub(super) fn is_hole(file: &File, offset: u64, len: u64) -> bool {
    let Some(end) = offset.checked_add(len) else {
        return false;
    };
    match rustix::fs::seek(file, SeekFrom::Data(offset)) {
        Ok(data) => data >= end,
        // No data up to the end of the file: a hole, if the range lies inside the file at all.
        Err(Errno::NXIO) => file.metadata().is_ok_and(|metadata| end <= metadata.len()),
        Err(_) => false,
    }
}

#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_vendor = "apple",
    target_os = "freebsd"
)))]
pub(super) fn is_hole(_file: &File, _offset: u64, _len: u64) -> bool {
    false
}

/// Takes the space for the first `len` bytes. No error where the file system cannot.
#[cfg(any(
    target_os = "linux",
    target_os = "android",
    target_vendor = "apple",
    target_os = "freebsd"
))]
pub(super) fn reserve(file: &File, len: u64) -> io::Result<()> {
    loop {
        return match rustix::fs::fallocate(file, rustix::fs::FallocateFlags::empty(), 0, len) {
            Err(Errno::INTR) => continue,
            Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => Ok(()),
            Err(error) => Err(error.into()),
        };
    }
}

#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_vendor = "apple",
    target_os = "freebsd"
)))]
pub(super) fn reserve(_file: &File, _len: u64) -> io::Result<()> {
    Ok(())
}

/// Makes a range a hole again. False where the file system cannot.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn punch(file: &File, offset: u64, len: u64) -> io::Result<bool> {
    use rustix::fs::FallocateFlags;
    let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
    loop {
        return match rustix::fs::fallocate(file, flags, offset, len) {
            Err(Errno::INTR) => continue,
            Ok(()) => Ok(true),
            Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => Ok(false),
            Err(error) => Err(error.into()),
        };
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn punch(_file: &File, _offset: u64, _len: u64) -> io::Result<bool> {
    Ok(false)
}

/// Starts writing a range out, without waiting.
///
/// rustix has no `sync_file_range`. POSIX_FADV_DONTNEED does the same on Linux (`mm/fadvise.c`: it begins
/// the write-back of the range's dirty pages and returns); what is already clean leaves the page cache,
/// which is no loss for bytes that were just received.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn start_writeback(file: &File, offset: u64, len: u64) {
    if let Some(len) = std::num::NonZeroU64::new(len) {
        let _ = rustix::fs::fadvise(file, offset, Some(len), rustix::fs::Advice::DontNeed);
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn start_writeback(_file: &File, _offset: u64, _len: u64) {}

pub(super) fn symlink(target: &str, path: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}

pub(super) fn remove_name(path: &Path, _metadata: &fs::Metadata) -> io::Result<()> {
    fs::remove_file(path)
}

/// Sets rights and time through an open file, so that nothing put in its place meanwhile is changed.
pub(super) fn set_attributes(
    path: &Path,
    mode: Option<u32>,
    modified_ns: Option<i64>,
) -> io::Result<()> {
    let times = modified_ns
        .map(|ns| time_of(ns).map(|time| FileTimes::new().set_modified(time)))
        .transpose()?;
    // A pipe opened for reading cannot block (O_NONBLOCK), and what is no file or folder is refused below.
    let opened = open_read(path).or_else(|error| match error.kind() {
        ErrorKind::PermissionDenied => OpenOptions::new()
            .write(true)
            .custom_flags(flags(SAFE))
            .open(path)
            .map_err(link_is_not_regular),
        _ => Err(error),
    });
    match opened {
        Ok(file) => {
            let file_type = file.metadata()?.file_type();
            if !file_type.is_file() && !file_type.is_dir() {
                return Err(not_regular());
            }
            if let Some(mode) = mode {
                file.set_permissions(Permissions::from_mode(mode))?;
            }
            times.map_or(Ok(()), |times| file.set_times(times))
        }
        // The owner may set the attributes of what he may neither read nor write. Only here is there a
        // moment between the check and the change; only who can already write in that folder could use it.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::PermissionDenied | ErrorKind::IsADirectory
            ) =>
        {
            let found = fs::symlink_metadata(path)?;
            if !found.is_file() && !found.is_dir() {
                return Err(not_regular());
            }
            let readable = Permissions::from_mode((found.mode() & 0o777) | 0o400);
            fs::set_permissions(path, readable)?;
            let file = open_read(path)?;
            times.map_or(Ok(()), |times| file.set_times(times))?;
            file.set_permissions(Permissions::from_mode(mode.unwrap_or(found.mode() & 0o777)))
        }
        Err(error) => Err(error),
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    match rustix::fs::renameat_with(CWD, from, CWD, to, rustix::fs::RenameFlags::NOREPLACE) {
        // The file system or the kernel does not know the flag (or the move itself is impossible: then
        // the other way says so too).
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => rename_checked(from, to),
        result => result.map_err(io::Error::from),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    rename_checked(from, to)
}

/// Moves without replacing where the system has no single call for it.
///
/// A file is linked at its new place, which fails if something is there, and then loses its old name: a
/// power loss in between leaves both names. A folder, or a file where there are no hard links (FAT), is
/// checked for first: something made at `to` in that moment by somebody else is replaced, if it is a file
/// or an empty folder.
fn rename_checked(from: &Path, to: &Path) -> io::Result<()> {
    if !fs::symlink_metadata(from)?.is_dir() {
        match rustix::fs::linkat(CWD, from, CWD, to, rustix::fs::AtFlags::empty()) {
            Ok(()) => return fs::remove_file(from),
            Err(Errno::PERM | Errno::OPNOTSUPP | Errno::NOSYS | Errno::MLINK) => {}
            Err(error) => return Err(error.into()),
        }
    }
    match fs::symlink_metadata(to) {
        Ok(_) => Err(ErrorKind::AlreadyExists.into()),
        Err(error) if error.kind() == ErrorKind::NotFound => fs::rename(from, to),
        Err(error) => Err(error),
    }
}

pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = OpenOptions::new()
        .read(true)
        .custom_flags(flags(SAFE | OFlags::DIRECTORY))
        .open(path)?;
    match folder.sync_all() {
        // Some network and FUSE file systems have no such call: there is nothing more that could be done.
        Err(error)
            if matches!(
                Errno::from_io_error(&error),
                Some(Errno::INVAL | Errno::OPNOTSUPP)
            ) =>
        {
            Ok(())
        }
        result => result,
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn sync_volume(path: &Path) -> io::Result<bool> {
    let on_it = open_read(path)?;
    match rustix::fs::syncfs(&on_it) {
        Ok(()) => Ok(true),
        Err(Errno::NOSYS) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn sync_volume(_path: &Path) -> io::Result<bool> {
    Ok(false)
}

/// What a user without special rights can still write.
pub(super) fn free_space(path: &Path) -> io::Result<u64> {
    let volume = rustix::fs::statvfs(path)?;
    Ok(volume.f_bavail.saturating_mul(volume.f_frsize))
}

pub(super) fn volume(path: &Path) -> io::Result<u64> {
    Ok(fs::metadata(path)?.dev())
}

/// Lets this process open as many files as the system allows it to. The usual soft limit of 1,024 (256 on
/// macOS) is less than a batch of small files and their sockets. Returns how many; None if there is no limit.
pub(crate) fn raise_open_files() -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::debug!(%error, ?limit, "the limit on open files stays as it is");
        return limit.current;
    }
    limit.maximum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_the_rename_flag_a_file_moves_and_never_replaces() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        fs::write(&from, b"new").expect("writable");
        rename_checked(&from, &to).expect("nothing is there");
        assert!(!from.exists());
        fs::write(&from, b"newer").expect("writable");
        let error = rename_checked(&from, &to).expect_err("something is there");
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&to).expect("readable"), b"new");
        assert!(from.exists());
    }

    #[test]
    fn without_the_rename_flag_a_folder_moves_and_never_replaces() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        fs::create_dir(&from).expect("makeable");
        rename_checked(&from, &to).expect("nothing is there");
        fs::create_dir(&from).expect("makeable");
        assert_eq!(
            rename_checked(&from, &to).expect_err("there").kind(),
            ErrorKind::AlreadyExists
        );
    }

    #[test]
    fn without_the_rename_flag_a_link_moves_as_a_link() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        symlink("nowhere", &from).expect("makeable");
        rename_checked(&from, &to).expect("nothing is there");
        assert_eq!(fs::read_link(&to).expect("a link"), Path::new("nowhere"));
    }

    #[test]
    fn no_special_bit_is_ever_set() {
        use super::super::{Disk, RealDisk};
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("program");
        fs::write(&path, b"").expect("writable");
        RealDisk
            .set_attributes(&path, Some(0o7755), None)
            .expect("ours");
        assert_eq!(fs::metadata(&path).expect("there").mode() & 0o7777, 0o755);
    }

    #[test]
    fn a_pipe_is_refused_without_waiting_for_its_other_end() {
        use super::super::{Disk, RealDisk};
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("pipe");
        rustix::fs::mknodat(
            CWD,
            &path,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RWXU,
            0,
        )
        .expect("makeable");
        assert_eq!(
            RealDisk.open(&path).err().expect("refused").kind(),
            ErrorKind::InvalidInput
        );
        assert_eq!(
            RealDisk
                .open_partial(&path, 5, false)
                .err()
                .expect("refused")
                .kind(),
            ErrorKind::InvalidInput
        );
        assert_eq!(
            RealDisk
                .set_attributes(&path, Some(0o777), None)
                .expect_err("refused")
                .kind(),
            ErrorKind::InvalidInput
        );
    }

    #[test]
    fn reserved_space_is_really_taken_and_a_sparse_file_takes_none() {
        use super::super::{Disk, RealDisk};
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (sparse, reserved) = (dir.path().join("sparse"), dir.path().join("reserved"));
        RealDisk
            .open_partial(&sparse, 1 << 20, false)
            .expect("space");
        RealDisk
            .open_partial(&reserved, 1 << 20, true)
            .expect("space");
        assert!(fs::metadata(&sparse).expect("there").blocks() * 512 < 1 << 20);
        assert!(fs::metadata(&reserved).expect("there").blocks() * 512 >= 1 << 20);
    }

    #[test]
    fn a_range_that_is_let_go_of_reads_as_zeros_and_takes_no_space() {
        use super::super::{Disk, RealDisk};
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("file");
        let file = RealDisk.open_partial(&path, 1 << 20, true).expect("space");
        file.write_at(&vec![7; 1 << 20], 0).expect("space");
        let before = fs::metadata(&path).expect("there").blocks();
        if !file.punch(1 << 16, 1 << 18).expect("no error") {
            println!("this file system has no such call");
            return;
        }
        let mut found = vec![1; 1 << 20];
        assert_eq!(file.read_at(&mut found, 0).expect("readable"), 1 << 20);
        assert!(found[..1 << 16].iter().all(|&byte| byte == 7));
        assert!(
            found[1 << 16..(1 << 16) + (1 << 18)]
                .iter()
                .all(|&byte| byte == 0)
        );
        assert!(found[(1 << 16) + (1 << 18)..].iter().all(|&byte| byte == 7));
        assert!(fs::metadata(&path).expect("there").blocks() < before);
        assert_eq!(fs::metadata(&path).expect("there").len(), 1 << 20);
    }

    #[test]
    fn more_than_the_volume_holds_is_reported_at_once_and_leaves_nothing_taken() {
        use super::super::{Disk, RealDisk};
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("huge");
        let free = RealDisk.free_space(dir.path()).expect("a volume");
        let Some(error) = RealDisk
            .open_partial(&path, free.saturating_add(1 << 40), true)
            .err()
        else {
            panic!("took more than there is")
        };
        // Some file systems cap the size of a file below the size of the volume.
        assert!(
            matches!(
                error.kind(),
                ErrorKind::StorageFull | ErrorKind::FileTooLarge
            ),
            "{error}"
        );
        assert_eq!(fs::metadata(&path).map_or(0, |m| m.blocks()), 0);
    }
}
