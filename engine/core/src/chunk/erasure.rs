//! Reed-Solomon parity over GF(2^8), behind two functions.
//!
//! A stripe has k data shards and m parity shards; any k of the k + m give the data back. All shards of
//! a stripe have the length of its longest data shard while they are coded: a shorter one counts as if
//! it were filled up with zeros, which are never sent.
//!
//! The code works on columns (byte n of each shard), so that a stripe is cut into slices of columns,
//! each of which a core codes on its own.
//!
//! Not here: whether a rebuilt chunk is right. Parity repairs loss, not damage: what it gives is
//! verified like any other chunk.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    iter,
    ops::Range,
    sync::{Arc, PoisonError, RwLock},
};

use rayon::prelude::*;
use reed_solomon_erasure::{Error as CodecError, galois_8::ReedSolomon};

use super::{MAX_DATA_SHARDS, MAX_PARITY_SHARDS};

/// Columns in one task: large enough that handing it to a core costs nothing against coding it, small
/// enough that a stripe of 64 KiB shards still gives two cores something to do.
const COLUMNS: usize = 32 << 10;

/// Codecs that are kept: a peer chooses geometries, and each has matrices of up to some MB.
const MAX_CODECS: usize = 32;

/// Why parity could not be made or data not be repaired.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ErasureError {
    /// A number of shards that no stripe has.
    #[error("no stripe has {data} data and {parity} parity shards")]
    Geometry {
        /// Data shards.
        data: usize,
        /// Parity shards.
        parity: usize,
    },
    /// Not as many shards or lengths as the geometry says.
    #[error("the stripe has {expected} shards, not {found}")]
    Count {
        /// As the geometry says.
        expected: usize,
        /// As given.
        found: usize,
    },
    /// A shard without content, or of another length than it must have.
    #[error("shard {shard} has a wrong length of {len} bytes")]
    Length {
        /// The shard, data first.
        shard: usize,
        /// Its length in bytes.
        len: usize,
    },
    /// Fewer shards are left than there is data.
    #[error("{present} shards are left where {needed} are needed")]
    TooFew {
        /// How many are there.
        present: usize,
        /// How many it takes.
        needed: usize,
    },
    /// The codec refused what passed every check here.
    #[error("the codec failed: {0}")]
    Codec(#[from] CodecError),
}

/// Makes the `m` parity shards of a stripe, each as long as its longest data shard.
///
/// `data` are the `k` chunks that this stripe has, in their order; a last stripe may have fewer than
/// its file's geometry says.
pub fn encode(k: usize, m: usize, data: &[&[u8]]) -> Result<Vec<Vec<u8>>, ErasureError> {
    let codec = codec(k, m)?;
    if data.len() != k {
        return Err(ErasureError::Count {
            expected: k,
            found: data.len(),
        });
    }
    if let Some(shard) = data.iter().position(|shard| shard.is_empty()) {
        return Err(ErasureError::Length { shard, len: 0 });
    }
    let longest = data.iter().map(|shard| shard.len()).max().unwrap_or(0);
    let data: Vec<Cow<[u8]>> = data.iter().map(|shard| padded(shard, longest)).collect();
    let mut made = vec![vec![0; longest]; m];
    let shards = made.iter_mut().map(Vec::as_mut_slice).collect();
    for_each_columns(shards, longest, |range, mut parity| {
        let data: Vec<&[u8]> = data.iter().map(|shard| &shard[range.clone()]).collect();
        codec.encode_sep(&data, &mut parity)
    })?;
    Ok(made)
}

/// Puts back the missing data shards of a stripe; missing parity stays missing.
///
/// `shards` are the `k` data shards (each of its length in `lens`, which has one for each) and then the
/// `m` parity shards (each as long as the longest data shard), None where one is missing. With an error
/// `shards` are as they were.
pub fn repair(
    k: usize,
    m: usize,
    shards: &mut [Option<Vec<u8>>],
    lens: &[usize],
) -> Result<(), ErasureError> {
    let codec = codec(k, m)?;
    let longest = check(k, m, shards, lens)?;
    let (data, parity) = shards.split_at_mut(k);
    let present: Vec<bool> = data.iter().chain(&*parity).map(Option::is_some).collect();
    if present[..k].iter().all(|present| *present) {
        return Ok(());
    }
    for shard in data.iter_mut() {
        shard.get_or_insert_default().resize(longest, 0);
    }
    let slices = data
        .iter_mut()
        .chain(parity)
        .map(|shard| shard.as_deref_mut().unwrap_or_default())
        .collect();
    let rebuilt = for_each_columns(slices, longest, |_, columns| {
        let mut columns: Vec<_> = columns.into_iter().zip(present.iter().copied()).collect();
        codec.reconstruct_data(&mut columns)
    });
    for ((shard, len), present) in data.iter_mut().zip(lens).zip(present) {
        if rebuilt.is_err() && !present {
            *shard = None;
        } else if let Some(content) = shard {
            content.truncate(*len);
        }
    }
    Ok(rebuilt?)
}

