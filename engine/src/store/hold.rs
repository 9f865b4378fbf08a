//! Keeps virtual time from running ahead of SQLite.
//!
//! SQLite works on threads of its own. With tokio's clock paused, a runtime whose tasks all wait for such
//! a thread looks idle, and the clock jumps to the next timer: a transfer on a simulated network would
//! time out while it waits for a commit. tokio does not advance the clock while a blocking task runs, so
//! a [`BlockingHold`] keeps one parked for as long as a store call lasts. Outside such tests: [`NoHold`].

use std::sync::mpsc;

/// Whatever must live as long as one store call.
pub type Guard = Box<dyn Send>;

/// Makes a guard for each store call.
pub trait Hold: std::fmt::Debug + Send + Sync + 'static {
    /// Called when a store call begins; what it returns is dropped when the call ends.
    fn hold(&self) -> Guard;
}

/// Holds nothing: for real clocks.
#[derive(Clone, Copy, Default, Debug)]
pub struct NoHold;

impl Hold for NoHold {
    fn hold(&self) -> Guard {
        Box::new(())
    }
}

/// Keeps a blocking task of the current runtime parked, and with it a paused clock at its place.
///
/// Outside a runtime it holds nothing.
#[derive(Clone, Copy, Default, Debug)]
pub struct BlockingHold;

impl Hold for BlockingHold {
    fn hold(&self) -> Guard {
        let (release, parked) = mpsc::channel::<()>();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            // Nothing is ever sent: the task ends when the guard, the sender, is dropped.
            runtime.spawn_blocking(move || parked.recv().is_err());
        }
        Box::new(release)
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use tokio::time::Instant;

    use super::*;
    use crate::store::Store;

    /// An hour-long timer stands ready to be jumped to at every wait.
    #[tokio::test(start_paused = true)]
    async fn a_paused_clock_stands_still_while_the_store_works() {
        let alarm = tokio::spawn(tokio::time::sleep(Duration::from_secs(3600)));
        let start = Instant::now();
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("store.db");
        for store in [
            Store::in_memory(Arc::new(BlockingHold))
                .await
                .expect("a store in memory"),
            Store::open(&file, Arc::new(BlockingHold))
                .await
                .expect("a store in a file"),
        ] {
            for round in 0..200 {
                store
                    .set_setting("round", &round.to_string())
                    .await
                    .expect("a write");
                let read = store.setting("round").await.expect("a read");
                assert_eq!(read, Some(round.to_string()));
            }
            let calls = (0..50).map(|n| {
                let store = store.clone();
                tokio::spawn(async move { store.set_setting(&format!("key {n}"), "value").await })
            });
            for call in calls.collect::<Vec<_>>() {
                call.await.expect("no panic").expect("a write");
            }
            store.close().await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert!(!alarm.is_finished());
        // And it runs again once nothing is held.
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(start.elapsed(), Duration::from_secs(1));
    }

    /// Without this the test above would prove nothing.
    #[tokio::test(start_paused = true)]
    async fn without_a_hold_the_clock_jumps() {
        let start = Instant::now();
        let alarm = tokio::spawn(tokio::time::sleep(Duration::from_secs(3600)));
        let store = Store::in_memory(Arc::new(NoHold)).await;
        // The jump can be so far that even waiting for a connection timed out.
        if let Ok(store) = store {
            for round in 0..300 {
                drop(store.set_setting("round", &round.to_string()).await);
            }
        }
        assert!(start.elapsed() > Duration::ZERO);
        drop(alarm);
    }

    #[test]
    fn outside_a_runtime_nothing_is_held() {
        drop(BlockingHold.hold());
    }
}
