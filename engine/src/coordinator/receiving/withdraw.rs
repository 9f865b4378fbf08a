//! Files that the sender withdraws: recorded, forgotten, and their partial content removed, in this order.
//!
//! What is written of a file and what removes it exclude each other ([`Incoming::gate`]): a chunk that comes
//! late must not be written to the file that has the path by then. What a crash leaves is removed before the
//! roots are moved to their places.

use std::sync::{Arc, PoisonError, atomic::Ordering};

use chunkstream_core::id::FileId;

use super::{Incoming, disk_failure, finish::blocking, task::Task};
use crate::{api::Failure, coordinator::Shared, disk::Disk, store::Fate};

impl Task {
    /// Files are no part of the transfer any more.
    pub(super) async fn withdraw(&mut self, files: Vec<FileId>) -> Result<(), Failure> {
        if self.finishing && self.incoming.plan().takes_from(&files) {
            // They arrived whole, in the version that was announced, and may be in their places.
            self.too_late = true;
            return Ok(());
        }
        let withdrawn = self.incoming.plan().withdrawal(&files);
        let news = match withdrawn {
            Ok(news) => news,
            Err(error) => return self.refuse(error).await,
        };
        if news.is_empty() {
            return Ok(());
        }
        tracing::info!(transfer = %self.incoming.session.id.short(), files = news.len(), "withdrawn by the sender");
        let known = news.iter().copied().filter(|id| id.0 < self.recorded);
        let known: Vec<FileId> = known.collect();
        let id = self.incoming.session.id;
        // Recorded first: what is removed must not be held for durable after a crash.
        self.shared
            .store
            .withdraw(id, &known, FileId(0), &[], &[])
            .await?;
        self.release(&known);
        if let Some(placer) = &self.placer {
            let mut placer = placer.lock().unwrap_or_else(PoisonError::into_inner);
            let plan = self.incoming.plan();
            for &file in &known {
                if let (Some(entry), Some(stored)) = (plan.entry(file), plan.stored(file)) {
                    placer.vacate(entry, stored, plan.fate(file));
                }
            }
        }
        self.incoming.drop_files(&self.shared, news).await?;
        self.shared.store.set_totals(id, self.totals()).await?;
        Ok(())
    }
}

impl Incoming {
    /// Forgets these files and removes what has been written of them.
    pub(super) async fn drop_files(
        self: &Arc<Self>,
        shared: &Shared,
        files: Vec<FileId>,
    ) -> Result<(), Failure> {
        let (incoming, disk) = (self.clone(), shared.disk.clone());
        blocking(move || {
            let _nobody_writes = incoming
                .gate
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            for file in files {
                let path = incoming.path_of(file);
                let (entry, durable, received) = {
                    let mut plan = incoming.plan();
                    let received = plan.fate(file) != Fate::Unwanted;
                    let entry = plan.entry(file).cloned();
                    (entry, plan.withdraw(file), received)
                };
                incoming.session.change(|facts| {
                    facts.durable_bytes = facts.durable_bytes.saturating_sub(durable);
                    if let Some(entry) = &entry {
                        facts.retract(entry);
                    }
                });
                // At the path of one that is not received, something else may be.
                if incoming.staging().is_some()
                    && received
                    && let Err(error) = disk.remove(&path)
                {
                    tracing::warn!(path = %path.display(), %error, "a withdrawn file is left for now");
                    // Its successor is written over it, holes too.
                    incoming.littered.store(true, Ordering::Relaxed);
                }
            }
            Ok(())
        })
        .await?;
        let plan = self.plan();
        self.session.change(|facts| {
            (facts.files, facts.bytes) = (plan.files(), plan.bytes());
            facts.chunks = plan.chunks();
            facts.files_done = plan.files_done();
        });
        Ok(())
    }

    /// Whether any root is in its place, or was about to be moved there.
    pub(super) async fn has_placed(&self, shared: &Shared) -> bool {
        let roots = shared.store.roots(self.session.id, u32::MAX).await;
        roots.is_ok_and(|roots| roots.iter().any(|root| root.placed_path.is_some()))
    }

    /// Nothing of a withdrawn file may come to its place with the folder that it lay in.
    pub(super) async fn sweep(&self, shared: &Shared) -> Result<(), Failure> {
        let Some(staging) = self.staging() else {
            return Ok(());
        };
        let vacant = self.plan().vacant();
        let disk: Arc<dyn Disk> = shared.disk.clone();
        blocking(move || {
            vacant.iter().try_for_each(|path| {
                let path = path.to_native(&staging);
                disk.remove(&path)
                    .map_err(|e| disk_failure(&e, Some(path.clone())))
            })
        })
        .await
    }
}
