//! The task of a transfer that comes in: hears its peer, its committer and people, and changes its state.

mod connection;
mod durable;
mod end;
mod entries;
mod hear;
mod holds;
mod orders;
mod pages;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use chunkstream_core::{
    access::{AcceptRule, Excess, Gate},
    id::FileId,
    integrity::{Checksum, Have},
    session::{Direction, Reason, State},
    wire::FromReceiver,
};
use tokio::sync::mpsc::{self, error::TrySendError};

use super::{
    Attached, ENDED, Event, Incoming,
    limited::Limited,
    placing::Placer,
    preflight::{self, Outlook},
    recover::{self, Recovery},
    stall::Stall,
};
use crate::{
    api::{AuditKind, Failure},
    coordinator::{Shared, audit::Note, session::Asked},
    network::NetworkError,
};

/// Entries that are read of an offer without an answer: enough to decide by, bounded for strangers.
pub(super) const ENTRIES_BEFORE_ACCEPT: u32 = 10_000;

/// The task's own state: what no other task needs to see.
pub(super) struct Task {
    pub(super) incoming: Arc<Incoming>,
    pub(super) shared: Arc<Shared>,
    pub(super) attached: Option<Attached>,
    /// Whether Accept has been said on this connection.
    pub(super) accepted: bool,
    paused_here: bool,
    /// Why the sender holds it, if it does.
    held_by_peer: Option<Reason>,
    /// Whether roots are on their way to their places: nothing can be withdrawn any more.
    pub(super) finishing: bool,
    /// Whether a withdrawal on this connection came too late: what the sender would put there is not taken.
    pub(super) too_late: bool,
    /// A trouble with the disk, which a person must mend before the transfer goes on.
    trouble: Option<(Reason, Failure)>,
    /// Entries that the database has.
    pub(super) recorded: u32,
    /// What taking the offer would mean.
    pub(super) outlook: Outlook,
    /// The rule by which the offer is accepted without asking, as soon as enough is known of it.
    pub(super) automatic: Option<AcceptRule>,
    /// Holds the transfer to the rule that accepted it; made when it is needed.
    pub(super) gate: Option<Gate>,
    /// What the sender has announced that this rule does not let in.
    pub(super) over_rule: Option<Excess>,
    /// Decides where entries are stored; made when it is needed.
    pub(super) placer: Option<Arc<Mutex<Placer>>>,
    /// Roots of files at the target that may be what is offered.
    pub(super) hashed: HashMap<FileId, Option<Checksum>>,
    /// Set while the database cannot be written.
    pub(super) stall: Option<Stall>,
    /// What was found of an earlier attempt is being compared with the sender.
    pub(super) recovery: Option<Recovery>,
    /// What the sender is told of what holds the transfer back here.
    pub(super) limited: Limited,
    /// Whether the sender told the end.
    told: bool,
    /// Whether the receipt has been said.
    receipted: bool,
}

impl Incoming {
    /// The session's task, from here to its final state (or to the end of the engine).
    pub(crate) async fn run(
        self: Arc<Self>,
        shared: Arc<Shared>,
        mut events: mpsc::Receiver<Event>,
        mut orders: mpsc::Receiver<Asked>,
    ) {
        let (state, reason, failure, recorded) = {
            let facts = self.session.facts();
            (
                facts.state,
                facts.reason,
                facts.failure.clone(),
                self.plan().len(),
            )
        };
        let paused = state == State::Paused;
        let held_by_peer =
            reason.filter(|reason| paused && reason.waits_for_peer(Direction::Receiving));
        let by_disk = |reason: &Reason| matches!(reason, Reason::DiskFull | Reason::DiskUnwritable);
        let by_disk = reason.filter(|reason| paused && by_disk(reason));
        let mut task = Task {
            incoming: self.clone(),
            shared: shared.clone(),
            attached: None,
            accepted: false,
            paused_here: paused && held_by_peer.is_none(),
            held_by_peer,
            finishing: false,
            too_late: false,
            trouble: by_disk.zip(failure),
            recorded,
            outlook: Outlook::default(),
            automatic: None,
            gate: None,
            over_rule: None,
            placer: None,
            hashed: HashMap::new(),
            told: false,
            receipted: false,
            stall: None,
            recovery: None,
            limited: Limited::new(&self),
        };
        let attached_before = self.staging().is_some();
        if attached_before {
            if let Err(failure) = self.remake_folders(&shared).await {
                task.suffer(failure).await;
            }
            if let Err(failure) = self.clear_doubt(&shared).await {
                task.suffer(failure).await;
            }
            task.finishing = self.has_placed(&shared).await;
            self.ready.send_replace(recorded);
            let undecided = self.plan().to_compare(0);
            self.hash(&shared, undecided);
        }
        // One that was accepted before is taken up: nobody need wait for the sender to try again.
        let at_once = attached_before || reason == Some(Reason::Reconnecting);
        shared.spawn(self.clone().call_back(shared.clone(), at_once));
        loop {
            let result = tokio::select! {
                () = shared.stop.cancelled() => break,
                result = task.step(&mut events, &mut orders) => result,
            };
            if let Err(failure) = result {
                task.suffer(failure).await;
            }
            if self.session.state().is_final() {
                break;
            }
        }
        if self.session.state() == State::Completed && !task.receipted {
            // The engine stops just as it completed: a sender that is not told now would wait for it in vain.
            if let Err(failure) = task.receipt().await {
                tracing::warn!(transfer = %self.session.id.short(), %failure, "the receipt was not said");
            }
        }
        self.ready.send_replace(ENDED);
        self.parity.clear();
        let (attached, told) = (task.attached.take(), task.told);
        drop(task);
        shared.tidy(&self.session).await;
        if self.session.state().is_final() && !told {
            self.tell_end(&shared, attached).await;
        }
        self.session.leave();
    }
}

