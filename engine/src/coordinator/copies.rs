//! Control streams whose messages are said twice on a path that loses packets.
//!
//! A lost control message costs a round trip and more: nothing follows that would show its loss soon, and the other
//! side waits for it. Such messages are small. So where the path loses packets, each is repeated in a datagram (RFC 9221)
//! a moment later, hence in another packet; the listener takes whichever comes first, byte by byte, and passes over the
//! other. Where nothing is lost nothing is repeated.
//!
//! The sender of a transfer repeats if its parity is Auto and it measures loss; the receiver, which has too few packets
//! of its own to measure by, repeats on a stream on which the sender does.
//!
//! Memory: at most [`MOST`] bytes of each connection wait to be read, and as many to be sent.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use chunkstream_core::wire::{COPY_HEADER, Copy};
use quinn::{ReadError, ReadExactError, StoppedError, VarInt, WriteError};
use tokio::sync::Notify;

use crate::{
    coordinator::peer::Link,
    network::{
        close,
        control::{Hears, Says},
    },
};

/// Bytes of copies that wait on one connection, in either direction.
const MOST: usize = 32 * 1024;
/// The longest run of bytes that is repeated; pages of entries are not.
const LONGEST: usize = 4 * 1024;
/// So much later than the message goes its copy, in another packet than it; and long enough for an answer to wait for
/// the copy of its question, which is as late and may be held up by jitter.
const LATER: Duration = Duration::from_millis(3);
/// The same for what answers.
const ANSWER_LATER: Duration = Duration::from_millis(3);
/// Streams that may be repeated before they have been accepted.
const AHEAD: u64 = 32;
/// QUIC stream ids of one kind are this far apart (RFC 9000, 2.1).
const STEP: u64 = 4;

/// The copies of one connection's control messages.
#[derive(Debug)]
pub(crate) struct Copies {
    heard: Mutex<Heard>,
    said: Mutex<BTreeMap<u64, Said>>,
    wake: Notify,
}

#[derive(Debug)]
struct Heard {
    streams: HashMap<u64, Stream>,
    /// The lowest id of a stream of the peer's that has not been accepted.
    next: u64,
    bytes: usize,
}

#[derive(Debug, Default)]
struct Stream {
    /// By their offset.
    copies: Vec<(u64, Bytes)>,
    arrived: Arc<Notify>,
    is_repeated: Arc<AtomicBool>,
}

/// Bytes to repeat.
#[derive(Debug)]
struct Said {
    offset: u64,
    bytes: Vec<u8>,
    /// Whether the peer repeats on this stream.
    is_repeated: Arc<AtomicBool>,
    /// Whether this side does by itself.
    by_itself: bool,
}

impl Copies {
    /// `dialled`: whether this side opened the connection, so that the peer's streams have the server's ids.
    pub(crate) fn new(dialled: bool) -> Self {
        Self {
            heard: Mutex::new(Heard {
                streams: HashMap::new(),
                next: u64::from(dialled),
                bytes: 0,
            }),
            said: Mutex::default(),
            wake: Notify::new(),
        }
    }

    /// Keeps a copy for its stream, if that can still use it and there is room.
    pub(crate) fn take(&self, copy: &Copy) {
        let mut heard = self.heard();
        let furthest = heard.next + STEP * AHEAD;
        let expected = copy.stream % STEP == heard.next % STEP
            && (heard.next..furthest).contains(&copy.stream);
        let open = heard.streams.contains_key(&copy.stream);
        if !(open || expected) || heard.bytes + copy.bytes.len() > MOST {
            return;
        }
        heard.bytes += copy.bytes.len();
        let stream = heard.streams.entry(copy.stream).or_default();
        stream.is_repeated.store(true, Ordering::Relaxed);
        // What quinn hands out may hold a whole batch of packets in memory.
        let bytes = Bytes::copy_from_slice(copy.bytes);
        tracing::trace!(stream = copy.stream, offset = copy.offset, "a copy came");
        stream.copies.push((copy.offset, bytes));
        stream.arrived.notify_one();
    }

