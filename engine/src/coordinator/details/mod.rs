//! What is behind a transfer's row: asked for about twice a second while somebody looks at it.
//!
//! Of a transfer that is served, the plan in memory tells, in slices, so that a stream never waits long for it. Of one
//! that has ended, the database does, once: what was found is kept while it holds. Nothing here changes anything.

mod entries;
mod maps;

use std::net::SocketAddr;

use chunkstream_core::{chunk::MAX_CELLS, id::TransferId};

pub(super) use self::maps::Maps;
use super::{Engine, Shared, Transfer};
use crate::{
    api::{ChunkMapView, Code, Details, DetailsRequest, Failure, PathView, TurnView},
    network::address::canonical,
};

/// Cells of a map unless told otherwise.
const CELLS: u32 = 1024;
/// Addresses that are shown beside the one in use.
const MAX_OTHERS: usize = 8;

impl Engine {
    /// What is behind one transfer's row.
    ///
    /// # Errors
    /// `Usage` for a map without cells or with too many.
    pub async fn details(&self, request: DetailsRequest) -> Result<Details, Failure> {
        let cells = request.cells.unwrap_or(CELLS);
        if cells == 0 || cells > MAX_CELLS {
            let text = format!("a map has between 1 and {MAX_CELLS} cells");
            return Err(Failure::new(Code::Usage, text));
        }
        let shared = &self.shared;
        let transfer = shared.transfer(&request.id)?;
        let id = transfer.session().id;
        let map = shared.chunk_map(&transfer, cells).await?;
        let sums = map.sums();
        let turns = shared.store.turns(id).await?;
        Ok(Details {
            chunks: ChunkMapView {
                count: sums.all,
                durable: sums.durable,
                in_flight: sums.flying,
                recovered: sums.rebuilt,
                map: map.text(),
            },
            turns: turns
                .into_iter()
                .map(|turn| TurnView {
                    at_ms: turn.at_ms,
                    state: turn.state,
                    reason: turn.reason,
                    about: turn.about,
                })
                .collect(),
            paths: shared.path_views(&transfer).await?,
        })
    }
}

impl Shared {
    /// The way in use, and others; none of a transfer that has ended.
    async fn path_views(&self, transfer: &Transfer) -> Result<Vec<PathView>, Failure> {
        let session = transfer.session();
        if session.state().is_final() {
            return Ok(Vec::new());
        }
        let (used, mut paths) = match self.path_in_use(session.id) {
            Some((address, path)) => (Some(address), vec![path]),
            None => (None, Vec::new()),
        };
        let others = self.addresses_of(session.peer()).await?;
        let others = others
            .into_iter()
            .filter(|address| Some(canonical(*address)) != used);
        paths.extend(others.take(MAX_OTHERS).map(|address| PathView {
            address: address.to_string(),
            in_use: false,
            rtt_ms: None,
            loss: None,
            window: None,
            mtu: None,
        }));
        Ok(paths)
    }

    fn path_in_use(&self, id: TransferId) -> Option<(SocketAddr, PathView)> {
        let links = self
            .links
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let connection = &links.get(&id)?.link.connection;
        if connection.close_reason().is_some() {
            return None;
        }
        let address = canonical(connection.remote_address());
        let path = connection.stats().path;
        let loss = path.lost_packets as f64 / path.sent_packets.max(1) as f64;
        let view = PathView {
            address: address.to_string(),
            in_use: true,
            rtt_ms: Some(path.rtt.as_secs_f64() * 1000.0),
            loss: Some(loss),
            window: Some(path.cwnd),
            mtu: Some(path.current_mtu),
        };
        Some((address, view))
    }
}
