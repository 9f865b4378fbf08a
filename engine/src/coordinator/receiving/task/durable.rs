//! From chunks that survive a power loss to files that are done, and from these to the whole transfer.

use chunkstream_core::{
    id::FileId,
    integrity::Have,
    session::{Reason, State},
    wire::FromReceiver,
};

use super::{Task, pages::pages};
use crate::{
    api::{Code, Failure},
    coordinator::committer::Durable,
};

impl Task {
    pub(super) async fn durable(&mut self, chunks: Vec<Durable>) -> Result<(), Failure> {
        let mut by_file: Vec<(FileId, Have)> = Vec::new();
        let mut full = Vec::new();
        let (mut bytes, mut rebuilt) = (0, 0);
        {
            let mut plan = self.incoming.plan();
            for chunk in &chunks {
                if plan.is_withdrawn(chunk.file) {
                    continue;
                }
                bytes += u64::from(chunk.len);
                rebuilt += u32::from(chunk.rebuilt);
                if chunk.rebuilt {
                    plan.was_rebuilt(chunk.file, chunk.index);
                }
                match by_file
                    .iter_mut()
                    .rev()
                    .take(64)
                    .find(|(file, _)| *file == chunk.file)
                {
                    Some((_, have)) => drop(have.insert(chunk.index)),
                    None => by_file.push((
                        chunk.file,
                        std::iter::once(chunk.index).fold(Have::new(), |mut have, index| {
                            have.insert(index);
                            have
                        }),
                    )),
                }
                if plan.durable(chunk.file, chunk.index) {
                    full.push(chunk.file);
                }
            }
        }
        self.incoming.session.change(|facts| {
            facts.durable_bytes += bytes;
            facts.stats.chunks_rebuilt += u64::from(rebuilt);
        });
        for page in pages(by_file) {
            self.tell(FromReceiver::Durable {
                chunks: page,
                rebuilt: std::mem::take(&mut rebuilt),
            });
        }
        if self.incoming.session.state() == State::Paused {
            self.incoming.end_clean(&self.shared).await;
        }
        self.judge(full).await
    }

    /// Files that may be done now: durable as a whole, with the sender's root.
    pub(super) async fn judge(&mut self, files: Vec<FileId>) -> Result<(), Failure> {
        let mut done = Vec::new();
        for file in files {
            let verdict = self.incoming.plan().verdict(file);
            match verdict {
                Some(Ok(root)) => done.push((file, root)),
                Some(Err(found)) => {
                    let path = self
                        .incoming
                        .plan()
                        .entry(file)
                        .map(|entry| entry.path.as_str().to_owned());
                    return Err(Failure::new(
                        Code::Integrity,
                        format!(
                            "what arrived has the BLAKE3 root {found}, which is not what was sent"
                        ),
                    )
                    .about(path.unwrap_or_default()));
                }
                None => {}
            }
        }
        if !done.is_empty() {
            let ids: Vec<FileId> = done.iter().map(|(file, _)| *file).collect();
            self.incoming.dress(&self.shared, &ids).await?;
            self.shared
                .store
                .mark_files_done(self.incoming.session.id, &done)
                .await?;
            let (count, lead) = {
                let mut plan = self.incoming.plan();
                ids.iter().for_each(|&file| plan.done(file));
                (plan.files_done(), plan.lead())
            };
            self.incoming.session.change(|facts| {
                facts.files_done = count;
                if let Some((_, root)) = done.iter().find(|(file, _)| Some(*file) == lead) {
                    facts.root = Some(*root);
                }
            });
        }
        self.maybe_complete().await
    }

    /// All files done: links, places, receipt.
    pub(in crate::coordinator::receiving) async fn maybe_complete(
        &mut self,
    ) -> Result<(), Failure> {
        let session = &self.incoming.session;
        if !self.incoming.plan().is_complete() || !self.accepted {
            return Ok(());
        }
        match session.state() {
            State::Active => self.go(State::Completing, Some(Reason::Finishing)).await?,
            State::Completing => {}
            _ => return Ok(()),
        }
        self.finishing = true;
        self.incoming.finish(&self.shared).await?;
        self.shared.places.forget_held();
        self.shared.capture(session);
        self.go(State::Completed, None).await?;
        self.receipt().await
    }
}
