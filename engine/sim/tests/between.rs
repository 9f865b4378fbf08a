//! Somebody between two devices, or in the place of one: first nobody, then each thing that such a one can do. A transfer
//! ends whole or fails with a reason; it is never taken by another, never corrupt, and nobody is let in by what was seen.
//!
//! The same for pairings: `pairing/codes.rs` (a wrong code, a ticket twice), `pairing_between.rs` (everything passed on,
//! guesses, words, proofs and messages replayed). Lies of a peer that has a key of its own: `liar.rs`,
//! `hostile_manifests.rs`.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use chunkstream_core::{device::Ticket, session::State};
use chunkstream_engine::{
    AcceptPolicy,
    api::{Code, Nothing, SendRequest, TransferView},
};
use chunkstream_sim::{
    content::noise,
    hostile::{Hostile, Identity},
    links,
    network::SimRuntime,
    relay::{self, Class, Relay, Way},
    world::{Device, World},
};
use rustls::pki_types::CertificateDer;

const BYTES: usize = 2 << 20;
/// Long enough for a transfer that could go on to end.
const WHILE: Duration = Duration::from_secs(90);

fn at(last: u8) -> SocketAddr {
    SocketAddr::from(([10, 0, 1, last], 1000))
}

/// Ada, who has a file, and Bob, who takes everything.
async fn devices(seed: u64) -> (World, Device, Device) {
    let world = World::new(seed, links::lan());
    let ada = world.device("ada").await;
    let bob = world
        .device_with("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    ada.disk
        .write_file("/home/f", &noise(seed, BYTES))
        .expect("written");
    (world, ada, bob)
}

/// Ada sends to Bob, whom she takes to be at an address.
async fn sends(ada: &Device, bob: &Device, address: SocketAddr) -> String {
    let theirs: Ticket = bob.ticket.parse().expect("its own ticket");
    let ticket = Ticket::new(theirs.device, "bob".to_owned(), vec![address]);
    let request = SendRequest {
        paths: vec!["/home/f".to_owned()],
        targets: vec![ticket.expect("a short one").to_string()],
        ..SendRequest::default()
    };
    ada.begin(request).await
}

async fn relayed(
    world: &World,
    ada: &Device,
    bob: &Device,
    touch: relay::Touch,
) -> (Relay, String) {
    let relay = Relay::between(world, at(1), bob.address, touch);
    let id = sends(ada, bob, relay.address).await;
    (relay, id)
}

fn arrived(world: &World, bob: &Device) {
    assert!(bob.disk.read_file("/inbox/f").expect("there") == noise(world.seed(), BYTES));
    assert_eq!(bob.staged(), Vec::<std::path::PathBuf>::new());
}

fn nothing_arrived(bob: &Device) {
    assert!(bob.disk.read_file("/inbox/f").is_err());
}

async fn refused(ada: &Device, id: &str) -> TransferView {
    let view = ada.until(id, |view| view.state.is_final()).await;
    assert_eq!(view.state, State::Failed);
    let code = view.failure.as_ref().map(|failure| failure.code);
    assert_eq!(code, Some(Code::IdentityRefused));
    assert_eq!(view.durable_bytes, 0);
    view
}

/// What Bob shows to everybody.
async fn certificate_of(world: &World, bob: &Device) -> CertificateDer<'static> {
    let eve = Hostile::at(world, at(90));
    let connection = eve.tries(bob.address).await.expect("let in to ask");
    let identity = connection.peer_identity().expect("a certificate");
    let certificates = identity.downcast::<Vec<CertificateDer<'static>>>();
    certificates.expect("certificates")[0].clone()
}

#[tokio::test(start_paused = true)]
async fn untouched_everything_arrives_through_a_relay() {
    let (world, ada, bob) = devices(1).await;
    let (relay, id) = relayed(&world, &ada, &bob, Box::new(|_, _| true)).await;
    ada.finished(&id).await;
    arrived(&world, &bob);
    let sent = noise(1, BYTES);
    let seen = relay.seen();
    for class in [Class::Initial, Class::Short] {
        assert!(
            seen.iter()
                .any(|(_, datagram)| Class::of(datagram) == class),
            "{class:?}"
        );
    }
    // Nothing of the content, and no name, comes by in clear.
    let piece = &sent[1000..1016];
    assert!(
        !seen
            .iter()
            .any(|(_, datagram)| datagram.windows(16).any(|part| part == piece))
    );
}