/// Whether a stripe can be repaired; the length of its parity shards.
fn check(
    k: usize,
    m: usize,
    shards: &[Option<Vec<u8>>],
    lens: &[usize],
) -> Result<usize, ErasureError> {
    for (expected, found) in [(k, lens.len()), (k + m, shards.len())] {
        if found != expected {
            return Err(ErasureError::Count { expected, found });
        }
    }
    if let Some(shard) = lens.iter().position(|len| *len == 0) {
        return Err(ErasureError::Length { shard, len: 0 });
    }
    let longest = lens.iter().copied().max().unwrap_or(0);
    let expected = lens.iter().copied().chain(iter::repeat(longest));
    for (number, (shard, expected)) in shards.iter().zip(expected).enumerate() {
        if let Some(len) = shard.as_ref().map(Vec::len).filter(|len| *len != expected) {
            return Err(ErasureError::Length { shard: number, len });
        }
    }
    let (present, needed) = (shards.iter().flatten().count(), k);
    if present < needed {
        return Err(ErasureError::TooFew { present, needed });
    }
    Ok(longest)
}

/// `shard` filled up with zeros.
fn padded(shard: &[u8], len: usize) -> Cow<'_, [u8]> {
    if shard.len() == len {
        return Cow::Borrowed(shard);
    }
    let mut longer = Vec::with_capacity(len);
    longer.extend_from_slice(shard);
    longer.resize(len, 0);
    Cow::Owned(longer)
}

/// Calls `code` with every slice of columns of `shards`, which have `len` bytes or none, on all cores.
fn for_each_columns<'a>(
    shards: Vec<&'a mut [u8]>,
    len: usize,
    code: impl Fn(Range<usize>, Vec<&'a mut [u8]>) -> Result<(), CodecError> + Sync,
) -> Result<(), CodecError> {
    if len <= COLUMNS {
        return code(0..len, shards);
    }
    let mut slices: Vec<_> = shards
        .into_iter()
        .map(|shard| shard.chunks_mut(COLUMNS))
        .collect();
    let tasks: Vec<_> = (0..len)
        .step_by(COLUMNS)
        .map(|start| {
            let columns: Vec<&mut [u8]> = slices
                .iter_mut()
                .map(|slices| slices.next().unwrap_or_default())
                .collect();
            (start..len.min(start + COLUMNS), columns)
        })
        .collect();
    tasks
        .into_par_iter()
        .try_for_each(|(range, columns)| code(range, columns))
}

/// By k and m.
static CODECS: RwLock<BTreeMap<(usize, usize), Arc<ReedSolomon>>> = RwLock::new(BTreeMap::new());

