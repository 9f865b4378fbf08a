//! The bytes that two engines exchange: messages of the control stream and headers of chunk streams.
//!
//! Every message is `u32` length (little endian) and so many bytes of [postcard]. Each kind has its size
//! limit as a constant beside it; a length over the limit is refused before a byte of it is read.
//! The whole protocol is written down in `docs/PROTOCOL.md`.
//!
//! Non-goals: no I/O here, and no meaning: what a message may say in which state is the session's.

mod chunk;
mod control;
mod copy;
mod pair;
mod repair;

pub use chunk::{ChunkHeader, Encoding, MAX_CHUNK_HEADER, MAX_PAYLOAD, Part};
pub use control::{
    Decline, EndCause, FromReceiver, FromSender, Hello, MAX_CHECKED, MAX_CONTROL,
    MAX_ENTRIES_IN_PAGE, MAX_FILES_IN_PAGE, MAX_HELLO, MAX_NAME, MAX_NOTE, MAX_OPENING, MAX_ROOTS,
    Offer, Opening, PauseCause,
};
pub use copy::{COPY_HEADER, Copy};
pub use pair::{MAX_PAIR, PairMessage, PairRefusal, PairStart};
pub use repair::{REPAIR_HEADER, Repair};

use serde::{Serialize, de::DeserializeOwned};

/// The application protocol of TLS (RFC 7301): another version of the protocol that cannot talk to this
/// one gets another name.
pub const ALPN: &[u8] = b"chunkstream/1";

/// Features inside `chunkstream/1`, as bits of [`Hello::features`]; unknown bits are ignored.
pub const FEATURES: u64 = FEATURE_CHECK
    | FEATURE_REPAIR
    | FEATURE_EARLY
    | FEATURE_LIMITED
    | FEATURE_PAIR
    | FEATURE_ROTATION;

/// The messages Check and Sound.
pub const FEATURE_CHECK: u64 = 1;
/// Datagrams with parity ([`Repair`]) and copies of control messages ([`Copy`]) are read.
pub const FEATURE_REPAIR: u64 = 2;
/// A receiver holds chunks that come before its Accept until it has decided about the offer.
pub const FEATURE_EARLY: u64 = 4;
/// The message Limited.
pub const FEATURE_LIMITED: u64 = 8;
/// [`Opening::Pair`] is understood.
pub const FEATURE_PAIR: u64 = 16;
/// [`Opening::Rotated`] is understood.
pub const FEATURE_ROTATION: u64 = 32;

/// Bytes of the length before each message.
pub const LENGTH_BYTES: usize = 4;

/// A message that does not follow the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Longer than this kind of message may be.
    #[error("a message of {len} bytes is over the limit of {limit}")]
    TooLong {
        /// Its length.
        len: usize,
        /// The most.
        limit: usize,
    },
    /// The bytes are no message of this kind.
    #[error("the bytes are no message of this kind")]
    Malformed,
    /// A field's value is outside what the protocol allows.
    #[error("{0}")]
    BadField(&'static str),
}

/// What can be checked beyond its form.
pub trait Checked {
    /// Refuses values that no honest peer sends.
    ///
    /// # Errors
    /// [`WireError::BadField`] with the reason.
    fn check(&self) -> Result<(), WireError>;
}

/// The bytes of `message` with its length before it.
///
/// # Errors
/// [`WireError::TooLong`] over `limit`: the caller cuts what it says into pages.
pub fn encode<T: Serialize>(message: &T, limit: usize) -> Result<Vec<u8>, WireError> {
    let bytes =
        postcard::to_extend(message, vec![0; LENGTH_BYTES]).map_err(|_| WireError::Malformed)?;
    let len = bytes.len() - LENGTH_BYTES;
    within(len, limit)?;
    let mut bytes = bytes;
    bytes[..LENGTH_BYTES].copy_from_slice(&(len as u32).to_le_bytes());
    Ok(bytes)
}

/// The length that stands before a message.
///
/// # Errors
/// [`WireError::TooLong`] over `limit`.
pub fn decode_length(prefix: [u8; LENGTH_BYTES], limit: usize) -> Result<usize, WireError> {
    let len = u32::from_le_bytes(prefix) as usize;
    within(len, limit)?;
    Ok(len)
}

/// The message of these bytes (without the length), checked.
///
/// # Errors
/// [`WireError::Malformed`] if they are none or if bytes are left over, [`WireError::BadField`] by the check.
pub fn decode<T: DeserializeOwned + Checked>(bytes: &[u8]) -> Result<T, WireError> {
    let (message, rest) =
        postcard::take_from_bytes::<T>(bytes).map_err(|_| WireError::Malformed)?;
    if !rest.is_empty() {
        return Err(WireError::Malformed);
    }
    message.check()?;
    Ok(message)
}

fn within(len: usize, limit: usize) -> Result<(), WireError> {
    if len > limit {
        Err(WireError::TooLong { len, limit })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_one_over_the_limit_is_refused_before_its_bytes_are_read() {
        let limit = MAX_CONTROL;
        assert_eq!(
            decode_length((limit as u32).to_le_bytes(), limit),
            Ok(limit)
        );
        assert_eq!(
            decode_length((limit as u32 + 1).to_le_bytes(), limit),
            Err(WireError::TooLong {
                len: limit + 1,
                limit
            })
        );
    }

    #[test]
    fn bytes_left_over_make_a_message_malformed() {
        let mut bytes = encode(&FromSender::Resume, MAX_CONTROL).expect("small");
        bytes.push(0);
        assert_eq!(
            decode::<FromSender>(&bytes[LENGTH_BYTES..]),
            Err(WireError::Malformed)
        );
    }
}
