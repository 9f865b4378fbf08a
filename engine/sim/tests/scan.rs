//! The walk over what is sent, on a disk in memory that fails where it is told to.

use std::path::PathBuf;

use chunkstream_core::manifest::EntryKind;
use chunkstream_engine::disk::{
    Disk,
    scan::{Scan, ScanItem, Scanned, SkipReason, Skipped},
};
use chunkstream_sim::disk::MemoryDisk;

fn scan(disk: &MemoryDisk, sources: &[&str]) -> (Vec<ScanItem>, Vec<Skipped>) {
    let (mut found, mut skipped) = (Vec::new(), Vec::new());
    for scanned in Scan::new(disk, sources.iter().map(PathBuf::from)) {
        match scanned {
            Scanned::Found(item) => found.push(item),
            Scanned::Skipped(one) => skipped.push(one),
        }
    }
    (found, skipped)
}

fn paths(found: &[ScanItem]) -> Vec<&str> {
    found.iter().map(|item| item.entry.path.as_str()).collect()
}

fn disk(files: &[&str]) -> MemoryDisk {
    let disk = MemoryDisk::new();
    for path in files {
        disk.write_file(path, path.as_bytes())
            .expect("an empty disk");
    }
    disk
}

#[test]
fn a_folder_comes_before_its_content_and_names_are_sorted() {
    let disk = disk(&["/t/b/2", "/t/a", "/t/b/1", "/t/c", "/t/b.txt"]);
    let (found, skipped) = scan(&disk, &["/t"]);
    assert_eq!(
        paths(&found),
        ["t", "t/a", "t/b", "t/b/1", "t/b/2", "t/b.txt", "t/c"]
    );
    assert!(
        found.is_sorted_by_key(|item| item.entry.path.clone()),
        "the order of paths is the same"
    );
    assert!(skipped.is_empty());
}

#[test]
fn roots_keep_their_order_and_get_names_of_their_own() {
    let disk = disk(&["/b/photo.jpg", "/a/photo.jpg", "/c/Photo.JPG", "/a/x"]);
    let (found, _) = scan(
        &disk,
        &[
            "/b/photo.jpg",
            "/a/photo.jpg",
            "/c/Photo.JPG",
            "/a/x",
            "/a/x",
        ],
    );
    assert_eq!(
        paths(&found),
        ["photo.jpg", "photo (1).jpg", "Photo (2).JPG", "x"]
    );
    assert_eq!(found[1].source, PathBuf::from("/a/photo.jpg"));
}

#[test]
fn content_of_a_renamed_root_lies_below_its_new_name() {
    let disk = disk(&["/1/pics/a", "/2/pics/b"]);
    let (found, _) = scan(&disk, &["/1/pics", "/2/pics"]);
    assert_eq!(paths(&found), ["pics", "pics/a", "pics (1)", "pics (1)/b"]);
    assert_eq!(found[3].source, PathBuf::from("/2/pics/b"));
}

#[test]
fn a_link_on_the_way_is_sent_as_a_link_and_not_followed() {
    let disk = disk(&["/t/real/file", "/outside/secret"]);
    disk.create_symlink("/outside", "/t/link".as_ref())
        .expect("free");
    disk.create_symlink("..", "/t/real/circle".as_ref())
        .expect("free");
    let (found, skipped) = scan(&disk, &["/t"]);
    assert_eq!(
        paths(&found),
        ["t", "t/link", "t/real", "t/real/circle", "t/real/file"]
    );
    assert_eq!(
        found[1].entry.kind,
        EntryKind::Symlink {
            target: "/outside".into()
        }
    );
    assert!(skipped.is_empty());
}

#[test]
fn a_link_that_was_given_is_followed_and_keeps_its_name() {
    let disk = disk(&["/data/v2/file"]);
    disk.create_symlink("v2", "/data/current".as_ref())
        .expect("free");
    disk.create_symlink("../data/current", "/data/Latest".as_ref())
        .expect("free");
    let (found, skipped) = scan(&disk, &["/data/Latest"]);
    assert_eq!(paths(&found), ["Latest", "Latest/file"]);
    assert!(skipped.is_empty());
}

