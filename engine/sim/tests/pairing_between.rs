//! Somebody between two devices that pair, with a key of its own: what it can do with codes, tickets and words. The
//! untouched case is in `pairing/`, and here once more through a peer that is only honest.

use std::{net::SocketAddr, time::Duration};

use chunkstream_core::{
    device::{DeviceId, Ticket, TicketSecret},
    pairing::{
        Channel, EXPORTER_BYTES, EXPORTER_LABEL, GuestComparison, GuestExchange, Invitation, Nonce,
        PairingCode, TicketGuest, Way,
    },
    wire::{
        FEATURES, Hello, LENGTH_BYTES, MAX_CONTROL, MAX_PAIR, Opening, PairMessage, PairRefusal,
        PairStart, decode, encode,
    },
};
use chunkstream_engine::api::{
    Code, InviteRequest, JoinRequest, Nothing, PairState, PairWay, PairingView, WordsRequest,
};
use chunkstream_sim::{
    hostile::{Hostile, Talk},
    links,
    world::{Device, PATIENCE, World},
};
use quinn::{Connection, RecvStream, SendStream};

/// `close::PROTOCOL` of docs/PROTOCOL.md.
const PROTOCOL: u32 = 2;

/// A stream of hers, after both Hellos.
struct Stream {
    connection: Connection,
    send: SendStream,
    receive: RecvStream,
}

/// A device whose every word is the test's.
struct Eve {
    peer: Hostile,
    address: SocketAddr,
    id: DeviceId,
}

impl Eve {
    fn new(world: &World) -> Self {
        let address = SocketAddr::from(([10, 0, 0, 99], 1));
        let peer = Hostile::at(world, address);
        let id = peer.id();
        Self { peer, address, id }
    }

    /// Connects, and opens a stream.
    async fn dials(&self, device: &Device) -> Stream {
        self.peer.dials(device.address).await.into()
    }

    /// The same, and says Hello.
    async fn greets(&self, device: &Device) -> Stream {
        let mut stream = self.dials(device).await;
        stream.hello().await;
        stream.heard::<Hello>(MAX_CONTROL).await;
        stream
    }

    /// Somebody dials her and opens a stream.
    async fn is_dialled(&self) -> Stream {
        self.peer.is_dialled().await.into()
    }
}

impl From<Talk> for Stream {
    fn from(talk: Talk) -> Self {
        Self {
            connection: talk.connection,
            send: talk.send,
            receive: talk.receive,
        }
    }
}

impl Stream {
    async fn hello(&mut self) {
        let hello = Hello {
            features: FEATURES,
            name: "bob".to_owned(),
        };
        self.says(&hello).await;
    }

    async fn says(&mut self, message: &impl serde::Serialize) {
        let bytes = encode(message, MAX_CONTROL).expect("short");
        self.send.write_all(&bytes).await.expect("it reads");
    }

    async fn heard<T>(&mut self, limit: usize) -> T
    where
        T: serde::de::DeserializeOwned + chunkstream_core::wire::Checked,
    {
        let read = async {
            let mut length = [0; LENGTH_BYTES];
            self.receive
                .read_exact(&mut length)
                .await
                .expect("an answer");
            let length = u32::from_le_bytes(length) as usize;
            assert!(length <= limit, "{length} bytes");
            let mut bytes = vec![0; length];
            self.receive
                .read_exact(&mut bytes)
                .await
                .expect("an answer");
            decode::<T>(&bytes).expect("a message")
        };
        let waited = tokio::time::timeout(PATIENCE, read).await;
        waited.expect("an answer in time")
    }

    async fn pair_message(&mut self) -> PairMessage {
        self.heard(MAX_PAIR).await
    }

    fn channel(&self, guest: DeviceId, host: DeviceId) -> Channel {
        let mut exporter = [0; EXPORTER_BYTES];
        let exported = self
            .connection
            .export_keying_material(&mut exporter, EXPORTER_LABEL, b"");
        exported.expect("TLS exports");
        Channel {
            guest,
            host,
            exporter,
        }
    }
}

