//! Space on the receiver's disk: told before Accept, promised once, reserved, and missed in time.

use chunkstream_engine::{
    AcceptPolicy,
    api::{Code, TransferRequest},
    core::session::{Reason, State},
};
use chunkstream_sim::{content::noise, links, world::World};

use crate::offer::{
    ENOUGH, MIB, assert_same, both, files, inbox, many, pair, try_accept, whole_offer,
};

#[tokio::test(start_paused = true)]
async fn an_offer_says_what_it_needs_and_what_is_there() {
    let (_world, ada, bob) = pair(10, links::lan()).await;
    files(
        &ada.disk,
        &[("/home/a", &noise(1, 3 * MIB)), ("/home/b", b"x")],
    );
    files(&bob.disk, &[("/inbox/b", b"mine")]);
    bob.disk
        .faults(|faults| faults.capacity = Some(MIB as u64 + 4));
    let id = ada.send(&["/home/a", "/home/b"], &bob).await;
    let offer = whole_offer(&bob, &id).await.preflight.expect("looked at");
    assert_eq!(offer.needed_bytes, 3 * MIB as u64 + 1);
    assert_eq!(offer.free_bytes, Some(MIB as u64));
    assert_eq!(offer.short_by, 2 * MIB as u64 + 1);
    assert_eq!(offer.quota_left, None);
    assert_eq!(
        (offer.existing_count, &offer.existing[..]),
        (1, &["b".to_owned()][..])
    );
}

#[tokio::test(start_paused = true)]
async fn what_does_not_fit_is_refused_by_how_much_and_the_offer_stands() {
    let (_world, ada, bob) = pair(11, links::lan()).await;
    let content = noise(11, 3 * MIB);
    files(&ada.disk, &[("/home/a", &content)]);
    bob.disk.faults(|faults| faults.capacity = Some(MIB as u64));
    let id = ada.send(&["/home/a"], &bob).await;
    whole_offer(&bob, &id).await;
    let refused = try_accept(&bob, &id, None).await.expect_err("no room");
    assert_eq!(refused.code, Code::DiskFull);
    assert!(
        refused.message.contains("2.1 MB more are needed"),
        "{refused}"
    );
    assert!(refused.message.contains("another folder"), "{refused}");
    let view = bob.view(&id).await;
    assert_eq!(view.state, State::Created);
    assert!(inbox(&bob.disk).is_empty());
    bob.disk.faults(|faults| faults.capacity = None);
    bob.accept(&id).await;
    ada.finished(&id).await;
    assert_same(&bob.disk, "/inbox/a", &content);
}

#[tokio::test(start_paused = true)]
async fn what_was_promised_to_one_transfer_is_not_free_for_another() {
    let (_world, ada, bob) = pair(12, links::wan_0()).await;
    files(
        &ada.disk,
        &[
            ("/home/a", &noise(1, 12 * MIB)),
            ("/home/b", &noise(2, 12 * MIB)),
        ],
    );
    bob.disk
        .faults(|faults| faults.capacity = Some(20 * MIB as u64));
    let first = ada.send(&["/home/a"], &bob).await;
    bob.accept(&first).await;
    let second = ada.send(&["/home/b"], &bob).await;
    let offer = whole_offer(&bob, &second)
        .await
        .preflight
        .expect("looked at");
    assert_eq!(offer.short_by, 4 * MIB as u64, "{offer:?}");
    let refused = try_accept(&bob, &second, None).await.expect_err("no room");
    assert_eq!(refused.code, Code::DiskFull);
    ada.finished(&first).await;
}

