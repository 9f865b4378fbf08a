//! Words that two persons compare: both say that they are the same, or nobody is paired.

use std::time::Duration;

use chunkstream_engine::api::{Code, Nothing, PairState, PairWay, WordsRequest};

use crate::screens::{
    code_of, compare, comparing, devices, invite, join_at, known, over, strangers, waits,
};

#[tokio::test(start_paused = true)]
async fn two_strangers_pair_by_the_words_on_both_screens() {
    let (_world, ada, bob) = devices(3).await;
    invite(&bob, PairWay::Words).await;
    let (here, there) = compare(&ada, &bob).await;
    assert_eq!(here.words.as_ref().map(Vec::len), Some(4));
    assert_eq!(here.words, there.words);
    assert_eq!(there.device.expect("who").name, "ada");
    strangers(&ada, &bob).await;
    let same = WordsRequest { same: true };
    let agreed = ada.engine.confirm_words(same).await.expect("shown");
    assert_eq!(agreed.state, PairState::Agreed);
    // One person alone pairs nothing.
    tokio::time::sleep(Duration::from_secs(5)).await;
    strangers(&ada, &bob).await;
    bob.engine.confirm_words(same).await.expect("shown");
    assert_eq!(over(&ada).await.state, PairState::Paired);
    assert_eq!(over(&bob).await.state, PairState::Paired);
    assert!(known(&ada, &bob).await.is_some() && known(&bob, &ada).await.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_person_who_sees_other_words_pairs_neither() {
    let (_world, ada, bob) = devices(4).await;
    invite(&bob, PairWay::Words).await;
    compare(&ada, &bob).await;
    // The other has agreed already.
    bob.engine
        .confirm_words(WordsRequest { same: true })
        .await
        .expect("shown");
    ada.engine
        .confirm_words(WordsRequest { same: false })
        .await
        .expect("shown");
    assert_eq!(code_of(&over(&ada).await), Code::WordsDiffer);
    assert_eq!(code_of(&over(&bob).await), Code::WordsDiffer);
    strangers(&ada, &bob).await;
    let again = ada.engine.confirm_words(WordsRequest { same: true }).await;
    assert_eq!(again.expect_err("over").code, Code::IllegalState);
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_leaves_before_a_word_makes_room_for_another() {
    let (world, ada, bob) = devices(5).await;
    let eve = world.device("eve").await;
    invite(&bob, PairWay::Words).await;
    eve.engine
        .join_device(join_at(&bob, None))
        .await
        .expect("it begins");
    comparing(&bob).await;
    ada.engine
        .join_device(join_at(&bob, None))
        .await
        .expect("it begins");
    assert_eq!(
        code_of(&over(&ada).await),
        Code::NotPairing,
        "one at a time"
    );
    comparing(&eve).await;
    eve.engine
        .cancel_pairing(Nothing {})
        .await
        .expect("given up");
    waits(&bob).await;
    ada.engine
        .join_device(join_at(&bob, None))
        .await
        .expect("it begins");
    let shown = comparing(&bob).await;
    assert_eq!(shown.device.expect("who").name, "ada");
    assert_eq!(comparing(&ada).await.words, shown.words);
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_leaves_too_late_makes_room_for_nobody() {
    let (_world, ada, bob) = devices(15).await;
    invite(&bob, PairWay::Words).await;
    tokio::time::sleep(Duration::from_secs(290)).await;
    compare(&ada, &bob).await;
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert_eq!(
        bob.pairing_until(|_| true).await.state,
        PairState::Comparing
    );
    ada.engine
        .cancel_pairing(Nothing {})
        .await
        .expect("given up");
    assert_eq!(code_of(&over(&bob).await), Code::CodeSpent);
}

#[tokio::test(start_paused = true)]
async fn words_that_nobody_compares_pair_nobody() {
    let (_world, ada, bob) = devices(16).await;
    invite(&bob, PairWay::Words).await;
    compare(&ada, &bob).await;
    bob.engine
        .confirm_words(WordsRequest { same: true })
        .await
        .expect("shown");
    tokio::time::sleep(Duration::from_secs(310)).await;
    assert_eq!(code_of(&over(&ada).await), Code::CodeSpent);
    assert_eq!(code_of(&over(&bob).await), Code::CodeSpent);
    strangers(&ada, &bob).await;
}
