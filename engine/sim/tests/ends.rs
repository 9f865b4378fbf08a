//! How transfers end, and begin again: each side hears of the end, a retry keeps what is durable, and the
//! same paths sent once more are the same transfer.

use std::{net::IpAddr, path::Path, time::Duration};

use chunkstream_engine::{
    AcceptPolicy,
    api::{Again, Code},
    core::session::{Reason, State},
};
use chunkstream_sim::{
    content::noise,
    network::Link,
    world::{Device, Kill, World, request},
};

const MIB: usize = 1024 * 1024;

fn link() -> Link {
    Link {
        rate_bits: Some(40_000_000),
        delay: Duration::from_millis(10),
        queue_bytes: Some(256 * 1024),
        ..Link::default()
    }
}

/// Two durable devices, and 8 MiB of which 3 have arrived.
async fn half_way(seed: u64, accept: AcceptPolicy) -> (World, Device, Device, String, Vec<u8>) {
    let world = World::new(seed, link());
    let ada = world.durable_device("ada", |_| {}).await;
    let bob = world
        .durable_device("bob", move |config| config.accept = accept)
        .await;
    let content = noise(seed, 8 * MIB);
    ada.disk.write_file("/home/a", &content).expect("written");
    let id = ada.send(&["/home/a"], &bob).await;
    if accept == AcceptPolicy::Ask {
        bob.accept(&id).await;
    }
    ada.until(&id, |view| view.durable_bytes > 3 * MIB as u64)
        .await;
    (world, ada, bob, id, content)
}

fn arrived_once(bob: &Device, content: &[u8]) {
    let found = bob.disk.read_file("/inbox/a").expect("it is there");
    assert!(found == content, "{} bytes differ", found.len());
    let others: Vec<_> = bob
        .disk
        .paths()
        .into_iter()
        .filter(|path| {
            path.starts_with("/inbox") && *path != Path::new("/inbox") && !path.ends_with("a")
        })
        .collect();
    assert!(others.is_empty(), "beside it: {others:?}");
}

/// Chunks of 512 KiB that were sent in all, over what the file has: what the interruption cost.
fn again(chunks: u64, content: &[u8]) -> u64 {
    chunks.saturating_sub(content.len().div_ceil(512 * 1024) as u64)
}

