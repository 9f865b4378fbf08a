//! One connection of a transfer that comes in: its offer is taken in and answered, and one day it is lost.

use std::sync::PoisonError;

use chunkstream_core::{
    session::{Reason, State},
    wire::{FromReceiver, MAX_FILES_IN_PAGE},
};

use super::{Task, holds::heard, pages::pages};
use crate::{
    api::Failure,
    coordinator::{
        holds,
        receiving::{Attached, early::Answer},
    },
};

impl Task {
    pub(in crate::coordinator::receiving) async fn attach(
        &mut self,
        attached: Attached,
    ) -> Result<(), Failure> {
        self.shared.attach(&self.incoming.session, &attached.link);
        *self
            .incoming
            .link
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(attached.link.clone());
        {
            let mut plan = self.incoming.plan();
            plan.forgive();
            plan.unannounce();
        }
        self.too_late = false;
        self.incoming
            .note_address(&self.shared, &attached.link)
            .await;
        self.incoming.away.send_replace(false);
        let (over, attempt) = (attached.offer.over, attached.offer.attempt);
        if attempt != self.incoming.session.attempt {
            // An offer of an attempt that has ended here must not begin it again.
            let id = self.incoming.session.id;
            self.shared.store.set_attempt(id, attempt).await?;
        }
        self.held_by_peer = heard(attached.offer.paused);
        self.attached = Some(attached);
        self.limited.forget();
        self.accepted = false;
        self.incoming.answer(Answer::None);
        if over {
            return Ok(());
        }
        if self.incoming.staging().is_some() {
            return self.say_accept().await;
        }
        if let Some(rule) = self.shared.grant(self.incoming.session.peer()).await? {
            self.automatic = Some(rule);
            return self.accept_if_known().await;
        }
        self.wait_for_answer().await
    }

    /// Leaves the offer to a person.
    pub(in crate::coordinator::receiving) async fn wait_for_answer(
        &mut self,
    ) -> Result<(), Failure> {
        self.automatic = None;
        self.incoming.answer(Answer::Waiting);
        self.tell(FromReceiver::Waiting);
        self.go(
            self.incoming.session.state(),
            Some(Reason::WaitingForAnswer),
        )
        .await
    }

    pub(super) async fn detach(&mut self) -> Result<(), Failure> {
        if let Some(attached) = self.attached.take() {
            // It may have moved meanwhile.
            self.incoming
                .note_address(&self.shared, &attached.link)
                .await;
        }
        self.incoming.away.send_replace(true);
        self.accepted = false;
        self.recovery = None;
        self.incoming.parity.clear();
        *self
            .incoming
            .link
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = None;
        match self.incoming.session.state() {
            State::Active | State::Preparing => {
                self.go(self.incoming.session.state(), Some(Reason::Reconnecting))
                    .await
            }
            _ => Ok(()),
        }
    }

    /// Tells the sender what is there already, and that chunks are welcome.
    pub(in crate::coordinator::receiving) async fn say_accept(&mut self) -> Result<(), Failure> {
        if self.recovers() {
            return Ok(());
        }
        // What a trouble with the disk kept from being recorded.
        self.record().await?;
        if let Some(attached) = &self.attached {
            // Somebody wants what it sends.
            attached.link.welcome(&self.shared);
        }
        if let Some(attached) = &self.attached
            && attached.link.early.have_been_dropped()
        {
            // What came too early for a decision is to come again.
            self.tell(FromReceiver::Waiting);
        }
        self.say_fates(0);
        let (partial, done) = self.incoming.plan().have();
        for page in pages(partial) {
            self.tell(FromReceiver::Have(page));
        }
        for page in done.chunks(MAX_FILES_IN_PAGE) {
            self.tell(FromReceiver::Finished(page.to_vec()));
        }
        self.tell(FromReceiver::Accept {
            paused: self.held_here().map(holds::said),
        });
        self.accepted = true;
        self.say_limited();
        self.incoming.answer(Answer::Accept);
        self.settle().await
    }
}
