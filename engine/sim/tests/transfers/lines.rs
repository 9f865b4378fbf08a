//! What the line between two devices does: it loses, reorders, doubles, damages, is long, and is gone for a minute.

use chunkstream_engine::core::{
    chunk::{Geometry, ParityMode},
    session::Reason,
};
use chunkstream_sim::{content::noise, links};

use crate::{MIB, assert_same, pair};

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
