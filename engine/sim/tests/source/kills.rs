//! Kills and power losses while sources change, and sources that change while their sender is away.

use std::time::Duration;

use chunkstream_engine::{
    AcceptPolicy,
    api::{ChangedChoice, ChangedRequest},
    core::{chunk::ParityMode, session::Reason},
    disk::Disk,
};
use chunkstream_sim::{
    content::noise,
    disk::Survivors,
    network::Link,
    world::{Kill, World},
};

use crate::{
    changed::Change,
    trip::{BIG, MIB, Trip, kill, write},
};

/// Each side killed at each step: before the question, before the answer, after it.
#[tokio::test(start_paused = true)]
async fn kills_of_either_side_at_any_step_change_nothing() {
    let mut seed = 200;
    for choice in [ChangedChoice::NewVersion, ChangedChoice::Skip] {
        for step in 0..4 {
            for victims in [&[true, false] as &[bool], &[true], &[false]] {
                seed += 1;
                println!("{choice:?}, step {step}, kill sender: {victims:?}");
                let mut trip = Trip::begin(seed, ParityMode::Off).await;
                let now = Change::SameSize.make(&trip.ada);
                if step == 0 {
                    kill(&mut trip, victims).await;
                }
                let view = trip.asked().await;
                assert_eq!(view.changed.map(|changed| changed.count), Some(1));
                if step == 1 {
                    kill(&mut trip, victims).await;
                    let restored = trip
                        .ada
                        .until(&trip.id, |view| view.changed.is_some())
                        .await;
                    assert_eq!(restored.reason, Some(Reason::SourceChanged));
                }
                trip.decide(choice).await;
                if step == 2 {
                    kill(&mut trip, victims).await;
                }
                if step == 3 && choice == ChangedChoice::NewVersion {
                    let kept = trip.ada.view(&trip.id).await.durable_bytes;
                    trip.ada
                        .until(&trip.id, |view| view.durable_bytes > kept + MIB as u64)
                        .await;
                    kill(&mut trip, victims).await;
                }
                trip.finished().await;
                let expected = now.filter(|_| choice == ChangedChoice::NewVersion);
                trip.arrived(expected.as_deref());
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_loses_its_power_after_a_withdrawal_does_not_mix_the_versions() {
    for (seed, survivors) in [
        (301, Survivors::Synced),
        (302, Survivors::Names),
        (303, Survivors::NamesAndSomePages { seed: 5 }),
    ] {
        for pages in [0, 9, 40] {
            println!("{survivors:?}, {pages} pages");
            let mut trip = Trip::begin(seed, ParityMode::Off).await;
            // Holes where the old version has none: they must not show what was there.
            let mut now = noise(11, 10 * MIB);
            now[MIB..5 * MIB].fill(0);
            write(&trip.ada, BIG, &now);
            trip.asked().await;
            trip.decide(ChangedChoice::NewVersion).await;
            let more = trip.ada.view(&trip.id).await.durable_bytes + MIB as u64;
            trip.ada
                .until(&trip.id, |view| view.durable_bytes > more)
                .await;
            let kill = Kill::Power { survivors, pages };
            trip.world.kill(&mut trip.bob, kill).await;
            trip.world.start(&mut trip.bob).await;
            trip.finished().await;
            trip.arrived(Some(&now));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_changes_while_its_sender_is_away_is_asked_about() {
    for change in [Change::Shrunk, Change::Gone] {
        let mut trip = Trip::begin(310, ParityMode::Off).await;
        trip.world.kill(&mut trip.ada, Kill::Process).await;
        let now = change.make(&trip.ada);
        trip.world.start(&mut trip.ada).await;
        trip.asked().await;
        trip.decide(ChangedChoice::NewVersion).await;
        trip.finished().await;
        trip.arrived(now.as_deref());
    }
}

/// A scan that a kill interrupted goes on over a tree that has changed since.
#[tokio::test(start_paused = true)]
async fn a_tree_that_changed_while_its_scan_was_away_is_sent_as_far_as_it_is_there() {
    const FILES: u64 = 3000;
    let link = Link {
        delay: Duration::from_millis(10),
        ..Link::default()
    };
    let world = World::new(400, link);
    let mut ada = world.durable_device("ada", |_| {}).await;
    let bob = world
        .durable_device("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    for number in 0..FILES {
        write(&ada, &format!("/home/tree/{number:05}"), b"a file");
    }
    let id = ada.send(&["/home/tree"], &bob).await;
    // At most 1,024 entries are recorded at once.
    while ada.view(&id).await.files == 0 {
        tokio::task::yield_now().await;
    }
    assert!(ada.view(&id).await.files < FILES);
    world.kill(&mut ada, Kill::Process).await;
    write(&ada, "/home/tree/00000-new", b"before what is known");
    write(&ada, "/home/tree/99999", b"behind it");
    ada.disk
        .remove("/home/tree/00001".as_ref())
        .expect("removed");
    ada.disk
        .remove("/home/tree/02500".as_ref())
        .expect("removed");
    write(&ada, "/home/tree/00002", b"another");
    world.start(&mut ada).await;
    let view = ada
        .until(&id, |view| {
            view.state.is_final() || view.reason == Some(Reason::SourceChanged)
        })
        .await;
    if !view.state.is_final() {
        let decision = ChangedRequest {
            id: id.clone(),
            choice: ChangedChoice::NewVersion,
        };
        ada.engine.decide_changed(decision).await.expect("decided");
    }
    ada.finished(&id).await;
    bob.finished(&id).await;
    for (name, content) in [
        ("00000", b"a file" as &[u8]),
        ("02999", b"a file"),
        ("99999", b"behind it"),
    ] {
        let found = bob.disk.read_file(format!("/inbox/tree/{name}"));
        assert_eq!(found.expect("it arrived"), content, "{name}");
    }
    // Sent before the kill, or not any more.
    let found = bob.disk.read_file("/inbox/tree/00002").expect("it arrived");
    assert!([b"a file" as &[u8], b"another"].contains(&&found[..]));
}
