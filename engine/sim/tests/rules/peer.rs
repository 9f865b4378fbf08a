//! A device with a rule for a peer that it trusts, what that peer says and sends, and what becomes of it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use chunkstream_core::{
    access::AcceptRule,
    id::TransferId,
    integrity::chunk_value,
    manifest::{Entry, EntryKind},
    wire::{FromReceiver, Hello, MAX_CONTROL},
};
use chunkstream_engine::{
    AcceptPolicy,
    api::{
        AuditEntry, AuditFilter, AuditKind, AuditRequest, Code, RuleRequest, TransferView,
        TrustRequest,
    },
    core::session::{Reason, Role, State},
};
use chunkstream_sim::{
    hostile::{Hostile, Talk, chunk_size, entry, first_chunk, offer},
    links,
    world::{Device, World},
};

/// Where the peer is.
pub(crate) const EVE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 99)), 1);
/// Of its one offer.
const NUMBER: u8 = 7;
pub(crate) const TRANSFER: TransferId = TransferId([NUMBER; 16]);

pub(crate) fn file(path: &str, len: u64) -> Entry {
    entry(path, EntryKind::File { len })
}

pub(crate) fn content(len: u64) -> Vec<u8> {
    vec![7; len as usize]
}

pub(crate) fn rule(max_bytes: Option<u64>, types: &[&str], folder: Option<&str>) -> AcceptRule {
    AcceptRule {
        max_bytes,
        types: types
            .iter()
            .map(|text| text.parse().expect("a type"))
            .collect(),
        folder: folder.map(|text| text.parse().expect("a folder")),
    }
}

/// A device that accepts by role, and a peer that it trusts under the name "eve" and this rule.
pub(crate) async fn trusted(seed: u64, name: &str, rule: AcceptRule) -> (World, Device, Hostile) {
    let world = World::new(seed, links::lan());
    let bob = world
        .durable_device("bob", |config| config.accept = AcceptPolicy::ByRole)
        .await;
    let peer = Hostile::at(&world, EVE);
    trust(&bob, &peer, name, rule).await;
    (world, bob, peer)
}

async fn trust(bob: &Device, peer: &Hostile, name: &str, rule: AcceptRule) {
    let trust = TrustRequest {
        device: peer.id().to_string(),
        role: Role::Trusted,
        name: Some(name.to_owned()),
    };
    bob.engine.trust(trust).await.expect("a decision");
    let request = RuleRequest {
        device: peer.id().to_string(),
        rule: Some(rule.clone()),
    };
    let view = bob.engine.set_rule(request).await.expect("a rule");
    assert_eq!(view.rule, Some(rule));
}

/// The peer connects, says this name, and offers.
pub(crate) async fn offers(peer: &Hostile, to: &Device, name: &str) -> Talk {
    let mut talk = peer.dials(to.address).await;
    talk.hello(name).await;
    talk.says(&offer(NUMBER)).await;
    talk.heard::<Hello>(MAX_CONTROL).await;
    talk
}

/// The next of the messages that decide something.
pub(crate) async fn answer(talk: &mut Talk) -> FromReceiver {
    let deciding = |message: FromReceiver| {
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
        decides.then_some(message)
    };
    let heard = talk.hears(deciding).await;
    heard.expect("the connection lives")
}

/// The peer sends a file of one chunk, and its root.
pub(crate) async fn sends(talk: &mut Talk, file: u32, len: u64) {
    let content = content(len);
    let value = chunk_value(len, 0, chunk_size(), &content).expect("a chunk");
    let header = first_chunk(NUMBER, file, &content, value);
    // What is not wanted may be stopped.
    if let Ok(mut stream) = talk.sends(&header, &content).await {
        let _ = stream.finish();
    }
    talk.tells_root(file, &content).await;
}

pub(crate) async fn view(bob: &Device) -> TransferView {
    bob.view(&TRANSFER.to_string()).await
}

pub(crate) async fn log(bob: &Device, kind: AuditKind) -> Vec<AuditEntry> {
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
pub(crate) async fn held(bob: &Device, absent: &[&str]) {
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
pub(crate) async fn durable(bob: &Device, bytes: u64) {
    let id = TRANSFER.to_string();
    bob.until(&id, |view| view.durable_bytes == bytes).await;
}
