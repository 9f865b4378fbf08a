//! One connection's share of a transfer that goes out: offer, announce, tell roots, take acknowledgements.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use chunkstream_core::{
    id::FileId,
    integrity::Have,
    session::{Reason, State},
    wire::{
        Decline, EndCause, FromReceiver, FromSender, Hello, MAX_CONTROL, MAX_ENTRIES_IN_PAGE,
        MAX_FILES_IN_PAGE, Opening, PauseCause,
    },
};
use tokio::sync::mpsc::{self, error::TrySendError};

use super::{
    Fault, Outgoing,
    changed::{Left, nothing_left},
    early::Early,
};
use crate::{
    api::{ChangedChoice, Code, Failure},
    coordinator::{
        Shared,
        copies::{Listener, Speaker},
        last_word::{self, FAREWELL},
        peer::Link,
        session::{Asked, Order},
    },
    network::{NetworkError, control, urgency},
    store::{ChunkRow, ChunkStatus, SessionTotals},
};

/// How one connection's share ended.
pub(super) enum End {
    /// The session is over, and the receiver told so.
    Told,
    /// The session is over, and this side's to tell.
    Over,
    /// The connection was lost after the receiver had answered.
    Served,
    /// The connection was lost before.
    Lost,
}

/// Messages that wait for the control stream; a peer that lets more pile up does not read.
const OUTBOX: usize = 1024;
/// Pages of entries and roots that wait for it: behind the others, and as many as it takes.
const PAGES: usize = 8;
/// Entries and bytes of the first pages.
const FIRST_PAGES: (usize, usize) = (128, 16 * 1024);
/// Messages from the receiver that wait for the task.
const INBOX: usize = 64;
/// How long the receiver may take for its Hello.
const HELLO: Duration = Duration::from_secs(15);

pub(super) struct Talk<'a> {
    pub(super) flow: &'a Arc<Outgoing>,
    shared: &'a Arc<Shared>,
    pub(super) link: &'a Arc<Link>,
    outbox: mpsc::Sender<FromSender>,
    pages: mpsc::Sender<FromSender>,
    pub(super) accepted: bool,
    pub(super) early: Early,
    /// Probes sent behind the last chunks.
    pub(super) probes: u32,
    /// What the receiver says before it accepts: durable chunks by file, and files that are done.
    claims: HashMap<FileId, Have>,
    done: Vec<(FileId, FileId)>,
    unwanted: Vec<(FileId, FileId)>,
}

pub(super) async fn serve(
    flow: &Arc<Outgoing>,
    shared: &Arc<Shared>,
    link: &Arc<Link>,
    orders: &mut mpsc::Receiver<Asked>,
) -> Result<End, Failure> {
    let Ok((send, mut receive)) = open(flow, shared, link).await else {
        return Ok(End::Lost);
    };
    flow.plan().restart();
    let early = Early::begin(flow, shared, link).await;
    let (outbox, queued) = mpsc::channel::<FromSender>(OUTBOX);
    let (pages, paged) = mpsc::channel::<FromSender>(PAGES);
    let (listed, on) = (flow.clone(), link.clone());
    let writer = shared.spawn(async move {
        if let Err(error) = write(&listed, &on, send, queued, paged).await {
            // The reader hears of it too.
            tracing::debug!(%error, "the control stream broke off");
        }
    });
    let (inbox, mut messages) = mpsc::channel(INBOX);
    let (engine, from, features) = (shared.clone(), link.clone(), early.features.clone());
    let reader = shared.spawn(async move {
        match greeted(&engine, &from, &mut receive).await {
            Ok(able) => features.store(able, Ordering::Relaxed),
            Err(error) => return drop(inbox.send(Err(error)).await),
        }
        loop {
            let message = control::receive::<FromReceiver>(&mut receive).await;
            let last = !matches!(message, Ok(Some(_)));
            if inbox.send(message).await.is_err() || last {
                return;
            }
        }
    });
    let announcer = shared.spawn(announce(
        shared.clone(),
        flow.clone(),
        link.clone(),
        pages.clone(),
    ));
    let mut talk = Talk {
        flow,
        shared,
        link,
        outbox,
        pages,
        accepted: false,
        early,
        probes: 0,
        claims: HashMap::new(),
        done: Vec::new(),
        unwanted: Vec::new(),
    };
    link.pump.join(flow);
    let mut result = talk.run(&mut messages, orders).await;
    match &result {
        Ok(End::Told) => {
            talk.tell(FromSender::Heard);
            flow.heard(shared).await;
        }
        Ok(End::Over) | Err(_) => {
            if last_word::is_heard(&mut messages, &FromReceiver::Heard).await {
                flow.heard(shared).await;
            }
        }
        Ok(End::Served | End::Lost) => {}
    }
    announcer.abort();
    let (engine, id) = (shared.clone(), flow.session.id);
    drop(tokio::task::spawn_blocking(move || {
        engine.watch.release(id);
    }));
    reader.abort();
    // What it has said was of this connection.
    flow.waits.receiver.send_replace(None);
    let accepted = talk.accepted;
    drop(talk);
    if matches!(result, Ok(End::Told | End::Over) | Err(_)) {
        let _ = writer.await;
    } else {
        writer.abort();
    }
    if accepted && matches!(result, Ok(End::Lost)) {
        result = Ok(End::Served);
    }
    result
}

