//! The walk over what is to be sent, in manifest order; what was asked for again and parity go first.

use std::ops::Range;

use chunkstream_core::{chunk::ParityMode, id::FileId, integrity::Checksum};

use super::{Piece, SendPlan, StripeWork, Work};

/// Chunks below this share a stream with others.
const SMALL: u64 = 64 * 1024;

/// The most chunks that share a stream.
const MAX_SHARED: usize = 128;

/// Times that a chunk is sent on one connection before its path counts as dead.
const MAX_ATTEMPTS: u8 = 3;

impl SendPlan {
    /// The next thing to do; None if there is nothing at the moment.
    pub(crate) fn take(&mut self) -> Option<Work> {
        if !self.open {
            return self.take_early();
        }
        if let Some(piece) = self.take_again() {
            return Some(Work::Data(vec![piece]));
        }
        if let Some(stripe) = self.take_parity() {
            return Some(Work::Parity(stripe));
        }
        let mut pieces: Vec<Piece> = Vec::new();
        let mut bytes = 0;
        while let Some((file, index, known)) = self.peek() {
            let piece = self.piece(file, index);
            if known {
                if pieces.is_empty() {
                    self.advance();
                    return Some(Work::Hash(piece));
                }
                break;
            }
            let small = (piece.len() as u64) < SMALL;
            let fits = bytes + piece.len() <= self.chunk_size.bytes() as usize
                && pieces.len() < MAX_SHARED;
            let joins = pieces.is_empty() || (small && fits);
            if !joins {
                break;
            }
            bytes += piece.len();
            pieces.push(piece);
            self.advance();
            if !small {
                break;
            }
        }
        (!pieces.is_empty()).then_some(Work::Data(pieces))
    }

    fn take_again(&mut self) -> Option<Piece> {
        loop {
            let (id, index) = self.again.pop_front()?;
            if !self.is_passed_over(id) && !self.files[id.0 as usize].compared {
                return Some(self.piece(id.0 as usize, index));
            }
        }
    }

    fn take_parity(&mut self) -> Option<StripeWork> {
        while let Some((id, number)) = self.parity_due.pop_front() {
            let ParityMode::Always(geometry) = self.parity else {
                return None;
            };
            let file = &self.files[id.0 as usize];
            let Some(stripe) = file.plan.stripe(number) else {
                continue;
            };
            let indices = stripe.chunks();
            if file.finished
                || self.is_passed_over(id)
                || file.compared
                || indices.clone().all(|index| file.durable.contains(index))
            {
                continue;
            }
            let values: Vec<Checksum> = indices
                .clone()
                .filter_map(|index| file.values.get(index))
                .collect();
            if values.len() != indices.len() {
                continue;
            }
            let pieces = indices
                .map(|index| self.piece(id.0 as usize, index))
                .collect();
            return Some(StripeWork {
                pieces,
                values,
                stripe: number,
                parity: geometry.parity(),
            });
        }
        None
    }

    /// The chunk under the cursor that needs something: to be sent, or (true) only to be hashed.
    pub(super) fn peek(&mut self) -> Option<(usize, u32, bool)> {
        while self.cursor.0 < self.announced.min(self.files.len()) {
            let (number, index) = self.cursor;
            let file = &self.files[number];
            let passed_over = self.is_passed_over(FileId(number as u32));
            if file.finished || passed_over || index >= file.plan.chunks() {
                self.cursor = (number + 1, 0);
                continue;
            }
            let durable = file.compared || file.durable.contains(index);
            if durable && file.values.get(index).is_some() {
                // Past the whole run that is durable, but not past a chunk whose value was lost.
                self.cursor.1 += 1;
                continue;
            }
            return Some((number, index, durable));
        }
        None
    }

    fn advance(&mut self) {
        self.cursor.1 += 1;
    }

    pub(super) fn piece(&self, number: usize, index: u32) -> Piece {
        let file = &self.files[number];
        Piece {
            file: FileId(number as u32),
            index,
            range: file.plan.range(index).unwrap_or(0..0),
            file_len: file.entry.len(),
            chunk_id: file.first_chunk + u64::from(index),
            source: file.source.clone(),
            fingerprint: file.fingerprint,
        }
    }

