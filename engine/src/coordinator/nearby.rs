//! What is in the local network.

use super::Engine;
use crate::api::{Failure, NearbyRequest, NearbyView};

impl Engine {
    /// What is in the local network.
    pub async fn nearby(&self, _: NearbyRequest) -> Result<NearbyView, Failure> {
        Ok(NearbyView::default())
    }
}
