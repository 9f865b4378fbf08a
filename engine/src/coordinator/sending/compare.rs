//! What a receiver has found of an earlier attempt, compared with what this side knows of its chunks.
//!
//! Only values that are known already are compared: of chunks that this side has read in this process, or that
//! the receiver acknowledged once. Nothing is read for it, so that an answer takes no time; what is not
//! known is sent.

use std::collections::HashMap;

use chunkstream_core::{
    id::FileId,
    integrity::{Checksum, Have},
};

use super::{Outgoing, plan::Known};
use crate::{api::Failure, coordinator::Shared};

impl Outgoing {
    /// Those of the named chunks that are as the source has them.
    pub(super) async fn compare(
        &self,
        shared: &Shared,
        files: Vec<(FileId, u32, Vec<Checksum>)>,
    ) -> Result<Vec<(FileId, Have)>, Failure> {
        let mut sound = Vec::new();
        for (file, first, checksums) in files {
            let mut have = Have::new();
            let mut recorded: Option<HashMap<u32, Checksum>> = None;
            for (index, checksum) in (first..).zip(checksums) {
                let known = self.plan().known(file, index);
                let value = match known {
                    None | Some(Known::Nothing) => continue,
                    Some(Known::Value(value)) => Some(value),
                    Some(Known::Recorded) => {
                        if recorded.is_none() {
                            let id = self.session.id;
                            let rows = shared.store.chunks_of_file(id, file).await?;
                            recorded = Some(rows.into_iter().collect());
                        }
                        recorded.as_ref().and_then(|rows| rows.get(&index).copied())
                    }
                };
                if value == Some(checksum) {
                    have.insert(index);
                }
            }
            if !have.is_empty() {
                sound.push((file, have));
            }
        }
        Ok(sound)
    }
}
