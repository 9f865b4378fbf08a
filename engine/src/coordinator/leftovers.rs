//! What unfinished transfers have left in their target folders.

use super::Engine;
use crate::api::{Code, Failure, Leftover, LeftoverRequest, Nothing};

impl Engine {
    /// What transfers that have ended unfinished, or that nobody knows any more, have left.
    pub async fn leftovers(&self, _: Nothing) -> Result<Vec<Leftover>, Failure> {
        Ok(Vec::new())
    }

    /// Removes one of them from the disk.
    pub async fn remove_leftover(&self, request: LeftoverRequest) -> Result<Nothing, Failure> {
        Err(Failure::new(Code::IllegalState, "not yet").about(request.path))
    }
}
