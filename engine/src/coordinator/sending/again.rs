//! Chunks that did not arrive, sent once more.

use std::ops::Range;

use chunkstream_core::{id::FileId, priority::Backoff};

use super::Outgoing;
use crate::{coordinator::peer::Link, network::close};

impl Outgoing {
    /// Sends chunks once more, after a pause that doubles from 100 ms with each attempt; a chunk that has
    /// had its attempts ends the connection.
    pub(crate) async fn again(&self, link: &Link, chunks: Vec<(FileId, Range<u32>)>) {
        let attempt = {
            let plan = self.plan();
            let attempts = chunks
                .iter()
                .map(|(file, range)| plan.attempts(*file, range.start));
            attempts.max().unwrap_or(0)
        };
        let mut backoff = Backoff::new();
        let mut pause = backoff.next_delay(0.0);
        for _ in 1..attempt {
            pause = backoff.next_delay(0.0);
        }
        tokio::time::sleep(pause).await;
        if link.connection.close_reason().is_some() {
            // The next connection agrees anew on what is missing.
            return;
        }
        for (file, range) in chunks {
            let left = self.plan().again(file, range);
            if !left {
                link.connection
                    .close(close::PATH, b"a chunk did not arrive in three attempts");
                return;
            }
        }
        link.pump.ready(self.session.id);
    }
}
