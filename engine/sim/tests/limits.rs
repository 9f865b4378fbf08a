//! Limits on bytes per second, in virtual time: of a transfer, a device and the engine, in both directions, changed
//! while transfers run.

use std::time::Duration;

use chunkstream_engine::{
    AcceptPolicy,
    api::{Code, DeviceLimitRequest, LimitRequest, SendRequest, SettingsRequest, TransferView},
    core::{priority::Priority, session::State},
};
use chunkstream_sim::{
    content::noise,
    links,
    network::Link,
    world::{Device, World},
};
use tokio::time::{Instant, sleep};

const MB: u64 = 1_000_000;
const MIB: usize = 1024 * 1024;
/// Longer than any start of a transfer on these links.
const UNDER_WAY: Duration = Duration::from_secs(2);
/// Over which the rate is measured.
const WINDOW: Duration = Duration::from_secs(10);

/// A sender and so many receivers that accept everything.
async fn one_to(receivers: usize, seed: u64, link: Link) -> (World, Device, Vec<Device>) {
    let world = World::new(seed, link);
    let ada = world.device("ada").await;
    let mut devices = Vec::new();
    for number in 0..receivers {
        let name = format!("bob-{number}");
        let device = world.device_with(&name, |config| config.accept = AcceptPolicy::All);
        devices.push(device.await);
    }
    (world, ada, devices)
}

/// A file of this name and length is sent.
async fn begin(
    ada: &Device,
    bob: &Device,
    name: &str,
    bytes: usize,
    change: impl FnOnce(&mut SendRequest),
) -> String {
    let path = format!("/home/{name}");
    // A test has to tell apart what is sent and what is a hole; not one noise from another.
    let content: Vec<u8> = noise(1, MIB).into_iter().cycle().take(bytes).collect();
    ada.disk.write_file(&path, &content).expect("written");
    let mut request = ada.request(&[&path], bob);
    change(&mut request);
    ada.begin(request).await
}

async fn durable(device: &Device, ids: &[String]) -> u64 {
    let mut sum = 0;
    for id in ids {
        sum += device.view(id).await.durable_bytes;
    }
    sum
}

/// Durable bytes per second of all these transfers together, over ten seconds.
async fn rate(device: &Device, ids: &[String]) -> f64 {
    let before = durable(device, ids).await;
    sleep(WINDOW).await;
    (durable(device, ids).await - before) as f64 / WINDOW.as_secs_f64()
}

fn assert_is(found: f64, limit: u64) {
    let off = found / limit as f64 - 1.0;
    println!("{found:.0} of {limit} bytes/s: {:+.2} %", off * 100.0);
    assert!(off.abs() < 0.03, "{found:.0} bytes/s at a limit of {limit}");
}

async fn settings(device: &Device, request: SettingsRequest) {
    let changed = device.engine.change_settings(request).await;
    changed.expect("the settings are taken");
}

#[tokio::test(start_paused = true)]
async fn the_limit_of_a_transfer_holds_within_three_percent() {
    let (_world, ada, bobs) = one_to(1, 1, links::fibre()).await;
    let id = begin(&ada, &bobs[0], "big", 20 * MIB, |request| {
        request.limit = Some(MB);
    })
    .await;
    sleep(UNDER_WAY).await;
    assert_eq!(ada.view(&id).await.limit, Some(MB));
    assert_is(rate(&ada, &[id]).await, MB);
}

#[tokio::test(start_paused = true)]
async fn the_send_limit_holds_for_one_two_and_ten_transfers_and_shares_it_equally() {
    for count in [1, 2, 10] {
        let (_world, ada, bobs) = one_to(1, 2, links::fibre()).await;
        settings(
            &ada,
            SettingsRequest {
                send_limit: Some(4 * MB),
                ..SettingsRequest::default()
            },
        )
        .await;
        let mut ids = Vec::new();
        for number in 0..count {
            let bytes = 64 * MIB / count;
            let small = |request: &mut SendRequest| request.chunk_size = Some(64 * 1024);
            ids.push(begin(&ada, &bobs[0], &format!("big-{number}"), bytes, small).await);
        }
        sleep(UNDER_WAY).await;
        let before: Vec<u64> = each(&ada, &ids).await;
        assert_is(rate(&ada, &ids).await, 4 * MB);
        let moved = each(&ada, &ids).await.into_iter().zip(before);
        for moved in moved.map(|(after, before)| after - before) {
            let share = moved as f64 * count as f64 / (40.0 * MB as f64);
            assert!((0.9..1.1).contains(&share), "a share of {share:.2}");
        }
    }
}

