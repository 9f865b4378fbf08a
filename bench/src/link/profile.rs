//! The links that are measured, by name.

use std::time::Duration;

use super::{loss::Loss, wander::Jitter};

/// A named link.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Profile {
    pub(crate) name: String,
    /// None: a plain veth pair.
    pub(crate) shape: Option<Shape>,
}

/// What a link does to packets, in both directions alike.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Shape {
    /// Bits per second, headers from IP on included.
    pub(crate) rate: u64,
    /// One way, without jitter.
    pub(crate) delay: Duration,
    /// Bytes that wait before the link; what comes when it is full is dropped.
    pub(crate) queue: u64,
    pub(crate) jitter: Option<Jitter>,
    pub(crate) loss: Loss,
}

/// What can be named.
pub(crate) const NAMES: [&str; 12] = [
    "veth",
    "lan",
    "fibre",
    "wan-0",
    "wan-1",
    "wan-2",
    "wan-5",
    "wan-10",
    "satellite",
    "wifi-burst",
    "wifi-fade",
    "mobile",
];

impl Shape {
    /// A link of `megabits` per second and a round-trip time, with a queue of one bandwidth-delay product.
    fn new(megabits: u64, rtt: Duration, loss: Loss) -> Self {
        let mut shape = Self {
            rate: megabits * 1_000_000,
            delay: rtt / 2,
            queue: 0,
            jitter: None,
            loss,
        };
        // Not below what one burst of a few packets needs.
        shape.queue = shape.bandwidth_delay_product().max(32 * 1024);
        shape
    }

    /// Bytes under way when the link is just full.
    pub(crate) fn bandwidth_delay_product(&self) -> u64 {
        let rtt = u64::try_from((self.delay * 2).as_micros()).unwrap_or(u64::MAX);
        self.rate / 8 * rtt / 1_000_000
    }
}

impl Profile {
    /// The profile of that name; `wan-3` and the like work as well.
    ///
    /// # Errors
    /// Says what the names are.
    pub(crate) fn named(name: &str) -> Result<Self, String> {
        let shape = match name {
            "veth" => None,
            "lan" => Some(Shape::new(1000, Duration::from_micros(200), Loss::None)),
            "fibre" => Some(Shape::new(
                300,
                Duration::from_millis(20),
                Loss::random(0.001),
            )),
            "satellite" => Some(Shape::new(
                50,
                Duration::from_millis(600),
                Loss::random(0.01),
            )),
            "wifi-burst" => Some(Shape::new(
                100,
                Duration::from_millis(30),
                Loss::bursts(0.03, 8.0),
            )),
            "wifi-fade" => Some(Shape::new(
                100,
                Duration::from_millis(30),
                Loss::fades(0.03, Duration::from_millis(20)),
            )),
            "mobile" => Some(Shape {
                jitter: Some(Jitter {
                    most: Duration::from_millis(20),
                    period: Duration::from_millis(100),
                    reorders: false,
                }),
                ..Shape::new(30, Duration::from_millis(80), Loss::random(0.02))
            }),
            _ => Some(Shape::new(
                200,
                Duration::from_millis(100),
                Loss::random(percent(name).ok_or_else(|| {
                    format!(
                        "the cells are {} (and wan-N for N % loss)",
                        NAMES.join(", ")
                    )
                })?),
            )),
        };
        Ok(Self {
            name: name.to_owned(),
            shape,
        })
    }
}

/// N of `wan-N` as a share.
fn percent(name: &str) -> Option<f64> {
    let percent: f64 = name.strip_prefix("wan-")?.parse().ok()?;
    (0.0..=100.0).contains(&percent).then_some(percent / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_profile_and_others_are_not() {
        for name in NAMES {
            assert!(Profile::named(name).is_ok(), "{name}");
        }
        for name in ["", "wan", "wan-", "wan--1", "wan-101", "wan-nan", "lan-1"] {
            assert!(Profile::named(name).is_err(), "{name}");
        }
    }

    #[test]
    fn the_queue_is_one_bandwidth_delay_product() {
        let wan = Profile::named("wan-1").expect("known").shape.expect("one");
        assert_eq!(wan.queue, 2_500_000);
        let satellite = Profile::named("satellite")
            .expect("known")
            .shape
            .expect("one");
        assert_eq!(satellite.queue, 3_750_000);
    }
}