/// Writes what is queued: words first, pages after them.
///
/// An entry counts as announced when it has been written, which is when QUIC has its bytes within the peer's windows.
/// Chunks of entries that still wait here could fill the connection's window unread: the peer does not read a chunk
/// whose entry it does not know, and the entry would wait for that window.
async fn write(
    flow: &Outgoing,
    link: &Link,
    mut send: Speaker,
    mut queued: mpsc::Receiver<FromSender>,
    mut paged: mpsc::Receiver<FromSender>,
) -> Result<(), NetworkError> {
    loop {
        let message = tokio::select! {
            biased;
            Some(message) = queued.recv() => message,
            Some(message) = paged.recv() => message,
            else => break,
        };
        control::send(&mut send, &message).await?;
        if let FromSender::Entries { first, entries } = &message {
            flow.plan().announced(first.0 as usize + entries.len());
            link.pump.ready(flow.session.id);
            flow.signal();
        }
    }
    send.finish();
    // Resolved when the peer has everything: the last word (a Cancel) has then been heard.
    let _ = tokio::time::timeout(FAREWELL, send.stopped()).await;
    Ok(())
}

/// Opens the control stream, with Hello and the Offer. The entries follow without waiting for an answer.
async fn open(
    flow: &Outgoing,
    shared: &Shared,
    link: &Arc<Link>,
) -> Result<(Speaker, Listener), NetworkError> {
    let (mut send, receive) = link.control(link.connection.open_bi().await?);
    // Before any chunk: acknowledgements and the words of people are small and urgent.
    send.set_priority(urgency::CONTROL);
    if flow.plan().protects_tails() {
        send.repeat_where_packets_are_lost();
    }
    control::send(&mut send, &shared.hello()).await?;
    control::send(&mut send, &Opening::Offer(flow.offer())).await?;
    Ok((send, receive))
}

/// Waits for the receiver's Hello; returns its features.
async fn greeted(
    shared: &Shared,
    link: &Link,
    receive: &mut Listener,
) -> Result<u64, NetworkError> {
    let hello = tokio::time::timeout(HELLO, control::receive::<Hello>(receive))
        .await
        .map_err(|_| NetworkError::Lost("the receiver did not answer".into()))??
        .ok_or_else(|| {
            NetworkError::Protocol("the control stream ended before its Hello".into())
        })?;
    link.tails.peer_can(hello.features);
    shared.met(link, &hello.name).await;
    Ok(hello.features)
}

