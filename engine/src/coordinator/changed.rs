//! Sources that changed after they were announced: what a person decides about them.

use super::{Engine, session::Order};
use crate::api::{ChangedRequest, Failure, Nothing};

impl Engine {
    /// Decides about sources that changed after they were announced: all that have by now, and also about
    /// unreadable ones if those are what holds the transfer. It goes on then.
    pub async fn decide_changed(&self, request: ChangedRequest) -> Result<Nothing, Failure> {
        let transfer = self.shared.transfer(&request.id)?;
        let order = Order::Changed(request.choice);
        transfer.session().order(order).await?;
        Ok(Nothing {})
    }
}
