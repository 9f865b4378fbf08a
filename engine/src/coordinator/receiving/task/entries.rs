//! The entries of a transfer that comes in: announced, checked, placed and recorded; then their chunks are welcome.

use chunkstream_core::{
    id::FileId,
    manifest::Entry,
    session::State,
    wire::{Decline, FromReceiver},
};

use super::Task;
use crate::{
    api::{AuditKind, Code, Failure},
    coordinator::{receiving::plan::ManifestError, sending::kind},
    store::{NewEntry, NewRoot, SessionTotals},
};

impl Task {
    pub(super) async fn entries(
        &mut self,
        first: FileId,
        entries: Vec<Entry>,
    ) -> Result<(), Failure> {
        let known = self.incoming.plan().len();
        let announced = self.incoming.plan().announce(first, entries);
        match announced {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) => return self.refuse(error).await,
        }
        {
            let plan = self.incoming.plan();
            self.incoming.session.change(|facts| {
                for (id, entry) in plan.entries().skip(known as usize) {
                    if !plan.is_withdrawn(id) {
                        facts.announce(entry, None);
                    }
                }
                facts.chunks = plan.chunks();
            });
        }
        if self.incoming.staging().is_some() {
            self.record().await?;
            return self.incoming.still_fits(&self.shared).await;
        }
        self.outlook.news();
        self.accept_if_known().await
    }

    /// The sender has said all entries that there are.
    pub(super) async fn end_of_entries(&mut self, entries: u32, bytes: u64) -> Result<(), Failure> {
        let ended = if self.too_late {
            self.incoming.plan().end_here();
            Ok(())
        } else {
            self.incoming.plan().end(entries, bytes)
        };
        if let Err(error) = ended {
            return self.refuse(error).await;
        }
        self.incoming
            .session
            .change(|facts| facts.scan_complete = true);
        self.shared
            .store
            .set_totals(self.incoming.session.id, self.totals())
            .await?;
        if self.incoming.staging().is_none() {
            self.look().await;
            return self.accept_if_known().await;
        }
        if self.is_about_to_accept() {
            return self.say_accept().await;
        }
        self.maybe_complete().await
    }

    /// A manifest that this system cannot hold, or that no honest sender makes.
    pub(in crate::coordinator::receiving) async fn refuse(
        &mut self,
        error: ManifestError,
    ) -> Result<(), Failure> {
        let failure = Failure::new(Code::BadPath, error.to_string());
        if self.incoming.session.state() == State::Created {
            self.tell(FromReceiver::Decline(Decline::BadManifest));
            self.note(AuditKind::Refused, |note| {
                note.with("reason", "bad_manifest")
            });
            return self
                .incoming
                .session
                .go(&self.shared, State::Failed, None, Some(failure))
                .await;
        }
        Err(failure)
    }

    /// Entries that are new are placed, go to the database and get their folders; then their chunks are
    /// welcome.
    pub(in crate::coordinator::receiving) async fn record(&mut self) -> Result<(), Failure> {
        const AT_ONCE: u32 = 4096;
        let before = self.recorded;
        loop {
            let most = self.within_rule(AT_ONCE);
            if most == 0 {
                break;
            }
            let placements = self.place(most).await.inspect_err(|_| self.gate = None)?;
            let (rows, roots) = {
                let plan = self.incoming.plan();
                let news = plan.entries().skip(self.recorded as usize);
                let news = news.take(most as usize);
                let rows: Vec<NewEntry> = news
                    .map(|(id, entry)| NewEntry {
                        entry: entry.clone(),
                        source: None,
                        withdrawn: plan.is_withdrawn(id),
                    })
                    .collect();
                let roots: Vec<NewRoot> = rows
                    .iter()
                    .filter(|row| row.entry.path.parent().is_none())
                    .map(|row| NewRoot {
                        name: row.entry.path.as_str().to_owned(),
                        kind: kind(&row.entry),
                        source_path: None,
                    })
                    .collect();
                (rows, roots)
            };
            if rows.is_empty() {
                break;
            }
            let recorded = async {
                let (id, first) = (self.incoming.session.id, self.recorded);
                self.incoming
                    .make_folders(&self.shared, first, rows.len() as u32)
                    .await?;
                self.shared
                    .store
                    .append_placed(id, FileId(first), &rows, &roots, &placements)
                    .await?;
                Ok::<_, Failure>(())
            };
            // What was not recorded is placed anew: else the names that it was given count as taken.
            recorded
                .await
                .inspect_err(|_| (self.placer, self.gate) = (None, None))?;
            self.recorded += rows.len() as u32;
        }
        self.shared
            .store
            .set_totals(self.incoming.session.id, self.totals())
            .await?;
        self.incoming.ready.send_replace(self.recorded);
        if self.accepted {
            self.say_fates(before);
        }
        let undecided = self.incoming.plan().to_compare(before);
        self.incoming.hash(&self.shared, undecided);
        self.stop_if_over().await
    }

    pub(in crate::coordinator::receiving) fn totals(&self) -> SessionTotals {
        let plan = self.incoming.plan();
        SessionTotals {
            files: plan.files(),
            bytes: plan.bytes(),
            chunks: plan.chunks(),
            scan_complete: plan.is_announced(),
        }
    }
}
