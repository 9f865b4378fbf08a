//! Every target over its committed corpus, and over a few thousand mutations of it that are the same every time.

use std::{fs, path::Path};

use chunkstream_fuzz::{TARGETS, Target};
use rand::{Rng as _, RngExt as _, SeedableRng as _, rngs::Xoshiro256PlusPlus};

/// Mutations of each target.
const MUTATIONS: usize = 3_000;

fn corpus(target: &Target) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target.name);
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .map(|entry| entry.expect("a file").path())
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| fs::read(path).expect("a file"))
        .collect()
}

#[test]
fn every_target_bears_its_corpus_and_takes_a_part_of_it() {
    for target in TARGETS {
        let corpus = corpus(target);
        assert!(
            corpus.len() >= 5,
            "{} has {} inputs",
            target.name,
            corpus.len()
        );
        let taken = corpus.iter().filter(|input| (target.run)(input)).count();
        assert!(
            taken > 0,
            "{} refuses all {} inputs at once",
            target.name,
            corpus.len()
        );
        (target.run)(&[]);
    }
}

#[test]
fn every_target_bears_mutations_of_its_corpus() {
    for target in TARGETS {
        let corpus = corpus(target);
        let mut random = Xoshiro256PlusPlus::seed_from_u64(20_261_123);
        for _ in 0..MUTATIONS {
            let mut input = corpus[random.random_range(0..corpus.len())].clone();
            for _ in 0..random.random_range(1..6) {
                mutate(&mut input, &corpus, &mut random);
            }
            (target.run)(&input);
        }
    }
}

fn mutate(input: &mut Vec<u8>, corpus: &[Vec<u8>], random: &mut Xoshiro256PlusPlus) {
    let at = random.random_range(0..=input.len());
    match random.random_range(0..6) {
        0 if at < input.len() => input[at] ^= 1 << random.random_range(0..8),
        1 if at < input.len() => input[at] = random.next_u32() as u8,
        2 => input.truncate(at),
        3 => input.insert(at, random.next_u32() as u8),
        4 => {
            let other = &corpus[random.random_range(0..corpus.len())];
            let from = random.random_range(0..=other.len());
            input.truncate(at);
            input.extend_from_slice(&other[from..]);
        }
        _ => {
            let number = [u64::MAX, 1 << 63, u64::from(u32::MAX), 0][random.random_range(0..4)];
            let bytes = number.to_le_bytes();
            let end = input.len().min(at + bytes.len());
            let len = end.saturating_sub(at);
            input[at..at + len].copy_from_slice(&bytes[..len]);
        }
    }
}
