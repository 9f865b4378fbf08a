//! Hears from the committer's log what each batch had and took.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use serde::Serialize;
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    filter::Targets,
    layer::{Context, Layer, SubscriberExt as _},
    util::SubscriberInitExt as _,
};

/// Where the committer logs from.
const TARGET: &str = "chunkstream_engine::coordinator::committer";

/// One batch.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub(super) struct OneBatch {
    pub(super) chunks: u64,
    pub(super) bytes: u64,
    /// Microseconds until the content was durable.
    pub(super) sync_us: u64,
    /// And from then until its rows were.
    pub(super) rows_us: u64,
}

/// What has been heard and not taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Listener(Arc<Mutex<Vec<OneBatch>>>);

impl Listener {
    /// Hears everything from now on; once in a process.
    pub(super) fn install() -> anyhow::Result<Self> {
        let listener = Self::default();
        let only = Targets::new().with_target(TARGET, Level::DEBUG);
        tracing_subscriber::registry()
            .with(listener.clone().with_filter(only))
            .try_init()?;
        Ok(listener)
    }

    /// What has been heard since the last time.
    pub(super) fn take(&self) -> Vec<OneBatch> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<S: Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut batch = OneBatch::default();
        event.record(&mut batch);
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(batch);
    }
}

impl Visit for OneBatch {
    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "chunks" => self.chunks = value,
            "bytes" => self.bytes = value,
            "sync_us" => self.sync_us = value,
            "rows_us" => self.rows_us = value,
            _ => {}
        }
    }

    fn record_debug(&mut self, _field: &Field, _value: &dyn fmt::Debug) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_heard_with_its_figures_and_nothing_else_is() {
        let listener = Listener::default();
        let only = Targets::new().with_target(TARGET, Level::DEBUG);
        let subscriber = tracing_subscriber::registry().with(listener.clone().with_filter(only));
        tracing::subscriber::with_default(subscriber, || {
            tracing::debug!(target: TARGET, chunks = 3_usize, bytes = 7_u64, sync_us = 2_u64, rows_us = 1_u64, "batch");
            tracing::debug!(chunks = 9_usize, "something else");
        });
        let expected = OneBatch {
            chunks: 3,
            bytes: 7,
            sync_us: 2,
            rows_us: 1,
        };
        assert_eq!(listener.take(), [expected]);
        assert_eq!(listener.take(), []);
    }
}
