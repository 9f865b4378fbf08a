//! Sources that changed after they were announced: what a person decides about them.

use super::Engine;
use crate::api::{ChangedRequest, Code, Failure, Nothing};

impl Engine {
    /// Decides about sources that changed after they were announced.
    pub async fn decide_changed(&self, request: ChangedRequest) -> Result<Nothing, Failure> {
        Err(Failure::new(Code::IllegalState, "not yet").about(request.id))
    }
}
