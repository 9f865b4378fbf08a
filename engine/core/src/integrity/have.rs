//! Which chunks of a file are there.

use std::{fmt, ops::Range};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, SeqAccess, Visitor},
};

/// The most ranges that are taken from a peer. A sender that fills holes in file order leaves a few;
/// this many are at most 640 KiB on the wire.
pub const MAX_HAVE_RANGES: usize = 65_536;

/// The indices of a file's chunks that are there, as ranges: sorted, disjoint, never adjacent, never empty.
///
/// The largest index is `u32::MAX - 1`: a file has at most `u32::MAX` chunks.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Have(Vec<Range<u32>>);

/// Why ranges are no [`Have`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HaveError {
    /// A range that ends where it starts or before.
    #[error("the range {start}..{end} is empty")]
    EmptyRange {
        /// First index.
        start: u32,
        /// Index after the last.
        end: u32,
    },
    /// A range that starts before the one before it has ended, or directly at its end.
    #[error("the ranges are not sorted and apart at {start}")]
    Unordered {
        /// Where the range starts.
        start: u32,
    },
    /// More than [`MAX_HAVE_RANGES`].
    #[error("there are more than {MAX_HAVE_RANGES} ranges")]
    TooMany,
}

impl Have {
    /// No chunk.
    pub fn new() -> Self {
        Self::default()
    }

    /// All of `chunks` chunks.
    pub fn full(chunks: u32) -> Self {
        let mut have = Self::new();
        have.insert_range(0..chunks);
        have
    }

    /// The chunks of `ranges`, which must be sorted, apart from each other and not empty.
    pub fn from_ranges(ranges: impl IntoIterator<Item = Range<u32>>) -> Result<Self, HaveError> {
        let mut have = Self::new();
        for range in ranges {
            have.push(range)?;
        }
        Ok(have)
    }

    /// Appends a range behind all others.
    fn push(&mut self, range: Range<u32>) -> Result<(), HaveError> {
        let Range { start, end } = range;
        if start >= end {
            return Err(HaveError::EmptyRange { start, end });
        }
        if self.0.last().is_some_and(|last| start <= last.end) {
            return Err(HaveError::Unordered { start });
        }
        if self.0.len() == MAX_HAVE_RANGES {
            return Err(HaveError::TooMany);
        }
        self.0.push(range);
        Ok(())
    }

    /// Adds chunk `index`; whether it was new. `u32::MAX` is no chunk's index and never new.
    pub fn insert(&mut self, index: u32) -> bool {
        let new = index < u32::MAX && !self.contains(index);
        if new {
            self.insert_range(index..index + 1);
        }
        new
    }

    /// Adds the chunks of `range`; an empty one adds none.
    pub fn insert_range(&mut self, range: Range<u32>) {
        if range.is_empty() {
            return;
        }
        // All ranges that overlap the new one or touch it become one with it.
        let first = self.0.partition_point(|have| have.end < range.start);
        let after = first + self.0[first..].partition_point(|have| have.start <= range.end);
        let merged = match self.0.get(first..after) {
            Some([only]) => only.start.min(range.start)..only.end.max(range.end),
            Some([head, .., tail]) => head.start.min(range.start)..tail.end.max(range.end),
            _ => range,
        };
        if self.0.capacity() == 0 {
            // Most are one range for ever, and there may be a million of them.
            self.0.reserve_exact(1);
        }
        self.0.splice(first..after, [merged]);
    }

    /// Takes chunk `index` away, whose bytes are in doubt; whether it was there.
    pub fn remove(&mut self, index: u32) -> bool {
        let place = self.0.partition_point(|have| have.end <= index);
        let Some(range) = self
            .0
            .get(place)
            .filter(|have| have.contains(&index))
            .cloned()
        else {
            return false;
        };
        let rest = [range.start..index, index + 1..range.end];
        self.0.splice(
            place..=place,
            rest.into_iter().filter(|part| !part.is_empty()),
        );
        true
    }

    /// Whether chunk `index` is there.
    pub fn contains(&self, index: u32) -> bool {
        let place = self.0.partition_point(|have| have.end <= index);
        self.0.get(place).is_some_and(|have| have.start <= index)
    }

    /// How many chunks are there.
    pub fn len(&self) -> u32 {
        self.0.iter().map(ExactSizeIterator::len).sum::<usize>() as u32
    }

    /// Whether no chunk is there.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all of `chunks` chunks are there.
    pub fn is_full(&self, chunks: u32) -> bool {
        chunks == 0
            || self
                .0
                .first()
                .is_some_and(|have| have.start == 0 && have.end >= chunks)
    }

    /// The index after the last chunk that is there; 0 if there is none. More than a file's number of
    /// chunks means that a peer claims what cannot be.
    pub fn end(&self) -> u32 {
        self.0.last().map_or(0, |have| have.end)
    }

    /// The ranges, ascending.
    pub fn ranges(&self) -> impl Iterator<Item = Range<u32>> + '_ {
        self.0.iter().cloned()
    }

    /// The ranges of chunks below `chunks` that are not there, ascending.
    pub fn missing(&self, chunks: u32) -> impl Iterator<Item = Range<u32>> + '_ {
        let starts = [0].into_iter().chain(self.0.iter().map(|have| have.end));
        let ends = self.0.iter().map(|have| have.start).chain([u32::MAX]);
        starts
            .zip(ends)
            .map(move |(start, end)| start..end.min(chunks))
            .filter(|gap| !gap.is_empty())
    }
}

impl fmt::Debug for Have {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Have")?;
        f.debug_list().entries(&self.0).finish()
    }
}

