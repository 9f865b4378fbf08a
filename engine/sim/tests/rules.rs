//! Rules for devices, held against a trusted peer that does not keep to what it announces: first what must work, then
//! each way around.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use chunkstream_core::{
    access::AcceptRule,
    chunk::{ChunkSize, Geometry},
    device::DeviceId,
    id::{FileId, TransferId},
    integrity::{Checksum, chunk_value},
    manifest::{Entry, EntryKind},
    path::RelPath,
    priority::Priority,
    wire::{
        ALPN, ChunkHeader, Encoding, FEATURES, FromReceiver, FromSender, Hello, LENGTH_BYTES,
        MAX_CHUNK_HEADER, MAX_CONTROL, Offer, Opening, Part, PauseCause, decode, encode,
    },
};
use chunkstream_engine::{
    AcceptPolicy,
    api::{
        AuditEntry, AuditFilter, AuditKind, AuditRequest, Code, DeviceRequest, Nothing,
        RenameRequest, RuleRequest, TransferView, TrustRequest,
    },
    core::session::{Reason, Role, State},
};
use chunkstream_sim::{
    anybody::Anybody,
    links,
    network::SimRuntime,
    world::{Device, Kill, World, request},
};
use quinn::{ClientConfig, Endpoint, EndpointConfig, crypto::rustls::QuicClientConfig};
use rcgen::PublicKeyData as _;
use rustls::pki_types::PrivateKeyDer;

/// How long, in virtual time, an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);
const CHUNK: u32 = 64 * 1024;
/// The folder of the day on which worlds begin.
const TODAY: &str = "2026-09-21";
const TRANSFER: TransferId = TransferId([7; 16]);

/// A peer with a key of its own, whose every word is the test's.
struct Peer {
    key: rcgen::KeyPair,
    endpoint: Endpoint,
}

/// Its control stream.
struct Talk {
    connection: quinn::Connection,
    send: quinn::SendStream,
    receive: quinn::RecvStream,
}

fn file(path: &str, len: u64) -> Entry {
    entry(path, EntryKind::File { len })
}

fn entry(path: &str, kind: EntryKind) -> Entry {
    Entry {
        path: RelPath::parse(path).expect("a path"),
        kind,
        modified_ns: None,
        mode: None,
    }
}

fn content(len: u64) -> Vec<u8> {
    vec![7; len as usize]
}

fn rule(max_bytes: Option<u64>, types: &[&str], folder: Option<&str>) -> AcceptRule {
    AcceptRule {
        max_bytes,
        types: types
            .iter()
            .map(|text| text.parse().expect("a type"))
            .collect(),
        folder: folder.map(|text| text.parse().expect("a folder")),
    }
}

impl Peer {
    fn new(world: &World) -> Self {
        let socket = world.network.socket(SocketAddr::from(([10, 0, 0, 99], 1)));
        let config = EndpointConfig::default();
        Self {
            key: rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).expect("a key"),
            endpoint: Endpoint::new_with_abstract_socket(
                config,
                None,
                socket,
                Arc::new(SimRuntime),
            )
            .expect("a socket"),
        }
    }

    fn id(&self) -> String {
        let public = self.key.der_bytes().try_into().expect("32 bytes");
        DeviceId::of_public_key(public).to_string()
    }

    fn config(&self) -> ClientConfig {
        let params = rcgen::CertificateParams::new(Vec::new()).expect("no names");
        let certificate = params.self_signed(&self.key).expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("TLS 1.3")
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody))
            .with_client_auth_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(self.key.serialize_der()).expect("a key"),
            )
            .expect("a matching key");
        tls.alpn_protocols = vec![ALPN.to_vec()];
        ClientConfig::new(Arc::new(QuicClientConfig::try_from(tls).expect("TLS 1.3")))
    }

    /// Connects, says this name, and offers.
    async fn offers(&self, to: &Device, name: &str) -> Talk {
        let connecting =
            self.endpoint
                .connect_with(self.config(), to.address, "device.chunkstream.invalid");
        let connection = connecting
            .expect("an address")
            .await
            .expect("it lets it in");
        let (send, receive) = connection.open_bi().await.expect("a stream");
        let mut talk = Talk {
            connection,
            send,
            receive,
        };
        let hello = Hello {
            features: FEATURES,
            name: name.to_owned(),
        };
        talk.write(&hello).await;
        talk.write(&Opening::Offer(Offer {
            transfer: TRANSFER,
            priority: Priority::Normal,
            chunk_size: ChunkSize::try_from(CHUNK).expect("a power of two"),
            geometry: Geometry::new(4, 2).expect("valid"),
            title: "things".to_owned(),
            note: String::new(),
            paused: None,
            created_ms: 0,
            attempt: 0,
            over: false,
        }))
        .await;
        let hello = talk.message().await.expect("an answer");
        decode::<Hello>(&hello).expect("a Hello");
        talk
    }
}

