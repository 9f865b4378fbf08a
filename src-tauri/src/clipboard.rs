//! Files that another program has put on the clipboard: a paste in the main window chooses them to be sent.
//!
//! Asked of the system, because a page is not told the paths of what is pasted into it.
//!
//! Non-goal: text. The pages paste that by themselves.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
use linux::read;
#[cfg(not(target_os = "linux"))]
use other::read;

use tauri::{AppHandle, Runtime};

use crate::backend::{Code, Failure};

/// Absolute paths; none if something else is on the clipboard.
///
/// # Errors
/// If the clipboard cannot be reached.
pub async fn files<R: Runtime>(app: &AppHandle<R>) -> Result<Vec<String>, Failure> {
    let (tell, told) = tokio::sync::oneshot::channel();
    app.run_on_main_thread(move || {
        read(move |files| {
            // Who waits for it is gone with its window.
            let _ = tell.send(files);
        });
    })
    .map_err(|error| cannot(&error))?;
    let files = told.await.map_err(|error| cannot(&error))?;
    Ok(files
        .into_iter()
        .map(|file| file.to_string_lossy().into_owned())
        .collect())
}

fn cannot(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(
        Code::Internal,
        format!("the clipboard cannot be read: {error}"),
    )
}
