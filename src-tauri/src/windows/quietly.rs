//! A window that comes up without being asked for: it takes no keys. Somebody who types goes on typing where he was, and
//! the next blank presses no button of an offer that a stranger has sent.

use tauri::{Runtime, WebviewWindow};

/// Shows a hidden window without giving it the keyboard. On the main thread.
#[cfg(target_os = "linux")]
pub(super) fn show<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    use gtk::prelude::{GtkWindowExt, WidgetExt};
    let widget = window.gtk_window()?;
    // By GTK itself: Tauri would show it later, when the window may have the keyboard again. X11 only; on Wayland the
    // compositor decides, and gives none to a window whose program nobody has touched.
    widget.set_focus_on_map(false);
    widget.show_all();
    widget.set_focus_on_map(true);
    Ok(())
}

/// Shows a hidden window without giving it the keyboard. Written after Tauri's documentation and not tried.
#[cfg(not(target_os = "linux"))]
pub(super) fn show<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    window.set_focusable(false)?;
    let shown = window.show();
    window.set_focusable(true)?;
    shown
}