// A sequence of (start, end); the limits are enforced while it is read.
impl Serialize for Have {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|have| (have.start, have.end)))
    }
}

impl<'de> Deserialize<'de> for Have {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Ranges;

        impl<'de> Visitor<'de> for Ranges {
            type Value = Have;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("ranges of chunks")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut ranges: A) -> Result<Have, A::Error> {
                let mut have = Have::new();
                while let Some((start, end)) = ranges.next_element()? {
                    have.push(start..end).map_err(A::Error::custom)?;
                }
                Ok(have)
            }
        }

        deserializer.deserialize_seq(Ranges)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn ranges(have: &Have) -> Vec<(u32, u32)> {
        have.ranges().map(|have| (have.start, have.end)).collect()
    }

    #[test]
    fn ranges_that_touch_become_one() {
        let mut have = Have::new();
        assert!(have.insert(1));
        assert!(have.insert(3));
        assert_eq!(ranges(&have), [(1, 2), (3, 4)]);
        assert!(have.insert(2));
        assert!(!have.insert(2));
        assert_eq!(ranges(&have), [(1, 4)]);
        have.insert_range(6..9);
        have.insert_range(4..6);
        assert_eq!(ranges(&have), [(1, 9)]);
        assert_eq!(have.missing(10).collect::<Vec<_>>(), [0..1, 9..10]);
    }

    #[test]
    fn the_largest_file_can_be_full() {
        let have = Have::full(u32::MAX);
        assert!(have.is_full(u32::MAX) && have.is_full(1) && have.contains(u32::MAX - 1));
        assert_eq!(have.len(), u32::MAX);
        assert_eq!(have.missing(u32::MAX).count(), 0);
        assert!(!Have::new().insert(u32::MAX));
        assert!(Have::new().is_full(0) && !Have::new().is_full(1));
    }

    #[test]
    fn ranges_from_a_peer_are_checked() {
        for (pairs, error) in [
            (vec![(1, 1)], HaveError::EmptyRange { start: 1, end: 1 }),
            (vec![(2, 1)], HaveError::EmptyRange { start: 2, end: 1 }),
            (vec![(0, 2), (1, 3)], HaveError::Unordered { start: 1 }),
            (vec![(0, 2), (2, 3)], HaveError::Unordered { start: 2 }),
            (vec![(5, 6), (0, 1)], HaveError::Unordered { start: 0 }),
        ] {
            let wire = postcard::to_stdvec(&pairs).expect("pairs");
            assert!(postcard::from_bytes::<Have>(&wire).is_err(), "{pairs:?}");
            let found = Have::from_ranges(pairs.into_iter().map(|(start, end)| start..end));
            assert_eq!(found, Err(error));
        }
    }

    #[test]
    fn one_range_over_the_limit_is_refused() {
        let pairs: Vec<(u32, u32)> = (0..=MAX_HAVE_RANGES as u32)
            .map(|n| (2 * n, 2 * n + 1))
            .collect();
        let read = |pairs: &[(u32, u32)]| {
            postcard::from_bytes::<Have>(&postcard::to_stdvec(pairs).expect("pairs"))
        };
        assert!(read(&pairs[..MAX_HAVE_RANGES]).is_ok());
        assert!(read(&pairs).is_err());
        assert_eq!(
            Have::from_ranges(pairs.into_iter().map(|(start, end)| start..end)),
            Err(HaveError::TooMany)
        );
    }

    #[test]
    fn a_sequence_that_claims_to_be_endless_is_refused() {
        // Length 2^32 - 1, then nothing.
        assert!(postcard::from_bytes::<Have>(&[0xff, 0xff, 0xff, 0xff, 0x0f]).is_err());
    }

    #[derive(Clone, Debug)]
    enum Operation {
        Insert(u32),
        InsertRange(u32, u32),
        Remove(u32),
    }

    fn operation() -> impl Strategy<Value = Operation> {
        prop_oneof![
            (0u32..64).prop_map(Operation::Insert),
            (0u32..64, 0u32..12).prop_map(|(start, len)| Operation::InsertRange(start, len)),
            (0u32..64).prop_map(Operation::Remove),
        ]
    }

    proptest! {
        #[test]
        fn it_is_a_set_of_indices(operations in prop::collection::vec(operation(), 0..60), chunks in 0u32..90) {
            let mut have = Have::new();
            let mut set = HashSet::new();
            for operation in operations {
                match operation {
                    Operation::Insert(index) => prop_assert_eq!(have.insert(index), set.insert(index)),
                    Operation::InsertRange(start, len) => {
                        have.insert_range(start..start + len);
                        set.extend(start..start + len);
                    }
                    Operation::Remove(index) => prop_assert_eq!(have.remove(index), set.remove(&index)),
                }
                prop_assert_eq!(have.len() as usize, set.len());
            }
            prop_assert!((0..90).all(|index| have.contains(index) == set.contains(&index)));
            prop_assert_eq!(have.end(), set.iter().max().map_or(0, |last| last + 1));
            prop_assert_eq!(have.is_full(chunks), (0..chunks).all(|index| set.contains(&index)));
            prop_assert_eq!(have.is_empty(), set.is_empty());
            let missing: HashSet<u32> = have.missing(chunks).flatten().collect();
            let expected: HashSet<u32> = (0..chunks).filter(|index| !set.contains(index)).collect();
            prop_assert_eq!(missing, expected);
            // Only sorted ranges that are apart pass.
            prop_assert_eq!(&Have::from_ranges(have.ranges()), &Ok(have.clone()));
            let wire = postcard::to_stdvec(&have).expect("ranges");
            prop_assert_eq!(postcard::from_bytes(&wire), Ok(have));
        }
    }
}
