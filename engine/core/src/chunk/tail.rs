//! Parity of a tail: small symbols that rebuild what is missing of a stream's last bytes.
//!
//! A stream of at most [`MAX_TAIL`] bytes is read as consecutive symbols of [`SYMBOL`] bytes, the last filled up
//! with zeros. Parity symbols are made of all of them; as many symbols as the stream has, of either kind, give the
//! stream back. Symbols are a fifth of a packet, so that a lost packet, which begins and ends anywhere, spoils little
//! more than itself: with symbols as long as a packet it would spoil two.
//!
//! The code is Reed-Solomon over GF(2^16) (Lin, Al-Naffouri, Han and Chung, "Novel Polynomial Basis and Its
//! Application to Reed-Solomon Erasure Codes", FOCS 2014): a stream of 1 MiB has 4,096 symbols, where GF(2^8) of
//! [`super::erasure`] ends at 255 and inverts a matrix for each pattern of loss.
//!
//! Non-goals: when parity is sent and how much ([`super::protection`]); what proves a chunk (`integrity`).
//!
//! Invariants: what has arrived is never changed; what is rebuilt has the digest that its sender told, or nothing is
//! rebuilt and the parity is let go of.

use std::collections::BTreeMap;

/// Bytes of a symbol.
pub const SYMBOL: usize = 256;
/// The most bytes of a stream that has parity: a chunk of 1 MiB, or many small ones, with their headers.
pub const MAX_TAIL: usize = (1 << 20) + (64 << 10);
/// The most parity symbols of one stream: half of what the longest stream has.
pub const MAX_PARITY: u16 = 2176;
/// Bytes of a [`digest`].
pub const DIGEST: usize = 16;

/// Why parity could not be made or used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TailError {
    /// A length that no protected stream has.
    #[error("a stream of {0} bytes has no parity")]
    Length(usize),
    /// A number of parity symbols that no stream has.
    #[error("no stream has {0} parity symbols")]
    Count(u16),
    /// Bytes or symbols outside the stream or its parity.
    #[error("this lies outside the stream or its parity")]
    Outside,
    /// What came out is not what was sent, or the code refused what passed every check here.
    #[error("what was rebuilt is not what was sent")]
    Wrong,
}

/// The digest by which a rebuilt stream is known to be right: the first bytes of its BLAKE3 hash.
pub fn digest(content: &[u8]) -> [u8; DIGEST] {
    let mut digest = [0; DIGEST];
    digest.copy_from_slice(&blake3::hash(content).as_bytes()[..DIGEST]);
    digest
}

/// `count` parity symbols for a stream, one after the other.
pub fn parity(content: &[u8], count: u16) -> Result<Vec<u8>, TailError> {
    check(content.len(), count)?;
    let symbols = (0..symbols(content.len())).map(|number| symbol(content, number));
    let made = reed_solomon_simd::encode(symbols.len(), count.into(), symbols);
    Ok(made.map_err(|_| TailError::Wrong)?.concat())
}

/// Symbols of a stream of `len` bytes.
pub fn symbols(len: usize) -> usize {
    len.div_ceil(SYMBOL)
}

fn check(len: usize, count: u16) -> Result<(), TailError> {
    if !(1..=MAX_TAIL).contains(&len) {
        return Err(TailError::Length(len));
    }
    if !(1..=MAX_PARITY).contains(&count) {
        return Err(TailError::Count(count));
    }
    Ok(())
}

/// The symbol with that number, filled up with zeros.
fn symbol(content: &[u8], number: usize) -> [u8; SYMBOL] {
    let mut symbol = [0; SYMBOL];
    let here = &content[number * SYMBOL..content.len().min((number + 1) * SYMBOL)];
    symbol[..here.len()].copy_from_slice(here);
    symbol
}

/// A stream of which some bytes and some parity have arrived.
#[derive(Debug)]
pub struct Assembly {
    content: Vec<u8>,
    /// What has arrived: the start of each range and its end; no two of them touch.
    arrived: BTreeMap<usize, usize>,
    count: u16,
    digest: [u8; DIGEST],
    parity: BTreeMap<u16, [u8; SYMBOL]>,
}

impl Assembly {
    /// A stream of `len` bytes with `count` parity symbols and that digest, of which `prefix` has arrived.
    pub fn new(
        mut prefix: Vec<u8>,
        len: usize,
        count: u16,
        digest: [u8; DIGEST],
    ) -> Result<Self, TailError> {
        check(len, count)?;
        let first = prefix.len();
        if first > len {
            return Err(TailError::Outside);
        }
        prefix.resize(len, 0);
        let arrived = BTreeMap::from_iter((first > 0).then_some((0, first)));
        Ok(Self {
            content: prefix,
            arrived,
            count,
            digest,
            parity: BTreeMap::new(),
        })
    }

