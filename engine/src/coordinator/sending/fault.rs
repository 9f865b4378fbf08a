//! What goes wrong in a task that reads, for the session's task to act on: the first fault counts.

use std::sync::PoisonError;

use super::Outgoing;
use crate::api::{Code, Failure};

/// What went wrong in another task.
#[derive(Debug)]
pub(super) enum Fault {
    /// No mending helps.
    Fatal(Failure),
    /// A person may mend it: the transfer waits.
    Unreadable(Failure),
}

impl Outgoing {
    /// A failure that only the task can act on; the first one counts.
    pub(crate) fn fault(&self, failure: Failure) {
        self.note(Fault::Fatal(failure));
    }

    /// A failure of a chunk. A source that cannot be read may be again: a volume that was pulled, a folder
    /// that was locked.
    pub(super) fn chunk_failed(&self, failure: Failure) {
        self.note(if failure.code == Code::SourceUnreadable {
            Fault::Unreadable(failure)
        } else {
            Fault::Fatal(failure)
        });
    }

    fn note(&self, fault: Fault) {
        self.fault
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(fault);
        self.signal();
    }

    pub(super) fn take_fault(&self) -> Option<Fault> {
        self.fault
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}
