//! The entries, told page by page behind the offer.

use std::{collections::HashSet, sync::Arc};

use chunkstream_core::{
    id::FileId,
    wire::{FromSender, MAX_CONTROL, MAX_ENTRIES_IN_PAGE, MAX_FILES_IN_PAGE},
};
use tokio::sync::mpsc;

use crate::coordinator::{Shared, peer::Link, sending::Outgoing};

/// Entries and bytes of the first pages.
const FIRST_PAGES: (usize, usize) = (128, 16 * 1024);

/// Sends the entries as the scan finds them, what is withdrawn before them, and the end; again after each
/// decision about changed sources.
pub(super) async fn announce(
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
