//! What holds all along and at the end: the sender counts nothing that the receiver has not, what has its own name is
//! whole, everything arrives, and little is sent again.

use chunkstream_engine::{
    api::TransferView,
    core::session::{Reason, State},
};

use crate::{CHUNK, RATE, Run};

/// What one fault may cost: what the sender keeps on its way to the peer, what the receiver writes between
/// two syncs, some chunks that are half there, and what goes early on the new connection: a sender that was killed
/// before it had recorded the answer does not know that the receiver has something.
const LOST_BY_FAULT: u64 = 4 * 1024 * 1024 + RATE / 8 / 4 + 1024 * 1024 + EARLY;
/// `EARLY_BYTES` of the engine.
const EARLY: u64 = 4 * 1024 * 1024;

impl Run {
    pub(crate) async fn look(&mut self) {
        if !(self.ada_runs && self.bob_runs) {
            return;
        }
        // The receiver's second: what moves in between moves there first.
        let sender = self.ada.view(&self.id).await;
        let Some(receiver) = self.receiver().await else {
            return;
        };
        if sender.reason == Some(Reason::Reconnecting) && self.sender_may_lead {
            self.sender_may_lead = false;
        }
        let spoken =
            sender.state == State::Active && sender.reason.is_none() || sender.state.is_final();
        if spoken && !self.sender_may_lead {
            assert!(
                sender.durable_bytes <= receiver.durable_bytes
                    || receiver.state == State::Completed,
                "the sender counts more bytes than the receiver\n{}\n{}\n{}",
                brief(&sender),
                brief(&receiver),
                self.log.join("\n")
            );
        }
    }

    /// Whatever stands in the inbox under its own name is whole.
    pub(crate) fn inbox_is_sound(&self) {
        for path in self.bob.disk.paths() {
            let Ok(relative) = path.strip_prefix("/inbox") else {
                continue;
            };
            let text = relative.to_string_lossy().into_owned();
            if text.is_empty() || text.starts_with(".chunkstream-") {
                continue;
            }
            let Some(expected) = self.files.get(&text) else {
                let folder = self
                    .files
                    .keys()
                    .any(|file| file.starts_with(&format!("{text}/")));
                assert!(folder, "{text} is nobody's\n{}", self.log.join("\n"));
                continue;
            };
            let found = self.bob.disk.read_file(&path).expect("it is there");
            assert!(
                found == *expected,
                "{text} is corrupt: {} bytes, {} sent\n{}",
                found.len(),
                expected.len(),
                self.log.join("\n")
            );
        }
    }

    pub(crate) fn everything_arrived(&self) {
        for (path, content) in &self.files {
            let found = self.bob.disk.read_file(format!("/inbox/{path}"));
            assert!(
                found.is_ok_and(|found| found == *content),
                "{path} did not arrive\n{}\n{:#?}",
                self.log.join("\n"),
                self.bob.disk.paths()
            );
        }
        let left = self.bob.staged();
        assert!(
            left.is_empty(),
            "left behind: {left:?}\n{}",
            self.log.join("\n")
        );
    }

    pub(crate) fn little_was_sent_again(&self, sender: &TransferView) {
        let sent = self.sent_before + sender.stats.chunks_sent;
        let again = sent.saturating_sub(self.chunks);
        let most = self.costly * LOST_BY_FAULT.div_ceil(CHUNK as u64) + self.forgotten + 32;
        assert!(
            again <= most,
            "{again} of {} chunks were sent again after {} faults\n{}",
            self.chunks,
            self.costly,
            self.log.join("\n")
        );
    }
}

pub(crate) fn brief(view: &TransferView) -> String {
    let failure = view.failure.as_ref().map(|failure| &failure.message);
    format!(
        "{:?}: {:?} {:?}, {} of {} bytes, {} of {} files, {failure:?}",
        view.direction,
        view.state,
        view.reason,
        view.durable_bytes,
        view.bytes,
        view.files_done,
        view.files
    )
}