/// Sends the entries as the scan finds them, what is withdrawn before them, and the end; again after each
/// decision about changed sources.
async fn announce(
    shared: Arc<Shared>,
    flow: Arc<Outgoing>,
    link: Arc<Link>,
    pages: mpsc::Sender<FromSender>,
) {
    let (mut sent, mut told) = (0, 0);
    let mut ended = None;
    loop {
        let more = flow.more.notified();
        let message = {
            let plan = flow.plan();
            let withdrawn = plan.withdrawn();
            // A receiver that does not know this device reads no more than it takes to ask about it.
            let (most, bytes) = if sent < MAX_ENTRIES_IN_PAGE {
                FIRST_PAGES
            } else {
                (MAX_ENTRIES_IN_PAGE, MAX_CONTROL / 2)
            };
            let page = plan.page(sent, most, bytes);
            if told < withdrawn.len() {
                // Before the entries, which may have their paths.
                let page = withdrawn[told..].iter().copied();
                let page: Vec<FileId> = page.take(MAX_FILES_IN_PAGE).collect();
                told += page.len();
                Some(FromSender::Withdraw(page))
            } else if !page.is_empty() {
                let first = FileId(sent as u32);
                sent += page.len();
                Some(FromSender::Entries {
                    first,
                    entries: page,
                })
            } else if plan.is_scan_complete() && ended != Some((sent, told)) {
                ended = Some((sent, told));
                Some(FromSender::EndOfEntries {
                    entries: sent as u32,
                    bytes: plan.bytes(),
                })
            } else {
                None
            }
        };
        let Some(message) = message else {
            tokio::select! {
                () = more => continue,
                // An engine that stops does not end this task otherwise.
                _ = link.connection.closed() => return,
            }
        };
        let announced = match &message {
            FromSender::Entries { first, entries } => {
                flow.plan().folders(first.0 as usize, entries.len())
            }
            _ => HashSet::new(),
        };
        if pages.send(message).await.is_err() {
            return;
        }
        if !announced.is_empty() {
            let (engine, id) = (shared.clone(), flow.session.id);
            // A hint: nobody waits for it.
            let watching = move || engine.watch.cover(&engine, id, announced);
            drop(tokio::task::spawn_blocking(watching));
        }
        flow.signal();
    }
}

