//! Finding devices in the local network: who is found by whom, what that is good for, and what it cannot be abused for.

use std::{net::SocketAddr, time::Duration};

use chunkstream_engine::{
    EngineConfig,
    api::{
        Code, InviteRequest, JoinRequest, NearbyRequest, NearbyView, Nothing, PairState, PairWay,
        PairingView, SettingsRequest, TrustRequest, Visibility,
    },
    core::{
        device::DeviceId,
        nearby::{Announcement, MAX_SIGHTS, Txt, Veil, Who},
        session::{Reason, Role, State},
    },
};
use chunkstream_sim::{
    lan::{LIFE, Lan},
    links,
    world::{Device, Kill, World},
};
use tokio::time::Instant;

/// What two devices may take to find each other.
const FOUND: Duration = Duration::from_secs(3);

fn on(lan: &Lan) -> impl Fn(&mut EngineConfig) + Send + Sync + 'static {
    let lan = lan.clone();
    move |config| config.discovery = Some(std::sync::Arc::new(lan.clone()))
}

async fn devices(seed: u64) -> (World, Lan, Device, Device) {
    let (world, lan) = (World::new(seed, links::lan()), Lan::new());
    let ada = world.device_with("ada", on(&lan)).await;
    let bob = world.device_with("bob", on(&lan)).await;
    (world, lan, ada, bob)
}

async fn id_of(device: &Device) -> String {
    let identity = device.engine.identity(Nothing {}).await;
    identity.expect("an identity").device_id
}

async fn raw_id_of(device: &Device) -> DeviceId {
    id_of(device).await.parse().expect("an id")
}

async fn nearby(device: &Device) -> NearbyView {
    let request = NearbyRequest::default();
    device.engine.nearby(request).await.expect("a list")
}

