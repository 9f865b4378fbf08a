//! quinn over the simulated network in virtual time: that it works at all, over bad links, the same each time.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use chunkstream_sim::{
    links,
    network::{Counters, GilbertElliott, Link, SimNetwork, SimRuntime},
};
use quinn::{
    ClientConfig, Connection, Endpoint, EndpointConfig, IdleTimeout, ServerConfig, TransportConfig,
    VarInt,
    crypto::rustls::{QuicClientConfig, QuicServerConfig},
};
use rustls::{RootCertStore, pki_types::PrivateKeyDer};
use tokio::time::Instant;

const ALICE: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
const BOB: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2));
const PORT: u16 = 4433;
const IDLE: Duration = Duration::from_secs(10);
const STREAM: usize = 1 << 20;
const STREAMS: usize = 16;

/// A certificate that both tests of a pair share, so that their handshakes have the same length.
struct Identity {
    certificate: rcgen::Certificate,
    key: rcgen::KeyPair,
}

impl Identity {
    fn new() -> Self {
        // Ed25519: its signatures have one length, ECDSA's have several.
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).expect("a key");
        let mut params = rcgen::CertificateParams::new(["bob".to_owned()]).expect("a name");
        params.serial_number = Some(rcgen::SerialNumber::from(1));
        let certificate = params.self_signed(&key).expect("a certificate");
        Self { certificate, key }
    }

    fn server(&self) -> ServerConfig {
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).expect("a key");
        let mut tls = rustls::ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("TLS 1.3")
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.der().clone()], key)
            .expect("a matching key");
        tls.alpn_protocols = vec![b"sim".to_vec()];
        let mut config =
            ServerConfig::with_crypto(Arc::new(QuicServerConfig::try_from(tls).expect("TLS 1.3")));
        config.transport_config(transport());
        config
    }

    fn client(&self) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots
            .add(self.certificate.der().clone())
            .expect("a certificate");
        let mut tls = rustls::ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("TLS 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth();
        tls.alpn_protocols = vec![b"sim".to_vec()];
        let mut config =
            ClientConfig::new(Arc::new(QuicClientConfig::try_from(tls).expect("TLS 1.3")));
        config.transport_config(transport());
        config
    }
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn transport() -> Arc<TransportConfig> {
    let mut transport = TransportConfig::default();
    // A stream's window of 1 MiB: quinn closes a connection with too many gaps in one stream.
    transport.stream_receive_window(VarInt::from_u32(STREAM as u32));
    transport.receive_window(VarInt::from_u32((STREAM * STREAMS) as u32));
    transport.send_window((STREAM * STREAMS) as u64);
    transport.max_idle_timeout(Some(IdleTimeout::from(VarInt::from_u32(
        IDLE.as_millis() as u32
    ))));
    Arc::new(transport)
}

fn endpoint(network: &SimNetwork, ip: IpAddr, server: Option<ServerConfig>) -> Endpoint {
    let mut config = EndpointConfig::default();
    config.rng_seed(Some([7; 32]));
    let socket = network.socket(SocketAddr::new(ip, PORT));
    Endpoint::new_with_abstract_socket(config, server, socket, Arc::new(SimRuntime))
        .expect("a socket")
}

/// Both ends of a connection, with what keeps them going.
struct Pair {
    network: SimNetwork,
    alice: Connection,
    bob: Connection,
    _endpoints: [Endpoint; 2],
}

async fn connect(seed: u64, link: &Link, identity: &Identity) -> Pair {
    let network = SimNetwork::new(seed);
    network.set_link(ALICE, BOB, link);
    let server = endpoint(&network, BOB, Some(identity.server()));
    let mut client = endpoint(&network, ALICE, None);
    client.set_default_client_config(identity.client());
    let connecting = client
        .connect(SocketAddr::new(BOB, PORT), "bob")
        .expect("a valid name");
    let (alice, bob) = tokio::join!(connecting, async {
        server
            .accept()
            .await
            .expect("an open endpoint")
            .await
            .expect("a handshake")
    });
    Pair {
        network,
        alice: alice.expect("a handshake"),
        bob,
        _endpoints: [server, client],
    }
}

