//! Transfers to a device that is away: they wait, survive restarts, begin by themselves, and have an order.

use std::time::Duration;

use chunkstream_engine::{
    AcceptPolicy,
    api::{Code, OutboxOrder, SettingsRequest, TransferRequest},
    core::{
        priority::Priority,
        session::{Reason, State},
    },
};
use chunkstream_sim::{
    network::Link,
    world::{Device, Kill, World},
};

fn link() -> Link {
    Link {
        rate_bits: Some(40_000_000),
        delay: Duration::from_millis(10),
        queue_bytes: Some(256 * 1024),
        ..Link::default()
    }
}

/// A device that is there and one that was, and has gone.
async fn one_is_away(seed: u64) -> (World, Device, Device) {
    let world = World::new(seed, link());
    let ada = world.durable_device("ada", |_| {}).await;
    let mut bob = world
        .durable_device("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    world.kill(&mut bob, Kill::Process).await;
    (world, ada, bob)
}

async fn set(device: &Device, request: SettingsRequest) {
    device
        .engine
        .change_settings(request)
        .await
        .expect("settings are changed");
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_a_device_survives_a_restart_and_begins_when_the_device_is_back() {
    let (world, mut ada, mut bob) = one_is_away(1).await;
    ada.disk.write_file("/home/a", b"waited").expect("written");
    let id = ada.send(&["/home/a"], &bob).await;
    ada.until(&id, |view| view.reason == Some(Reason::WaitingForDevice))
        .await;
    world.kill(&mut ada, Kill::Process).await;
    world.start(&mut ada).await;
    // Over the night.
    tokio::time::sleep(Duration::from_secs(10 * 3600)).await;
    let view = ada.view(&id).await;
    assert_eq!(
        (view.state, view.reason, view.deadline_ms),
        (State::Preparing, Some(Reason::WaitingForDevice), None)
    );
    world.start(&mut bob).await;
    ada.finished(&id).await;
    assert_eq!(
        bob.disk.read_file("/inbox/a").expect("it is there"),
        b"waited"
    );
}

#[tokio::test(start_paused = true)]
async fn a_device_that_does_not_come_in_time_is_given_up_and_can_be_tried_again() {
    let (world, mut ada, mut bob) = one_is_away(2).await;
    set(
        &ada,
        SettingsRequest {
            outbox_hours: Some(2),
            ..SettingsRequest::default()
        },
    )
    .await;
    ada.disk.write_file("/home/a", b"late").expect("written");
    let id = ada.send(&["/home/a"], &bob).await;
    let view = ada.view(&id).await;
    assert_eq!(view.deadline_ms, Some(view.created_ms + 2 * 3_600_000));
    world.kill(&mut ada, Kill::Process).await;
    world.start(&mut ada).await;
    let begun = tokio::time::Instant::now();
    tokio::time::sleep(Duration::from_secs(4000)).await;
    assert_eq!(ada.view(&id).await.state, State::Preparing);
    let view = ada.until(&id, |view| view.state.is_final()).await;
    let waited = begun.elapsed();
    assert!(
        waited > Duration::from_secs(7000) && waited < Duration::from_secs(7300),
        "{waited:?}"
    );
    assert_eq!(view.state, State::Failed);
    assert_eq!(view.failure.expect("a reason").code, Code::Unreachable);
    world.start(&mut bob).await;
    let request = TransferRequest { id: id.clone() };
    ada.engine.retry(request).await.expect("retried");
    ada.until(&id, |view| view.state == State::Completed).await;
    assert_eq!(ada.view(&id).await.deadline_ms, None);
}

#[tokio::test(start_paused = true)]
async fn the_outbox_goes_in_its_order_and_what_is_critical_does_not_wait() {
    const BIG: usize = 6 * 1024 * 1024;
    for (order, first, second) in [
        (OutboxOrder::Oldest, "/home/big", "/home/small"),
        (OutboxOrder::Smallest, "/home/small", "/home/big"),
    ] {
        let (world, ada, mut bob) = one_is_away(3).await;
        set(
            &ada,
            SettingsRequest {
                outbox_order: Some(order),
                ..SettingsRequest::default()
            },
        )
        .await;
        for (path, len) in [("big", BIG), ("small", BIG / 2), ("urgent", BIG / 4)] {
            ada.disk
                .write_file(format!("/home/{path}"), &vec![7; len])
                .expect("written");
        }
        let big = ada.send(&["/home/big"], &bob).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let small = ada.send(&["/home/small"], &bob).await;
        let mut request = ada.request(&["/home/urgent"], &bob);
        request.priority = Priority::Critical;
        let urgent = ada.begin(request).await;
        world.start(&mut bob).await;
        let of = |path| if path == "/home/big" { &big } else { &small };
        let (first, second) = (of(first), of(second));
        ada.until(second, |view| view.reason == Some(Reason::Queued))
            .await;
        ada.finished(&urgent).await;
        assert_ne!(ada.view(second).await.state, State::Completed);
        // The second begins when the first has ended, and not before.
        ada.until(first, |view| {
            view.durable_bytes > 0 || view.state.is_final()
        })
        .await;
        assert_eq!(ada.view(second).await.durable_bytes, 0);
        ada.finished(first).await;
        ada.finished(second).await;
    }
}
