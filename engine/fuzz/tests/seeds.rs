//! The hand-made part of the corpus: what honest engines and persons say. `UPDATE_SEEDS=1` writes it anew after a change
//! of the wire.

use std::{fs, path::Path, time::Duration};

use chunkstream_core::{
    chunk::{ChunkSize, Geometry, tail},
    device::{DeviceId, Ticket, TicketSecret},
    id::{FileId, TransferId},
    integrity::{Checksum, Have},
    manifest::{Entry, EntryKind},
    pairing::{
        Channel, GuestComparison, GuestExchange, Invitation, Nonce, PairingCode, TicketGuest, Way,
    },
    path::RelPath,
    priority::Priority,
    rotation::{Rotation, Signature},
    wire::{
        ChunkHeader, Copy, Decline, Encoding, EndCause, FEATURES, FromReceiver, FromSender, Hello,
        LENGTH_BYTES, MAX_CONTROL, Offer, Opening, PairMessage, PairRefusal, PairStart, Part,
        PauseCause, Repair, encode,
    },
};
use serde::Serialize;

type Seeds = Vec<(String, Vec<u8>)>;

fn body(message: &impl Serialize) -> Vec<u8> {
    encode(message, MAX_CONTROL).expect("short")[LENGTH_BYTES..].to_vec()
}

fn entry(path: &str, kind: EntryKind) -> Entry {
    Entry {
        path: RelPath::parse(path).expect("a path"),
        kind,
        modified_ns: Some(1_700_000_000_000_000_000),
        mode: Some(0o644),
    }
}

fn have() -> Have {
    Have::from_ranges([0..3, 5..6]).expect("ordered")
}

fn from_sender() -> Vec<FromSender> {
    let entries = vec![
        entry("trip", EntryKind::Folder),
        entry("trip/a.jpg", EntryKind::File { len: 200_000 }),
        entry("trip/NUL.txt", EntryKind::File { len: 0 }),
        entry(
            "trip/ä",
            EntryKind::Symlink {
                target: "../x".into(),
            },
        ),
    ];
    vec![
        FromSender::Entries {
            first: FileId(0),
            entries,
        },
        FromSender::EndOfEntries {
            entries: 4,
            bytes: 200_000,
        },
        FromSender::Roots(vec![(FileId(1), Checksum([7; 32]))]),
        FromSender::Pause(PauseCause::SourceChanged),
        FromSender::Resume,
        FromSender::Priority(Priority::Critical),
        FromSender::End(EndCause::Cancelled),
        FromSender::Heard,
        FromSender::Sound(vec![(FileId(1), have())]),
        FromSender::Withdraw(vec![FileId(1)]),
    ]
}

fn from_receiver() -> Vec<FromReceiver> {
    vec![
        FromReceiver::Waiting,
        FromReceiver::Have(vec![(FileId(1), have())]),
        FromReceiver::Finished(vec![(FileId(0), FileId(2))]),
        FromReceiver::Accept { paused: None },
        FromReceiver::Decline(Decline::TooMany),
        FromReceiver::Durable {
            chunks: vec![(FileId(2), have())],
            rebuilt: 1,
        },
        FromReceiver::Need(vec![(FileId(1), have())]),
        FromReceiver::Pause(PauseCause::DiskFull),
        FromReceiver::Receipt { files: 2, bytes: 9 },
        FromReceiver::End(EndCause::Integrity),
        FromReceiver::Check(vec![(FileId(1), 0, vec![Checksum([1; 32])])]),
        FromReceiver::Unwanted(vec![(FileId(1), FileId(3))]),
        FromReceiver::Compare(vec![FileId(1)]),
        FromReceiver::Wanted(vec![FileId(1)]),
        FromReceiver::Limited { by: None },
    ]
}

fn channel() -> Channel {
    Channel {
        guest: DeviceId([1; 20]),
        host: DeviceId([2; 20]),
        exporter: [3; 32],
    }
}

fn openings() -> Vec<Opening> {
    let code = PairingCode::from_random([4; 8]);
    let secret = TicketSecret::new([5; 16]);
    vec![
        Opening::Offer(Offer {
            transfer: TransferId([9; 16]),
            priority: Priority::High,
            chunk_size: ChunkSize::at_most(1 << 19),
            geometry: Geometry::DEFAULT,
            title: "trip and 3 more".into(),
            note: "look".into(),
            paused: None,
            created_ms: 1,
            attempt: 2,
            over: false,
        }),
        Opening::Again(TransferId([9; 16])),
        Opening::Pair(PairStart::Code(
            GuestExchange::begin(code, channel(), [6; 32]).1,
        )),
        Opening::Pair(PairStart::Ticket(TicketGuest::begin(&secret, &channel()).1)),
        Opening::Pair(PairStart::Words(
            GuestComparison::begin(channel(), Nonce::new([7; 32])).1,
        )),
        Opening::Rotated(vec![rotation(1, 2), rotation(2, 3)]),
    ]
}