async fn each(device: &Device, ids: &[String]) -> Vec<u64> {
    let mut found = Vec::new();
    for id in ids {
        found.push(device.view(id).await.durable_bytes);
    }
    found
}

#[tokio::test(start_paused = true)]
async fn two_devices_share_the_send_limit_and_a_limited_one_leaves_the_rest_to_the_other() {
    let (_world, ada, bobs) = one_to(2, 3, links::fibre()).await;
    settings(
        &ada,
        SettingsRequest {
            send_limit: Some(4 * MB),
            ..SettingsRequest::default()
        },
    )
    .await;
    let small = |request: &mut SendRequest| request.chunk_size = Some(64 * 1024);
    let first = begin(&ada, &bobs[0], "first", 100 * MIB, small).await;
    let second = begin(&ada, &bobs[1], "second", 100 * MIB, small).await;
    sleep(UNDER_WAY).await;
    let before = durable(&ada, std::slice::from_ref(&first)).await;
    assert_is(rate(&ada, &[first.clone(), second.clone()]).await, 4 * MB);
    let share = (durable(&ada, std::slice::from_ref(&first)).await - before) as f64 / 4e7;
    assert!((0.45..0.55).contains(&share), "{share:.2} for the first");

    let view = ada
        .engine
        .limit_device(DeviceLimitRequest {
            device: bobs[0].ticket.clone(),
            send: Some(MB),
            receive: None,
        })
        .await
        .expect("a limit");
    assert_eq!((view.send_limit, view.receive_limit), (Some(MB), None));
    sleep(Duration::from_secs(1)).await;
    let before = durable(&ada, std::slice::from_ref(&second)).await;
    assert_is(rate(&ada, &[first]).await, MB);
    let rest = (durable(&ada, &[second]).await - before) as f64 / WINDOW.as_secs_f64();
    assert_is(rest, 3 * MB);
}

