//! Chunks come only of entries that the receiver can already read: a receiver reads no chunk whose entry it does not
//! know, so chunks ahead of their entries could fill the connection's window, and the entries wait for it for ever.
//!
//! The receiver is the test's: it takes every chunk and leaves the control stream unread, so that pages of entries pile
//! up at the sender behind the stream's window. Non-goal: what an engine does with what it receives.
//!
//! The same receiver also says over and over what holds it back, which is a word to show and nothing to obey.

use std::{collections::BTreeSet, net::SocketAddr, time::Duration};

use chunkstream_core::{
    id::FileId,
    limited::{HeldBy, LimitedBy},
    session::State,
    wire::{
        ChunkHeader, FEATURES, FromReceiver, FromSender, Hello, LENGTH_BYTES, MAX_CHUNK_HEADER,
        MAX_CONTROL, MAX_PAYLOAD, Opening, decode, decode_length, encode,
    },
};
use chunkstream_engine::api::SendRequest;
use chunkstream_sim::{
    hostile::{Hostile, Talk},
    links,
    world::World,
};
use quinn::VarInt;

/// What the sender may write on a stream before any of it is read: a page of entries and a part of the next.
const WINDOW: u32 = 160 * 1024;
/// Their names are 200 bytes long: four pages of entries.
const FILES: usize = 1500;
/// Virtual time in which nothing comes when nothing more will: many round trips, and less than the idle time-out.
const QUIET: Duration = Duration::from_secs(5);
/// How long, in virtual time, an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A device that waits for an offer and whose every word is the test's.
struct Listening {
    peer: Hostile,
    ticket: String,
}

impl Listening {
    fn on(world: &World) -> Self {
        let address = SocketAddr::from(([10, 0, 0, 99], 1));
        let peer = Hostile::tuned(world, address, |transport| {
            transport.stream_receive_window(VarInt::from_u32(WINDOW));
        });
        Self {
            ticket: peer.ticket(),
            peer,
        }
    }

    /// Accepts the offer that comes, without having read it.
    async fn accepts(&self) -> Receiver {
        let Talk {
            connection,
            mut send,
            receive: control,
        } = self.peer.is_dialled().await;
        let hello = Hello {
            features: FEATURES,
            name: "eve".to_owned(),
        };
        let hello = encode(&hello, MAX_CONTROL).expect("short");
        send.write_all(&hello).await.expect("it reads");
        let accept = FromReceiver::Accept { paused: None };
        let accept = encode(&accept, MAX_CONTROL).expect("short");
        send.write_all(&accept).await.expect("it reads");
        Receiver {
            connection,
            control,
            heard: 0,
            send,
        }
    }
}

/// The receiving end of one transfer.
struct Receiver {
    connection: quinn::Connection,
    control: quinn::RecvStream,
    /// Bytes of the control stream that have been read.
    heard: u64,
    /// Dropping it ends what this side says.
    send: quinn::SendStream,
}

impl Receiver {
    /// The files of all chunks that come until nothing more comes.
    async fn chunks(&self) -> BTreeSet<FileId> {
        let mut files = BTreeSet::new();
        while let Ok(stream) = tokio::time::timeout(QUIET, self.connection.accept_uni()).await {
            let mut stream = stream.expect("the connection stays");
            let most = 2 * MAX_PAYLOAD;
            let bytes = stream.read_to_end(most).await.expect("a whole stream");
            let mut rest = &bytes[..];
            while let Some((length, after)) = rest.split_first_chunk::<LENGTH_BYTES>() {
                let length = decode_length(*length, MAX_CHUNK_HEADER).expect("within the limit");
                let header: ChunkHeader = decode(&after[..length]).expect("a header");
                files.insert(header.file);
                rest = &after[length + header.size as usize..];
            }
        }
        files
    }

    /// The next message of the control stream, undecoded.
    async fn message(&mut self) -> Vec<u8> {
        let message = async {
            let mut length = [0; LENGTH_BYTES];
            self.control.read_exact(&mut length).await.expect("more");
            let length = decode_length(length, MAX_CONTROL).expect("within the limit");
            let mut bytes = vec![0; length];
            self.control.read_exact(&mut bytes).await.expect("all");
            bytes
        };
        let waited = tokio::time::timeout(PATIENCE, message).await;
        let bytes = waited.expect("the sender goes on when its peer reads");
        self.heard += (LENGTH_BYTES + bytes.len()) as u64;
        bytes
    }

