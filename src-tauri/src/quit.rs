//! Ending in order: the engine stops first and keeps every transfer, then the process ends.
//!
//! A person who quits while transfers are under way is asked first, by the main window's page; signals and
//! the end of the desktop session do not ask.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tauri::{AppHandle, Emitter, Manager, Runtime};

use crate::{
    backend::{Engine, Nothing, State, TransferView},
    hand_over::HandOver,
    shell::Shell,
    windows,
};

/// An engine that has not stopped by then is left behind; what is durable is durable.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// The event by which the main window's page learns that it is to ask; its payload is how many transfers
/// are under way. It answers with the command `quit`.
pub const ASKED: &str = "quit-asked";

/// Whether the end has begun.
#[derive(Default)]
pub struct Ending(AtomicBool);

/// A page that has not shown the question by then may hang. Who asks for the end before has pressed twice by mistake.
const SEEN: Duration = Duration::from_secs(3);

/// Since when a person has been asked and has not answered.
#[derive(Default)]
pub struct Asking(Mutex<Option<Instant>>);

impl Asking {
    /// A person is asked. How long the question has stood, if it was asked before.
    fn begin(&self) -> Option<Duration> {
        let mut since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = since.map(|since| since.elapsed());
        since.get_or_insert_with(Instant::now);
        before
    }

    fn end(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Quits if nothing is under way, else asks. Asked for again while the question has stood for [`SEEN`], it does not ask
/// again: the page that was to ask may hang.
pub fn ask<R: Runtime>(app: &AppHandle<R>) {
    ask_or(app, true);
}

/// The same for keys, which are pressed twice by mistake: while the question stands, it is shown again.
pub fn ask_once<R: Runtime>(app: &AppHandle<R>) {
    ask_or(app, false);
}

fn ask_or<R: Runtime>(app: &AppHandle<R>, insists: bool) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let active = match app.try_state::<Shell>() {
            Some(shell) => under_way(
                &shell
                    .engine()
                    .transfers(Nothing {})
                    .await
                    .unwrap_or_default(),
            ),
            None => 0,
        };
        let can_ask = app.state::<HandOver>().is_heard(windows::MAIN);
        let stood = app.state::<Asking>().begin();
        let hangs = insists && stood.is_some_and(|stood| stood >= SEEN);
        if active == 0 || !can_ask || hangs {
            return begin(&app);
        }
        windows::show(&app, windows::MAIN);
        if let Err(error) = app.emit_to(windows::MAIN, ASKED, active) {
            tracing::warn!(%error, "the page cannot be asked");
            begin(&app);
        }
    });
}

/// The person's answer.
pub fn answer<R: Runtime>(app: &AppHandle<R>, now: bool) {
    app.state::<Asking>().end();
    if now {
        begin(app);
    }
}

/// Transfers whose bytes move or are about to.
fn under_way(transfers: &[TransferView]) -> usize {
    let moves = |view: &&TransferView| {
        matches!(
            view.state,
            State::Preparing | State::Active | State::Completing
        )
    };
    transfers.iter().filter(moves).count()
}

/// Whether the process is about to end.
pub fn has_begun<R: Runtime>(app: &AppHandle<R>) -> bool {
    app.state::<Ending>().0.load(Ordering::SeqCst)
}

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
