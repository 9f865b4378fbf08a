//! A disk that is slower than the network. On the real clock: a paused one stands still while a disk is waited for.

use std::time::Duration;

use chunkstream_engine::AcceptPolicy;
use chunkstream_sim::{
    network::Link,
    world::{Device, World},
};

const MIB: u64 = 1024 * 1024;
/// What the committer allows: one batch that is flushed, and one that gathers.
const UNSYNCED: u64 = 32 * MIB;
/// Far more than a test takes that does not hang.
const PATIENCE: Duration = Duration::from_secs(60);

fn noise(len: u64) -> Vec<u8> {
    let mut bytes = vec![0; len as usize];
    blake3::Hasher::new().finalize_xof().fill(&mut bytes);
    bytes
}

/// Waits until so much has been written, and for half a second after that; returns what is written then.
async fn written(device: &Device, bytes: u64) -> u64 {
    let reached = async {
        while device.disk.totals().bytes_written < bytes {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // What must not happen has its time to happen.
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    // What is written then is looked at in either case.
    let _ = tokio::time::timeout(PATIENCE, reached).await;
    device.disk.totals().bytes_written
}

/// 256 chunks waited for a flush that hung, and a kill took them all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_slow_disk_has_not_flushed_never_grows_over_what_a_kill_may_take() {
    let world = World::new(1, Link::default());
    let ada = world.device("ada").await;
    let bob = world
        .device_with("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    let content = noise(96 * MIB);
    ada.disk.write_file("/home/big", &content).expect("written");
    bob.disk.faults(|faults| faults.stuck_syncs = true);
    let id = ada.send(&["/home/big"], &bob).await;
    let unsynced = written(&bob, UNSYNCED).await;
    let durable = bob.view(&id).await.durable_bytes;
    // Before anything may fail, which would wait for the disk.
    bob.disk.faults(|faults| faults.stuck_syncs = false);
    assert_eq!((unsynced, durable), (UNSYNCED, 0));
    ada.finished(&id).await;
    let found = bob.disk.read_file("/inbox/big").expect("it is there");
    assert!(found == content, "what arrived is not what was sent");
}

/// The first chunks of a large file came all at once, and each reserved the whole file: on tmpfs 34 times 1 GiB.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_space_of_a_file_is_reserved_once_however_many_of_its_chunks_come_at_once() {
    let world = World::new(1, Link::default());
    let ada = world.device("ada").await;
    let bob = world
        .device_with("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    let content = noise(16 * MIB);
    ada.disk.write_file("/home/big", &content).expect("written");
    bob.disk.faults(|faults| faults.stuck_reservations = true);
    let id = ada.send(&["/home/big"], &bob).await;
    let begun = async {
        while bob.disk.totals().reservations == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // What must not happen has its time to happen.
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    let _ = tokio::time::timeout(PATIENCE, begun).await;
    bob.disk.faults(|faults| faults.stuck_reservations = false);
    ada.finished(&id).await;
    assert_eq!(bob.disk.totals().reservations, 1);
    let found = bob.disk.read_file("/inbox/big").expect("it is there");
    assert!(found == content, "what arrived is not what was sent");
}
