//! What somebody can make an engine do that nobody there knows: take a place, hold less than a mebibyte, and go.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use chunkstream_core::{
    admission::{OFFERS, STRANGERS, STRANGERS_AT_A_PLACE, UNPROVEN},
    congestion::credit::STRANGER_CREDIT,
    wire::{
        Decline, FromReceiver, FromSender, Hello, MAX_CONTROL, MAX_HELLO, MAX_NAME, MAX_OPENING,
        Opening,
    },
};
use chunkstream_engine::{
    AcceptPolicy, EngineConfig,
    api::{Nothing, TrustRequest},
    core::session::Role,
};
use chunkstream_sim::{
    content::noise,
    hostile::{Hostile, Identity, Talk, offer, page},
    links,
    world::{Device, World},
};
use futures_util::future::join_all;
use quinn::VarInt;
use tokio::time::Instant;

/// What is said to be the most, in docs/SECURITY.md.
const MOST: u64 = 1024 * 1024;
/// `DATAGRAM_BUFFER` of the engine's endpoint, `MOST` of its copies, and `MESSAGE` of a stranger.
const DATAGRAMS: u64 = 256 * 1024;
const COPIES: u64 = 32 * 1024;
const MESSAGE: usize = 32 * 1024;
/// Offers of one stranger that wait for an answer.
const WAITING: u8 = 16;
/// Control streams of one stranger that are served at a time.
const STREAMS: usize = 24;
/// Of docs/PROTOCOL.md.
const AGAIN: u64 = 4;
const PROTOCOL: u64 = 2;

fn host(network: u8, last: u8) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::new(10, 0, network, last), 1))
}

/// The code of a connection that ends for another.
const REPLACED: u64 = 4;

async fn bob_and_eve(seed: u64) -> (World, Device, Hostile) {
    let world = World::new(seed, links::lan());
    let bob = world.device("bob").await;
    let eve = Hostile::at(&world, host(1, 1));
    (world, bob, eve)
}

async fn devices(bob: &Device) -> usize {
    let devices = bob.engine.devices(Nothing {}).await;
    devices.expect("a list").len()
}

/// Offers, and what is said of it: true if it waits.
async fn offers(eve: &Hostile, connection: &quinn::Connection, number: u8) -> (Talk, bool) {
    let mut talk = Talk::open(connection.clone()).await;
    talk.hello("eve").await;
    talk.says(&offer(number)).await;
    talk.heard::<Hello>(MAX_CONTROL).await;
    let waits = match talk.heard::<FromReceiver>(MAX_CONTROL).await {
        FromReceiver::Waiting => true,
        FromReceiver::Decline(Decline::TooMany) => false,
        other => panic!("{other:?} to {}", eve.id()),
    };
    (talk, waits)
}

