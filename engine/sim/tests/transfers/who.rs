//! Who is at the other end: one that is blocked, one that is trusted, and another than the one that was meant.

use chunkstream_engine::{api::Code, core::session::State};
use chunkstream_sim::{links, world::World};

use crate::{assert_same, pair};

#[tokio::test(start_paused = true)]
async fn a_blocked_device_reaches_nothing() {
    let (_world, ada, bob) = pair(14, links::lan()).await;
    bob.engine
        .block(chunkstream_engine::api::DeviceRequest {
            device: ada.ticket.clone(),
        })
        .await
        .expect("blocked");
    ada.disk.write_file("/home/a", b"x").expect("written");
    let id = ada.send(&["/home/a"], &bob).await;
    let view = ada.until(&id, |view| view.state.is_final()).await;
    assert_eq!(
        (view.state, view.failure.map(|failure| failure.code)),
        (State::Failed, Some(Code::IdentityRefused))
    );
    assert!(
        bob.engine
            .transfers(chunkstream_engine::api::Nothing {})
            .await
            .expect("a list")
            .is_empty()
    );
}

#[tokio::test(start_paused = true)]
async fn a_trusted_device_is_not_asked_about() {
    use chunkstream_engine::{AcceptPolicy, api::TrustRequest, core::session::Role};
    let world = World::new(15, links::lan());
    let ada = world.device("ada").await;
    let bob = world
        .device_with("bob", |config| config.accept = AcceptPolicy::ByRole)
        .await;
    let request = TrustRequest {
        device: ada.ticket.clone(),
        role: Role::Trusted,
        name: None,
    };
    bob.engine.trust(request).await.expect("trusted");
    ada.disk.write_file("/home/a", b"x").expect("written");
    let id = ada.send(&["/home/a"], &bob).await;
    ada.finished(&id).await;
    assert_same(&bob.disk, "/inbox/a", b"x");
}

#[tokio::test(start_paused = true)]
async fn somebody_else_at_the_address_gets_nothing() {
    let world = World::new(16, links::lan());
    let (ada, bob, eve) = (
        world.device("ada").await,
        world.device("bob").await,
        world.device("eve").await,
    );
    ada.disk.write_file("/home/a", b"x").expect("written");
    let bobs_id = bob
        .engine
        .identity(chunkstream_engine::api::Nothing {})
        .await
        .expect("an identity")
        .device_id;
    let mut request = ada.request(&["/home/a"], &bob);
    request.targets = vec![format!("{bobs_id}@{}", eve.address)];
    let id = ada.begin(request).await;
    let view = ada.until(&id, |view| view.state.is_final()).await;
    assert_eq!(
        view.failure.map(|failure| failure.code),
        Some(Code::IdentityRefused)
    );
    assert!(
        eve.engine
            .transfers(chunkstream_engine::api::Nothing {})
            .await
            .expect("a list")
            .is_empty()
    );
}