/// The bytes of a stream, different in each.
fn content(stream: usize) -> Vec<u8> {
    (0..STREAM as u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8 ^ stream as u8)
        .collect()
}

/// Sends 16 streams of 1 MiB and returns how long it took.
async fn send_16_mib(pair: &Pair) -> Duration {
    let began = Instant::now();
    let senders: Vec<_> = (0..STREAMS)
        .map(|n| {
            let alice = pair.alice.clone();
            tokio::spawn(async move {
                let mut stream = alice.open_uni().await.expect("connected");
                stream.write_all(&[n as u8]).await.expect("connected");
                stream.write_all(&content(n)).await.expect("connected");
                stream.finish().expect("open");
            })
        })
        .collect();
    let receivers: Vec<_> = (0..STREAMS)
        .map(|_| {
            let bob = pair.bob.clone();
            tokio::spawn(async move {
                let mut stream = bob.accept_uni().await.expect("connected");
                let bytes = stream.read_to_end(STREAM + 1).await.expect("connected");
                assert!(
                    bytes[1..] == content(usize::from(bytes[0])),
                    "stream {} is damaged",
                    bytes[0]
                );
            })
        })
        .collect();
    for task in senders.into_iter().chain(receivers) {
        task.await.expect("all is well");
    }
    began.elapsed()
}

/// A whole run on a clock of its own.
fn run(seed: u64, link: &Link, identity: &Identity) -> (Duration, Counters, Counters) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let pair = connect(seed, link, identity).await;
        let took = send_16_mib(&pair).await;
        (
            took,
            pair.network.counters(ALICE, BOB),
            pair.network.counters(BOB, ALICE),
        )
    })
}

#[test]
fn a_clean_long_link_delivers_every_byte_in_about_the_time_that_its_rate_allows() {
    let (took, there, _) = run(1, &links::wan_0(), &Identity::new());
    // 16 MiB at 200 Mbit/s take 0.67 s; slow start and its overshoot add to that.
    assert!(
        (Duration::from_millis(700)..Duration::from_secs(5)).contains(&took),
        "{took:?}"
    );
    assert_eq!(there.lost, 0);
    assert!(there.delivered_bytes > 16 << 20);
}

#[test]
fn the_same_seed_gives_the_same_datagrams_and_another_seed_others() {
    let (identity, link) = (Identity::new(), links::wan_5());
    let first = run(5, &link, &identity);
    assert!(first.1.lost > 500, "{:?}", first.1);
    assert_eq!(run(5, &link, &identity), first);
    assert_ne!(run(6, &link, &identity), first);
}

#[test]
fn a_link_that_loses_corrupts_doubles_and_reorders_still_delivers_every_byte() {
    let link = Link {
        corrupt: 0.005,
        duplicate: 0.01,
        reorder: 0.01,
        jitter: Duration::from_millis(5),
        burst: Some(GilbertElliott::bursts(0.01, 3.0)),
        ..links::fibre()
    };
    let (_, there, _) = run(3, &link, &Identity::new());
    for (what, count) in [
        ("lost", there.lost),
        ("corrupted", there.corrupted),
        ("duplicated", there.duplicated),
        ("reordered", there.reordered),
    ] {
        assert!(count > 20, "{what}: {there:?}");
    }
}

