//! One connection's share of a transfer that goes out: offer, announce, tell roots, take acknowledgements.

mod announce;
mod control_stream;
mod durable;
mod end;
mod hear;
mod holds;
mod orders;

use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
};

use chunkstream_core::{
    id::FileId,
    integrity::Have,
    wire::{EndCause, FromReceiver, FromSender, MAX_FILES_IN_PAGE, PauseCause},
};
use tokio::sync::mpsc::{self, error::TrySendError};

use self::{
    announce::announce,
    control_stream::{greeted, open, write},
};
use super::{Outgoing, early::Early, fault::Fault};
use crate::{
    api::Failure,
    coordinator::{Shared, last_word, peer::Link, session::Asked},
    network::{NetworkError, control},
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
/// Messages from the receiver that wait for the task.
const INBOX: usize = 64;

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

    /// Queues a message. The task never waits for the peer to read: one that does not is let go.
    fn tell(&self, message: FromSender) {
        if let Err(TrySendError::Full(_)) = self.outbox.try_send(message) {
            self.link
                .misbehaved(&NetworkError::Protocol("it does not read".into()));
        }
    }
}
