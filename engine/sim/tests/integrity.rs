//! What is recorded, what is on the disk and what a peer says: each may be wrong, and no file may be.

use std::time::Duration;

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

/// Two durable devices on a line of 40 Mbit/s and 20 ms, and so many MiB on their way, of which more than
/// `there` are durable.
async fn on_its_way(
    seed: u64,
    mib: usize,
    there: usize,
) -> (World, Device, Device, String, Vec<u8>) {
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
    let content = noise(seed, mib * MIB);
    ada.disk.write_file("/home/big", &content).expect("written");
    let id = ada.send(&["/home/big"], &bob).await;
    ada.until(&id, |view| view.durable_bytes > (there * MIB) as u64)
        .await;
    (world, ada, bob, id, content)
}

fn arrived(bob: &Device, content: &[u8]) {
    let found = bob.disk.read_file("/inbox/big").expect("it is there");
    assert!(found == content, "{} bytes differ", found.len());
    let left = bob.staged();
    assert!(left.is_empty(), "left behind: {left:?}");
}

#[tokio::test(start_paused = true)]
async fn a_receiver_whose_database_refuses_waits_and_goes_on_by_itself() {
    let (_world, ada, bob, id, content) = on_its_way(1, 16, 4).await;
    let refuse = |refuse| bob.engine.refuse_database_writes(refuse);
    refuse(true).await.expect("refused from now on");
    let held = bob
        .until(&id, |view| view.reason == Some(Reason::Database))
        .await;
    assert_eq!(held.state, State::Paused);
    assert_eq!(
        held.failure.map(|failure| failure.code),
        Some(Code::Database)
    );
    ada.until(&id, |view| view.reason == Some(Reason::DiskUnwritable))
        .await;
    let kept = bob.view(&id).await.durable_bytes;
    tokio::time::sleep(Duration::from_secs(200)).await;
    assert_eq!(bob.view(&id).await.state, State::Paused);
    let cancelled = bob.engine.cancel(request(&id)).await.expect_err("not now");
    assert_eq!(cancelled.code, Code::Database);
    refuse(false).await.expect("taken again");
    let sent = ada.finished(&id).await;
    bob.finished(&id).await;
    arrived(&bob, &content);
    let missing = (content.len() as u64 - kept).div_ceil(512 * 1024);
    let before = kept / (512 * 1024);
    // What was on its way when the database failed comes twice: a batch and 4 MiB of the line.
    assert!(
        sent.stats.chunks_sent <= before + missing + 16,
        "{} sent, {before} before and {missing} after",
        sent.stats.chunks_sent
    );
}

#[tokio::test(start_paused = true)]
async fn a_sender_whose_database_refuses_loses_nothing_and_can_be_told_to_try_again() {
    let (_world, ada, bob, id, content) = on_its_way(2, 16, 4).await;
    ada.engine
        .refuse_database_writes(true)
        .await
        .expect("refused from now on");
    // Acknowledgements need not be recorded; that everything has arrived must be.
    let held = ada
        .until(&id, |view| view.reason == Some(Reason::Database))
        .await;
    assert_eq!(held.state, State::Paused);
    assert_eq!(held.durable_bytes, content.len() as u64);
    ada.engine
        .refuse_database_writes(false)
        .await
        .expect("taken again");
    ada.engine.resume(request(&id)).await.expect("tried again");
    ada.finished(&id).await;
    bob.finished(&id).await;
    arrived(&bob, &content);
}

/// The entries of a folder are recorded before they are announced.
#[tokio::test(start_paused = true)]
async fn a_scan_goes_on_where_the_database_refused_it() {
    let world = World::new(3, chunkstream_sim::links::lan());
    let (ada, bob) = (world.device("ada").await, world.device("bob").await);
    for number in 0..3000 {
        ada.disk
            .write_file(format!("/home/many/{number}"), b"x")
            .expect("written");
    }
    let id = ada.send(&["/home/many"], &bob).await;
    ada.engine
        .refuse_database_writes(true)
        .await
        .expect("refused from now on");
    tokio::time::sleep(Duration::from_secs(30)).await;
    ada.engine
        .refuse_database_writes(false)
        .await
        .expect("taken again");
    bob.offered(&id).await;
    bob.accept(&id).await;
    assert_eq!(ada.finished(&id).await.files, 3000);
}

