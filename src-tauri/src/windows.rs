//! The two windows: made once, hidden by closing, shown again from the tray or by an offer. Without a tray the last one
//! that is closed ends the program.

#[cfg(target_os = "linux")]
mod pages;
mod quietly;

use std::path::Path;

use tauri::{
    AppHandle, Manager, Runtime, UserAttentionType, WebviewWindow, WebviewWindowBuilder, Window,
    WindowEvent,
};
use tauri_plugin_window_state::AppHandleExt;

use crate::{placing, problem, quit, tray::Host, words::Words};

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

/// Brings a window up, wherever it is, and gives it the keyboard: a person has asked for it.
pub fn show<R: Runtime>(app: &AppHandle<R>, label: &str) {
    let Some(window) = placed(app, label) else {
        return;
    };
    let shown = window
        .show()
        .and_then(|()| window.unminimize())
        .and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(label, %error, "the window cannot be shown");
    }
}

/// Shows a window that nobody has asked for: one that is hidden comes up without the keyboard, one that is on the screen,
/// or minimised, stays where it is and asks to be looked at.
pub fn announce<R: Runtime>(app: &AppHandle<R>, label: &'static str) {
    let owner = app.clone();
    let begun = app.run_on_main_thread(move || {
        let Some(window) = placed(&owner, label) else {
            return;
        };
        let announced = if window.is_visible().unwrap_or(false) {
            ask_for_attention(&window)
        } else {
            quietly::show(&window)
        };
        if let Err(error) = announced {
            tracing::warn!(label, %error, "the window cannot be announced");
        }
    });
    if let Err(error) = begun {
        tracing::warn!(label, %error, "the window cannot be reached");
    }
}

fn ask_for_attention<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    if window.is_focused()? {
        return Ok(());
    }
    window.request_user_attention(Some(UserAttentionType::Informational))
}

/// Shows a window on the task bar only.
pub fn show_minimised<R: Runtime>(app: &AppHandle<R>, label: &str) {
    let Some(window) = placed(app, label) else {
        return;
    };
    if let Err(error) = window.minimize().and_then(|()| window.show()) {
        tracing::warn!(label, %error, "the window cannot be shown");
    }
}

/// Whether a window is on the screen or minimised.
pub fn is_any_visible<R: Runtime>(app: &AppHandle<R>) -> bool {
    is_other_visible(app, None)
}

fn is_other_visible<R: Runtime>(app: &AppHandle<R>, but: Option<&str>) -> bool {
    let windows = app.webview_windows();
    let mut others = windows
        .iter()
        .filter(|(label, _)| but != Some(label.as_str()));
    others.any(|(_, window)| window.is_visible().unwrap_or(false))
}

/// The window of that label, on a screen that is there.
fn placed<R: Runtime>(app: &AppHandle<R>, label: &str) -> Option<WebviewWindow<R>> {
    let Some(window) = app.get_webview_window(label) else {
        tracing::error!(label, "there is no such window");
        return None;
    };
    if !window.is_visible().unwrap_or(true)
        && let Err(error) = placing::place(&window)
    {
        tracing::warn!(label, %error, "the window cannot be placed");
    }
    Some(window)
}

/// Closing hides: transfers go on, and the tray brings the window back. Without a tray, to close the last window is to quit.
pub fn on_event<R: Runtime>(window: &Window<R>, event: &WindowEvent) {
    match event {
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            close(window);
        }
        // What asked to be looked at is looked at; else it would not ask again.
        WindowEvent::Focused(true) => {
            if let Err(error) = window.request_user_attention(None) {
                tracing::debug!(%error, "the window cannot be calmed");
            }
        }
        _ => {}
    }
}

fn close<R: Runtime>(window: &Window<R>) {
    let app = window.app_handle();
    // There is nothing to go on with in the tray.
    if window.label() == problem::WINDOW {
        return problem::quit(app);
    }
    // Now, while it stands where it was: a hidden window stands nowhere.
    if let Err(error) = app.save_window_state(placing::remembered()) {
        tracing::warn!(%error, "the place of the windows cannot be kept");
    }
    let is_last = !Host::is_there(app) && !is_other_visible(app, Some(window.label()));
    if is_last {
        quit::ask(app);
        // The question is the main window's.
        if window.label() == MAIN {
            return;
        }
    }
    if let Err(error) = window.hide() {
        tracing::warn!(label = window.label(), %error, "the window cannot be hidden");
    }
}