#[tokio::test(start_paused = true)]
async fn an_offer_that_does_not_fit_waits_for_a_person_even_from_a_trusted_device() {
    let world = World::new(13, links::lan());
    let ada = world.device("ada").await;
    let bob = world
        .device_with("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    files(&ada.disk, &[("/home/a", &noise(13, 3 * MIB))]);
    bob.disk.faults(|faults| faults.capacity = Some(MIB as u64));
    let id = ada.send(&["/home/a"], &bob).await;
    let view = bob
        .until(&id, |view| view.reason == Some(Reason::WaitingForAnswer))
        .await;
    assert_eq!(view.state, State::Created);
    assert_eq!(
        view.failure.map(|failure| failure.code),
        Some(Code::DiskFull)
    );
    assert_eq!(view.preflight.expect("looked at").short_by, 2 * MIB as u64);
    ada.until(&id, |view| view.reason == Some(Reason::WaitingForAnswer))
        .await;
    bob.disk.faults(|faults| faults.capacity = None);
    try_accept(&bob, &id, None).await.expect("room");
    assert_eq!(ada.finished(&id).await.files, 1);
}

#[tokio::test(start_paused = true)]
async fn space_is_reserved_and_zeros_give_it_back() {
    let (_world, ada, bob) = pair(14, links::wan_0()).await;
    let mut content = noise(14, 8 * MIB);
    files(&ada.disk, &[("/home/full", &content)]);
    content[2 * MIB..6 * MIB].fill(0);
    files(&ada.disk, &[("/home/sparse", &content)]);
    let full = ada.send(&["/home/full"], &bob).await;
    bob.accept(&full).await;
    let begun = bob.until(&full, |view| view.durable_bytes > 0).await;
    assert!(begun.durable_bytes < 8 * MIB as u64);
    assert_eq!(bob.disk.used(), 8 * MIB as u64);
    ada.finished(&full).await;
    let sparse = ada.send(&["/home/sparse"], &bob).await;
    bob.accept(&sparse).await;
    ada.finished(&sparse).await;
    assert_same(&bob.disk, "/inbox/sparse", &content);
    assert_eq!(bob.disk.used(), 12 * MIB as u64);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_finds_no_space_when_it_begins_pauses_before_a_byte_of_it_is_written() {
    let (_world, ada, bob) = pair(15, links::lan()).await;
    let content = noise(15, 8 * MIB);
    files(&ada.disk, &[("/home/a", &content)]);
    let id = ada.send(&["/home/a"], &bob).await;
    bob.accept(&id).await;
    bob.disk
        .faults(|faults| faults.capacity = Some(7 * MIB as u64));
    bob.until(&id, |view| {
        (view.state, view.reason) == (State::Paused, Some(Reason::DiskFull))
    })
    .await;
    assert_eq!(bob.disk.used(), 0);
    bob.disk.faults(|faults| faults.capacity = None);
    bob.engine
        .resume(TransferRequest { id: id.clone() })
        .await
        .expect("resumed");
    ada.finished(&id).await;
    assert_same(&bob.disk, "/inbox/a", &content);
}

#[tokio::test(start_paused = true)]
async fn entries_that_come_after_accept_and_do_not_fit_pause() {
    let (_world, ada, bob) = pair(16, links::fibre()).await;
    many(&ada.disk);
    ada.disk
        .write_sparse("/home/many/zz", 64 * MIB as u64)
        .expect("written");
    bob.disk
        .faults(|faults| faults.capacity = Some(32 * MIB as u64));
    let id = ada.send(&["/home/many"], &bob).await;
    bob.until(&id, |view| view.files >= ENOUGH).await;
    try_accept(&bob, &id, None).await.expect("fits so far");
    let view = bob.until(&id, |view| view.state == State::Paused).await;
    assert_eq!(view.reason, Some(Reason::DiskFull));
    let failure = view.failure.expect("a reason");
    assert!(failure.message.contains("more are needed"), "{failure}");
    bob.disk.faults(|faults| faults.capacity = None);
    bob.engine
        .resume(TransferRequest { id: id.clone() })
        .await
        .expect("resumed");
    both(&ada, &bob, &id, 12_001, 64 * MIB + 12_000).await;
}
