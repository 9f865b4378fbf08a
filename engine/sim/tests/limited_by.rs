//! What limits a transfer is told by both sides, each as far as it can know. Stages on virtual time, disks on the real
//! clock: a paused one stands still while a disk is waited for.

use std::time::Duration;

use chunkstream_engine::{
    AcceptPolicy,
    api::{DeviceLimitRequest, LimitRequest, SettingsRequest},
    core::limited::LimitedBy,
};
use chunkstream_sim::{
    content::noise,
    links,
    network::Link,
    world::{Device, World},
};

const MIB: usize = 1024 * 1024;
/// Far more than a test on the real clock takes that does not hang.
const PATIENCE: Duration = Duration::from_secs(60);

async fn pair(seed: u64, link: Link) -> (World, Device, Device) {
    let world = World::new(seed, link);
    let ada = world.device("ada").await;
    let bob = world
        .device_with("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    (world, ada, bob)
}

async fn begin(ada: &Device, bob: &Device, mib: usize) -> String {
    let content: Vec<u8> = noise(1, MIB).into_iter().cycle().take(mib * MIB).collect();
    ada.disk.write_file("/home/big", &content).expect("written");
    ada.send(&["/home/big"], bob).await
}

async fn told(device: &Device, id: &str, by: LimitedBy) {
    let wait = device.until(id, |view| view.limited_by == Some(by));
    let seen = tokio::time::timeout(PATIENCE, wait).await;
    assert!(
        seen.is_ok(),
        "{by:?} was never told: {:?}",
        device.view(id).await
    );
}

#[tokio::test(start_paused = true)]
async fn a_link_that_is_full_is_what_limits() {
    let (_world, ada, bob) = pair(1, links::mobile()).await;
    let id = begin(&ada, &bob, 64).await;
    told(&ada, &id, LimitedBy::Network).await;
    let view = ada.finished(&id).await;
    assert_eq!(
        view.limited_by, None,
        "what has ended is limited by nothing"
    );
}

#[tokio::test(start_paused = true)]
async fn each_limit_that_holds_is_told_by_its_name_and_no_longer_when_it_is_lifted() {
    let (_world, ada, bob) = pair(2, links::mobile()).await;
    let id = begin(&ada, &bob, 256).await;
    let limit = |limit| {
        let id = id.clone();
        ada.engine.set_limit(LimitRequest { id, limit })
    };
    limit(1_000_000).await.expect("set");
    told(&ada, &id, LimitedBy::TransferLimit).await;
    let device = |send| {
        ada.engine.limit_device(DeviceLimitRequest {
            device: bob.ticket.clone(),
            send: Some(send),
            receive: None,
        })
    };
    device(500_000).await.expect("set");
    told(&ada, &id, LimitedBy::DeviceLimit).await;
    let engine = |send| {
        ada.engine.change_settings(SettingsRequest {
            send_limit: Some(send),
            ..SettingsRequest::default()
        })
    };
    engine(250_000).await.expect("set");
    told(&ada, &id, LimitedBy::EngineLimit).await;
    engine(0).await.expect("lifted");
    device(0).await.expect("lifted");
    limit(0).await.expect("lifted");
    told(&ada, &id, LimitedBy::Network).await;
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_the_receiver_is_told_by_both_for_as_long_as_it_holds() {
    let (_world, ada, bob) = pair(3, links::mobile()).await;
    let limit = |receive| {
        bob.engine.change_settings(SettingsRequest {
            receive_limit: Some(receive),
            ..SettingsRequest::default()
        })
    };
    limit(500_000).await.expect("set");
    let id = begin(&ada, &bob, 128).await;
    told(&bob, &id, LimitedBy::EngineLimit).await;
    told(&ada, &id, LimitedBy::PeerLimit).await;
    limit(0).await.expect("lifted");
    told(&ada, &id, LimitedBy::Network).await;
    let view = bob.view(&id).await;
    assert_eq!(view.limited_by, None, "the path is the sender's to tell");
}

#[tokio::test(start_paused = true)]
async fn what_a_receiver_has_said_is_said_again_on_each_connection() {
    let (world, ada, bob) = pair(6, links::mobile()).await;
    bob.engine
        .change_settings(SettingsRequest {
            receive_limit: Some(500_000),
            ..SettingsRequest::default()
        })
        .await
        .expect("set");
    let id = begin(&ada, &bob, 128).await;
    for _ in 0..2 {
        told(&ada, &id, LimitedBy::PeerLimit).await;
        world.network.link_down(ada.ip(), bob.ip());
        ada.until(&id, |view| view.limited_by.is_none()).await;
        world.network.link_up(ada.ip(), bob.ip());
    }
    told(&ada, &id, LimitedBy::PeerLimit).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_flushes_too_slowly_is_told_by_both() {
    let (_world, ada, bob) = pair(4, Link::default()).await;
    bob.disk.faults(|faults| faults.stuck_syncs = true);
    let id = begin(&ada, &bob, 96).await;
    told(&bob, &id, LimitedBy::Disk).await;
    told(&ada, &id, LimitedBy::PeerDisk).await;
    bob.disk.faults(|faults| faults.stuck_syncs = false);
    ada.finished(&id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_reads_too_slowly_is_told_as_the_disk() {
    let (_world, ada, bob) = pair(5, Link::default()).await;
    ada.disk
        .faults(|faults| faults.read_wait = Duration::from_millis(400));
    let id = begin(&ada, &bob, 256).await;
    told(&ada, &id, LimitedBy::Disk).await;
    ada.disk.faults(|faults| faults.read_wait = Duration::ZERO);
    ada.finished(&id).await;
}
