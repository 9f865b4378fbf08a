//! The most that the inbox folder may hold.

use chunkstream_engine::{
    api::{AcceptRequest, Code, SettingsRequest, TransferRequest},
    core::session::State,
};
use chunkstream_sim::{content::noise, links, world::Device};

use crate::offer::{ENOUGH, MIB, assert_same, both, files, many, pair, try_accept, whole_offer};

async fn quota(device: &Device, bytes: u64) {
    let request = SettingsRequest {
        inbox_quota: Some(bytes),
        ..SettingsRequest::default()
    };
    device.engine.change_settings(request).await.expect("set");
}

#[tokio::test(start_paused = true)]
async fn the_inbox_folder_holds_no_more_than_its_quota() {
    let (_world, ada, bob) = pair(20, links::lan()).await;
    files(&bob.disk, &[("/inbox/old/x", &noise(1, 2 * MIB))]);
    files(
        &ada.disk,
        &[
            ("/home/a", &noise(2, 3 * MIB)),
            ("/home/b", &noise(3, 4 * MIB)),
        ],
    );
    quota(&bob, 8 * MIB as u64).await;
    let first = ada.send(&["/home/a"], &bob).await;
    let offer = whole_offer(&bob, &first)
        .await
        .preflight
        .expect("looked at");
    assert_eq!(
        (offer.quota_left, offer.short_by),
        (Some(6 * MIB as u64), 0)
    );
    bob.accept(&first).await;
    ada.finished(&first).await;
    bob.finished(&first).await;
    let second = ada.send(&["/home/b"], &bob).await;
    let offer = whole_offer(&bob, &second)
        .await
        .preflight
        .expect("looked at");
    assert_eq!(
        (offer.quota_left, offer.short_by),
        (Some(3 * MIB as u64), MIB as u64)
    );
    let refused = try_accept(&bob, &second, None).await.expect_err("over it");
    assert_eq!(
        (refused.code, refused.detail.as_deref()),
        (Code::DiskFull, Some("quota"))
    );
    assert!(refused.message.contains("quota"), "{refused}");
    // Elsewhere there is none.
    let request = AcceptRequest {
        id: second.clone(),
        into: Some("/elsewhere".into()),
        ..AcceptRequest::default()
    };
    bob.engine.accept(request).await.expect("no quota there");
    ada.finished(&second).await;
    assert_same(&bob.disk, "/elsewhere/b", &noise(3, 4 * MIB));
}

#[tokio::test(start_paused = true)]
async fn a_transfer_that_the_quota_has_paused_goes_on_when_it_is_raised() {
    let (_world, ada, bob) = pair(21, links::fibre()).await;
    many(&ada.disk);
    files(&ada.disk, &[("/home/many/zz", &noise(1, 2 * MIB))]);
    quota(&bob, MIB as u64).await;
    let id = ada.send(&["/home/many"], &bob).await;
    bob.until(&id, |view| view.files >= ENOUGH).await;
    try_accept(&bob, &id, None).await.expect("fits so far");
    let view = bob.until(&id, |view| view.state == State::Paused).await;
    assert_eq!(
        view.failure.and_then(|failure| failure.detail).as_deref(),
        Some("quota")
    );
    let resume = || bob.engine.resume(TransferRequest { id: id.clone() });
    assert_eq!(resume().await.expect_err("still over").code, Code::DiskFull);
    quota(&bob, 0).await;
    resume().await.expect("no quota");
    both(&ada, &bob, &id, 12_001, 2 * MIB + 12_000).await;
}