    /// The files that all entries speak of, each with the length of the control stream up to the end of its page.
    async fn entries(&mut self) -> Vec<(FileId, u64)> {
        decode::<Hello>(&self.message().await).expect("a Hello");
        let offer = decode::<Opening>(&self.message().await).expect("an opening");
        assert!(matches!(offer, Opening::Offer(_)), "{offer:?}");
        let mut files = Vec::new();
        loop {
            match decode(&self.message().await).expect("a message") {
                FromSender::Entries { first, entries } => {
                    let numbered = (first.0..).map(FileId).zip(entries);
                    let only_files = numbered.filter(|(_, entry)| entry.is_file());
                    files.extend(only_files.map(|(file, _)| (file, self.heard)));
                }
                FromSender::EndOfEntries { .. } => return files,
                FromSender::Roots(_) => {}
                other => panic!("{other:?} among entries"),
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_chunk_comes_before_its_entry_can_be_read() {
    let world = World::new(1, links::lan());
    let ada = world.device("ada").await;
    ada.disk.make_folder("/home/tree").expect("made");
    for number in 0..FILES {
        let path = format!("/home/tree/{number:0>200}");
        ada.disk.write_file(path, &[7]).expect("written");
    }
    let eve = Listening::on(&world);
    ada.begin(SendRequest {
        paths: vec!["/home/tree".to_owned()],
        targets: vec![eve.ticket.clone()],
        ..SendRequest::default()
    })
    .await;
    let mut receiver = eve.accepts().await;

    let mut came = receiver.chunks().await;
    let entries = receiver.entries().await;
    let all: BTreeSet<FileId> = entries.iter().map(|(file, _)| *file).collect();
    // Nothing of the stream had been read: what stands within its first window could be.
    let readable: BTreeSet<FileId> = entries
        .iter()
        .filter(|(_, end)| *end <= u64::from(WINDOW))
        .map(|(file, _)| *file)
        .collect();
    println!(
        "{} entries in {} bytes, {} of them within the window, chunks of {} files",
        all.len(),
        receiver.heard,
        readable.len(),
        came.len()
    );
    assert_eq!(all.len(), FILES);
    assert!(
        (1..FILES / 2).contains(&readable.len()),
        "the window is filled"
    );
    let ahead = came.difference(&readable).count();
    assert_eq!(
        ahead, 0,
        "chunks of so many files came before their entries"
    );
    // Of those that can be read, every chunk has come; and of the others when they can be read too.
    assert!(came == readable, "{} of {}", came.len(), readable.len());
    came.extend(receiver.chunks().await);
    assert!(came == all, "{} of {}", came.len(), all.len());
}

#[tokio::test(start_paused = true)]
async fn what_a_receiver_says_thousands_of_times_that_holds_it_back_is_told_and_changes_nothing_else()
 {
    const TIMES: usize = 20_000;
    let world = World::new(2, links::lan());
    let ada = world.device("ada").await;
    ada.disk
        .write_file("/home/big", &vec![7; 8 * MAX_PAYLOAD])
        .expect("written");
    let eve = Listening::on(&world);
    let request = SendRequest {
        paths: vec!["/home/big".to_owned()],
        targets: vec![eve.ticket.clone()],
        ..SendRequest::default()
    };
    let id = ada.begin(request).await;
    let mut receiver = eve.accepts().await;
    let says = |by| encode(&FromReceiver::Limited { by }, MAX_CONTROL).expect("short");
    let each = [
        says(None),
        says(Some(HeldBy::Disk)),
        says(Some(HeldBy::Limit)),
    ]
    .concat();
    let saying = receiver.send.write_all(&each.repeat(TIMES)).await;
    saying.expect("the sender reads it");
    let told = ada.until(&id, |view| view.limited_by == Some(LimitedBy::PeerLimit));
    let told = tokio::time::timeout(PATIENCE, told).await;
    assert!(told.is_ok(), "its last word: {:?}", ada.view(&id).await);
    receiver.send.write_all(&says(None)).await.expect("read");
    let told = ada.until(&id, |view| view.limited_by != Some(LimitedBy::PeerLimit));
    let view = tokio::time::timeout(PATIENCE, told).await.expect("told");
    assert_eq!(view.state, State::Active);
    assert!(receiver.connection.close_reason().is_none());
    // Nothing of it has been said to be durable, and all of it can be had.
    assert_eq!(view.durable_bytes, 0);
    assert_eq!(receiver.chunks().await, BTreeSet::from([FileId(0)]));
}