impl Task {
    async fn step(
        &mut self,
        events: &mut mpsc::Receiver<Event>,
        orders: &mut mpsc::Receiver<Asked>,
    ) -> Result<(), Failure> {
        if self.stall.is_some() {
            return self.stalled(events, orders).await;
        }
        let enough = self.incoming.staging().is_none()
            && self.incoming.plan().len() >= ENTRIES_BEFORE_ACCEPT;
        let message = async {
            match &mut self.attached {
                // The rest waits on the sender's side; only the end of the connection is of interest.
                Some(attached) if enough => {
                    attached.link.connection.closed().await;
                    None
                }
                Some(attached) => attached.messages.recv().await,
                None => std::future::pending().await,
            }
        };
        let due = self.outlook.due;
        tokio::select! {
            () = preflight::wait(due) => {
                self.look().await;
                Ok(())
            }
            message = message => match message {
                Some(Ok(Some(message))) => {
                    let heard = self.hear(message).await;
                    self.incoming.heard.send_modify(|number| *number += 1);
                    heard
                }
                Some(Err(error @ NetworkError::Protocol(_))) => {
                    if let Some(attached) = &self.attached {
                        let note = Note::refused(attached.link.device, "protocol");
                        self.shared.note(note.with("message", error.to_string()));
                        attached.link.misbehaved(&error);
                    }
                    self.detach().await
                }
                Some(Ok(None) | Err(_)) | None => self.detach().await,
            },
            event = events.recv() => match event {
                Some(event) => self.take(event).await,
                None => Ok(()),
            },
            asked = orders.recv() => match asked {
                Some((order, answer)) => {
                    let result = self.obey(order).await;
                    let failed = self.failed_to_finish(&result);
                    let _ = answer.send(result);
                    failed.map_or(Ok(()), Err)
                }
                None => Ok(()),
            },
            page = recover::next(&mut self.recovery) => self.compare(page).await,
            () = self.limited.changed() => {
                self.say_limited();
                Ok(())
            }
        }
    }

    pub(super) async fn go(&self, state: State, reason: Option<Reason>) -> Result<(), Failure> {
        self.incoming
            .session
            .go(&self.shared, state, reason, None)
            .await
    }

    /// Notes what happened to this transfer.
    pub(super) fn note(&self, kind: AuditKind, with: impl FnOnce(Note) -> Note) {
        let session = &self.incoming.session;
        let note = Note::new(kind).of(session.peer()).transfer(session.id);
        self.shared.note(with(note));
    }

    /// Queues a message. The task never waits for the peer to read: one that does not is let go.
    pub(super) fn tell(&self, message: FromReceiver) {
        let Some(attached) = &self.attached else {
            return;
        };
        if let Err(TrySendError::Full(_)) = attached.outbox.try_send(message) {
            attached
                .link
                .misbehaved(&NetworkError::Protocol("it does not read".into()));
        }
    }

    async fn take(&mut self, event: Event) -> Result<(), Failure> {
        match event {
            Event::Attached(attached) => self.attach(attached).await,
            Event::Durable(chunks) => self.durable(chunks).await,
            Event::NotDurable(chunks, failure) => {
                {
                    let mut plan = self.incoming.plan();
                    for chunk in chunks {
                        plan.unwritten(chunk.file, chunk.index);
                    }
                }
                Err(failure)
            }
            Event::Damaged(file, index) => {
                let mut have = Have::new();
                have.insert(index);
                self.tell(FromReceiver::Need(vec![(file, have)]));
                Ok(())
            }
            Event::Hashed(files) => {
                let ids: Vec<FileId> = files.iter().map(|(file, _)| *file).collect();
                self.hashed.extend(files);
                self.compare_roots(&ids).await
            }
            Event::Trouble(failure) => Err(failure),
            Event::Ended(cause) => self.ended(cause).await,
        }
    }
}
