//! The transfers that ended before this run: all of them are known before the first command, however many they are.
//!
//! They are read by two queries for all together (rows, roots) and one look for each folder in which something may be
//! kept; nothing is asked of the database for each of them. What only an opened row shows (files, time line, map) stays
//! in the database until somebody asks. Such a session has no task and no channel.

use std::{collections::HashSet, path::PathBuf};

use chunkstream_core::{
    id::{FileId, TransferId},
    session::{Direction, State},
};
use tokio_util::sync::CancellationToken;

use super::{
    Shared,
    last_word::Word,
    session::{Facts, PREVIEW, ROOTS, Session, shown_entry},
};
use crate::{
    api::{EntryView, Failure, RootView},
    store::{self, EndedRoots},
};

impl Shared {
    /// Takes up transfers that have ended, and returns the last words that may still be owed to other devices: whoever
    /// is called to be told comes with offers, so this is for when the rest has been taken up.
    pub(super) async fn recall(&self, rows: Vec<store::Session>) -> Result<Vec<Word>, Failure> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut roots = self.store.ended_roots(ROOTS as u32).await?;
        let may_be_kept = rows.iter().filter_map(|row| {
            let unfinished = row.direction == Direction::Receiving
                && row.state != State::Completed
                && row.durable_bytes > 0;
            let folder = row.folder.as_ref().filter(|_| unfinished)?;
            Some((row.id, PathBuf::from(folder)))
        });
        let kept = self.kept(may_be_kept.collect()).await;
        // One for all: nobody has ever worked on them in this run.
        let gone = CancellationToken::new();
        gone.cancel();
        let has_network = self.endpoint.has_network();
        let (mut sessions, mut words) = (Vec::with_capacity(rows.len()), Vec::new());
        for row in rows {
            words.extend(Word::of(&row).filter(|_| has_network));
            let roots = roots.remove(&row.id).unwrap_or_default();
            sessions.push(past(row, roots, &kept, &gone));
        }
        self.insert_history(sessions);
        Ok(words)
    }

    /// The first entries of a transfer, as the database has them.
    pub(super) async fn preview(&self, id: TransferId) -> Result<Vec<EntryView>, Failure> {
        let entries = self.store.entries(id, FileId(0), PREVIEW as u32).await?;
        let live = entries.iter().filter(|stored| !stored.withdrawn);
        Ok(live.map(|stored| shown_entry(&stored.entry)).collect())
    }
}

fn past(
    row: store::Session,
    roots: EndedRoots,
    kept: &HashSet<TransferId>,
    gone: &CancellationToken,
) -> Session {
    let mut facts = Facts::of_row(&row);
    if row.state == State::Completed {
        facts.files_done = facts.files;
        facts.durable_bytes = facts.bytes;
    } else if kept.contains(&row.id) {
        facts.kept_bytes = row.durable_bytes;
    }
    facts.root_count = roots.count;
    facts.root = roots.single;
    facts.roots = shown_roots(roots.first);
    Session::past(&row, facts, gone.clone())
}

/// Roots as they are shown.
pub(super) fn shown_roots(roots: Vec<store::Root>) -> Vec<RootView> {
    let shown = roots.into_iter().map(|root| RootView {
        name: root.name,
        path: root.placed_path.or(root.source_path),
        kind: root.kind,
    });
    let mut shown: Vec<RootView> = shown.collect();
    shown.shrink_to_fit();
    shown
}

#[cfg(test)]
mod tests {
    use std::{path::Path, sync::Arc, time::Instant};

    use super::*;
    use crate::{
        Engine, EngineConfig, Sockets,
        api::{Nothing, ReceiptRequest, TransferRequest, TransferView},
        store::{NoHold, Store, testing},
    };

    /// The data folder of a device that has its key.
    async fn begun(place: &tempfile::TempDir) -> PathBuf {
        let data = place.path().join("data");
        start(&data).await.shutdown().await;
        data
    }

    async fn store(data: &Path) -> Store {
        let path = Engine::database(data);
        Store::open(&path, Arc::new(NoHold)).await.expect("opened")
    }

    async fn start(data: &Path) -> Engine {
        let mut config = EngineConfig::new(data);
        config.sockets = Sockets::None;
        Engine::start(config).await.expect("an engine")
    }

    fn request(id: &TransferId) -> TransferRequest {
        TransferRequest { id: id.to_string() }
    }

    async fn list(engine: &Engine) -> Vec<TransferView> {
        engine.transfers(Nothing {}).await.expect("a list")
    }

