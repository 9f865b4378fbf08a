//! The value of one chunk in its file's BLAKE3 tree, and the merging of values to the root.
//!
//! Source: BLAKE3 paper, section 2.1; the calls are `blake3::hazmat`. A chunk of ours is a power of two
//! of at least 64 KiB and starts at a multiple of itself, which makes it a subtree. The value of a
//! file's only chunk is the root itself: BLAKE3 finalizes a root with a flag of its own, so that a
//! non-root value could not be turned into it.

use blake3::hazmat::{
    ChainingValue, HasherExt as _, Mode, left_subtree_len, merge_subtrees_non_root,
    merge_subtrees_root,
};

use super::Checksum;
use crate::chunk::{ChunkSize, plan};

/// Data that has not the length of the chunk that it is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("chunk {index} has {expected} bytes, not {found}")]
pub struct WrongLength {
    /// The chunk.
    pub index: u32,
    /// Its length in bytes; 0 if the file has no such chunk.
    pub expected: u64,
    /// The length of the data.
    pub found: u64,
}

/// The value of chunk `index`, whose content is `data`, in the tree of a file of `file_len` bytes.
///
/// # Errors
/// [`WrongLength`] if `data` is not as long as that chunk of such a file.
pub fn chunk_value(
    file_len: u64,
    index: u32,
    chunk_size: ChunkSize,
    data: &[u8],
) -> Result<Checksum, WrongLength> {
    let range = plan::chunk_range(file_len, chunk_size, index).unwrap_or_default();
    let expected = range.end - range.start;
    let found = data.len() as u64;
    if expected == 0 || found != expected {
        return Err(WrongLength {
            index,
            expected,
            found,
        });
    }
    if file_len <= u64::from(chunk_size) {
        return Ok(blake3::hash(data).into());
    }
    let mut hasher = blake3::Hasher::new();
    hasher.set_input_offset(range.start);
    hasher.update(data);
    Ok(Checksum(hasher.finalize_non_root()))
}

/// The root of a file of `file_len` bytes from the values of all its chunks, in their order:
/// `blake3::hash` of its content. None if `values` are not as many as the file has chunks.
pub fn root(values: &[Checksum], file_len: u64, chunk_size: ChunkSize) -> Option<Checksum> {
    root_by(
        values.len() as u64,
        |index| values[index].0,
        file_len,
        chunk_size,
    )
}

/// The root of a file without content.
pub fn root_of_empty() -> Checksum {
    blake3::hash(&[]).into()
}

/// [`root`] of `count` values that are looked up, so that no copy of them is needed.
pub(super) fn root_by(
    count: u64,
    value: impl Fn(usize) -> ChainingValue,
    file_len: u64,
    chunk_size: ChunkSize,
) -> Option<Checksum> {
    let size = u64::from(chunk_size);
    if count != file_len.div_ceil(size) {
        return None;
    }
    match count {
        0 => Some(root_of_empty()),
        1 => Some(Checksum(value(0))),
        _ => {
            let left = left_subtree_len(file_len);
            let middle = (left / size) as usize;
            let hash = merge_subtrees_root(
                &merge(&value, 0, left, size),
                &merge(&value, middle, file_len - left, size),
                Mode::Hash,
            );
            Some(hash.into())
        }
    }
}

