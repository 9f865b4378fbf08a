//! Retrying a transfer that failed or was cancelled.

use super::Engine;
use crate::api::{Code, Failure, Nothing, TransferRequest};

impl Engine {
    /// A failed or cancelled transfer begins again and keeps what is durable.
    pub async fn retry(&self, request: TransferRequest) -> Result<Nothing, Failure> {
        Err(Failure::new(Code::IllegalState, "not yet").about(request.id))
    }
}