impl Talk<'_> {
    async fn run(
        &mut self,
        messages: &mut mpsc::Receiver<Result<Option<FromReceiver>, NetworkError>>,
        orders: &mut mpsc::Receiver<Asked>,
    ) -> Result<End, Failure> {
        loop {
            match self.flow.take_fault() {
                Some(Fault::Fatal(failure)) => {
                    self.tell(FromSender::End(EndCause::Source));
                    return Err(failure);
                }
                Some(Fault::Unreadable(failure)) => {
                    self.flow.suffer(self.shared, failure).await?;
                    self.tell(FromSender::Pause(PauseCause::Disk));
                }
                None => {}
            }
            self.weigh().await?;
            if self.flow.session.state().is_final() {
                return Ok(End::Over);
            }
            let pages = self.pages.clone();
            let probe = self.tail_interval();
            let roots_wait =
                (self.accepted || self.early.is_open()) && self.flow.plan().has_sealed();
            tokio::select! {
                message = messages.recv() => match message {
                    Some(Ok(Some(message))) => if let Some(end) = self.hear(message).await? { return Ok(end) },
                    Some(Err(error @ NetworkError::Protocol(_))) => {
                        self.link.misbehaved(&error);
                        return Ok(End::Lost);
                    }
                    Some(Ok(None) | Err(_)) | None => return Ok(End::Lost),
                },
                asked = orders.recv() => {
                    let Some((order, answer)) = asked else { return Ok(End::Over) };
                    let result = self.obey(order).await;
                    let _ = answer.send(result);
                    if self.flow.session.state().is_final() {
                        return Ok(End::Over);
                    }
                }
                // Behind the entries that they speak of.
                page = pages.reserve(), if roots_wait => {
                    let Ok(page) = page else { return Ok(End::Lost) };
                    let roots = self.flow.plan().take_sealed(MAX_FILES_IN_PAGE);
                    if !roots.is_empty() {
                        // For a check of the sources after the transfer has ended.
                        let id = self.flow.session.id;
                        let recorded = self.shared.store.set_file_roots(id, &roots).await;
                        self.shared.forgive(recorded)?;
                        page.send(FromSender::Roots(roots));
                    }
                }
                () = self.flow.signal.notified() => {}
                () = tokio::time::sleep(probe.unwrap_or_default()), if probe.is_some() => self.probe(),
            }
        }
    }

    async fn obey(&mut self, order: Order) -> Result<(), Failure> {
        let flow = self.flow;
        match order {
            Order::Pause => {
                flow.pause(self.shared).await?;
                self.tell(FromSender::Pause(PauseCause::ByPerson));
            }
            Order::Resume => {
                let held = flow.is_held_here();
                flow.paused_here.store(false, Ordering::Relaxed);
                flow.forgive();
                if held {
                    self.tell(FromSender::Resume);
                    self.unpaused().await?;
                }
            }
            Order::Cancel => {
                self.tell(FromSender::End(EndCause::Cancelled));
                flow.session
                    .go(self.shared, State::Cancelled, None, None)
                    .await?;
            }
            Order::Priority(priority) => {
                flow.reclass(self.shared, priority).await?;
                self.link.pump.set_priority(flow.session.id, priority);
                self.tell(FromSender::Priority(priority));
            }
            Order::Changed(choice) => self.decide(choice).await?,
            Order::Accept(_) | Order::Decline => {
                return Err(Failure::new(
                    Code::IllegalState,
                    "the transfer is not an offer to this device",
                ));
            }
        }
        Ok(())
    }

    /// When everything but changed files has arrived, it is time to decide about them.
    async fn weigh(&self) -> Result<(), Failure> {
        let flow = self.flow;
        let moves = matches!(flow.session.state(), State::Active | State::Completing);
        if !moves || !self.accepted || flow.is_paused() || !flow.is_time_to_ask() {
            return Ok(());
        }
        if flow.is_unasked() {
            return self.decide(ChangedChoice::NewVersion).await;
        }
        flow.hold_for_decision(self.shared).await?;
        self.tell(FromSender::Pause(PauseCause::SourceChanged));
        Ok(())
    }

    /// Does with changed sources as somebody has decided.
    async fn decide(&self, choice: ChangedChoice) -> Result<(), Failure> {
        let (left, lifted) = self.flow.decide(self.shared, choice).await?;
        if left == Left::Nothing {
            self.tell(FromSender::End(EndCause::Cancelled));
            let failure = Some(nothing_left());
            let session = &self.flow.session;
            return session
                .go(self.shared, State::Cancelled, None, failure)
                .await;
        }
        if lifted {
            self.tell(FromSender::Resume);
            self.unpaused().await?;
        }
        self.link.pump.ready(self.flow.session.id);
        self.maybe_completing().await
    }

    /// Queues a message. The task never waits for the peer to read: one that does not is let go.
    fn tell(&self, message: FromSender) {
        if let Err(TrySendError::Full(_)) = self.outbox.try_send(message) {
            self.link
                .misbehaved(&NetworkError::Protocol("it does not read".into()));
        }
    }

    async fn hear(&mut self, message: FromReceiver) -> Result<Option<End>, Failure> {
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
                if flow.is_paused() {
                    self.held().await?;
                } else {
                    self.unpaused().await?;
                }
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
            FromReceiver::Decline(why) => {
                let text = match why {
                    Decline::ByPerson => "the receiver declined",
                    Decline::BadManifest => {
                        "the receiver's system cannot hold these names or sizes"
                    }
                    Decline::TooMany => "the receiver has too many offers waiting",
                };
                let failure = Failure::new(Code::Declined, text);
                flow.session
                    .go(shared, State::Cancelled, None, Some(failure))
                    .await?;
                return Ok(Some(End::Told));
            }
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

    /// What the receiver will not have is counted no more. `all`: it is all that it has said so far.
    async fn unwanted(&self, ranges: &[(FileId, FileId)], all: bool) -> Result<(), Failure> {
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

    /// Files of which only the roots are told, or which are to be sent after all.
    fn compare(&self, files: &[FileId], compared: bool) {
        self.flow.plan().compare(files, compared);
        self.link.pump.ready(self.flow.session.id);
    }

    /// Preparing, for that reason, whatever it was before.
    async fn preparing(&self, reason: Reason) -> Result<(), Failure> {
        match self.flow.session.state() {
            State::Created | State::Preparing | State::Paused => {
                self.flow
                    .session
                    .go(self.shared, State::Preparing, Some(reason), None)
                    .await
            }
            _ => Ok(()),
        }
    }

    /// Somebody holds the transfer.
    async fn held(&self) -> Result<(), Failure> {
        self.flow.plan().set_open(false);
        let held = self.flow.held_here().or_else(|| self.flow.held_by_peer());
        if self.flow.session.state() == State::Completing {
            self.flow
                .session
                .go(self.shared, State::Active, None, None)
                .await?;
        }
        self.flow
            .session
            .go(self.shared, State::Paused, held, None)
            .await
    }

    /// A hold is gone; if it was the last, chunks move.
    async fn unpaused(&self) -> Result<(), Failure> {
        if self.flow.is_paused() {
            return self.held().await;
        }
        if !self.accepted {
            return self.preparing(Reason::WaitingForAnswer).await;
        }
        let session = &self.flow.session;
        if session.state() == State::Created {
            session
                .go(self.shared, State::Preparing, None, None)
                .await?;
        }
        if session.state() != State::Completing {
            session.go(self.shared, State::Active, None, None).await?;
        }
        let unsealed = self.flow.plan().unsealed_complete();
        if !unsealed.is_empty() {
            // Every value is known from before a restart; the last chunk's stream would have sealed it.
            let (flow, engine) = (self.flow.clone(), self.shared.clone());
            self.shared
                .spawn(async move { flow.seal_if_unchanged(&engine, unsealed).await });
        }
        self.flow.plan().set_open(true);
        self.link.pump.ready(session.id);
        Ok(())
    }

    async fn durable(&self, files: &[(FileId, Have)]) -> Result<(), Failure> {
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

    /// Takes back what the receiver turns out not to have.
    async fn reconcile(&mut self) -> Result<(), Failure> {
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

    fn finished(&self, ranges: &[(FileId, FileId)]) {
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

    /// Completing when the receiver has everything durable.
    async fn maybe_completing(&self) -> Result<(), Failure> {
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

    async fn receipt(&self, files: u64, bytes: u64) -> Result<End, Failure> {
        let session = &self.flow.session;
        let all = {
            let plan = self.flow.plan();
            let facts = session.facts();
            let now = facts.files == files && facts.bytes == bytes;
            // It had everything in the version that was announced, before it heard of a withdrawal.
            let ever = plan.ever();
            let before = !plan.withdrawn().is_empty() && files <= ever.0 && bytes <= ever.1;
            facts.scan_complete && (now || before)
        };
        if !all {
            self.link.misbehaved(&NetworkError::Protocol(
                "a receipt over another number of files or bytes".into(),
            ));
            return Err(Failure::new(
                Code::Protocol,
                "the receiver's receipt is over something else",
            ));
        }
        let root = self.flow.plan().first_root();
        if let Some(root) = root {
            let done = [(self.flow.plan().lead(), root)];
            self.shared.store.mark_files_done(session.id, &done).await?;
        }
        session.change(|facts| {
            (facts.files, facts.bytes) = (files, bytes);
            facts.durable_bytes = facts.bytes;
            facts.files_done = facts.files;
            facts.changed = None;
            facts.root = root;
        });
        for state in [State::Preparing, State::Active, State::Completing] {
            // The receipt may be the first that a restarted sender hears.
            if session.state() != State::Completing && session.state().to(state).is_ok() {
                session.go(self.shared, state, None, None).await?;
            }
        }
        self.shared.capture(session);
        session
            .go(self.shared, State::Completed, None, None)
            .await?;
        Ok(End::Told)
    }

    async fn ended(&self, cause: EndCause) -> Result<End, Failure> {
        let (state, failure) = match cause {
            EndCause::Cancelled => (
                State::Cancelled,
                Failure::new(Code::CancelledByPeer, "the receiver cancelled"),
            ),
            EndCause::Target => (
                State::Failed,
                Failure::new(Code::DiskUnwritable, "the receiver cannot write"),
            ),
            EndCause::Integrity => (
                State::Failed,
                Failure::new(Code::Integrity, "what arrived is not what was sent"),
            ),
            EndCause::Forgotten => (
                State::Failed,
                Failure::new(
                    Code::NotFound,
                    "the receiver does not know the transfer any more",
                ),
            ),
            EndCause::Source | EndCause::Protocol => (
                State::Failed,
                Failure::new(
                    Code::Protocol,
                    "the receiver ended the transfer over a breach of the protocol",
                ),
            ),
        };
        self.flow
            .session
            .go(self.shared, state, None, Some(failure))
            .await?;
        Ok(End::Told)
    }
}