/// The value of the subtree of `len` bytes whose first chunk is `first`. At most 33 levels deep.
fn merge(
    value: &impl Fn(usize) -> ChainingValue,
    first: usize,
    len: u64,
    size: u64,
) -> ChainingValue {
    if len <= size {
        return value(first);
    }
    let left = left_subtree_len(len);
    let middle = first + (left / size) as usize;
    merge_subtrees_non_root(
        &merge(value, first, left, size),
        &merge(value, middle, len - left, size),
        Mode::Hash,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integrity::reference;
    use proptest::prelude::*;

    const SIZES: [u32; 5] = [64 << 10, 128 << 10, 256 << 10, 512 << 10, 1 << 20];

    fn size(bytes: u32) -> ChunkSize {
        ChunkSize::try_from(bytes).expect("a chunk size")
    }

    /// Content in which no two BLAKE3 chunks are equal.
    pub(crate) fn content(len: usize, seed: u8) -> Vec<u8> {
        let mut bytes = vec![0; len];
        blake3::Hasher::new()
            .update(&[seed])
            .finalize_xof()
            .fill(&mut bytes);
        bytes
    }

    fn values(content: &[u8], chunk_size: ChunkSize) -> Vec<Checksum> {
        let len = content.len() as u64;
        content
            .chunks(chunk_size.bytes() as usize)
            .enumerate()
            .map(|(index, data)| {
                chunk_value(len, index as u32, chunk_size, data).expect("the plan's length")
            })
            .collect()
    }

    fn prove(content: &[u8], chunk_size: ChunkSize) {
        let values = values(content, chunk_size);
        let root = root(&values, content.len() as u64, chunk_size);
        let what = format!("{} bytes in chunks of {chunk_size}", content.len());
        assert_eq!(root, Some(blake3::hash(content).into()), "{what}");
        if values.len() == 1 {
            assert_eq!(root, Some(values[0]), "{what}");
        }
    }

    #[test]
    fn the_root_is_blake3_of_the_file_at_every_edge_of_chunks() {
        let all = content(5 * SIZES[4] as usize + 1, 1);
        for bytes in SIZES {
            let chunk = bytes as usize;
            for len in [0, 1, 63, 64, 65, 1023, 1024, 1025] {
                prove(&all[..len], size(bytes));
            }
            for chunks in 1..=5 {
                for len in [chunks * chunk - 1, chunks * chunk, chunks * chunk + 1] {
                    prove(&all[..len], size(bytes));
                }
            }
        }
    }

    #[test]
    fn values_and_root_are_those_of_the_slow_reference() {
        let all = content(9 * SIZES[0] as usize + 700, 2);
        let chunk_size = size(SIZES[0]);
        let chunk = SIZES[0] as usize;
        for len in [
            0,
            1,
            1024,
            1025,
            chunk,
            chunk + 1,
            3 * chunk,
            5 * chunk + 77,
            all.len(),
        ] {
            let file = &all[..len];
            let found = values(file, chunk_size);
            assert_eq!(
                root(&found, len as u64, chunk_size),
                Some(reference::root(file)),
                "{len}"
            );
            if found.len() > 1 {
                let expected: Vec<Checksum> = file
                    .chunks(chunk)
                    .enumerate()
                    .map(|(index, data)| reference::subtree(data, index * chunk))
                    .collect();
                assert_eq!(found, expected, "{len}");
            }
        }
    }

    #[test]
    fn data_of_another_length_than_the_chunk_has_no_value() {
        let chunk_size = ChunkSize::MIN;
        let full = u64::from(chunk_size);
        let data = content(2 * full as usize, 3);
        let value =
            |index, len: u64| chunk_value(full + 5, index, chunk_size, &data[..len as usize]);
        assert!(value(0, full).is_ok());
        assert!(value(1, 5).is_ok());
        for (index, expected, found) in [
            (0, full, full - 1),
            (0, full, full + 1),
            (0, full, 0),
            (1, 5, 4),
            (1, 5, 6),
            (2, 0, 0),
            (2, 0, 5),
            (u32::MAX, 0, 5),
        ] {
            assert_eq!(
                value(index, found),
                Err(WrongLength {
                    index,
                    expected,
                    found
                })
            );
        }
    }

    #[test]
    fn a_chunk_at_another_place_has_another_value() {
        let chunk_size = ChunkSize::MIN;
        let len = u64::from(chunk_size);
        let data = content(len as usize, 4);
        let at = |file_len, index| {
            chunk_value(file_len, index, chunk_size, &data).expect("the plan's length")
        };
        assert_ne!(at(4 * len, 0), at(4 * len, 1));
        assert_ne!(at(len, 0), at(4 * len, 0));
    }

    #[test]
    fn another_number_of_values_has_no_root() {
        let chunk_size = ChunkSize::MIN;
        let value = Checksum([0; 32]);
        let len = 2 * u64::from(chunk_size);
        assert!(root(&[value; 2], len, chunk_size).is_some());
        assert_eq!(root(&[value; 1], len, chunk_size), None);
        assert_eq!(root(&[value; 3], len, chunk_size), None);
        assert_eq!(root(&[], len, chunk_size), None);
        assert_eq!(root(&[value], 0, chunk_size), None);
        assert_eq!(root(&[value], u64::MAX, chunk_size), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_file_in_chunks_of_any_size_has_its_blake3_root(
            bytes in prop::sample::select(&SIZES[..]), len in 0usize..3 << 20, seed: u8,
        ) {
            let content = content(len, seed);
            let root = root(&values(&content, size(bytes)), len as u64, size(bytes));
            prop_assert_eq!(root, Some(blake3::hash(&content).into()));
        }
    }
}
