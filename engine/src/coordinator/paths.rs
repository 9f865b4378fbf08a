//! What connections learn of their paths, kept for the next ones: taken now and then and at the end of each.

use std::{sync::Arc, time::Duration};

use chunkstream_core::congestion::Observation;

use super::{Shared, peer::Link};
use crate::network::{network_of, seen_by};

/// When a connection is looked at first, and how often from then on: a process that is killed loses what was learnt
/// since.
const FIRST: Duration = Duration::from_secs(5);
const EVERY: Duration = Duration::from_secs(60);
/// So many packets more are worth another look.
const NEWS: u64 = 64;

/// Learns from a connection until it has ended.
pub(super) async fn learn(shared: Arc<Shared>, link: Arc<Link>) {
    let Ok(bound) = shared.endpoint.local_address() else {
        return;
    };
    let Some(network) = network_of(&link.connection, bound) else {
        return;
    };
    if let Some(loss) = shared.paths.loss(link.device, &network) {
        link.tails.expect(loss);
    }
    let (mut wait, mut known) = (FIRST, 0);
    loop {
        let ended = tokio::time::timeout(wait, link.connection.closed())
            .await
            .is_ok();
        wait = EVERY;
        let sent = link.connection.stats().path.sent_packets;
        // One that has moved has seen more than one path.
        let moved = !ended && network_of(&link.connection, bound).as_ref() != Some(&network);
        if !moved && sent >= known + if ended { 1 } else { NEWS } {
            known = sent;
            let seen = seen_by(&link.connection)
                .map(|seen| {
                    // Not what full queues have lost.
                    let loss = link.tails.loss(&link.connection);
                    Observation { loss, ..seen }
                })
                .and_then(|seen| shared.paths.learn(link.device, &network, seen));
            if let Some(row) = seen
                && let Err(error) = shared.store.set_path(link.device, &network, &row).await
            {
                tracing::debug!(%error, "what a path is like was not recorded");
            }
        }
        if ended || moved {
            return;
        }
    }
}
