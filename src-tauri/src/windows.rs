//! The two windows: made once, hidden by closing, shown again from the tray or by an offer.

#[cfg(target_os = "linux")]
mod pages;

use std::path::Path;

use tauri::{AppHandle, Manager, Runtime, WebviewWindowBuilder, Window, WindowEvent};
use tauri_plugin_window_state::AppHandleExt;

use crate::{placing, problem, words::Words};

/// The label of the window for sending, activity and devices.
pub const MAIN: &str = "main";
/// The label of the window for offers and what has arrived.
pub const INBOX: &str = "inbox";

/// Makes the configured windows, hidden. What the pages keep for themselves lies in the data folder, so
/// that two devices on one desktop do not share it.
pub fn create<R: Runtime>(app: &AppHandle<R>, data_folder: &Path) -> tauri::Result<()> {
    #[cfg(target_os = "linux")]
    let mut first = None;
    for config in &app.config().app.windows.clone() {
        let builder = WebviewWindowBuilder::from_config(app, config)?
            .data_directory(data_folder.join("webview"));
        #[cfg(target_os = "linux")]
        {
            let builder = match &first {
                Some(first) => pages::beside(builder, first)?,
                None => builder,
            };
            let window = builder.build()?;
            pages::revive(&window)?;
            first.get_or_insert(window);
        }
        #[cfg(not(target_os = "linux"))]
        builder.build()?;
    }
    Ok(())
}

/// Gives the windows their titles.
pub fn name<R: Runtime>(app: &AppHandle<R>, words: &Words) {
    let Some(inbox) = app.get_webview_window(INBOX) else {
        return;
    };
    if let Err(error) = inbox.set_title(&words.inbox_title) {
        tracing::warn!(%error, "the inbox window cannot be named");
    }
}

/// Brings a window up, wherever it is.
pub fn show<R: Runtime>(app: &AppHandle<R>, label: &str) {
    let Some(window) = app.get_webview_window(label) else {
        tracing::error!(label, "there is no such window");
        return;
    };
    if !window.is_visible().unwrap_or(true)
        && let Err(error) = placing::place(&window)
    {
        tracing::warn!(label, %error, "the window cannot be placed");
    }
    let shown = window
        .show()
        .and_then(|()| window.unminimize())
        .and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(label, %error, "the window cannot be shown");
    }
}

/// Closing hides: transfers go on, and the tray brings the window back.
pub fn on_event<R: Runtime>(window: &Window<R>, event: &WindowEvent) {
    if let WindowEvent::CloseRequested { api, .. } = event {
        api.prevent_close();
        // There is nothing to go on with in the tray.
        if window.label() == problem::WINDOW {
            return problem::quit(window.app_handle());
        }
        // Now, while it stands where it was: a hidden window stands nowhere.
        if let Err(error) = window.app_handle().save_window_state(placing::remembered()) {
            tracing::warn!(%error, "the place of the windows cannot be kept");
        }
        if let Err(error) = window.hide() {
            tracing::warn!(label = window.label(), %error, "the window cannot be hidden");
        }
    }
}
