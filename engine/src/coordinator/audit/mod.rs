//! The audit log: [`Shared::note`] may be called from anywhere, never waits, and never fails.
//!
//! What is noted is gathered for a moment and written in one transaction by a task of its own, or when somebody asks for
//! the log, or at the end of the engine. A kill in that moment loses it. While the database cannot be written, a bounded
//! number waits, and what is over that is counted as lost.

mod commands;
mod folding;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chunkstream_core::{device::DeviceId, id::TransferId};
use tokio::sync::Notify;

use self::folding::{Due, Folding};
use super::Shared;
use crate::{
    api::{AuditKind, Failure},
    store::{EventOrigin, MAX_EVENT_AGE_MS, NewEvent},
};

/// How long a row waits for others.
const GATHER: Duration = Duration::from_millis(250);
/// How long a count does.
const COUNTS: Duration = Duration::from_secs(30);
/// The most bytes of one text: some come from peers.
const MAX_TEXT: usize = 300;

/// Something to note.
#[derive(Debug)]
pub(crate) struct Note {
    kind: AuditKind,
    device: Option<DeviceId>,
    transfer: Option<TransferId>,
    detail: BTreeMap<String, String>,
}

/// What has been noted and is not written yet.
#[derive(Debug, Default)]
pub(crate) struct Audit {
    folding: Mutex<Folding>,
    noted: Notify,
    /// Written by one at a time, so that rows come in their order.
    writing: tokio::sync::Mutex<()>,
}

impl Note {
    /// That something of this kind happened.
    pub(crate) fn new(kind: AuditKind) -> Self {
        Self {
            kind,
            device: None,
            transfer: None,
            detail: BTreeMap::new(),
        }
    }

    /// That the engine refused something, for a reason that is one word of a fixed list.
    pub(crate) fn refused(device: DeviceId, reason: &'static str) -> Self {
        Self::new(AuditKind::Refused)
            .of(device)
            .with("reason", reason)
    }

    /// About this device.
    pub(crate) fn of(mut self, device: DeviceId) -> Self {
        self.device = Some(device);
        self
    }

    /// About this transfer.
    pub(crate) fn transfer(mut self, transfer: TransferId) -> Self {
        self.transfer = Some(transfer);
        self
    }

    /// With this besides. Control characters are replaced, long texts are cut.
    pub(crate) fn with(mut self, word: &str, text: impl AsRef<str>) -> Self {
        let clean = |character: char| {
            if character.is_control() {
                '\u{fffd}'
            } else {
                character
            }
        };
        let mut text: String = text.as_ref().chars().map(clean).collect();
        while text.len() > MAX_TEXT {
            text.pop();
        }
        self.detail.insert(word.to_owned(), text);
        self
    }
}

impl Audit {
    fn folding(&self) -> MutexGuard<'_, Folding> {
        self.folding.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// Notes that something happened.
    pub(crate) fn note(&self, note: Note) {
        let origin = if note.kind.is_own() {
            EventOrigin::Here
        } else if note.device.is_some_and(|device| self.is_known(device)) {
            EventOrigin::Known
        } else {
            EventOrigin::Stranger
        };
        let now_ms = self.clock.unix_ms();
        let event = NewEvent {
            at_ms: now_ms,
            last_ms: now_ms,
            count: 1,
            origin,
            kind: note.kind.as_str(),
            device: note.device,
            session: note.transfer,
            detail: note.detail,
        };
        tracing::debug!(kind = event.kind, device = ?event.device, detail = ?event.detail, "noted");
        self.audit.folding().take(self.elapsed(), event);
        self.audit.noted.notify_one();
    }

    /// Writes what has been noted. What cannot be written waits for the next time.
    pub(crate) async fn write_notes(&self) {
        let _one_at_a_time = self.audit.writing.lock().await;
        let mut batch = self.audit.folding().batch();
        if batch.lost > 0 {
            let now_ms = self.clock.unix_ms();
            batch.events.push(NewEvent {
                at_ms: now_ms,
                last_ms: now_ms,
                count: batch.lost,
                origin: EventOrigin::Here,
                kind: AuditKind::EventsLost.as_str(),
                device: None,
                session: None,
                detail: BTreeMap::new(),
            });
        }
        if batch.events.is_empty() && batch.counts.is_empty() {
            return;
        }
        let written = self.store.append_events(&batch.events, &batch.counts).await;
        let mut folding = self.audit.folding();
        match written {
            Ok(ids) => folding.written(&batch, &ids),
            Err(error) => {
                folding.failed(&batch);
                tracing::warn!(%error, "the audit log cannot be written for now");
            }
        }
    }

    /// Removes what is older than the log reaches.
    async fn drop_old_notes(&self) -> Result<(), Failure> {
        let before = self.clock.unix_ms().saturating_sub(MAX_EVENT_AGE_MS);
        self.store.drop_events_before(before).await?;
        Ok(())
    }
}

/// Writes what is noted until the engine stops.
pub(crate) async fn run(shared: Arc<Shared>) {
    let stopped = shared.stop.clone();
    let work = async {
        if let Err(failure) = shared.drop_old_notes().await {
            tracing::warn!(%failure, "old events are left in the audit log");
        }
        loop {
            let due = shared.audit.folding().due();
            match due {
                None => shared.audit.noted.notified().await,
                Some(Due::Rows) => {
                    tokio::time::sleep(GATHER).await;
                    shared.write_notes().await;
                    // What could not be written is not tried again at once.
                    if shared.audit.folding().due() == Some(Due::Rows) {
                        tokio::time::sleep(COUNTS).await;
                    }
                }
                Some(Due::Counts) => tokio::select! {
                    () = tokio::time::sleep(COUNTS) => shared.write_notes().await,
                    () = shared.audit.noted.notified() => {
                        // Only a new row is written sooner.
                        if shared.audit.folding().due() == Some(Due::Counts) {
                            tokio::time::sleep(COUNTS).await;
                            shared.write_notes().await;
                        }
                    }
                },
            }
        }
    };
    tokio::select! {
        () = stopped.cancelled() => {}
        () = work => {}
    }
}
