//! What a person at one end decides is heard at the other: declining, pausing, cancelling.

use chunkstream_engine::{
    api::{Code, TransferRequest},
    core::session::{Reason, State},
};
use chunkstream_sim::{content::noise, links};

use crate::{MIB, assert_same, pair};

#[tokio::test(start_paused = true)]
async fn a_declined_offer_leaves_nothing_and_says_so() {
    let (_world, ada, bob) = pair(9, links::lan()).await;
    ada.disk.write_file("/home/a", b"x").expect("written");
    let id = ada.send(&["/home/a"], &bob).await;
    let offer = bob.offered(&id).await;
    assert_eq!((offer.state, offer.title.as_str()), (State::Created, "a"));
    bob.engine
        .decline(TransferRequest { id: id.clone() })
        .await
        .expect("declined");
    let view = ada.until(&id, |view| view.state.is_final()).await;
    assert_eq!(view.state, State::Cancelled);
    assert_eq!(
        view.failure.map(|failure| failure.code),
        Some(Code::Declined)
    );
    assert!(bob.disk.read_file("/inbox/a").is_err());
}

#[tokio::test(start_paused = true)]
async fn either_side_pauses_and_resumes_and_the_other_is_told() {
    let (_world, ada, bob) = pair(10, links::wan_0()).await;
    let content = noise(10, 64 * MIB);
    ada.disk.write_file("/home/big", &content).expect("written");
    let id = ada.send(&["/home/big"], &bob).await;
    bob.accept(&id).await;
    for (pauses, hears) in [(&ada, &bob), (&bob, &ada)] {
        let begun = ada.view(&id).await.durable_bytes;
        ada.until(&id, |view| view.durable_bytes > begun).await;
        pauses
            .engine
            .pause(TransferRequest { id: id.clone() })
            .await
            .expect("paused");
        hears
            .until(&id, |view| {
                (view.state, view.reason) == (State::Paused, Some(Reason::PausedByPeer))
            })
            .await;
        // What was on its way arrives; then nothing moves.
        tokio::time::sleep(std::time::Duration::from_secs(20)).await;
        let still = ada.view(&id).await.durable_bytes;
        tokio::time::sleep(std::time::Duration::from_secs(20)).await;
        assert_eq!(ada.view(&id).await.durable_bytes, still);
        assert!(still < content.len() as u64);
        pauses
            .engine
            .resume(TransferRequest { id: id.clone() })
            .await
            .expect("resumed");
        hears.until(&id, |view| view.state == State::Active).await;
    }
    ada.finished(&id).await;
    assert_same(&bob.disk, "/inbox/big", &content);
}

#[tokio::test(start_paused = true)]
async fn cancelling_ends_both_sides_and_what_was_received_can_be_removed() {
    for by_sender in [true, false] {
        let (_world, ada, bob) = pair(11, links::wan_0()).await;
        ada.disk
            .write_file("/home/big", &noise(11, 40 * MIB))
            .expect("written");
        let id = ada.send(&["/home/big"], &bob).await;
        bob.accept(&id).await;
        ada.until(&id, |view| view.durable_bytes > 0).await;
        let (acts, hears) = if by_sender {
            (&ada, &bob)
        } else {
            (&bob, &ada)
        };
        acts.engine
            .cancel(TransferRequest { id: id.clone() })
            .await
            .expect("cancelled");
        let told = hears.until(&id, |view| view.state.is_final()).await;
        assert_eq!(told.state, State::Cancelled);
        assert_eq!(
            told.failure.map(|failure| failure.code),
            Some(Code::CancelledByPeer)
        );
        bob.until(&id, |view| view.state.is_final() && view.kept_bytes > 0)
            .await;
        bob.engine
            .remove(TransferRequest { id: id.clone() })
            .await
            .expect("removed");
        let left: Vec<_> = bob
            .disk
            .paths()
            .into_iter()
            .filter(|path| path.starts_with("/inbox/"))
            .collect();
        assert!(
            left.iter().all(|path| path.as_os_str() == "/inbox"),
            "left behind: {left:?}"
        );
    }
}
