//! What subscribers are told again when something about a device changes, and how much of a transfer.

use std::{collections::BTreeSet, time::Duration};

use chunkstream_engine::{
    Updates,
    api::{TrustRequest, Update},
    core::session::Role,
};
use chunkstream_sim::{
    links,
    world::{Device, World},
};

/// All updates until nothing has come for a while.
async fn until_calm(updates: &mut Updates) -> Vec<Update> {
    let mut all = Vec::new();
    while let Ok(Some(update)) = tokio::time::timeout(Duration::from_secs(90), updates.next()).await
    {
        all.push(update);
    }
    all
}

async fn completed(ada: &Device, to: &Device, path: &str) -> String {
    ada.disk.write_file(path, b"x").expect("written");
    let id = ada.send(&[path], to).await;
    to.offered(&id).await;
    to.accept(&id).await;
    ada.finished(&id).await;
    to.finished(&id).await;
    id
}

fn ids(updates: &[Update]) -> BTreeSet<String> {
    let all = updates.iter().flat_map(|update| &update.transfers);
    all.map(|view| view.id.clone()).collect()
}

#[tokio::test(start_paused = true)]
async fn rows_are_told_again_only_when_what_they_show_of_their_device_has_changed() {
    let world = World::new(31, links::lan());
    let (ada, bob, eve) = (
        world.device("ada").await,
        world.device("bob").await,
        world.device("eve").await,
    );
    let first = completed(&ada, &bob, "/home/a").await;
    let second = completed(&ada, &bob, "/home/b").await;
    let third = completed(&ada, &eve, "/home/c").await;

    let mut updates = ada.engine.subscribe();
    let all = until_calm(&mut updates).await;
    assert_eq!(
        ids(&all[..1]),
        BTreeSet::from([first.clone(), second.clone(), third])
    );

    // It goes: devices have changed, and no row of a transfer.
    bob.engine.shutdown().await;
    let told = until_calm(&mut updates).await;
    assert!(told.iter().any(|update| update.devices.is_some()));
    assert_eq!(ids(&told), BTreeSet::new());

    // It is given a name: that stands in its rows, and in no others.
    let decide = |role| {
        ada.engine.trust(TrustRequest {
            device: bob.ticket.clone(),
            role,
            name: Some("studio".to_owned()),
        })
    };
    decide(Role::Ask).await.expect("a decision");
    let told = until_calm(&mut updates).await;
    assert_eq!(ids(&told), BTreeSet::from([first.clone(), second.clone()]));
    let last = told.last().expect("an update");
    assert!(
        last.transfers
            .iter()
            .all(|view| view.peer.name == "studio" && view.peer.known)
    );

    // So does its role; the same once more is no news.
    decide(Role::Trusted).await.expect("a decision");
    let told = until_calm(&mut updates).await;
    assert_eq!(ids(&told), BTreeSet::from([first, second]));
    decide(Role::Trusted).await.expect("a decision");
    let told = until_calm(&mut updates).await;
    assert!(told.iter().any(|update| update.devices.is_some()));
    assert_eq!(ids(&told), BTreeSet::new());
}

#[tokio::test(start_paused = true)]
async fn entries_are_told_of_an_offer_and_else_only_to_whoever_asks() {
    let world = World::new(32, links::lan());
    let (ada, bob) = (world.device("ada").await, world.device("bob").await);
    ada.disk.write_file("/home/set/a", b"x").expect("written");
    let id = ada.send(&["/home/set"], &bob).await;
    let offer = bob.until(&id, |view| view.preview.len() == 2).await;
    assert_eq!(offer.preview[1].path, "set/a");
    assert_eq!(bob.view(&id).await.preview, offer.preview);
    bob.accept(&id).await;
    for device in [&ada, &bob] {
        let ended = device.finished(&id).await;
        assert_eq!(ended.preview, []);
        assert_eq!(device.view(&id).await.preview, offer.preview);
        let mut updates = device.engine.subscribe();
        let all = updates.next().await.expect("everything");
        assert_eq!(all.transfers[0].preview, []);
    }
}
