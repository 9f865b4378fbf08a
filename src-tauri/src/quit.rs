//! Ending in order: the engine stops first and keeps every transfer, then the process ends.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tauri::{AppHandle, Manager, Runtime};

use crate::{backend::Engine, shell::Shell};

/// An engine that has not stopped by then is left behind; what is durable is durable.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Whether the end has begun.
#[derive(Default)]
pub struct Ending(AtomicBool);

/// Stops the engine and ends the process with code 0. A second call changes nothing.
pub fn begin<R: Runtime>(app: &AppHandle<R>) {
    if app.state::<Ending>().0.swap(true, Ordering::SeqCst) {
        return;
    }
    for window in app.webview_windows().values() {
        // At the end nothing depends on it.
        let _ = window.hide();
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Some(shell) = app.try_state::<Shell>() {
            stop(shell.engine()).await;
        }
        app.exit(0);
    });
}

/// The same when the system ends the process without asking ([`tauri::RunEvent::Exit`]).
pub fn at_exit<R: Runtime>(app: &AppHandle<R>) {
    if app.state::<Ending>().0.swap(true, Ordering::SeqCst) {
        return;
    }
    if let Some(shell) = app.try_state::<Shell>() {
        tauri::async_runtime::block_on(stop(shell.engine()));
    }
}

/// Quits when the session manager or a terminal asks for it.
#[cfg(unix)]
pub fn on_signals<R: Runtime>(app: &AppHandle<R>) {
    use tokio::signal::unix::{SignalKind, signal};
    for kind in [
        SignalKind::terminate(),
        SignalKind::interrupt(),
        SignalKind::hangup(),
    ] {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            match signal(kind) {
                Ok(mut signals) => {
                    signals.recv().await;
                    begin(&app);
                }
                Err(error) => tracing::warn!(%error, "a signal cannot be listened to"),
            }
        });
    }
}

/// Other systems tell by [`tauri::RunEvent::Exit`].
#[cfg(not(unix))]
pub fn on_signals<R: Runtime>(_: &AppHandle<R>) {}

async fn stop(engine: &Engine) {
    if tokio::time::timeout(PATIENCE, engine.shutdown())
        .await
        .is_err()
    {
        tracing::error!("the engine has not stopped in time");
    }
}
