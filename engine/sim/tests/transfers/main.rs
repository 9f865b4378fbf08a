//! Whole engines on a simulated network: what is sent arrives, whatever the link does.

mod content;
mod disks;
mod lines;
mod persons;
mod sharing;
mod told;
mod who;

use chunkstream_sim::{
    disk::MemoryDisk,
    network::Link,
    world::{Device, World},
};

const MIB: usize = 1024 * 1024;

async fn pair(seed: u64, link: Link) -> (World, Device, Device) {
    let world = World::new(seed, link);
    let (ada, bob) = (world.device("ada").await, world.device("bob").await);
    (world, ada, bob)
}

fn assert_same(disk: &MemoryDisk, path: &str, expected: &[u8]) {
    let found = disk
        .read_file(path)
        .unwrap_or_else(|e| panic!("{path}: {e}"));
    assert!(
        found == expected,
        "{path} differs: {} bytes, {} expected",
        found.len(),
        expected.len()
    );
}
