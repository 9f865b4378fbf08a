//! Each promise of [`Disk`] as a named test, held by the real disk and by the one in memory, so that what
//! is tested on the double is true of the thing.

use std::{
    fmt::Write as _,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use chunkstream_engine::disk::{Disk, Kind, RealDisk};
use chunkstream_sim::disk::MemoryDisk;

/// A disk, an empty folder on it, and what keeps that folder there.
struct Bench<'d> {
    disk: &'d dyn Disk,
    root: PathBuf,
}

impl Bench<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        let file = self
            .disk
            .open_partial(&path, bytes.len() as u64, false)
            .expect("a file can be made");
        file.write_at(bytes, 0).expect("there is space");
        path
    }

    fn read(&self, path: &Path) -> Vec<u8> {
        let file = self.disk.open(path).expect("the file is there");
        let mut bytes = vec![0; 1 << 16];
        let n = file.read_at(&mut bytes, 0).expect("it can be read");
        bytes.truncate(n);
        bytes
    }

    fn folder(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        self.disk
            .create_folder(&path)
            .expect("a folder can be made");
        path
    }

    fn link(&self, target: &str, name: &str) -> PathBuf {
        let path = self.path(name);
        self.disk
            .create_symlink(target, &path)
            .expect("a link can be made");
        path
    }

    fn kind(&self, path: &Path) -> Option<Kind> {
        match self.disk.metadata(path) {
            Ok(metadata) => Some(metadata.kind),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => panic!("{}: {error}", path.display()),
        }
    }
}

