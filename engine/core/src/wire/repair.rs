//! A QUIC datagram (RFC 9221) with parity of a chunk stream's bytes. Layout, integers little endian:
//!
//! | bytes | |
//! | --- | --- |
//! | 1 | kind: 1 |
//! | 8 | the stream's QUIC id |
//! | 4 | bytes of the stream |
//! | 2 | parity symbols that were made of it |
//! | 2 | number of the first symbol here |
//! | 16 | digest of the stream's bytes |
//! | n x 256 | symbols |
//!
//! Datagrams are a favour: one that is lost, late or of an unknown kind costs nothing.

use super::WireError;
use crate::chunk::tail::{DIGEST, MAX_PARITY, MAX_TAIL, SYMBOL};

/// Bytes before the symbols.
pub const REPAIR_HEADER: usize = 1 + 8 + 4 + 2 + 2 + DIGEST;
/// The kind of datagram that this is.
const KIND: u8 = 1;

/// Parity symbols of one stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Repair<'a> {
    /// The QUIC id of the unidirectional stream, opened by the side that sends this.
    pub stream: u64,
    /// Bytes of the stream from its beginning to its end.
    pub len: u32,
    /// Parity symbols that were made of it.
    pub count: u16,
    /// The number of the first symbol here.
    pub first: u16,
    /// [`crate::chunk::tail::digest`] of the stream's bytes.
    pub digest: [u8; DIGEST],
    /// Whole symbols, one after the other.
    pub symbols: &'a [u8],
}

impl<'a> Repair<'a> {
    /// The datagram.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(REPAIR_HEADER + self.symbols.len());
        bytes.push(KIND);
        bytes.extend_from_slice(&self.stream.to_le_bytes());
        bytes.extend_from_slice(&self.len.to_le_bytes());
        bytes.extend_from_slice(&self.count.to_le_bytes());
        bytes.extend_from_slice(&self.first.to_le_bytes());
        bytes.extend_from_slice(&self.digest);
        bytes.extend_from_slice(self.symbols);
        bytes
    }

    /// What a datagram says; None if it is of another kind.
    ///
    /// # Errors
    /// [`WireError`] if it is of this kind and breaks a limit.
    pub fn decode(bytes: &'a [u8]) -> Result<Option<Self>, WireError> {
        if bytes.first() != Some(&KIND) {
            return Ok(None);
        }
        let (stream, rest) = take(&bytes[1..])?;
        let (len, rest) = take(rest)?;
        let (count, rest) = take(rest)?;
        let (first, rest) = take(rest)?;
        let (digest, symbols) = take(rest)?;
        let repair = Self {
            stream: u64::from_le_bytes(stream),
            len: u32::from_le_bytes(len),
            count: u16::from_le_bytes(count),
            first: u16::from_le_bytes(first),
            digest,
            symbols,
        };
        repair.check()?;
        Ok(Some(repair))
    }

    fn check(&self) -> Result<(), WireError> {
        if !(1..=MAX_TAIL).contains(&(self.len as usize)) {
            return Err(WireError::BadField("parity of a stream of another length"));
        }
        if !(1..=MAX_PARITY).contains(&self.count) {
            return Err(WireError::BadField("a stream has too many parity symbols"));
        }
        let symbols = self.symbols.len() / SYMBOL;
        if symbols == 0 || !self.symbols.len().is_multiple_of(SYMBOL) {
            return Err(WireError::BadField(
                "a datagram has no whole parity symbols",
            ));
        }
        if usize::from(self.first) + symbols > usize::from(self.count) {
            return Err(WireError::BadField(
                "a datagram has parity symbols that were not made",
            ));
        }
        Ok(())
    }
}

fn take<const N: usize>(bytes: &[u8]) -> Result<([u8; N], &[u8]), WireError> {
    let (head, rest) = bytes.split_first_chunk().ok_or(WireError::Malformed)?;
    Ok((*head, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn repair(symbols: &[u8]) -> Repair<'_> {
        Repair {
            stream: 1 << 60,
            len: MAX_TAIL as u32,
            count: MAX_PARITY,
            first: MAX_PARITY - 4,
            digest: [7; DIGEST],
            symbols,
        }
    }

    #[test]
    fn the_largest_values_read_back_and_one_over_each_is_refused() {
        let symbols = [9; 4 * SYMBOL];
        let good = repair(&symbols);
        assert_eq!(Repair::decode(&good.encode()), Ok(Some(good)));
        let refused = |bad: Repair| {
            let bytes = bad.encode();
            assert!(Repair::decode(&bytes).is_err(), "{bad:?}");
        };
        refused(Repair {
            len: good.len + 1,
            ..good
        });
        refused(Repair { len: 0, ..good });
        refused(Repair {
            count: good.count + 1,
            ..good
        });
        refused(Repair {
            count: 0,
            first: 0,
            ..good
        });
        refused(Repair {
            first: good.first + 1,
            ..good
        });
        refused(Repair {
            symbols: &symbols[1..],
            ..good
        });
        refused(Repair {
            symbols: &[],
            ..good
        });
    }

    #[test]
    fn a_datagram_of_another_kind_is_no_breach() {
        assert_eq!(Repair::decode(&[]), Ok(None));
        assert_eq!(Repair::decode(&[2, 3, 4]), Ok(None));
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused_or_within_every_limit(mut bytes in prop::collection::vec(any::<u8>(), 0..1_500), ours: bool) {
            if ours && let Some(kind) = bytes.first_mut() {
                *kind = KIND;
            }
            if let Ok(Some(repair)) = Repair::decode(&bytes) {
                prop_assert_eq!(repair.check(), Ok(()));
                prop_assert_eq!(repair.encode(), bytes);
            }
        }

        #[test]
        fn a_datagram_that_is_cut_or_changed_in_one_byte_does_no_harm(at in 0usize..1_000, value: u8, cut in 0usize..1_100) {
            let symbols = [9; 4 * SYMBOL];
            let mut bytes = repair(&symbols).encode();
            let last = bytes.len() - 1;
            bytes[at.min(last)] = value;
            bytes.truncate(cut.max(1));
            if let Ok(Some(repair)) = Repair::decode(&bytes) {
                prop_assert_eq!(repair.check(), Ok(()));
            }
        }
    }
}
