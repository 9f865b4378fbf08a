//! A ladder of named links, from good to bad. Each is the same in both directions, so loss hits data and
//! acknowledgements alike; each queue holds one bandwidth-delay product, as a well-kept router's does.

use std::time::Duration;

use crate::network::{Fades, GilbertElliott, Link};

/// A queue is never smaller: ten full packets.
const MIN_QUEUE: usize = 15_000;

fn link(round_trip: Duration, rate_bits: u64, loss: f64) -> Link {
    let product = (round_trip.as_secs_f64() * rate_bits as f64 / 8.0) as usize;
    Link {
        rate_bits: Some(rate_bits),
        delay: round_trip / 2,
        loss,
        queue_bytes: Some(product.max(MIN_QUEUE)),
        ..Link::default()
    }
}

/// Two computers on one switch: 1 Gbit/s is what most have, 0.2 ms what a switch and two kernels take.
/// (The simulation's clock makes 2 ms of it; the queue is that long.)
pub fn lan() -> Link {
    Link {
        queue_bytes: Some(250_000),
        ..link(Duration::from_micros(200), 1_000_000_000, 0.0)
    }
}

/// Two homes on fibre in one country: 20 ms, the slower upload of 300 Mbit/s, and the one packet in a
/// thousand that a Wi-Fi at the end loses; enough to hold a loss-based controller down.
pub fn fibre() -> Link {
    link(Duration::from_millis(20), 300_000_000, 0.001)
}

/// Another continent: 100 ms is across an ocean, 200 Mbit/s a good office line; nothing is lost but by
/// overfilling the queue.
pub fn wan_0() -> Link {
    wan(0.0)
}

/// 1 % loss: a line that people call fine, on which CUBIC makes a hundredth of the rate.
pub fn wan_1() -> Link {
    wan(0.01)
}

/// 2 % loss: the threshold above which some loss-tolerant controllers (BBR's newer kin) give up.
pub fn wan_2() -> Link {
    wan(0.02)
}

/// 5 % loss: a bad evening; one round trip rarely passes without a loss.
pub fn wan_5() -> Link {
    wan(0.05)
}

/// 10 % loss: the edge of what can be called a link.
pub fn wan_10() -> Link {
    wan(0.1)
}

fn wan(loss: f64) -> Link {
    link(Duration::from_millis(100), 200_000_000, loss)
}

/// A geostationary satellite: 600 ms is light and ground stations, 50 Mbit/s a better plan, 1 % weather.
pub fn satellite() -> Link {
    link(Duration::from_millis(600), 50_000_000, 0.01)
}

/// Wi-Fi behind two walls: 3 % on average, in bursts of 8 packets (an aggregated frame); 30 ms and
/// 100 Mbit/s. The chain stands still while nobody sends, so this is torture.
pub fn wifi_burst() -> Link {
    Link {
        burst: Some(GilbertElliott::bursts(0.03, 8.0)),
        ..link(Duration::from_millis(30), 100_000_000, 0.0)
    }
}

/// The same Wi-Fi as it is: gone for 20 ms at a time, whoever sends, 3 % of all time.
pub fn wifi_fade() -> Link {
    Link {
        fades: Some(Fades::average(0.03, Duration::from_millis(20))),
        ..link(Duration::from_millis(30), 100_000_000, 0.0)
    }
}

/// A telephone in a moving train: 80 ms and up to 20 ms more each way, 30 Mbit/s, 2 %.
pub fn mobile() -> Link {
    Link {
        jitter: Duration::from_millis(20),
        ..link(Duration::from_millis(80), 30_000_000, 0.02)
    }
}

/// The whole ladder with its names, best first.
pub fn all() -> [(&'static str, Link); 11] {
    [
        ("lan", lan()),
        ("fibre", fibre()),
        ("wan-0", wan_0()),
        ("wan-1", wan_1()),
        ("wan-2", wan_2()),
        ("wan-5", wan_5()),
        ("wan-10", wan_10()),
        ("satellite", satellite()),
        ("wifi-burst", wifi_burst()),
        ("wifi-fade", wifi_fade()),
        ("mobile", mobile()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_link_is_a_link_with_a_name_of_its_own() {
        let mut names: Vec<_> = all().iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 11);
        for (name, link) in all() {
            assert!((0.0..=1.0).contains(&link.loss), "{name}");
            let full = link.queue_bytes.map(|bytes| bytes / link.mtu);
            assert!(
                full.is_some_and(|packets| packets >= 10),
                "{name} has room for {full:?} packets"
            );
        }
    }
}
