//! A transfer that comes in while the database cannot be written: nothing is lost and nothing is called
//! durable. The sender is asked to hold; when the database takes writes again, both sides agree anew on
//! what is there.

use chunkstream_core::wire::{EndCause, FromReceiver, PauseCause};
use tokio::sync::mpsc;

use super::{Attached, Event, task::Task};
use crate::{
    api::Failure,
    coordinator::{session::Asked, trouble::Waiting},
    network::close,
};

/// What a transfer waits with.
pub(super) struct Stall {
    waiting: Waiting,
    /// The sender has come anew meanwhile.
    attached: Option<Attached>,
    /// The sender has told its end meanwhile.
    ended: Option<EndCause>,
}

impl Task {
    /// The database has failed.
    pub(super) fn begin_stall(&mut self, failure: Failure) {
        if self.stall.is_some() {
            return;
        }
        self.tell(FromReceiver::Pause(PauseCause::Disk));
        self.stall = Some(Stall {
            waiting: Waiting::begin(&self.shared, &self.incoming.session, failure),
            attached: None,
            ended: None,
        });
    }

    /// A step while the database has failed. Messages of the sender wait on its side.
    pub(super) async fn stalled(
        &mut self,
        events: &mut mpsc::Receiver<Event>,
        orders: &mut mpsc::Receiver<Asked>,
    ) -> Result<(), Failure> {
        let Some(stall) = &mut self.stall else {
            return Ok(());
        };
        tokio::select! {
            () = stall.waiting.pause() => {}
            event = events.recv() => {
                match event {
                    Some(Event::Attached(attached)) => stall.attached = Some(attached),
                    Some(Event::Ended(cause)) => stall.ended = Some(cause),
                    Some(Event::Durable(chunks)) => {
                        // The sender hears of them when it says hello again.
                        let mut plan = self.incoming.plan();
                        let mut bytes = 0;
                        for chunk in chunks {
                            if plan.is_withdrawn(chunk.file) {
                                continue;
                            }
                            plan.durable(chunk.file, chunk.index);
                            bytes += u64::from(chunk.len);
                        }
                        drop(plan);
                        self.incoming.session.change(|facts| facts.durable_bytes += bytes);
                    }
                    Some(Event::NotDurable(chunks, _)) => {
                        let mut plan = self.incoming.plan();
                        for chunk in chunks {
                            plan.unwritten(chunk.file, chunk.index);
                        }
                    }
                    // Compared when the sender tells its roots again.
                    Some(Event::Hashed(files)) => self.hashed.extend(files),
                    // The chunk comes again anyway; the trouble too, if it lasts.
                    Some(Event::Damaged(..) | Event::Trouble(_)) | None => {}
                }
                return Ok(());
            }
            asked = orders.recv() => if !stall.waiting.answer(asked) { return Ok(()) },
        }
        if !stall
            .waiting
            .is_over(&self.shared, &self.incoming.session)
            .await
        {
            return Ok(());
        }
        let Some(stall) = self.stall.take() else {
            return Ok(());
        };
        if self.incoming.staging().is_some() && self.recorded < self.incoming.plan().len() {
            self.record().await?;
        }
        if let Some(cause) = stall.ended {
            return self.ended(cause).await;
        }
        match (stall.attached, &self.attached) {
            (Some(attached), _) => self.attach(attached).await,
            (None, Some(attached)) => {
                attached
                    .link
                    .connection
                    .close(close::AGAIN, b"after a trouble with the database");
                Ok(())
            }
            (None, None) => Ok(()),
        }
    }
}
