//! A QUIC datagram (RFC 9221) that repeats bytes of a control stream. Layout, integers little endian:
//!
//! | bytes | |
//! | --- | --- |
//! | 1 | kind: 2 |
//! | 8 | the stream's QUIC id |
//! | 8 | position of the first byte in this direction of the stream |
//! | n | at least one byte |

use super::WireError;

/// Bytes before the repeated ones.
pub const COPY_HEADER: usize = 1 + 8 + 8;
/// The kind of datagram that this is.
const KIND: u8 = 2;

/// Bytes of a control stream, once more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Copy<'a> {
    /// The QUIC id of the bidirectional stream.
    pub stream: u64,
    /// Where the bytes stand in what this side says on it.
    pub offset: u64,
    /// The bytes.
    pub bytes: &'a [u8],
}

impl<'a> Copy<'a> {
    /// The datagram.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(COPY_HEADER + self.bytes.len());
        bytes.push(KIND);
        bytes.extend_from_slice(&self.stream.to_le_bytes());
        bytes.extend_from_slice(&self.offset.to_le_bytes());
        bytes.extend_from_slice(self.bytes);
        bytes
    }

    /// What a datagram says; None if it is of another kind.
    ///
    /// # Errors
    /// [`WireError`] if it is of this kind and cut short, or ends beyond what a stream can have.
    pub fn decode(bytes: &'a [u8]) -> Result<Option<Self>, WireError> {
        if bytes.first() != Some(&KIND) {
            return Ok(None);
        }
        let (head, repeated) = bytes
            .split_first_chunk::<COPY_HEADER>()
            .ok_or(WireError::Malformed)?;
        let number = |at: usize| {
            let mut number = [0; 8];
            number.copy_from_slice(&head[at..at + 8]);
            u64::from_le_bytes(number)
        };
        let copy = Self {
            stream: number(1),
            offset: number(9),
            bytes: repeated,
        };
        if repeated.is_empty() || copy.offset.checked_add(repeated.len() as u64).is_none() {
            return Err(WireError::BadField(
                "a copy repeats nothing that a stream can have",
            ));
        }
        Ok(Some(copy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_copy_reads_back_and_one_of_nothing_or_beyond_the_end_is_refused() {
        let good = Copy {
            stream: 7,
            offset: u64::MAX - 5,
            bytes: b"hello",
        };
        assert_eq!(Copy::decode(&good.encode()), Ok(Some(good)));
        let over = Copy {
            offset: u64::MAX - 4,
            ..good
        };
        assert!(Copy::decode(&over.encode()).is_err());
        assert!(Copy::decode(&Copy { bytes: b"", ..good }.encode()).is_err());
        assert!(Copy::decode(&good.encode()[..COPY_HEADER - 1]).is_err());
        assert_eq!(Copy::decode(b"\x01..."), Ok(None));
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused_or_read_back(mut bytes in prop::collection::vec(any::<u8>(), 0..100), ours: bool) {
            if ours && let Some(kind) = bytes.first_mut() {
                *kind = KIND;
            }
            if let Ok(Some(copy)) = Copy::decode(&bytes) {
                prop_assert_eq!(copy.encode(), bytes);
            }
        }
    }
}