/// The codec for k and m, from the cache where it is there: building one inverts a k x k matrix.
fn codec(data: usize, parity: usize) -> Result<Arc<ReedSolomon>, ErasureError> {
    let known = CODECS.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(codec) = known.get(&(data, parity)) {
        return Ok(Arc::clone(codec));
    }
    drop(known);
    let in_limits = (1..=MAX_DATA_SHARDS.into()).contains(&data)
        && (1..=MAX_PARITY_SHARDS.into()).contains(&parity);
    if !in_limits {
        return Err(ErasureError::Geometry { data, parity });
    }
    let codec = Arc::new(ReedSolomon::new(data, parity)?);
    let mut known = CODECS.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= MAX_CODECS {
        known.clear();
    }
    known.insert((data, parity), Arc::clone(&codec));
    Ok(codec)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Shards of one length but the last, with content that differs everywhere.
    fn stripe(data: usize, len: usize, last: usize, seed: u8) -> Vec<Vec<u8>> {
        (0..data)
            .map(|shard| {
                let mut content = vec![0; if shard + 1 == data { last } else { len }];
                blake3::Hasher::new()
                    .update(&[seed, shard as u8])
                    .finalize_xof()
                    .fill(&mut content);
                content
            })
            .collect()
    }

    fn parity_of(data: &[Vec<u8>], parity: usize) -> Vec<Vec<u8>> {
        let data: Vec<&[u8]> = data.iter().map(Vec::as_slice).collect();
        encode(data.len(), parity, &data).expect("a stripe within the limits")
    }

    /// Loses the shards for which `lost` says so, repairs, and checks what must come of it.
    fn lose_and_repair(data: &[Vec<u8>], parity: &[Vec<u8>], lost: impl Fn(usize) -> bool) {
        let (k, m) = (data.len(), parity.len());
        let lens: Vec<usize> = data.iter().map(Vec::len).collect();
        let before: Vec<Option<Vec<u8>>> = data
            .iter()
            .chain(parity)
            .enumerate()
            .map(|(shard, content)| (!lost(shard)).then(|| content.clone()))
            .collect();
        let present = before.iter().flatten().count();
        let mut shards = before.clone();
        let repaired = repair(k, m, &mut shards, &lens);
        if present < k {
            assert_eq!(repaired, Err(ErasureError::TooFew { present, needed: k }));
            assert_eq!(shards, before, "a failed repair changes nothing");
        } else {
            assert_eq!(repaired, Ok(()));
            assert!(
                shards[..k].iter().flatten().eq(data),
                "{k}+{m}, {present} present"
            );
            assert_eq!(shards[k..], before[k..], "parity is not restored");
        }
    }

    #[test]
    fn every_pattern_of_loss_of_a_small_stripe_is_repaired_or_refused() {
        for (k, m, last) in [(4, 3, 100), (4, 3, 1), (1, 1, 100), (1, 3, 7), (3, 1, 99)] {
            let data = stripe(k, 100, last, 1);
            let parity = parity_of(&data, m);
            for pattern in 0..1u32 << (k + m) {
                lose_and_repair(&data, &parity, |shard| pattern >> shard & 1 == 1);
            }
        }
    }

    #[test]
    fn parity_is_as_long_as_the_longest_shard() {
        let lengths =
            |data: &[Vec<u8>]| -> Vec<usize> { parity_of(data, 2).iter().map(Vec::len).collect() };
        assert_eq!(lengths(&stripe(10, 100, 7, 1)), [100, 100]);
        assert_eq!(lengths(&stripe(1, 100, 7, 1)), [7, 7]);
    }

    #[test]
    fn a_stripe_coded_in_slices_has_the_parity_of_one_coded_whole() {
        let len = 3 * COLUMNS + 5;
        let data = stripe(5, len, COLUMNS + 1, 2);
        let mut expected: Vec<Vec<u8>> = data
            .iter()
            .map(|shard| padded(shard, len).into_owned())
            .collect();
        expected.resize(8, vec![0; len]);
        let whole = ReedSolomon::new(5, 3).expect("a geometry");
        whole.encode(&mut expected).expect("equal lengths");
        let parity = parity_of(&data, 3);
        assert_eq!(parity, expected[5..]);
        lose_and_repair(&data, &parity, |shard| [0, 4, 6].contains(&shard));
    }

    #[test]
    fn the_largest_geometry_works_and_one_over_is_refused() {
        let (k, m) = (MAX_DATA_SHARDS.into(), MAX_PARITY_SHARDS.into());
        let data = stripe(k, 64, 10, 3);
        let parity = parity_of(&data, m);
        lose_and_repair(&data, &parity, |shard| shard % 3 == 0);
        for (data, parity) in [(k + 1, 1), (1, m + 1), (0, 1), (1, 0)] {
            let error = Err(ErasureError::Geometry { data, parity });
            assert_eq!(encode(data, parity, &vec![&b"x"[..]; data]), error);
            let mut shards = vec![None; data + parity];
            let repaired = repair(data, parity, &mut shards, &vec![1; data]);
            assert_eq!(repaired.map(|()| Vec::new()), error);
        }
    }

    #[test]
    fn shards_that_do_not_fit_together_are_refused() {
        let whole = || vec![Some(vec![1; 8]), Some(vec![2; 5]), None, Some(vec![3; 8])];
        let with = |shard: usize, content: Vec<u8>| {
            let mut shards = whole();
            shards[shard] = Some(content);
            repair(2, 2, &mut shards, &[8, 5])
        };
        let wrong = |shard, len| Err(ErasureError::Length { shard, len });
        assert_eq!(repair(2, 2, &mut whole(), &[8, 5]), Ok(()));
        assert_eq!(with(0, vec![1; 7]), wrong(0, 7));
        assert_eq!(with(1, vec![1; 8]), wrong(1, 8));
        assert_eq!(with(3, vec![1; 5]), wrong(3, 5));
        assert_eq!(repair(2, 2, &mut whole(), &[8, 0]), wrong(1, 0));
        assert_eq!(
            encode(2, 2, &[b"abc", b""]),
            Err(ErasureError::Length { shard: 1, len: 0 })
        );
        assert_eq!(
            repair(2, 2, &mut whole()[..3], &[8, 5]),
            Err(ErasureError::Count {
                expected: 4,
                found: 3
            })
        );
    }

    #[test]
    fn the_cache_of_codecs_is_bounded() {
        for k in 1..=100 {
            codec(k, 2).expect("within the limits");
            let known = CODECS.read().expect("no writer panics").len();
            assert!((1..=MAX_CODECS).contains(&known), "{known} codecs");
        }
        // More geometries than are kept, and each still codes.
        let data = stripe(1, 9, 9, 4);
        lose_and_repair(&data, &parity_of(&data, 2), |shard| shard < 2);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn random_losses_of_the_usual_geometries_are_repaired_or_refused(
            (k, m) in prop::sample::select(&[(10usize, 3usize), (50, 10), (3, 3), (1, 2)][..]),
            len in 1usize..3 * COLUMNS, last: prop::sample::Index, seed: u8,
            lost in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        ) {
            let data = stripe(k, len, last.index(len) + 1, seed);
            let parity = parity_of(&data, m);
            let lost: Vec<usize> = lost.iter().map(|lost| lost.index(k + m)).collect();
            lose_and_repair(&data, &parity, |shard| lost.contains(&shard));
        }
    }
}