    /// Repeats what has been said until the connection is lost.
    pub(crate) async fn run(link: Arc<Link>) {
        loop {
            tokio::select! {
                () = link.copies.wake.notified() => {}
                _ = link.connection.closed() => return,
            }
            tokio::time::sleep(LATER).await;
            if link.copies.said().values().any(|said| !said.by_itself) {
                tokio::time::sleep(ANSWER_LATER).await;
            }
            let said = std::mem::take(&mut *link.copies.said());
            let room = link.connection.max_datagram_size().unwrap_or(0);
            let Some(room) = room.checked_sub(COPY_HEADER).filter(|room| *room > 0) else {
                continue;
            };
            for (stream, said) in said {
                if !said.by_itself && !said.is_repeated.load(Ordering::Relaxed) {
                    continue;
                }
                tracing::trace!(
                    stream,
                    offset = said.offset,
                    bytes = said.bytes.len(),
                    "is repeated"
                );
                for (offset, bytes) in (said.offset..).step_by(room).zip(said.bytes.chunks(room)) {
                    let copy = Copy {
                        stream,
                        offset,
                        bytes,
                    };
                    // Lost or not: the stream has it too.
                    let _ = link.connection.send_datagram(copy.encode().into());
                }
                if said.by_itself && said.offset == 0 {
                    link.open_all_before().await;
                }
            }
        }
    }

    /// Remembers what is being said, to repeat it.
    fn remember(&self, speaker: &Speaker, bytes: &[u8]) {
        let mut said = self.said();
        let waiting: usize = said.values().map(|said| said.bytes.len()).sum();
        if bytes.len() > LONGEST || waiting + bytes.len() > MOST {
            return;
        }
        let new = || Said {
            offset: speaker.at,
            bytes: Vec::new(),
            is_repeated: speaker.is_repeated.clone(),
            by_itself: speaker.repeats,
        };
        let entry = said.entry(speaker.id).or_insert_with(new);
        if entry.offset + entry.bytes.len() as u64 != speaker.at {
            *entry = new();
        }
        entry.bytes.extend_from_slice(bytes);
        drop(said);
        self.wake.notify_one();
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn said(&self) -> MutexGuard<'_, BTreeMap<u64, Said>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Link {
    /// Makes both ends of a control stream from those of a QUIC stream.
    pub(crate) fn control(
        self: &Arc<Self>,
        (send, receive): (quinn::SendStream, quinn::RecvStream),
    ) -> (Speaker, Listener) {
        let id = VarInt::from(receive.id()).into_inner();
        let mut heard = self.copies.heard();
        if id % STEP == heard.next % STEP {
            heard.next = heard.next.max(id.saturating_add(STEP));
        }
        let ours = id % STEP != heard.next % STEP;
        let stream = heard.streams.entry(id).or_default();
        let (arrived, is_repeated) = (stream.arrived.clone(), stream.is_repeated.clone());
        drop(heard);
        let speaker = Speaker {
            stream: send,
            id,
            at: 0,
            ours,
            repeats: false,
            is_repeated,
            link: self.clone(),
        };
        let listener = Listener {
            stream: receive,
            id,
            at: 0,
            ahead: 0,
            arrived,
            link: self.clone(),
        };
        (speaker, listener)
    }

    /// A peer learns of a stream by a packet of it or of a later one (RFC 9000, 3.2). Where all that has been said on a
    /// stream is lost, its copy helps only with that: a stream after it, which is reset at once.
    async fn open_all_before(&self) {
        if let Ok((mut send, _)) = self.connection.open_bi().await {
            let _ = send.reset(close::NOT_NEEDED);
        }
    }
}

/// What this side says on a control stream.
#[derive(Debug)]
pub(crate) struct Speaker {
    stream: quinn::SendStream,
    id: u64,
    at: u64,
    /// Whether this side opened the stream.
    ours: bool,
    repeats: bool,
    is_repeated: Arc<AtomicBool>,
    link: Arc<Link>,
}

impl Speaker {
    /// Says everything twice from now on, if the path loses packets.
    pub(crate) fn repeat_where_packets_are_lost(&mut self) {
        self.repeats = self.link.tails.is_lossy(&self.link.connection);
    }

