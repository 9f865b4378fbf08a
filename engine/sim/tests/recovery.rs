//! What the fault test has found once, each as a case of its own.

use std::{net::IpAddr, time::Duration};

use chunkstream_engine::{
    AcceptPolicy,
    api::Code,
    core::session::{Reason, State},
};
use chunkstream_sim::{
    content::noise,
    disk::Survivors,
    network::Link,
    world::{Device, Kill, World, request},
};
use tokio::time::Instant;

const MIB: usize = 1024 * 1024;

/// Two durable devices on a line of 40 Mbit/s and 20 ms.
async fn two(seed: u64) -> (World, Device, Device) {
    let link = Link {
        rate_bits: Some(40_000_000),
        delay: Duration::from_millis(10),
        queue_bytes: Some(256 * 1024),
        ..Link::default()
    };
    let world = World::new(seed, link);
    let ada = world.durable_device("ada", |_| {}).await;
    let bob = world
        .durable_device("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    (world, ada, bob)
}

/// The same, and 16 MiB on their way.
async fn half_way(seed: u64) -> (World, Device, Device, String, Vec<u8>) {
    let (world, ada, bob) = two(seed).await;
    let content = noise(seed, 16 * MIB);
    ada.disk
        .write_file("/home/trip/big", &content)
        .expect("written");
    ada.disk
        .write_file("/home/trip/empty/nothing", b"")
        .expect("written");
    let id = ada.send(&["/home/trip"], &bob).await;
    ada.until(&id, |view| view.durable_bytes > 6 * MIB as u64)
        .await;
    (world, ada, bob, id, content)
}

fn arrived(bob: &Device, content: &[u8]) {
    let found = bob.disk.read_file("/inbox/trip/big").expect("it is there");
    assert!(found == content, "{} bytes differ", found.len());
    let nothing = bob.disk.read_file("/inbox/trip/empty/nothing");
    assert_eq!(nothing.expect("it is there"), b"");
    let left = bob.staged();
    assert!(left.is_empty(), "left behind: {left:?}");
}

/// Without stateless resets that survive the restart, it takes the 15 s of the idle time-out.
#[tokio::test(start_paused = true)]
async fn a_receiver_that_is_killed_and_back_at_once_goes_on_at_once_and_reads_only_what_is_in_doubt()
 {
    let (world, ada, mut bob, id, content) = half_way(1).await;
    world.kill(&mut bob, Kill::Process).await;
    let back = Instant::now();
    world.start(&mut bob).await;
    let kept = bob.view(&id).await.durable_bytes;
    assert!(kept > 6 * MIB as u64, "{kept}");
    bob.until(&id, |view| view.durable_bytes > kept).await;
    assert!(
        back.elapsed() < Duration::from_secs(1),
        "{:?}",
        back.elapsed()
    );
    let sent = ada.finished(&id).await;
    bob.finished(&id).await;
    arrived(&bob, &content);
    // Less than 64 MiB had been recorded: each of it is looked at once.
    assert_eq!(bob.disk.totals().bytes_read, kept);
    let again = sent.stats.chunks_sent - 32;
    // 5 MB/s: a batch of 200 ms is one MiB, and five congestion windows are on their way, of which some fill the
    // queue of the line.
    assert!(again <= 20, "{again} chunks of 512 KiB were sent again");
}

#[tokio::test(start_paused = true)]
async fn a_sender_that_is_killed_goes_on_when_it_is_back() {
    let (world, mut ada, bob, id, content) = half_way(2).await;
    world.kill(&mut ada, Kill::Process).await;
    let kept = bob.view(&id).await.durable_bytes;
    world.start(&mut ada).await;
    let back = Instant::now();
    bob.until(&id, |view| view.durable_bytes > kept + 2 * MIB as u64)
        .await;
    assert!(
        back.elapsed() < Duration::from_secs(3),
        "{:?}",
        back.elapsed()
    );
    let sent = ada.finished(&id).await;
    arrived(&bob, &content);
    let missing = (content.len() as u64 - kept).div_ceil(512 * 1024);
    assert!(
        sent.stats.chunks_sent <= missing,
        "{} sent, {missing} were missing",
        sent.stats.chunks_sent
    );
}

/// The sender held as durable what the receiver's database lost with the power, and never sent it again.
#[tokio::test(start_paused = true)]
async fn what_a_power_loss_took_from_the_receivers_database_is_sent_again() {
    for survivors in [
        Survivors::Synced,
        Survivors::Names,
        Survivors::NamesAndSomePages { seed: 3 },
    ] {
        let (world, ada, mut bob, id, content) = half_way(3).await;
        let before = bob.view(&id).await.durable_bytes;
        world
            .kill(
                &mut bob,
                Kill::Power {
                    survivors,
                    pages: 12,
                },
            )
            .await;
        world.start(&mut bob).await;
        let after = bob.view(&id).await.durable_bytes;
        assert!(0 < after && after < before, "{after} of {before} are left");
        ada.finished(&id).await;
        bob.finished(&id).await;
        arrived(&bob, &content);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_called_completed_survives_a_power_loss_at_that_moment() {
    let (world, ada, mut bob, id, content) = half_way(4).await;
    ada.finished(&id).await;
    let kill = Kill::Power {
        survivors: Survivors::Synced,
        pages: 100,
    };
    world.kill(&mut bob, kill).await;
    world.start(&mut bob).await;
    assert_eq!(bob.view(&id).await.state, State::Completed);
    arrived(&bob, &content);
}

/// The sender dials where nobody is any more; only the receiver knows where both are.
#[tokio::test(start_paused = true)]
async fn a_receiver_with_a_new_address_calls_the_sender_back() {
    let (world, ada, mut bob, id, content) = half_way(5).await;
    world.move_device(&mut bob, IpAddr::from([10, 0, 0, 77]));
    ada.until(&id, |view| view.reason == Some(Reason::Reconnecting))
        .await;
    let noticed = Instant::now();
    ada.finished(&id).await;
    assert!(
        noticed.elapsed() < Duration::from_secs(30),
        "{:?}",
        noticed.elapsed()
    );
    arrived(&bob, &content);
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_starts_again_at_a_new_address_is_found() {
    let (world, ada, mut bob, id, content) = half_way(6).await;
    world.kill(&mut bob, Kill::Process).await;
    world.move_device(&mut bob, IpAddr::from([10, 0, 0, 77]));
    world.start(&mut bob).await;
    let back = Instant::now();
    ada.finished(&id).await;
    assert!(
        back.elapsed() < Duration::from_secs(10),
        "{:?}",
        back.elapsed()
    );
    arrived(&bob, &content);
}

/// The sender kept the receiver's new address in memory only; after its own restart neither knew the other's.
#[tokio::test(start_paused = true)]
async fn two_that_start_again_at_new_addresses_one_after_the_other_find_each_other() {
    let (world, mut ada, mut bob, id, content) = half_way(9).await;
    let kept = bob.view(&id).await.durable_bytes;
    world.kill(&mut bob, Kill::Process).await;
    world.move_device(&mut bob, IpAddr::from([10, 0, 0, 77]));
    world.start(&mut bob).await;
    ada.until(&id, |view| view.durable_bytes > kept + MIB as u64)
        .await;
    world.kill(&mut ada, Kill::Process).await;
    world.move_device(&mut ada, IpAddr::from([10, 0, 0, 78]));
    world.start(&mut ada).await;
    ada.finished(&id).await;
    arrived(&bob, &content);
}

/// The values of chunks that a kill had taken from the sender were read anew at each of its later starts.
#[tokio::test(start_paused = true)]
async fn a_sender_that_is_killed_again_and_again_reads_what_a_kill_took_once() {
    const CHUNK: u64 = 64 * 1024;
    const KILLS: u64 = 4;
    let (world, mut ada, bob) = two(10).await;
    let content = noise(10, 16 * MIB);
    ada.disk
        .write_file("/home/again", &content)
        .expect("written");
    let mut request = ada.request(&["/home/again"], &bob);
    request.chunk_size = Some(CHUNK as u32);
    let id = ada.begin(request).await;
    let mut known = 0;
    for kill in 1..=KILLS {
        ada.until(&id, |view| view.durable_bytes > known + MIB as u64)
            .await;
        world.kill(&mut ada, Kill::Process).await;
        // What had arrived becomes durable, and the sender does not hear of it.
        bob.until(&id, |view| view.reason == Some(Reason::Reconnecting))
            .await;
        world.start(&mut ada).await;
        let (sender, receiver) = (ada.view(&id).await, bob.view(&id).await);
        known = receiver.durable_bytes;
        assert!(sender.durable_bytes < known, "kill {kill} took nothing");
    }
    let taken = known - ada.view(&id).await.durable_bytes;
    let sent = ada.finished(&id).await;
    let (read, new) = (ada.disk.totals().bytes_read, sent.stats.chunks_sent * CHUNK);
    assert!(
        read <= new + taken,
        "{read} bytes read to send {new} and to hash {taken}"
    );
    let found = bob.disk.read_file("/inbox/again").expect("it is there");
    assert!(found == content);
}

/// Only whoever resumed was told, and the transfer stood at its end for ever.
#[tokio::test(start_paused = true)]
async fn a_resume_that_meets_the_same_trouble_at_the_last_move_holds_the_transfer_again() {
    let (_world, ada, bob, id, content) = half_way(11).await;
    bob.disk
        .faults(|faults| faults.forbidden.insert("/inbox/trip".into()));
    let held = bob.until(&id, |view| view.state == State::Paused).await;
    assert_eq!(held.reason, Some(Reason::DiskUnwritable));
    let refused = bob.engine.resume(request(&id)).await;
    let code = refused.map_err(|failure| failure.code);
    assert!(matches!(code, Err(Code::DiskUnwritable)), "{code:?}");
    let held = bob.until(&id, |view| view.state == State::Paused).await;
    assert_eq!(held.reason, Some(Reason::DiskUnwritable));
    bob.disk.faults(|faults| faults.forbidden.clear());
    bob.engine.resume(request(&id)).await.expect("resumed");
    ada.finished(&id).await;
    bob.finished(&id).await;
    arrived(&bob, &content);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_cannot_be_read_holds_the_transfer_until_it_can() {
    let (_world, ada, bob, id, content) = half_way(7).await;
    ada.disk
        .faults(|faults| faults.forbidden.insert("/home/trip/big".into()));
    let held = ada.until(&id, |view| view.state == State::Paused).await;
    assert_eq!(held.reason, Some(Reason::SourceUnreadable));
    let code = held.failure.map(|failure| failure.code);
    assert_eq!(code, Some(Code::SourceUnreadable));
    bob.until(&id, |view| view.reason == Some(Reason::SourceUnreadable))
        .await;
    ada.disk.faults(|faults| faults.forbidden.clear());
    ada.engine.resume(request(&id)).await.expect("resumed");
    ada.finished(&id).await;
    arrived(&bob, &content);
}

/// Its own hold was hidden behind the peer's, and nobody knew to take it back.
#[tokio::test(start_paused = true)]
async fn a_hold_of_this_side_shows_though_the_other_holds_too() {
    let (_world, ada, bob, id, content) = half_way(8).await;
    bob.engine.pause(request(&id)).await.expect("paused");
    ada.until(&id, |view| view.reason == Some(Reason::PausedByPeer))
        .await;
    ada.engine.pause(request(&id)).await.expect("paused");
    assert_eq!(ada.view(&id).await.reason, Some(Reason::PausedHere));
    bob.engine.resume(request(&id)).await.expect("resumed");
    ada.engine.resume(request(&id)).await.expect("resumed");
    ada.finished(&id).await;
    arrived(&bob, &content);
}
