//! Pairing as two persons see it: first what must work, then each way in which it must not. Whoever stands between is in
//! `pairing_between.rs`.

use std::time::Duration;

use chunkstream_engine::{
    AcceptPolicy,
    api::{
        Code, DeviceView, InviteRequest, JoinRequest, Nothing, PairState, PairWay, PairingView,
        SettingsRequest, TrustRequest, WordsRequest,
    },
    core::{pairing::PairingCode, session::Role},
};
use chunkstream_sim::{
    links,
    network::Link,
    world::{Device, World},
};
use tokio::time::Instant;

async fn devices(seed: u64) -> (World, Device, Device) {
    devices_over(seed, links::lan()).await
}

/// A network that loses every fifth packet.
fn lossy() -> Link {
    Link {
        loss: 0.2,
        ..links::lan()
    }
}

async fn devices_over(seed: u64, link: Link) -> (World, Device, Device) {
    let world = World::new(seed, link);
    let by_role = |config: &mut chunkstream_engine::EngineConfig| {
        config.accept = AcceptPolicy::ByRole;
    };
    let ada = world.device_with("ada", by_role).await;
    let bob = world.device_with("bob", by_role).await;
    (world, ada, bob)
}

async fn invite(host: &Device, way: PairWay) -> PairingView {
    let request = InviteRequest {
        way,
        ..InviteRequest::default()
    };
    host.engine.invite_device(request).await.expect("it opens")
}

fn join_at(host: &Device, with: Option<&str>) -> JoinRequest {
    JoinRequest {
        with: with.map(str::to_owned),
        at: Some(host.address.to_string()),
        ..JoinRequest::default()
    }
}

/// The guest joins by words; both screens show them.
async fn compare(guest: &Device, host: &Device) -> (PairingView, PairingView) {
    guest
        .engine
        .join_device(join_at(host, None))
        .await
        .expect("it begins");
    (comparing(guest).await, comparing(host).await)
}

async fn comparing(device: &Device) -> PairingView {
    device
        .pairing_until(|view| view.state == PairState::Comparing)
        .await
}

async fn over(device: &Device) -> PairingView {
    device.pairing_until(|view| view.state.is_final()).await
}

async fn waits(device: &Device) -> PairingView {
    device
        .pairing_until(|view| view.state == PairState::Waiting)
        .await
}

/// Why it failed.
#[track_caller]
fn code_of(view: &PairingView) -> Code {
    assert_eq!(view.state, PairState::Failed, "{view:?}");
    view.failure.as_ref().expect("a reason").code
}

/// What one device has decided about another; None if nothing.
async fn known(at: &Device, other: &Device) -> Option<DeviceView> {
    let id = id_of(other).await;
    let devices = at.engine.devices(Nothing {}).await.expect("a list");
    let mut devices = devices.into_iter();
    devices.find(|view| view.known && view.device_id == id)
}

async fn id_of(device: &Device) -> String {
    let identity = device.engine.identity(Nothing {}).await;
    identity.expect("an identity").device_id
}

async fn strangers(ada: &Device, bob: &Device) {
    assert_eq!(known(ada, bob).await, None);
    assert_eq!(known(bob, ada).await, None);
}

fn code_in(view: &PairingView) -> String {
    view.code.clone().expect("a code")
}

/// Another code, without a typing error.
fn another(code: &str) -> String {
    let digits: String = code.chars().filter(char::is_ascii_digit).take(8).collect();
    let number: u64 = digits.parse().expect("eight digits");
    PairingCode::from_random((number + 1).to_le_bytes()).to_string()
}

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
