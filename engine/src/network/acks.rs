//! How often the peer is asked to acknowledge what we send (draft-ietf-quic-ack-frequency).
//!
//! RFC 9000 lets a receiver acknowledge every second packet. Building, sending and reading that is a third of the sender's
//! processor time where packets are many. Where they are few it costs nothing, and acknowledgements that come in steps of
//! several milliseconds blur the delay and the rate that congestion control measures.

use std::time::Duration;

use chunkstream_core::congestion::Advice;
use quinn::{AckFrequencyConfig, VarInt};

/// One packet more than this is acknowledged at a time at most.
const MOST: u32 = 9;
/// As many packets as the path carries in this time, if it is known.
const EACH: Duration = Duration::from_millis(1);
/// And at the latest after this. Shorter than RFC 9000's 25 ms: it is part of every time-out.
const DELAY: Duration = Duration::from_millis(5);
/// Bytes of a packet, about.
const PACKET: f64 = 1_400.0;

/// What the peer is asked for on a path that is remembered as `advice` says. A loss is let known at once: when
/// `overtaken` packets have come before it.
pub(super) fn frequency(advice: Option<Advice>, overtaken: u32) -> AckFrequencyConfig {
    let mut config = AckFrequencyConfig::default();
    config
        .ack_eliciting_threshold(VarInt::from_u32(unacknowledged(advice)))
        .max_ack_delay(Some(DELAY))
        // The draft recommends this number.
        .reordering_threshold(VarInt::from_u32(overtaken - 1));
    config
}

/// Packets that need no acknowledgement before the next one.
fn unacknowledged(advice: Option<Advice>) -> u32 {
    let Some(advice) = advice else {
        return MOST;
    };
    // A path on which nothing larger than the usual window fits is a slow one.
    let rate = advice.start.map_or(0, |start| start.rate);
    let packets = rate as f64 * EACH.as_secs_f64() / PACKET;
    (packets as u32).clamp(1, MOST)
}

#[cfg(test)]
mod tests {
    use chunkstream_core::congestion::Start;

    use super::*;

    fn known(bits_per_second: u64) -> Advice {
        let rtt = Duration::from_millis(80);
        Advice {
            initial_rtt: rtt,
            start: Some(Start {
                window: 300_000,
                rtt,
                variation: Duration::ZERO,
                rate: bits_per_second / 8,
                loss_ppm: 0,
            }),
        }
    }

    #[test]
    fn a_slow_path_is_acknowledged_each_millisecond_and_a_fast_one_each_ten_packets() {
        let packets = |rate| unacknowledged(Some(known(rate)));
        assert_eq!(packets(1_000_000_000), MOST);
        assert_eq!(packets(50_000_000), 4);
        assert_eq!(packets(30_000_000), 2);
        assert_eq!(packets(1_000_000), 1);
    }

    #[test]
    fn an_unknown_path_may_be_fast_and_one_without_a_large_window_is_slow() {
        assert_eq!(unacknowledged(None), MOST);
        let small = Advice {
            start: None,
            ..known(0)
        };
        assert_eq!(unacknowledged(Some(small)), 1);
    }
}
