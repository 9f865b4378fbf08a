//! What must work: two strangers pair by a code or a ticket, in as few exchanges as there can be, and the name under
//! which one is known stays. By words it is in `words.rs`.

use chunkstream_engine::{
    api::{JoinRequest, PairState, PairWay, SettingsRequest, TrustRequest},
    core::session::Role,
};
use chunkstream_sim::{links, world::World};
use tokio::time::Instant;

use crate::screens::{code_in, devices, id_of, invite, join_at, known, over};

#[tokio::test(start_paused = true)]
async fn two_strangers_pair_by_a_code_and_send_without_being_asked() {
    let (_world, ada, bob) = devices(1).await;
    let shown = invite(&bob, PairWay::Code).await;
    let code = code_in(&shown);
    let joined = ada.engine.join_device(join_at(&bob, Some(&code))).await;
    assert_eq!(joined.expect("it begins").state, PairState::Connecting);
    for (here, there, name) in [(&ada, &bob, "bob"), (&bob, &ada, "ada")] {
        let view = over(here).await;
        assert_eq!(view.state, PairState::Paired, "{view:?}");
        let device = view.device.expect("who");
        assert_eq!(device.device_id, id_of(there).await);
        assert_eq!(device.name, name);
        assert_eq!((view.code, view.ticket, view.qr), (None, None, None));
        let known = known(here, there).await.expect("known");
        assert_eq!((known.role, known.name.as_str()), (Role::Trusted, name));
    }
    bob.disk
        .write_file("/home/letter.txt", b"hello")
        .expect("written");
    let id = bob.send(&["/home/letter.txt"], &ada).await;
    bob.finished(&id).await;
    assert_eq!(
        ada.disk.read_file("/inbox/letter.txt").expect("there"),
        b"hello"
    );
}

#[tokio::test(start_paused = true)]
async fn two_strangers_pair_by_a_ticket() {
    let (_world, ada, bob) = devices(2).await;
    for way in [PairWay::Code, PairWay::Ticket] {
        let shown = invite(&bob, way).await;
        assert_eq!(shown.code.is_some(), way == PairWay::Code);
        assert!(shown.qr.is_some_and(|rows| rows.len() > 20));
        let request = JoinRequest {
            with: shown.ticket,
            role: Some(Role::Mine),
            name: Some("Bob at home".to_owned()),
            ..JoinRequest::default()
        };
        ada.engine.join_device(request).await.expect("it begins");
        assert_eq!(over(&ada).await.state, PairState::Paired);
        assert_eq!(over(&bob).await.state, PairState::Paired);
        let bob_there = known(&ada, &bob).await.expect("known");
        assert_eq!(
            (bob_there.role, bob_there.name.as_str()),
            (Role::Mine, "Bob at home")
        );
        assert_eq!(known(&bob, &ada).await.expect("known").role, Role::Trusted);
    }
}

#[tokio::test(start_paused = true)]
async fn a_device_keeps_the_name_that_it_had_when_it_was_paired() {
    let (_world, ada, bob) = devices(12).await;
    let code = code_in(&invite(&bob, PairWay::Code).await);
    ada.engine
        .join_device(join_at(&bob, Some(&code)))
        .await
        .expect("it begins");
    assert_eq!(over(&ada).await.state, PairState::Paired);
    over(&bob).await;
    let rename = SettingsRequest {
        name: Some("carol".to_owned()),
        ..SettingsRequest::default()
    };
    bob.engine.change_settings(rename).await.expect("renamed");
    bob.disk.write_file("/home/a", b"a").expect("written");
    let id = bob.send(&["/home/a"], &ada).await;
    bob.finished(&id).await;
    assert_eq!(known(&ada, &bob).await.expect("known").name, "bob");
    // A person may; and what a person has decided stays when the device is paired again.
    let device = id_of(&bob).await;
    let trust = TrustRequest {
        device,
        role: Role::Mine,
        name: Some("Bob".to_owned()),
    };
    ada.engine.trust(trust).await.expect("known");
    let code = code_in(&invite(&bob, PairWay::Code).await);
    ada.engine
        .join_device(join_at(&bob, Some(&code)))
        .await
        .expect("it begins");
    assert_eq!(over(&ada).await.state, PairState::Paired);
    let view = known(&ada, &bob).await.expect("known");
    assert_eq!((view.role, view.name.as_str()), (Role::Mine, "Bob"));
}

#[tokio::test(start_paused = true)]
async fn a_code_takes_three_exchanges_behind_the_handshake_and_a_ticket_two() {
    // A round trip of 100 ms, and no loss.
    let world = World::new(17, links::wan_0());
    for (way, exchanges) in [(PairWay::Code, 3.0), (PairWay::Ticket, 2.0)] {
        let (ada, bob) = (world.device("ada").await, world.device("bob").await);
        let shown = invite(&bob, way).await;
        let began = Instant::now();
        let request = JoinRequest {
            with: shown.code.or(shown.ticket),
            ..join_at(&bob, None)
        };
        ada.engine.join_device(request).await.expect("it begins");
        assert_eq!(over(&ada).await.state, PairState::Paired);
        let round_trips = began.elapsed().as_secs_f64() / 0.1;
        println!("{way:?}: {round_trips:.2} round trips");
        assert!(
            (round_trips - 1.0 - exchanges).abs() < 0.5,
            "{way:?}: {round_trips}"
        );
    }
}
