//! How much of something there is, summed over time: from the difference of two readings follows how much there was on
//! average between them, and for how long there was any.
//!
//! Non-goals: what is counted.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;

/// So much of something.
#[derive(Clone, Debug)]
pub(crate) struct Level(Arc<Mutex<Sums>>);

#[derive(Debug)]
struct Sums {
    now: u64,
    since: Instant,
    /// Of the amount x seconds.
    amount: f64,
    /// Seconds in which there was any.
    any: f64,
}

/// As long as this lives, so much more is there.
#[derive(Debug)]
pub(crate) struct During(Level, u64);

impl Level {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Sums {
            now: 0,
            since: Instant::now(),
            amount: 0.0,
            any: 0.0,
        })))
    }

    /// So much more is there until the returned value is dropped.
    pub(crate) fn during(&self, amount: u64) -> During {
        self.change(|sums| sums.now = sums.now.saturating_add(amount));
        During(self.clone(), amount)
    }

    /// The amount, summed over seconds.
    pub(super) fn amount(&self) -> f64 {
        self.change(|sums| sums.amount)
    }

    /// Seconds in which there was any.
    pub(super) fn any(&self) -> f64 {
        self.change(|sums| sums.any)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Sums) -> T) -> T {
        let mut sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let seconds = now.saturating_duration_since(sums.since).as_secs_f64();
        sums.since = now;
        sums.amount += sums.now as f64 * seconds;
        if sums.now > 0 {
            sums.any += seconds;
        }
        change(&mut sums)
    }
}

impl Drop for During {
    fn drop(&mut self) {
        let amount = self.1;
        self.0
            .change(|sums| sums.now = sums.now.saturating_sub(amount));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn amounts_add_up_over_time_and_time_counts_once() {
        let (level, second) = (Level::new(), Duration::from_secs(1));
        let five = level.during(5);
        tokio::time::advance(second).await;
        let three = level.during(3);
        tokio::time::advance(second).await;
        drop(five);
        tokio::time::advance(second).await;
        drop(three);
        tokio::time::advance(second).await;
        assert!((level.amount() - 16.0).abs() < 1e-9, "{}", level.amount());
        assert!((level.any() - 3.0).abs() < 1e-9, "{}", level.any());
    }
}
