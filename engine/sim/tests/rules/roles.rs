//! A rule is nothing without its role: of a device that is to be asked about, and of one that was forgotten.

use chunkstream_core::wire::FromReceiver;
use chunkstream_engine::{
    api::{AuditKind, DeviceRequest, Nothing, TrustRequest},
    core::session::Role,
};

use crate::peer::{answer, file, log, offers, rule, trusted};

#[tokio::test(start_paused = true)]
async fn a_rule_lets_nobody_in_whose_role_does_not() {
    let (_world, bob, peer) = trusted(11, "eve", rule(None, &[], None)).await;
    let ask = TrustRequest {
        device: peer.id().to_string(),
        role: Role::Ask,
        name: None,
    };
    bob.engine.trust(ask).await.expect("a decision");
    let mut talk = offers(&peer, &bob, "eve").await;
    talk.announces(0, vec![file("a", 5)]).await;
    talk.ends(1, 5).await;
    assert_eq!(answer(&mut talk).await, FromReceiver::Waiting);
    let changes = log(&bob, AuditKind::RoleChanged).await;
    assert_eq!(changes[0].detail["from"], "trusted");
    assert_eq!(changes[0].detail["to"], "ask");
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_device_is_a_stranger_again_without_its_rule() {
    let (_world, bob, peer) = trusted(12, "eve", rule(Some(9), &[], None)).await;
    let request = DeviceRequest {
        device: peer.id().to_string(),
    };
    bob.engine.forget(request).await.expect("forgotten");
    let mut talk = offers(&peer, &bob, "eve").await;
    talk.announces(0, vec![file("a", 5)]).await;
    talk.ends(1, 5).await;
    assert_eq!(answer(&mut talk).await, FromReceiver::Waiting);
    let devices = bob.engine.devices(Nothing {}).await.expect("a list");
    let seen = devices
        .iter()
        .find(|view| view.device_id == peer.id().to_string());
    let seen = seen.expect("it was just met");
    assert_eq!(
        (seen.known, seen.role, seen.rule.clone()),
        (false, Role::Ask, None)
    );
    assert_eq!(log(&bob, AuditKind::DeviceForgotten).await.len(), 1);
}