#[tokio::test(start_paused = true)]
async fn the_receive_limits_hold_for_two_senders_and_for_one_of_them() {
    let world = World::new(4, links::fibre());
    let bob = world
        .device_with("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    let (ada, eve) = (world.device("ada").await, world.device("eve").await);
    settings(
        &bob,
        SettingsRequest {
            receive_limit: Some(4 * MB),
            ..SettingsRequest::default()
        },
    )
    .await;
    let small = |request: &mut SendRequest| request.chunk_size = Some(64 * 1024);
    let ids = [
        begin(&ada, &bob, "first", 200 * MIB, small).await,
        begin(&eve, &bob, "second", 200 * MIB, small).await,
    ];
    sleep(UNDER_WAY).await;
    assert_is(rate(&bob, &ids).await, 4 * MB);
    bob.engine
        .limit_device(DeviceLimitRequest {
            device: eve.ticket.clone(),
            send: None,
            receive: Some(MB),
        })
        .await
        .expect("a limit");
    sleep(Duration::from_secs(1)).await;
    // Bytes become durable in steps of a quarter of a second, which is much of one window at this rate.
    let twice = [rate(&bob, &ids[1..]).await, rate(&bob, &ids[1..]).await];
    assert_is(f64::midpoint(twice[0], twice[1]), MB);
    // What a person says arrives in spite of all that waits to be read.
    bob.engine
        .cancel(chunkstream_sim::world::request(&ids[1]))
        .await
        .expect("cancelled");
    eve.until(&ids[1], |view| view.state == State::Cancelled)
        .await;
}

#[tokio::test(start_paused = true)]
async fn lifting_a_limit_takes_effect_within_a_round_trip() {
    let link = links::wan_0();
    let round_trip = link.delay * 2;
    let (world, ada, bobs) = one_to(1, 5, link).await;
    let id = begin(&ada, &bobs[0], "big", 64 * MIB, |request| {
        request.limit = Some(MB);
    })
    .await;
    sleep(UNDER_WAY).await;
    let sent = || world.network.counters(ada.ip(), bobs[0].ip()).sent_bytes;
    // In the worst moment: a chunk has just gone and its debt is not paid.
    let before = sent();
    while sent() == before {
        sleep(Duration::from_millis(1)).await;
    }
    let before = sent();
    sleep(round_trip).await;
    let limited = sent() - before;
    let request = LimitRequest {
        id: id.clone(),
        limit: 0,
    };
    let before = sent();
    ada.engine.set_limit(request).await.expect("lifted");
    sleep(round_trip).await;
    let lifted = sent() - before;
    println!("{limited} bytes in a round trip at 1 MB/s, {lifted} in the one after the change");
    assert!(
        lifted > 3 * limited.max(100_000),
        "{limited}, then {lifted}"
    );
    let view = ada.finished(&id).await;
    assert_eq!(view.limit, None);
}

#[tokio::test(start_paused = true)]
async fn critical_goes_first_under_a_limit_and_nobody_starves() {
    let (_world, ada, bobs) = one_to(2, 6, links::fibre()).await;
    settings(
        &ada,
        SettingsRequest {
            send_limit: Some(2 * MB),
            ..SettingsRequest::default()
        },
    )
    .await;
    let small = |request: &mut SendRequest| request.chunk_size = Some(64 * 1024);
    let bulk = begin(&ada, &bobs[0], "bulk", 100 * MIB, small).await;
    sleep(UNDER_WAY).await;
    // To another device and to the same one.
    for (number, bob) in bobs.iter().enumerate() {
        let began = Instant::now();
        let before = durable(&ada, std::slice::from_ref(&bulk)).await;
        let urgent = begin(
            &ada,
            bob,
            &format!("urgent-{number}"),
            4_000_000,
            |request| {
                request.priority = Priority::Critical;
                request.chunk_size = Some(64 * 1024);
            },
        )
        .await;
        ada.finished(&urgent).await;
        let took = began.elapsed().as_secs_f64();
        println!("4 MB at 2 MB/s, before everything else: {took:.2} s");
        assert!(took < 2.6, "{took:.2} s");
        sleep(UNDER_WAY).await;
        assert!(durable(&ada, std::slice::from_ref(&bulk)).await > before + MB);
    }
}

#[tokio::test(start_paused = true)]
async fn sending_again_with_another_limit_changes_it_and_it_is_kept_over_a_restart() {
    let world = World::new(7, links::fibre());
    let mut ada = world.durable_device("ada", |_| {}).await;
    let bob = world
        .device_with("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    let id = begin(&ada, &bob, "big", 100 * MIB, |request| {
        request.limit = Some(MB);
    })
    .await;
    sleep(UNDER_WAY).await;
    let mut request = ada.request(&["/home/big"], &bob);
    request.limit = Some(3 * MB);
    let again = ada.engine.send(request).await.expect("taken up");
    assert_eq!(again.taken_up, std::slice::from_ref(&id));
    sleep(Duration::from_secs(1)).await;
    assert_is(rate(&ada, std::slice::from_ref(&id)).await, 3 * MB);
    // Without a limit said, it stays.
    ada.engine
        .send(ada.request(&["/home/big"], &bob))
        .await
        .expect("taken up");
    assert_eq!(ada.view(&id).await.limit, Some(3 * MB));
    ada.engine
        .limit_device(DeviceLimitRequest {
            device: bob.ticket.clone(),
            send: Some(MB),
            receive: Some(5),
        })
        .await
        .expect("a limit");
    world
        .kill(&mut ada, chunkstream_sim::world::Kill::Process)
        .await;
    world.start(&mut ada).await;
    assert_eq!(ada.view(&id).await.limit, Some(3 * MB));
    ada.until(&id, |view| view.state == State::Active && view.rate > 0)
        .await;
    sleep(UNDER_WAY).await;
    assert_is(rate(&ada, &[id]).await, MB);
}

#[tokio::test(start_paused = true)]
async fn who_receives_or_has_ended_has_no_limit_to_set() {
    let (_world, ada, bobs) = one_to(1, 8, links::fibre()).await;
    let id = begin(&ada, &bobs[0], "small", 1000, |_| {}).await;
    let view: TransferView = ada.finished(&id).await;
    assert_eq!(view.limit, None);
    for device in [&ada, &bobs[0]] {
        let request = LimitRequest {
            id: id.clone(),
            limit: MB,
        };
        let refused = device.engine.set_limit(request).await;
        assert_eq!(
            refused.map_err(|failure| failure.code),
            Err(Code::IllegalState)
        );
    }
}