#[test]
fn every_link_of_the_ladder_carries_a_connection() {
    let identity = Identity::new();
    for (name, link) in links::all() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
        let echoed = runtime.block_on(async {
            let pair = connect(11, &link, &identity).await;
            let (mut send, mut receive) = pair.alice.open_bi().await.expect("connected");
            send.write_all(&vec![1; 30_000]).await.expect("connected");
            send.finish().expect("open");
            let (mut answer, mut question) = pair.bob.accept_bi().await.expect("connected");
            let bytes = question.read_to_end(30_000).await.expect("connected");
            answer.write_all(&bytes).await.expect("connected");
            answer.finish().expect("open");
            receive.read_to_end(30_000).await.expect("connected")
        });
        assert!(echoed == vec![1; 30_000], "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_that_is_down_for_long_ends_the_connection_after_its_idle_time() {
    let pair = connect(1, &links::fibre(), &Identity::new()).await;
    pair.network.link_down(ALICE, BOB);
    let began = Instant::now();
    let mut stream = pair.alice.open_uni().await.expect("still connected");
    stream
        .write_all(b"is anybody there?")
        .await
        .expect("buffered");
    assert_eq!(pair.alice.closed().await, quinn::ConnectionError::TimedOut);
    let took = began.elapsed();
    assert!((IDLE * 9 / 10..IDLE * 2).contains(&took), "{took:?}");
    assert!(pair.network.counters(ALICE, BOB).down > 0);
}

#[tokio::test(start_paused = true)]
async fn a_link_that_comes_back_in_time_goes_on() {
    let pair = connect(1, &links::fibre(), &Identity::new()).await;
    pair.network.link_down(ALICE, BOB);
    let network = pair.network.clone();
    tokio::spawn(async move {
        tokio::time::sleep(IDLE / 2).await;
        network.link_up(ALICE, BOB);
    });
    let took = send_16_mib(&pair).await;
    assert!(took > IDLE / 2, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_moves_to_another_address_keeps_its_connection() {
    let pair = connect(1, &links::fibre(), &Identity::new()).await;
    let elsewhere = IpAddr::V4(Ipv4Addr::new(10, 9, 9, 9));
    pair.network.move_host(ALICE, elsewhere);
    send_16_mib(&pair).await;
    assert_eq!(pair.bob.remote_address(), SocketAddr::new(elsewhere, PORT));
    assert!(pair.network.counters(elsewhere, BOB).delivered_bytes > 16 << 20);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_moves_to_another_address_is_lost_to_its_clients() {
    let pair = connect(1, &links::fibre(), &Identity::new()).await;
    pair.network
        .move_host(BOB, IpAddr::V4(Ipv4Addr::new(10, 9, 9, 9)));
    let mut from_alice = pair.alice.open_uni().await.expect("still connected");
    from_alice
        .write_all(b"where are you?")
        .await
        .expect("buffered");
    let mut from_bob = pair.bob.open_uni().await.expect("still connected");
    from_bob.write_all(b"here!").await.expect("buffered");
    assert_eq!(pair.alice.closed().await, quinn::ConnectionError::TimedOut);
    assert!(pair.network.counters(ALICE, BOB).no_socket > 0);
    assert!(
        pair.network.stale_sources() > 0,
        "no system sends from an address that it has lost"
    );
}

#[tokio::test(start_paused = true)]
async fn a_socket_that_is_gone_receives_nothing() {
    let network = SimNetwork::new(1);
    let a = network.socket(SocketAddr::new(ALICE, PORT));
    let b = network.socket(SocketAddr::new(BOB, PORT));
    drop(b);
    let transmit = quinn::udp::Transmit {
        destination: SocketAddr::new(BOB, PORT),
        ecn: None,
        contents: &[0; 3000],
        segment_size: Some(1000),
        src_ip: None,
    };
    a.try_send(&transmit).expect("sending never fails");
    tokio::time::sleep(Duration::from_millis(5)).await;
    let counters = network.counters(ALICE, BOB);
    assert_eq!(
        (counters.sent, counters.delivered, counters.no_socket),
        (3, 0, 3)
    );
}

#[tokio::test(start_paused = true)]
async fn a_blocking_task_holds_the_clock_while_it_works() {
    let began = Instant::now();
    let timer = tokio::spawn(tokio::time::sleep(Duration::from_secs(3600)));
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let work = tokio::task::spawn_blocking(move || wait.recv());
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        go.send(())
    });
    work.await.expect("no panic").expect("sent");
    assert_eq!(
        began.elapsed(),
        Duration::ZERO,
        "the clock waited for the thread"
    );
    assert!(thread.join().expect("no panic").is_ok());
    assert!(!timer.is_finished());
}
