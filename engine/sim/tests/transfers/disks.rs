//! What happens to disks meanwhile: a source changes, a target is full or cannot be written.

use chunkstream_engine::{
    api::{Code, TransferRequest},
    core::session::{Reason, State},
};
use chunkstream_sim::{content::noise, links};

use crate::{MIB, assert_same, pair};

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
