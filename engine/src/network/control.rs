//! Framed messages on the two halves of a control stream.

use chunkstream_core::wire::{Checked, LENGTH_BYTES, MAX_CONTROL, decode, decode_length, encode};
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::NetworkError;

/// Bytes of a message that are waited for at a time.
const PIECE: usize = 16 * 1024;

/// What messages are said to.
pub(crate) trait Says {
    /// Writes all of it.
    fn say(&mut self, bytes: &[u8]) -> impl Future<Output = Result<(), quinn::WriteError>> + Send;
}

/// What messages are heard from.
pub(crate) trait Hears {
    /// Fills the place.
    fn hear(
        &mut self,
        place: &mut [u8],
    ) -> impl Future<Output = Result<(), quinn::ReadExactError>> + Send;
}

impl Says for quinn::SendStream {
    async fn say(&mut self, bytes: &[u8]) -> Result<(), quinn::WriteError> {
        self.write_all(bytes).await
    }
}

impl Hears for quinn::RecvStream {
    async fn hear(&mut self, place: &mut [u8]) -> Result<(), quinn::ReadExactError> {
        self.read_exact(place).await
    }
}

/// Sends one message.
pub(crate) async fn send<T: Serialize>(
    stream: &mut impl Says,
    message: &T,
) -> Result<(), NetworkError> {
    let bytes = encode(message, MAX_CONTROL)?;
    stream
        .say(&bytes)
        .await
        .map_err(|e| NetworkError::Lost(e.to_string()))
}

/// The next message; None at the orderly end of the stream.
pub(crate) async fn receive<T: DeserializeOwned + Checked>(
    stream: &mut impl Hears,
) -> Result<Option<T>, NetworkError> {
    receive_within(stream, MAX_CONTROL).await
}

/// The next message of at most `limit` bytes, read when no other holds `reading` and there is `room`; and the turn, to be
/// held until it has been taken in.
pub(crate) async fn receive_one_by_one<'a, T: DeserializeOwned + Checked>(
    stream: &mut impl Hears,
    limit: usize,
    reading: &'a Semaphore,
    room: impl Future<Output = ()>,
) -> Result<Option<(T, Option<SemaphorePermit<'a>>)>, NetworkError> {
    let Some(len) = read_length(stream, limit).await? else {
        return Ok(None);
    };
    // Never closed.
    let turn = reading.acquire().await.ok();
    room.await;
    let bytes = read_body(stream, len).await?;
    Ok(Some((decode(&bytes)?, turn)))
}

/// The next message of at most `limit` bytes.
pub(crate) async fn receive_within<T: DeserializeOwned + Checked>(
    stream: &mut impl Hears,
    limit: usize,
) -> Result<Option<T>, NetworkError> {
    match read_message(stream, limit).await? {
        Some(bytes) => Ok(Some(decode(&bytes)?)),
        None => Ok(None),
    }
}

/// The bytes of the next message of at most `limit` bytes; None at the orderly end of the stream.
pub(crate) async fn read_message(
    stream: &mut impl Hears,
    limit: usize,
) -> Result<Option<Vec<u8>>, NetworkError> {
    match read_length(stream, limit).await? {
        Some(len) => Ok(Some(read_body(stream, len).await?)),
        None => Ok(None),
    }
}

async fn read_length(stream: &mut impl Hears, limit: usize) -> Result<Option<usize>, NetworkError> {
    let mut prefix = [0; LENGTH_BYTES];
    match stream.hear(&mut prefix).await {
        Ok(()) => Ok(Some(decode_length(prefix, limit)?)),
        Err(quinn::ReadExactError::FinishedEarly(0)) => Ok(None),
        Err(error) => Err(read_error(error)),
    }
}

/// Memory is taken as the bytes come, not as they are announced.
async fn read_body(stream: &mut impl Hears, len: usize) -> Result<Vec<u8>, NetworkError> {
    let mut bytes = Vec::new();
    while bytes.len() < len {
        let at = bytes.len();
        bytes.resize(len.min(at + PIECE), 0);
        stream.hear(&mut bytes[at..]).await.map_err(read_error)?;
    }
    Ok(bytes)
}

/// A read that ended before its bytes were there.
pub(crate) fn read_error(error: quinn::ReadExactError) -> NetworkError {
    match error {
        quinn::ReadExactError::FinishedEarly(_) => {
            NetworkError::Protocol("a stream ended within a message".into())
        }
        quinn::ReadExactError::ReadError(quinn::ReadError::ConnectionLost(error)) => error.into(),
        quinn::ReadExactError::ReadError(error) => NetworkError::Lost(error.to_string()),
    }
}
