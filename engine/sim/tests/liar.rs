//! A peer that speaks the protocol and lies: about bytes, about checksums, about parity, about what it has. Nothing
//! of it may reach a place where a person finds it.

use std::{net::SocketAddr, time::Duration};

use chunkstream_core::{
    chunk::{erasure, tail},
    id::{FileId, TransferId},
    integrity::{Checksum, Have, chunk_value},
    manifest::EntryKind,
    wire::{
        ChunkHeader, EndCause, FromReceiver, FromSender, Hello, MAX_CHUNK_HEADER, MAX_CONTROL,
        Part, Repair, encode,
    },
};
use chunkstream_engine::{AcceptPolicy, api::Code, core::session::State};
use chunkstream_sim::{
    content::noise,
    hostile::{CHUNK, Hostile, PATIENCE, Talk, chunk_size, entry, first_chunk, offer},
    links,
    world::{Device, World},
};

const CHUNKS: usize = 4;
/// `close::PATH` of docs/PROTOCOL.md.
const PATH: u64 = 5;
/// `close::PROTOCOL` of the same.
const PROTOCOL: u64 = 2;
/// Of the one offer.
const NUMBER: u8 = 9;
const TRANSFER: TransferId = TransferId([NUMBER; 16]);

/// A file of four chunks in one stripe of 4 + 2, offered by a peer whose every word is the test's.
struct Liar {
    talk: Talk,
    content: Vec<u8>,
    _endpoint: Hostile,
}

fn root_of(content: &[u8]) -> Checksum {
    Checksum(*blake3::hash(content).as_bytes())
}

async fn receiver(seed: u64) -> (World, Device) {
    let world = World::new(seed, links::lan());
    let bob = world
        .device_with("bob", |config| config.accept = AcceptPolicy::All)
        .await;
    (world, bob)
}

impl Liar {
    /// Connects and offers the file "f", all that there is.
    async fn offers(world: &World, bob: &Device) -> Self {
        let endpoint = Hostile::at(world, SocketAddr::from(([10, 0, 0, 99], 1)));
        let mut talk = endpoint.dials(bob.address).await;
        talk.hello("eve").await;
        talk.says(&offer(NUMBER)).await;
        let content = noise(world.seed(), CHUNK * CHUNKS - 100);
        let len = content.len() as u64;
        talk.announces(0, vec![entry("f", EntryKind::File { len })])
            .await;
        talk.ends(1, len).await;
        talk.heard::<Hello>(MAX_CONTROL).await;
        Self {
            talk,
            content,
            _endpoint: endpoint,
        }
    }

    async fn accepted(&mut self) {
        self.talk
            .hears(|message| matches!(message, FromReceiver::Accept { .. }).then_some(()))
            .await
            .expect("accepted");
    }

    /// Chunks that are asked for again.
    async fn needed(&mut self) -> Option<Vec<(FileId, Have)>> {
        self.talk
            .hears(|message| match message {
                FromReceiver::Need(chunks) => Some(chunks),
                _ => None,
            })
            .await
    }

    fn chunk(&self, index: usize) -> Vec<u8> {
        let end = self.content.len().min((index + 1) * CHUNK);
        self.content[index * CHUNK..end].to_vec()
    }

    fn value(&self, index: usize, chunk: &[u8]) -> Checksum {
        chunk_value(self.content.len() as u64, index as u32, chunk_size(), chunk)
            .expect("a chunk of the file")
    }

    /// What is said before a chunk or parity shard, with that checksum.
    fn header(sequence: usize, part: Part, payload: &[u8], checksum: Checksum) -> ChunkHeader {
        ChunkHeader {
            chunk_id: sequence as u64,
            sequence: sequence as u32,
            part,
            ..first_chunk(NUMBER, 0, payload, checksum)
        }
    }

    /// Sends a payload as a chunk or parity shard, with that checksum.
    async fn sends(&self, sequence: usize, part: Part, payload: &[u8], checksum: Checksum) {
        let header = Self::header(sequence, part, payload, checksum);
        let stream = self.talk.sends(&header, payload).await;
        let mut stream = stream.expect("it reads");
        stream.finish().expect("not stopped");
        // Either it has been read, or it is not wanted.
        let _ = stream.stopped().await;
    }

