//! A device with another key: who knows it follows, whoever else says so does not count, and the old key is an alarm.

use chunkstream_engine::{
    api::{
        AlarmKind, AuditEntry, AuditKind, AuditRequest, DeviceRequest, DeviceView, Nothing,
        SendRequest, TrustRequest,
    },
    core::{
        rotation::{MAX_ROTATIONS, Rotation, Signature},
        session::Role,
        wire::{FromReceiver, Hello, MAX_CONTROL, Opening},
    },
};
use chunkstream_sim::{
    hostile::{Hostile, Identity, Talk},
    links,
    world::{Device, Kill, World},
};

/// `close::REFUSED` and `close::PROTOCOL` of docs/PROTOCOL.md.
const REFUSED: u32 = 1;
const PROTOCOL: u32 = 2;

async fn id_of(device: &Device) -> String {
    let identity = device.engine.identity(Nothing {}).await;
    identity.expect("an identity").device_id
}

async fn trust(at: &Device, ticket: &str, name: &str) {
    let request = TrustRequest {
        device: ticket.to_owned(),
        role: Role::Mine,
        name: Some(name.to_owned()),
    };
    at.engine.trust(request).await.expect("a decision");
}

/// Ada and Bob, who know each other.
async fn paired(seed: u64) -> (World, Device, Device) {
    let world = World::new(seed, links::lan());
    let ada = world.durable_device("ada", |_| {}).await;
    let bob = world.durable_device("bob", |_| {}).await;
    trust(&ada, &bob.ticket, "Bob's").await;
    trust(&bob, &ada.ticket, "Ada's").await;
    for device in [&ada, &bob] {
        let written = device.disk.write_file("/home/letter", b"hello");
        written.expect("written");
    }
    (world, ada, bob)
}

/// Another key, and the start that takes it up.
async fn rotate(world: &World, device: &mut Device) -> String {
    let before = id_of(device).await;
    let view = device.engine.rotate_key(Nothing {}).await.expect("rotated");
    assert!(view.restart_needed);
    assert_eq!(id_of(device).await, before, "not before the next start");
    world.kill(device, Kill::Process).await;
    world.start(device).await;
    assert_eq!(id_of(device).await, view.device_id);
    assert_ne!(view.device_id, before);
    view.device_id
}

async fn devices(at: &Device) -> Vec<DeviceView> {
    at.engine.devices(Nothing {}).await.expect("a list")
}

/// The one device that is known there.
async fn only(at: &Device) -> DeviceView {
    let mut devices = devices(at).await;
    assert_eq!(devices.len(), 1, "{devices:?}");
    devices.remove(0)
}

async fn log(at: &Device, kind: AuditKind) -> Vec<AuditEntry> {
    let page = at.engine.audit(AuditRequest::default()).await;
    let mut entries = page.expect("the log").entries;
    entries.retain(|entry| entry.kind == kind);
    entries
}

async fn no_alarm(at: &Device) {
    let alarms = at.engine.alarms(Nothing {}).await.expect("a list");
    assert!(alarms.is_empty(), "{alarms:?}");
}

/// Sends a letter to a device by its name and sees it arrive.
async fn letter(from: &Device, to: &Device, name: &str) {
    let request = SendRequest {
        paths: vec!["/home/letter".to_owned()],
        targets: vec![name.to_owned()],
        ..SendRequest::default()
    };
    let id = from.begin(request).await;
    to.accept(&id).await;
    from.finished(&id).await;
    to.finished(&id).await;
}

#[tokio::test(start_paused = true)]
async fn who_knows_the_device_follows_when_it_comes() {
    let (world, mut ada, bob) = paired(1).await;
    let old = id_of(&ada).await;
    let new = rotate(&world, &mut ada).await;
    letter(&ada, &bob, "Bob's").await;
    let known = only(&bob).await;
    assert_eq!(
        (known.device_id.as_str(), known.name.as_str()),
        (&*new, "Ada's")
    );
    assert_eq!((known.role, known.known), (Role::Mine, true));
    let followed = log(&bob, AuditKind::PeerKeyRotated).await;
    assert_eq!(followed.len(), 1);
    assert_eq!(
        (&followed[0].detail["from"], &followed[0].detail["to"]),
        (&old, &new)
    );
    let own = log(&ada, AuditKind::KeyRotated).await;
    assert_eq!((&own[0].detail["from"], &own[0].detail["to"]), (&old, &new));
    // Shown on each connection, followed once; an old ticket leads to the same device.
    letter(&ada, &bob, "Bob's").await;
    letter(&bob, &ada, &ada.ticket).await;
    assert_eq!(log(&bob, AuditKind::PeerKeyRotated).await.len(), 1);
    only(&bob).await;
    no_alarm(&bob).await;
    no_alarm(&ada).await;
}

