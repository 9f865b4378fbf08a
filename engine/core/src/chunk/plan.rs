//! Which bytes of a file are which chunk, and which chunks share parity.

use std::ops::Range;

use super::{ChunkSize, Geometry};

/// How one file is cut. Chunks and stripes are numbered from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FilePlan {
    len: u64,
    chunk_size: ChunkSize,
    geometry: Geometry,
    chunks: u32,
}

/// A file that would have more chunks than a `u32` can count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a file of {len} bytes has too many chunks of {chunk_size}")]
pub struct TooManyChunks {
    /// The file's length in bytes.
    pub len: u64,
    /// The chunk size.
    pub chunk_size: ChunkSize,
}

/// Consecutive chunks that share parity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stripe {
    /// Index of the first chunk.
    pub first: u32,
    /// How many chunks: the geometry's data shards, fewer only in the last stripe, never 0.
    pub data: u32,
}

impl Stripe {
    /// The indices of its chunks.
    pub fn chunks(self) -> Range<u32> {
        self.first..self.first + self.data
    }
}

/// How many chunks a file of `len` bytes has.
pub(crate) fn chunk_count(len: u64, chunk_size: ChunkSize) -> Result<u32, TooManyChunks> {
    u32::try_from(len.div_ceil(chunk_size.into())).map_err(|_| TooManyChunks { len, chunk_size })
}

/// The bytes of chunk `index` in a file of `len` bytes; None if there is no such chunk.
pub(crate) fn chunk_range(len: u64, chunk_size: ChunkSize, index: u32) -> Option<Range<u64>> {
    let size = u64::from(chunk_size);
    let start = u64::from(index) * size;
    (start < len).then(|| start..len.min(start + size))
}

impl FilePlan {
    /// The plan for a file of `len` bytes.
    pub fn new(len: u64, chunk_size: ChunkSize, geometry: Geometry) -> Result<Self, TooManyChunks> {
        let chunks = chunk_count(len, chunk_size)?;
        // Parity shards are numbered through the file as well.
        let stripes = chunks.div_ceil(geometry.data().into());
        if stripes.checked_mul(geometry.parity().into()).is_none() {
            return Err(TooManyChunks { len, chunk_size });
        }
        Ok(Self {
            len,
            chunk_size,
            geometry,
            chunks,
        })
    }

    /// The file's length in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether the file has no content, and so no chunk.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The size of every chunk but perhaps the last.
    pub fn chunk_size(&self) -> ChunkSize {
        self.chunk_size
    }

    /// The shape of every stripe but perhaps the last.
    pub fn geometry(&self) -> Geometry {
        self.geometry
    }

    /// How many chunks: 0 for an empty file.
    pub fn chunks(&self) -> u32 {
        self.chunks
    }

    /// The bytes of chunk `index`; None if there is no such chunk.
    pub fn range(&self, index: u32) -> Option<Range<u64>> {
        chunk_range(self.len, self.chunk_size, index)
    }

    /// How many bytes the chunks of a range have together.
    pub fn bytes_of(&self, chunks: &Range<u32>) -> u64 {
        let place = |index: u32| self.len.min(u64::from(index) * u64::from(self.chunk_size));
        place(chunks.end).saturating_sub(place(chunks.start))
    }

    /// How many stripes.
    pub fn stripes(&self) -> u32 {
        self.chunks.div_ceil(self.geometry.data().into())
    }

    /// The number of the stripe that chunk `index` belongs to.
    pub fn stripe_of(&self, index: u32) -> u32 {
        index / u32::from(self.geometry.data())
    }

    /// Stripe `number`; None if there is no such stripe.
    pub fn stripe(&self, number: u32) -> Option<Stripe> {
        let data = u32::from(self.geometry.data());
        let first = number.checked_mul(data)?;
        (first < self.chunks).then(|| Stripe {
            first,
            data: data.min(self.chunks - first),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIZE: u64 = 512 << 10;

    fn plan(len: u64) -> FilePlan {
        FilePlan::new(len, ChunkSize::DEFAULT, Geometry::DEFAULT).expect("few chunks")
    }

    #[test]
    fn the_bytes_of_a_range_are_those_of_its_chunks() {
        let plan = plan(3 * SIZE + 7);
        assert_eq!(plan.bytes_of(&(1..3)), 2 * SIZE);
        assert_eq!(plan.bytes_of(&(2..4)), SIZE + 7);
        assert_eq!(plan.bytes_of(&(3..9)), 7);
        assert_eq!(plan.bytes_of(&(2..2)), 0);
    }

    #[test]
    fn an_empty_file_has_neither_chunks_nor_stripes() {
        let plan = plan(0);
        assert!(plan.is_empty());
        assert_eq!((plan.chunks(), plan.stripes()), (0, 0));
        assert_eq!((plan.range(0), plan.stripe(0)), (None, None));
    }

    #[test]
    fn the_last_chunk_and_the_last_stripe_may_be_short() {
        let plan = plan(12 * SIZE + 1);
        assert_eq!((plan.chunks(), plan.stripes()), (13, 2));
        assert_eq!(plan.range(12), Some(12 * SIZE..12 * SIZE + 1));
        assert_eq!(plan.range(13), None);
        assert_eq!(plan.stripe(0), Some(Stripe { first: 0, data: 10 }));
        assert_eq!(plan.stripe(1), Some(Stripe { first: 10, data: 3 }));
        assert_eq!(plan.stripe(2), None);
        assert_eq!((plan.stripe_of(9), plan.stripe_of(10)), (0, 1));
    }

    #[test]
    fn more_chunks_than_can_be_counted_are_refused() {
        let most = u64::from(u32::MAX) * SIZE;
        let largest = plan(most);
        assert_eq!(largest.chunks(), u32::MAX);
        assert_eq!(largest.range(u32::MAX - 1), Some(most - SIZE..most));
        assert_eq!(largest.range(u32::MAX), None);
        let chunk_size = ChunkSize::DEFAULT;
        for len in [most + 1, u64::MAX] {
            let refused = FilePlan::new(len, chunk_size, Geometry::DEFAULT);
            assert_eq!(refused, Err(TooManyChunks { len, chunk_size }));
        }
    }

    proptest! {
        #[test]
        fn chunks_and_stripes_cover_the_file_once(len in 0u64..200 * SIZE, data in 1u8..=128) {
            let geometry = Geometry::new(data, 1).expect("within the limits");
            let plan = FilePlan::new(len, ChunkSize::DEFAULT, geometry).expect("few chunks");
            let (mut bytes, mut chunks) = (0, 0);
            for number in 0..plan.stripes() {
                let stripe = plan.stripe(number).expect("a stripe of the file");
                prop_assert!(stripe.data >= 1);
                for index in stripe.chunks() {
                    prop_assert_eq!(index, chunks);
                    prop_assert_eq!(plan.stripe_of(index), number);
                    let range = plan.range(index).expect("a chunk of the file");
                    prop_assert_eq!(range.start, bytes);
                    prop_assert!(range.end > range.start);
                    bytes = range.end;
                    chunks += 1;
                }
            }
            prop_assert_eq!((bytes, chunks), (len, plan.chunks()));
            prop_assert_eq!(plan.stripe(plan.stripes()), None);
        }
    }
}
