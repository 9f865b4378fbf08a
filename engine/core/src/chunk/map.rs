//! A picture of a whole transfer's chunks in few cells, however many chunks there are.
//!
//! Chunks are numbered over the transfer; each cell stands for an equal run of them. Whoever draws it adds what is
//! known as ranges, so that a million chunks of one file cost as much as there are gaps between them.
//!
//! Non-goals: knowing what is there (the plans and the store do), and colours.

use std::ops::Range;

/// The most cells of a map.
pub const MAX_CELLS: u32 = 4096;

/// What is known of some chunks, beside that they are missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// No part of what is received: nobody misses them.
    Skipped,
    /// On their way: sent and not confirmed, or arrived and not durable.
    Flying,
    /// Durable at the receiver.
    Durable,
    /// Of those that are durable: rebuilt from parity. Told besides.
    Rebuilt,
}

/// Numbers of chunks. Those that are rebuilt are durable too.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct ChunkSums {
    /// All that belong to the transfer.
    pub all: u64,
    /// On their way.
    pub flying: u64,
    /// Durable at the receiver.
    pub durable: u64,
    /// Rebuilt from parity.
    pub rebuilt: u64,
}

/// How far each part of a transfer is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChunkMap {
    chunks: u64,
    cells: Vec<Cell>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Cell {
    skipped: u64,
    flying: u64,
    durable: u64,
    rebuilt: u64,
}

impl ChunkMap {
    /// A map of `chunks` chunks, all missing, in at most `cells` cells (themselves at most [`MAX_CELLS`]).
    pub fn new(chunks: u64, cells: u32) -> Self {
        let cells = u64::from(cells.clamp(1, MAX_CELLS)).min(chunks);
        Self {
            chunks,
            cells: vec![Cell::default(); cells as usize],
        }
    }

    /// How many cells there are.
    pub fn len(&self) -> u32 {
        self.cells.len() as u32
    }

    /// Whether there is no cell, because there is no chunk.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The chunks of cell `index`.
    fn range(&self, index: u64) -> Range<u64> {
        let start = |index: u64| {
            let place = u128::from(index) * u128::from(self.chunks) / self.cells.len() as u128;
            place as u64
        };
        start(index)..start(index + 1)
    }

    /// The cell of a chunk.
    fn cell_of(&self, chunk: u64) -> u64 {
        let place = (u128::from(chunk) + 1) * self.cells.len() as u128 - 1;
        (place / u128::from(self.chunks.max(1))) as u64
    }

    /// Adds what is known of a range of chunks. Ranges of one part must not overlap; what lies beyond the end is cut off.
    pub fn add(&mut self, range: Range<u64>, part: Part) {
        let mut start = range.start;
        let end = range.end.min(self.chunks);
        while start < end {
            let cell = self.cell_of(start);
            let until = self.range(cell).end.min(end);
            self.add_to(cell as usize, until - start, part);
            start = until;
        }
    }

    /// Adds a number of chunks of one cell, as a database has summed them up. A cell that is not there gets nothing.
    pub fn add_to(&mut self, cell: usize, chunks: u64, part: Part) {
        let Some(cell) = self.cells.get_mut(cell) else {
            return;
        };
        match part {
            Part::Skipped => cell.skipped += chunks,
            Part::Flying => cell.flying += chunks,
            Part::Durable => cell.durable += chunks,
            Part::Rebuilt => cell.rebuilt += chunks,
        }
    }

    /// The numbers over all cells.
    pub fn sums(&self) -> ChunkSums {
        let start = ChunkSums {
            all: self.chunks,
            ..ChunkSums::default()
        };
        self.cells.iter().fold(start, |sums, cell| ChunkSums {
            all: sums.all.saturating_sub(cell.skipped),
            flying: sums.flying + cell.flying,
            durable: sums.durable + cell.durable,
            rebuilt: sums.rebuilt + cell.rebuilt,
        })
    }

    /// One character for each cell: `-` nothing of it is received, `.` all of it is missing, `f` all of it is missing and
    /// some is on its way, `0` to `9` that many tenths are durable, `r` all of it is durable, `p` all of it is durable and
    /// some was rebuilt from parity.
    pub fn text(&self) -> String {
        (0..self.cells.len() as u64)
            .map(|index| {
                let range = self.range(index);
                self.cells[index as usize].letter(range.end - range.start)
            })
            .collect()
    }
}

