//! The icon in the tray and its menu: the way back to a closed window, and the only way to quit.
//!
//! Some desktops show nothing but the menu (no clicks, no tooltip), so everything is in the menu.

use tauri::{
    AppHandle, Runtime,
    menu::{Menu, MenuEvent, MenuItem, PredefinedMenuItem},
    tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent},
};

use crate::{quit, shell::Shell, windows};

const SHOW: &str = "show";
const INBOX: &str = "inbox";
const PAUSE: &str = "pause";
const RESUME: &str = "resume";
const QUIT: &str = "quit";

/// The menu's entries, top down: id and label. Tests and people rely on the labels.
pub const ENTRIES: [(&str, &str); 5] = [
    (SHOW, "Show ChunkStream Pro"),
    (INBOX, "Inbox"),
    (PAUSE, "Pause all"),
    (RESUME, "Resume all"),
    (QUIT, "Quit"),
];

/// Puts the icon into the tray.
pub fn create<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let menu = Menu::new(app)?;
    for (id, label) in ENTRIES {
        if matches!(id, PAUSE | QUIT) {
            menu.append(&PredefinedMenuItem::separator(app)?)?;
        }
        menu.append(&MenuItem::with_id(app, id, label, true, None::<&str>)?)?;
    }
    TrayIconBuilder::with_id("tray")
        .icon(tauri::include_image!("icons/tray.png"))
        .menu(&menu)
        .show_menu_on_left_click(false)
        .tooltip("ChunkStream Pro")
        .on_menu_event(|app, event| on_menu(app, &event))
        .on_tray_icon_event(|tray, event| on_click(tray, &event))
        .build(app)?;
    Ok(())
}

fn on_menu<R: Runtime>(app: &AppHandle<R>, event: &MenuEvent) {
    match event.id().as_ref() {
        SHOW => windows::show(app, windows::MAIN),
        INBOX => windows::show(app, windows::INBOX),
        PAUSE => Shell::command(app, "pause_all"),
        RESUME => Shell::command(app, "resume_all"),
        QUIT => quit::ask(app),
        _ => {}
    }
}

fn on_click<R: Runtime>(tray: &TrayIcon<R>, event: &TrayIconEvent) {
    if let TrayIconEvent::Click {
        button: MouseButton::Left,
        button_state: MouseButtonState::Up,
        ..
    } = event
    {
        windows::show(tray.app_handle(), windows::MAIN);
    }
}
