//! What only the disk in memory can do: lose its power, fail on demand, count.

use std::{io::ErrorKind, path::Path, time::Duration};

use chunkstream_engine::disk::{Disk, PartialFile};
use chunkstream_sim::disk::{MemoryDisk, Survivors};

fn disk() -> MemoryDisk {
    let disk = MemoryDisk::new();
    disk.make_folder("/in").expect("an empty disk");
    disk
}

fn file(disk: &MemoryDisk, path: &str, len: u64) -> Box<dyn PartialFile> {
    disk.open_partial(Path::new(path), len, false)
        .expect("a file can be made")
}

#[test]
fn synced_data_under_a_synced_name_survives_and_the_rest_is_as_before() {
    let disk = disk();
    let partial = file(&disk, "/in/file", 8);
    partial.write_at(b"aaaa", 0).expect("space");
    partial.sync_data().expect("synced");
    disk.sync_folder(Path::new("/in")).expect("synced");
    partial.write_at(b"bbbb", 4).expect("space");
    partial.write_at(b"B", 0).expect("space");
    assert_eq!(
        disk.power_loss().read_file("/in/file").expect("there"),
        b"aaaa\0\0\0\0"
    );
    assert_eq!(
        disk.read_file("/in/file").expect("there"),
        b"Baaabbbb",
        "the disk before it goes on"
    );
}

#[test]
fn a_name_is_lost_unless_its_folder_was_synced() {
    let disk = disk();
    let partial = file(&disk, "/in/file", 4);
    partial.write_at(b"data", 0).expect("space");
    partial.sync_data().expect("synced");
    assert_eq!(disk.power_loss().paths(), [Path::new("/in")]);
    disk.sync_folder(Path::new("/in")).expect("synced");
    assert_eq!(
        disk.power_loss().read_file("/in/file").expect("there"),
        b"data"
    );
}

#[test]
fn a_rename_is_undone_unless_its_folder_was_synced() {
    let disk = disk();
    disk.write_file("/in/part", b"data").expect("space");
    disk.rename_new(Path::new("/in/part"), Path::new("/in/final"))
        .expect("free");
    assert_eq!(
        disk.power_loss().paths(),
        ["/in", "/in/part"].map(Path::new)
    );
    disk.sync_folder(Path::new("/in")).expect("synced");
    assert_eq!(
        disk.power_loss().paths(),
        ["/in", "/in/final"].map(Path::new)
    );
}

#[test]
fn a_removal_is_undone_unless_its_folder_was_synced() {
    let disk = disk();
    disk.write_file("/in/tree/file", b"data").expect("space");
    disk.remove(Path::new("/in/tree")).expect("there");
    assert_eq!(
        disk.power_loss().read_file("/in/tree/file").expect("back"),
        b"data"
    );
    disk.sync_folder(Path::new("/in")).expect("synced");
    assert_eq!(disk.power_loss().paths(), [Path::new("/in")]);
}

#[test]
fn a_name_in_a_folder_whose_own_name_is_not_durable_is_lost() {
    let disk = disk();
    disk.create_folder(Path::new("/in/new")).expect("free");
    file(&disk, "/in/new/file", 0);
    disk.sync_folder(Path::new("/in/new")).expect("synced");
    assert_eq!(disk.power_loss().paths(), [Path::new("/in")]);
}

#[test]
fn a_volume_sync_keeps_everything_attributes_too() {
    let disk = disk();
    file(&disk, "/in/file", 4)
        .write_at(b"data", 0)
        .expect("space");
    disk.set_attributes(Path::new("/in/file"), Some(0o600), Some(42))
        .expect("ours");
    assert!(disk.sync_volume(Path::new("/in")).expect("synced"));
    let after = disk.power_loss();
    assert_eq!(after.read_file("/in/file").expect("there"), b"data");
    let metadata = after.metadata(Path::new("/in/file")).expect("there");
    assert_eq!(
        (metadata.mode, metadata.fingerprint.modified_ns),
        (Some(0o600), 42)
    );
}

#[test]
fn attributes_that_were_not_synced_are_lost() {
    let disk = disk();
    disk.write_file("/in/file", b"data").expect("space");
    let before = disk.metadata(Path::new("/in/file")).expect("there");
    disk.set_attributes(Path::new("/in/file"), Some(0o600), Some(42))
        .expect("ours");
    assert_eq!(
        disk.power_loss()
            .metadata(Path::new("/in/file"))
            .expect("there"),
        before
    );
}

#[test]
fn a_journal_may_keep_names_without_their_data() {
    let disk = disk();
    let partial = file(&disk, "/in/part", 4);
    partial.write_at(b"data", 0).expect("space");
    disk.rename_new(Path::new("/in/part"), Path::new("/in/final"))
        .expect("free");
    assert_eq!(
        disk.power_loss_with(Survivors::Names)
            .read_file("/in/final")
            .expect("there"),
        b""
    );
}