impl Talk {
    async fn write(&mut self, message: &impl serde::Serialize) {
        let bytes = encode(message, MAX_CONTROL).expect("short");
        self.send.write_all(&bytes).await.expect("it reads");
    }

    async fn announces(&mut self, first: u32, entries: Vec<Entry>) {
        let first = FileId(first);
        self.write(&FromSender::Entries { first, entries }).await;
    }

    async fn ends(&mut self, entries: u32, bytes: u64) {
        self.write(&FromSender::EndOfEntries { entries, bytes })
            .await;
    }

    async fn message(&mut self) -> Option<Vec<u8>> {
        let mut length = [0; LENGTH_BYTES];
        let read = self.receive.read_exact(&mut length);
        let waited = tokio::time::timeout(PATIENCE, read).await;
        waited.expect("an answer in time").ok()?;
        let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
        self.receive.read_exact(&mut bytes).await.ok()?;
        Some(bytes)
    }

    /// The next of the messages that decide something.
    async fn answer(&mut self) -> FromReceiver {
        loop {
            let bytes = self.message().await.expect("the connection lives");
            let message = decode::<FromReceiver>(&bytes).expect("a message");
            let decides = matches!(
                message,
                FromReceiver::Accept { .. }
                    | FromReceiver::Waiting
                    | FromReceiver::Pause(_)
                    | FromReceiver::Resume
                    | FromReceiver::Decline(_)
                    | FromReceiver::End(_)
                    | FromReceiver::Receipt { .. }
            );
            if decides {
                return message;
            }
        }
    }

    /// Sends a file of one chunk, and its root.
    async fn sends(&mut self, file: u32, len: u64) {
        let content = content(len);
        let size = ChunkSize::try_from(CHUNK).expect("a power of two");
        let header = ChunkHeader {
            transfer: TRANSFER,
            chunk_id: u64::from(file),
            file: FileId(file),
            sequence: 0,
            total_chunks: None,
            size: len as u32,
            checksum: chunk_value(len, 0, size, &content).expect("a chunk"),
            part: Part::Data,
            priority: Priority::Normal,
            encoding: Encoding::Raw,
            created_ms: 0,
        };
        let mut stream = self.connection.open_uni().await.expect("a stream");
        let header = encode(&header, MAX_CHUNK_HEADER).expect("short");
        // What is not wanted may be stopped.
        let _ = stream.write_all(&header).await;
        let _ = stream.write_all(&content).await;
        let _ = stream.finish();
        let root = Checksum(*blake3::hash(&content).as_bytes());
        self.write(&FromSender::Roots(vec![(FileId(file), root)]))
            .await;
    }
}

