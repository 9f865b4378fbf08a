//! Small files are written far faster than they are flushed and finished: a tree of 100,000 opened more files than a
//! process may have.

use chunkstream_engine::AcceptPolicy;
use chunkstream_sim::{network::Link, world::World};

const FILES: usize = 800;
/// What the process may have open at all.
const ALLOWED: u64 = 256;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tree_of_small_files_has_no_more_files_open_than_the_system_allows() {
    let world = World::new(1, Link::default());
    let ada = world.device("ada").await;
    let bob = world
        .device_with("bob", |config| {
            config.accept = AcceptPolicy::All;
            config.open_files = Some(ALLOWED);
        })
        .await;
    for number in 0..FILES {
        let path = format!("/home/tree/{number:04}");
        ada.disk
            .write_file(&path, path.as_bytes())
            .expect("written");
    }
    // Everything that is written stays unflushed for as long as there is a file to be opened.
    bob.disk.faults(|faults| faults.stuck_syncs = true);
    let id = ada.send(&["/home/tree"], &bob).await;
    let mut before = 0;
    let stuck = async {
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            let open = bob.disk.totals().most_open;
            if open > 0 && open == before {
                break open;
            }
            before = open;
        }
    };
    let open = stuck.await;
    bob.disk.faults(|faults| faults.stuck_syncs = false);
    assert!(open <= ALLOWED / 2, "{open} files were open");
    ada.finished(&id).await;
    let open = bob.disk.totals().most_open;
    assert!(open <= ALLOWED / 2, "{open} files were open");
}