#[test]
fn a_torn_file_keeps_what_was_synced_and_some_of_the_rest() {
    let disk = disk();
    let partial = file(&disk, "/in/file", 4 << 20);
    partial.write_at(&vec![1; 1 << 20], 0).expect("space");
    partial.sync_data().expect("synced");
    partial.write_at(&vec![2; 3 << 20], 1 << 20).expect("space");
    let torn = |seed| {
        let after = disk.power_loss_with(Survivors::NamesAndSomePages { seed });
        after.read_file("/in/file").expect("there")
    };
    let bytes = torn(1);
    assert!(bytes[..1 << 20].iter().all(|&byte| byte == 1));
    let kept = bytes[1 << 20..]
        .iter()
        .map(|&byte| usize::from(byte == 2))
        .sum::<usize>();
    assert!((1 << 20..2 << 20).contains(&kept), "{kept}");
    assert_eq!(bytes, torn(1));
    assert_ne!(bytes, torn(2));
}

#[test]
fn a_disk_that_lies_about_syncs_loses_what_it_promised() {
    let disk = disk();
    disk.faults(|faults| faults.lying_sync = true);
    let partial = file(&disk, "/in/file", 4);
    partial.write_at(b"data", 0).expect("space");
    partial.sync_data().expect("so it says");
    disk.sync_folder(Path::new("/in")).expect("so it says");
    assert!(disk.sync_volume(Path::new("/in")).expect("so it says"));
    assert_eq!(disk.power_loss().paths(), [Path::new("/in")]);
}

#[test]
fn a_failed_sync_makes_nothing_durable() {
    let disk = disk();
    let partial = file(&disk, "/in/file", 4);
    disk.sync_volume(Path::new("/")).expect("synced");
    partial.write_at(b"data", 0).expect("space");
    disk.faults(|faults| faults.sync_errors.insert("/in/file".into()));
    partial.sync_data().expect_err("as told");
    disk.sync_volume(Path::new("/")).expect_err("as told");
    assert_eq!(
        disk.power_loss().read_file("/in/file").expect("there"),
        b"\0\0\0\0"
    );
    disk.faults(|faults| faults.sync_errors.clear());
    partial.sync_data().expect("well again");
    assert_eq!(
        disk.power_loss().read_file("/in/file").expect("there"),
        b"data"
    );
}

#[test]
fn a_stuck_sync_makes_nothing_durable_until_it_gets_through() {
    for whole_volume in [false, true] {
        let disk = disk();
        disk.write_file("/in/file", b"before").expect("space");
        let partial = file(&disk, "/in/file", 6);
        partial.write_at(b"AFTER!", 0).expect("space");
        disk.faults(|faults| faults.stuck_syncs = true);
        let content = || disk.power_loss().read_file("/in/file").expect("there");
        std::thread::scope(|scope| {
            let syncing = scope.spawn(|| {
                if whole_volume {
                    disk.sync_volume(Path::new("/in")).map(drop)
                } else {
                    partial.sync_data()
                }
            });
            partial.write_at(b"L", 0).expect("writes get through");
            let (during, over) = (content(), syncing.is_finished());
            // Before anything may fail, which would wait for the other thread.
            disk.faults(|faults| faults.stuck_syncs = false);
            syncing.join().expect("no panic").expect("synced");
            assert_eq!(during, b"before");
            assert!(!over);
        });
        assert_eq!(content(), b"LFTER!");
    }
}

#[test]
fn a_full_disk_takes_what_fits_and_then_refuses() {
    let disk = disk();
    disk.faults(|faults| faults.capacity = Some(10));
    let partial = file(&disk, "/in/file", 100);
    assert_eq!(
        disk.free_space(Path::new("/")).expect("known"),
        10,
        "a sparse file takes nothing"
    );
    let error = partial
        .write_at(b"123456789abc", 0)
        .expect_err("12 into 10");
    assert_eq!(error.kind(), ErrorKind::StorageFull);
    assert_eq!(
        &disk.read_file("/in/file").expect("there")[..12],
        b"123456789a\0\0"
    );
    assert_eq!(disk.used(), 10);
    partial
        .write_at(b"overwritten"[..10].as_ref(), 0)
        .expect("no new space");
    disk.faults(|faults| faults.capacity = Some(12));
    partial.write_at(b"bc", 10).expect("space again");
    disk.remove(Path::new("/in/file")).expect("there");
    assert_eq!(disk.used(), 0);
}

#[test]
fn reserved_space_cannot_run_out() {
    let disk = disk();
    disk.faults(|faults| faults.capacity = Some(100));
    let reserved = disk
        .open_partial(Path::new("/in/a"), 90, true)
        .expect("space");
    file(&disk, "/in/b", 50)
        .write_at(&[1; 50], 0)
        .expect_err("10 are left");
    reserved.write_at(&[1; 90], 0).expect("reserved");
    assert_eq!(
        disk.open_partial(Path::new("/in/c"), 1, true)
            .err()
            .map(|e| e.kind()),
        Some(ErrorKind::StorageFull)
    );
}

