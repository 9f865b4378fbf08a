//! What one direction of a link has seen.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

/// Packets and bytes are those of IP.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Counters {
    /// That came to the link.
    pub(crate) packets: u64,
    /// That came to the link.
    pub(crate) bytes: u64,
    /// Lost on the way.
    pub(crate) lost: u64,
    /// Found the queue full.
    pub(crate) dropped: u64,
    /// That arrived at the other end.
    pub(crate) delivered_bytes: u64,
    /// The same by the port that the packets were for.
    #[serde(skip)]
    pub(crate) by_port: BTreeMap<u16, u64>,
    /// How long packets waited in the queue.
    #[serde(skip)]
    pub(crate) queue: Delays,
    /// How late packets were handed over, which is the emulator's fault.
    #[serde(skip)]
    pub(crate) late: Delays,
}

impl Counters {
    /// A packet has arrived.
    pub(crate) fn arrived(&mut self, packet: &[u8]) {
        let bytes = packet.len() as u64;
        self.delivered_bytes += bytes;
        if let Some(port) = port(packet) {
            *self.by_port.entry(port).or_default() += bytes;
        }
    }

    /// Of a device that only counts bytes.
    pub(crate) fn of_bytes(bytes: u64) -> Self {
        Self {
            bytes,
            delivered_bytes: bytes,
            ..Self::default()
        }
    }
}

/// The port that a TCP or UDP packet of IPv4 is for.
fn port(packet: &[u8]) -> Option<u16> {
    let (first, protocol) = (*packet.first()?, *packet.get(9)?);
    if first >> 4 != 4 || !matches!(protocol, 6 | 17) {
        return None;
    }
    let at = usize::from(first & 15) * 4 + 2;
    let port = packet.get(at..at + 2)?;
    Some(u16::from_be_bytes([port[0], port[1]]))
}

/// How often which delay was seen, in steps of [`STEP`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Delays {
    counts: Vec<u32>,
    total: u64,
}

/// Finer than any figure that is told.
const STEP: Duration = Duration::from_micros(50);
/// Longer ones count as this many steps: 2 seconds.
const STEPS: usize = 40_000;

impl Delays {
    pub(crate) fn add(&mut self, delay: Duration) {
        let step = usize::try_from(delay.as_micros() / STEP.as_micros()).unwrap_or(STEPS);
        let step = step.min(STEPS - 1);
        if self.counts.len() <= step {
            self.counts.resize(step + 1, 0);
        }
        self.counts[step] = self.counts[step].saturating_add(1);
        self.total += 1;
    }

    /// The delay below which `share` of all are; None if there were none.
    pub(crate) fn quantile(&self, share: f64) -> Option<Duration> {
        let wanted = (self.total as f64 * share).ceil().max(1.0) as u64;
        let mut seen = 0;
        let step = self.counts.iter().position(|&count| {
            seen += u64::from(count);
            seen >= wanted
        })?;
        Some(STEP * step as u32 + STEP / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_within_a_step() {
        let mut delays = Delays::default();
        assert_eq!(delays.quantile(0.5), None);
        for ms in 1..=100 {
            delays.add(Duration::from_millis(ms));
        }
        let near = |share, ms: u64| {
            let told = delays.quantile(share).expect("some");
            assert!(told.abs_diff(Duration::from_millis(ms)) <= STEP, "{told:?}");
        };
        near(0.5, 50);
        near(0.95, 95);
        near(1.0, 100);
        near(0.0, 1);
    }

    #[test]
    fn arrivals_are_counted_by_the_port_they_are_for() {
        let mut packet = vec![0; 40];
        (packet[0], packet[9]) = (0x45, 17);
        packet[22..24].copy_from_slice(&443u16.to_be_bytes());
        let mut counters = Counters::default();
        counters.arrived(&packet);
        packet[9] = 1;
        counters.arrived(&packet);
        counters.arrived(&[0x45]);
        assert_eq!(counters.delivered_bytes, 81);
        assert_eq!(counters.by_port, BTreeMap::from([(443, 40)]));
    }

    #[test]
    fn delays_beyond_the_last_step_count_as_the_last() {
        let mut delays = Delays::default();
        delays.add(Duration::from_secs(3600));
        assert_eq!(delays.counts.len(), STEPS);
        assert!(delays.quantile(0.5).expect("one") < Duration::from_secs(2));
    }
}
