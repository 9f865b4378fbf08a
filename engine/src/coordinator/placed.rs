//! Where what has arrived stands on the disk, for a shell that hands it to other programs.
//!
//! Asked by the numbers of a transfer and of a file, never by a path: whoever asks cannot name anything else. Not a
//! command, because only the process that asks can do something with the answer.
//!
//! Non-goal: saying whether it is still there. A person may have moved it since.

use std::path::PathBuf;

use chunkstream_core::{
    id::FileId,
    session::{Direction, State},
};

use super::{Engine, verify};
use crate::{
    api::{Code, Failure},
    store::Fate,
};

impl Engine {
    /// The places of all roots that a transfer has brought here, or of its file `file`.
    ///
    /// # Errors
    /// `NotFound` if there is no such transfer or file, or nothing of it has a place; `IllegalState` if the transfer
    /// goes out, has not completed, or has not brought the file.
    pub async fn placed(&self, id: &str, file: Option<u32>) -> Result<Vec<PathBuf>, Failure> {
        let shared = &self.shared;
        let transfer = shared.transfer(id)?;
        let session = transfer.session();
        if session.direction != Direction::Receiving || session.state() != State::Completed {
            let text = "only what has arrived whole has a place here";
            return Err(Failure::new(Code::IllegalState, text).about(id));
        }
        let roots = shared.store.roots(session.id, u32::MAX).await?;
        let places: Vec<PathBuf> = match file {
            None => roots
                .into_iter()
                .filter_map(|root| root.placed_path)
                .map(PathBuf::from)
                .collect(),
            Some(file) => {
                let page = shared.store.entries(session.id, FileId(file), 1).await?;
                let entry = page.into_iter().find(|entry| entry.file.0 == file);
                let entry = entry.ok_or_else(|| no_such(id, "there is no such file in it"))?;
                if entry.withdrawn || entry.fate == Fate::Unwanted {
                    let text = "it has not come with this transfer";
                    return Err(Failure::new(Code::IllegalState, text)
                        .about(entry.entry.path.as_str().to_owned()));
                }
                verify::place(session.direction, &entry, &roots)
                    .into_iter()
                    .collect()
            }
        };
        if places.is_empty() {
            return Err(no_such(id, "nothing of it has a place here"));
        }
        Ok(places)
    }
}

fn no_such(id: &str, text: &str) -> Failure {
    Failure::new(Code::NotFound, text).about(id)
}