fn rotation(old: u8, new: u8) -> Rotation {
    Rotation {
        old: [old; 32],
        new: [new; 32],
        at_ms: 1_700_000_000_000,
        by_old: Signature::new(&[old; 64]),
        by_new: Signature::new(&[new; 64]),
    }
}

fn pair_messages() -> Vec<PairMessage> {
    let code = PairingCode::from_random([4; 8]);
    let mut open = Invitation::new(
        Way::Code(code, TicketSecret::new([5; 16])),
        Duration::ZERO,
        Duration::from_secs(9),
    );
    let (guest, share) = GuestExchange::begin(code, channel(), [6; 32]);
    let (_, answer) = open
        .exchange(Duration::ZERO, channel(), &share, [8; 32])
        .expect("open");
    let answer_message = PairMessage::Share(answer);
    let PairMessage::Share(answer) = &answer_message else {
        unreachable!("as made above")
    };
    let (_, proof) = guest.answer(answer).expect("honest");
    vec![
        answer_message,
        PairMessage::Proof(proof),
        PairMessage::Nonce(Nonce::new([7; 32])),
        PairMessage::Agreed,
        PairMessage::Refused(PairRefusal::Busy),
    ]
}

fn header() -> ChunkHeader {
    ChunkHeader {
        transfer: TransferId([9; 16]),
        chunk_id: 3,
        file: FileId(1),
        sequence: 2,
        total_chunks: Some(4),
        size: 65_536,
        checksum: Checksum([7; 32]),
        part: Part::Data,
        priority: Priority::Normal,
        encoding: Encoding::Raw,
        created_ms: 5,
    }
}

fn bodies() -> Vec<(u8, Vec<u8>)> {
    let hello = Hello {
        features: FEATURES,
        name: "Ada's läptop".into(),
    };
    let mut all = vec![(0, body(&hello)), (4, body(&header()))];
    all.extend(openings().iter().map(|message| (1, body(message))));
    all.extend(from_sender().iter().map(|message| (2, body(message))));
    all.extend(from_receiver().iter().map(|message| (3, body(message))));
    all.extend(pair_messages().iter().map(|message| (5, body(message))));
    all
}

fn numbered(inputs: Vec<Vec<u8>>) -> Seeds {
    let named = inputs.into_iter().enumerate();
    named
        .map(|(number, input)| (format!("seed-{number:02}"), input))
        .collect()
}

fn led(lead: &[u8], rest: &[u8]) -> Vec<u8> {
    [lead, rest].concat()
}

/// An operation with a message, as the plans' targets read it.
fn said(operation: u8, message: &impl Serialize) -> Vec<u8> {
    let body = body(message);
    let len = (body.len() as u16).to_le_bytes();
    [&[operation][..], &len, &body].concat()
}

fn texts() -> Vec<Vec<u8>> {
    let addresses = vec![
        "10.0.0.1:24880".parse().expect("an address"),
        "[fe80::1]:1".parse().expect("an address"),
    ];
    let ticket = Ticket::new(DeviceId([7; 20]), "Ada".into(), addresses).expect("a ticket");
    let with_secret = ticket.clone().with_secret(TicketSecret::new([5; 16]));
    [
        (0, ticket.to_string()),
        (0, with_secret.to_string()),
        (1, format!("{}@host.example:24880", DeviceId([7; 20]))),
        (1, "Mother's laptop".to_owned()),
        (1, ticket.to_string()),
        (2, DeviceId([9; 20]).to_string()),
        (3, PairingCode::from_random([4; 8]).to_string()),
        (4, TransferId([9; 16]).to_string()),
        (5, "a/b/c.tar.gz".to_owned()),
        (5, "../x".to_owned()),
        (6, "images".to_owned()),
        (6, ".JPG".to_owned()),
        (7, "../../x".to_owned()),
        (7, "{device}/{date}".to_owned()),
        (7, "/srv/{device}".to_owned()),
        (8, "1h30m".to_owned()),
        (8, "200Mbit/s".to_owned()),
        (
            9,
            r#"{"max_bytes":5,"types":["images","pdf"],"folder":"{device}"}"#.to_owned(),
        ),
    ]
    .into_iter()
    .map(|(which, text)| led(&[which], text.as_bytes()))
    .collect()
}