/// What is nearby as soon as it is as wanted.
async fn nearby_until(device: &Device, wanted: impl Fn(&NearbyView) -> bool) -> NearbyView {
    let mut updates = device.engine.subscribe();
    let wait = async {
        loop {
            let update = updates.next().await.expect("it runs");
            if let Some(view) = update.nearby
                && wanted(&view)
            {
                return view;
            }
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(3600), wait).await;
    waited.expect("it never came")
}

fn has(view: &NearbyView, id: &str) -> bool {
    view.devices.iter().any(|device| device.id == id)
}

async fn be_visible_to(device: &Device, visibility: Visibility) {
    let request = SettingsRequest {
        visibility: Some(visibility),
        ..SettingsRequest::default()
    };
    device.engine.change_settings(request).await.expect("set");
}

async fn visibility_of(device: &Device) -> Visibility {
    let settings = device.engine.settings(Nothing {}).await;
    settings.expect("settings").visibility
}

async fn know(device: &Device, other: &Device) {
    let request = TrustRequest {
        device: id_of(other).await,
        role: Role::Trusted,
        name: None,
    };
    device.engine.trust(request).await.expect("known");
}

async fn invite(device: &Device, way: PairWay) -> PairingView {
    let request = InviteRequest {
        way,
        ..InviteRequest::default()
    };
    device
        .engine
        .invite_device(request)
        .await
        .expect("it opens")
}

async fn join(device: &Device, with: Option<String>) {
    let request = JoinRequest {
        with,
        ..JoinRequest::default()
    };
    device.engine.join_device(request).await.expect("it begins");
}

async fn over(device: &Device) -> PairingView {
    device.pairing_until(|view| view.state.is_final()).await
}

fn named(device: DeviceId, name: &str, open: bool) -> Txt {
    let name = name.to_owned();
    let who = Who::Named { device, name };
    Announcement { who, open }.to_txt()
}

fn stranger(n: u16) -> DeviceId {
    let mut bytes = [9; 20];
    bytes[..2].copy_from_slice(&n.to_be_bytes());
    DeviceId(bytes)
}

fn somewhere(n: u16) -> SocketAddr {
    SocketAddr::from(([10, 1, (n >> 8) as u8, n as u8], 24_880))
}

#[tokio::test(start_paused = true)]
async fn two_fresh_devices_find_each_other_and_pair_by_a_code_alone() {
    let (_world, _lan, ada, bob) = devices(1).await;
    let began = Instant::now();
    let code = invite(&bob, PairWay::Code).await.code;
    let id = id_of(&bob).await;
    let view = nearby_until(&ada, |view| has(view, &id)).await;
    let found = began.elapsed();
    let seen = &view.devices[0];
    assert_eq!((seen.name.as_str(), seen.known), ("bob", false));
    assert!(seen.open_for_pairing && view.searching);
    join(&ada, code).await;
    let paired = over(&ada).await;
    assert_eq!(paired.state, PairState::Paired, "{:?}", paired.failure);
    println!("found after {found:?}, paired after {:?}", began.elapsed());
    assert!(began.elapsed() < FOUND);
    assert_eq!(paired.device.expect("who").device_id, id);
    // It is a known device from now on, also under its veil; and nobody is open any more.
    let known = |view: &NearbyView| {
        let seen = view.devices.iter().find(|device| device.id == id);
        seen.is_some_and(|seen| seen.known && !seen.open_for_pairing)
    };
    nearby_until(&ada, known).await;
    let devices = ada.engine.devices(Nothing {}).await.expect("a list");
    assert!(
        devices
            .iter()
            .any(|view| view.device_id == id && view.nearby)
    );
}

#[tokio::test(start_paused = true)]
async fn a_device_that_opens_itself_a_moment_later_is_waited_for() {
    let (_world, _lan, ada, bob) = devices(2).await;
    let first = invite(&bob, PairWay::Code).await.code;
    bob.engine.cancel_pairing(Nothing {}).await.expect("closed");
    join(&ada, first).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    // Another code than the one typed: who comes first is asked, and the guess is wrong.
    invite(&bob, PairWay::Code).await;
    let failure = over(&ada).await.failure.expect("a wrong code");
    assert_eq!(failure.code, Code::WrongCode);
}

#[tokio::test(start_paused = true)]
async fn words_are_compared_with_the_device_that_awaits_them() {
    let (_world, _lan, ada, bob) = devices(3).await;
    invite(&bob, PairWay::Words).await;
    join(&ada, None).await;
    let comparing = |view: &PairingView| view.state == PairState::Comparing;
    let here = ada.pairing_until(comparing).await;
    assert_eq!(here.words, bob.pairing_until(comparing).await.words);
}

#[tokio::test(start_paused = true)]
async fn without_anybody_open_a_code_needs_an_address() {
    let (_world, lan, ada, bob) = devices(4).await;
    be_visible_to(&bob, Visibility::Everyone).await;
    let code = invite(&bob, PairWay::Code).await.code;
    bob.engine.cancel_pairing(Nothing {}).await.expect("closed");
    let began = Instant::now();
    join(&ada, code.clone()).await;
    let failure = over(&ada).await.failure.expect("nobody");
    assert_eq!(failure.code, Code::Unreachable);
    assert!(began.elapsed() < Duration::from_secs(10));
    // With two, it must be said which.
    invite(&bob, PairWay::Code).await;
    lan.say("evil", named(stranger(1), "bob", true), &[somewhere(1)]);
    tokio::time::sleep(Duration::from_secs(1)).await;
    join(&ada, code).await;
    let failure = over(&ada).await.failure.expect("two");
    assert_eq!(failure.code, Code::BadTarget);
    assert!(failure.message.contains("bob"), "{}", failure.message);
}

#[tokio::test(start_paused = true)]
async fn each_visibility_lets_those_find_a_device_who_may() {
    let (world, lan, ada, bob) = devices(5).await;
    let friend = world.device_with("friend", on(&lan)).await;
    know(&friend, &bob).await;
    let id = id_of(&bob).await;
    for (visibility, by_friend, by_stranger) in [
        (Visibility::MyDevices, true, false),
        (Visibility::Everyone, true, true),
        (Visibility::Nobody, false, false),
        (Visibility::MyDevices, true, false),
    ] {
        be_visible_to(&bob, visibility).await;
        tokio::time::sleep(FOUND).await;
        assert_eq!(
            has(&nearby(&friend).await, &id),
            by_friend,
            "{visibility:?}"
        );
        assert_eq!(has(&nearby(&ada).await, &id), by_stranger, "{visibility:?}");
    }
    // Who is to be found by nobody still finds others.
    be_visible_to(&bob, Visibility::Nobody).await;
    be_visible_to(&ada, Visibility::Everyone).await;
    let other = id_of(&ada).await;
    nearby_until(&bob, |view| has(view, &other)).await;
}

#[tokio::test(start_paused = true)]
async fn a_device_is_its_own_to_those_that_know_it_and_noise_to_others() {
    let (_world, lan, _ada, bob) = devices(6).await;
    let id = raw_id_of(&bob).await;
    let mut heard: Vec<Txt> = Vec::new();
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_secs(16 * 60)).await;
        heard.extend(lan.said());
    }
    assert_eq!(heard.len(), 10, "one of each device, all the time");
    let of_bob = heard.iter().filter(|txt| {
        let said = Announcement::from_txt(txt).expect("it can be read");
        matches!(said.who, Who::Veiled(veil) if veil.is_of(id))
    });
    assert_eq!(of_bob.count(), 5);
    // To who does not know an id, none of them has anything in common with another but the version.
    for (n, one) in heard.iter().enumerate() {
        for other in &heard[n + 1..] {
            let shared = one.iter().filter(|entry| other.contains(entry));
            let keys: Vec<&str> = shared.map(|(key, _)| key.as_str()).collect();
            assert_eq!(keys, ["v"]);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_known_device_stays_nearby_when_it_changes_its_veil() {
    let (_world, _lan, ada, bob) = devices(7).await;
    know(&ada, &bob).await;
    let id = id_of(&bob).await;
    let since = nearby_until(&ada, |view| has(view, &id)).await.devices[0].since_ms;
    for _ in 0..40 {
        tokio::time::sleep(Duration::from_secs(60)).await;
        let view = nearby(&ada).await;
        assert_eq!(view.devices.len(), 1);
        assert_eq!(
            (&view.devices[0].id, view.devices[0].since_ms),
            (&id, since)
        );
    }
    // A stranger again.
    let request = chunkstream_engine::api::DeviceRequest { device: id.clone() };
    ada.engine.forget(request).await.expect("forgotten");
    nearby_until(&ada, |view| view.devices.is_empty()).await;
}

#[tokio::test(start_paused = true)]
async fn everyone_ends_by_itself_after_ten_minutes() {
    let (_world, _lan, ada, bob) = devices(8).await;
    let id = id_of(&bob).await;
    be_visible_to(&bob, Visibility::Nobody).await;
    be_visible_to(&bob, Visibility::Everyone).await;
    let settings = bob.engine.settings(Nothing {}).await.expect("settings");
    assert!(settings.visible_until_ms.is_some());
    tokio::time::sleep(Duration::from_secs(598)).await;
    assert!(has(&nearby(&ada).await, &id));
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(!has(&nearby(&ada).await, &id));
    let settings = bob.engine.settings(Nothing {}).await.expect("settings");
    let now = (settings.visibility, settings.visible_until_ms);
    assert_eq!(now, (Visibility::Nobody, None));
}

#[tokio::test(start_paused = true)]
async fn everyone_ends_in_time_over_a_restart_too() {
    let (world, lan) = (World::new(9, links::lan()), Lan::new());
    let ada = world.device_with("ada", on(&lan)).await;
    let mut bob = world.durable_device("bob", on(&lan)).await;
    let id = id_of(&bob).await;
    be_visible_to(&bob, Visibility::Everyone).await;
    tokio::time::sleep(Duration::from_secs(300)).await;
    world.kill(&mut bob, Kill::Process).await;
    world.start(&mut bob).await;
    assert_eq!(visibility_of(&bob).await, Visibility::Everyone);
    tokio::time::sleep(Duration::from_secs(290)).await;
    assert!(has(&nearby(&ada).await, &id));
    world.kill(&mut bob, Kill::Process).await;
    tokio::time::sleep(LIFE + Duration::from_secs(30)).await;
    world.start(&mut bob).await;
    assert_eq!(visibility_of(&bob).await, Visibility::MyDevices);
    tokio::time::sleep(FOUND).await;
    assert!(!has(&nearby(&ada).await, &id));
}

#[tokio::test(start_paused = true)]
async fn a_device_that_goes_is_gone_and_one_that_comes_back_is_there() {
    let (world, lan) = (World::new(10, links::lan()), Lan::new());
    let ada = world.device_with("ada", on(&lan)).await;
    let mut bob = world.durable_device("bob", on(&lan)).await;
    let carol = world.device_with("carol", on(&lan)).await;
    let (id, other) = (id_of(&bob).await, id_of(&carol).await);
    be_visible_to(&bob, Visibility::Everyone).await;
    be_visible_to(&carol, Visibility::Everyone).await;
    nearby_until(&ada, |view| has(view, &id) && has(view, &other)).await;
    // Who leaves says so.
    let began = Instant::now();
    carol.engine.shutdown().await;
    nearby_until(&ada, |view| !has(view, &other)).await;
    assert!(began.elapsed() < FOUND);
    // Who is killed does not.
    let began = Instant::now();
    world.kill(&mut bob, Kill::Process).await;
    nearby_until(&ada, |view| !has(view, &id)).await;
    assert!(began.elapsed() < LIFE + FOUND);
    world.start(&mut bob).await;
    let began = Instant::now();
    nearby_until(&ada, |view| has(view, &id)).await;
    assert!(began.elapsed() < FOUND);
    // Nor who loses the network.
    lan.unplug(bob.ip());
    nearby_until(&ada, |view| !has(view, &id)).await;
}

#[tokio::test(start_paused = true)]
async fn a_transfer_that_waits_starts_when_its_device_comes_into_sight() {
    let (world, lan) = (World::new(11, links::lan()), Lan::new());
    let ada = world.device_with("ada", on(&lan)).await;
    let mut bob = world.durable_device("bob", on(&lan)).await;
    world.kill(&mut bob, Kill::Process).await;
    ada.disk.write_file("/home/a", b"letter").expect("written");
    let id = ada.send(&["/home/a"], &bob).await;
    ada.until(&id, |view| view.reason == Some(Reason::WaitingForDevice))
        .await;
    // Long enough that the next attempt is half a minute away.
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(ada.view(&id).await.reason, Some(Reason::WaitingForDevice));
    // It comes back elsewhere.
    world.move_device(&mut bob, [10, 0, 0, 77].into());
    world.start(&mut bob).await;
    let began = Instant::now();
    bob.offered(&id).await;
    println!("offered after {:?}", began.elapsed());
    assert!(began.elapsed() < FOUND);
    bob.accept(&id).await;
    ada.finished(&id).await;
    // Where it is now is what is remembered of it.
    let devices = ada.engine.devices(Nothing {}).await.expect("a list");
    assert_eq!(devices[0].addresses[0], bob.address.to_string());
}

#[tokio::test(start_paused = true)]
async fn a_held_transfer_bothers_nobody() {
    let (world, lan) = (World::new(12, links::lan()), Lan::new());
    let ada = world.device_with("ada", on(&lan)).await;
    let mut bob = world.durable_device("bob", on(&lan)).await;
    world.kill(&mut bob, Kill::Process).await;
    ada.disk.write_file("/home/a", b"letter").expect("written");
    let id = ada.send(&["/home/a"], &bob).await;
    let request = chunkstream_sim::world::request(&id);
    ada.engine.pause(request).await.expect("held");
    ada.until(&id, |view| view.state == State::Paused).await;
    world.start(&mut bob).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    let devices = bob.engine.devices(Nothing {}).await.expect("a list");
    assert!(devices.iter().all(|view| !view.online));
}

#[tokio::test(start_paused = true)]
async fn a_name_reaches_a_device_nearby_as_its_id_does() {
    let (_world, lan, ada, bob) = devices(13).await;
    be_visible_to(&bob, Visibility::Everyone).await;
    ada.disk.write_file("/home/a", b"letter").expect("written");
    let request = |target: &str| {
        let mut request = ada.request(&["/home/a"], &bob);
        request.targets = vec![target.to_owned()];
        request
    };
    // Without a wait: the search has only begun.
    let first = ada.begin(request("Bob")).await;
    bob.accept(&first).await;
    ada.finished(&first).await;
    let own = id_of(&bob).await;
    let mut again = request(&own);
    again.again = chunkstream_engine::api::Again::New;
    let second = ada.begin(again).await;
    bob.accept(&second).await;
    ada.finished(&second).await;
    // Somebody else of that name: now the name means nothing, until a person has said who is meant.
    lan.say("other", named(stranger(2), "bob", false), &[somewhere(2)]);
    tokio::time::sleep(FOUND).await;
    let refused = ada.engine.send(request("bob")).await.expect_err("two");
    assert_eq!(refused.code, Code::BadTarget);
    know(&ada, &bob).await;
    let mut third = request("bob");
    third.again = chunkstream_engine::api::Again::New;
    let third = ada.begin(third).await;
    assert_eq!(ada.view(&third).await.peer.device_id, own);
    let nobody = ada.engine.send(request("carol")).await;
    assert_eq!(nobody.expect_err("nobody").code, Code::BadTarget);
}

#[tokio::test(start_paused = true)]
async fn somebody_with_the_same_id_takes_nothing_and_stops_nothing() {
    let (world, lan) = (World::new(14, links::lan()), Lan::new());
    let ada = world.device_with("ada", on(&lan)).await;
    let eve = world.device_with("eve", |_| {}).await;
    let mut bob = world.durable_device("bob", on(&lan)).await;
    let id = raw_id_of(&bob).await;
    let ticket = bob.ticket.clone();
    world.kill(&mut bob, Kill::Process).await;
    world.move_device(&mut bob, [10, 0, 0, 78].into());
    // By the name and by the veil, at the address of another engine.
    lan.say("evil1", named(id, "bob", false), &[eve.address]);
    let veil = Announcement {
        who: Who::Veiled(Veil::new(id, [1; 16])),
        open: false,
    };
    lan.say("evil2", veil.to_txt(), &[eve.address]);
    tokio::time::sleep(FOUND).await;
    ada.disk.write_file("/home/a", b"letter").expect("written");
    let mut request = ada.request(&["/home/a"], &eve);
    request.targets = vec![ticket];
    let transfer = ada.begin(request).await;
    tokio::time::sleep(Duration::from_secs(120)).await;
    // Who answers there is not the one who is meant: nothing is offered, and nothing is given up.
    assert_eq!(eve.engine.transfers(Nothing {}).await.expect("a list"), []);
    let view = ada.view(&transfer).await;
    assert_eq!(view.reason, Some(Reason::WaitingForDevice), "{view:#?}");
    let began = Instant::now();
    world.start(&mut bob).await;
    bob.offered(&transfer).await;
    assert!(began.elapsed() < FOUND);
    bob.accept(&transfer).await;
    ada.finished(&transfer).await;
}

#[tokio::test(start_paused = true)]
async fn a_flood_is_bounded_and_hides_no_device_that_is_known() {
    let (_world, lan, ada, bob) = devices(15).await;
    be_visible_to(&bob, Visibility::Nobody).await;
    know(&ada, &bob).await;
    nearby(&ada).await;
    for n in 0..2000 {
        lan.say(
            &format!("f{n}"),
            named(stranger(n), "x", false),
            &[somewhere(n)],
        );
    }
    tokio::time::sleep(FOUND).await;
    assert_eq!(nearby(&ada).await.devices.len(), MAX_SIGHTS);
    be_visible_to(&bob, Visibility::MyDevices).await;
    let id = id_of(&bob).await;
    let view = nearby_until(&ada, |view| has(view, &id)).await;
    assert_eq!(view.devices.len(), MAX_SIGHTS);
    assert_eq!(view.devices[0].id, id, "known devices come first");
    for n in 0..2000 {
        lan.unsay(&format!("f{n}"));
    }
    nearby_until(&ada, |view| view.devices.len() == 1).await;
}

#[tokio::test(start_paused = true)]
async fn what_nobody_can_use_is_not_shown() {
    let (_world, lan, ada, _bob) = devices(16).await;
    let own = raw_id_of(&ada).await;
    let here = somewhere(3);
    let entry = |key: &str, value: &[u8]| (key.to_owned(), value.to_vec());
    let good = || named(stranger(1), "x", false);
    let mut long = good();
    long.push(entry("x", &[0; 600]));
    let mut version = good();
    version[0].1 = b"7".to_vec();
    let loopback = SocketAddr::from(([127, 0, 0, 1], 24_880));
    for (instance, txt, addresses) in [
        ("empty", vec![], vec![here]),
        ("long", long, vec![here]),
        ("version", version, vec![here]),
        ("nobody", vec![entry("v", b"1")], vec![here]),
        (
            "noise",
            vec![entry("v", b"1"), entry("id", &[0xff; 32])],
            vec![here],
        ),
        ("nowhere", good(), vec![]),
        ("loopback", good(), vec![loopback]),
        ("port", good(), vec![SocketAddr::from(([10, 0, 0, 9], 0))]),
        ("ourselves", named(own, "ada", true), vec![here]),
        (&"l".repeat(64), good(), vec![here]),
        ("", good(), vec![here]),
    ] {
        lan.say(instance, txt, &addresses);
    }
    nearby(&ada).await;
    tokio::time::sleep(FOUND).await;
    assert_eq!(nearby(&ada).await.devices, []);
    // A name that cannot be shown is none: the device is called by its id.
    lan.say("name", named(stranger(4), "a\u{1b}[2Jb", false), &[here]);
    let view = nearby_until(&ada, |view| !view.devices.is_empty()).await;
    assert_eq!(view.devices[0].name, stranger(4).short());
}

#[tokio::test(start_paused = true)]
async fn a_network_that_cannot_be_searched_is_told_and_stops_nothing() {
    let (_world, lan, ada, bob) = devices(17).await;
    lan.set_broken(Some("UDP port 5353 cannot be used"));
    let view = nearby_until(&ada, |view| view.problem.is_some()).await;
    assert!(!view.searching);
    ada.disk.write_file("/home/a", b"letter").expect("written");
    let id = ada.send(&["/home/a"], &bob).await;
    bob.accept(&id).await;
    ada.finished(&id).await;
    lan.set_broken(None);
    nearby_until(&ada, |view| view.searching && view.problem.is_none()).await;
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_is_not_to_be_found_searches_when_somebody_asks() {
    let (world, lan) = (World::new(18, links::lan()), Lan::new());
    let quiet = on(&lan);
    let ada = world
        .device_with("ada", move |config| {
            quiet(config);
            config.announce = false;
        })
        .await;
    let bob = world.device_with("bob", on(&lan)).await;
    be_visible_to(&ada, Visibility::Everyone).await;
    be_visible_to(&bob, Visibility::Everyone).await;
    tokio::time::sleep(FOUND).await;
    assert_eq!(lan.said().len(), 1);
    let request = NearbyRequest {
        wait_ms: Some(3000),
    };
    let view = ada.engine.nearby(request).await.expect("a list");
    assert!(has(&view, &id_of(&bob).await));
    assert_eq!(lan.said().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_maker_of_a_ticket_is_found_where_it_is_now() {
    let (world, lan) = (World::new(19, links::lan()), Lan::new());
    let ada = world.device_with("ada", on(&lan)).await;
    let mut bob = world.device_with("bob", on(&lan)).await;
    be_visible_to(&bob, Visibility::Nobody).await;
    tokio::time::sleep(FOUND).await;
    assert_eq!(lan.said().len(), 1);
    let ticket = invite(&bob, PairWay::Ticket).await.ticket;
    nearby(&ada).await;
    tokio::time::sleep(FOUND).await;
    assert_eq!(
        nearby(&ada).await.devices,
        [],
        "its maker is nobody to strangers"
    );
    // It has got another address since, and says so.
    world.move_device(&mut bob, [10, 0, 0, 79].into());
    let veil = Veil::new(raw_id_of(&bob).await, [3; 16]);
    let who = Who::Veiled(veil);
    let said = Announcement { who, open: false }.to_txt();
    lan.say("moved", said, &[bob.address]);
    tokio::time::sleep(FOUND).await;
    join(&ada, ticket).await;
    assert_eq!(over(&ada).await.state, PairState::Paired);
}
