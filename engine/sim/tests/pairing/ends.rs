//! How a pairing ends: both hear of it, and a connection that came to nothing is closed.

use chunkstream_engine::api::{Code, Nothing, PairState, PairWay, WordsRequest};
use chunkstream_sim::{links, network::Link, world::Device};

use crate::screens::{
    another, code_in, code_of, compare, comparing, devices, devices_over, invite, join_at, over,
    waits,
};

/// A network that loses every fifth packet.
fn lossy() -> Link {
    Link {
        loss: 0.2,
        ..links::lan()
    }
}

/// As a command does, which ends when it has seen the end; the last words may be lost on the way, and are said again.
#[tokio::test(start_paused = true)]
async fn an_engine_that_stops_at_the_end_of_a_pairing_has_said_how_it_ended() {
    for seed in 100..120 {
        let (_world, ada, bob) = devices_over(seed, lossy()).await;
        invite(&bob, PairWay::Words).await;
        compare(&ada, &bob).await;
        let (says, hears) = if seed % 2 == 0 {
            (&ada, &bob)
        } else {
            (&bob, &ada)
        };
        let differ = WordsRequest { same: false };
        says.engine.confirm_words(differ).await.expect("shown");
        assert_eq!(code_of(&over(says).await), Code::WordsDiffer);
        says.engine.shutdown().await;
        assert_eq!(code_of(&over(hears).await), Code::WordsDiffer);
    }
    for seed in 120..140 {
        let (_world, ada, bob) = devices_over(seed, lossy()).await;
        let wrong = another(&code_in(&invite(&bob, PairWay::Code).await));
        let join = join_at(&bob, Some(&wrong));
        ada.engine.join_device(join).await.expect("it begins");
        assert_eq!(code_of(&over(&bob).await), Code::WrongCode);
        bob.engine.shutdown().await;
        assert_eq!(code_of(&over(&ada).await), Code::WrongCode);
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_for_a_pairing_that_came_to_nothing_is_closed() {
    let (_world, ada, bob) = devices(18).await;
    let code = code_in(&invite(&bob, PairWay::Code).await);
    let online = async |at: &Device| {
        let devices = at.engine.devices(Nothing {}).await.expect("a list");
        devices.iter().any(|view| view.online)
    };
    let closed = async |at: &Device| {
        let mut updates = at.engine.subscribe();
        while online(at).await {
            updates.next().await.expect("it runs");
        }
    };
    let wrong = another(&code);
    ada.engine
        .join_device(join_at(&bob, Some(&wrong)))
        .await
        .expect("it begins");
    over(&ada).await;
    over(&bob).await;
    closed(&bob).await;
    // Given up while the other person compares.
    invite(&bob, PairWay::Words).await;
    ada.engine
        .join_device(join_at(&bob, None))
        .await
        .expect("it begins");
    comparing(&ada).await;
    ada.engine
        .cancel_pairing(Nothing {})
        .await
        .expect("given up");
    waits(&bob).await;
    closed(&bob).await;
    // One that comes to something stays.
    let code = code_in(&invite(&bob, PairWay::Code).await);
    ada.engine
        .join_device(join_at(&bob, Some(&code)))
        .await
        .expect("it begins");
    assert_eq!(over(&ada).await.state, PairState::Paired);
    assert!(online(&bob).await && online(&ada).await);
}
