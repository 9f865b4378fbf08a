//! What the receiver has, as it acknowledges it; at its Accept both sides agree anew.

use chunkstream_core::{
    id::FileId,
    integrity::Have,
    session::{Reason, State},
};

use super::Talk;
use crate::{
    api::Failure,
    store::{ChunkRow, ChunkStatus, SessionTotals},
};

impl Talk<'_> {
    pub(super) async fn durable(&self, files: &[(FileId, Have)]) -> Result<(), Failure> {
        let (session, now) = (&self.flow.session, self.shared.clock.unix_ms());
        let mut rows = Vec::new();
        let (mut bytes, mut done) = (0, 0);
        {
            let mut plan = self.flow.plan();
            for (file, have) in files {
                let was = plan.is_durable(*file);
                for (sequence, len, chunk_id, checksum) in plan.durable(*file, have) {
                    bytes += len;
                    if let Some(checksum) = checksum {
                        rows.push(ChunkRow {
                            session: session.id,
                            file: *file,
                            sequence,
                            chunk_id,
                            checksum,
                            len: len as u32,
                            is_parity: false,
                            status: ChunkStatus::Acknowledged,
                        });
                    }
                }
                done += u64::from(!was && plan.is_durable(*file));
            }
        }
        if !rows.is_empty() {
            // A row that is missing costs that the chunk is read again after a restart, not more.
            self.shared
                .forgive(self.shared.store.record_chunks(&rows, now).await.map(drop))?;
        }
        session.change(|facts| {
            facts.durable_bytes += bytes;
            facts.files_done += done;
        });
        Ok(())
    }

    pub(super) fn finished(&self, ranges: &[(FileId, FileId)]) {
        let (mut bytes, mut done) = (0, 0);
        {
            let mut plan = self.flow.plan();
            for (first, end) in ranges {
                for number in first.0..end.0.min(plan.len() as u32) {
                    let was = plan.is_durable(FileId(number));
                    if let Some(news) = plan.finished(FileId(number)) {
                        bytes += news;
                        done += u64::from(!was);
                    }
                }
            }
        }
        self.flow.session.change(|facts| {
            facts.durable_bytes += bytes;
            facts.files_done += done;
        });
    }

    /// What the receiver will not have is counted no more. `all`: it is all that it has said so far.
    pub(super) async fn unwanted(
        &self,
        ranges: &[(FileId, FileId)],
        all: bool,
    ) -> Result<(), Failure> {
        let session = &self.flow.session;
        let (files, bytes) = self.flow.plan().unwanted(ranges, all);
        if (files, bytes) == (0, 0) && ranges.is_empty() {
            return Ok(());
        }
        let totals = session.change(|facts| {
            facts.files = facts.files.saturating_add_signed(files);
            facts.bytes = facts.bytes.saturating_add_signed(bytes);
            SessionTotals {
                files: facts.files,
                bytes: facts.bytes,
                chunks: facts.chunks,
                scan_complete: facts.scan_complete,
            }
        });
        let store = &self.shared.store;
        store.set_unwanted(session.id, ranges, all).await?;
        Ok(store.set_totals(session.id, totals).await?)
    }

    /// Takes back what the receiver turns out not to have.
    pub(super) async fn reconcile(&mut self) -> Result<(), Failure> {
        let session = &self.flow.session;
        let claims = std::mem::take(&mut self.claims);
        let lost = self.flow.plan().reconcile(&claims, &self.done);
        self.done.clear();
        for (file, chunks) in &lost {
            tracing::info!(transfer = %session.id.short(), file = file.0, chunks = chunks.len(), "lost at the receiver");
            // Rows that stay are taken back after the next restart, by the same comparison.
            let forgotten = self
                .shared
                .store
                .forget_chunks(session.id, *file, chunks)
                .await;
            self.shared.forgive(forgotten.map(drop))?;
        }
        let (bytes, files) = {
            let plan = self.flow.plan();
            (plan.durable_bytes(), plan.durable_files())
        };
        session.change(|facts| {
            facts.durable_bytes = bytes;
            facts.files_done = files;
        });
        if !lost.is_empty() && session.state() == State::Completing {
            session.go(self.shared, State::Active, None, None).await?;
        }
        Ok(())
    }

    /// Completing when the receiver has everything durable.
    pub(super) async fn maybe_completing(&self) -> Result<(), Failure> {
        let session = &self.flow.session;
        let everything = !self.flow.plan().has_changed() && {
            let facts = session.facts();
            facts.scan_complete
                && facts.durable_bytes == facts.bytes
                && facts.state == State::Active
        };
        if everything {
            session
                .go(
                    self.shared,
                    State::Completing,
                    Some(Reason::Finishing),
                    None,
                )
                .await?;
        }
        Ok(())
    }
}