    /// The walk begins again: chunks that were taken and came to nothing are taken once more.
    pub(crate) fn rewind(&mut self) {
        self.cursor = (0, 0);
    }

    /// These chunks must go out again; false if one has had its attempts.
    pub(crate) fn again(&mut self, id: FileId, indices: Range<u32>) -> bool {
        let Some(file) = self.files.get(id.0 as usize) else {
            return true;
        };
        // A peer may name chunks that are not there.
        for index in indices.start..indices.end.min(file.plan.chunks()) {
            if file.durable.contains(index) {
                continue;
            }
            let attempts = self.attempts.entry((id, index)).or_insert(1);
            // Requests that have come in at once are told of the end one after the other.
            *attempts = attempts.saturating_add(1);
            if *attempts > MAX_ATTEMPTS {
                return false;
            }
            self.again.push_back((id, index));
        }
        true
    }

    /// How often this chunk has been sent before on this connection.
    pub(crate) fn attempts(&self, id: FileId, index: u32) -> u8 {
        self.attempts.get(&(id, index)).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use chunkstream_core::{chunk::Geometry, integrity::Have};

    use super::*;
    use crate::coordinator::sending::plan::testing::{CHUNK, plan, taken};

    #[test]
    fn nothing_goes_out_before_accept_nor_before_its_entry() {
        let mut plan = plan(ParityMode::Off, &[CHUNK, CHUNK]);
        plan.set_open(false);
        assert!(plan.take().is_none());
        plan.set_open(true);
        plan.announced(1);
        assert_eq!(taken(plan.take()), [(0, 0)]);
        assert!(plan.take().is_none());
        plan.announced(2);
        assert_eq!(taken(plan.take()), [(1, 0)]);
    }

    #[test]
    fn small_files_share_a_stream_and_large_chunks_have_their_own() {
        let mut plan = plan(ParityMode::Off, &[10, 20, 2 * CHUNK, 5]);
        assert_eq!(taken(plan.take()), [(0, 0), (1, 0)]);
        assert_eq!(taken(plan.take()), [(2, 0)]);
        assert_eq!(taken(plan.take()), [(2, 1)]);
        assert_eq!(taken(plan.take()), [(3, 0)]);
        assert!(plan.take().is_none());
    }

    #[test]
    fn what_is_durable_is_not_sent_again_and_lost_values_are_only_hashed() {
        let mut plan = plan(ParityMode::Off, &[4 * CHUNK]);
        plan.restore(FileId(0), 0, Checksum([1; 32]));
        let mut have = Have::default();
        have.insert_range(1..3);
        assert_eq!(plan.durable(FileId(0), &have).len(), 2);
        assert!(matches!(plan.take(), Some(Work::Hash(piece)) if piece.index == 1));
        assert!(matches!(plan.take(), Some(Work::Hash(piece)) if piece.index == 2));
        assert_eq!(taken(plan.take()), [(0, 3)]);
    }

    #[test]
    fn a_chunk_asked_for_again_goes_first_and_only_three_times() {
        let mut plan = plan(ParityMode::Off, &[4 * CHUNK]);
        assert_eq!(taken(plan.take()), [(0, 0)]);
        assert!(plan.again(FileId(0), 0..1));
        assert_eq!(taken(plan.take()), [(0, 0)]);
        assert!(plan.again(FileId(0), 0..1));
        assert!(!plan.again(FileId(0), 0..1));
        assert!(
            plan.again(FileId(0), 9..u32::MAX),
            "chunks that are not there cost nothing"
        );
    }

    #[test]
    fn parity_is_due_when_the_last_value_of_its_stripe_is_known() {
        let geometry = Geometry::new(2, 1).expect("valid");
        let mut plan = plan(ParityMode::Always(geometry), &[3 * CHUNK]);
        for _ in 0..3 {
            plan.take();
        }
        assert!(!plan.hashed(FileId(0), 0, Checksum([0; 32])));
        assert!(plan.hashed(FileId(0), 1, Checksum([1; 32])));
        match plan.take() {
            Some(Work::Parity(work)) => {
                assert_eq!((work.stripe, work.pieces.len(), work.parity), (0, 2, 1));
            }
            other => panic!("no parity: {other:?}"),
        }
        assert!(
            plan.hashed(FileId(0), 2, Checksum([2; 32])),
            "the short last stripe"
        );
    }
}