#[tokio::test(start_paused = true)]
async fn who_knows_the_device_follows_when_it_dials_it() {
    let (world, mut ada, bob) = paired(2).await;
    let new = rotate(&world, &mut ada).await;
    letter(&bob, &ada, "Ada's").await;
    assert_eq!(only(&bob).await.device_id, new);
    assert_eq!(log(&bob, AuditKind::PeerKeyRotated).await.len(), 1);
    no_alarm(&bob).await;
}

#[tokio::test(start_paused = true)]
async fn who_was_away_during_two_changes_follows_both() {
    for dials in [false, true] {
        let (world, mut ada, bob) = paired(3).await;
        rotate(&world, &mut ada).await;
        let new = rotate(&world, &mut ada).await;
        if dials {
            letter(&bob, &ada, "Ada's").await;
        } else {
            letter(&ada, &bob, "Bob's").await;
        }
        assert_eq!(only(&bob).await.device_id, new);
        no_alarm(&bob).await;
    }
}

#[tokio::test(start_paused = true)]
async fn two_devices_that_have_both_changed_their_keys_find_each_other() {
    let (world, mut ada, mut bob) = paired(4).await;
    let adas = rotate(&world, &mut ada).await;
    let bobs = rotate(&world, &mut bob).await;
    letter(&bob, &ada, "Ada's").await;
    assert_eq!(only(&bob).await.device_id, adas);
    assert_eq!(only(&ada).await.device_id, bobs);
    letter(&ada, &bob, "Bob's").await;
    // Also when both know both new keys, and both show them.
    for device in [&mut ada, &mut bob] {
        world.kill(device, Kill::Process).await;
        world.start(device).await;
    }
    letter(&ada, &bob, "Bob's").await;
    for device in [&ada, &bob] {
        no_alarm(device).await;
        assert_eq!(log(device, AuditKind::PeerKeyRotated).await.len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_transfer_under_way_goes_on_under_the_new_key_whichever_side_changes() {
    for sender in [true, false] {
        let (world, mut ada, mut bob) = paired(5).await;
        // Slow enough that it is still under way when the key has changed.
        world.network.set_default_link(links::mobile());
        let content = vec![7; 12 << 20];
        let written = ada.disk.write_file("/home/film", &content);
        written.expect("written");
        let id = ada.send(&["/home/film"], &bob).await;
        bob.accept(&id).await;
        bob.until(&id, |view| view.durable_bytes > 1 << 20).await;
        let changing = if sender { &mut ada } else { &mut bob };
        let new = rotate(&world, changing).await;
        assert!(!bob.view(&id).await.state.is_final());
        ada.finished(&id).await;
        let view = bob.finished(&id).await;
        let there = bob.disk.read_file("/inbox/film").expect("it arrived");
        assert_eq!(there.len(), content.len());
        assert_eq!(there, content);
        let other = if sender { &bob } else { &ada };
        assert_eq!(only(other).await.device_id, new);
        if sender {
            assert_eq!(view.peer.device_id, new);
        }
        no_alarm(other).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_device_takes_its_old_keys_with_it() {
    let (world, mut ada, bob) = paired(6).await;
    rotate(&world, &mut ada).await;
    letter(&ada, &bob, "Bob's").await;
    let forget = DeviceRequest {
        device: "Ada's".to_owned(),
    };
    bob.engine.forget(forget).await.expect("forgotten");
    letter(&ada, &bob, "Bob's").await;
    assert!(!only(&bob).await.known);
    no_alarm(&bob).await;
}

/// Bob, who knows a device with a key of the test's; and where a liar speaks.
async fn knowing(seed: u64) -> (World, Device, Hostile, Identity) {
    let world = World::new(seed, links::lan());
    let bob = world.device("bob").await;
    let eve = Hostile::at(&world, "10.0.9.9:24880".parse().expect("an address"));
    trust(&bob, &eve.ticket(), "Ada's").await;
    (world, bob, eve, Identity::generate())
}

/// Shows changes on a new connection of that key, until the other side has judged.
async fn shows(eve: &Hostile, by: &Identity, to: &Device, chain: &[Rotation]) -> Talk {
    let connection = eve.tries_as(by, to.address).await.expect("let in");
    let mut talk = Talk::open(connection).await;
    talk.hello("Ada").await;
    talk.heard::<Hello>(MAX_CONTROL).await;
    talk.says(&Opening::Rotated(chain.to_vec())).await;
    assert_eq!(talk.next::<FromReceiver>(MAX_CONTROL).await, None);
    talk
}

async fn is_closed_with(connection: &quinn::Connection, code: u32) {
    match connection.closed().await {
        quinn::ConnectionError::ApplicationClosed(close) => {
            assert_eq!(close.error_code, code.into());
        }
        other => panic!("{other}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_proved_change_is_followed_and_a_forged_or_replayed_one_is_not() {
    let (_world, bob, eve, new) = knowing(7).await;
    let old = &eve.identity;
    let other = Identity::generate();
    let honest = old.rotate_to(&new);
    let by_other = Rotation {
        by_old: other.rotate_to(&new).by_old,
        ..honest
    };
    let not_by_new = Rotation {
        by_new: honest.by_old,
        ..honest
    };
    let nobody = Rotation {
        by_old: Signature::new(&[0; 64]),
        ..honest
    };
    // Said again by somebody else, or about a step that does not lead to whoever says it.
    for (by, chain) in [
        (&new, vec![by_other]),
        (&new, vec![not_by_new]),
        (&new, vec![nobody]),
        (&other, vec![honest]),
        (&other, vec![nobody, new.rotate_to(&other)]),
    ] {
        let talk = shows(&eve, by, &bob, &chain).await;
        is_closed_with(&talk.connection, PROTOCOL).await;
        assert_eq!(only(&bob).await.device_id, old.id().to_string());
    }
    assert!(log(&bob, AuditKind::PeerKeyRotated).await.is_empty());
    no_alarm(&bob).await;
    shows(&eve, &new, &bob, &[honest]).await;
    assert_eq!(only(&bob).await.device_id, new.id().to_string());
}

#[tokio::test(start_paused = true)]
async fn a_stranger_gets_nothing_by_changes_of_its_own_keys() {
    let (_world, bob, eve, new) = knowing(8).await;
    let stranger = Identity::generate();
    shows(&eve, &new, &bob, &[stranger.rotate_to(&new)]).await;
    let devices = devices(&bob).await;
    let known: Vec<_> = devices.iter().filter(|device| device.known).collect();
    assert_eq!(known.len(), 1);
    assert_eq!(known[0].device_id, eve.id().to_string());
    // More than are kept of one device, each of them proved.
    let keys: Vec<_> = (0..MAX_ROTATIONS + 2)
        .map(|_| Identity::generate())
        .collect();
    let chain: Vec<_> = keys
        .windows(2)
        .map(|two| two[0].rotate_to(&two[1]))
        .collect();
    let talk = shows(&eve, keys.last().expect("some"), &bob, &chain).await;
    is_closed_with(&talk.connection, PROTOCOL).await;
}

#[tokio::test(start_paused = true)]
async fn the_old_key_is_an_alarm_and_the_device_is_asked_about_from_then_on() {
    let (_world, bob, eve, new) = knowing(9).await;
    shows(&eve, &new, &bob, &[eve.identity.rotate_to(&new)]).await;
    let before = only(&bob).await;
    assert_eq!((before.role, before.name.as_str()), (Role::Mine, "Ada's"));
    let connection = eve.tries(bob.address).await.expect("a handshake");
    is_closed_with(&connection, REFUSED).await;
    let alarms = bob.engine.alarms(Nothing {}).await.expect("a list");
    assert_eq!(alarms.len(), 1);
    assert_eq!(alarms[0].kind, AlarmKind::OtherKey);
    assert_eq!(alarms[0].device.device_id, new.id().to_string());
    assert_eq!(alarms[0].found, eve.id().to_string());
    assert_eq!(only(&bob).await.role, Role::Ask);
    assert_eq!(log(&bob, AuditKind::IdentityAlarm).await.len(), 1);
    // What a person decides after that stands.
    trust(&bob, &new.id().to_string(), "Ada's").await;
    let again = eve.tries(bob.address).await.expect("a handshake");
    is_closed_with(&again, REFUSED).await;
    assert_eq!(only(&bob).await.role, Role::Mine);
}

#[tokio::test(start_paused = true)]
async fn a_second_change_of_the_same_key_is_an_alarm_and_is_not_followed() {
    let (_world, bob, eve, first) = knowing(10).await;
    let second = Identity::generate();
    shows(&eve, &first, &bob, &[eve.identity.rotate_to(&first)]).await;
    let talk = shows(&eve, &second, &bob, &[eve.identity.rotate_to(&second)]).await;
    is_closed_with(&talk.connection, REFUSED).await;
    // Nor is there a way back.
    let back = eve.tries(bob.address).await.expect("a handshake");
    is_closed_with(&back, REFUSED).await;
    let known = only(&bob).await;
    assert_eq!(known.device_id, first.id().to_string());
    assert_eq!(known.role, Role::Ask);
    let alarms = bob.engine.alarms(Nothing {}).await.expect("a list");
    let mut found: Vec<_> = alarms.iter().map(|alarm| alarm.found.clone()).collect();
    let mut expected = vec![second.id().to_string(), eve.id().to_string()];
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(log(&bob, AuditKind::PeerKeyRotated).await.len(), 1);
}
