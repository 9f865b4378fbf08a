//! Why a transfer is held is known at both sides, also after both were killed; only where something can be done about it
//! does it count as waiting for a person.

use std::{path::PathBuf, time::Duration};

use chunkstream_engine::core::session::{Reason, State};
use chunkstream_sim::{
    content::noise,
    links,
    world::{Device, Kill, World, request},
};

const MIB: usize = 1024 * 1024;
const FILM: &str = "/home/film";
/// The second is begun seconds after the first.
const REELS: [(&str, usize); 2] = [("a", 4 * MIB), ("b", 16 * MIB)];

/// A transfer that is under way, slow enough to be stopped on its way.
async fn under_way(seed: u64) -> (World, Device, Device, String) {
    let world = World::new(seed, links::lan());
    let ada = world.durable_device("ada", |_| {}).await;
    let bob = world.durable_device("bob", |_| {}).await;
    for (name, len) in REELS {
        let path = format!("{FILM}/{name}");
        ada.disk
            .write_file(path, &noise(seed, len))
            .expect("written");
    }
    let mut slow = ada.request(&[FILM], &bob);
    slow.limit = Some(2 * MIB as u64);
    let id = ada.begin(slow).await;
    bob.accept(&id).await;
    bob.until(&id, |view| view.durable_bytes > 0).await;
    (world, ada, bob, id)
}

/// Waits until a device says why it stands; `mine` if a person there is to do something.
async fn says(device: &Device, id: &str, why: Reason, mine: bool) {
    device
        .until(id, |view| {
            (view.state, view.reason) == (State::Paused, Some(why))
        })
        .await;
    let everything = device.engine.subscribe().next().await.expect("it runs");
    assert_eq!(everything.totals.needs_you, u32::from(mine), "{why:?}");
}

/// Kills both and starts them again.
async fn restart(world: &World, devices: [&mut Device; 2]) {
    for device in devices {
        world.kill(device, Kill::Process).await;
        world.start(device).await;
    }
    // Of virtual time: they have met again by then.
    tokio::time::sleep(Duration::from_secs(60)).await;
}

async fn goes_on(resumed: &Device, ada: &Device, bob: &Device, id: &str) {
    resumed.engine.resume(request(id)).await.expect("resumed");
    ada.finished(id).await;
    for (name, _) in REELS {
        let sent = ada.disk.read_file(format!("{FILM}/{name}"));
        let arrived = bob.disk.read_file(format!("/inbox/film/{name}"));
        assert!(sent.expect("it is there") == arrived.expect("it has arrived"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_sender_knows_that_the_disk_of_the_other_is_full() {
    let (world, mut ada, mut bob, id) = under_way(1).await;
    let used = bob.disk.used();
    bob.disk.faults(|faults| faults.capacity = Some(used));
    says(&bob, &id, Reason::DiskFull, true).await;
    says(&ada, &id, Reason::DiskFull, false).await;
    restart(&world, [&mut ada, &mut bob]).await;
    says(&bob, &id, Reason::DiskFull, true).await;
    says(&ada, &id, Reason::DiskFull, false).await;
    bob.disk.faults(|faults| faults.capacity = None);
    goes_on(&bob, &ada, &bob, &id).await;
}

#[tokio::test(start_paused = true)]
async fn a_sender_knows_that_the_other_cannot_write() {
    let (world, mut ada, mut bob, id) = under_way(2).await;
    bob.disk.faults(|faults| faults.read_only = true);
    says(&bob, &id, Reason::DiskUnwritable, true).await;
    says(&ada, &id, Reason::DiskUnwritable, false).await;
    restart(&world, [&mut ada, &mut bob]).await;
    says(&bob, &id, Reason::DiskUnwritable, true).await;
    says(&ada, &id, Reason::DiskUnwritable, false).await;
    bob.disk.faults(|faults| faults.read_only = false);
    goes_on(&bob, &ada, &bob, &id).await;
}

#[tokio::test(start_paused = true)]
async fn a_receiver_knows_that_the_other_cannot_read() {
    let (world, mut ada, mut bob, id) = under_way(3).await;
    ada.disk
        .faults(|faults| faults.forbidden.insert(PathBuf::from(FILM)));
    says(&ada, &id, Reason::SourceUnreadable, true).await;
    says(&bob, &id, Reason::SourceUnreadable, false).await;
    restart(&world, [&mut ada, &mut bob]).await;
    says(&ada, &id, Reason::SourceUnreadable, true).await;
    says(&bob, &id, Reason::SourceUnreadable, false).await;
    ada.disk.faults(|faults| faults.forbidden.clear());
    goes_on(&ada, &ada, &bob, &id).await;
}

#[tokio::test(start_paused = true)]
async fn a_pause_by_a_person_is_nobodys_trouble() {
    let (world, mut ada, mut bob, id) = under_way(4).await;
    bob.engine.pause(request(&id)).await.expect("paused");
    says(&bob, &id, Reason::PausedHere, false).await;
    says(&ada, &id, Reason::PausedByPeer, false).await;
    restart(&world, [&mut ada, &mut bob]).await;
    says(&bob, &id, Reason::PausedHere, false).await;
    says(&ada, &id, Reason::PausedByPeer, false).await;
    goes_on(&bob, &ada, &bob, &id).await;
}