fn local() -> Vec<Vec<u8>> {
    [
        r#"{"command":"identity"}"#,
        r#"{"command":"identity","args":{}}"#,
        r#"{"command":"send","args":{"paths":["/a"],"targets":["bob"],"priority":"high","parity":"10+3"}}"#,
        r#"{"command":"accept","args":{"id":"09","into":"/x","conflict":"skip_identical","only":["a/b"]}}"#,
        r#"{"command":"change_settings","args":{"name":"desk","inbox_quota":5,"outbox_order":"oldest"}}"#,
        r#"{"command":"set_rule","args":{"device":"bob","rule":{"max_bytes":9,"types":["images"]}}}"#,
        r#"{"command":"audit","args":{"limit":5,"only":{"kinds":["paired"],"since_ms":1}}}"#,
        r#"{"command":"invite_device","args":{"way":"words","minutes":5}}"#,
        r#"{"command":"nothing","args":[[[[]]]]}"#,
        r#"{"command":"limit_device","args":{"device":"bob","send":1e400}}"#,
    ]
    .iter()
    .map(|line| line.as_bytes().to_vec())
    .collect()
}

fn datagrams() -> Vec<Vec<u8>> {
    let content = [7; 1000];
    let parity = tail::parity(&content, 3).expect("short");
    let repair = Repair {
        stream: 2,
        len: 1000,
        count: 3,
        first: 0,
        digest: tail::digest(&content),
        symbols: &parity,
    };
    let copy = Copy {
        stream: 4,
        offset: 9,
        bytes: b"hello",
    };
    vec![
        repair.encode(),
        copy.encode(),
        // 1000 bytes, 3 symbols, 300 there, three of them from parity.
        led(&[232, 3, 3, 0, 44, 1], &[2, 0, 0, 2, 1, 0, 2, 2, 0]),
        led(
            &[232, 3, 8, 0, 0, 0],
            &[5, 0, 0, 200, 0, 2, 0, 0, 2, 1, 0, 2, 2, 0, 2, 3, 0],
        ),
        led(
            &[232, 3, 8, 0, 0, 0],
            &[0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4, 1, 0, 0, 9, 9],
        ),
    ]
}

fn stripes() -> Vec<Vec<u8>> {
    vec![
        vec![10, 3, 255, 0, 9, 0],
        led(
            &[4, 2, 100, 0, 3, 0],
            &[[9; 64].as_slice(), &[0, 1, 0, 1, 0, 0]].concat(),
        ),
        led(
            &[4, 2, 100, 0, 3, 0],
            &[[9; 64].as_slice(), &[1, 1, 1, 0, 0, 0]].concat(),
        ),
        vec![1, 1, 0, 0, 0, 0, 5, 1, 0],
        vec![23, 11, 255, 7, 255, 7],
        vec![0, 0],
    ]
}

fn pairings() -> Vec<Vec<u8>> {
    let opening = |start: usize| {
        let body = body(&openings()[start]);
        [&[1, body.len() as u8][..], &body].concat()
    };
    let answer = body(&pair_messages()[0]);
    let proof = body(&pair_messages()[1]);
    let proof = [&[2, proof.len() as u8][..], &proof].concat();
    vec![
        led(&[0, 60, 0], &[3, 1, 2, 3]),
        led(&[0, 60, 0], &[4, 1, 2, 3, 4, 5, 6, 7, 8, 3]),
        led(&[0, 60, 0], &[opening(2), proof].concat()),
        led(&[1, 60, 0], &[opening(3), vec![5, 5]].concat()),
        led(&[2, 60, 0], &opening(4)),
        led(&[0, 1, 0], &[0, 255, 255, 5]),
        led(
            &[0, 60, 0],
            &[&[7, answer.len() as u8][..], &answer, &[6, 3]].concat(),
        ),
    ]
}

