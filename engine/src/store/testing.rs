//! What the tests of the store share: a store in memory, and rows that are easy to tell apart.

use std::sync::Arc;

use chunkstream_core::{
    chunk::{ChunkSize, ParityMode},
    device::DeviceId,
    id::{FileId, TransferId},
    integrity::Checksum,
    manifest::{Entry, EntryKind},
    path::RelPath,
    priority::Priority,
    session::{Direction, Reason, State},
};

use super::{ChunkRow, ChunkStatus, NewEntry, NewRoot, NewSession, NoHold, Store};
use crate::api::EntryViewKind;

/// The first file of a transfer.
pub(super) const FIRST: FileId = FileId(0);

pub(super) async fn memory() -> Store {
    Store::in_memory(Arc::new(NoHold))
        .await
        .expect("a store in memory")
}

pub(super) fn id(n: u32) -> TransferId {
    let mut bytes = [0; 16];
    bytes[12..].copy_from_slice(&n.to_be_bytes());
    TransferId(bytes)
}

pub(super) fn device(n: u8) -> DeviceId {
    DeviceId([n; 20])
}

/// A transfer to be sent with one root and all that can be set; later ones are newer.
pub(super) fn new_session(n: u32) -> NewSession {
    NewSession {
        id: id(n),
        direction: Direction::Sending,
        peer: device(1),
        peer_addresses: vec!["10.0.0.1:4433".to_owned(), "[fe80::1]:4433".to_owned()],
        sources: vec!["/home/ada/ünïcode.jpg".to_owned()],
        title: "Ferien 夏".to_owned(),
        reason: Some(Reason::WaitingForDevice),
        priority: Priority::High,
        parity: ParityMode::default(),
        chunk_size: ChunkSize::DEFAULT,
        folder: Some("/ziel/ö".to_owned()),
        limit_bps: Some(1_000_000),
        note: Some("viel Spaß 🎈".to_owned()),
        attempt: 0,
        roots: vec![NewRoot {
            name: "Ferien".to_owned(),
            kind: EntryViewKind::Folder,
            source_path: Some("/home/zoë/夏/Ferien".to_owned()),
        }],
        created_ms: u64::from(n),
    }
}

/// Records an empty received transfer without roots, later ones newer.
pub(crate) async fn insert(store: &Store, n: u32) -> TransferId {
    let new = NewSession {
        direction: Direction::Receiving,
        roots: Vec::new(),
        ..new_session(n)
    };
    store.insert_session(&new).await.expect("a new session");
    new.id
}

/// Moves a Created session to `state` by legal moves.
pub(super) async fn bring(store: &Store, id: TransferId, state: State) {
    use State::{Active, Cancelled, Completed, Completing, Created, Failed, Paused, Preparing};
    let way: &[State] = match state {
        Created => &[],
        Preparing => &[Preparing],
        Active => &[Preparing, Active],
        Paused => &[Paused],
        Completing => &[Preparing, Active, Completing],
        Completed => &[Preparing, Active, Completing, Completed],
        Failed => &[Failed],
        Cancelled => &[Cancelled],
    };
    for state in way {
        store
            .transition(id, *state, None, None, 20)
            .await
            .expect("a legal move");
    }
}

/// `n` files in the folder "f".
pub(super) fn files(n: u32) -> Vec<NewEntry> {
    let file = |n| NewEntry {
        entry: Entry {
            path: RelPath::parse(&format!("f/{n}")).expect("a path"),
            kind: EntryKind::File { len: 1000 },
            modified_ns: None,
            mode: None,
        },
        source: None,
        withdrawn: false,
    };
    (0..n).map(file).collect()
}

/// `n` chunks, eight to a file, the last of them short; in order.
pub(super) fn chunks(session: TransferId, n: u32) -> Vec<ChunkRow> {
    let chunk = |n: u32| ChunkRow {
        session,
        file: FileId(n / 8),
        sequence: n % 8,
        chunk_id: u64::from(n),
        checksum: Checksum(*blake3::hash(&n.to_le_bytes()).as_bytes()),
        len: if n % 8 == 7 { 1000 } else { 512 << 10 },
        is_parity: false,
        status: ChunkStatus::Received,
    };
    (0..n).map(chunk).collect()
}

/// Records transfers that have ended, in one transaction, and returns their ids: by turns sent and received and
/// completed, received and cancelled, sent and failed. Each is one file, but every tenth a selection of 40 photographs.
/// Later ones are newer; what was received is said to be in `folder`.
pub(crate) async fn ended(
    store: &Store,
    numbers: std::ops::Range<u32>,
    folder: &str,
) -> Vec<TransferId> {
    let mut transaction = store.begin().await.expect("a transaction");
    let mut ids = Vec::new();
    for n in numbers {
        // Ids are random: those of one day lie nowhere near each other.
        let hash = blake3::hash(&n.to_le_bytes());
        let id: [u8; 16] = std::array::from_fn(|at| hash.as_bytes()[at]);
        let (direction, status) = match n % 4 {
            0 => (Direction::Sending, State::Completed),
            1 => (Direction::Receiving, State::Completed),
            2 => (Direction::Receiving, State::Cancelled),
            _ => (Direction::Sending, State::Failed),
        };
        let roots = if n % 10 == 9 { 40 } else { 1 };
        let at = 1_700_000_000_000 + i64::from(n) * 1000;
        let received = direction == Direction::Receiving;
        let done = status == State::Completed;
        sqlx::query(
            "INSERT INTO sessions (session_id, direction, peer, peer_addresses, title, file_path, file_size, status, \
             priority, parity, chunk_size, total_chunks, bytes_transferred, files, files_done, scan_complete, \
             folder, created_at, updated_at, finished_at) VALUES (?1, ?2, ?3, '[\"192.168.1.20:24880\"]', ?4, ?4, \
             ?5 * 1000, ?6, 'normal', 'auto', 524288, ?5, ?5 * 500, ?5, ?5 * ?9, 1, ?7, ?8, ?8, ?8)",
        )
        .bind(&id[..])
        .bind(direction.as_str())
        .bind(&device((n % 5) as u8).0[..])
        .bind(format!("IMG_{n:05} evening.jpg"))
        .bind(roots)
        .bind(status.as_str())
        .bind(received.then_some(folder))
        .bind(at)
        .bind(done)
        .execute(&mut *transaction)
        .await
        .expect("a session");
        for root in 0..roots {
            let name = format!("IMG_{n:05}_{root}.jpg");
            let path = format!("{folder}/2026/holidays/{name}");
            sqlx::query(
                "INSERT INTO roots (session_id, ordinal, name, kind, source_path) VALUES (?, ?, ?, 'file', ?)",
            )
            .bind(&id[..])
            .bind(root)
            .bind(&name)
            .bind(path)
            .execute(&mut *transaction)
            .await
            .expect("a root");
            sqlx::query(
                "INSERT INTO entries (session_id, file_id, rel_path, kind, len, root, done) \
                 VALUES (?, ?, ?, 'file', 1000, ?, ?)",
            )
            .bind(&id[..])
            .bind(root)
            .bind(name)
            .bind(&hash.as_bytes()[..])
            .bind(done)
            .execute(&mut *transaction)
            .await
            .expect("an entry");
        }
        ids.push(TransferId(id));
    }
    transaction.commit().await.expect("all of them");
    ids
}