#[test]
fn a_read_only_disk_changes_nothing_and_can_be_read() {
    let disk = disk();
    disk.write_file("/in/file", b"data").expect("space");
    let partial = file(&disk, "/in/file", 4);
    disk.faults(|faults| faults.read_only = true);
    let path = Path::new("/in/new");
    let refusals = [
        partial.write_at(b"x", 0),
        disk.open_partial(path, 1, false).map(|_| ()),
        disk.create_folder(path),
        disk.create_symlink("x", path),
        disk.set_attributes(Path::new("/in/file"), None, Some(0)),
        disk.rename_new(Path::new("/in/file"), path),
        disk.remove(Path::new("/in/file")),
    ];
    for (n, refusal) in refusals.into_iter().enumerate() {
        assert_eq!(
            refusal.expect_err("read-only").kind(),
            ErrorKind::ReadOnlyFilesystem,
            "operation {n}"
        );
    }
    let mut bytes = [0; 4];
    disk.open(Path::new("/in/file"))
        .expect("there")
        .read_at(&mut bytes, 0)
        .expect("readable");
    assert_eq!(&bytes, b"data");
}

#[test]
fn a_forbidden_folder_refuses_all_that_is_below_it() {
    let disk = disk();
    disk.write_file("/in/secret/file", b"data").expect("space");
    disk.faults(|faults| faults.forbidden.insert("/in/secret".into()));
    let refused = disk
        .open(Path::new("/in/secret/file"))
        .err()
        .expect("forbidden");
    assert_eq!(refused.kind(), ErrorKind::PermissionDenied);
    assert_eq!(
        disk.read_folder(Path::new("/in/secret"))
            .expect_err("forbidden")
            .kind(),
        ErrorKind::PermissionDenied
    );
    disk.write_file("/in/rename me", b"").expect("space");
    let refused = disk
        .rename_new(Path::new("/in/rename me"), Path::new("/in/secret/in"))
        .expect_err("forbidden");
    assert_eq!(refused.kind(), ErrorKind::PermissionDenied);
    disk.read_folder(Path::new("/in")).expect("allowed");
}

#[test]
fn reads_and_writes_fail_where_they_are_told_to() {
    let disk = disk();
    disk.write_file("/in/file", b"data").expect("space");
    let source = disk.open(Path::new("/in/file")).expect("there");
    disk.faults(|faults| faults.read_errors.insert("/in/file".into()));
    source.read_at(&mut [0; 4], 0).expect_err("a bad sector");
    let partial = file(&disk, "/in/other", 8);
    disk.faults(|faults| faults.write_errors_after.insert("/in/other".into(), 6));
    partial.write_at(b"1234", 0).expect("6 left");
    partial.write_at(b"5678", 4).expect_err("2 left");
    partial.write_at(b"9", 0).expect_err("none left");
    assert_eq!(disk.read_file("/in/other").expect("there"), b"123456\0\0");
}

#[test]
fn rot_flips_a_bit_without_a_trace() {
    let disk = disk();
    disk.write_file("/in/file", b"data").expect("space");
    let before = disk.metadata(Path::new("/in/file")).expect("there");
    disk.flip_bit("/in/file", 1).expect("there");
    assert_eq!(disk.read_file("/in/file").expect("there"), b"d`ta");
    assert_eq!(
        disk.power_loss().read_file("/in/file").expect("there"),
        b"d`ta"
    );
    assert_eq!(disk.metadata(Path::new("/in/file")).expect("there"), before);
    disk.flip_bit("/in/file", 4).expect_err("beyond the end");
}

#[test]
fn counters_tell_which_half_was_read_and_what_it_cost() {
    let disk = disk();
    disk.write_file("/in/file", &[1; 1000]).expect("space");
    disk.faults(|faults| {
        faults.cost_per_operation = Duration::from_micros(10);
        faults.nanoseconds_per_byte = 2;
    });
    let source = disk.open(Path::new("/in/file")).expect("there");
    source.read_at(&mut [0; 500], 500).expect("readable");
    source.read_at(&mut [0; 100], 900).expect("readable");
    let counters = disk.counters("/in/file");
    assert_eq!(
        (counters.opens, counters.bytes_read, counters.syncs),
        (1, 600, 0)
    );
    assert_eq!(
        counters.read.count_in(0..500),
        0,
        "the first half was not read"
    );
    assert_eq!(counters.read.count(), 500);
    assert_eq!(
        disk.totals().spent,
        Duration::from_nanos(3 * 10_000 + 600 * 2)
    );
    disk.reset_counters();
    assert_eq!(disk.counters("/in/file").bytes_read, 0);
}

#[test]
fn a_sparse_source_of_a_hundred_gigabytes_costs_nothing() {
    let disk = disk();
    disk.write_sparse("/in/huge", 100 << 30)
        .expect("no space needed");
    let source = disk.open(Path::new("/in/huge")).expect("there");
    assert_eq!(source.fingerprint().expect("known").len, 100 << 30);
    assert!(source.is_hole(50 << 30, 1 << 30));
    assert_eq!(disk.used(), 0);
}
