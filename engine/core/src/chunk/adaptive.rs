//! The chunk size for a path: smaller where a round trip is long or packets are lost.

use std::time::Duration;

use super::ChunkSize;

/// A round trip of this many seconds or more halves the chunk.
const MAX_RTT_CUT: f64 = 0.5;
/// A loss of this fraction or more cuts three tenths.
const MAX_LOSS_CUT: f64 = 0.3;

/// `base x (1 - min(rtt in s, 0.5)) x (1 - min(loss, 0.3))`, down to a power of two, at least 64 KiB.
///
/// `loss` is the fraction of packets lost; what is below 0 or no number counts as 0.
pub fn chunk_size(base: ChunkSize, rtt: Duration, loss: f64) -> ChunkSize {
    let rtt_cut = rtt.as_secs_f64().min(MAX_RTT_CUT);
    let loss = if loss.is_nan() { 0.0 } else { loss };
    let loss_cut = loss.clamp(0.0, MAX_LOSS_CUT);
    let bytes = f64::from(base.bytes()) * (1.0 - rtt_cut) * (1.0 - loss_cut);
    ChunkSize::at_most(bytes as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kib(base: u32, rtt_ms: u64, loss: f64) -> u32 {
        let base = ChunkSize::try_from(base << 10).expect("a chunk size");
        chunk_size(base, Duration::from_millis(rtt_ms), loss).bytes() >> 10
    }

    #[test]
    fn the_formula_gives_the_documented_sizes() {
        assert_eq!(kib(512, 0, 0.0), 512);
        assert_eq!(kib(512, 100, 0.0), 256);
        assert_eq!(kib(512, 500, 0.0), 256);
        assert_eq!(kib(512, 5_000, 0.0), 256);
        assert_eq!(kib(512, 500, 0.05), 128);
        assert_eq!(kib(1024, 400, 0.3), 256);
        assert_eq!(kib(1024, 0, 0.02), 512);
        assert_eq!(kib(64, 500, 0.3), 64);
    }

    #[test]
    fn a_loss_that_is_no_fraction_is_bounded() {
        assert_eq!(kib(512, 0, f64::NAN), 512);
        assert_eq!(kib(512, 0, -1.0), 512);
        assert_eq!(kib(512, 0, f64::INFINITY), 256);
    }

    proptest! {
        #[test]
        fn a_worse_path_never_gets_larger_chunks(
            rtt in 0u64..2_000, more_rtt in 0u64..2_000, loss in 0.0f64..1.0, more_loss in 0.0f64..1.0,
        ) {
            prop_assert!(kib(1024, rtt + more_rtt, loss + more_loss) <= kib(1024, rtt, loss));
        }
    }
}
