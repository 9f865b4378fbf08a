//! Checking again what arrived against the roots with which it arrived.

use super::Engine;
use crate::api::{Code, Failure, Nothing, TransferRequest};

impl Engine {
    /// Begins to check what arrived; the transfer's view tells how far it is and what was found.
    pub async fn verify(&self, request: TransferRequest) -> Result<Nothing, Failure> {
        Err(Failure::new(Code::IllegalState, "not yet").about(request.id))
    }
}
