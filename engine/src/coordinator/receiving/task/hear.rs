//! What the sender says, one message after the other.

use chunkstream_core::{id::FileId, wire::FromSender};

use super::Task;
use crate::api::Failure;

impl Task {
    pub(super) async fn hear(&mut self, message: FromSender) -> Result<(), Failure> {
        match message {
            // Of an end that this side has not told.
            FromSender::Heard => Ok(()),
            FromSender::Entries { .. } if self.too_late => Ok(()),
            FromSender::Entries { first, entries } => self.entries(first, entries).await,
            FromSender::Withdraw(files) => self.withdraw(files).await,
            FromSender::EndOfEntries { entries, bytes } => {
                self.end_of_entries(entries, bytes).await
            }
            FromSender::Sound(files) => self.sound(files).await,
            FromSender::Roots(roots) => {
                for (file, root) in &roots {
                    self.incoming.plan().set_root(*file, *root);
                }
                let files: Vec<FileId> = roots.into_iter().map(|(file, _)| file).collect();
                self.compare_roots(&files).await?;
                self.judge(files).await
            }
            FromSender::Pause(cause) => self.peer_holds(Some(cause)).await,
            FromSender::Resume => self.peer_holds(None).await,
            FromSender::Priority(priority) => {
                self.shared
                    .store
                    .set_priority(self.incoming.session.id, priority)
                    .await?;
                self.incoming
                    .session
                    .change(|facts| facts.priority = priority);
                Ok(())
            }
            FromSender::End(cause) => self.ended(cause).await,
        }
    }
}
