//! Codes and tickets that are wrong, mistyped, late or stolen.

use std::time::Duration;

use chunkstream_engine::api::{Code, InviteRequest, JoinRequest, PairState, PairWay};

use crate::screens::{another, code_in, code_of, devices, id_of, invite, join_at, over, strangers};

#[tokio::test(start_paused = true)]
async fn a_wrong_code_pairs_nobody_and_burns_the_right_one() {
    let (_world, ada, bob) = devices(6).await;
    let code = code_in(&invite(&bob, PairWay::Code).await);
    let wrong = another(&code);
    ada.engine
        .join_device(join_at(&bob, Some(&wrong)))
        .await
        .expect("it begins");
    assert_eq!(code_of(&over(&ada).await), Code::WrongCode);
    let shown = over(&bob).await;
    assert_eq!(code_of(&shown), Code::WrongCode);
    assert_eq!((shown.code, shown.ticket), (None, None));
    assert_eq!(
        shown.device.expect("who did it").device_id,
        id_of(&ada).await
    );
    ada.engine
        .join_device(join_at(&bob, Some(&code)))
        .await
        .expect("it begins");
    assert_eq!(code_of(&over(&ada).await), Code::CodeSpent);
    strangers(&ada, &bob).await;
}

#[tokio::test(start_paused = true)]
async fn a_typing_error_is_told_here_and_costs_no_guess() {
    let (_world, ada, bob) = devices(7).await;
    let code = code_in(&invite(&bob, PairWay::Code).await);
    let last = code
        .chars()
        .last()
        .and_then(|digit| digit.to_digit(10))
        .expect("a digit");
    let typo = format!("{}{}", &code[..code.len() - 1], (last + 1) % 10);
    let refused = ada.engine.join_device(join_at(&bob, Some(&typo))).await;
    assert_eq!(refused.expect_err("a typing error").code, Code::Usage);
    ada.engine
        .join_device(join_at(&bob, Some(&code)))
        .await
        .expect("it begins");
    assert_eq!(over(&ada).await.state, PairState::Paired);
}

#[tokio::test(start_paused = true)]
async fn a_code_expires_and_a_ticket_lives_as_long_as_its_maker_says() {
    let (_world, ada, bob) = devices(8).await;
    let code = code_in(&invite(&bob, PairWay::Code).await);
    tokio::time::sleep(Duration::from_secs(301)).await;
    assert_eq!(code_of(&over(&bob).await), Code::CodeSpent);
    ada.engine
        .join_device(join_at(&bob, Some(&code)))
        .await
        .expect("it begins");
    assert_eq!(code_of(&over(&ada).await), Code::CodeSpent);
    for (wait, state) in [(59, PairState::Paired), (61, PairState::Failed)] {
        let request = InviteRequest {
            way: PairWay::Ticket,
            minutes: Some(60),
            ..InviteRequest::default()
        };
        let ticket = bob
            .engine
            .invite_device(request)
            .await
            .expect("it opens")
            .ticket;
        tokio::time::sleep(Duration::from_secs(60 * wait)).await;
        let request = JoinRequest {
            with: ticket,
            ..JoinRequest::default()
        };
        ada.engine.join_device(request).await.expect("it begins");
        assert_eq!(over(&ada).await.state, state, "{wait}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stolen_ticket_is_refused_when_it_has_been_used() {
    let (world, ada, bob) = devices(9).await;
    let eve = world.device("eve").await;
    let ticket = invite(&bob, PairWay::Ticket).await.ticket;
    let request = JoinRequest {
        with: ticket,
        ..JoinRequest::default()
    };
    ada.engine
        .join_device(request.clone())
        .await
        .expect("it begins");
    assert_eq!(over(&ada).await.state, PairState::Paired);
    assert_eq!(over(&bob).await.state, PairState::Paired);
    eve.engine.join_device(request).await.expect("it begins");
    assert_eq!(code_of(&over(&eve).await), Code::CodeSpent);
    strangers(&eve, &bob).await;
}

#[tokio::test(start_paused = true)]
async fn an_address_that_was_wrong_too_often_burns_no_more_codes() {
    let (world, ada, bob) = devices(11).await;
    let eve = world.device("eve").await;
    for _ in 0..3 {
        let wrong = another(&code_in(&invite(&bob, PairWay::Code).await));
        eve.engine
            .join_device(join_at(&bob, Some(&wrong)))
            .await
            .expect("it begins");
        assert_eq!(code_of(&over(&eve).await), Code::WrongCode);
        over(&bob).await;
    }
    let code = code_in(&invite(&bob, PairWay::Code).await);
    let wrong = another(&code);
    eve.engine
        .join_device(join_at(&bob, Some(&wrong)))
        .await
        .expect("it begins");
    assert_eq!(code_of(&over(&eve).await), Code::NotPairing);
    ada.engine
        .join_device(join_at(&bob, Some(&code)))
        .await
        .expect("it begins");
    assert_eq!(over(&ada).await.state, PairState::Paired);
}
