//! What the receiver says, one message after the other.

use std::ops::Range;

use chunkstream_core::{
    id::FileId,
    session::Reason,
    wire::{FromReceiver, FromSender},
};

use super::{End, Talk};
use crate::api::Failure;

impl Talk<'_> {
    pub(super) async fn hear(&mut self, message: FromReceiver) -> Result<Option<End>, Failure> {
        let (flow, shared) = (self.flow, self.shared);
        if !self.accepted {
            self.early.hear(flow, shared, self.link, &message).await;
        }
        match message {
            FromReceiver::Waiting => {
                if !flow.is_paused() {
                    self.preparing(Reason::WaitingForAnswer).await?;
                }
            }
            FromReceiver::Have(files) => {
                self.durable(&files).await?;
                for (file, have) in files {
                    let claimed = self.claims.entry(file).or_default();
                    have.ranges().for_each(|range| claimed.insert_range(range));
                }
            }
            FromReceiver::Finished(ranges) => {
                self.finished(&ranges);
                self.done.extend(ranges);
            }
            FromReceiver::Unwanted(ranges) if self.accepted => {
                self.unwanted(&ranges, false).await?;
                self.maybe_completing().await?;
            }
            FromReceiver::Unwanted(ranges) => self.unwanted.extend(ranges),
            FromReceiver::Compare(files) => self.compare(&files, true),
            FromReceiver::Wanted(files) => self.compare(&files, false),
            FromReceiver::Accept { paused } => {
                self.accepted = true;
                let unwanted = std::mem::take(&mut self.unwanted);
                self.unwanted(&unwanted, true).await?;
                self.reconcile().await?;
                flow.peer_holds(paused);
                self.unpaused().await?;
                self.maybe_completing().await?;
            }
            FromReceiver::Durable { chunks, rebuilt } => {
                flow.session
                    .change(|facts| facts.stats.chunks_rebuilt += u64::from(rebuilt));
                self.durable(&chunks).await?;
                self.maybe_completing().await?;
            }
            FromReceiver::Need(files) => {
                let named = files
                    .iter()
                    .flat_map(|(file, have)| have.ranges().map(|range| (*file, range)));
                let chunks: Vec<(FileId, Range<u32>)> = named.collect();
                let (flow, link) = (flow.clone(), self.link.clone());
                shared.spawn(async move { flow.again(&link, chunks).await });
            }
            FromReceiver::Pause(cause) => {
                flow.peer_holds(Some(cause));
                self.held().await?;
            }
            FromReceiver::Resume => {
                flow.peer_holds(None);
                self.unpaused().await?;
            }
            FromReceiver::Receipt { files, bytes } => {
                return self.receipt(files, bytes).await.map(Some);
            }
            FromReceiver::Decline(why) => return self.declined(why).await.map(Some),
            FromReceiver::Check(files) => {
                // After Accept both sides agree on what is there; a Check then is nobody's.
                let sound = if self.accepted {
                    Vec::new()
                } else {
                    flow.compare(shared, files).await?
                };
                self.tell(FromSender::Sound(sound));
            }
            FromReceiver::End(cause) => return self.ended(cause).await.map(Some),
            // Of an end that this side has not told.
            FromReceiver::Heard => {}
            FromReceiver::Limited { by } => drop(flow.waits.receiver.send_replace(by)),
        }
        Ok(None)
    }

    /// Files of which only the roots are told, or which are to be sent after all.
    fn compare(&self, files: &[FileId], compared: bool) {
        self.flow.plan().compare(files, compared);
        self.link.pump.ready(self.flow.session.id);
    }
}
