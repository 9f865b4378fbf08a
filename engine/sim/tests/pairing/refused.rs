//! Pairings that do not begin: nothing to pair with, nobody there, or a request that makes no sense.

use chunkstream_engine::{
    api::{Code, InviteRequest, JoinRequest, Nothing, PairState, PairWay},
    core::session::Role,
};

use crate::screens::{another, code_in, code_of, devices, invite, join_at, over, strangers, waits};

#[tokio::test(start_paused = true)]
async fn nobody_pairs_with_a_device_that_shows_nothing() {
    let (_world, ada, bob) = devices(10).await;
    let old = code_in(&invite(&bob, PairWay::Code).await);
    bob.engine
        .cancel_pairing(Nothing {})
        .await
        .expect("given up");
    assert_eq!(over(&bob).await.state, PairState::Cancelled);
    for with in [Some(old.as_str()), None] {
        ada.engine
            .join_device(join_at(&bob, with))
            .await
            .expect("it begins");
        assert_eq!(code_of(&over(&ada).await), Code::NotPairing, "{with:?}");
    }
    // Nor in another way than the one that is open.
    invite(&bob, PairWay::Words).await;
    let request = join_at(&bob, Some(&another(&old)));
    ada.engine.join_device(request).await.expect("it begins");
    assert_eq!(code_of(&over(&ada).await), Code::NotPairing);
    assert_eq!(waits(&bob).await.way, PairWay::Words);
    strangers(&ada, &bob).await;
}

#[tokio::test(start_paused = true)]
async fn what_makes_no_sense_is_refused_before_anything_is_dialled() {
    let (_world, ada, bob) = devices(13).await;
    let code = code_in(&invite(&bob, PairWay::Code).await);
    let join = |with: Option<&str>, at: Option<&str>| JoinRequest {
        with: with.map(str::to_owned),
        at: at.map(str::to_owned),
        ..JoinRequest::default()
    };
    let own = ada.ticket.clone();
    for (request, code) in [
        (join(Some(&code), None), Code::BadTarget),
        (join(None, None), Code::BadTarget),
        (join(Some("chunkstream1xyz"), None), Code::BadTarget),
        (join(Some(&bob.ticket), None), Code::BadTarget),
        (join(Some(&own), None), Code::BadTarget),
        (join(Some("12"), Some("10.0.0.2")), Code::Usage),
    ] {
        let refused = ada.engine.join_device(request.clone()).await;
        assert_eq!(refused.expect_err("refused").code, code, "{request:?}");
    }
    for request in [
        InviteRequest {
            minutes: Some(0),
            ..InviteRequest::default()
        },
        InviteRequest {
            role: Some(Role::Blocked),
            ..InviteRequest::default()
        },
        InviteRequest {
            name: Some("a\u{1b}b".to_owned()),
            ..InviteRequest::default()
        },
    ] {
        let refused = bob.engine.invite_device(request).await;
        assert_eq!(refused.expect_err("refused").code, Code::Usage);
    }
    assert_eq!(waits(&bob).await.code, Some(code), "what was open stays");
}

#[tokio::test(start_paused = true)]
async fn a_device_that_is_not_there_is_unreachable() {
    let (world, ada, bob) = devices(14).await;
    let code = code_in(&invite(&bob, PairWay::Code).await);
    world.network.unplug(bob.address);
    ada.engine
        .join_device(join_at(&bob, Some(&code)))
        .await
        .expect("it begins");
    assert_eq!(code_of(&over(&ada).await), Code::Unreachable);
}