#[tokio::test(start_paused = true)]
async fn another_device_in_bobs_place_gets_nothing_and_is_named() {
    let (world, ada, bob) = devices(2).await;
    let eve = Hostile::at(&world, at(2));
    let id = sends(&ada, &bob, eve.address).await;
    let answering = async {
        while let Some(incoming) = eve.endpoint.accept().await {
            let _ = incoming.await;
        }
    };
    let view = tokio::select! {
        view = refused(&ada, &id) => view,
        () = answering => unreachable!("she listens"),
    };
    let text = view.failure.expect("a reason").message;
    assert!(text.contains(&eve.id().to_string()), "{text}");
    nothing_arrived(&bob);
}

#[tokio::test(start_paused = true)]
async fn a_relay_that_leads_to_another_device_leads_to_nobody() {
    let (world, ada, bob) = devices(3).await;
    let carol = world
        .device_with("carol", |config| config.accept = AcceptPolicy::All)
        .await;
    let relay = Relay::between(&world, at(1), carol.address, Box::new(|_, _| true));
    let id = sends(&ada, &bob, relay.address).await;
    refused(&ada, &id).await;
    nothing_arrived(&carol);
    nothing_arrived(&bob);
}

#[tokio::test(start_paused = true)]
async fn bobs_certificate_without_his_key_is_worth_nothing() {
    let (world, ada, bob) = devices(4).await;
    let certificate = certificate_of(&world, &bob).await;
    let eves = Identity::generate();
    let tls = eves.server_showing(certificate);
    let socket = world.network.socket(at(2));
    let eve = Hostile::showing(socket, Arc::new(SimRuntime), eves, tls, |_| {});
    let id = sends(&ada, &bob, eve.address).await;
    let met = async {
        loop {
            let incoming = eve.endpoint.accept().await.expect("she listens");
            assert!(incoming.await.is_err(), "a handshake without the key");
        }
    };
    tokio::select! {
        () = met => {}
        () = tokio::time::sleep(WHILE) => {}
    }
    let view = ada.view(&id).await;
    assert_eq!(view.durable_bytes, 0);
    assert_ne!(view.state, State::Active);
    nothing_arrived(&bob);
}

#[tokio::test(start_paused = true)]
async fn adas_certificate_without_her_key_opens_no_door() {
    let (world, ada, bob) = devices(5).await;
    let certificate = certificate_of(&world, &ada).await;
    let mut eve = Hostile::at(&world, at(2));
    let tls = eve.identity.client_showing(certificate);
    eve.dials_with(tls);
    // In TLS 1.3 the client is done before the server has looked.
    if let Ok(connection) = eve.tries(bob.address).await {
        let closed = tokio::time::timeout(WHILE, connection.closed()).await;
        let closed = closed.expect("it is thrown out");
        assert!(
            matches!(closed, quinn::ConnectionError::ConnectionClosed(_)),
            "{closed}"
        );
    }
    assert_eq!(bob.engine.footprint().connections, 0);
    let devices = bob.engine.devices(Nothing {}).await.expect("a list");
    assert_eq!(devices, []);
}