async fn devices(seed: u64) -> (World, Device, Device, Eve) {
    let world = World::new(seed, links::lan());
    let (ada, bob) = (world.device("ada").await, world.device("bob").await);
    let eve = Eve::new(&world);
    (world, ada, bob, eve)
}

async fn id(device: &Device) -> DeviceId {
    let identity = device.engine.identity(Nothing {}).await;
    identity
        .expect("an identity")
        .device_id
        .parse()
        .expect("an id")
}

async fn invite(host: &Device, way: PairWay) -> PairingView {
    let request = InviteRequest {
        way,
        ..InviteRequest::default()
    };
    host.engine.invite_device(request).await.expect("it opens")
}

/// Ada believes that Bob is where Eve is.
async fn join_at(guest: &Device, eve: &Eve, with: Option<&str>) {
    let request = JoinRequest {
        with: with.map(str::to_owned),
        at: Some(eve.address.to_string()),
        ..JoinRequest::default()
    };
    guest.engine.join_device(request).await.expect("it begins");
}

async fn failed(device: &Device) -> Code {
    let view = device.pairing_until(|view| view.state.is_final()).await;
    assert_eq!(view.state, PairState::Failed, "{view:?}");
    view.failure.expect("a reason").code
}

/// Nobody is known to a device: neither Eve nor the other.
async fn knows_nobody(device: &Device) {
    let devices = device.engine.devices(Nothing {}).await.expect("a list");
    let known: Vec<_> = devices.iter().filter(|view| view.known).collect();
    assert!(known.is_empty(), "{known:?}");
}

fn code_in(view: &PairingView) -> PairingCode {
    let code = view.code.as_ref().expect("a code");
    code.parse().expect("its own code")
}

#[tokio::test(start_paused = true)]
async fn an_honest_peer_with_the_code_is_paired() {
    let (_world, _ada, bob, eve) = devices(1).await;
    let code = code_in(&invite(&bob, PairWay::Code).await);
    let mut stream = eve.greets(&bob).await;
    let channel = stream.channel(eve.id, id(&bob).await);
    let (exchange, share) = GuestExchange::begin(code, channel, [1; 32]);
    stream.says(&Opening::Pair(PairStart::Code(share))).await;
    let PairMessage::Share(share) = stream.pair_message().await else {
        panic!("no share");
    };
    let (confirming, proof) = exchange.answer(&share).expect("a point");
    stream.says(&PairMessage::Proof(proof)).await;
    let PairMessage::Proof(proof) = stream.pair_message().await else {
        panic!("no proof");
    };
    assert_eq!(confirming.finish(&proof), Ok(()));
    let view = bob.pairing_until(|view| view.state.is_final()).await;
    assert_eq!(view.state, PairState::Paired);
    assert_eq!(view.device.expect("who").device_id, eve.id.to_string());
}

#[tokio::test(start_paused = true)]
async fn a_code_pairs_nobody_through_somebody_who_passes_everything_on() {
    let (_world, ada, bob, eve) = devices(2).await;
    let code = code_in(&invite(&bob, PairWay::Code).await);
    join_at(&ada, &eve, Some(&code.to_string())).await;
    let ours = eve.is_dialled().await;
    let theirs = eve.dials(&bob).await;
    let between = async {
        let Stream {
            mut send,
            mut receive,
            connection: _kept,
        } = ours;
        let Stream {
            send: mut on,
            receive: mut back,
            connection: _also,
        } = theirs;
        let there = tokio::io::copy(&mut receive, &mut on);
        let here = tokio::io::copy(&mut back, &mut send);
        let _ = tokio::join!(there, here);
    };
    let seen = async { (failed(&ada).await, failed(&bob).await) };
    let (here, there) = tokio::select! {
        seen = seen => seen,
        () = async { between.await; std::future::pending::<()>().await } => unreachable!(),
    };
    assert_eq!((here, there), (Code::WrongCode, Code::WrongCode));
    knows_nobody(&ada).await;
    knows_nobody(&bob).await;
    // Whoever was there has had its guess: the same code is not said a second time.
    let request = JoinRequest {
        with: Some(code.to_string()),
        at: Some(bob.address.to_string()),
        ..JoinRequest::default()
    };
    let refused = ada.engine.join_device(request).await;
    assert_eq!(refused.expect_err("it was tried").code, Code::CodeSpent);
}

