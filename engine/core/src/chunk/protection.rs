//! How much parity the open streams of a tail get: decides, and knows no time and no network.
//!
//! A tail is what is still unacknowledged when nothing new is left to send. Retransmission repairs it too, one or two
//! round trips later; so parity is sent only where that is long, only for what a path really loses, and so much that in
//! ninety-nine tails of a hundred nothing needs to be asked for.

use std::time::Duration;

use super::tail::{MAX_PARITY, MAX_TAIL, SYMBOL};

/// Round trips shorter than this are not worth a byte of parity.
pub const LEAST_RTT: Duration = Duration::from_millis(10);
/// Expected lost packets of a tail below which it gets none: one in a hundred tails.
const LEAST_LOST: f64 = 0.01;
/// The chance that a tail still needs a retransmission.
const FAILURE: f64 = 0.01;
/// The measured loss is an estimate, and losses come in flocks: so much more is reckoned with.
const MARGIN: f64 = 1.25;
/// More loss than this is an outage, which parity does not mend.
const MOST_LOSS: f64 = 0.3;
/// Congestion windows of newest bytes that count as the tail: what is older has been repaired already.
const TAIL_WINDOWS: f64 = 1.25;
/// Of the congestion window, what all parity of a tail may take.
const MOST_OF_WINDOW: u64 = 2;
/// Datagrams that a tail may have even in a small window.
const ALWAYS: usize = 16;

/// What is known of the path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Path {
    /// The fraction of packets that it loses by itself.
    pub loss: f64,
    /// The round trip.
    pub rtt: Duration,
    /// Stream bytes in a full packet.
    pub packet: usize,
    /// Parity symbols in one datagram.
    pub symbols: usize,
    /// The congestion window, bytes.
    pub window: u64,
}

/// Parity symbols for each open stream of these lengths, the oldest stream first: 0 where none is worth it.
pub fn protect(path: &Path, open: &[usize]) -> Vec<u16> {
    let mut given = vec![0; open.len()];
    let packet = path.packet.max(SYMBOL);
    if path.rtt < LEAST_RTT || path.symbols == 0 {
        return given;
    }
    let (mut tail, mut first) = (0, open.len());
    while first > 0 && (tail as f64) < TAIL_WINDOWS * path.window as f64 {
        first -= 1;
        tail += open[first];
    }
    let packets = tail.div_ceil(packet) as f64;
    // A loss that is no number is none.
    if (packets * path.loss).max(0.0) < LEAST_LOST {
        return given;
    }
    let loss = (path.loss * MARGIN).min(MOST_LOSS);
    let failure = FAILURE / (open.len() - first) as f64;
    // A packet of n symbols that begins anywhere spoils the two at its ends as well.
    let spoiled = (packet + SYMBOL) as f64 / SYMBOL as f64;
    let share = usize::try_from(path.window / MOST_OF_WINDOW).unwrap_or(usize::MAX);
    let mut left = (share / (path.symbols * SYMBOL)).max(ALWAYS);
    for (given, &len) in given.iter_mut().zip(open).skip(first).rev() {
        if !(1..=MAX_TAIL).contains(&len) {
            continue;
        }
        let most = usize::from(MAX_PARITY) / path.symbols;
        let wanted = datagrams(
            len.div_ceil(packet),
            loss,
            spoiled / path.symbols as f64,
            failure,
        );
        // Half of what it takes helps in half of the cases or fewer; a stream gets it all or nothing.
        if wanted > left.min(most) {
            break;
        }
        left -= wanted;
        *given = (wanted * path.symbols) as u16;
    }
    given
}

/// The fewest datagrams with which `packets` need no retransmission but with a chance of `failure`, if each lost packet
/// takes `each` datagrams, and datagrams are lost as packets are.
fn datagrams(packets: usize, loss: f64, each: f64, failure: f64) -> usize {
    const MOST: usize = 1024;
    // At most so many packets lost, cumulative.
    let lost: Vec<f64> = binomial(packets, loss)
        .scan(0.0, |sum, chance| {
            *sum += chance;
            Some(*sum)
        })
        .collect();
    (1..MOST)
        .find(|&sent| {
            let arrives: f64 = binomial(sent, loss)
                .enumerate()
                .map(|(gone, chance)| {
                    let repaired = (sent - gone) as f64 / each;
                    chance * lost[(repaired as usize).min(lost.len() - 1)]
                })
                .sum();
            arrives >= 1.0 - failure
        })
        .unwrap_or(MOST)
}