    /// Begins to send a chunk; returns its stream, what has been sent of it and what has not.
    async fn begins(&self, index: usize, first: usize) -> (quinn::SendStream, Vec<u8>, Vec<u8>) {
        let chunk = self.chunk(index);
        let header = Self::header(index, Part::Data, &chunk, self.value(index, &chunk));
        let mut bytes = encode(&header, MAX_CHUNK_HEADER).expect("short");
        bytes.extend_from_slice(&chunk);
        let rest = bytes.split_off(first);
        let connection = &self.talk.connection;
        let mut stream = connection.open_uni().await.expect("a stream");
        stream.write_all(&bytes).await.expect("it reads");
        (stream, bytes, rest)
    }

    /// Sends parity of a stream's bytes in datagrams, with `change` made to it.
    fn sends_tail(&self, stream: quinn::StreamId, content: &[u8], count: u16, change: u8) {
        let mut parity = tail::parity(content, count).expect("within the limits");
        parity[5] ^= change;
        for (number, symbols) in parity.chunks(4 * tail::SYMBOL).enumerate() {
            let repair = Repair {
                stream: quinn::VarInt::from(stream).into_inner(),
                len: content.len() as u32,
                count,
                first: number as u16 * 4,
                digest: tail::digest(content),
                symbols,
            };
            let sent = self.talk.connection.send_datagram(repair.encode().into());
            sent.expect("it reads datagrams");
        }
    }

    async fn sends_true(&self, index: usize) {
        let chunk = self.chunk(index);
        let value = self.value(index, &chunk);
        self.sends(index, Part::Data, &chunk, value).await;
    }

    /// The chunk with one bit changed, under the checksum of the true one.
    async fn sends_damaged(&self, index: usize) {
        let mut chunk = self.chunk(index);
        let value = self.value(index, &chunk);
        chunk[100] ^= 1;
        self.sends(index, Part::Data, &chunk, value).await;
    }

    fn values(&self) -> Vec<Checksum> {
        (0..CHUNKS)
            .map(|index| self.value(index, &self.chunk(index)))
            .collect()
    }

    fn shard(&self, number: usize) -> Vec<u8> {
        let mut padded: Vec<Vec<u8>> = (0..CHUNKS).map(|index| self.chunk(index)).collect();
        padded.iter_mut().for_each(|chunk| chunk.resize(CHUNK, 0));
        let columns: Vec<&[u8]> = padded.iter().map(Vec::as_slice).collect();
        let mut shards = erasure::encode(CHUNKS, 2, &columns).expect("a stripe");
        shards.remove(number)
    }

    async fn sends_parity(&self, number: usize, data: Vec<Checksum>, shard: &[u8]) {
        let part = Part::Parity { data };
        self.sends(number, part, shard, root_of(shard)).await;
    }

    async fn tells_root(&mut self) {
        self.talk.tells_root(0, &self.content).await;
    }

    /// Chunks rebuilt until the receipt.
    async fn receipt(&mut self) -> u32 {
        let mut rebuilt = 0;
        loop {
            match self.talk.heard(MAX_CONTROL).await {
                FromReceiver::Durable { rebuilt: more, .. } => rebuilt += more,
                FromReceiver::Receipt { .. } => return rebuilt,
                FromReceiver::Need(_) => {}
                other => panic!("{other:?} instead of a receipt"),
            }
        }
    }
}

fn only(index: u32) -> Vec<(FileId, Have)> {
    vec![(
        FileId(0),
        std::iter::once(index..index + 1).fold(Have::new(), |mut have, range| {
            have.insert_range(range);
            have
        }),
    )]
}

/// Nothing that can be found by a person; what was received of a transfer that failed stays hidden.
fn nothing_arrived(bob: &Device) {
    assert!(bob.disk.read_file("/inbox/f").is_err());
}

#[tokio::test(start_paused = true)]
async fn a_chunk_with_another_content_is_not_written_and_is_asked_for_again() {
    let (world, bob) = receiver(1).await;
    let mut eve = Liar::offers(&world, &bob).await;
    eve.accepted().await;
    eve.sends_damaged(1).await;
    assert_eq!(eve.needed().await, Some(only(1)));
    let staged = format!("/inbox/.chunkstream-{TRANSFER}/f");
    let written = bob.disk.counters(&staged).bytes_written;
    assert_eq!(written, 0, "nothing of it is on the disk");
    for index in 0..CHUNKS {
        eve.sends_true(index).await;
    }
    eve.tells_root().await;
    assert_eq!(eve.receipt().await, 0);
    assert!(bob.disk.read_file("/inbox/f").expect("there") == eve.content);
}

