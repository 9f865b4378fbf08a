//! A start takes up what was not finished while other devices call already. On the real clock: a paused one stands still
//! while the database is read, and nobody could call then.

use std::time::Duration;

use chunkstream_engine::{AcceptPolicy, core::session::State};
use chunkstream_sim::{
    network::Link,
    world::{Kill, World, request},
};

const FILES: usize = 2_000;
const MIB: usize = 1024 * 1024;
/// Far more than the test takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// The receiver owed the sender the end of another transfer and called it at once. What the sender offered then was not
/// taken up yet, and it was told that this had failed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_offered_while_a_start_takes_it_up_goes_on() {
    let link = Link {
        rate_bits: Some(400_000_000),
        ..Link::default()
    };
    let world = World::new(1, link);
    let ada = world.durable_device("ada", |_| {}).await;
    let mut bob = world
        .durable_device("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    for n in 0..FILES {
        let path = format!("/home/many/{n}");
        ada.disk.write_file(&path, b"one of many").expect("written");
    }
    let big = vec![7; 16 * MIB];
    ada.disk.write_file("/home/many/z", &big).expect("written");
    ada.disk.write_file("/home/other", &big).expect("written");
    let other = ada.send(&["/home/other"], &bob).await;
    let many = ada.send(&["/home/many"], &bob).await;
    bob.until(&many, |view| {
        view.scan_complete && view.durable_bytes > 0 && view.files == FILES as u64 + 1
    })
    .await;
    world.network.link_down(ada.ip(), bob.ip());
    bob.engine.cancel(request(&other)).await.expect("cancelled");
    assert!(!bob.view(&many).await.state.is_final());
    world.kill(&mut bob, Kill::Process).await;
    world.network.link_up(ada.ip(), bob.ip());
    world.start(&mut bob).await;
    let ended = ada.until(&many, |view| view.state.is_final());
    let ended = tokio::time::timeout(PATIENCE, ended).await.expect("an end");
    assert_eq!(ended.state, State::Completed, "{:?}", ended.failure);
    let told = ada.until(&other, |view| view.state.is_final());
    let told = tokio::time::timeout(PATIENCE, told).await.expect("an end");
    assert_eq!(told.state, State::Cancelled);
}