/// A device that accepts by role, and a peer that it trusts under the name "eve" and this rule.
async fn trusted(seed: u64, name: &str, rule: AcceptRule) -> (World, Device, Peer) {
    let world = World::new(seed, links::lan());
    let bob = world
        .durable_device("bob", |config| config.accept = AcceptPolicy::ByRole)
        .await;
    let peer = Peer::new(&world);
    trust(&bob, &peer, name, rule).await;
    (world, bob, peer)
}

async fn trust(bob: &Device, peer: &Peer, name: &str, rule: AcceptRule) {
    let trust = TrustRequest {
        device: peer.id(),
        role: Role::Trusted,
        name: Some(name.to_owned()),
    };
    bob.engine.trust(trust).await.expect("a decision");
    let request = RuleRequest {
        device: peer.id(),
        rule: Some(rule.clone()),
    };
    let view = bob.engine.set_rule(request).await.expect("a rule");
    assert_eq!(view.rule, Some(rule));
}

async fn view(bob: &Device) -> TransferView {
    bob.view(&TRANSFER.to_string()).await
}

async fn log(bob: &Device, kind: AuditKind) -> Vec<AuditEntry> {
    let only = AuditFilter {
        kinds: vec![kind],
        ..AuditFilter::default()
    };
    let request = AuditRequest {
        only,
        ..AuditRequest::default()
    };
    bob.engine.audit(request).await.expect("the log").entries
}

/// The transfer is held for a person, and no file of these is anywhere on the disk.
async fn held(bob: &Device, absent: &[&str]) {
    let id = TRANSFER.to_string();
    let view = bob
        .until(&id, |view| view.reason == Some(Reason::OverRule))
        .await;
    assert_eq!(view.state, State::Paused);
    assert_eq!(view.failure.expect("a reason").code, Code::OverRule);
    for path in bob.disk.paths() {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        assert!(!absent.contains(&name.as_str()), "{}", path.display());
    }
    assert_eq!(log(bob, AuditKind::OfferStopped).await.len(), 1);
}

/// A file that may come has come, while others may not.
async fn durable(bob: &Device, bytes: u64) {
    let id = TRANSFER.to_string();
    bob.until(&id, |view| view.durable_bytes == bytes).await;
}

#[tokio::test(start_paused = true)]
async fn what_a_rule_lets_in_goes_into_its_folder_without_a_question() {
    let rule = rule(Some(1_000), &["images"], Some("{device}/{date}"));
    let (_world, bob, peer) = trusted(1, "eve", rule).await;
    let mut talk = peer.offers(&bob, "eve").await;
    talk.announces(
        0,
        vec![entry("trip", EntryKind::Folder), file("trip/a.JPG", 600)],
    )
    .await;
    talk.announces(2, vec![file("trip/b.png", 400)]).await;
    talk.ends(3, 1_000).await;
    assert_eq!(talk.answer().await, FromReceiver::Accept { paused: None });
    talk.sends(1, 600).await;
    talk.sends(2, 400).await;
    let receipt = FromReceiver::Receipt {
        files: 2,
        bytes: 1_000,
    };
    assert_eq!(talk.answer().await, receipt);
    let folder = Path::new("/inbox/eve").join(TODAY).join("trip");
    assert_eq!(
        bob.disk.read_file(folder.join("a.JPG")).expect("there"),
        content(600)
    );
    let accepted = log(&bob, AuditKind::OfferAccepted).await;
    assert_eq!(accepted.len(), 1);
    assert_eq!(accepted[0].detail["by"], "rule");
    assert_eq!(accepted[0].name.as_deref(), Some("eve"));
}