    /// As QUIC's.
    pub(crate) fn set_priority(&self, priority: i32) {
        // Fails only on a stream that has ended.
        let _ = self.stream.set_priority(priority);
    }

    /// Nothing more will be said.
    pub(crate) fn finish(&mut self) {
        let _ = self.stream.finish();
    }

    /// Resolved when the peer has everything, or wants no more.
    pub(crate) async fn stopped(&self) -> Result<Option<VarInt>, StoppedError> {
        self.stream.stopped().await
    }
}

impl Says for Speaker {
    async fn say(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.stream.write_all(bytes).await?;
        // The answer to the first message is said before the copy that asks to repeat can have come.
        let answers = !self.ours && self.at == 0;
        if self.repeats || answers || self.is_repeated.load(Ordering::Relaxed) {
            self.link.copies.remember(self, bytes);
        }
        self.at += bytes.len() as u64;
        Ok(())
    }
}

/// What the peer says on a control stream.
#[derive(Debug)]
pub(crate) struct Listener {
    stream: quinn::RecvStream,
    id: u64,
    /// Bytes that have been handed out.
    at: u64,
    /// Of those, the last ones that came as copies: the stream will bring them too.
    ahead: usize,
    arrived: Arc<Notify>,
    link: Arc<Link>,
}

impl Listener {
    /// What copies have of the stream at its position, as much as fits; 0 if nothing.
    fn copied(&self, place: &mut [u8]) -> usize {
        let mut heard = self.link.copies.heard();
        let Some(stream) = heard.streams.get_mut(&self.id) else {
            return 0;
        };
        let mut over = 0;
        let at = self.at;
        stream.copies.retain(|(offset, bytes)| {
            let needed = offset + bytes.len() as u64 > at;
            over += if needed { 0 } else { bytes.len() };
            needed
        });
        let found = stream.copies.iter().find(|(offset, _)| *offset <= at);
        let taken = found.map_or(0, |(offset, bytes)| {
            let bytes = &bytes[(at - offset) as usize..];
            let taken = bytes.len().min(place.len());
            place[..taken].copy_from_slice(&bytes[..taken]);
            taken
        });
        heard.bytes -= over;
        taken
    }
}

impl Hears for Listener {
    async fn hear(&mut self, place: &mut [u8]) -> Result<(), ReadExactError> {
        let mut filled = 0;
        while filled < place.len() {
            let taken = self.copied(&mut place[filled..]);
            filled += taken;
            self.ahead += taken;
            self.at += taken as u64;
            if taken > 0 {
                continue;
            }
            let mut known = [0; 256];
            let passing = self.ahead > 0;
            let most = self.ahead.min(known.len());
            let target = if passing {
                &mut known[..most]
            } else {
                &mut place[filled..]
            };
            let read: Result<Option<usize>, ReadError> = tokio::select! {
                biased;
                read = self.stream.read(target) => read,
                () = self.arrived.notified() => continue,
            };
            let Some(read) = read? else {
                return Err(ReadExactError::FinishedEarly(filled));
            };
            if passing {
                self.ahead -= read;
            } else {
                filled += read;
                self.at += read as u64;
            }
        }
        Ok(())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut heard = self.link.copies.heard();
        if let Some(stream) = heard.streams.remove(&self.id) {
            heard.bytes -= stream
                .copies
                .iter()
                .map(|(_, bytes)| bytes.len())
                .sum::<usize>();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(copies: &Copies, stream: u64, len: usize) {
        let bytes = &vec![1; len];
        copies.take(&Copy {
            stream,
            offset: 0,
            bytes,
        });
    }

    #[test]
    fn only_streams_that_may_come_next_are_waited_for_and_no_more_than_a_constant_is_kept() {
        let copies = Copies::new(true);
        // The server's bidirectional streams have ids of 1, 5, 9, ...
        for stream in [0, 2, 3, 4, 1 + STEP * AHEAD, u64::MAX] {
            take(&copies, stream, 10);
        }
        assert_eq!(copies.heard().bytes, 0);
        take(&copies, 1 + STEP * (AHEAD - 1), MOST);
        assert_eq!(copies.heard().bytes, MOST);
        take(&copies, 1, 1);
        assert_eq!(copies.heard().bytes, MOST);
    }
}
