//! Ctrl-C and termination.

use std::io;

/// Returns at the first signal that asks this program to end.
#[cfg(unix)]
pub(crate) async fn heard() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

/// Returns at the first signal that asks this program to end.
#[cfg(not(unix))]
pub(crate) async fn heard() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
