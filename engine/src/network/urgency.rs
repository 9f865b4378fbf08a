//! Which stream's bytes leave first: the priorities that streams have inside quinn.
//!
//! quinn sends lost data again behind everything that waits with the same priority (`push_pending` of
//! quinn-proto 0.11.19). With a few windows of chunks written ahead, each lost packet would wait for all of
//! them, and its chunk's memory with it. So a chunk stream that is older comes first: what is lost leaves at
//! once, and chunks end in the order in which they began.

use chunkstream_core::priority::Priority;
use quinn::{StreamId, VarInt};

/// Control streams come before all chunks.
pub(crate) const CONTROL: i32 = i32::MAX;
/// So many streams have an order among each other; after them it begins anew, which for a moment lets younger
/// ones pass.
const AGES: u64 = 1 << 29;

/// The priority of a stream of chunks: Critical first, the older first. High and Normal share by the order in which
/// they are opened.
pub(crate) fn of_chunks(priority: Priority, stream: StreamId) -> i32 {
    let age = VarInt::from(stream).into_inner() >> 2;
    let age = i32::try_from(age % AGES).unwrap_or(0);
    let first = match priority {
        Priority::Critical => AGES as i32,
        Priority::High | Priority::Normal => 0,
    };
    first - age
}

#[cfg(test)]
mod tests {
    use quinn::{Dir, Side};

    use super::*;

    fn stream(index: u64) -> StreamId {
        StreamId::new(Side::Client, Dir::Uni, index)
    }

    #[test]
    fn an_older_stream_comes_first_and_critical_before_every_other() {
        let normal = |index| of_chunks(Priority::Normal, stream(index));
        assert!(normal(0) > normal(1));
        assert!(normal(7) > normal(AGES - 1));
        assert_eq!(normal(3), of_chunks(Priority::High, stream(3)));
        assert!(of_chunks(Priority::Critical, stream(AGES - 1)) > normal(0));
        assert!(CONTROL > of_chunks(Priority::Critical, stream(0)));
    }
}
