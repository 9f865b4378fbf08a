//! Values of the chunks as they are read, and the roots of the files that they make: told once on each connection.

use chunkstream_core::{
    chunk::ParityMode,
    id::FileId,
    integrity::{Checksum, root_of_empty},
};

use super::SendPlan;

/// What is known of a chunk's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// This one.
    Value(Checksum),
    /// It has been let go of; the database has it.
    Recorded,
    /// Nothing: it has not been read.
    Nothing,
}

impl SendPlan {
    /// Takes the value of a chunk that has been read; true if a seal or parity has become due with it.
    pub(crate) fn hashed(&mut self, id: FileId, index: u32, value: Checksum) -> bool {
        let parity = self.parity;
        let Some(file) = self.files.get_mut(id.0 as usize) else {
            return false;
        };
        if file.finished || file.sealed || file.withdrawn || file.unwanted {
            return false;
        }
        if file.values.set(index, value).is_err() {
            return false;
        }
        let mut due = false;
        if let ParityMode::Always(_) = parity {
            let number = file.plan.stripe_of(index);
            let whole = file.plan.stripe(number).is_some_and(|stripe| {
                stripe
                    .chunks()
                    .all(|chunk| file.values.get(chunk).is_some())
            });
            if whole {
                self.parity_due.push_back((id, number));
                due = true;
            }
        }
        due
    }

    /// What is known of a chunk's value; None of an entry that is not there.
    pub(crate) fn known(&self, id: FileId, index: u32) -> Option<Known> {
        let file = self.files.get(id.0 as usize)?;
        Some(match file.values.get(index) {
            _ if file.finished => Known::Recorded,
            Some(value) => Known::Value(value),
            None => Known::Nothing,
        })
    }

    /// The root of a file whose every chunk has been read, once: the caller makes sure that the source has
    /// not changed and then calls [`SendPlan::seal`].
    pub(crate) fn complete_root(&self, id: FileId) -> Option<Checksum> {
        let file = self.files.get(id.0 as usize)?;
        if file.sealed || file.finished || self.is_passed_over(id) {
            return None;
        }
        file.values.root()
    }

    /// Files with every value known that have not been sealed: after a restart.
    pub(crate) fn unsealed_complete(&self) -> Vec<FileId> {
        (0..self.files.len() as u32)
            .map(FileId)
            .filter(|&id| self.complete_root(id).is_some())
            .collect()
    }

    /// The file's root may be told.
    pub(crate) fn seal(&mut self, id: FileId, root: Checksum) {
        if let Some(file) = self.files.get_mut(id.0 as usize)
            && !file.sealed
            && !file.withdrawn
        {
            file.sealed = true;
            self.sealed.push((id, root));
            if id == self.lead {
                self.first_root = Some(root);
            }
        }
    }

    /// The root of the first file, if every value of it has been known to this process.
    pub(crate) fn first_root(&self) -> Option<Checksum> {
        self.first_root
    }

    /// Whether there are roots to tell, of announced files.
    pub(crate) fn has_sealed(&self) -> bool {
        let mut sealed = self.sealed.iter();
        sealed.any(|(id, _)| (id.0 as usize) < self.announced)
    }

    /// Roots that have not been told on this connection, of announced files.
    pub(crate) fn take_sealed(&mut self, max: usize) -> Vec<(FileId, Checksum)> {
        let announced = self.announced;
        let mut told = Vec::new();
        self.sealed.retain(|&(id, root)| {
            let take = told.len() < max && (id.0 as usize) < announced;
            if take {
                told.push((id, root));
            }
            !take
        });
        told
    }

    /// A root that was told on an earlier connection goes into the queue of this one.
    pub(super) fn tell_root_again(&mut self, number: usize) {
        let file = &self.files[number];
        if !file.sealed || file.finished || file.unwanted {
            return;
        }
        let root = if file.plan.chunks() == 0 {
            Some(root_of_empty())
        } else {
            file.values.root()
        };
        self.sealed
            .extend(root.map(|root| (FileId(number as u32), root)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coordinator::sending::plan::testing::{CHUNK, plan};

    #[test]
    fn a_restart_tells_the_roots_once_more() {
        let mut plan = plan(ParityMode::Off, &[0, CHUNK]);
        assert_eq!(plan.take_sealed(10), [(FileId(0), root_of_empty())]);
        plan.hashed(FileId(1), 0, Checksum([3; 32]));
        let root = plan.complete_root(FileId(1)).expect("complete");
        plan.seal(FileId(1), root);
        assert_eq!(plan.take_sealed(10).len(), 1);
        plan.restart();
        plan.announced(2);
        assert_eq!(plan.take_sealed(10).len(), 2);
    }

    #[test]
    fn the_root_of_a_file_is_told_again_when_the_receiver_has_lost_that_it_does_not_want_it() {
        let mut plan = plan(ParityMode::Off, &[CHUNK, CHUNK]);
        plan.announced(2);
        for file in [0, 1] {
            plan.hashed(FileId(file), 0, Checksum([3; 32]));
            let root = plan.complete_root(FileId(file)).expect("complete");
            plan.seal(FileId(file), root);
        }
        assert_eq!(plan.take_sealed(10).len(), 2);
        // Both were compared and are there; then the receiver lost power, and knows that of the first only.
        plan.unwanted(&[(FileId(0), FileId(2))], false);
        plan.restart();
        plan.announced(2);
        assert_eq!(plan.take_sealed(10), []);
        plan.compare(&[FileId(1)], true);
        let change = plan.unwanted(&[(FileId(0), FileId(1))], true);
        assert_eq!(change, (1, CHUNK.cast_signed()));
        let told: Vec<FileId> = plan.take_sealed(10).into_iter().map(|(id, _)| id).collect();
        assert_eq!(told, [FileId(1)]);
    }
}