#[tokio::test(start_paused = true)]
async fn a_stranger_holds_less_than_a_mebibyte_and_writes_nothing_whatever_it_sends() {
    let world = World::new(1, links::lan());
    let bob = world.device("bob").await;
    // One stream after the other: quinn ends a connection by itself of which a stream comes in too many pieces.
    let eve = Hostile::tuned(&world, host(1, 1), |transport| {
        transport.send_fairness(false);
    });
    let before = bob.disk.paths();
    let connection = eve.tries(bob.address).await.expect("let in");
    let mut talks = Vec::new();
    for number in 0..WAITING {
        let (talk, waits) = offers(&eve, &connection, number).await;
        assert!(waits, "offer {number}");
        talks.push(talk);
    }
    let to_bob = || world.network.counters(eve.address.ip(), bob.ip());
    let handshake = to_bob().delivered_bytes;
    // Chunks, datagrams, and entries without an end, all at once.
    let chunks = async {
        loop {
            let Ok(mut stream) = connection.open_uni().await else {
                return;
            };
            let _ = stream.write_all(&vec![1; 64 * 1024]).await;
        }
    };
    let datagrams = async {
        loop {
            let _ = connection.send_datagram(vec![200; 1000].into());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    // Pages that take the most memory, and ordinary ones.
    let entries = join_all(talks.iter_mut().enumerate().map(async |(number, talk)| {
        let (entries, name) = if number % 2 == 0 {
            (256, 116)
        } else {
            (64, 200)
        };
        let mut first = 0;
        while talk.tries(&page(first, entries, name)).await.is_ok() {
            first += entries;
        }
    }));
    let all = async { tokio::join!(chunks, datagrams, entries) };
    let mut most = 0;
    tokio::select! {
        _ = all => panic!("the connection ended"),
        () = async {
            for _ in 0..600 {
                tokio::time::sleep(Duration::from_millis(100)).await;
                most = most.max(bob.engine.footprint().entries as u64);
            }
        } => {}
    }
    let footprint = bob.engine.footprint();
    println!(
        "{footprint:?}, {} bytes came",
        to_bob().delivered_bytes - handshake
    );
    assert_eq!(footprint.strangers, 1, "{:?}", connection.close_reason());
    assert!(most > 100 * 1024, "entries are shown: {most}");
    let message = 2 * MESSAGE as u64;
    let held = STRANGER_CREDIT + most + message + DATAGRAMS + COPIES;
    assert!(held <= MOST + COPIES, "{held}");
    assert!(connection.close_reason().is_none(), "it may go on asking");
    assert_eq!(bob.disk.paths(), before, "not one byte was written");
    assert_eq!(devices(&bob).await, 1);
    let view = bob
        .view(&chunkstream_core::id::TransferId([0; 16]).to_string())
        .await;
    assert!(view.files > 0 && view.durable_bytes == 0, "{view:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stranger_that_dials_several_addresses_keeps_the_connection_it_talks_on() {
    let (_world, bob, eve) = bob_and_eve(8).await;
    let kept = eve.tries(bob.address).await.expect("let in");
    let abandoned = eve.tries(bob.address).await.expect("let in");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(bob.engine.footprint().strangers, 2, "both wait for a word");
    abandoned.close(0u32.into(), b"another address was faster");
    let (talk, waits) = offers(&eve, &kept, 1).await;
    assert!(waits, "{:?}", talk.connection.close_reason());
    // One at a time: what it talks on last.
    let later = eve.tries(bob.address).await.expect("let in");
    let (_later, waits) = offers(&eve, &later, 2).await;
    assert!(waits);
    assert_eq!(talk.closed().await, REPLACED);
    assert_eq!(bob.engine.footprint().strangers, 1);
}

#[tokio::test(start_paused = true)]
async fn a_device_is_recorded_when_its_offer_is_shown_and_not_for_a_hello() {
    let (_world, bob, eve) = bob_and_eve(2).await;
    let mut talk = eve.greets(bob.address).await;
    assert_eq!(devices(&bob).await, 0);
    talk.says(&offer(1)).await;
    assert_eq!(
        talk.heard::<FromReceiver>(MAX_CONTROL).await,
        FromReceiver::Waiting
    );
    assert_eq!(devices(&bob).await, 1);
}

#[tokio::test(start_paused = true)]
async fn one_offer_over_the_limit_is_declined_and_room_comes_back() {
    let (world, bob, eve) = bob_and_eve(3).await;
    let first = eve.greets(bob.address).await;
    let mut talks = Vec::new();
    for number in 0..=WAITING {
        let (talk, waits) = offers(&eve, &first.connection, number).await;
        assert_eq!(waits, number < WAITING, "offer {number}");
        talks.push(talk);
    }
    // Another device at her address has none left; one elsewhere has.
    let other = Identity::generate();
    let connection = eve.tries_as(&other, bob.address).await.expect("let in");
    assert!(!offers(&eve, &connection, 100).await.1);
    let elsewhere = Hostile::at(&world, host(2, 1));
    let connection = elsewhere.tries(bob.address).await.expect("let in");
    assert!(offers(&elsewhere, &connection, 101).await.1);
    let id = chunkstream_core::id::TransferId([0; 16]).to_string();
    let request = chunkstream_sim::world::request(&id);
    bob.engine.decline(request).await.expect("declined");
    assert!(offers(&eve, &first.connection, 102).await.1);
    // By rate: as often as she likes she may not ask.
    let mut number = 103;
    let refused = loop {
        let (mut talk, waits) = offers(&eve, &first.connection, number).await;
        if !waits {
            break number;
        }
        talk.says(&FromSender::End(
            chunkstream_core::wire::EndCause::Cancelled,
        ))
        .await;
        while talk
            .next::<FromReceiver>(MAX_CONTROL)
            .await
            .is_some_and(|said| said != FromReceiver::Heard)
        {}
        number += 1;
    };
    assert!(u32::from(refused) < 103 + OFFERS.burst, "{refused}");
    assert!(bob.engine.footprint().turned_away.offers >= 3);
}

#[tokio::test(start_paused = true)]
async fn one_byte_over_what_a_stranger_may_say_ends_its_connection() {
    let (_world, bob, eve) = bob_and_eve(4).await;
    for case in 0..5 {
        let mut talk = eve.dials(bob.address).await;
        match case {
            // Lengths alone: nothing of that length is waited for.
            0 => {
                let length = (MAX_HELLO as u32 + 1).to_le_bytes();
                talk.send.write_all(&length).await.expect("it reads");
            }
            1 => {
                talk.hello("eve").await;
                let length = (MAX_OPENING as u32 + 1).to_le_bytes();
                talk.send.write_all(&length).await.expect("it reads");
            }
            2 => {
                talk.hello("eve").await;
                talk.says(&offer(1)).await;
                let length = (MESSAGE as u32 + 1).to_le_bytes();
                talk.send.write_all(&length).await.expect("it reads");
            }
            3 => {
                talk.hello("eve").await;
                talk.says(&offer(1)).await;
                talk.says(&page(0, 257, 5)).await;
            }
            _ => talk.hello(&"n".repeat(MAX_NAME + 1)).await,
        }
        assert_eq!(talk.closed().await, PROTOCOL, "case {case}");
    }
    // The longest that may be said.
    let mut talk = eve.dials(bob.address).await;
    talk.hello(&"n".repeat(MAX_NAME)).await;
    let Opening::Offer(mut long) = offer(2) else {
        unreachable!("it is an offer");
    };
    (long.title, long.note) = ("t".repeat(1024), "n".repeat(1024));
    talk.says(&Opening::Offer(long)).await;
    talk.heard::<Hello>(MAX_CONTROL).await;
    assert_eq!(
        talk.heard::<FromReceiver>(MAX_CONTROL).await,
        FromReceiver::Waiting
    );
}

#[tokio::test(start_paused = true)]
async fn one_stream_over_the_limit_is_let_go_of_and_the_others_are_served() {
    let (_world, bob, eve) = bob_and_eve(5).await;
    let first = eve.greets(bob.address).await;
    let mut talks = Vec::new();
    for _ in 1..STREAMS {
        let mut talk = Talk::open(first.connection.clone()).await;
        talk.hello("eve").await;
        talk.heard::<Hello>(MAX_CONTROL).await;
        talks.push(talk);
    }
    let mut over = Talk::open(first.connection.clone()).await;
    let _ = over.send.write_all(&[1]).await;
    assert_eq!(over.next::<Hello>(MAX_CONTROL).await, None);
    let mut last = talks.pop().expect("one of them");
    last.says(&offer(1)).await;
    assert_eq!(
        last.heard::<FromReceiver>(MAX_CONTROL).await,
        FromReceiver::Waiting
    );
}

#[tokio::test(start_paused = true)]
async fn a_hello_that_never_comes_and_a_stranger_with_nothing_under_way_are_ended() {
    let (_world, bob, eve) = bob_and_eve(6).await;
    let began = Instant::now();
    let silent = eve.tries(bob.address).await.expect("let in");
    silent.closed().await;
    assert!(
        began.elapsed() < Duration::from_secs(46),
        "{:?}",
        began.elapsed()
    );
    let mut trickling = eve.dials(bob.address).await;
    let began = Instant::now();
    let trickled = async {
        for byte in [20, 0, 0, 0].into_iter().cycle() {
            let _ = trickling.send.write_all(&[byte]).await;
            tokio::time::sleep(Duration::from_secs(4)).await;
        }
    };
    let connection = trickling.connection.clone();
    tokio::select! {
        () = trickled => {}
        _ = connection.closed() => {}
    }
    assert!(
        began.elapsed() < Duration::from_secs(16),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(bob.engine.footprint().devices, 0, "nothing is kept of them");
    // Who waits for an answer stays.
    let mut waits = eve.greets(bob.address).await;
    waits.says(&offer(1)).await;
    waits.heard::<FromReceiver>(MAX_CONTROL).await;
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert!(waits.connection.close_reason().is_none());
}

#[tokio::test(start_paused = true)]
async fn strangers_have_so_many_places_and_devices_that_are_known_need_none() {
    let world = World::new(7, links::lan());
    let (bob, ada) = trusting(&world).await;
    let mut staying = Vec::new();
    for network in 1..=5 {
        let crowd = Hostile::at(&world, host(network, 1));
        for number in 0..=STRANGERS_AT_A_PLACE {
            let device = Identity::generate();
            let connection = crowd
                .tries_as(&device, bob.address)
                .await
                .expect("a handshake");
            tokio::time::sleep(Duration::from_millis(50)).await;
            let stays = connection.close_reason().is_none();
            let room = staying.len() < STRANGERS && number < STRANGERS_AT_A_PLACE;
            assert_eq!(stays, room, "{network}, {number}");
            if stays {
                // An unfinished pairing or offer keeps the place; a stream with a Hello does for its time.
                let mut talk = Talk::open(connection).await;
                talk.hello("eve").await;
                staying.push(talk);
            } else if let Some(quinn::ConnectionError::ApplicationClosed(why)) =
                connection.close_reason()
            {
                assert_eq!(why.error_code, VarInt::from_u64(AGAIN).expect("small"));
            }
        }
        if staying.len() == STRANGERS {
            break;
        }
    }
    assert_eq!(bob.engine.footprint().strangers, STRANGERS);
    assert!(bob.engine.footprint().credit <= STRANGERS as u64 * STRANGER_CREDIT);
    ada.disk.write_file("/home/f", b"hello").expect("written");
    let id = ada.send(&["/home/f"], &bob).await;
    ada.finished(&id).await;
}

/// Bob, and Ada from whom he takes everything.
async fn trusting(world: &World) -> (Device, Device) {
    let by_role = |config: &mut EngineConfig| config.accept = AcceptPolicy::ByRole;
    let (bob, ada) = (
        world.device_with("bob", by_role).await,
        world.device("ada").await,
    );
    let identity = ada.engine.identity(Nothing {}).await;
    let request = TrustRequest {
        device: identity.expect("an identity").device_id,
        role: Role::Trusted,
        name: None,
    };
    bob.engine.trust(request).await.expect("trusted");
    (bob, ada)
}

#[tokio::test(start_paused = true)]
async fn under_load_an_address_is_proven_first_which_costs_who_was_here_before_nothing() {
    let world = World::new(8, links::wan_0());
    let bob = world.device("bob").await;
    let known = Hostile::at(&world, host(1, 1));
    let timed = async |peer: &Hostile| {
        let began = Instant::now();
        let connection = peer.tries(bob.address).await.expect("let in");
        // Until its tokens have come.
        tokio::time::sleep(Duration::from_secs(1)).await;
        (
            began.elapsed().saturating_sub(Duration::from_secs(1)),
            connection,
        )
    };
    let (calm, first) = timed(&known).await;
    assert_eq!(bob.engine.footprint().turned_away.asked, 0);
    // From many addresses, each of which could be forged.
    let crowd: Vec<_> = (0..UNPROVEN.burst as u8 + 8)
        .map(|last| Hostile::at(&world, host(2, last)))
        .collect();
    let flood = join_all(crowd.iter().map(|peer| peer.tries(bob.address)));
    let flooded = flood.await;
    assert!(
        flooded.iter().all(Result::is_ok),
        "asked for a proof and let in"
    );
    let asked = bob.engine.footprint().turned_away.asked;
    assert!(asked >= 8, "{asked}");
    first.close(VarInt::from_u32(0), b"");
    // The share is used up again at once.
    let again = join_all(crowd.iter().map(|peer| async {
        let device = Identity::generate();
        peer.tries_as(&device, bob.address).await
    }));
    let newcomer = Hostile::at(&world, host(3, 1));
    let (again, (new, (third, _second))) = tokio::join!(again, async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        tokio::join!(async { timed(&newcomer).await.0 }, timed(&known))
    });
    println!("calm {calm:?}, under load {third:?}, unknown {new:?}");
    assert!(again.iter().all(Result::is_ok));
    assert!(third < calm + calm / 2, "its token proves its address");
    assert!(new > calm + calm / 2, "it is asked");
}

/// Ten thousand devices at twenty addresses in a minute: none of them shows up in the time of a transfer.
#[tokio::test(start_paused = true)]
async fn ten_thousand_hostile_connections_in_a_minute_neither_crash_nor_starve_a_transfer() {
    const CONNECTIONS: u32 = 10_000;
    const BYTES: usize = 24 << 20;
    let mut times = Vec::new();
    for flood in [false, true] {
        let world = World::new(9, links::lan());
        let (bob, ada) = trusting(&world).await;
        let mut slow = links::wan_0();
        slow.rate_bits = Some(4_000_000);
        world.network.set_link(ada.ip(), bob.ip(), &slow);
        ada.disk
            .write_file("/home/big", &noise(9, BYTES))
            .expect("written");
        let began = Instant::now();
        let id = ada.send(&["/home/big"], &bob).await;
        let crowd: Vec<_> = (0..20)
            .map(|last| Hostile::at(&world, host(9, last)))
            .collect();
        let mut most = chunkstream_engine::Footprint::default();
        let attack = async {
            let mut tries = tokio::task::JoinSet::new();
            for number in 0..CONNECTIONS {
                let (endpoint, to) = (
                    crowd[number as usize % crowd.len()].endpoint.clone(),
                    bob.address,
                );
                tries.spawn(async move {
                    let device = Identity::generate();
                    let connected = Hostile::connects(&endpoint, &device, to);
                    let _ = tokio::time::timeout(Duration::from_secs(2), async {
                        if let Ok(connection) = connected.await {
                            let _ = connection.open_bi().await;
                            std::future::pending::<()>().await;
                        }
                    })
                    .await;
                });
                tokio::time::sleep(Duration::from_millis(6)).await;
                while tries.try_join_next().is_some() {}
                let now = bob.engine.footprint();
                most.connections = most.connections.max(now.connections);
                most.devices = most.devices.max(now.devices);
                most.strangers = most.strangers.max(now.strangers);
                most.credit = most.credit.max(now.credit);
            }
            while tries.join_next().await.is_some() {}
        };
        if flood {
            tokio::join!(attack, async {
                ada.finished(&id).await;
                times.push(began.elapsed());
            });
            let end = bob.engine.footprint();
            println!("at most {most:?}; at the end {end:?}");
            assert!(most.strangers <= STRANGERS, "{most:?}");
            assert!(most.connections <= STRANGERS + 8, "{most:?}");
            assert!(most.devices <= STRANGERS + 64, "{most:?}");
            assert!(end.turned_away.asked > 1000, "{end:?}");
            assert_eq!(devices(&bob).await, 1, "none of them was recorded");
        } else {
            ada.finished(&id).await;
            times.push(began.elapsed());
        }
    }
    println!("alone {:?}, under the flood {:?}", times[0], times[1]);
    assert!(times[1] < times[0].mul_f64(1.0 / 0.9));
}

#[tokio::test(start_paused = true)]
async fn sixteen_transfers_at_once_of_a_device_that_nobody_knows_all_wait_and_all_arrive() {
    let world = World::new(10, links::lan());
    let (bob, ada) = (world.device("bob").await, world.device("ada").await);
    let mut ids = Vec::new();
    for number in 0..16 {
        let path = format!("/home/{number}");
        ada.disk
            .write_file(&path, &noise(number, 300_000))
            .expect("written");
        ids.push(ada.send(&[&path], &bob).await);
    }
    for id in &ids {
        bob.accept(id).await;
    }
    for id in &ids {
        ada.finished(id).await;
    }
    assert_eq!(bob.engine.footprint().turned_away.offers, 0);
}
