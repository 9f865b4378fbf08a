//! Dragging what has arrived out of a window, into a file manager or any other program.
//!
//! A page says which transfer, and which of its files; the engine says where these stand, and [`places`] whether they
//! may leave the program, as it does before something is opened. A page never names a path here.
//!
//! What another program gets are the files in their places, to be copied: nothing is moved away from here. All of what
//! was asked for is given or nothing, so that nobody takes a part for the whole.
//!
//! Non-goals: what is dragged into a window (the pages hear of that from Tauri), and telling what became of the files.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
use linux::begin;
#[cfg(not(target_os = "linux"))]
use other::begin;

use std::path::PathBuf;

use tauri::{Manager, Runtime, WebviewWindow, ipc::Channel};

use crate::{
    backend::{Code, Failure, Nothing, api::TransferRequest},
    places,
    shell::{Shell, blocking},
};

/// The system drags what a transfer has brought, or its file `file`, out of `window` from now on. `ended` is told once
/// the drag has ended, wherever it was dropped, and at once if the button is up already: then there is none.
pub async fn drag_out<R: Runtime>(
    window: WebviewWindow<R>,
    transfer: String,
    file: Option<u32>,
    ended: Channel<Nothing>,
) -> Result<(), Failure> {
    let files = files(window.state::<Shell>().inner(), &transfer, file).await?;
    let (begun, answer) = tokio::sync::oneshot::channel();
    let from = window.clone();
    let posted = window.run_on_main_thread(move || {
        let end = move || {
            if let Err(error) = ended.send(Nothing {}) {
                tracing::debug!(%error, "the page does not hear of the end of a drag");
            }
        };
        // Who waits for it is gone with its window.
        let _ = begun.send(begin(&from, files, end));
    });
    posted.map_err(|error| cannot(&error))?;
    answer.await.map_err(|error| cannot(&error))?
}

/// The real places of what is to be dragged.
async fn files(shell: &Shell, transfer: &str, file: Option<u32>) -> Result<Vec<PathBuf>, Failure> {
    let engine = shell.engine();
    let placed = engine.placed(transfer, file).await?;
    let inbox = engine.identity(Nothing {}).await?.inbox_folder;
    let request = TransferRequest {
        id: transfer.to_owned(),
    };
    let view = engine.transfer(request).await?;
    let real = move |place: PathBuf| places::brought(&place.to_string_lossy(), &inbox, &view);
    blocking(move || placed.into_iter().map(real).collect()).await
}

fn cannot(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(
        Code::Internal,
        format!("the system cannot drag it: {error}"),
    )
}