#[tokio::test(start_paused = true)]
async fn a_chunk_that_stays_damaged_ends_the_connection_and_leaves_nothing() {
    let (world, bob) = receiver(2).await;
    let mut eve = Liar::offers(&world, &bob).await;
    eve.accepted().await;
    for _ in 0..3 {
        eve.sends_damaged(0).await;
        assert_eq!(eve.needed().await, Some(only(0)));
    }
    eve.sends_damaged(0).await;
    assert_eq!(eve.talk.closed().await, PATH);
    nothing_arrived(&bob);
}

/// The checksum fits the bytes, and both are not the file's.
#[tokio::test(start_paused = true)]
async fn a_chunk_that_is_not_the_files_is_found_by_the_root() {
    let (world, bob) = receiver(3).await;
    let mut eve = Liar::offers(&world, &bob).await;
    eve.accepted().await;
    for index in 0..CHUNKS {
        let mut chunk = eve.chunk(index);
        chunk[7] ^= u8::from(index == 2);
        let value = eve.value(index, &chunk);
        eve.sends(index, Part::Data, &chunk, value).await;
    }
    eve.tells_root().await;
    let end = eve
        .talk
        .hears(|message| match message {
            FromReceiver::End(cause) => Some(cause),
            FromReceiver::Receipt { .. } => panic!("a receipt for another file"),
            _ => None,
        })
        .await;
    assert_eq!(end, Some(EndCause::Integrity));
    let view = bob
        .until(&TRANSFER.to_string(), |view| view.state.is_final())
        .await;
    assert_eq!(view.state, State::Failed);
    assert_eq!(
        view.failure.map(|failure| failure.code),
        Some(Code::Integrity)
    );
    nothing_arrived(&bob);
}

#[tokio::test(start_paused = true)]
async fn a_damaged_chunk_is_rebuilt_from_parity_without_being_sent_again() {
    let (world, bob) = receiver(4).await;
    let mut eve = Liar::offers(&world, &bob).await;
    eve.accepted().await;
    for index in [0, 2, 3] {
        eve.sends_true(index).await;
    }
    eve.sends_damaged(1).await;
    assert_eq!(eve.needed().await, Some(only(1)));
    eve.sends_parity(1, eve.values(), &eve.shard(1)).await;
    eve.tells_root().await;
    assert_eq!(eve.receipt().await, 1);
    assert!(bob.disk.read_file("/inbox/f").expect("there") == eve.content);
}

/// Parity of something else, with checksums that fit it: what is rebuilt from it is verified like what arrives.
#[tokio::test(start_paused = true)]
async fn wrong_parity_and_wrong_values_rebuild_nothing_and_the_chunk_itself_still_counts() {
    for lie_in_values in [false, true] {
        let (world, bob) = receiver(5).await;
        let mut eve = Liar::offers(&world, &bob).await;
        eve.accepted().await;
        for index in [0, 2, 3] {
            eve.sends_true(index).await;
        }
        let (mut values, mut shard) = (eve.values(), eve.shard(0));
        if lie_in_values {
            values[1].0[0] ^= 1;
        } else {
            shard[0] ^= 1;
        }
        eve.sends_parity(0, values, &shard).await;
        // Under a checksum that it does not have, it is passed over before that.
        let part = Part::Parity { data: eve.values() };
        eve.sends(1, part, &shard, Checksum([0; 32])).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let id = TRANSFER.to_string();
        let durable = bob.view(&id).await.durable_bytes;
        assert_eq!(durable, (eve.content.len() - CHUNK) as u64);
        eve.sends_true(1).await;
        eve.tells_root().await;
        assert_eq!(eve.receipt().await, 0);
        assert!(bob.disk.read_file("/inbox/f").expect("there") == eve.content);
    }
}