/// A disk that says "synced" and forgets: the rows survive the power loss, the bytes do not.
#[tokio::test(start_paused = true)]
async fn what_a_lying_disk_lost_with_the_power_is_found_at_the_start_and_sent_again() {
    let (world, ada, mut bob, id, content) = on_its_way(4, 24, 4).await;
    bob.disk.faults(|faults| faults.lying_sync = true);
    let honest = bob.view(&id).await.durable_bytes;
    ada.until(&id, |view| view.durable_bytes > honest + 6 * MIB as u64)
        .await;
    let power = Kill::Power {
        survivors: Survivors::Names,
        pages: 0,
    };
    world.kill(&mut bob, power).await;
    bob.disk.faults(|faults| faults.lying_sync = false);
    world.start(&mut bob).await;
    let back = Instant::now();
    ada.finished(&id).await;
    bob.finished(&id).await;
    arrived(&bob, &content);
    assert!(back.elapsed() < Duration::from_secs(10));
}

/// A bit that flips in what was recorded last, in a file under way and in one that is done.
#[tokio::test(start_paused = true)]
async fn after_a_kill_a_flipped_bit_in_what_was_recorded_last_is_found_and_sent_again() {
    let link = Link {
        rate_bits: Some(40_000_000),
        delay: Duration::from_millis(10),
        ..Link::default()
    };
    let world = World::new(5, link);
    let ada = world.durable_device("ada", |_| {}).await;
    let mut bob = world
        .durable_device("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    let (first, big) = (noise(6, 2 * MIB), noise(7, 16 * MIB));
    ada.disk
        .write_file("/home/trip/a", &first)
        .expect("written");
    ada.disk
        .write_file("/home/trip/big", &big)
        .expect("written");
    let id = ada.send(&["/home/trip"], &bob).await;
    ada.until(&id, |view| {
        view.files_done == 1 && view.durable_bytes > 6 * MIB as u64
    })
    .await;
    bob.until(&id, |view| view.files_done == 1).await;
    world.kill(&mut bob, Kill::Process).await;
    for file in ["a", "big"] {
        let staged = format!("/inbox/.chunkstream-{id}/trip/{file}");
        bob.disk
            .flip_bit(staged, MIB as u64 + 17)
            .expect("it was recorded");
    }
    let durable = ada.view(&id).await.durable_bytes;
    world.start(&mut bob).await;
    // One chunk of each is taken back.
    bob.until(&id, |view| view.files_done == 0).await;
    ada.until(&id, |view| view.durable_bytes < durable).await;
    ada.finished(&id).await;
    bob.finished(&id).await;
    for (file, content) in [("a", &first), ("big", &big)] {
        let found = bob.disk.read_file(format!("/inbox/trip/{file}"));
        assert!(found.expect("there") == *content, "{file} differs");
    }
}

/// An orderly end leaves no doubt: nothing is read at the next start.
#[tokio::test(start_paused = true)]
async fn after_an_orderly_end_nothing_is_read_again() {
    let (world, ada, mut bob, id, content) = on_its_way(8, 16, 4).await;
    bob.engine.shutdown().await;
    world.kill(&mut bob, Kill::Process).await;
    world.start(&mut bob).await;
    ada.finished(&id).await;
    bob.finished(&id).await;
    arrived(&bob, &content);
    assert_eq!(bob.disk.totals().bytes_read, 0);
}

/// While a transfer is held, a kill leaves no doubt either.
#[tokio::test(start_paused = true)]
async fn a_kill_during_a_pause_leaves_nothing_in_doubt() {
    let (world, ada, mut bob, id, content) = on_its_way(9, 16, 4).await;
    bob.engine.pause(request(&id)).await.expect("paused");
    tokio::time::sleep(Duration::from_secs(10)).await;
    world.kill(&mut bob, Kill::Process).await;
    world.start(&mut bob).await;
    bob.engine.resume(request(&id)).await.expect("resumed");
    ada.finished(&id).await;
    arrived(&bob, &content);
    assert_eq!(bob.disk.totals().bytes_read, 0);
}

/// The look at what is in doubt is bounded, and new bytes do not wait for more than it.
#[tokio::test(start_paused = true)]
async fn on_a_half_done_transfer_of_10_gib_new_bytes_move_within_a_second_of_an_unclean_end() {
    let link = Link {
        rate_bits: None,
        delay: Duration::from_millis(5),
        ..Link::default()
    };
    let world = World::new(10, link);
    let ada = world.durable_device("ada", |_| {}).await;
    let mut bob = world
        .durable_device("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    let len = 10 << 30;
    ada.disk.write_sparse("/home/big", len).expect("sparse");
    let id = ada.send(&["/home/big"], &bob).await;
    bob.until(&id, |view| view.durable_bytes > len / 2).await;
    world.kill(&mut bob, Kill::Process).await;
    let (real, back) = (std::time::Instant::now(), Instant::now());
    world.start(&mut bob).await;
    let kept = bob.view(&id).await.durable_bytes;
    bob.until(&id, |view| view.durable_bytes > kept).await;
    println!(
        "{:?} of real time, {:?} of virtual",
        real.elapsed(),
        back.elapsed()
    );
    assert!(
        back.elapsed() < Duration::from_secs(1),
        "{:?}",
        back.elapsed()
    );
    assert!(bob.disk.totals().bytes_read <= 64 * MIB as u64);
}

/// The database is an index: without it, the bytes in the staging folder are hashed and compared with the sender.
#[tokio::test(start_paused = true)]
async fn without_its_database_a_receiver_finds_its_bytes_again_and_nothing_whole_is_sent_twice() {
    let link = Link {
        rate_bits: Some(40_000_000),
        delay: Duration::from_millis(10),
        queue_bytes: Some(256 * 1024),
        ..Link::default()
    };
    let world = World::new(11, link);
    let ada = world.durable_device("ada", |_| {}).await;
    let mut bob = world
        .durable_device("bob", |config| config.accept = AcceptPolicy::Ask)
        .await;
    let big = noise(12, 32 * MIB);
    ada.disk
        .write_file("/home/trip/big", &big)
        .expect("written");
    // Sent before it, and done when the database goes.
    let small: Vec<Vec<u8>> = (0..20).map(|n| noise(100 + n, 200_000)).collect();
    for (number, content) in small.iter().enumerate() {
        ada.disk
            .write_file(format!("/home/trip/a{number:02}"), content)
            .expect("written");
    }
    let id = ada.send(&["/home/trip"], &bob).await;
    bob.accept(&id).await;
    ada.until(&id, |view| view.durable_bytes > 20 * MIB as u64)
        .await;
    world.kill(&mut bob, Kill::Process).await;
    world.lose_database(&bob);
    // One that is whole no longer, one that is gone.
    let staging = format!("/inbox/.chunkstream-{id}/trip");
    bob.disk
        .flip_bit(format!("{staging}/big"), 5 * MIB as u64)
        .expect("it is there");
    bob.disk
        .flip_bit(format!("{staging}/a03"), 17)
        .expect("it is there");
    // Until it notices, the sender sends to nobody.
    let before = ada
        .until(&id, |view| view.reason == Some(Reason::Reconnecting))
        .await;
    world.start(&mut bob).await;
    bob.accept(&id).await;
    let sent = ada.finished(&id).await;
    bob.finished(&id).await;
    for (number, content) in small.iter().enumerate() {
        let found = bob.disk.read_file(format!("/inbox/trip/a{number:02}"));
        assert!(found.expect("there") == *content, "a{number:02} differs");
    }
    let found = bob.disk.read_file("/inbox/trip/big").expect("there");
    assert!(found == big, "it differs");
    let after = sent.stats.chunks_sent - before.stats.chunks_sent;
    let missing = (sent.bytes - before.durable_bytes).div_ceil(512 * 1024);
    println!("{after} chunks after, {missing} were missing");
    assert!(after <= missing + 2, "{after} sent, {missing} were missing");
}

/// The sender has been started anew and knows its chunks from its own rows only; the receiver is killed once more
/// when it has compared.
#[tokio::test(start_paused = true)]
async fn what_is_found_again_survives_another_kill_and_a_sender_that_starts_anew() {
    let (world, mut ada, mut bob, id, content) = on_its_way(13, 32, 20).await;
    let kept = ada.view(&id).await.durable_bytes;
    world.kill(&mut bob, Kill::Process).await;
    world.kill(&mut ada, Kill::Process).await;
    world.lose_database(&bob);
    world.start(&mut bob).await;
    world.start(&mut ada).await;
    bob.until(&id, |view| view.durable_bytes >= kept).await;
    world.kill(&mut bob, Kill::Process).await;
    world.start(&mut bob).await;
    let sent = ada.finished(&id).await;
    bob.finished(&id).await;
    arrived(&bob, &content);
    let missing = (content.len() as u64 - kept).div_ceil(512 * 1024);
    // Any of those may have been on its way when the second kill came.
    let most = 2 * missing;
    let sent = sent.stats.chunks_sent;
    assert!(sent <= most, "{sent} sent, {missing} were missing");
}

/// Reading again finds what changed after it arrived, and what is gone; sources are checked the same way.
#[tokio::test(start_paused = true)]
async fn verifying_again_finds_a_flipped_bit_and_a_missing_file_on_either_side() {
    let world = World::new(14, chunkstream_sim::links::lan());
    let ada = world.durable_device("ada", |_| {}).await;
    let mut bob = world
        .durable_device("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    // The name is taken: the root stands under another.
    bob.disk
        .write_file("/inbox/trip/a", b"somebody else's")
        .expect("written");
    for (name, len) in [("a", 3 * MIB), ("b", 1000), ("day/c", 70_000), ("empty", 0)] {
        ada.disk
            .write_file(format!("/home/trip/{name}"), &noise(15, len))
            .expect("written");
    }
    let id = ada.send(&["/home/trip"], &bob).await;
    let early = ada.engine.verify(request(&id)).await.expect_err("not yet");
    assert_eq!(early.code, Code::IllegalState);
    ada.finished(&id).await;
    bob.finished(&id).await;
    let check = async |device: &Device| {
        device.engine.verify(request(&id)).await.expect("begun");
        let done = |view: &chunkstream_engine::api::TransferView| {
            view.verification.as_ref().is_some_and(|it| !it.running)
        };
        let view = device.until(&id, done).await;
        view.verification.expect("it has ended")
    };
    for device in [&ada, &bob] {
        let found = check(device).await;
        assert_eq!(
            (found.sound, found.changed_count, found.missing_count),
            (4, 0, 0)
        );
        assert_eq!(found.checked_bytes, found.bytes);
        assert!(found.finished_ms.is_some());
    }
    // Also after a restart: the roots are recorded.
    world.kill(&mut bob, Kill::Process).await;
    world.start(&mut bob).await;
    bob.disk
        .flip_bit("/inbox/trip (1)/a", 2 * MIB as u64 + 5)
        .expect("it is there");
    bob.disk
        .write_file("/inbox/trip (1)/b", b"shorter")
        .expect("written");
    chunkstream_engine::disk::Disk::remove(&bob.disk, "/inbox/trip (1)/day/c".as_ref())
        .expect("removed");
    let found = check(&bob).await;
    assert_eq!(found.sound, 1);
    assert_eq!(found.changed, ["/inbox/trip (1)/a", "/inbox/trip (1)/b"]);
    assert_eq!(found.missing, ["/inbox/trip (1)/day/c"]);
    assert_eq!((found.changed_count, found.missing_count), (2, 1));
    assert_eq!(found.checked_bytes, found.bytes);
    ada.disk.flip_bit("/home/trip/day/c", 1).expect("flipped");
    let found = check(&ada).await;
    assert_eq!(
        (found.sound, found.changed),
        (3, vec!["/home/trip/day/c".to_owned()])
    );
}