#[test]
fn what_was_given_and_cannot_be_sent_is_reported() {
    let disk = disk(&["/t/file"]);
    disk.create_symlink("loop", "/loop".as_ref()).expect("free");
    disk.create_symlink("nowhere", "/dangling".as_ref())
        .expect("free");
    disk.make_special("/pipe").expect("free");
    let (found, skipped) = scan(
        &disk,
        &["/", "/loop", "/dangling", "/pipe", "/missing", "/t/file"],
    );
    assert_eq!(paths(&found), ["file"], "the rest is sent");
    let [root, looped, dangling, pipe, missing] = &skipped[..] else {
        panic!("{skipped:?}")
    };
    assert!(matches!(root.why, SkipReason::NoName));
    assert!(matches!(looped.why, SkipReason::LinkLoop));
    assert!(matches!(dangling.why, SkipReason::Unreadable(_)));
    assert!(matches!(pipe.why, SkipReason::Special));
    assert!(matches!(missing.why, SkipReason::Unreadable(_)));
    assert_eq!(missing.path, PathBuf::from("/missing"));
}

#[test]
fn an_unreadable_folder_is_reported_and_the_walk_goes_on() {
    let disk = disk(&["/t/a", "/t/secret/x", "/t/z"]);
    disk.make_special("/t/device").expect("free");
    disk.faults(|faults| faults.forbidden.insert("/t/secret".into()));
    let (found, skipped) = scan(&disk, &["/t"]);
    assert_eq!(paths(&found), ["t", "t/a", "t/z"]);
    let skipped: Vec<_> = skipped
        .iter()
        .map(|one| one.path.to_str().expect("ours"))
        .collect();
    assert_eq!(skipped, ["/t/device", "/t/secret"]);
}

#[test]
fn names_that_no_path_can_have_are_reported() {
    let disk = disk(&["/t/line\nbreak", "/t/back\\slash", "/t/fine"]);
    let (found, skipped) = scan(&disk, &["/t"]);
    assert_eq!(paths(&found), ["t", "t/fine"]);
    assert_eq!(skipped.len(), 2);
    assert!(
        skipped
            .iter()
            .all(|one| matches!(one.why, SkipReason::Name(_)))
    );
}

#[test]
fn a_tree_deeper_than_a_path_may_be_is_cut_and_reported() {
    let deep: String = std::iter::repeat_n("/d", 140).collect();
    let disk = disk(&[&format!("{deep}/file")]);
    let (found, skipped) = scan(&disk, &["/d"]);
    assert!(found.len() < 140);
    assert_eq!(skipped.len(), 1);
}

#[test]
fn the_walk_reads_the_disk_only_as_it_is_asked() {
    let disk = disk(&["/t/a/1", "/t/b/1", "/t/c/1"]);
    disk.reset_counters();
    let mut walk = Scan::new(&disk, [PathBuf::from("/t")]);
    assert_eq!(disk.totals().operations, 0);
    walk.next().expect("the root");
    walk.next().expect("its first folder");
    let early = disk.totals().operations;
    assert_eq!(walk.count(), 5);
    assert!(disk.totals().operations > early + 5);
}

#[test]
fn what_disappears_during_the_walk_is_left_out_in_silence() {
    let disk = disk(&["/t/a", "/t/b", "/t/c"]);
    let mut walk = Scan::new(&disk, [PathBuf::from("/t")]);
    walk.by_ref().take(2).for_each(drop);
    disk.remove("/t/b".as_ref()).expect("there");
    let rest: Vec<_> = walk.collect();
    assert!(
        matches!(&rest[..], [Scanned::Found(item)] if item.entry.path.as_str() == "t/c"),
        "{rest:?}"
    );
}