#[tokio::test(start_paused = true)]
async fn whoever_plays_the_host_and_leaves_gets_no_second_guess() {
    let (_world, ada, bob, eve) = devices(3).await;
    let code = code_in(&invite(&bob, PairWay::Code).await);
    join_at(&ada, &eve, Some(&code.to_string())).await;
    let mut stream = eve.is_dialled().await;
    stream.heard::<Hello>(MAX_CONTROL).await;
    stream.hello().await;
    let Opening::Pair(PairStart::Code(share)) = stream.heard(MAX_CONTROL).await else {
        panic!("no pairing");
    };
    // Her guess is another code.
    let guess = PairingCode::from_random([3; 8]);
    let secret = TicketSecret::new([0; 16]);
    let mut hers = Invitation::new(Way::Code(guess, secret), Duration::ZERO, PATIENCE);
    let channel = stream.channel(id(&ada).await, eve.id);
    let (exchange, answer) = hers
        .exchange(Duration::ZERO, channel, &share, [4; 32])
        .expect("a point");
    stream.says(&PairMessage::Share(answer)).await;
    let PairMessage::Proof(proof) = stream.pair_message().await else {
        panic!("no proof");
    };
    assert!(hers.confirm(Duration::ZERO, exchange, &proof).is_err());
    stream.connection.close(0_u32.into(), b"");
    failed(&ada).await;
    knows_nobody(&ada).await;
    let request = JoinRequest {
        with: Some(code.to_string()),
        at: Some(eve.address.to_string()),
        ..JoinRequest::default()
    };
    let refused = ada.engine.join_device(request).await;
    assert_eq!(refused.expect_err("it was tried").code, Code::CodeSpent);
}