    /// Whether parity with this length, number of symbols and digest is of this stream.
    pub fn fits(&self, len: usize, count: u16, digest: &[u8; DIGEST]) -> bool {
        (self.content.len(), self.count, &self.digest) == (len, count, digest)
    }

    /// Takes bytes of the stream.
    pub fn take(&mut self, offset: u64, bytes: &[u8]) -> Result<(), TailError> {
        let start = usize::try_from(offset).map_err(|_| TailError::Outside)?;
        let end = start.checked_add(bytes.len()).ok_or(TailError::Outside)?;
        let place = self.content.get_mut(start..end).ok_or(TailError::Outside)?;
        place.copy_from_slice(bytes);
        self.mark(start, end);
        Ok(())
    }

    /// Takes whole parity symbols from number `first` on.
    pub fn take_parity(&mut self, first: u16, bytes: &[u8]) -> Result<(), TailError> {
        let (symbols, rest) = bytes.as_chunks::<SYMBOL>();
        let last = usize::from(first) + symbols.len();
        if !rest.is_empty() || last > usize::from(self.count) {
            return Err(TailError::Outside);
        }
        for (number, symbol) in (first..).zip(symbols) {
            self.parity.insert(number, *symbol);
        }
        Ok(())
    }

    /// How many bytes from the beginning on are there without a gap.
    pub fn prefix(&self) -> usize {
        self.arrived.get(&0).copied().unwrap_or(0)
    }

    /// Whether every byte is there.
    pub fn is_whole(&self) -> bool {
        self.prefix() == self.content.len()
    }

    /// The stream, zeros where it has gaps.
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// The same, to keep.
    pub fn into_content(self) -> Vec<u8> {
        self.content
    }

    /// Whether there is enough to rebuild what is missing.
    pub fn can_be_rebuilt(&self) -> bool {
        let needed = symbols(self.content.len());
        if self.parity.is_empty() || self.is_whole() {
            return false;
        }
        let there: usize = self
            .ranges()
            .map(|(start, end)| self.whole(start, end).len())
            .sum();
        there + self.parity.len() >= needed
    }

    /// Rebuilds what is missing. With an error what has arrived is as it was, and the parity is gone.
    pub fn rebuild(&mut self) -> Result<(), TailError> {
        let parity = std::mem::take(&mut self.parity);
        let len = self.content.len();
        let there: Vec<usize> = self
            .ranges()
            .flat_map(|(start, end)| self.whole(start, end))
            .collect();
        let known = there
            .iter()
            .map(|&number| (number, symbol(&self.content, number)));
        let parity = parity
            .into_iter()
            .map(|(number, symbol)| (usize::from(number), symbol));
        let missing = reed_solomon_simd::decode(symbols(len), self.count.into(), known, parity)
            .map_err(|_| TailError::Wrong)?;
        let mut content = self.content.clone();
        for (number, symbol) in missing {
            let start = number * SYMBOL;
            let end = len.min(start + SYMBOL);
            let Some(place) = content.get_mut(start..end) else {
                return Err(TailError::Wrong);
            };
            place.copy_from_slice(&symbol[..end - start]);
        }
        if digest(&content) != self.digest {
            return Err(TailError::Wrong);
        }
        self.content = content;
        self.arrived = BTreeMap::from([(0, len)]);
        Ok(())
    }

    fn ranges(&self) -> impl Iterator<Item = (usize, usize)> {
        self.arrived.iter().map(|(start, end)| (*start, *end))
    }

    /// The symbols that lie in a range as a whole; the last of the stream may be short.
    fn whole(&self, start: usize, end: usize) -> std::ops::Range<usize> {
        let last = if end == self.content.len() {
            symbols(end)
        } else {
            end / SYMBOL
        };
        start.div_ceil(SYMBOL)..last.max(start.div_ceil(SYMBOL))
    }