#[tokio::test(start_paused = true)]
async fn one_byte_more_than_the_rule_lets_in_is_a_question() {
    let (_world, bob, peer) = trusted(2, "eve", rule(Some(1_000), &[], None)).await;
    let mut talk = peer.offers(&bob, "eve").await;
    talk.announces(0, vec![file("a", 600), file("b", 401)])
        .await;
    talk.ends(2, 1_001).await;
    assert_eq!(talk.answer().await, FromReceiver::Waiting);
    let view = view(&bob).await;
    assert_eq!(
        (view.state, view.failure.map(|why| why.code)),
        (State::Created, Some(Code::OverRule))
    );
    bob.accept(&TRANSFER.to_string()).await;
    assert_eq!(talk.answer().await, FromReceiver::Accept { paused: None });
    talk.sends(0, 600).await;
    talk.sends(1, 401).await;
    let receipt = FromReceiver::Receipt {
        files: 2,
        bytes: 1_001,
    };
    assert_eq!(
        talk.answer().await,
        receipt,
        "a person may take what a rule may not"
    );
}

#[tokio::test(start_paused = true)]
async fn an_announcement_that_does_not_end_decides_nothing() {
    let (_world, bob, peer) = trusted(3, "eve", rule(Some(1_000), &["txt"], None)).await;
    let mut talk = peer.offers(&bob, "eve").await;
    talk.announces(0, vec![file("a.txt", 1)]).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(view(&bob).await.state, State::Created);
    // The rest is of another type.
    talk.announces(1, vec![file("a.txt.exe", 1)]).await;
    talk.ends(2, 2).await;
    assert_eq!(talk.answer().await, FromReceiver::Waiting);
}

#[tokio::test(start_paused = true)]
async fn a_type_that_is_announced_after_accept_stops_the_transfer() {
    let (_world, bob, peer) = trusted(4, "eve", rule(None, &["txt"], None)).await;
    let mut talk = peer.offers(&bob, "eve").await;
    talk.announces(0, vec![file("a.txt", 10)]).await;
    talk.ends(1, 10).await;
    assert_eq!(talk.answer().await, FromReceiver::Accept { paused: None });
    // Neither with content nor without.
    talk.announces(
        1,
        vec![file("run.exe", 20), file("empty.sh", 0), file("b.txt", 30)],
    )
    .await;
    talk.ends(4, 60).await;
    assert_eq!(
        talk.answer().await,
        FromReceiver::Pause(PauseCause::ByPerson)
    );
    for (file, len) in [(1, 20), (0, 10), (3, 30)] {
        talk.sends(file, len).await;
    }
    durable(&bob, 10).await;
    held(&bob, &["run.exe", "empty.sh", "b.txt"]).await;
    // To resume all others is no decision about this one.
    bob.engine.resume_all(Nothing {}).await.expect("done");
    held(&bob, &["run.exe", "empty.sh", "b.txt"]).await;
    let resumed = bob.engine.resume(request(&TRANSFER.to_string())).await;
    resumed.expect("a person decides");
    assert_eq!(talk.answer().await, FromReceiver::Resume);
    let empty = Checksum(*blake3::hash(b"").as_bytes());
    talk.write(&FromSender::Roots(vec![(FileId(2), empty)]))
        .await;
    let receipt = FromReceiver::Receipt {
        files: 4,
        bytes: 60,
    };
    assert_eq!(talk.answer().await, receipt);
    assert_eq!(
        bob.disk.read_file("/inbox/run.exe").expect("there"),
        content(20)
    );
    let accepted = log(&bob, AuditKind::OfferAccepted).await;
    let by: Vec<&str> = accepted
        .iter()
        .map(|entry| entry.detail["by"].as_str())
        .collect();
    assert_eq!(by, ["person", "rule"]);
}

#[tokio::test(start_paused = true)]
async fn a_transfer_that_grows_over_its_size_stops_whatever_it_says_of_its_end() {
    let (_world, bob, peer) = trusted(5, "eve", rule(Some(100), &[], None)).await;
    let mut talk = peer.offers(&bob, "eve").await;
    talk.announces(0, vec![file("a", 90)]).await;
    talk.ends(1, 90).await;
    assert_eq!(talk.answer().await, FromReceiver::Accept { paused: None });
    talk.announces(1, vec![file("b", 10)]).await;
    talk.announces(2, vec![file("c", 1)]).await;
    assert_eq!(
        talk.answer().await,
        FromReceiver::Pause(PauseCause::ByPerson)
    );
    for (file, len) in [(2, 1), (0, 90), (1, 10)] {
        talk.sends(file, len).await;
    }
    durable(&bob, 100).await;
    held(&bob, &["c"]).await;
    let cancelled = bob.engine.cancel(request(&TRANSFER.to_string())).await;
    cancelled.expect("a person decides");
    assert!(matches!(talk.answer().await, FromReceiver::End(_)));
}

