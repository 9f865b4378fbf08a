//! The chunk size of a new transfer: by what is known of its path and by its limit.

use std::time::Duration;

use chunkstream_core::{
    chunk::{ChunkSize, adaptive},
    device::DeviceId,
};

use super::Shared;

/// A chunk takes no more than this part of a second of its transfer's limit: a chunk goes out as fast as the path
/// lets it, and what is limited is to flow evenly.
const PART_OF_LIMIT: u64 = 4;

impl Shared {
    /// The chunk size for a transfer to a device with a limit in bytes per second.
    pub(super) fn chunk_size_for(&self, device: DeviceId, limit: Option<u64>) -> ChunkSize {
        choose(self.path_to(device), limit)
    }

    /// Round trip and loss of the path to a device, if there is a connection now.
    fn path_to(&self, device: DeviceId) -> Option<(Duration, f64)> {
        let path = self.peers.get(device).link()?.connection.stats().path;
        let loss = path.lost_packets as f64 / path.sent_packets.max(1) as f64;
        Some((path.rtt, loss))
    }
}

/// By round trip and loss if they are known, and by a limit in bytes per second.
fn choose(path: Option<(Duration, f64)>, limit: Option<u64>) -> ChunkSize {
    let by_path = path.map_or(ChunkSize::DEFAULT, |(rtt, loss)| {
        // The rule is in whole milliseconds: a round trip on a LAN is none.
        let rtt = Duration::from_millis(rtt.as_millis() as u64);
        adaptive::chunk_size(ChunkSize::DEFAULT, rtt, loss)
    });
    let by_limit = limit.map_or(ChunkSize::MAX, |rate| {
        ChunkSize::at_most(u32::try_from(rate / PART_OF_LIMIT).unwrap_or(u32::MAX))
    });
    by_path.min(by_limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kib(path: Option<(u64, f64)>, limit: Option<u64>) -> u32 {
        let path = path.map(|(rtt_ms, loss)| (Duration::from_millis(rtt_ms), loss));
        choose(path, limit).bytes() >> 10
    }

    #[test]
    fn a_path_and_a_limit_make_chunks_smaller_and_neither_makes_them_larger() {
        assert_eq!(kib(None, None), 512);
        assert_eq!(kib(Some((0, 0.0)), None), 512);
        assert_eq!(kib(Some((100, 0.01)), None), 256);
        assert_eq!(kib(None, Some(1_000_000)), 128);
        assert_eq!(kib(None, Some(100)), 64);
        assert_eq!(kib(None, Some(1_000_000_000_000)), 512);
        assert_eq!(kib(Some((100, 0.01)), Some(3_000_000)), 256);
    }
}