#[tokio::test(start_paused = true)]
async fn a_whole_conversation_said_again_does_nothing() {
    let (world, ada, bob) = devices(6).await;
    let (relay, id) = relayed(&world, &ada, &bob, Box::new(|_, _| true)).await;
    ada.finished(&id).await;
    arrived(&world, &bob);
    ada.engine.shutdown().await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    let transfers = bob.engine.transfers(Nothing {}).await.expect("a list");
    let seen = relay.seen();
    // From where it came, and from elsewhere.
    let elsewhere = world.network.socket(at(3));
    drop(relay);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let back = world
        .network
        .socket(SocketAddr::new(at(1).ip(), at(1).port() + 1));
    for from in [&back, &elsewhere] {
        for (way, datagram) in &seen {
            if *way == Way::Out {
                relay::send(from, bob.address, datagram);
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        assert_eq!(bob.engine.footprint().connections, 0);
    }
    tokio::time::sleep(WHILE).await;
    assert_eq!(bob.engine.footprint().devices, 0);
    let after = bob.engine.transfers(Nothing {}).await.expect("a list");
    assert_eq!(after, transfers);
    arrived(&world, &bob);
}

/// Each class of datagrams, each way (packets of the handshake travel behind an Initial in its datagram): some are damaged, and the transfer is whole.
#[tokio::test(start_paused = true)]
async fn flipped_bits_are_lost_packets() {
    let cases = [
        (Class::Initial, Way::Out, 1),
        (Class::Initial, Way::Back, 1),
        (Class::Short, Way::Out, 400),
        (Class::Short, Way::Back, 100),
    ];
    for (number, (class, way, most)) in cases.into_iter().enumerate() {
        for place in 0..4 {
            let (world, ada, bob) = devices(100 + number as u64 * 10 + place).await;
            let flipped = Arc::new(AtomicU32::new(0));
            let counter = flipped.clone();
            let mut every = 0;
            let touch = move |goes, datagram: &mut Vec<u8>| {
                if goes == way && Class::of(datagram) == class {
                    every += 1;
                    if every % 3 == 1 && counter.load(Ordering::Relaxed) < most {
                        counter.fetch_add(1, Ordering::Relaxed);
                        // The first byte, the connection id, the middle, the last byte.
                        let at = [0, 8, datagram.len() / 2, datagram.len() - 1][place as usize];
                        datagram[at] ^= 0x04;
                    }
                }
                true
            };
            let (_relay, id) = relayed(&world, &ada, &bob, Box::new(touch)).await;
            ada.finished(&id).await;
            arrived(&world, &bob);
            assert!(flipped.load(Ordering::Relaxed) > 0, "{class:?} {way:?}");
        }
    }
}

/// All of a class: nothing can be said, and as soon as it can, everything arrives.
#[tokio::test(start_paused = true)]
async fn where_every_datagram_is_damaged_nothing_arrives_until_the_damage_ends() {
    let cases = [
        (Class::Initial, Way::Out),
        (Class::Initial, Way::Back),
        (Class::Short, Way::Out),
        (Class::Short, Way::Back),
    ];
    for (number, (class, way)) in cases.into_iter().enumerate() {
        let (world, ada, bob) = devices(200 + number as u64).await;
        let damaging = Arc::new(AtomicBool::new(true));
        let damages = damaging.clone();
        let touch = move |goes, datagram: &mut Vec<u8>| {
            if damages.load(Ordering::Relaxed) && goes == way && Class::of(datagram) == class {
                // The first packet of the datagram, and the last.
                let last = datagram.len() - 1;
                datagram[last] ^= 1;
                if last > 100 {
                    datagram[60] ^= 1;
                }
            }
            true
        };
        let (_relay, id) = relayed(&world, &ada, &bob, Box::new(touch)).await;
        tokio::time::sleep(WHILE).await;
        nothing_arrived(&bob);
        assert_eq!(ada.view(&id).await.durable_bytes, 0, "{class:?} {way:?}");
        damaging.store(false, Ordering::Relaxed);
        ada.finished(&id).await;
        arrived(&world, &bob);
    }
}

/// Datagrams that are late, twice or never there are the network's; here the relay does it to all of them.
#[tokio::test(start_paused = true)]
async fn a_relay_that_cuts_off_and_joins_again_costs_time_only() {
    let (world, ada, bob) = devices(7).await;
    let mut number = 0_u32;
    let touch = move |_, datagram: &mut Vec<u8>| {
        number += 1;
        if number % 50 == 7 {
            datagram.truncate(datagram.len() / 2);
        }
        if number % 50 == 9 {
            datagram.extend_from_slice(&[0; 20]);
        }
        !number.is_multiple_of(41)
    };
    let (_relay, id) = relayed(&world, &ada, &bob, Box::new(touch)).await;
    ada.finished(&id).await;
    arrived(&world, &bob);
}
