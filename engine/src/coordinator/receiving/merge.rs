//! A folder that arrived goes into one that is there, entry by entry. May be done again after a crash at any
//! of its steps: what has been moved is not found any more.

use std::{
    io::{self, ErrorKind},
    path::Path,
};

use chunkstream_core::path::unused_name;

use crate::{
    api::Conflict,
    disk::{Disk, Kind},
};

/// Numbers tried for a name that is taken.
const MAX_TRIES: u32 = 10_000;
/// With these rights a folder of ours can be emptied and moved.
const OPEN: u16 = 0o700;

/// Moves what is in the folder `from` into the folder `to`, and removes `from`. Where a name is taken, a
/// folder is merged, a file replaced if that is the rule, and everything else numbered: something may have
/// come there since the names were given.
pub(super) fn merge(disk: &dyn Disk, conflict: Conflict, from: &Path, to: &Path) -> io::Result<()> {
    // A right that the sender's folder has not is needed to empty it.
    disk.set_attributes(from, Some(OPEN), None)?;
    for name in disk.read_folder(from)? {
        place(
            disk,
            conflict,
            &from.join(&name),
            to,
            &name.to_string_lossy(),
        )?;
    }
    // Before what it came from is gone for good.
    disk.sync_folder(to)?;
    disk.remove(from)
}

fn place(
    disk: &dyn Disk,
    conflict: Conflict,
    from: &Path,
    folder: &Path,
    name: &str,
) -> io::Result<()> {
    let ours = disk.metadata(from)?;
    for number in 0..MAX_TRIES {
        let to = folder.join(unused_name(name, number));
        let there = match disk.metadata(&to) {
            Ok(there) => there,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                match move_new(
                    disk,
                    from,
                    &to,
                    ours.kind,
                    ours.mode,
                    ours.fingerprint.modified_ns,
                ) {
                    // Somebody was faster.
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                    result => return result,
                }
                disk.metadata(&to)?
            }
            Err(error) => return Err(error),
        };
        let same = |kind| ours.kind == kind && there.kind == kind;
        if same(Kind::Folder) {
            return merge(disk, conflict, from, &to);
        }
        let one =
            ours.fingerprint.file_id != 0 && ours.fingerprint.file_id == there.fingerprint.file_id;
        if same(Kind::File) && one {
            // Moved before a power loss, which brought its old name back.
            return disk.remove(from);
        }
        let replaced = conflict == Conflict::Overwrite
            && ours.kind != Kind::Folder
            && matches!(there.kind, Kind::File | Kind::Symlink);
        if replaced {
            return disk.rename_over(from, &to);
        }
    }
    Err(io::Error::new(
        ErrorKind::AlreadyExists,
        "no free name was found",
    ))
}

/// Moves to where nothing is. A folder that may not be written is not let into another one: it gets its
/// rights back afterwards.
fn move_new(
    disk: &dyn Disk,
    from: &Path,
    to: &Path,
    kind: Kind,
    mode: Option<u32>,
    modified_ns: i64,
) -> io::Result<()> {
    let mode = mode.map(|mode| (mode & 0o777) as u16);
    let locked = kind == Kind::Folder && mode.is_some_and(|mode| mode & 0o200 == 0);
    if locked {
        disk.set_attributes(from, mode.map(|mode| mode | OPEN), None)?;
    }
    let moved = disk.rename_new(from, to);
    if locked {
        let place = if moved.is_ok() { to } else { from };
        disk.set_attributes(place, mode, Some(modified_ns))?;
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::RealDisk;
    use std::fs;

    fn trees() -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a folder");
        for (path, content) in [
            ("from/a", "new a"),
            ("from/sub/b", "new b"),
            ("from/sub/deep/c", "new c"),
            ("from/clash", "a file"),
            ("to/a", "old a"),
            ("to/sub/x", "old x"),
            ("to/sub/b", "old b"),
            ("to/clash/y", "in a folder"),
        ] {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().expect("below")).expect("made");
            fs::write(path, content).expect("written");
        }
        dir
    }

    fn read(dir: &Path, path: &str) -> String {
        fs::read_to_string(dir.join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
    }

    #[test]
    fn overwriting_replaces_files_and_numbers_what_is_of_another_kind() {
        let dir = trees();
        let dir = dir.path();
        merge(
            &RealDisk,
            Conflict::Overwrite,
            &dir.join("from"),
            &dir.join("to"),
        )
        .expect("merged");
        for (path, content) in [
            ("to/a", "new a"),
            ("to/sub/b", "new b"),
            ("to/sub/x", "old x"),
            ("to/sub/deep/c", "new c"),
            ("to/clash/y", "in a folder"),
            ("to/clash (1)", "a file"),
        ] {
            assert_eq!(read(dir, path), content);
        }
        assert!(!dir.join("from").exists());
    }

    #[test]
    fn otherwise_nothing_that_is_there_is_touched() {
        let dir = trees();
        let dir = dir.path();
        merge(
            &RealDisk,
            Conflict::Skip,
            &dir.join("from"),
            &dir.join("to"),
        )
        .expect("merged");
        for (path, content) in [
            ("to/a", "old a"),
            ("to/a (1)", "new a"),
            ("to/sub/b", "old b"),
            ("to/sub/b (1)", "new b"),
            ("to/sub/deep/c", "new c"),
        ] {
            assert_eq!(read(dir, path), content);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_may_not_be_written_is_merged_and_keeps_its_rights_where_it_is_new() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = trees();
        let dir = dir.path();
        let locked = fs::Permissions::from_mode(0o555);
        for path in ["from/sub/deep", "from/sub", "from"] {
            fs::set_permissions(dir.join(path), locked.clone()).expect("ours");
        }
        merge(
            &RealDisk,
            Conflict::Overwrite,
            &dir.join("from"),
            &dir.join("to"),
        )
        .expect("merged");
        let deep = fs::metadata(dir.join("to/sub/deep")).expect("there");
        assert_eq!(deep.permissions().mode() & 0o777, 0o555);
        assert_eq!(read(dir, "to/sub/deep/c"), "new c");
        fs::set_permissions(dir.join("to/sub/deep"), fs::Permissions::from_mode(0o755))
            .expect("ours");
    }
}