fn sessions() -> Vec<Vec<u8>> {
    vec![
        led(&[100, 0], &[0, 1, 0, 2, 0, 4, 0, 5]),
        led(&[100, 0], &[1, 5, 0, 1, 6, 0, 2, 5, 0, 3, 0, 1, 9]),
        led(
            &[100, 0],
            &[
                4, 1, 0, 4, 2, 2, 6, 9, 9, 0, 0, 6, 1, 1, 1, 1, 5, 1, 7, 2, 1, 6,
            ],
        ),
        led(
            &[0, 0],
            &[
                8, 255, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9, 9, 9,
            ],
        ),
        led(&[9, 9], &[0, 7, 0, 0, 0, 6, 0, 0]),
    ]
}

/// What an export looks like: at next to no cost, at the most and above it, of a later version, cut short.
fn exported_keys() -> Vec<Vec<u8>> {
    let text = |version: u8, memory: u32, len: usize| {
        let mut bytes = vec![version];
        for number in [memory, 1, 1] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&[7; 28 + 99]);
        bytes.truncate(len);
        let line = "ChunkStream Pro device key, sealed with a passphrase";
        format!("{line}\n{}\n", data_encoding::BASE64.encode(&bytes)).into_bytes()
    };
    vec![
        text(1, 64, 140),
        text(1, 256 << 10, 140),
        text(1, (256 << 10) + 1, 140),
        text(2, 64, 140),
        text(1, 64, 56),
    ]
}

fn receivings() -> Vec<Vec<u8>> {
    let whole = from_sender();
    let announced = [said(0, &whole[0]), said(0, &whole[1])].concat();
    vec![
        said(0, &whole[0]),
        announced.clone(),
        [
            announced.clone(),
            vec![2, 1, 0, 7, 2, 1, 1, 7, 4, 1, 0, 4, 1, 1],
        ]
        .concat(),
        [announced.clone(), said(0, &whole[9]), vec![2, 1, 0, 7]].concat(),
        [said(1, &whole[9]), announced.clone()].concat(),
        [announced, vec![8, 1, 1, 10, 2, 1, 0, 7, 5, 1, 0, 6, 1, 0]].concat(),
    ]
}

fn sendings() -> Vec<Vec<u8>> {
    let seeds = from_receiver();
    let mut all: Vec<Vec<u8>> = seeds
        .iter()
        .map(|message| led(&[0, 4, 3, 0, 4, 4], &said(0, message)))
        .collect();
    all.push(led(
        &[1, 5, 3, 0, 4, 5, 1, 0, 7, 5, 1, 1, 7, 4, 7, 0, 9, 6],
        &said(1, &seeds[1]),
    ));
    all
}

fn all() -> Vec<(&'static str, Seeds)> {
    let bodies = bodies();
    let wire = bodies
        .iter()
        .map(|(kind, body)| led(&[*kind], body))
        .collect();
    let framed = bodies.iter().filter(|(kind, _)| [2, 3].contains(kind));
    let mut framing: Vec<Vec<u8>> = framed
        .map(|(_, body)| led(&[0], &led(&(body.len() as u32).to_le_bytes(), body)))
        .collect();
    framing.push(vec![0, 255, 255, 255, 255]);
    let manifest = [
        [0, 255, 255, 255, 255],
        [1, 9, 0, 0, 0],
        [2, 0, 0, 0, 0],
        [1, 255, 255, 255, 0],
        [4, 1, 1, 1, 1],
    ]
    .iter()
    .map(|lead| led(lead, &body(&from_sender()[0])))
    .collect();
    vec![
        ("wire", numbered(wire)),
        ("framing", numbered(framing)),
        ("manifest", numbered(manifest)),
        ("text", numbered(texts())),
        ("local", numbered(local())),
        ("key", numbered(exported_keys())),
        ("datagram", numbered(datagrams())),
        ("stripe", numbered(stripes())),
        ("pairing", numbered(pairings())),
        ("session", numbered(sessions())),
        ("receiving", numbered(receivings())),
        ("sending", numbered(sendings())),
    ]
}

#[test]
fn seeds_are_what_engines_of_today_say() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for (target, seeds) in all() {
        let folder = corpus.join(target);
        if std::env::var_os("UPDATE_SEEDS").is_some() {
            fs::create_dir_all(&folder).expect("a folder");
            for (name, bytes) in &seeds {
                fs::write(folder.join(name), bytes).expect("written");
            }
        }
        for (name, bytes) in seeds {
            let there = fs::read(folder.join(&name)).unwrap_or_default();
            assert!(
                there == bytes,
                "{target}/{name} is stale; run: UPDATE_SEEDS=1 cargo test -p chunkstream-fuzz --test seeds"
            );
        }
    }
}