/// The last bytes of a stream never come.
#[tokio::test(start_paused = true)]
async fn a_stream_that_stands_still_is_rebuilt_from_parity_of_its_tail_and_stopped() {
    let (world, bob) = receiver(8).await;
    let mut eve = Liar::offers(&world, &bob).await;
    eve.accepted().await;
    for index in [0, 2, 3] {
        eve.sends_true(index).await;
    }
    let (stream, sent, rest) = eve.begins(1, 50_000).await;
    let count = rest.len().div_ceil(tail::SYMBOL) as u16 + 1;
    eve.sends_tail(stream.id(), &[sent, rest].concat(), count, 0);
    // 3 is NOT_NEEDED of docs/PROTOCOL.md.
    let stopped = tokio::time::timeout(PATIENCE, stream.stopped()).await;
    assert_eq!(stopped, Ok(Ok(Some(3u32.into()))));
    eve.tells_root().await;
    assert_eq!(eve.receipt().await, 1);
    assert!(bob.disk.read_file("/inbox/f").expect("there") == eve.content);
}

#[tokio::test(start_paused = true)]
async fn damaged_parity_of_a_tail_is_passed_over_and_the_stream_itself_still_counts() {
    let (world, bob) = receiver(9).await;
    let mut eve = Liar::offers(&world, &bob).await;
    eve.accepted().await;
    let (mut stream, sent, rest) = eve.begins(1, 40_000).await;
    let count = rest.len().div_ceil(tail::SYMBOL) as u16 + 1;
    eve.sends_tail(stream.id(), &[sent, rest.clone()].concat(), count, 1);
    for index in [0, 2, 3] {
        eve.sends_true(index).await;
    }
    stream.write_all(&rest).await.expect("it still reads");
    stream.finish().expect("not stopped");
    eve.tells_root().await;
    assert_eq!(eve.receipt().await, 0);
    assert!(bob.disk.read_file("/inbox/f").expect("there") == eve.content);
}

#[tokio::test(start_paused = true)]
async fn a_datagram_that_breaks_a_limit_ends_the_connection_and_an_unknown_one_does_not() {
    let (world, bob) = receiver(10).await;
    let eve = Liar::offers(&world, &bob).await;
    let send = |bytes: &'static [u8]| eve.talk.connection.send_datagram(bytes.into());
    send(&[200, 1, 2, 3]).expect("it reads datagrams");
    send(&[1, 2, 3]).expect("it reads datagrams");
    assert_eq!(eve.talk.closed().await, PROTOCOL);
}

/// A sender that calls sound what is not: the root is computed from what is on the disk.
#[tokio::test(start_paused = true)]
async fn bytes_that_were_found_and_falsely_called_sound_are_found_by_the_root() {
    let (world, bob) = receiver(6).await;
    let staging = format!("/inbox/.chunkstream-{TRANSFER}");
    let mut found = noise(6, CHUNK * CHUNKS - 100);
    found[3] ^= 1;
    bob.disk
        .write_file(format!("{staging}/f"), &found)
        .expect("written");
    let mut eve = Liar::offers(&world, &bob).await;
    let page = eve
        .talk
        .hears(|message| match message {
            FromReceiver::Check(page) => Some(page),
            FromReceiver::Accept { .. } => panic!("accepted before what is there is known"),
            _ => None,
        })
        .await
        .expect("a Check");
    let mut true_values = eve.values();
    true_values[0] = eve.value(0, &found[..CHUNK]);
    assert_eq!(page, [(FileId(0), 0, true_values)]);
    let all = vec![(FileId(0), Have::full(CHUNKS as u32))];
    eve.talk.says(&FromSender::Sound(all)).await;
    eve.accepted().await;
    eve.tells_root().await;
    let end = eve
        .talk
        .hears(|message| match message {
            FromReceiver::End(cause) => Some(cause),
            _ => None,
        })
        .await;
    assert_eq!(end, Some(EndCause::Integrity));
    nothing_arrived(&bob);
}

/// An answer that nobody asked for is a breach.
#[tokio::test(start_paused = true)]
async fn an_answer_that_nobody_asked_for_ends_the_transfer() {
    let (world, bob) = receiver(7).await;
    let mut eve = Liar::offers(&world, &bob).await;
    eve.accepted().await;
    let all = vec![(FileId(0), Have::full(4))];
    eve.talk.says(&FromSender::Sound(all)).await;
    let view = bob
        .until(&TRANSFER.to_string(), |view| view.state.is_final())
        .await;
    assert_eq!(
        view.failure.map(|failure| failure.code),
        Some(Code::Protocol)
    );
    assert_eq!(view.durable_bytes, 0);
}
