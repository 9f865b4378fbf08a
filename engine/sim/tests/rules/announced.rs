//! Sizes and types: what a peer announces counts, before Accept and behind it, whatever it says of its end.

use std::time::Duration;

use chunkstream_core::{
    id::FileId,
    wire::{FromReceiver, FromSender, PauseCause},
};
use chunkstream_engine::{
    api::{AuditKind, Code, Nothing},
    core::session::{Reason, State},
};
use chunkstream_sim::world::{Kill, request};

use crate::peer::{
    TRANSFER, answer, content, durable, file, held, log, offers, rule, sends, trusted, view,
};

#[tokio::test(start_paused = true)]
async fn one_byte_more_than_the_rule_lets_in_is_a_question() {
    let (_world, bob, peer) = trusted(2, "eve", rule(Some(1_000), &[], None)).await;
    let mut talk = offers(&peer, &bob, "eve").await;
    talk.announces(0, vec![file("a", 600), file("b", 401)])
        .await;
    talk.ends(2, 1_001).await;
    assert_eq!(answer(&mut talk).await, FromReceiver::Waiting);
    let view = view(&bob).await;
    assert_eq!(
        (view.state, view.failure.map(|why| why.code)),
        (State::Created, Some(Code::OverRule))
    );
    bob.accept(&TRANSFER.to_string()).await;
    assert_eq!(
        answer(&mut talk).await,
        FromReceiver::Accept { paused: None }
    );
    sends(&mut talk, 0, 600).await;
    sends(&mut talk, 1, 401).await;
    let receipt = FromReceiver::Receipt {
        files: 2,
        bytes: 1_001,
    };
    assert_eq!(
        answer(&mut talk).await,
        receipt,
        "a person may take what a rule may not"
    );
}

#[tokio::test(start_paused = true)]
async fn an_announcement_that_does_not_end_decides_nothing() {
    let (_world, bob, peer) = trusted(3, "eve", rule(Some(1_000), &["txt"], None)).await;
    let mut talk = offers(&peer, &bob, "eve").await;
    talk.announces(0, vec![file("a.txt", 1)]).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(view(&bob).await.state, State::Created);
    // The rest is of another type.
    talk.announces(1, vec![file("a.txt.exe", 1)]).await;
    talk.ends(2, 2).await;
    assert_eq!(answer(&mut talk).await, FromReceiver::Waiting);
}

#[tokio::test(start_paused = true)]
async fn a_type_that_is_announced_after_accept_stops_the_transfer() {
    let (_world, bob, peer) = trusted(4, "eve", rule(None, &["txt"], None)).await;
    let mut talk = offers(&peer, &bob, "eve").await;
    talk.announces(0, vec![file("a.txt", 10)]).await;
    talk.ends(1, 10).await;
    assert_eq!(
        answer(&mut talk).await,
        FromReceiver::Accept { paused: None }
    );
    // Neither with content nor without.
    talk.announces(
        1,
        vec![file("run.exe", 20), file("empty.sh", 0), file("b.txt", 30)],
    )
    .await;
    talk.ends(4, 60).await;
    assert_eq!(
        answer(&mut talk).await,
        FromReceiver::Pause(PauseCause::ByPerson)
    );
    for (file, len) in [(1, 20), (0, 10), (3, 30)] {
        sends(&mut talk, file, len).await;
    }
    durable(&bob, 10).await;
    held(&bob, &["run.exe", "empty.sh", "b.txt"]).await;
    // To resume all others is no decision about this one.
    bob.engine.resume_all(Nothing {}).await.expect("done");
    held(&bob, &["run.exe", "empty.sh", "b.txt"]).await;
    let resumed = bob.engine.resume(request(&TRANSFER.to_string())).await;
    resumed.expect("a person decides");
    assert_eq!(answer(&mut talk).await, FromReceiver::Resume);
    talk.tells_root(2, b"").await;
    let receipt = FromReceiver::Receipt {
        files: 4,
        bytes: 60,
    };
    assert_eq!(answer(&mut talk).await, receipt);
    assert_eq!(
        bob.disk.read_file("/inbox/run.exe").expect("there"),
        content(20)
    );
    let accepted = log(&bob, AuditKind::OfferAccepted).await;
    let by: Vec<&str> = accepted
        .iter()
        .map(|entry| entry.detail["by"].as_str())
        .collect();
    assert_eq!(by, ["person", "rule"]);
}

