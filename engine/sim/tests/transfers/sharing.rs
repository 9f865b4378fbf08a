//! What each transfer has of a line: by its priority, beside those of other devices, and by its limit.

use chunkstream_engine::{api::Code, core::priority::Priority};
use chunkstream_sim::{content::noise, links, world::World};

use crate::{MIB, assert_same, pair};

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
