//! The values of one file's chunks, collected in any order until they give the root.

use super::{Checksum, subtree};
use crate::chunk::{ChunkSize, TooManyChunks, plan};

/// Files of so many chunks get no spare room.
const SHORT: usize = 4;

/// Collects the values of a file's chunks: at most 33 bytes for each chunk.
///
/// Room is made as values come, so that a peer that announces a huge file costs nothing yet.
#[derive(Clone, Debug)]
pub struct FileTree {
    file_len: u64,
    chunk_size: ChunkSize,
    chunks: u32,
    known: u32,
    /// Up to the highest chunk that was set.
    values: Vec<Option<Checksum>>,
}

/// An index that the file does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no chunk {index} in a file of {chunks} chunks")]
pub struct NoSuchChunk {
    /// The index.
    pub index: u32,
    /// How many chunks there are.
    pub chunks: u32,
}

impl FileTree {
    /// Nothing known yet of a file of `file_len` bytes.
    pub fn new(file_len: u64, chunk_size: ChunkSize) -> Result<Self, TooManyChunks> {
        Ok(Self {
            file_len,
            chunk_size,
            chunks: plan::chunk_count(file_len, chunk_size)?,
            known: 0,
            values: Vec::new(),
        })
    }

    /// The file's length in bytes.
    pub fn file_len(&self) -> u64 {
        self.file_len
    }

    /// How many chunks the file has.
    pub fn chunks(&self) -> u32 {
        self.chunks
    }

    /// How many values are known.
    pub fn known(&self) -> u32 {
        self.known
    }

    /// Whether all values are known.
    pub fn is_complete(&self) -> bool {
        self.known == self.chunks
    }

    /// Notes the value of chunk `index`; a value that was there is replaced.
    pub fn set(&mut self, index: u32, value: Checksum) -> Result<(), NoSuchChunk> {
        if index >= self.chunks {
            return Err(NoSuchChunk {
                index,
                chunks: self.chunks,
            });
        }
        let place = index as usize;
        if place >= self.values.len() {
            // No spare room for what a short file has not: there may be a million of them.
            let all = self.chunks as usize;
            if all <= SHORT {
                self.values.reserve_exact(all - self.values.len());
            }
            self.values.resize(place + 1, None);
        }
        if self.values[place].replace(value).is_none() {
            self.known += 1;
        }
        Ok(())
    }

    /// Forgets the value of chunk `index`, whose bytes are in doubt.
    pub fn clear(&mut self, index: u32) {
        let value = self.values.get_mut(index as usize).and_then(Option::take);
        if value.is_some() {
            self.known -= 1;
        }
    }

    /// The value of chunk `index`, if it is known.
    pub fn get(&self, index: u32) -> Option<Checksum> {
        self.values.get(index as usize).copied().flatten()
    }

    /// The chunks whose values are not known, ascending.
    pub fn missing(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.chunks).filter(|index| self.get(*index).is_none())
    }

    /// The file's root, `blake3::hash` of its content, once all values are known.
    pub fn root(&self) -> Option<Checksum> {
        if !self.is_complete() {
            return None;
        }
        // Complete, so that no value is missing: the default is never taken.
        let value = |index: usize| self.values[index].unwrap_or(Checksum([0; 32])).0;
        subtree::root_by(self.chunks.into(), value, self.file_len, self.chunk_size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integrity::chunk_value;
    use proptest::prelude::*;

    const SIZE: usize = 64 << 10;

    #[test]
    fn a_value_costs_33_bytes() {
        assert_eq!(size_of::<Option<Checksum>>(), 33);
    }

    #[test]
    fn an_empty_file_is_complete_at_once() {
        let tree = FileTree::new(0, ChunkSize::MIN).expect("no chunks");
        assert!(tree.is_complete());
        assert_eq!(tree.root(), Some(blake3::hash(b"").into()));
        assert_eq!(tree.missing().count(), 0);
    }

    #[test]
    fn a_chunk_that_the_file_does_not_have_is_refused() {
        let mut tree = FileTree::new(SIZE as u64 + 1, ChunkSize::MIN).expect("two chunks");
        let value = Checksum([1; 32]);
        let refused = |index| Err(NoSuchChunk { index, chunks: 2 });
        assert_eq!(tree.set(2, value), refused(2));
        assert_eq!(tree.set(u32::MAX, value), refused(u32::MAX));
        assert_eq!(tree.set(1, value), Ok(()));
        assert_eq!(tree.missing().collect::<Vec<_>>(), [0]);
    }

    #[test]
    fn an_announced_file_takes_no_memory_before_its_values_come() {
        let largest = u64::from(u32::MAX) * SIZE as u64;
        let tree = FileTree::new(largest, ChunkSize::MIN).expect("as many as can be");
        assert_eq!(tree.values.capacity(), 0);
        assert!(FileTree::new(largest + 1, ChunkSize::MIN).is_err());
    }

    #[test]
    fn a_value_in_doubt_is_missing_again() {
        let mut tree = FileTree::new(2 * SIZE as u64, ChunkSize::MIN).expect("two chunks");
        for index in 0..2 {
            tree.set(index, Checksum([0; 32]))
                .expect("a chunk of the file");
            tree.set(index, Checksum([1; 32]))
                .expect("replaces the value");
        }
        assert!(tree.root().is_some());
        tree.clear(1);
        tree.clear(1);
        tree.clear(7);
        assert_eq!((tree.known(), tree.root()), (1, None));
        assert_eq!(tree.missing().collect::<Vec<_>>(), [1]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn values_in_any_order_give_the_blake3_root_and_only_when_complete(
            len in 1usize..12 * SIZE, seed: u8, keys in prop::collection::vec(any::<u32>(), 12),
        ) {
            let mut content = vec![0; len];
            blake3::Hasher::new().update(&[seed]).finalize_xof().fill(&mut content);
            let mut chunks: Vec<(usize, &[u8])> = content.chunks(SIZE).enumerate().collect();
            chunks.sort_by_key(|(index, _)| keys[*index]);

            let mut tree = FileTree::new(len as u64, ChunkSize::MIN).expect("few chunks");
            for (index, data) in chunks {
                prop_assert_eq!(tree.root(), None);
                prop_assert!(tree.missing().any(|missing| missing == index as u32));
                let value = chunk_value(len as u64, index as u32, ChunkSize::MIN, data);
                tree.set(index as u32, value.expect("the plan's length")).expect("a chunk of the file");
            }
            prop_assert_eq!(tree.missing().count(), 0);
            prop_assert_eq!(tree.root(), Some(blake3::hash(&content).into()));
        }
    }
}
