//! Chunks that go out with the offer, before the receiver has answered it.

use super::{SendPlan, Work};

impl SendPlan {
    /// Whether no chunk has ever been read: then none can have been sent, and the receiver can have found none.
    pub(crate) fn is_unread(&self) -> bool {
        self.files
            .iter()
            .all(|file| file.values.known() == 0 && !file.finished)
    }

    /// Lets chunks of so many bytes go out before the receiver has accepted.
    pub(crate) fn set_early(&mut self, bytes: u64) {
        self.early = bytes;
    }

    /// The next early chunk, if there is one for which the bytes suffice. Parity waits for Accept.
    pub(super) fn take_early(&mut self) -> Option<Work> {
        if self.early == 0 {
            // A look would pass over what is held to be durable before the receiver has said so.
            return None;
        }
        let (file, index, known) = self.peek()?;
        if known || self.piece(file, index).len() as u64 > self.early {
            return None;
        }
        let parity_due = std::mem::take(&mut self.parity_due);
        self.open = true;
        let work = self.take();
        self.open = false;
        self.parity_due = parity_due;
        // A stream that small chunks share may go over by less than a chunk.
        self.early = self.early.saturating_sub(work.as_ref()?.bytes() as u64);
        work
    }

    /// Whether every chunk of every entry has been taken, and nothing waits to go out once more.
    pub(crate) fn is_all_taken(&self) -> bool {
        self.scan_complete && self.cursor.0 >= self.files.len() && self.again.is_empty()
    }

    /// The receiver has not taken, or may not have, what went out early: it is sent as if it had never been.
    pub(crate) fn take_back_early(&mut self) {
        let announced = self.announced;
        self.restart();
        self.announced = announced;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use chunkstream_core::{
        chunk::ParityMode,
        id::FileId,
        integrity::{Checksum, Have},
    };

    use super::super::testing::{CHUNK, plan, taken};

    #[test]
    fn early_chunks_go_out_in_order_as_far_as_their_bytes_reach_and_the_rest_after_accept() {
        let mut plan = plan(ParityMode::Off, &[3 * CHUNK]);
        plan.set_open(false);
        assert!(plan.take().is_none());
        plan.set_early(2 * CHUNK + CHUNK / 2);
        assert_eq!(taken(plan.take()), [(0, 0)]);
        assert_eq!(taken(plan.take()), [(0, 1)]);
        assert!(plan.take().is_none(), "half a chunk is none");
        plan.set_open(true);
        assert_eq!(taken(plan.take()), [(0, 2)]);
    }

    #[test]
    fn what_is_taken_back_is_sent_once_more_and_its_root_told() {
        let mut plan = plan(ParityMode::Off, &[CHUNK]);
        plan.set_open(false);
        plan.set_early(CHUNK);
        assert_eq!(taken(plan.take()), [(0, 0)]);
        let value = Checksum([1; 32]);
        plan.hashed(FileId(0), 0, value);
        plan.seal(FileId(0), value);
        assert_eq!(plan.take_sealed(10).len(), 1);
        plan.take_back_early();
        assert!(plan.take().is_none(), "nothing more goes out early");
        plan.set_open(true);
        assert_eq!(taken(plan.take()), [(0, 0)]);
        assert_eq!(plan.take_sealed(10), [(FileId(0), value)]);
    }

    #[test]
    fn what_turns_out_to_be_lost_is_sent_though_somebody_asked_for_work_before_accept() {
        let mut plan = plan(ParityMode::Off, &[2 * CHUNK]);
        taken(plan.take());
        plan.hashed(FileId(0), 0, Checksum([1; 32]));
        plan.durable(FileId(0), &Have::full(1));
        plan.take_back_early();
        assert!(plan.take().is_none());
        plan.reconcile(&HashMap::new(), &[]);
        plan.set_open(true);
        assert_eq!(taken(plan.take()), [(0, 0)]);
    }

    #[test]
    fn early_chunks_are_over_with_a_pause_or_a_new_connection() {
        for end in [
            |plan: &mut super::SendPlan| plan.set_open(false),
            |plan: &mut super::SendPlan| plan.take_back_early(),
        ] {
            let mut plan = plan(ParityMode::Off, &[CHUNK]);
            plan.set_open(false);
            plan.set_early(CHUNK);
            end(&mut plan);
            assert!(plan.take().is_none());
        }
    }
}
