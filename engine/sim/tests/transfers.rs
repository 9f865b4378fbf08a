//! Whole engines on a simulated network: what is sent arrives, whatever the link does.

use chunkstream_engine::{
    api::{Code, TransferRequest},
    core::{
        chunk::{Geometry, ParityMode},
        priority::Priority,
        session::{Reason, State},
    },
};
use chunkstream_sim::{
    content::noise,
    disk::MemoryDisk,
    links,
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

#[tokio::test(start_paused = true)]
async fn a_file_arrives_over_a_clean_link_and_both_sides_count_the_same() {
    let (_world, ada, bob) = pair(1, links::wan_0()).await;
    let content = noise(1, 5 * MIB + 123);
    ada.disk
        .write_file("/home/raw.bin", &content)
        .expect("written");
    let id = ada.send(&["/home/raw.bin"], &bob).await;
    bob.accept(&id).await;
    let (sent, received) = (ada.finished(&id).await, bob.finished(&id).await);
    assert_same(&bob.disk, "/inbox/raw.bin", &content);
    assert_eq!(
        (sent.durable_bytes, sent.files_done),
        (content.len() as u64, 1)
    );
    assert_eq!(
        (received.durable_bytes, received.files_done),
        (content.len() as u64, 1)
    );
    assert_eq!(received.roots[0].path.as_deref(), Some("/inbox/raw.bin"));
    assert_eq!(
        (
            sent.stats.chunks_sent,
            sent.stats.chunks_resent,
            sent.stats.parity_bytes
        ),
        (11, 0, 0)
    );
    let left = bob.staged();
    assert!(left.is_empty(), "left behind: {left:?}");
}

#[tokio::test(start_paused = true)]
async fn a_file_arrives_over_five_percent_loss() {
    let (_world, ada, bob) = pair(2, links::wan_5()).await;
    let content = noise(2, 3 * MIB);
    ada.disk
        .write_file("/home/raw.bin", &content)
        .expect("written");
    let id = ada.send(&["/home/raw.bin"], &bob).await;
    bob.accept(&id).await;
    let sent = ada.finished(&id).await;
    assert_same(&bob.disk, "/inbox/raw.bin", &content);
    assert!(
        sent.stats.packets_lost > 0,
        "the link was meant to lose packets"
    );
}

#[tokio::test(start_paused = true)]
async fn a_file_arrives_over_a_link_that_reorders_doubles_and_damages() {
    let mut link = links::wan_1();
    link.reorder = 0.1;
    link.duplicate = 0.05;
    link.corrupt = 0.01;
    link.jitter = std::time::Duration::from_millis(10);
    let (_world, ada, bob) = pair(3, link).await;
    let content = noise(3, 2 * MIB);
    ada.disk
        .write_file("/home/raw.bin", &content)
        .expect("written");
    let id = ada.send(&["/home/raw.bin"], &bob).await;
    bob.accept(&id).await;
    ada.finished(&id).await;
    assert_same(&bob.disk, "/inbox/raw.bin", &content);
}

#[tokio::test(start_paused = true)]
async fn a_tree_arrives_with_empty_files_folders_links_and_attributes() {
    use chunkstream_engine::disk::{Disk, Kind};
    let (_world, ada, bob) = pair(4, links::fibre()).await;
    let disk = &ada.disk;
    for folder in ["/home/trip", "/home/trip/empty", "/home/trip/Ünïcode ☃"] {
        disk.make_folder(folder).expect("made");
    }
    disk.write_file("/home/trip/nothing", b"").expect("written");
    disk.write_file("/home/trip/Ünïcode ☃/a b.txt", b"snow")
        .expect("written");
    disk.write_file("/home/trip/run.sh", b"#!/bin/sh\n")
        .expect("written");
    disk.set_attributes(
        "/home/trip/run.sh".as_ref(),
        Some(0o755),
        Some(1_000_000_000_123_456_789),
    )
    .expect("set");
    disk.create_symlink("run.sh", "/home/trip/link".as_ref())
        .expect("made");
    for number in 0..300 {
        disk.write_file(
            format!("/home/trip/{number:03}.dat"),
            &noise(number, 100 + number as usize),
        )
        .expect("written");
    }
    let id = ada.send(&["/home/trip"], &bob).await;
    bob.accept(&id).await;
    let sent = ada.finished(&id).await;
    assert_eq!(sent.files, 303);
    assert_same(&bob.disk, "/inbox/trip/nothing", b"");
    assert_same(&bob.disk, "/inbox/trip/Ünïcode ☃/a b.txt", b"snow");
    for number in 0..300 {
        assert_same(
            &bob.disk,
            &format!("/inbox/trip/{number:03}.dat"),
            &noise(number, 100 + number as usize),
        );
    }
    let script = bob
        .disk
        .metadata("/inbox/trip/run.sh".as_ref())
        .expect("there");
    assert_eq!(script.mode.map(|mode| mode & 0o777), Some(0o755));
    assert_eq!(script.fingerprint.modified_ns, 1_000_000_000_123_456_789);
    assert_eq!(
        bob.disk
            .read_link("/inbox/trip/link".as_ref())
            .expect("a link")
            .to_string_lossy(),
        "run.sh"
    );
    assert_eq!(
        bob.disk
            .metadata("/inbox/trip/empty".as_ref())
            .expect("there")
            .kind,
        Kind::Folder
    );
    assert!(
        sent.stats.chunks_sent == 302,
        "one chunk for each file with content: {}",
        sent.stats.chunks_sent
    );
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_taken_is_numbered_and_what_was_there_stays() {
    let (_world, ada, bob) = pair(5, links::lan()).await;
    bob.disk.make_folder("/inbox").expect("made");
    bob.disk
        .write_file("/inbox/a.txt", b"mine")
        .expect("written");
    ada.disk
        .write_file("/home/a.txt", b"yours")
        .expect("written");
    let id = ada.send(&["/home/a.txt"], &bob).await;
    bob.accept(&id).await;
    ada.finished(&id).await;
    assert_same(&bob.disk, "/inbox/a.txt", b"mine");
    assert_same(&bob.disk, "/inbox/a (1).txt", b"yours");
}

#[tokio::test(start_paused = true)]
async fn three_transfers_share_a_connection_by_their_priorities() {
    let (_world, ada, bob) = pair(6, links::fibre()).await;
    let mut ids = Vec::new();
    for (name, priority) in [
        ("normal", Priority::Normal),
        ("high", Priority::High),
        ("critical", Priority::Critical),
    ] {
        let path = format!("/home/{name}");
        ada.disk
            .write_file(&path, &noise(6, 24 * MIB))
            .expect("written");
        let mut request = ada.request(&[&path], &bob);
        request.priority = priority;
        let id = ada.begin(request).await;
        bob.offered(&id).await;
        ids.push(id);
    }
    for id in &ids {
        bob.accept(id).await;
    }
    // Critical first; when it is done, High has had a good part of the rest.
    ada.finished(&ids[2]).await;
    let (normal, high) = (
        ada.view(&ids[0]).await.durable_bytes,
        ada.view(&ids[1]).await.durable_bytes,
    );
    assert!(normal < 12 * MIB as u64, "critical had to wait: {normal}");
    ada.finished(&ids[1]).await;
    let normal = ada.view(&ids[0]).await.durable_bytes;
    assert!(
        normal >= high / 4 && normal < 20 * MIB as u64,
        "two to one: {normal} of normal after high"
    );
    ada.finished(&ids[0]).await;
    for name in ["normal", "high", "critical"] {
        assert_same(&bob.disk, &format!("/inbox/{name}"), &noise(6, 24 * MIB));
    }
}

#[tokio::test(start_paused = true)]
async fn two_devices_send_to_a_third_and_to_each_other_at_once() {
    let world = World::new(7, links::lan());
    let (ada, bob, eve) = (
        world.device("ada").await,
        world.device("bob").await,
        world.device("eve").await,
    );
    for device in [&ada, &bob, &eve] {
        device
            .disk
            .write_file("/home/x", &noise(7, 20 * MIB))
            .expect("written");
    }
    let mut running = Vec::new();
    for (from, to) in [
        (&ada, &bob),
        (&bob, &ada),
        (&ada, &eve),
        (&bob, &eve),
        (&eve, &ada),
    ] {
        let id = from.send(&["/home/x"], to).await;
        to.accept(&id).await;
        running.push((from, to, id));
    }
    for (from, to, id) in running {
        from.finished(&id).await;
        to.finished(&id).await;
    }
    assert_same(&eve.disk, "/inbox/x", &noise(7, 20 * MIB));
    assert_same(&eve.disk, "/inbox/x (1)", &noise(7, 20 * MIB));
}

#[tokio::test(start_paused = true)]
async fn parity_is_sent_when_asked_for_and_rebuilds_what_is_late() {
    let (_world, ada, bob) = pair(8, links::wan_2()).await;
    let content = noise(8, 8 * MIB);
    ada.disk
        .write_file("/home/raw.bin", &content)
        .expect("written");
    let mut request = ada.request(&["/home/raw.bin"], &bob);
    request.parity = Some(ParityMode::Always(Geometry::new(10, 3).expect("valid")));
    request.chunk_size = Some(64 * 1024);
    let id = ada.begin(request).await;
    bob.accept(&id).await;
    let sent = ada.finished(&id).await;
    assert_same(&bob.disk, "/inbox/raw.bin", &content);
    assert!(sent.stats.parity_bytes > 0);
    assert!(sent.stats.chunks_rebuilt > 0, "{:?}", sent.stats);
}

#[tokio::test(start_paused = true)]
async fn a_declined_offer_leaves_nothing_and_says_so() {
    let (_world, ada, bob) = pair(9, links::lan()).await;
    ada.disk.write_file("/home/a", b"x").expect("written");
    let id = ada.send(&["/home/a"], &bob).await;
    let offer = bob.offered(&id).await;
    assert_eq!((offer.state, offer.title.as_str()), (State::Created, "a"));
    bob.engine
        .decline(TransferRequest { id: id.clone() })
        .await
        .expect("declined");
    let view = ada.until(&id, |view| view.state.is_final()).await;
    assert_eq!(view.state, State::Cancelled);
    assert_eq!(
        view.failure.map(|failure| failure.code),
        Some(Code::Declined)
    );
    assert!(bob.disk.read_file("/inbox/a").is_err());
}

#[tokio::test(start_paused = true)]
async fn either_side_pauses_and_resumes_and_the_other_is_told() {
    let (_world, ada, bob) = pair(10, links::wan_0()).await;
    let content = noise(10, 64 * MIB);
    ada.disk.write_file("/home/big", &content).expect("written");
    let id = ada.send(&["/home/big"], &bob).await;
    bob.accept(&id).await;
    for (pauses, hears) in [(&ada, &bob), (&bob, &ada)] {
        let begun = ada.view(&id).await.durable_bytes;
        ada.until(&id, |view| view.durable_bytes > begun).await;
        pauses
            .engine
            .pause(TransferRequest { id: id.clone() })
            .await
            .expect("paused");
        hears
            .until(&id, |view| {
                (view.state, view.reason) == (State::Paused, Some(Reason::PausedByPeer))
            })
            .await;
        // What was on its way arrives; then nothing moves.
        tokio::time::sleep(std::time::Duration::from_secs(20)).await;
        let still = ada.view(&id).await.durable_bytes;
        tokio::time::sleep(std::time::Duration::from_secs(20)).await;
        assert_eq!(ada.view(&id).await.durable_bytes, still);
        assert!(still < content.len() as u64);
        pauses
            .engine
            .resume(TransferRequest { id: id.clone() })
            .await
            .expect("resumed");
        hears.until(&id, |view| view.state == State::Active).await;
    }
    ada.finished(&id).await;
    assert_same(&bob.disk, "/inbox/big", &content);
}

#[tokio::test(start_paused = true)]
async fn cancelling_ends_both_sides_and_what_was_received_can_be_removed() {
    for by_sender in [true, false] {
        let (_world, ada, bob) = pair(11, links::wan_0()).await;
        ada.disk
            .write_file("/home/big", &noise(11, 40 * MIB))
            .expect("written");
        let id = ada.send(&["/home/big"], &bob).await;
        bob.accept(&id).await;
        ada.until(&id, |view| view.durable_bytes > 0).await;
        let (acts, hears) = if by_sender {
            (&ada, &bob)
        } else {
            (&bob, &ada)
        };
        acts.engine
            .cancel(TransferRequest { id: id.clone() })
            .await
            .expect("cancelled");
        let told = hears.until(&id, |view| view.state.is_final()).await;
        assert_eq!(told.state, State::Cancelled);
        assert_eq!(
            told.failure.map(|failure| failure.code),
            Some(Code::CancelledByPeer)
        );
        bob.until(&id, |view| view.state.is_final() && view.kept_bytes > 0)
            .await;
        bob.engine
            .remove(TransferRequest { id: id.clone() })
            .await
            .expect("removed");
        let left: Vec<_> = bob
            .disk
            .paths()
            .into_iter()
            .filter(|path| path.starts_with("/inbox/"))
            .collect();
        assert!(
            left.iter().all(|path| path.as_os_str() == "/inbox"),
            "left behind: {left:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_that_goes_down_for_a_minute_costs_nothing_that_had_arrived() {
    let (world, ada, bob) = pair(12, links::wan_0()).await;
    let content = noise(12, 40 * MIB);
    ada.disk.write_file("/home/big", &content).expect("written");
    let id = ada.send(&["/home/big"], &bob).await;
    bob.accept(&id).await;
    ada.until(&id, |view| view.durable_bytes > 8 * MIB as u64)
        .await;
    world.network.link_down(ada.ip(), bob.ip());
    ada.until(&id, |view| view.reason == Some(Reason::Reconnecting))
        .await;
    let kept = bob.view(&id).await.durable_bytes;
    assert!(kept > 8 * MIB as u64);
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    world.network.link_up(ada.ip(), bob.ip());
    let sent = ada.finished(&id).await;
    assert_same(&bob.disk, "/inbox/big", &content);
    let again = sent.stats.chunks_sent - 80;
    assert!(
        again <= 70,
        "{again} chunks were sent again; {kept} bytes were kept"
    );
}

#[tokio::test(start_paused = true)]
async fn the_first_byte_of_100_gigabytes_follows_accept_within_two_round_trips() {
    let mut link = links::wan_0();
    link.rate_bits = None;
    let (world, ada, bob) = pair(13, link).await;
    ada.disk
        .write_sparse("/home/huge", 100_000_000_000)
        .expect("sparse");
    ada.disk
        .write_file("/home/first", &noise(13, MIB))
        .expect("written");
    // A file with content first, so that its bytes can be seen on the wire; 100 GB of holes behind it.
    let id = ada.send(&["/home/first", "/home/huge"], &bob).await;
    bob.offered(&id).await;
    ada.until(&id, |view| view.reason == Some(Reason::WaitingForAnswer))
        .await;
    let before = world.network.counters(ada.ip(), bob.ip());
    let accepted = tokio::time::Instant::now();
    bob.accept(&id).await;
    while world.network.counters(ada.ip(), bob.ip()).sent_bytes < before.sent_bytes + 20_000 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    let waited = accepted.elapsed();
    assert!(
        waited <= std::time::Duration::from_millis(200),
        "{waited:?}; a round trip is 100 ms"
    );
    println!("first chunk on the wire {waited:?} after Accept");
}

#[tokio::test(start_paused = true)]
async fn a_blocked_device_reaches_nothing() {
    let (_world, ada, bob) = pair(14, links::lan()).await;
    bob.engine
        .block(chunkstream_engine::api::DeviceRequest {
            device: ada.ticket.clone(),
        })
        .await
        .expect("blocked");
    ada.disk.write_file("/home/a", b"x").expect("written");
    let id = ada.send(&["/home/a"], &bob).await;
    let view = ada.until(&id, |view| view.state.is_final()).await;
    assert_eq!(
        (view.state, view.failure.map(|failure| failure.code)),
        (State::Failed, Some(Code::IdentityRefused))
    );
    assert!(
        bob.engine
            .transfers(chunkstream_engine::api::Nothing {})
            .await
            .expect("a list")
            .is_empty()
    );
}

#[tokio::test(start_paused = true)]
async fn a_trusted_device_is_not_asked_about() {
    use chunkstream_engine::{AcceptPolicy, api::TrustRequest, core::session::Role};
    let world = World::new(15, links::lan());
    let ada = world.device("ada").await;
    let bob = world
        .device_with("bob", |config| config.accept = AcceptPolicy::ByRole)
        .await;
    let request = TrustRequest {
        device: ada.ticket.clone(),
        role: Role::Trusted,
        name: None,
    };
    bob.engine.trust(request).await.expect("trusted");
    ada.disk.write_file("/home/a", b"x").expect("written");
    let id = ada.send(&["/home/a"], &bob).await;
    ada.finished(&id).await;
    assert_same(&bob.disk, "/inbox/a", b"x");
}

#[tokio::test(start_paused = true)]
async fn somebody_else_at_the_address_gets_nothing() {
    let world = World::new(16, links::lan());
    let (ada, bob, eve) = (
        world.device("ada").await,
        world.device("bob").await,
        world.device("eve").await,
    );
    ada.disk.write_file("/home/a", b"x").expect("written");
    let bobs_id = bob
        .engine
        .identity(chunkstream_engine::api::Nothing {})
        .await
        .expect("an identity")
        .device_id;
    let mut request = ada.request(&["/home/a"], &bob);
    request.targets = vec![format!("{bobs_id}@{}", eve.address)];
    let id = ada.begin(request).await;
    let view = ada.until(&id, |view| view.state.is_final()).await;
    assert_eq!(
        view.failure.map(|failure| failure.code),
        Some(Code::IdentityRefused)
    );
    assert!(
        eve.engine
            .transfers(chunkstream_engine::api::Nothing {})
            .await
            .expect("a list")
            .is_empty()
    );
}

#[tokio::test(start_paused = true)]
async fn a_source_that_changes_while_it_is_sent_is_never_mixed() {
    let (_world, ada, bob) = pair(17, links::wan_0()).await;
    ada.disk
        .write_file("/home/big", &noise(17, 40 * MIB))
        .expect("written");
    let id = ada.send(&["/home/big"], &bob).await;
    bob.accept(&id).await;
    ada.until(&id, |view| view.durable_bytes > 0).await;
    ada.disk
        .write_file("/home/big", &noise(18, 40 * MIB))
        .expect("written");
    let view = ada.until(&id, |view| view.state == State::Paused).await;
    assert_eq!(
        view.failure.map(|failure| failure.code),
        Some(Code::SourceChanged)
    );
    assert!(bob.disk.read_file("/inbox/big").is_err());
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_holds() {
    let (_world, ada, bob) = pair(19, links::lan()).await;
    ada.disk
        .write_file("/home/big", &noise(19, 10 * MIB))
        .expect("written");
    let mut request = ada.request(&["/home/big"], &bob);
    request.limit = Some(MIB as u64);
    let begun = tokio::time::Instant::now();
    let id = ada.begin(request).await;
    bob.accept(&id).await;
    ada.finished(&id).await;
    let took = begun.elapsed().as_secs_f64();
    assert!(
        (9.0..12.0).contains(&took),
        "10 MiB at 1 MiB/s took {took} s of virtual time"
    );
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_pauses_and_nothing_that_arrived_is_sent_again() {
    let (_world, ada, bob) = pair(20, links::lan()).await;
    let content = noise(20, 64 * MIB);
    let (first, second) = content.split_at(30 * MIB);
    for (path, part) in [("/home/first", first), ("/home/second", second)] {
        ada.disk.write_file(path, part).expect("written");
    }
    let id = ada.send(&["/home/first", "/home/second"], &bob).await;
    bob.accept(&id).await;
    // There was room when the offer was accepted; other programs fill the disk.
    bob.disk
        .faults(|faults| faults.capacity = Some(40 * MIB as u64));
    let full = bob
        .until(&id, |view| {
            (view.state, view.reason) == (State::Paused, Some(Reason::DiskFull))
        })
        .await;
    assert_eq!(
        full.failure.map(|failure| failure.code),
        Some(Code::DiskFull)
    );
    ada.until(&id, |view| {
        (view.state, view.reason) == (State::Paused, Some(Reason::DiskFull))
    })
    .await;
    tokio::time::sleep(std::time::Duration::from_secs(10)).await;
    let kept = bob.view(&id).await.durable_bytes;
    bob.disk.faults(|faults| faults.capacity = None);
    bob.engine
        .resume(TransferRequest { id: id.clone() })
        .await
        .expect("resumed");
    let sent = ada.finished(&id).await;
    assert_same(&bob.disk, "/inbox/first", first);
    assert_same(&bob.disk, "/inbox/second", second);
    let all = (content.len() / (512 * 1024)) as u64;
    let again = sent.stats.chunks_sent - all;
    // 40 MiB fit; what was on its way when the disk was full may come twice.
    assert!(
        kept > 0 && again * 512 * 1024 <= 32 * MIB as u64,
        "{again} chunks again, {kept} bytes were kept"
    );
}

#[tokio::test(start_paused = true)]
async fn an_inbox_that_cannot_be_written_is_told_at_accept_and_the_offer_stands() {
    let (_world, ada, bob) = pair(21, links::lan()).await;
    ada.disk.write_file("/home/a", b"x").expect("written");
    let id = ada.send(&["/home/a"], &bob).await;
    bob.offered(&id).await;
    bob.disk.faults(|faults| faults.read_only = true);
    let request = chunkstream_engine::api::AcceptRequest {
        id: id.clone(),
        ..Default::default()
    };
    let refused = bob.engine.accept(request).await.expect_err("read-only");
    assert_eq!(refused.code, Code::DiskUnwritable);
    assert_eq!(bob.view(&id).await.state, State::Created);
    bob.disk.faults(|faults| faults.read_only = false);
    bob.accept(&id).await;
    ada.finished(&id).await;
    assert_same(&bob.disk, "/inbox/a", b"x");
}

#[tokio::test(start_paused = true)]
async fn a_sparse_file_over_four_gigabytes_arrives_and_stays_sparse() {
    use chunkstream_engine::disk::Disk;
    let (_world, ada, bob) = pair(22, links::lan()).await;
    let len = (4 << 30) + 5 * MIB as u64 + 7;
    ada.disk.write_sparse("/home/image", len).expect("sparse");
    let islands = [
        (0, noise(22, 1000)),
        (3 << 30, noise(23, 3 * MIB)),
        (len - 100, noise(24, 100)),
    ];
    let file = ada
        .disk
        .open_partial("/home/image".as_ref(), len, false)
        .expect("opened");
    for (offset, bytes) in &islands {
        file.write_at(bytes, *offset).expect("written");
    }
    drop(file);
    let id = ada.send(&["/home/image"], &bob).await;
    bob.accept(&id).await;
    let sent = ada.finished(&id).await;
    let arrived = bob.disk.open("/inbox/image".as_ref()).expect("there");
    assert_eq!(arrived.fingerprint().expect("known").len, len);
    for (offset, bytes) in &islands {
        let mut found = vec![0; bytes.len()];
        arrived.read_at(&mut found, *offset).expect("read");
        assert!(found == *bytes, "at {offset}");
    }
    assert_eq!(sent.root, bob.view(&id).await.root);
    assert!(
        bob.disk.used() < 16 * MIB as u64,
        "the holes were filled: {} bytes",
        bob.disk.used()
    );
    assert!(
        sent.stats.wire_bytes_sent < 16 * MIB as u64,
        "the holes were sent"
    );
}

#[tokio::test(start_paused = true)]
async fn a_socket_in_a_folder_is_left_out_and_an_unreadable_folder_is_not() {
    let (_world, ada, bob) = pair(25, links::lan()).await;
    for folder in ["/home/mix", "/home/mix/secret"] {
        ada.disk.make_folder(folder).expect("made");
    }
    ada.disk.write_file("/home/mix/a", b"a").expect("written");
    ada.disk.make_special("/home/mix/socket").expect("made");
    let id = ada.send(&["/home/mix"], &bob).await;
    bob.accept(&id).await;
    assert_eq!(ada.finished(&id).await.files, 1);
    ada.disk
        .faults(|faults| faults.forbidden.insert("/home/mix/secret".into()));
    let id = ada.send(&["/home/mix"], &bob).await;
    let view = ada.until(&id, |view| view.state.is_final()).await;
    let failure = view.failure.expect("a reason");
    assert_eq!(
        (failure.code, failure.detail.as_deref()),
        (Code::SourceUnreadable, Some("/home/mix/secret"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_nothing_is_refused() {
    let (_world, ada, bob) = pair(26, links::lan()).await;
    ada.disk.write_file("/home/a", b"a").expect("written");
    let mut request = ada.request(&["/home/a"], &bob);
    request.limit = Some(0);
    assert_eq!(
        ada.engine.send(request).await.expect_err("refused").code,
        Code::Usage
    );
}