#[tokio::test(start_paused = true)]
async fn a_larger_version_of_a_withdrawn_file_counts_and_the_withdrawn_one_does_not() {
    let (_world, bob, peer) = trusted(6, "eve", rule(Some(100), &[], None)).await;
    let mut talk = peer.offers(&bob, "eve").await;
    talk.announces(0, vec![file("a", 90)]).await;
    talk.ends(1, 90).await;
    assert_eq!(talk.answer().await, FromReceiver::Accept { paused: None });
    talk.write(&FromSender::Withdraw(vec![FileId(0)])).await;
    talk.announces(1, vec![file("a", 95)]).await;
    talk.write(&FromSender::Withdraw(vec![FileId(1)])).await;
    talk.announces(2, vec![file("a", 101)]).await;
    assert_eq!(
        talk.answer().await,
        FromReceiver::Pause(PauseCause::ByPerson)
    );
    talk.sends(2, 101).await;
    held(&bob, &[]).await;
    assert_eq!(view(&bob).await.durable_bytes, 0);
}

#[tokio::test(start_paused = true)]
async fn a_rule_holds_over_a_restart_and_on_another_connection() {
    let (world, mut bob, peer) = trusted(7, "eve", rule(Some(100), &["txt"], None)).await;
    let mut talk = peer.offers(&bob, "eve").await;
    talk.announces(0, vec![file("a.txt", 90)]).await;
    talk.ends(1, 90).await;
    assert_eq!(talk.answer().await, FromReceiver::Accept { paused: None });
    world.kill(&mut bob, Kill::Process).await;
    drop(talk);
    world.start(&mut bob).await;
    let mut talk = peer.offers(&bob, "eve").await;
    talk.announces(0, vec![file("a.txt", 90), file("b.txt", 11)])
        .await;
    talk.ends(2, 101).await;
    held(&bob, &["b.txt"]).await;
    // And when it has been held before.
    world.kill(&mut bob, Kill::Process).await;
    drop(talk);
    world.start(&mut bob).await;
    let mut talk = peer.offers(&bob, "eve").await;
    talk.announces(0, vec![file("a.txt", 90), file("b.txt", 11)])
        .await;
    talk.ends(2, 101).await;
    assert_eq!(
        talk.answer().await,
        FromReceiver::Accept {
            paused: Some(PauseCause::ByPerson)
        }
    );
    talk.sends(1, 11).await;
    talk.sends(0, 90).await;
    durable(&bob, 90).await;
    assert_eq!(view(&bob).await.reason, Some(Reason::OverRule));
}

#[tokio::test(start_paused = true)]
async fn a_device_that_calls_itself_a_path_stays_in_the_inbox() {
    let rule = rule(None, &[], Some("{device}/{date}"));
    let (_world, bob, peer) = trusted(8, "../../x", rule).await;
    let mut talk = peer.offers(&bob, "../../x").await;
    talk.announces(0, vec![file("a", 5)]).await;
    talk.ends(1, 5).await;
    assert_eq!(talk.answer().await, FromReceiver::Accept { paused: None });
    talk.sends(0, 5).await;
    let receipt = FromReceiver::Receipt { files: 1, bytes: 5 };
    assert_eq!(talk.answer().await, receipt);
    let placed = Path::new("/inbox/_.._x").join(TODAY).join("a");
    assert_eq!(bob.disk.read_file(placed).expect("there"), content(5));
    let outside = |path: &&std::path::PathBuf| path.ends_with("a") && !path.starts_with("/inbox");
    assert_eq!(bob.disk.paths().iter().find(outside), None);
}