/// Runs each promise on both disks.
macro_rules! promises {
    ($($name:ident($bench:ident) $body:block)*) => {
        $(fn $name($bench: &Bench<'_>) $body)*

        mod on_the_real_disk {
            $(#[test]
            fn $name() {
                let folder = tempfile::tempdir().expect("a temporary folder");
                super::$name(&super::Bench { disk: &super::RealDisk, root: folder.path().to_owned() });
            })*
        }

        mod on_the_disk_in_memory {
            $(#[test]
            fn $name() {
                let disk = super::MemoryDisk::new();
                disk.make_folder("/some/where").expect("an empty disk");
                super::$name(&super::Bench { disk: &disk, root: "/some/where".into() });
            })*
        }
    };
}

/// The kind of an error; `Box<dyn File>` has no `Debug`, so no `expect_err`.
fn refused<T>(result: std::io::Result<T>) -> ErrorKind {
    match result {
        Ok(_) => panic!("was allowed"),
        Err(error) => error.kind(),
    }
}

promises! {
    what_is_written_is_read(bench) {
        let path = bench.write("file", b"some bytes");
        assert_eq!(bench.read(&path), b"some bytes");
        let metadata = bench.disk.metadata(&path).expect("there");
        assert_eq!((metadata.kind, metadata.fingerprint.len), (Kind::File, 10));
    }

    a_partial_file_has_its_length_at_once_and_reads_as_zeros(bench) {
        for (name, reserve) in [("sparse", false), ("reserved", true)] {
            let path = bench.path(name);
            let file = bench.disk.open_partial(&path, 100_000, reserve).expect("a file can be made");
            assert_eq!(bench.disk.metadata(&path).expect("there").fingerprint.len, 100_000);
            let mut bytes = [1; 10];
            assert_eq!(file.read_at(&mut bytes, 99_995).expect("readable"), 5);
            assert_eq!(bytes, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
        }
    }

    a_partial_file_that_is_there_keeps_its_content(bench) {
        let path = bench.write("file", b"0123456789");
        let longer = bench.disk.open_partial(&path, 12, true).expect("there");
        let mut bytes = [1; 12];
        assert_eq!(longer.read_at(&mut bytes, 0).expect("readable"), 12);
        assert_eq!(&bytes, b"0123456789\0\0");
        bench.disk.open_partial(&path, 4, false).expect("there");
        assert_eq!(bench.read(&path), b"0123");
    }

    an_empty_partial_file_can_be_reserved(bench) {
        let path = bench.path("empty");
        bench.disk.open_partial(&path, 0, true).expect("nothing to reserve");
        assert_eq!(bench.read(&path), b"");
    }

    writes_land_at_their_offset_in_any_order(bench) {
        let path = bench.path("file");
        let file = bench.disk.open_partial(&path, 300_000, false).expect("a file can be made");
        file.write_at(&vec![3; 100_000], 200_000).expect("space");
        file.write_at(&vec![1; 100_000], 0).expect("space");
        file.write_at(&vec![2; 100_000], 100_000).expect("space");
        for (offset, byte) in [(0, 1), (99_999, 1), (100_000, 2), (199_999, 2), (200_000, 3), (299_999, 3)] {
            let mut read = [0];
            assert_eq!(file.read_at(&mut read, offset).expect("readable"), 1);
            assert_eq!(read, [byte], "at {offset}");
        }
    }

    a_read_at_or_beyond_the_end_is_short_and_no_error(bench) {
        let file = bench.disk.open(&bench.write("file", b"12345")).expect("there");
        let mut bytes = [0; 8];
        assert_eq!(file.read_at(&mut bytes, 3).expect("readable"), 2);
        assert_eq!(file.read_at(&mut bytes, 5).expect("readable"), 0);
        assert_eq!(file.read_at(&mut bytes, 500).expect("readable"), 0);
        assert_eq!(file.read_at(&mut [], 0).expect("readable"), 0);
    }

    written_data_is_never_called_a_hole(bench) {
        let path = bench.path("file");
        let file = bench.disk.open_partial(&path, 10 << 20, false).expect("a file can be made");
        file.write_at(&[1], 5 << 20).expect("space");
        let source = bench.disk.open(&path).expect("there");
        assert!(!source.is_hole(5 << 20, 1));
        assert!(!source.is_hole(4 << 20, 2 << 20));
        assert!(!source.is_hole(0, 10 << 20));
    }

    what_lies_beyond_the_end_is_no_hole(bench) {
        let path = bench.path("file");
        bench.disk.open_partial(&path, 1 << 20, false).expect("a file can be made");
        let source = bench.disk.open(&path).expect("there");
        assert!(!source.is_hole(0, (1 << 20) + 1));
        assert!(!source.is_hole(2 << 20, 1));
        assert!(!source.is_hole(0, 0));
        assert!(!source.is_hole(1, u64::MAX));
    }

    a_fingerprint_changes_with_length_and_time_and_not_by_reading(bench) {
        let path = bench.write("file", b"12345");
        bench.disk.set_attributes(&path, None, Some(1_000_000_000)).expect("ours");
        let file = bench.disk.open(&path).expect("there");
        let before = file.fingerprint().expect("known");
        assert_eq!(before, bench.disk.metadata(&path).expect("there").fingerprint);
        file.read_at(&mut [0; 5], 0).expect("readable");
        assert_eq!(file.fingerprint().expect("known"), before);
        bench.write("file", b"1234567");
        let after = file.fingerprint().expect("known");
        assert_eq!((after.len, after.file_id), (7, before.file_id));
        assert_ne!(after.modified_ns, before.modified_ns);
    }

    a_write_alone_moves_the_time_of_modification(bench) {
        let path = bench.write("file", b"12345");
        bench.disk.set_attributes(&path, None, Some(1_000_000_000)).expect("ours");
        bench.write("file", b"54321");
        assert_ne!(bench.disk.metadata(&path).expect("there").fingerprint.modified_ns, 1_000_000_000);
    }

    two_files_have_two_numbers(bench) {
        let [a, b] = ["a", "b"].map(|name| {
            let path = bench.write(name, b"");
            bench.disk.metadata(&path).expect("there").fingerprint.file_id
        });
        assert_ne!(a, b);
    }

    names_in_a_folder_come_sorted(bench) {
        for n in (0..40).rev() {
            bench.write(&format!("{n:02}"), b"");
        }
        bench.folder("B");
        bench.folder("a");
        let names = bench.disk.read_folder(&bench.root).expect("a folder");
        assert_eq!(names.len(), 42);
        assert!(names.is_sorted());
    }

    only_folders_have_names_in_them(bench) {
        let file = bench.write("file", b"");
        bench.folder("folder");
        let link = bench.link("folder", "link");
        assert_eq!(refused(bench.disk.read_folder(&file)), ErrorKind::NotADirectory);
        assert_eq!(refused(bench.disk.read_folder(&link)), ErrorKind::NotADirectory);
        assert_eq!(refused(bench.disk.read_folder(&bench.path("nothing"))), ErrorKind::NotFound);
    }

    what_is_not_there_is_not_found(bench) {
        let nothing = bench.path("nothing");
        assert_eq!(refused(bench.disk.metadata(&nothing)), ErrorKind::NotFound);
        assert_eq!(refused(bench.disk.open(&nothing)), ErrorKind::NotFound);
        assert_eq!(refused(bench.disk.read_link(&nothing)), ErrorKind::NotFound);
        assert_eq!(refused(bench.disk.set_attributes(&nothing, None, Some(0))), ErrorKind::NotFound);
        assert_eq!(refused(bench.disk.sync_folder(&nothing)), ErrorKind::NotFound);
        assert_eq!(refused(bench.disk.sync_volume(&nothing).and_then(|able| {
            if able { Ok(()) } else { Err(ErrorKind::NotFound.into()) }
        })), ErrorKind::NotFound);
        assert_eq!(refused(bench.disk.rename_new(&nothing, &bench.path("to"))), ErrorKind::NotFound);
        assert_eq!(refused(bench.disk.open_partial(&nothing.join("file"), 1, false)), ErrorKind::NotFound);
        assert_eq!(refused(bench.disk.create_folder(&nothing.join("folder"))), ErrorKind::NotFound);
        assert_eq!(refused(bench.disk.create_symlink("x", &nothing.join("link"))), ErrorKind::NotFound);
    }

    a_link_is_itself_and_keeps_its_text(bench) {
        let link = bench.link("../no/such place", "link");
        assert_eq!(bench.kind(&link), Some(Kind::Symlink));
        assert_eq!(bench.disk.read_link(&link).expect("a link"), Path::new("../no/such place"));
        assert_eq!(refused(bench.disk.read_link(&bench.write("file", b""))), ErrorKind::InvalidInput);
    }

    a_link_is_not_made_where_something_is(bench) {
        let taken = [bench.write("file", b"x"), bench.folder("folder"), bench.link("a", "link")];
        for path in taken {
            assert_eq!(refused(bench.disk.create_symlink("b", &path)), ErrorKind::AlreadyExists);
        }
    }

    nothing_is_opened_or_written_through_a_link(bench) {
        let target = bench.write("target", b"precious");
        let link = bench.link("target", "link");
        assert_eq!(refused(bench.disk.open(&link)), ErrorKind::InvalidInput);
        assert_eq!(refused(bench.disk.open_partial(&link, 3, false)), ErrorKind::InvalidInput);
        assert_eq!(bench.read(&target), b"precious");
    }

    a_dangling_link_does_not_make_its_target(bench) {
        let link = bench.link("target", "link");
        assert_eq!(refused(bench.disk.open_partial(&link, 3, true)), ErrorKind::InvalidInput);
        assert_eq!(bench.kind(&bench.path("target")), None);
    }

    attributes_of_a_link_and_its_target_stay(bench) {
        let target = bench.write("target", b"");
        bench.disk.set_attributes(&target, Some(0o640), Some(7_000_000_000)).expect("ours");
        let link = bench.link("target", "link");
        assert_eq!(refused(bench.disk.set_attributes(&link, Some(0o777), Some(0))), ErrorKind::InvalidInput);
        let metadata = bench.disk.metadata(&target).expect("there");
        assert_eq!((metadata.mode, metadata.fingerprint.modified_ns), (Some(0o640), 7_000_000_000));
    }

    links_in_the_middle_are_followed_as_everywhere(bench) {
        bench.folder("folder");
        bench.write("folder/file", b"inside");
        let link = bench.link("folder", "link");
        assert_eq!(bench.read(&link.join("file")), b"inside");
    }

    a_folder_is_no_file(bench) {
        let folder = bench.folder("folder");
        assert_eq!(refused(bench.disk.open(&folder)), ErrorKind::IsADirectory);
        assert_eq!(refused(bench.disk.open_partial(&folder, 1, false)), ErrorKind::IsADirectory);
    }

    a_folder_may_be_there_already_and_nothing_else_may(bench) {
        let folder = bench.folder("folder");
        bench.write("folder/file", b"kept");
        bench.disk.create_folder(&folder).expect("it is there");
        assert_eq!(bench.read(&folder.join("file")), b"kept");
        let others = [bench.write("file", b""), bench.link("folder", "link")];
        for path in others {
            assert_eq!(refused(bench.disk.create_folder(&path)), ErrorKind::AlreadyExists);
        }
    }

    attributes_are_set_on_files_and_folders_without_special_bits(bench) {
        for path in [bench.write("file", b""), bench.folder("folder")] {
            bench.disk.set_attributes(&path, Some(0o7711), Some(1_234_567_890_123_456_789)).expect("ours");
            let metadata = bench.disk.metadata(&path).expect("there");
            assert_eq!(metadata.mode, Some(0o711));
            assert_eq!(metadata.fingerprint.modified_ns, 1_234_567_890_123_456_789);
            bench.disk.set_attributes(&path, None, None).expect("nothing to do");
            assert_eq!(bench.disk.metadata(&path).expect("there"), metadata);
        }
    }

    attributes_of_what_may_not_be_read_can_still_be_set(bench) {
        for path in [bench.write("file", b""), bench.folder("folder")] {
            bench.disk.set_attributes(&path, Some(0), Some(5_000_000_000)).expect("ours");
            bench.disk.set_attributes(&path, Some(0o100), Some(6_000_000_000)).expect("still ours");
            let metadata = bench.disk.metadata(&path).expect("there");
            assert_eq!((metadata.mode, metadata.fingerprint.modified_ns), (Some(0o100), 6_000_000_000));
        }
    }

    times_before_1970_are_kept(bench) {
        let path = bench.write("file", b"");
        bench.disk.set_attributes(&path, None, Some(-1_500_000_000)).expect("ours");
        assert_eq!(bench.disk.metadata(&path).expect("there").fingerprint.modified_ns, -1_500_000_000);
    }

    a_rename_moves_files_folders_and_links_between_folders(bench) {
        let (from, to) = (bench.folder("from"), bench.folder("to"));
        bench.write("from/file", b"content");
        bench.folder("from/folder");
        bench.write("from/folder/inner", b"inner");
        bench.link("x", "from/link");
        for name in ["file", "folder", "link"] {
            bench.disk.rename_new(&from.join(name), &to.join(name)).expect("nothing is there");
            assert_eq!(bench.kind(&from.join(name)), None);
        }
        assert_eq!(bench.read(&to.join("file")), b"content");
        assert_eq!(bench.read(&to.join("folder/inner")), b"inner");
        assert_eq!(bench.disk.read_link(&to.join("link")).expect("a link"), Path::new("x"));
    }

    a_rename_never_replaces(bench) {
        bench.write("old", b"old");
        bench.folder("folder");
        bench.link("nowhere", "link");
        let new = bench.write("new", b"new");
        let new_folder = bench.folder("new folder");
        for name in ["old", "folder", "link"] {
            let to = bench.path(name);
            assert_eq!(refused(bench.disk.rename_new(&new, &to)), ErrorKind::AlreadyExists, "{name}");
            assert_eq!(refused(bench.disk.rename_new(&new_folder, &to)), ErrorKind::AlreadyExists, "{name}");
        }
        assert_eq!(bench.read(&bench.path("old")), b"old");
        assert_eq!(bench.kind(&bench.path("folder")), Some(Kind::Folder));
        assert_eq!(bench.kind(&bench.path("link")), Some(Kind::Symlink));
        assert_eq!(bench.read(&new), b"new");
    }

    a_folder_is_not_moved_into_itself(bench) {
        let folder = bench.folder("folder");
        assert_eq!(refused(bench.disk.rename_new(&folder, &folder.join("inner"))), ErrorKind::InvalidInput);
        assert_eq!(bench.kind(&folder), Some(Kind::Folder));
    }

    an_open_file_survives_its_rename(bench) {
        let path = bench.path("partial");
        let file = bench.disk.open_partial(&path, 4, false).expect("a file can be made");
        bench.disk.rename_new(&path, &bench.path("final")).expect("nothing is there");
        file.write_at(b"late", 0).expect("space");
        file.sync_data().expect("synced");
        assert_eq!(bench.read(&bench.path("final")), b"late");
    }

    removing_takes_files_links_and_whole_folders(bench) {
        let outside = bench.folder("outside");
        bench.write("outside/kept", b"kept");
        let folder = bench.folder("folder");
        bench.folder("folder/inner");
        bench.write("folder/inner/file", b"");
        bench.link("../outside", "folder/link");
        let link = bench.link("outside", "link");
        for path in [bench.write("file", b""), folder, link] {
            bench.disk.remove(&path).expect("removable");
            assert_eq!(bench.kind(&path), None);
        }
        assert_eq!(bench.read(&outside.join("kept")), b"kept");
    }

    removing_what_is_not_there_is_fine(bench) {
        bench.disk.remove(&bench.path("nothing")).expect("fine");
        bench.disk.remove(&bench.path("no/such/way")).expect("fine");
    }

    an_open_file_survives_its_removal(bench) {
        let path = bench.write("file", b"still here");
        let file = bench.disk.open(&path).expect("there");
        bench.disk.remove(&path).expect("removable");
        let mut bytes = [0; 10];
        file.read_at(&mut bytes, 0).expect("readable");
        assert_eq!(&bytes, b"still here");
    }

    syncs_succeed_on_what_they_are_for(bench) {
        let path = bench.path("file");
        let file = bench.disk.open_partial(&path, 1 << 20, true).expect("a file can be made");
        file.write_at(&vec![1; 1 << 20], 0).expect("space");
        file.start_writeback(0, 1 << 20);
        file.start_writeback(0, 0);
        file.sync_data().expect("synced");
        bench.disk.sync_folder(&bench.root).expect("synced");
        bench.disk.sync_volume(&bench.root).expect("synced");
        bench.disk.sync_volume(&path).expect("synced");
    }

    only_folders_are_synced_as_folders(bench) {
        let file = bench.write("file", b"");
        assert_eq!(refused(bench.disk.sync_folder(&file)), ErrorKind::NotADirectory);
    }

    free_space_is_known_for_files_and_folders(bench) {
        let file = bench.write("file", b"");
        assert!(bench.disk.free_space(&bench.root).expect("known") > 0);
        assert!(bench.disk.free_space(&file).expect("known") > 0);
    }

    more_than_the_disk_holds_is_not_reserved(bench) {
        let path = bench.path("huge");
        let too_much = bench.disk.free_space(&bench.root).expect("known") + (1 << 30);
        let kind = refused(bench.disk.open_partial(&path, too_much, true));
        // Some file systems limit a file to less than what the volume holds.
        assert!(matches!(kind, ErrorKind::StorageFull | ErrorKind::FileTooLarge), "{kind:?}");
    }

    a_failed_reservation_keeps_what_the_file_had(bench) {
        let path = bench.write("file", b"kept");
        let too_much = bench.disk.free_space(&bench.root).expect("known") + (1 << 30);
        refused(bench.disk.open_partial(&path, too_much, true));
        assert_eq!(bench.read(&path), b"kept");
    }

    threads_may_share_a_file(bench) {
        let path = bench.path("shared");
        let file = bench.disk.open_partial(&path, 64 * 1000, false).expect("a file can be made");
        let file = &*file;
        std::thread::scope(|threads| {
            for thread in 0..4_u8 {
                threads.spawn(move || {
                    for n in (u64::from(thread)..64).step_by(4) {
                        file.write_at(&[thread; 1000], n * 1000).expect("space");
                    }
                });
            }
        });
        let bytes = bench.read(&path);
        let mut wrong = String::new();
        for (n, byte) in bytes.iter().enumerate().filter(|(n, byte)| usize::from(**byte) != n / 1000 % 4) {
            write!(wrong, "{n}: {byte}, ").expect("a string");
        }
        assert_eq!((bytes.len(), wrong.as_str()), (64_000, ""));
    }
}
