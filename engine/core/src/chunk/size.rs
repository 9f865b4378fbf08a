//! The size of chunks.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How many bytes a chunk has (the last of a file may have fewer): a power of two, so that every chunk
/// is one subtree of the file's BLAKE3 tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct ChunkSize(u32);

/// A number of bytes that is no [`ChunkSize`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a chunk size is a power of two from 64 KiB to 1 MiB, not {0} bytes")]
pub struct ChunkSizeError(pub u32);

impl ChunkSize {
    /// 64 KiB.
    pub const MIN: Self = Self(64 << 10);
    /// 1 MiB: one stream of this length stays within what quinn-proto buffers out of order.
    pub const MAX: Self = Self(1 << 20);
    /// 512 KiB.
    pub const DEFAULT: Self = Self(512 << 10);

    /// In bytes.
    pub const fn bytes(self) -> u32 {
        self.0
    }

    /// The largest chunk size of at most `bytes`, and [`ChunkSize::MIN`] below that.
    pub fn at_most(bytes: u32) -> Self {
        let bytes = bytes.clamp(Self::MIN.0, Self::MAX.0);
        Self(1 << bytes.ilog2())
    }
}

impl Default for ChunkSize {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl TryFrom<u32> for ChunkSize {
    type Error = ChunkSizeError;

    fn try_from(bytes: u32) -> Result<Self, Self::Error> {
        if bytes.is_power_of_two() && (Self::MIN.0..=Self::MAX.0).contains(&bytes) {
            Ok(Self(bytes))
        } else {
            Err(ChunkSizeError(bytes))
        }
    }
}

impl From<ChunkSize> for u32 {
    fn from(size: ChunkSize) -> Self {
        size.0
    }
}

impl From<ChunkSize> for u64 {
    fn from(size: ChunkSize) -> Self {
        Self::from(size.0)
    }
}

impl fmt::Display for ChunkSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} KiB", self.0 >> 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_powers_of_two_within_the_limits_are_chunk_sizes() {
        for bytes in [64 << 10, 128 << 10, 256 << 10, 512 << 10, 1 << 20] {
            assert_eq!(ChunkSize::try_from(bytes).map(ChunkSize::bytes), Ok(bytes));
        }
        for bytes in [0, 1, 32 << 10, (64 << 10) + 1, 96 << 10, 2 << 20, u32::MAX] {
            assert_eq!(ChunkSize::try_from(bytes), Err(ChunkSizeError(bytes)));
        }
    }

    #[test]
    fn a_chunk_size_is_validated_when_it_is_decoded() {
        let wire = postcard::to_stdvec(&ChunkSize::DEFAULT).expect("a number");
        assert_eq!(postcard::from_bytes(&wire), Ok(ChunkSize::DEFAULT));
        let wire = postcard::to_stdvec(&(2u32 << 20)).expect("a number");
        assert!(postcard::from_bytes::<ChunkSize>(&wire).is_err());
    }

    #[test]
    fn at_most_rounds_down_within_the_limits() {
        assert_eq!(ChunkSize::at_most(0), ChunkSize::MIN);
        assert_eq!(ChunkSize::at_most((512 << 10) - 1).bytes(), 256 << 10);
        assert_eq!(ChunkSize::at_most(512 << 10), ChunkSize::DEFAULT);
        assert_eq!(ChunkSize::at_most(u32::MAX), ChunkSize::MAX);
    }
}
