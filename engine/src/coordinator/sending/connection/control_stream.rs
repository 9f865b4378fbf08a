//! The control stream of a connection: opened with the offer, greeted by the receiver, written until its last word.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use chunkstream_core::wire::{FromSender, Hello, Opening};
use tokio::sync::mpsc;

use crate::{
    coordinator::{
        Shared,
        copies::{Listener, Speaker},
        last_word::FAREWELL,
        peer::Link,
        sending::Outgoing,
    },
    network::{NetworkError, control, urgency},
};

/// How long the receiver may take for its Hello.
const HELLO: Duration = Duration::from_secs(15);

/// Opens the control stream, with Hello and the Offer. The entries follow without waiting for an answer.
pub(super) async fn open(
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
pub(super) async fn greeted(
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
    // One name for each connection: each change of it is told to every window, with all rows that show it.
    if !link.is_met.swap(true, Ordering::Relaxed) {
        shared.met(link, &hello.name).await;
    }
    Ok(hello.features)
}

/// Writes what is queued: words first, pages after them.
///
/// An entry counts as announced when it has been written, which is when QUIC has its bytes within the peer's windows.
/// Chunks of entries that still wait here could fill the connection's window unread: the peer does not read a chunk
/// whose entry it does not know, and the entry would wait for that window.
pub(super) async fn write(
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
