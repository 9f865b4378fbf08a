//! Measures what the header of the store states: `cargo test -p chunkstream-engine --release --lib
//! store::measure -- --ignored --nocapture`.

use std::{sync::Arc, time::Instant};

use chunkstream_core::session::State;

use super::{ChunkRow, NoHold, Store, testing};

/// Chunks of a file of 100 GB at 512 KiB.
const CHUNKS: u32 = 200_000;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures, asserts nothing about time"]
async fn rows_per_second_and_bytes_per_row() {
    for batch in [1, 16, 128, 5_000] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("measure.db");
        let store = Store::open(&path, Arc::new(NoHold))
            .await
            .expect("a new database");
        let id = testing::insert(&store, 1).await;
        let count = if batch < 128 { CHUNKS / 20 } else { CHUNKS };
        let rows: Vec<ChunkRow> = testing::chunks(id, count)
            .into_iter()
            .zip(0..)
            .map(|(row, n)| ChunkRow {
                file: testing::FIRST,
                sequence: n,
                ..row
            })
            .collect();
        let start = Instant::now();
        for rows in rows.chunks(batch) {
            store
                .record_chunks(rows, 1_700_000_000_000)
                .await
                .expect("a write");
        }
        let rate = f64::from(count) / start.elapsed().as_secs_f64();
        let start = Instant::now();
        let read = store.chunks_of(id).await.expect("a read").len();
        let read_rate = read as f64 / start.elapsed().as_secs_f64();
        assert_eq!(read, rows.len());
        store.close().await;
        let size = std::fs::metadata(&path).expect("a file").len();
        let store = Store::open(&path, Arc::new(NoHold))
            .await
            .expect("it opens again");
        testing::bring(&store, id, State::Cancelled).await;
        let start = Instant::now();
        store.drop_chunks(id).await.expect("it has ended");
        let drop_rate = f64::from(count) / start.elapsed().as_secs_f64();
        println!(
            "batch {batch}: {rate:.0} rows/s written, {read_rate:.0} rows/s read, {drop_rate:.0} rows/s \
             dropped, {:.1} bytes/row",
            size as f64 / f64::from(count)
        );
    }
}