#[tokio::test(start_paused = true)]
async fn a_transfer_that_grows_over_its_size_stops_whatever_it_says_of_its_end() {
    let (_world, bob, peer) = trusted(5, "eve", rule(Some(100), &[], None)).await;
    let mut talk = offers(&peer, &bob, "eve").await;
    talk.announces(0, vec![file("a", 90)]).await;
    talk.ends(1, 90).await;
    assert_eq!(
        answer(&mut talk).await,
        FromReceiver::Accept { paused: None }
    );
    talk.announces(1, vec![file("b", 10)]).await;
    talk.announces(2, vec![file("c", 1)]).await;
    assert_eq!(
        answer(&mut talk).await,
        FromReceiver::Pause(PauseCause::ByPerson)
    );
    for (file, len) in [(2, 1), (0, 90), (1, 10)] {
        sends(&mut talk, file, len).await;
    }
    durable(&bob, 100).await;
    held(&bob, &["c"]).await;
    let cancelled = bob.engine.cancel(request(&TRANSFER.to_string())).await;
    cancelled.expect("a person decides");
    assert!(matches!(answer(&mut talk).await, FromReceiver::End(_)));
}

#[tokio::test(start_paused = true)]
async fn a_larger_version_of_a_withdrawn_file_counts_and_the_withdrawn_one_does_not() {
    let (_world, bob, peer) = trusted(6, "eve", rule(Some(100), &[], None)).await;
    let mut talk = offers(&peer, &bob, "eve").await;
    talk.announces(0, vec![file("a", 90)]).await;
    talk.ends(1, 90).await;
    assert_eq!(
        answer(&mut talk).await,
        FromReceiver::Accept { paused: None }
    );
    talk.says(&FromSender::Withdraw(vec![FileId(0)])).await;
    talk.announces(1, vec![file("a", 95)]).await;
    talk.says(&FromSender::Withdraw(vec![FileId(1)])).await;
    talk.announces(2, vec![file("a", 101)]).await;
    assert_eq!(
        answer(&mut talk).await,
        FromReceiver::Pause(PauseCause::ByPerson)
    );
    sends(&mut talk, 2, 101).await;
    held(&bob, &[]).await;
    assert_eq!(view(&bob).await.durable_bytes, 0);
}

#[tokio::test(start_paused = true)]
async fn a_rule_holds_over_a_restart_and_on_another_connection() {
    let (world, mut bob, peer) = trusted(7, "eve", rule(Some(100), &["txt"], None)).await;
    let mut talk = offers(&peer, &bob, "eve").await;
    talk.announces(0, vec![file("a.txt", 90)]).await;
    talk.ends(1, 90).await;
    assert_eq!(
        answer(&mut talk).await,
        FromReceiver::Accept { paused: None }
    );
    world.kill(&mut bob, Kill::Process).await;
    drop(talk);
    world.start(&mut bob).await;
    let mut talk = offers(&peer, &bob, "eve").await;
    talk.announces(0, vec![file("a.txt", 90), file("b.txt", 11)])
        .await;
    talk.ends(2, 101).await;
    held(&bob, &["b.txt"]).await;
    // And when it has been held before.
    world.kill(&mut bob, Kill::Process).await;
    drop(talk);
    world.start(&mut bob).await;
    let mut talk = offers(&peer, &bob, "eve").await;
    talk.announces(0, vec![file("a.txt", 90), file("b.txt", 11)])
        .await;
    talk.ends(2, 101).await;
    assert_eq!(
        answer(&mut talk).await,
        FromReceiver::Accept {
            paused: Some(PauseCause::ByPerson)
        }
    );
    sends(&mut talk, 1, 11).await;
    sends(&mut talk, 0, 90).await;
    durable(&bob, 90).await;
    assert_eq!(view(&bob).await.reason, Some(Reason::OverRule));
}
