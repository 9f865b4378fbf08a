//! BLAKE3 as the paper writes it: slow, over 1024-byte leaves, and without `hazmat`'s subtree calls.
//! What the fast code is compared with.
//!
//! Source: BLAKE3 paper, sections 2.1 (tree), 2.2 (compression), 2.4 (chunks), 2.5 (parents).

use super::Checksum;

const LEAF: usize = 1024;
const BLOCK: usize = 64;
const CHUNK_START: u32 = 1;
const CHUNK_END: u32 = 2;
const PARENT: u32 = 4;
const ROOT: u32 = 8;
const IV: [u32; 8] = [
    0x6A09_E667,
    0xBB67_AE85,
    0x3C6E_F372,
    0xA54F_F53A,
    0x510E_527F,
    0x9B05_688C,
    0x1F83_D9AB,
    0x5BE0_CD19,
];
const PERMUTATION: [usize; 16] = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];

/// The hash of a whole file.
pub(super) fn root(content: &[u8]) -> Checksum {
    Checksum(node(content, 0, true))
}

/// The non-root value of the subtree over `content`, which starts at byte `offset` of its file.
pub(super) fn subtree(content: &[u8], offset: usize) -> Checksum {
    Checksum(node(content, offset, false))
}

fn node(content: &[u8], offset: usize, is_root: bool) -> [u8; 32] {
    let root_flag = if is_root { ROOT } else { 0 };
    if content.len() <= LEAF {
        return leaf(content, (offset / LEAF) as u64, root_flag);
    }
    // The left subtree is the largest power of two of whole leaves that leaves something to the right.
    let mut left = LEAF;
    while left * 2 < content.len() {
        left *= 2;
    }
    let mut block = [0; BLOCK];
    block[..32].copy_from_slice(&node(&content[..left], offset, false));
    block[32..].copy_from_slice(&node(&content[left..], offset + left, false));
    to_bytes(compress(IV, &block, 0, BLOCK as u32, PARENT | root_flag))
}

fn leaf(content: &[u8], number: u64, root_flag: u32) -> [u8; 32] {
    let mut chaining = IV;
    let blocks = content.len().div_ceil(BLOCK).max(1);
    for index in 0..blocks {
        let part = &content[index * BLOCK..content.len().min((index + 1) * BLOCK)];
        let mut block = [0; BLOCK];
        block[..part.len()].copy_from_slice(part);
        let mut flags = 0;
        if index == 0 {
            flags |= CHUNK_START;
        }
        if index + 1 == blocks {
            flags |= CHUNK_END | root_flag;
        }
        chaining = compress(chaining, &block, number, part.len() as u32, flags);
    }
    to_bytes(chaining)
}

fn compress(
    chaining: [u32; 8],
    block: &[u8; BLOCK],
    counter: u64,
    len: u32,
    flags: u32,
) -> [u32; 8] {
    let mut message = [0; 16];
    for (word, bytes) in message.iter_mut().zip(block.as_chunks::<4>().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    let mut state = [0; 16];
    state[..8].copy_from_slice(&chaining);
    state[8..12].copy_from_slice(&IV[..4]);
    state[12..].copy_from_slice(&[counter as u32, (counter >> 32) as u32, len, flags]);
    for round in 0..7 {
        if round > 0 {
            message = PERMUTATION.map(|from| message[from]);
        }
        for column in 0..4 {
            let places = [column, column + 4, column + 8, column + 12];
            mix(
                &mut state,
                places,
                message[2 * column],
                message[2 * column + 1],
            );
        }
        for diagonal in 0..4 {
            let places = [
                diagonal,
                4 + (diagonal + 1) % 4,
                8 + (diagonal + 2) % 4,
                12 + (diagonal + 3) % 4,
            ];
            mix(
                &mut state,
                places,
                message[8 + 2 * diagonal],
                message[9 + 2 * diagonal],
            );
        }
    }
    std::array::from_fn(|word| state[word] ^ state[word + 8])
}

fn mix(state: &mut [u32; 16], [a, b, c, d]: [usize; 4], first: u32, second: u32) {
    for (word, turn_d, turn_b) in [(first, 16, 12), (second, 8, 7)] {
        state[a] = state[a].wrapping_add(state[b]).wrapping_add(word);
        state[d] = (state[d] ^ state[a]).rotate_right(turn_d);
        state[c] = state[c].wrapping_add(state[d]);
        state[b] = (state[b] ^ state[c]).rotate_right(turn_b);
    }
}

fn to_bytes(words: [u32; 8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (four, word) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(words) {
        *four = word.to_le_bytes();
    }
    bytes
}

#[test]
fn the_reference_gives_the_published_hashes() {
    // From the test vectors of the BLAKE3 repository (input byte i is i mod 251), and the empty input.
    let input = |len: usize| -> Vec<u8> { (0..len).map(|i| (i % 251) as u8).collect() };
    for (len, hash) in [
        (
            0,
            "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
        ),
        (
            1,
            "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213",
        ),
        (
            1024,
            "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7",
        ),
        (
            1025,
            "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444",
        ),
    ] {
        assert_eq!(root(&input(len)).to_string(), hash, "{len} bytes");
    }
    for len in [64, 65, 2048, 2049, 7 * 1024 + 3, 64 * 1024] {
        assert_eq!(root(&input(len)), blake3::hash(&input(len)).into(), "{len}");
    }
}