#[tokio::test(start_paused = true)]
async fn words_differ_when_somebody_stands_between() {
    let (_world, ada, bob, eve) = devices(4).await;
    invite(&bob, PairWay::Words).await;
    join_at(&ada, &eve, None).await;
    // To Ada she is the host.
    let mut ours = eve.is_dialled().await;
    ours.heard::<Hello>(MAX_CONTROL).await;
    ours.hello().await;
    let Opening::Pair(PairStart::Words(commitment)) = ours.heard(MAX_CONTROL).await else {
        panic!("no pairing");
    };
    let hers = Invitation::new(Way::Words, Duration::ZERO, PATIENCE);
    let nonce = Nonce::new([5; 32]);
    let channel = ours.channel(id(&ada).await, eve.id);
    let host = hers
        .compare(Duration::ZERO, channel, commitment, nonce)
        .expect("open");
    ours.says(&PairMessage::Nonce(nonce)).await;
    let PairMessage::Nonce(adas) = ours.pair_message().await else {
        panic!("no nonce");
    };
    host.words(&adas).expect("as committed");
    // To Bob she is the guest, with Ada's own nonce.
    let mut theirs = eve.greets(&bob).await;
    let channel = theirs.channel(eve.id, id(&bob).await);
    let (guest, commitment) = GuestComparison::begin(channel, adas);
    theirs
        .says(&Opening::Pair(PairStart::Words(commitment)))
        .await;
    let PairMessage::Nonce(bobs) = theirs.pair_message().await else {
        panic!("no nonce");
    };
    let (reveal, _) = guest.reveal(&bobs).expect("another nonce");
    theirs.says(&PairMessage::Nonce(reveal)).await;
    // She agrees with everybody.
    ours.says(&PairMessage::Agreed).await;
    theirs.says(&PairMessage::Agreed).await;
    let comparing = |view: &PairingView| view.words.is_some();
    let (here, there) = (
        ada.pairing_until(comparing).await,
        bob.pairing_until(comparing).await,
    );
    assert_ne!(here.words, there.words);
    for device in [&ada, &bob] {
        let said = device
            .engine
            .confirm_words(WordsRequest { same: false })
            .await;
        said.expect("words are shown");
        assert_eq!(failed(device).await, Code::WordsDiffer);
        knows_nobody(device).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_proof_that_was_made_on_another_connection_is_worth_nothing() {
    let (_world, _ada, bob, eve) = devices(5).await;
    let ticket = invite(&bob, PairWay::Ticket)
        .await
        .ticket
        .expect("a ticket");
    let ticket: Ticket = ticket.parse().expect("its own ticket");
    let secret = ticket.secret.expect("a pairing ticket");
    // A stranger has one connection: the second ends the first.
    let first = eve.greets(&bob).await;
    let mut second = eve.greets(&bob).await;
    let bobs = id(&bob).await;
    let (_, replayed) = TicketGuest::begin(&secret, &first.channel(eve.id, bobs));
    second
        .says(&Opening::Pair(PairStart::Ticket(replayed)))
        .await;
    let refused = PairMessage::Refused(PairRefusal::Wrong);
    assert_eq!(second.pair_message().await, refused);
    knows_nobody(&bob).await;
    // It has burnt nothing: the secret was not guessed.
    let mut third = eve.greets(&bob).await;
    let (_, fresh) = TicketGuest::begin(&secret, &third.channel(eve.id, bobs));
    third.says(&Opening::Pair(PairStart::Ticket(fresh))).await;
    assert!(matches!(third.pair_message().await, PairMessage::Proof(_)));
}

#[tokio::test(start_paused = true)]
async fn the_messages_of_a_pairing_do_nothing_a_second_time() {
    let (_world, _ada, bob, eve) = devices(6).await;
    let code = code_in(&invite(&bob, PairWay::Code).await);
    let bobs = id(&bob).await;
    let mut first = eve.greets(&bob).await;
    let (exchange, share) = GuestExchange::begin(code, first.channel(eve.id, bobs), [1; 32]);
    let start = Opening::Pair(PairStart::Code(share));
    first.says(&start).await;
    let PairMessage::Share(answer) = first.pair_message().await else {
        panic!("no share");
    };
    let (_, proof) = exchange.answer(&answer).expect("a point");
    first.says(&PairMessage::Proof(proof)).await;
    assert!(matches!(first.pair_message().await, PairMessage::Proof(_)));
    bob.pairing_until(|view| view.state == PairState::Paired)
        .await;
    // On the same connection, and after the next code is shown.
    for (open, refusal) in [(false, PairRefusal::Spent), (true, PairRefusal::Wrong)] {
        if open {
            invite(&bob, PairWay::Code).await;
        }
        let (send, receive) = first.connection.open_bi().await.expect("a stream");
        let mut again = Stream {
            connection: first.connection.clone(),
            send,
            receive,
        };
        again.hello().await;
        again.heard::<Hello>(MAX_CONTROL).await;
        again.says(&start).await;
        if open {
            assert!(matches!(again.pair_message().await, PairMessage::Share(_)));
            again.says(&PairMessage::Proof(proof)).await;
        }
        assert_eq!(again.pair_message().await, PairMessage::Refused(refusal));
    }
}

#[tokio::test(start_paused = true)]
async fn who_does_not_keep_to_the_protocol_is_thrown_out_and_burns_nothing() {
    let (_world, _ada, bob, eve) = devices(7).await;
    let code = code_in(&invite(&bob, PairWay::Code).await);
    let bobs = id(&bob).await;
    let long = vec![0_u8; MAX_PAIR + 1];
    for case in 0..3 {
        let mut stream = eve.greets(&bob).await;
        let channel = stream.channel(eve.id, bobs);
        let (_, share) = GuestExchange::begin(code, channel, [1; 32]);
        stream.says(&Opening::Pair(PairStart::Code(share))).await;
        assert!(matches!(stream.pair_message().await, PairMessage::Share(_)));
        match case {
            0 => stream.says(&PairMessage::Agreed).await,
            1 => stream.says(&long).await,
            _ => stream.says(&9_u8).await,
        }
        let closed = stream.connection.closed().await;
        let quinn::ConnectionError::ApplicationClosed(closed) = closed else {
            panic!("case {case}: {closed}");
        };
        assert_eq!(closed.error_code, PROTOCOL.into(), "case {case}");
    }
    let view = bob.pairing_until(|_| true).await;
    assert_eq!(view.state, PairState::Waiting);
    assert_eq!(view.code, Some(code.to_string()));
    knows_nobody(&bob).await;
}
