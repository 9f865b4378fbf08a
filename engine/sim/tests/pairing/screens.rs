//! What two persons do at the screens of their devices, and what they see there.

use chunkstream_engine::{
    AcceptPolicy,
    api::{Code, DeviceView, InviteRequest, JoinRequest, Nothing, PairState, PairWay, PairingView},
    core::pairing::PairingCode,
};
use chunkstream_sim::{
    links,
    network::Link,
    world::{Device, World},
};

pub(crate) async fn devices(seed: u64) -> (World, Device, Device) {
    devices_over(seed, links::lan()).await
}

pub(crate) async fn devices_over(seed: u64, link: Link) -> (World, Device, Device) {
    let world = World::new(seed, link);
    let by_role = |config: &mut chunkstream_engine::EngineConfig| {
        config.accept = AcceptPolicy::ByRole;
    };
    let ada = world.device_with("ada", by_role).await;
    let bob = world.device_with("bob", by_role).await;
    (world, ada, bob)
}

pub(crate) async fn invite(host: &Device, way: PairWay) -> PairingView {
    let request = InviteRequest {
        way,
        ..InviteRequest::default()
    };
    host.engine.invite_device(request).await.expect("it opens")
}

pub(crate) fn join_at(host: &Device, with: Option<&str>) -> JoinRequest {
    JoinRequest {
        with: with.map(str::to_owned),
        at: Some(host.address.to_string()),
        ..JoinRequest::default()
    }
}

/// The guest joins by words; both screens show them.
pub(crate) async fn compare(guest: &Device, host: &Device) -> (PairingView, PairingView) {
    guest
        .engine
        .join_device(join_at(host, None))
        .await
        .expect("it begins");
    (comparing(guest).await, comparing(host).await)
}

pub(crate) async fn comparing(device: &Device) -> PairingView {
    device
        .pairing_until(|view| view.state == PairState::Comparing)
        .await
}

pub(crate) async fn over(device: &Device) -> PairingView {
    device.pairing_until(|view| view.state.is_final()).await
}

pub(crate) async fn waits(device: &Device) -> PairingView {
    device
        .pairing_until(|view| view.state == PairState::Waiting)
        .await
}

/// Why it failed.
#[track_caller]
pub(crate) fn code_of(view: &PairingView) -> Code {
    assert_eq!(view.state, PairState::Failed, "{view:?}");
    view.failure.as_ref().expect("a reason").code
}

/// What one device has decided about another; None if nothing.
pub(crate) async fn known(at: &Device, other: &Device) -> Option<DeviceView> {
    let id = id_of(other).await;
    let devices = at.engine.devices(Nothing {}).await.expect("a list");
    let mut devices = devices.into_iter();
    devices.find(|view| view.known && view.device_id == id)
}

pub(crate) async fn id_of(device: &Device) -> String {
    let identity = device.engine.identity(Nothing {}).await;
    identity.expect("an identity").device_id
}

pub(crate) async fn strangers(ada: &Device, bob: &Device) {
    assert_eq!(known(ada, bob).await, None);
    assert_eq!(known(bob, ada).await, None);
}

pub(crate) fn code_in(view: &PairingView) -> String {
    view.code.clone().expect("a code")
}

/// Another code, without a typing error.
pub(crate) fn another(code: &str) -> String {
    let digits: String = code.chars().filter(char::is_ascii_digit).take(8).collect();
    let number: u64 = digits.parse().expect("eight digits");
    PairingCode::from_random((number + 1).to_le_bytes()).to_string()
}