impl Cell {
    fn letter(self, chunks: u64) -> char {
        let wanted = chunks.saturating_sub(self.skipped);
        if wanted == 0 {
            '-'
        } else if self.durable >= wanted {
            if self.rebuilt > 0 { 'p' } else { 'r' }
        } else if self.durable > 0 {
            let tenths = u128::from(self.durable) * 10 / u128::from(wanted);
            char::from(b'0' + tenths as u8)
        } else if self.flying > 0 {
            'f'
        } else {
            '.'
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    #[test]
    fn few_chunks_have_a_cell_each() {
        let mut map = ChunkMap::new(7, 4096);
        map.add(0..2, Part::Durable);
        map.add(1..2, Part::Rebuilt);
        map.add(3..5, Part::Flying);
        map.add(6..7, Part::Skipped);
        assert_eq!(map.text(), "rp.ff.-");
        let sums = ChunkSums {
            all: 6,
            flying: 2,
            durable: 2,
            rebuilt: 1,
        };
        assert_eq!(map.sums(), sums);
    }

    #[test]
    fn a_cell_of_many_says_how_many_tenths_are_there() {
        let mut map = ChunkMap::new(400, 4);
        map.add(0..100, Part::Durable);
        map.add(100..199, Part::Durable);
        map.add(199..200, Part::Flying);
        map.add(200..201, Part::Durable);
        assert_eq!(map.text(), "r90.");
        // What is not received is not missed.
        map.add(250..300, Part::Skipped);
        map.add(201..250, Part::Durable);
        assert_eq!(map.text(), "r9r.");
    }

    #[test]
    fn there_are_never_more_cells_than_allowed_nor_fewer_than_one() {
        assert_eq!(ChunkMap::new(1_000_000, MAX_CELLS + 1).len(), MAX_CELLS);
        assert_eq!(ChunkMap::new(1_000_000, 0).len(), 1);
        assert!(ChunkMap::new(0, 64).is_empty());
        assert_eq!(ChunkMap::new(0, 64).text(), "");
        // What a peer may announce at most does not overflow.
        let mut map = ChunkMap::new(u64::MAX, MAX_CELLS);
        map.add(0..u64::MAX, Part::Durable);
        assert_eq!(map.text(), "r".repeat(MAX_CELLS as usize));
    }

    #[test]
    fn what_lies_beyond_the_end_is_cut_off() {
        let mut map = ChunkMap::new(3, 3);
        map.add(2..9, Part::Durable);
        map.add(9..12, Part::Durable);
        map.add_to(3, 1, Part::Durable);
        assert_eq!(map.text(), "..r");
    }

    proptest! {
        /// Each chunk lies in the one cell whose range has it, and cells follow each other without gaps.
        #[test]
        fn a_chunk_lies_in_one_cell(chunks in 1_u64..20_000, cells in 1_u32..5_000) {
            let map = ChunkMap::new(chunks, cells);
            let mut next = 0;
            for index in 0..u64::from(map.len()) {
                let range = map.range(index);
                prop_assert_eq!(range.start, next);
                prop_assert!(range.end > range.start);
                for chunk in range.clone() {
                    prop_assert_eq!(map.cell_of(chunk), index);
                }
                next = range.end;
            }
            prop_assert_eq!(next, chunks);
        }

        /// Cut into ranges however, the same chunks give the same map.
        #[test]
        fn ranges_add_up(chunks in 1_u64..2_000, cells in 1_u32..100, cuts in vec(0_u64..2_000, 0..20)) {
            let mut whole = ChunkMap::new(chunks, cells);
            whole.add(0..chunks, Part::Durable);
            let mut parts = ChunkMap::new(chunks, cells);
            let mut cuts: Vec<u64> = cuts.into_iter().map(|cut| cut.min(chunks)).chain([0, chunks]).collect();
            cuts.sort_unstable();
            for pair in cuts.windows(2) {
                parts.add(pair[0]..pair[1], Part::Durable);
            }
            prop_assert_eq!(whole.sums().durable, chunks);
            prop_assert_eq!(whole, parts);
        }
    }
}