/// The chances of 0, 1, ... `n` hits in `n` tries.
fn binomial(n: usize, p: f64) -> impl Iterator<Item = f64> {
    let mut chance = (1.0 - p).powf(n as f64);
    (0..=n).map(move |hits| {
        let this = chance;
        chance *= (n - hits) as f64 / (hits + 1) as f64 * p / (1.0 - p);
        this
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PATH: Path = Path {
        loss: 0.05,
        rtt: Duration::from_millis(100),
        packet: 1_400,
        symbols: 5,
        window: 2_500_000,
    };

    fn with(loss: f64) -> Path {
        Path { loss, ..PATH }
    }

    #[test]
    fn a_clean_path_and_a_short_one_get_no_parity_at_all() {
        assert_eq!(protect(&with(0.0), &[500_000; 4]), [0; 4]);
        assert_eq!(protect(&with(f64::NAN), &[500_000; 4]), [0; 4]);
        // A hundred tails of 70 packets, and less than one packet lost.
        assert_eq!(protect(&with(0.000_14), &[98_000]), [0]);
        assert_ne!(protect(&with(0.000_15), &[98_000]), [0]);
        let lan = Path {
            rtt: Duration::from_millis(9),
            ..PATH
        };
        assert_eq!(protect(&lan, &[98_000]), [0]);
        assert_eq!(protect(&PATH, &[]), [0; 0]);
    }

    #[test]
    fn a_short_file_gets_what_its_loss_asks_for() {
        let parity = |loss| protect(&with(loss), &[100_000])[0];
        assert_eq!([0.01, 0.02, 0.05, 0.1].map(parity), [30, 40, 70, 125]);
    }

    /// Packets are lost by the bytes of a hash: 13 of 256 is 5 %.
    #[test]
    fn ninety_nine_tails_in_a_hundred_need_no_retransmission() {
        let (packets, trials) = (100_000_usize.div_ceil(PATH.packet), 2_000_u32);
        let sent = usize::from(protect(&PATH, &[100_000])[0]) / PATH.symbols;
        let failed = (0..trials).filter(|trial| {
            let mut chances = vec![0; packets + sent];
            blake3::Hasher::new()
                .update(&trial.to_le_bytes())
                .finalize_xof()
                .fill(&mut chances);
            let lost = |chances: &[u8]| chances.iter().filter(|&&chance| chance < 13).count();
            let (data, parity) = chances.split_at(packets);
            // A lost packet spoils six or seven symbols.
            lost(data) * 7 > (sent - lost(parity)) * PATH.symbols
        });
        let failed = failed.count();
        assert!(failed <= 20, "{failed} of {trials}");
    }

    #[test]
    fn only_the_newest_window_is_the_tail_and_half_of_it_the_most_that_parity_takes() {
        let given = protect(&PATH, &[524_400; 20]);
        assert!(given[..14].iter().all(|&symbols| symbols == 0), "{given:?}");
        assert!(given[14..].iter().all(|&symbols| symbols > 0), "{given:?}");
        let bad = protect(&with(0.2), &[524_400; 20]);
        let bytes: usize = bad
            .iter()
            .map(|&symbols| usize::from(symbols) * SYMBOL)
            .sum();
        assert!(bytes <= 1_250_000 && bytes > 500_000, "{bytes}");
    }

    #[test]
    fn a_stream_too_long_for_parity_gets_none_and_hides_no_other() {
        let given = protect(&PATH, &[100_000, MAX_TAIL + 1, 0]);
        assert!(given[0] > 0);
        assert_eq!(given[1..], [0, 0]);
    }

    proptest! {
        #[test]
        fn more_loss_never_asks_for_less_for_one_short_file(
            len in 1usize..150_000, loss in 0.0f64..0.1, more in 0.0f64..0.1,
        ) {
            prop_assert!(protect(&with(loss + more), &[len]) >= protect(&with(loss), &[len]));
        }

        #[test]
        fn any_path_is_answered_within_the_limits(
            loss in -1.0f64..2.0, rtt in 0u64..2_000, packet in 0usize..10_000, symbols in 0usize..10,
            window in any::<u64>(), open in prop::collection::vec(0usize..2_000_000, 0..50),
        ) {
            let path = Path { loss, rtt: Duration::from_millis(rtt), packet, symbols, window };
            let given = protect(&path, &open);
            prop_assert_eq!(given.len(), open.len());
            prop_assert!(given.iter().all(|&symbols| symbols <= MAX_PARITY));
        }
    }
}
