//! An offer from Ada to Bob: what lies at both ends, each answer to it, and what must have come of it.

use chunkstream_engine::api::{AcceptRequest, Conflict, Failure, Nothing, TransferView};
use chunkstream_sim::{
    content::noise,
    disk::MemoryDisk,
    network::Link,
    world::{Device, World},
};

pub(crate) const MIB: usize = 1024 * 1024;
/// Files of an offer that a person sees of a device that nobody here has dealt with: some of all.
pub(crate) const ENOUGH: u64 = 200;

pub(crate) async fn pair(seed: u64, link: Link) -> (World, Device, Device) {
    let world = World::new(seed, link);
    let (ada, bob) = (world.device("ada").await, world.device("bob").await);
    (world, ada, bob)
}

#[track_caller]
pub(crate) fn assert_same(disk: &MemoryDisk, path: &str, expected: &[u8]) {
    let found = disk
        .read_file(path)
        .unwrap_or_else(|e| panic!("{path}: {e}; there is: {:?}", disk.paths()));
    assert!(
        found == expected,
        "{path} differs: {} bytes, {} expected",
        found.len(),
        expected.len()
    );
}

/// What stands in the inbox, without what leads to it.
pub(crate) fn inbox(disk: &MemoryDisk) -> Vec<String> {
    let paths = disk.paths().into_iter();
    paths
        .filter_map(|path| Some(path.strip_prefix("/inbox").ok()?.to_str()?.to_owned()))
        .filter(|path| !path.is_empty())
        .collect()
}

pub(crate) fn files(disk: &MemoryDisk, files: &[(&str, &[u8])]) {
    for (path, bytes) in files {
        disk.write_file(path, bytes).expect("written");
    }
}

/// 12,000 files of one byte: more than are read of an offer without an answer.
pub(crate) fn many(disk: &MemoryDisk) {
    use chunkstream_engine::disk::Disk;
    disk.make_folder("/home/many").expect("made");
    for number in 0..12_000 {
        let path = format!("/home/many/{number:05}");
        let file = disk.open_partial(path.as_ref(), 1, false).expect("made");
        file.write_at(b"x", 0).expect("written");
    }
}

pub(crate) fn conflicting(ada: &Device, bob: &Device) {
    files(
        &ada.disk,
        &[
            ("/home/set/empty", b""),
            ("/home/set/new", b"new"),
            ("/home/set/other", b"yours"),
            ("/home/set/same", &noise(7, 2 * MIB)),
            ("/home/set/sub/deep/x", b"deep"),
            ("/home/set/sub/y", b"your y"),
            ("/home/top", b"your top"),
        ],
    );
    files(
        &bob.disk,
        &[
            ("/inbox/set/empty", b""),
            ("/inbox/set/mine", b"mine"),
            ("/inbox/set/other", b"theirs"),
            ("/inbox/set/same", &noise(7, 2 * MIB)),
            ("/inbox/set/sub/y", b"my longer y"),
            ("/inbox/top", b"my top"),
        ],
    );
}

pub(crate) async fn whole_offer(device: &Device, id: &str) -> TransferView {
    device
        .until(id, |view| {
            view.scan_complete
                && view
                    .preflight
                    .as_ref()
                    .is_some_and(|preflight| preflight.needed_bytes == view.bytes)
        })
        .await
}

pub(crate) async fn accept(device: &Device, id: &str, conflict: Conflict) {
    whole_offer(device, id).await;
    try_accept(device, id, Some(conflict))
        .await
        .expect("accepted");
}

pub(crate) async fn try_accept(
    device: &Device,
    id: &str,
    conflict: Option<Conflict>,
) -> Result<Nothing, Failure> {
    let request = AcceptRequest {
        id: id.to_owned(),
        conflict,
        ..AcceptRequest::default()
    };
    device.engine.accept(request).await
}

pub(crate) async fn choose(device: &Device, id: &str, only: &[&str]) -> Result<Nothing, Failure> {
    device.offered(id).await;
    let request = AcceptRequest {
        id: id.to_owned(),
        only: Some(only.iter().map(ToString::to_string).collect()),
        ..AcceptRequest::default()
    };
    device.engine.accept(request).await
}

/// Both ends completed, and count the same.
pub(crate) async fn both(ada: &Device, bob: &Device, id: &str, files: u64, bytes: usize) {
    for device in [ada, bob] {
        let view = device.finished(id).await;
        assert_eq!(
            (view.files, view.files_done, view.bytes, view.durable_bytes),
            (files, files, bytes as u64, bytes as u64)
        );
    }
}
