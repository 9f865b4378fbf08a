//! Framed messages on the two halves of a control stream.

use chunkstream_core::wire::{Checked, LENGTH_BYTES, MAX_CONTROL, decode, decode_length, encode};
use serde::{Serialize, de::DeserializeOwned};

use super::NetworkError;

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
    match read_message(stream, MAX_CONTROL).await? {
        Some(bytes) => Ok(Some(decode(&bytes)?)),
        None => Ok(None),
    }
}

/// The bytes of the next message of at most `limit` bytes; None at the orderly end of the stream.
pub(crate) async fn read_message(
    stream: &mut impl Hears,
    limit: usize,
) -> Result<Option<Vec<u8>>, NetworkError> {
    let mut prefix = [0; LENGTH_BYTES];
    match stream.hear(&mut prefix).await {
        Ok(()) => {}
        Err(quinn::ReadExactError::FinishedEarly(0)) => return Ok(None),
        Err(error) => return Err(read_error(error)),
    }
    let mut bytes = vec![0; decode_length(prefix, limit)?];
    stream.hear(&mut bytes).await.map_err(read_error)?;
    Ok(Some(bytes))
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
