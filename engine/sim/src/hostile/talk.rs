//! What is said and heard on a stream.

use std::time::Duration;

use chunkstream_core::{
    id::FileId,
    integrity::Checksum,
    manifest::Entry,
    wire::{
        Checked, ChunkHeader, FEATURES, FromReceiver, FromSender, Hello, LENGTH_BYTES,
        MAX_CHUNK_HEADER, MAX_CONTROL, decode, encode,
    },
};
use quinn::{Connection, ConnectionError, RecvStream, SendStream};
use serde::{Serialize, de::DeserializeOwned};

/// How long, in virtual time, an answer may take.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A control stream, or what is like one.
#[derive(Debug)]
pub struct Talk {
    /// What it is on.
    pub connection: Connection,
    /// What is said.
    pub send: SendStream,
    /// What is heard.
    pub receive: RecvStream,
}

impl Talk {
    /// A stream on a connection.
    ///
    /// # Panics
    /// If the connection is lost.
    pub async fn open(connection: Connection) -> Self {
        let (send, receive) = connection.open_bi().await.expect("a stream");
        Self {
            connection,
            send,
            receive,
        }
    }

    /// Says Hello under a name.
    pub async fn hello(&mut self, name: &str) {
        let hello = Hello {
            features: FEATURES,
            name: name.to_owned(),
        };
        self.says(&hello).await;
    }

    /// Says a message.
    ///
    /// # Panics
    /// If the other side does not read it.
    pub async fn says(&mut self, message: &impl Serialize) {
        self.tries(message).await.expect("it reads");
    }

    /// The same, read or not.
    ///
    /// # Errors
    /// What QUIC says.
    ///
    /// # Panics
    /// If the message is longer than any may be.
    pub async fn tries(&mut self, message: &impl Serialize) -> Result<(), quinn::WriteError> {
        let bytes = encode(message, MAX_CONTROL).expect("short");
        self.send.write_all(&bytes).await
    }

    /// Announces entries.
    pub async fn announces(&mut self, first: u32, entries: Vec<Entry>) {
        let first = FileId(first);
        self.says(&FromSender::Entries { first, entries }).await;
    }

    /// Says that these were all, true or not.
    pub async fn ends(&mut self, entries: u32, bytes: u64) {
        let end = FromSender::EndOfEntries { entries, bytes };
        self.says(&end).await;
    }

    /// Tells the root of a file with this content.
    pub async fn tells_root(&mut self, file: u32, content: &[u8]) {
        let root = Checksum(*blake3::hash(content).as_bytes());
        let roots = vec![(FileId(file), root)];
        self.says(&FromSender::Roots(roots)).await;
    }

    /// Sends a chunk in a stream of its own, without the stream's end.
    ///
    /// # Errors
    /// What QUIC says: a chunk that is not wanted may be stopped.
    ///
    /// # Panics
    /// If the connection is lost, or the header is longer than any may be.
    pub async fn sends(
        &self,
        header: &ChunkHeader,
        payload: &[u8],
    ) -> Result<SendStream, quinn::WriteError> {
        let mut stream = self.connection.open_uni().await.expect("a stream");
        let header = encode(header, MAX_CHUNK_HEADER).expect("short");
        stream.write_all(&header).await?;
        stream.write_all(payload).await?;
        Ok(stream)
    }

    /// The next message; None when the stream or the connection has ended.
    ///
    /// # Panics
    /// If none comes in time, or it is longer than that, or none.
    pub async fn next<T: DeserializeOwned + Checked>(&mut self, limit: usize) -> Option<T> {
        let read = async {
            let mut length = [0; LENGTH_BYTES];
            self.receive.read_exact(&mut length).await.ok()?;
            let length = u32::from_le_bytes(length) as usize;
            assert!(length <= limit, "{length} bytes");
            let mut bytes = vec![0; length];
            self.receive.read_exact(&mut bytes).await.ok()?;
            Some(decode::<T>(&bytes).expect("a message"))
        };
        let waited = tokio::time::timeout(PATIENCE, read).await;
        waited.expect("an answer in time")
    }

    /// The next message.
    ///
    /// # Panics
    /// If there is none.
    pub async fn heard<T: DeserializeOwned + Checked>(&mut self, limit: usize) -> T {
        self.next(limit).await.expect("an answer")
    }

    /// The first message of a receiver of which `wanted` makes something; None if the connection ends before.
    ///
    /// # Panics
    /// As for [`Talk::next`].
    pub async fn hears<T>(&mut self, wanted: impl Fn(FromReceiver) -> Option<T>) -> Option<T> {
        while let Some(message) = self.next::<FromReceiver>(MAX_CONTROL).await {
            if let Some(found) = wanted(message) {
                return Some(found);
            }
        }
        None
    }

    /// The code with which the other side closes the connection.
    ///
    /// # Panics
    /// If it ends otherwise.
    pub async fn closed(&self) -> u64 {
        let closed = tokio::time::timeout(PATIENCE, self.connection.closed()).await;
        match closed.expect("it ends in time") {
            ConnectionError::ApplicationClosed(closed) => closed.error_code.into_inner(),
            other => panic!("{other}"),
        }
    }
}