#[tokio::test(start_paused = true)]
async fn what_a_device_calls_itself_is_no_folder_unless_somebody_here_named_it_so() {
    let rule = rule(None, &[], Some("{device}"));
    let world = World::new(9, links::lan());
    let bob = world
        .device_with("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    let peer = Peer::new(&world);
    let request = RuleRequest {
        device: peer.id(),
        rule: Some(rule),
    };
    bob.engine.set_rule(request).await.expect("a rule");
    let mut talk = peer.offers(&bob, "Mother").await;
    talk.announces(0, vec![file("a", 5)]).await;
    talk.ends(1, 5).await;
    assert_eq!(talk.answer().await, FromReceiver::Accept { paused: None });
    let folder = view(&bob).await.folder.expect("accepted");
    assert_eq!(folder, format!("/inbox/{}", &peer.id()[..9]));
    // From now on it is.
    let request = RenameRequest {
        device: peer.id(),
        name: "mum".to_owned(),
    };
    let renamed = bob.engine.rename_device(request).await.expect("a name");
    assert_eq!(renamed.name, "mum");
}

#[tokio::test(start_paused = true)]
async fn a_link_in_the_way_of_a_rules_folder_is_a_question() {
    let rule = rule(None, &[], Some("{device}/{date}"));
    let (_world, bob, peer) = trusted(10, "eve", rule).await;
    bob.disk.make_folder("/inbox").expect("made");
    bob.disk.make_folder("/etc").expect("made");
    chunkstream_engine::disk::Disk::create_symlink(&bob.disk, "/etc", Path::new("/inbox/eve"))
        .expect("made");
    let mut talk = peer.offers(&bob, "eve").await;
    talk.announces(0, vec![file("a", 5)]).await;
    talk.ends(1, 5).await;
    assert_eq!(talk.answer().await, FromReceiver::Waiting);
    assert_eq!(
        view(&bob).await.failure.expect("why").code,
        Code::DiskUnwritable
    );
}

#[tokio::test(start_paused = true)]
async fn a_rule_lets_nobody_in_whose_role_does_not() {
    let (_world, bob, peer) = trusted(11, "eve", rule(None, &[], None)).await;
    let ask = TrustRequest {
        device: peer.id(),
        role: Role::Ask,
        name: None,
    };
    bob.engine.trust(ask).await.expect("a decision");
    let mut talk = peer.offers(&bob, "eve").await;
    talk.announces(0, vec![file("a", 5)]).await;
    talk.ends(1, 5).await;
    assert_eq!(talk.answer().await, FromReceiver::Waiting);
    let changes = log(&bob, AuditKind::RoleChanged).await;
    assert_eq!(changes[0].detail["from"], "trusted");
    assert_eq!(changes[0].detail["to"], "ask");
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_device_is_a_stranger_again_without_its_rule() {
    let (_world, bob, peer) = trusted(12, "eve", rule(Some(9), &[], None)).await;
    let request = DeviceRequest { device: peer.id() };
    bob.engine.forget(request).await.expect("forgotten");
    let mut talk = peer.offers(&bob, "eve").await;
    talk.announces(0, vec![file("a", 5)]).await;
    talk.ends(1, 5).await;
    assert_eq!(talk.answer().await, FromReceiver::Waiting);
    let devices = bob.engine.devices(Nothing {}).await.expect("a list");
    let seen = devices.iter().find(|view| view.device_id == peer.id());
    let seen = seen.expect("it was just met");
    assert_eq!(
        (seen.known, seen.role, seen.rule.clone()),
        (false, Role::Ask, None)
    );
    assert_eq!(log(&bob, AuditKind::DeviceForgotten).await.len(), 1);
}