#[tokio::test(start_paused = true)]
async fn a_cancel_on_either_side_reaches_the_other_over_a_dead_link_a_kill_and_a_new_address() {
    for by_sender in [true, false] {
        let (world, mut ada, mut bob, id, _) = half_way(1, AcceptPolicy::All).await;
        world.network.link_down(ada.ip(), bob.ip());
        let (actor, other) = if by_sender {
            (&mut ada, &mut bob)
        } else {
            (&mut bob, &mut ada)
        };
        actor.engine.cancel(request(&id)).await.expect("cancelled");
        other
            .until(&id, |view| view.reason == Some(Reason::Reconnecting))
            .await;
        world.kill(actor, Kill::Process).await;
        world.start(actor).await;
        world.move_device(actor, IpAddr::from([10, 0, 0, 77]));
        world.network.link_up(actor.ip(), other.ip());
        let view = other.until(&id, |view| view.state.is_final()).await;
        assert_eq!(view.state, State::Cancelled);
        assert_eq!(
            view.failure.expect("a reason").code,
            Code::CancelledByPeer,
            "by_sender {by_sender}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_receipt_reaches_a_sender_that_was_killed_before_it_though_the_receiver_has_moved() {
    let (world, mut ada, mut bob, id, content) = half_way(2, AcceptPolicy::All).await;
    // What is on its way arrives, the acknowledgements do not.
    bob.until(&id, |view| view.durable_bytes == content.len() as u64)
        .await;
    world.kill(&mut ada, Kill::Process).await;
    bob.finished(&id).await;
    world.start(&mut ada).await;
    world.move_device(&mut bob, IpAddr::from([10, 0, 0, 77]));
    ada.finished(&id).await;
    arrived_once(&bob, &content);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_transfer_is_retried_by_either_side_and_keeps_what_was_durable() {
    // Who cancels, who retries.
    for (sender_cancels, sender_retries) in [(true, true), (false, true), (false, false)] {
        let (_world, ada, bob, id, content) = half_way(3, AcceptPolicy::Ask).await;
        let canceller = if sender_cancels { &ada } else { &bob };
        canceller
            .engine
            .cancel(request(&id))
            .await
            .expect("cancelled");
        let sent = ada.until(&id, |view| view.state == State::Cancelled).await;
        let kept = bob.until(&id, |view| view.state == State::Cancelled).await;
        let kept = if kept.kept_bytes > 0 {
            kept
        } else {
            bob.until(&id, |view| view.kept_bytes > 0).await
        };
        assert!(kept.kept_bytes > 3 * MIB as u64, "{}", kept.kept_bytes);
        let retrier = if sender_retries { &ada } else { &bob };
        retrier.engine.retry(request(&id)).await.expect("retried");
        if !sender_cancels && sender_retries {
            // A person ended it here: a person is asked again.
            bob.until(&id, |view| {
                view.state == State::Created && view.reason == Some(Reason::WaitingForAnswer)
            })
            .await;
            bob.accept(&id).await;
        }
        ada.until(&id, |view| !view.state.is_final()).await;
        let done = ada.finished(&id).await;
        bob.finished(&id).await;
        arrived_once(&bob, &content);
        let chunks = sent.stats.chunks_sent + done.stats.chunks_sent;
        let more = again(chunks, &content);
        assert!(
            more <= 10,
            "{more} chunks were sent again ({sender_cancels}, {sender_retries})"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_senders_person_has_cancelled_is_not_begun_again_by_the_receivers() {
    let (_world, ada, bob, id, _) = half_way(4, AcceptPolicy::Ask).await;
    ada.engine.cancel(request(&id)).await.expect("cancelled");
    bob.until(&id, |view| view.state == State::Cancelled).await;
    bob.engine.retry(request(&id)).await.expect("it begins");
    let view = bob.until(&id, |view| view.state == State::Cancelled).await;
    assert_eq!(view.failure.expect("a reason").code, Code::CancelledByPeer);
    assert_eq!(ada.view(&id).await.state, State::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn a_declined_offer_can_be_made_again() {
    let world = World::new(5, link());
    let ada = world.device("ada").await;
    let bob = world.device("bob").await;
    ada.disk.write_file("/home/a", b"x").expect("written");
    let id = ada.send(&["/home/a"], &bob).await;
    bob.offered(&id).await;
    bob.engine.decline(request(&id)).await.expect("declined");
    let view = ada.until(&id, |view| view.state.is_final()).await;
    assert_eq!(view.failure.expect("a reason").code, Code::Declined);
    ada.engine.retry(request(&id)).await.expect("retried");
    bob.until(&id, |view| view.state == State::Created).await;
    bob.accept(&id).await;
    ada.finished(&id).await;
    arrived_once(&bob, b"x");
    let refused = ada.engine.retry(request(&id)).await.expect_err("completed");
    assert_eq!(refused.code, Code::IllegalState);
}

#[tokio::test(start_paused = true)]
async fn the_same_paths_to_the_same_device_go_on_where_they_were() {
    let (world, mut ada, bob, id, content) = half_way(6, AcceptPolicy::All).await;
    let before = ada.view(&id).await.stats.chunks_sent;
    world.kill(&mut ada, Kill::Process).await;
    world.start(&mut ada).await;
    let sent = ada
        .engine
        .send(ada.request(&["/home/a"], &bob))
        .await
        .expect("sent");
    assert_eq!(sent.transfers, std::slice::from_ref(&id));
    assert_eq!(sent.taken_up, std::slice::from_ref(&id));
    let done = ada.finished(&id).await;
    bob.finished(&id).await;
    arrived_once(&bob, &content);
    let more = again(before + done.stats.chunks_sent, &content);
    assert!(more <= 10, "{more} chunks were sent again");
    // What has arrived is sent anew, as is what is asked for as new.
    let anew = ada
        .engine
        .send(ada.request(&["/home/a"], &bob))
        .await
        .expect("sent");
    assert!(anew.taken_up.is_empty() && anew.transfers != sent.transfers);
    let mut request = ada.request(&["/home/a"], &bob);
    request.again = Again::New;
    let beside = ada.engine.send(request).await.expect("sent");
    assert!(beside.taken_up.is_empty() && beside.transfers != anew.transfers);
}

#[tokio::test(start_paused = true)]
async fn bytes_that_somebody_removed_while_the_receiver_was_away_come_again() {
    let (world, ada, mut bob, id, content) = half_way(7, AcceptPolicy::All).await;
    world.kill(&mut bob, Kill::Process).await;
    let staging = bob
        .disk
        .paths()
        .into_iter()
        .find(|path| path.to_string_lossy().contains(".chunkstream-") && path.ends_with("a"))
        .expect("a partial file");
    chunkstream_engine::disk::Disk::remove(&bob.disk, &staging).expect("removed");
    world.start(&mut bob).await;
    ada.finished(&id).await;
    bob.finished(&id).await;
    arrived_once(&bob, &content);
}

#[tokio::test(start_paused = true)]
async fn a_retry_into_another_folder_leaves_nothing_in_the_first() {
    let (_world, ada, bob, id, content) = half_way(8, AcceptPolicy::Ask).await;
    bob.engine.cancel(request(&id)).await.expect("cancelled");
    ada.until(&id, |view| view.state == State::Cancelled).await;
    ada.engine.retry(request(&id)).await.expect("retried");
    bob.until(&id, |view| view.state == State::Created).await;
    let accept = chunkstream_engine::api::AcceptRequest {
        id: id.clone(),
        into: Some("/elsewhere".to_owned()),
        ..Default::default()
    };
    bob.engine.accept(accept).await.expect("accepted");
    ada.finished(&id).await;
    bob.finished(&id).await;
    let found = bob.disk.read_file("/elsewhere/a").expect("it is there");
    assert!(found == content);
    let left = bob.staged();
    assert!(left.is_empty(), "left behind: {left:?}");
}

#[tokio::test(start_paused = true)]
async fn removing_a_cancelled_transfer_removes_what_was_kept() {
    let (_world, ada, bob, id, _) = half_way(9, AcceptPolicy::Ask).await;
    bob.engine.cancel(request(&id)).await.expect("cancelled");
    ada.until(&id, |view| view.state == State::Cancelled).await;
    bob.until(&id, |view| view.kept_bytes > 0).await;
    bob.engine.remove(request(&id)).await.expect("removed");
    let left = bob.staged();
    assert!(left.is_empty(), "left behind: {left:?}");
}
