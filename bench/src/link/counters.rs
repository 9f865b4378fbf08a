//! What one direction of a link has seen.

use std::time::Duration;

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
    /// How long packets waited in the queue.
    #[serde(skip)]
    pub(crate) queue: Delays,
    /// How late packets were handed over, which is the emulator's fault.
    #[serde(skip)]
    pub(crate) late: Delays,
}

impl Counters {
    /// Of a device that only counts bytes.
    pub(crate) fn of_bytes(bytes: u64) -> Self {
        Self {
            bytes,
            delivered_bytes: bytes,
            ..Self::default()
        }
    }
}

/// How often which delay was seen, in steps of [`STEP`].
#[derive(Clone, Debug)]
pub(crate) struct Delays {
    counts: Vec<u32>,
    total: u64,
}

/// Finer than any figure that is told.
const STEP: Duration = Duration::from_micros(50);
/// Longer ones count as this many steps: 2 seconds.
const STEPS: usize = 40_000;

impl Default for Delays {
    fn default() -> Self {
        Self {
            counts: Vec::new(),
            total: 0,
        }
    }
}

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
    fn delays_beyond_the_last_step_count_as_the_last() {
        let mut delays = Delays::default();
        delays.add(Duration::from_secs(3600));
        assert_eq!(delays.counts.len(), STEPS);
        assert!(delays.quantile(0.5).expect("one") < Duration::from_secs(2));
    }
}
