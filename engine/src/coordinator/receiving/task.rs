//! The task of a transfer that comes in: hears its peer, its committer and people, and changes its state.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chunkstream_core::{
    access::{AcceptRule, Excess, Gate},
    id::FileId,
    integrity::{Checksum, Have},
    session::{Direction, Reason, State},
    wire::{Decline, EndCause, FromReceiver, FromSender, MAX_FILES_IN_PAGE, PauseCause},
};
use tokio::sync::mpsc::{self, error::TrySendError};

use super::{
    Attached, ENDED, Event, Incoming,
    early::Answer,
    limited::Limited,
    placing::Placer,
    plan::ManifestError,
    preflight::{self, Outlook},
    recover::{self, Recovery},
    stall::Stall,
};
use crate::{
    api::{AuditKind, Code, Failure},
    coordinator::{
        Shared,
        audit::Note,
        committer::Durable,
        holds,
        last_word::{self, Word},
        session::{Asked, Order},
        trouble,
    },
    network::{NetworkError, close},
    store::{NewEntry, NewRoot, SessionTotals},
};

/// Entries that are read of an offer without an answer: enough to decide by, bounded for strangers.
pub(super) const ENTRIES_BEFORE_ACCEPT: u32 = 10_000;
/// Ranges of chunks in one message: each costs at most ten bytes.
const RANGES_IN_PAGE: usize = 8192;

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
    finishing: bool,
    /// Whether a withdrawal on this connection came too late: what the sender would put there is not taken.
    too_late: bool,
    /// A trouble with the disk, which a person must mend before the transfer goes on.
    trouble: Option<Failure>,
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
        let by_disk = matches!(reason, Some(Reason::DiskFull | Reason::DiskUnwritable));
        let trouble = failure.filter(|_| paused && by_disk);
        let mut task = Task {
            incoming: self.clone(),
            shared: shared.clone(),
            attached: None,
            accepted: false,
            paused_here: paused && held_by_peer.is_none(),
            held_by_peer,
            finishing: false,
            too_late: false,
            trouble,
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

    /// Waits until the sender has recorded the end that it was told, or sees to it that it is told later.
    async fn tell_end(&self, shared: &Arc<Shared>, attached: Option<Attached>) {
        if let Some(Attached { mut messages, .. }) = attached {
            let heard = tokio::select! {
                heard = last_word::is_heard(&mut messages, &FromSender::Heard) => heard,
                () = shared.stop.cancelled() => return,
            };
            if heard {
                return shared.heard(self.session.id).await;
            }
        }
        shared.owe(Word {
            transfer: self.session.id,
            peer: self.session.peer(),
            addresses: self.addresses(),
            says: None,
            finished_ms: shared.clock.unix_ms(),
        });
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

    /// What the disk had against the end of the transfer, to which a resume may lead: more than an answer to whoever
    /// asked, because nothing else would try again.
    fn failed_to_finish(&self, result: &Result<(), Failure>) -> Option<Failure> {
        let failure = result.as_ref().err()?;
        let by_disk = matches!(failure.code, Code::DiskFull | Code::DiskUnwritable);
        let finishing = self.incoming.session.state() == State::Completing;
        (finishing && by_disk).then(|| failure.clone())
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

    /// A full or unwritable disk pauses; what no mending helps fails.
    async fn suffer(&mut self, failure: Failure) {
        if trouble::is_trouble(&failure) {
            return self.begin_stall(failure);
        }
        let reason = match failure.code {
            Code::DiskFull => Reason::DiskFull,
            Code::DiskUnwritable => Reason::DiskUnwritable,
            _ => return self.fail(failure).await,
        };
        let session = &self.incoming.session;
        if session.state() == State::Completing
            && let Err(error) = self.go(State::Active, None).await
        {
            return self.fail(error).await;
        }
        if session.state() == State::Created {
            // Not accepted after all: the folder cannot be used; the offer still stands.
            session.change(|facts| facts.failure = Some(failure));
            return;
        }
        tracing::warn!(transfer = %session.id.short(), %failure, "paused by the disk");
        if reason == Reason::DiskFull {
            self.incoming.note_missing(&self.shared).await;
        }
        self.paused_here = true;
        self.trouble = Some(failure.clone());
        self.tell(FromReceiver::Pause(holds::said(reason)));
        if let Err(error) = session
            .go(&self.shared, State::Paused, Some(reason), Some(failure))
            .await
        {
            if trouble::is_trouble(&error) {
                return self.begin_stall(error);
            }
            self.fail(error).await;
        }
    }

    async fn fail(&mut self, failure: Failure) {
        tracing::warn!(transfer = %self.incoming.session.id.short(), %failure, "failed");
        let cause = match failure.code {
            Code::Integrity => EndCause::Integrity,
            Code::Protocol => EndCause::Protocol,
            _ => EndCause::Target,
        };
        self.tell(FromReceiver::End(cause));
        let failed = self
            .incoming
            .session
            .go(&self.shared, State::Failed, None, Some(failure))
            .await;
        if let Err(error) = failed {
            tracing::error!(%error, "the failure could not be recorded");
        }
    }

    // ---- the connection ----

    pub(super) async fn attach(&mut self, attached: Attached) -> Result<(), Failure> {
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
    pub(super) async fn wait_for_answer(&mut self) -> Result<(), Failure> {
        self.automatic = None;
        self.incoming.answer(Answer::Waiting);
        self.tell(FromReceiver::Waiting);
        self.go(
            self.incoming.session.state(),
            Some(Reason::WaitingForAnswer),
        )
        .await
    }

    async fn detach(&mut self) -> Result<(), Failure> {
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
    pub(super) async fn say_accept(&mut self) -> Result<(), Failure> {
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

    /// Paused if anybody holds the transfer, else Active.
    pub(super) async fn settle(&mut self) -> Result<(), Failure> {
        let state = self.incoming.session.state();
        if state == State::Completing {
            return Ok(());
        }
        let held = self.held_here().or(self.held_by_peer);
        if let Some(trouble) = self.trouble.clone() {
            return self
                .incoming
                .session
                .go(&self.shared, State::Paused, held, Some(trouble))
                .await;
        }
        if held.is_some() {
            self.go(State::Paused, held).await?;
            self.incoming.end_clean(&self.shared).await;
            return Ok(());
        }
        let away = self.attached.is_none().then_some(Reason::Reconnecting);
        if state == State::Created {
            // Accepted, and killed before that was said.
            self.go(State::Preparing, None).await?;
        }
        self.go(State::Active, away).await?;
        self.maybe_complete().await
    }

    /// Why this side holds it, if it does.
    fn held_here(&self) -> Option<Reason> {
        if let Some(trouble) = &self.trouble {
            return Some(match trouble.code {
                Code::DiskFull => Reason::DiskFull,
                _ => Reason::DiskUnwritable,
            });
        }
        let over = session_is_over_rule(&self.incoming) || self.over_rule.is_some();
        self.paused_here.then_some(if over {
            Reason::OverRule
        } else {
            Reason::PausedHere
        })
    }

    // ---- people ----

    async fn obey(&mut self, order: Order) -> Result<(), Failure> {
        let state = self.incoming.session.state();
        match order {
            Order::Accept(how) if state == State::Created => {
                self.shared
                    .check_suspect(self.incoming.session.peer())
                    .await?;
                self.accept(*how).await
            }
            Order::Decline if state == State::Created => {
                self.tell(FromReceiver::Decline(Decline::ByPerson));
                self.note(AuditKind::OfferDeclined, |note| note);
                let failure = Failure::new(Code::Declined, "declined here");
                self.incoming
                    .session
                    .go(&self.shared, State::Cancelled, None, Some(failure))
                    .await
            }
            Order::Accept(_) | Order::Decline => Err(Failure::new(
                Code::IllegalState,
                format!("the offer is {state} already"),
            )),
            Order::Pause if state == State::Created || state == State::Completing => {
                Err(Failure::new(
                    Code::IllegalState,
                    format!("a transfer that is {state} cannot be paused"),
                ))
            }
            Order::Pause => {
                self.paused_here = true;
                self.tell(FromReceiver::Pause(PauseCause::ByPerson));
                self.settle().await
            }
            Order::Resume => {
                self.within_quota().await?;
                if self.lift_rule().await? && self.incoming.staging().is_some() {
                    self.record().await?;
                    self.incoming.still_fits(&self.shared).await?;
                }
                if std::mem::take(&mut self.paused_here) {
                    if self.trouble.take().is_some() {
                        // What could not be written must come again: both sides agree anew on what is there.
                        if let Some(attached) = &self.attached {
                            attached
                                .link
                                .connection
                                .close(close::AGAIN, b"after a trouble with the disk");
                        }
                        return self.settle().await;
                    }
                    self.tell(FromReceiver::Resume);
                    return self.settle().await;
                }
                Ok(())
            }
            Order::Cancel => {
                let last = if state == State::Created {
                    FromReceiver::Decline(Decline::ByPerson)
                } else {
                    FromReceiver::End(EndCause::Cancelled)
                };
                self.tell(last);
                // What is there is kept for a retry.
                self.go(State::Cancelled, None).await
            }
            Order::Priority(_) => Err(Failure::new(
                Code::IllegalState,
                "the sender decides about the priority",
            )),
            Order::Changed(_) => Err(Failure::new(
                Code::IllegalState,
                "the sender decides about its files",
            )),
        }
    }

    // ---- the peer ----

    pub(super) async fn hear(&mut self, message: FromSender) -> Result<(), Failure> {
        match message {
            // Of an end that this side has not told.
            FromSender::Heard => Ok(()),
            FromSender::Entries { .. } if self.too_late => Ok(()),
            FromSender::Entries { first, entries } => self.entries(first, entries).await,
            FromSender::Withdraw(files) => self.withdraw(files).await,
            FromSender::EndOfEntries { entries, bytes } => {
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
            FromSender::Sound(files) => self.sound(files).await,
            FromSender::Roots(roots) => {
                for (file, root) in &roots {
                    self.incoming.plan().set_root(*file, *root);
                }
                let files: Vec<FileId> = roots.into_iter().map(|(file, _)| file).collect();
                self.compare_roots(&files).await?;
                self.judge(files).await
            }
            FromSender::Pause(cause) => {
                self.held_by_peer = heard(Some(cause));
                if self.accepted {
                    self.settle().await
                } else {
                    Ok(())
                }
            }
            FromSender::Resume => {
                self.held_by_peer = None;
                if self.accepted {
                    self.settle().await
                } else {
                    Ok(())
                }
            }
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
            FromSender::End(cause) => {
                let (state, failure) = match cause {
                    EndCause::Cancelled => (
                        State::Cancelled,
                        Failure::new(Code::CancelledByPeer, "the sender cancelled"),
                    ),
                    EndCause::Source => (
                        State::Failed,
                        Failure::new(
                            Code::SourceUnreadable,
                            "the sender cannot read its files any more",
                        ),
                    ),
                    EndCause::Forgotten => (
                        State::Failed,
                        Failure::new(
                            Code::NotFound,
                            "the sender does not know the transfer any more",
                        ),
                    ),
                    _ => (
                        State::Failed,
                        Failure::new(Code::Protocol, "the sender ended the transfer"),
                    ),
                };
                self.incoming
                    .session
                    .go(&self.shared, state, None, Some(failure))
                    .await?;
                self.tell(FromReceiver::Heard);
                self.told = true;
                self.shared.heard(self.incoming.session.id).await;
                Ok(())
            }
        }
    }

    async fn entries(
        &mut self,
        first: FileId,
        entries: Vec<chunkstream_core::manifest::Entry>,
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

    /// Files are no part of the transfer any more.
    async fn withdraw(&mut self, files: Vec<FileId>) -> Result<(), Failure> {
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

    /// A manifest that this system cannot hold, or that no honest sender makes.
    async fn refuse(&mut self, error: ManifestError) -> Result<(), Failure> {
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
    pub(super) async fn record(&mut self) -> Result<(), Failure> {
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
                        kind: crate::coordinator::sending::kind(&row.entry),
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

    /// Holds the transfer here until a person resumes it.
    pub(super) fn hold(&mut self) {
        self.paused_here = true;
    }

    pub(super) fn totals(&self) -> SessionTotals {
        let plan = self.incoming.plan();
        SessionTotals {
            files: plan.files(),
            bytes: plan.bytes(),
            chunks: plan.chunks(),
            scan_complete: plan.is_announced(),
        }
    }

    // ---- the committer and the streams ----

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
            Event::Ended(cause) => self.hear(FromSender::End(cause)).await,
        }
    }

    async fn durable(&mut self, chunks: Vec<Durable>) -> Result<(), Failure> {
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
    async fn judge(&mut self, files: Vec<FileId>) -> Result<(), Failure> {
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
    pub(super) async fn maybe_complete(&mut self) -> Result<(), Failure> {
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

    async fn receipt(&mut self) -> Result<(), Failure> {
        // After the receipt the sender forgets: a receiver that lost this would wait for ever.
        self.shared.store.sync().await?;
        self.receipted = true;
        let (files, bytes) = {
            let plan = self.incoming.plan();
            (plan.files(), plan.bytes())
        };
        self.tell(FromReceiver::Receipt { files, bytes });
        Ok(())
    }
}

/// Whether a person has not said yet what becomes of what is over its rule.
/// What a hold at the sender is here.
fn heard(cause: Option<PauseCause>) -> Option<Reason> {
    cause.map(|cause| holds::heard(cause, Direction::Receiving))
}

fn session_is_over_rule(incoming: &Incoming) -> bool {
    incoming.session.facts().reason == Some(Reason::OverRule)
}

/// Pages of at most so many files and ranges; a file with many ranges is split over several.
fn pages(files: Vec<(FileId, Have)>) -> Vec<Vec<(FileId, Have)>> {
    let mut pages = Vec::new();
    let mut page: Vec<(FileId, Have)> = Vec::new();
    let mut ranges = 0;
    for (file, have) in files {
        let mut rest = have.ranges().peekable();
        while rest.peek().is_some() {
            if page.len() >= MAX_FILES_IN_PAGE || ranges >= RANGES_IN_PAGE {
                pages.push(std::mem::take(&mut page));
                ranges = 0;
            }
            let mut part = Have::new();
            for range in rest.by_ref().take(RANGES_IN_PAGE - ranges) {
                part.insert_range(range);
                ranges += 1;
            }
            page.push((file, part));
        }
    }
    if !page.is_empty() {
        pages.push(page);
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_keep_every_range_and_their_bounds() {
        let scattered = Have::from_ranges((0..20_000).map(|number| number * 2..number * 2 + 1))
            .expect("ordered");
        let mut files: Vec<(FileId, Have)> = (1..3000)
            .map(|file| (FileId(file), Have::full(1)))
            .collect();
        files.insert(0, (FileId(0), scattered));
        let pages = pages(files);
        assert!(pages.iter().all(|page| page.len() <= MAX_FILES_IN_PAGE));
        let ranges = |page: &Vec<(FileId, Have)>| {
            page.iter()
                .map(|(_, have)| have.ranges().count())
                .sum::<usize>()
        };
        assert!(pages.iter().all(|page| ranges(page) <= RANGES_IN_PAGE));
        assert_eq!(pages.iter().map(ranges).sum::<usize>(), 20_000 + 2999);
    }
}