    #[tokio::test]
    async fn every_transfer_that_has_ended_is_known_after_a_start() {
        let place = tempfile::tempdir().expect("a folder");
        let (data, inbox) = (begun(&place).await, place.path().join("inbox"));
        let folder = inbox.to_str().expect("a path");
        let before = store(&data).await;
        let ids = testing::ended(&before, 0..620, folder).await;
        // Newer ones that have not ended push nothing out.
        for n in 0..30 {
            testing::insert(&before, n).await;
        }
        before.close().await;
        // The third was received and cancelled: of it something is kept, of its like nothing.
        let staging = inbox.join(format!(".chunkstream-{}", ids[2]));
        std::fs::create_dir_all(staging).expect("a folder");

        let engine = start(&data).await;
        let all = list(&engine).await;
        assert_eq!(all.len(), 650);
        let told = engine.subscribe().next().await.expect("an update");
        assert_eq!(told.transfers, all);
        let view = |id: &TransferId| {
            let id = id.to_string();
            let found = all.iter().find(|view| view.id == id);
            found.expect("it is listed").clone()
        };
        for (n, id) in ids.iter().enumerate() {
            let (view, photographs) = (view(id), if n % 10 == 9 { 40 } else { 1 });
            assert_eq!(
                (view.root_count, view.roots.len()),
                (photographs, photographs as usize)
            );
            let single = photographs == 1 && view.state == State::Completed;
            assert_eq!(view.root.is_some(), single, "{n}");
            let durable = if view.state == State::Completed {
                1000
            } else {
                500
            };
            assert_eq!(view.durable_bytes, u64::from(photographs) * durable);
            assert_eq!(view.kept_bytes, if n == 2 { 500 } else { 0 }, "{n}");
            assert_eq!(view.preview, []);
        }

        // The oldest is found by its id and by the beginning of it, has its files, and can be removed.
        let oldest = &ids[0];
        let shown = engine.transfer(request(oldest)).await.expect("it is there");
        assert_eq!(shown.preview[0].path, "IMG_00000_0.jpg");
        let receipt = ReceiptRequest {
            id: oldest.to_string()[..12].to_owned(),
            from: 0,
            limit: None,
        };
        let receipt = engine.receipt(receipt).await.expect("a receipt");
        assert_eq!(receipt.files[0].root, shown.root);
        engine.remove(request(oldest)).await.expect("removed");
        assert!(engine.transfer(request(oldest)).await.is_err());

        // One that is retried is there once, and goes on.
        engine.retry(request(&ids[2])).await.expect("retried");
        let mut after = list(&engine).await;
        assert_eq!(after.len(), 649);
        after.retain(|view| view.id == ids[2].to_string());
        assert_eq!(after.len(), 1);
        assert!(!after[0].state.is_final());
        engine.shutdown().await;

        let engine = start(&data).await;
        assert_eq!(list(&engine).await.len(), 649);
        engine.shutdown().await;
    }

    #[tokio::test]
    async fn the_end_of_a_folder_of_the_history_is_told() {
        let place = tempfile::tempdir().expect("a folder");
        let (data, inbox) = (begun(&place).await, place.path().join("inbox"));
        let before = store(&data).await;
        let ids = testing::ended(&before, 2..4, inbox.to_str().expect("a path")).await;
        before.close().await;
        let staging = inbox.join(format!(".chunkstream-{}", ids[0]));
        std::fs::create_dir_all(&staging).expect("a folder");
        let engine = start(&data).await;
        let mut updates = engine.subscribe();
        assert_eq!(updates.next().await.expect("all").transfers.len(), 2);
        let path = staging.to_str().expect("a path").to_owned();
        let leftover = crate::api::LeftoverRequest { path };
        engine.remove_leftover(leftover).await.expect("removed");
        let told = loop {
            let update = updates.next().await.expect("an update");
            if !update.transfers.is_empty() {
                break update.transfers;
            }
        };
        assert_eq!((told.len(), told[0].kept_bytes), (1, 0));
        assert_eq!(told[0].id, ids[0].to_string());
        engine.shutdown().await;
    }

    /// `cargo test -p chunkstream-engine --release --lib recall::tests::ten -- --ignored --nocapture`.
    #[cfg(target_os = "linux")]
    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "measures, asserts nothing about time"]
    async fn ten_thousand() {
        let place = tempfile::tempdir().expect("a folder");
        let data = begun(&place).await;
        let began = Instant::now();
        let engine = start(&data).await;
        println!("start without a history: {:?}", began.elapsed());
        engine.shutdown().await;

        let before = store(&data).await;
        testing::ended(&before, 0..10_000, place.path().to_str().expect("a path")).await;
        before.close().await;
        let before = store(&data).await;
        let began = Instant::now();
        let rows = before.sessions().await.expect("rows").len();
        println!("{rows} rows: {:?}", began.elapsed());
        let began = Instant::now();
        let roots = before.ended_roots(ROOTS as u32).await.expect("roots");
        println!("roots of {}: {:?}", roots.len(), began.elapsed());
        drop(roots);
        before.close().await;

        let resident = || {
            let text = std::fs::read_to_string("/proc/self/statm").expect("Linux");
            let pages = text.split(' ').nth(1).expect("a number");
            pages.parse::<usize>().expect("a number") * 4096
        };
        let (resident_before, began) = (resident(), Instant::now());
        let engine = start(&data).await;
        println!(
            "start: {:?}, {} KB more, a session {} B without its texts",
            began.elapsed(),
            resident().saturating_sub(resident_before) / 1024,
            size_of::<Session>(),
        );
        let began = Instant::now();
        let update = engine.subscribe().next().await.expect("an update");
        println!("first update: {:?}", began.elapsed());
        assert_eq!(update.transfers.len(), 10_000);
        let began = Instant::now();
        let text = serde_json::to_vec(&update).expect("JSON");
        println!("as JSON: {} KB, {:?}", text.len() / 1024, began.elapsed());
        let began = Instant::now();
        let restless = engine.shared.restless().len();
        println!("a sample asks {restless} of them: {:?}", began.elapsed());
        engine.shutdown().await;
    }
}