    fn mark(&mut self, mut start: usize, mut end: usize) {
        if start == end {
            return;
        }
        while let Some((&first, &last)) = self.arrived.range(..=end).next_back() {
            if last < start {
                break;
            }
            start = start.min(first);
            end = end.max(last);
            self.arrived.remove(&first);
        }
        self.arrived.insert(start, end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn content(len: usize) -> Vec<u8> {
        let mut content = vec![0; len];
        blake3::Hasher::new()
            .update(&len.to_le_bytes())
            .finalize_xof()
            .fill(&mut content);
        content
    }

    fn empty(content: &[u8], count: u16) -> Assembly {
        Assembly::new(Vec::new(), content.len(), count, digest(content)).expect("within limits")
    }

    #[test]
    fn a_stream_comes_back_from_its_parity_alone() {
        for len in [1, 255, 256, 257, 5_000] {
            let content = content(len);
            let count = symbols(len) as u16;
            let mut assembly = empty(&content, count);
            let made = parity(&content, count).expect("within limits");
            assembly
                .take_parity(1, &made[SYMBOL..])
                .expect("its symbols");
            assert!(!assembly.can_be_rebuilt());
            assembly
                .take_parity(0, &made[..SYMBOL])
                .expect("its symbols");
            assert!(assembly.can_be_rebuilt());
            assert_eq!(assembly.rebuild(), Ok(()));
            assert_eq!(assembly.into_content(), content);
        }
    }

    #[test]
    fn damaged_parity_rebuilds_nothing_and_what_has_arrived_stays() {
        let content = content(10_000);
        let mut made = parity(&content, 8).expect("within limits");
        made[700] ^= 1;
        let mut assembly =
            Assembly::new(content[..4_000].to_vec(), 10_000, 8, digest(&content)).expect("fits");
        assembly.take(5_000, &content[5_000..]).expect("inside");
        assembly.take_parity(0, &made).expect("its symbols");
        assert!(assembly.can_be_rebuilt());
        assert_eq!(assembly.rebuild(), Err(TailError::Wrong));
        assert_eq!(assembly.prefix(), 4_000);
        assert!(!assembly.can_be_rebuilt(), "it is not tried again");
        assembly
            .take(4_000, &content[4_000..5_000])
            .expect("inside");
        assert!(assembly.is_whole());
        assert_eq!(assembly.into_content(), content);
    }

    #[test]
    fn one_over_each_limit_is_refused() {
        let longest = vec![1; MAX_TAIL];
        assert_eq!(
            parity(&longest, MAX_PARITY).map(|made| made.len()),
            Ok(SYMBOL * 2176)
        );
        let over = vec![1; MAX_TAIL + 1];
        assert_eq!(parity(&over, 1), Err(TailError::Length(MAX_TAIL + 1)));
        assert_eq!(parity(&[], 1), Err(TailError::Length(0)));
        assert_eq!(
            parity(b"x", MAX_PARITY + 1),
            Err(TailError::Count(MAX_PARITY + 1))
        );
        assert_eq!(parity(b"x", 0), Err(TailError::Count(0)));
        let mut assembly = empty(&content(1_000), 2);
        assert_eq!(assembly.take(990, &[0; 11]), Err(TailError::Outside));
        assert_eq!(assembly.take(u64::MAX, &[0; 1]), Err(TailError::Outside));
        assert_eq!(
            assembly.take_parity(1, &[0; 2 * SYMBOL]),
            Err(TailError::Outside)
        );
        assert_eq!(
            assembly.take_parity(0, &[0; SYMBOL + 1]),
            Err(TailError::Outside)
        );
        assert!(Assembly::new(vec![0; 11], 10, 1, [0; DIGEST]).is_err());
    }

    proptest! {
        /// Packets of any lengths, in any order, some twice, some lost.
        #[test]
        fn what_arrives_in_any_order_is_whole_or_rebuilt_whenever_the_symbols_suffice(
            len in 1usize..20_000,
            packet in 100usize..1_500,
            count in 1u16..60,
            order in any::<u64>(),
            lost in 0usize..8,
        ) {
            let content = content(len);
            let made = parity(&content, count).expect("within limits");
            let mut assembly = empty(&content, count);
            let mut pieces: Vec<(usize, &[u8])> =
                content.chunks(packet).enumerate().map(|(n, piece)| (n * packet, piece)).collect();
            // A cheap shuffle that the seed decides.
            pieces.sort_by_key(|(offset, _)| blake3::hash(&(order ^ *offset as u64).to_le_bytes()).as_bytes()[0]);
            let missing = lost.min(pieces.len());
            for (offset, piece) in pieces.iter().skip(missing).chain(pieces.last().filter(|_| missing < pieces.len())) {
                assembly.take(*offset as u64, piece).expect("inside");
            }
            for (first, symbols) in (0u16..).step_by(4).zip(made.chunks(4 * SYMBOL)) {
                assembly.take_parity(first, symbols).expect("its symbols");
            }
            if missing == 0 {
                prop_assert!(assembly.is_whole());
            }
            let gone: std::collections::BTreeSet<usize> = pieces[..missing]
                .iter()
                .flat_map(|(offset, piece)| offset / SYMBOL..=(offset + piece.len() - 1) / SYMBOL)
                .collect();
            prop_assert_eq!(assembly.can_be_rebuilt(), missing > 0 && gone.len() <= usize::from(count));
            if assembly.can_be_rebuilt() {
                prop_assert_eq!(assembly.rebuild(), Ok(()));
            }
            if assembly.is_whole() {
                prop_assert_eq!(assembly.into_content(), content);
            }
        }
    }
}
