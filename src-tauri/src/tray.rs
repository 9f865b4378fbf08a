//! The icon in the tray and its menu: what goes on at a glance, the way back to a closed window, and a way to quit.
//!
//! What is shown follows from the engine's state by pure functions: [`overview`] folds its updates, [`menu`] and
//! [`picture`] say what that looks like, [`difference`] what has to change. Here it is applied, at most once in
//! [`PACE`].

pub mod difference;
mod host;
pub mod menu;
pub mod overview;
pub mod picture;
mod shown;

use std::{path::Path, sync::Mutex, time::Duration};

use serde_json::{Value, json};
use tauri::{
    AppHandle, Manager, Runtime,
    image::Image,
    tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent},
};
use tokio::time::Instant;

use crate::{
    hand_over::{HandOver, Screen},
    language::Spoken,
    quit,
    shell::Shell,
    taskbar, windows,
};
pub(crate) use host::Host;
use menu::Action;
use overview::Overview;
use picture::Picture;
use shown::Shown;

/// Whatever changes, it is shown once in so long.
pub const PACE: Duration = Duration::from_secs(1);

const ID: &str = "tray";

/// What the tray shows; none without a tray.
struct Tray<R: Runtime> {
    icon: TrayIcon<R>,
    shown: Shown<R>,
    picture: Picture,
}

/// In Tauri's state: a click and the engine's updates come from different threads.
struct Slot<R: Runtime>(Mutex<Option<Tray<R>>>);

/// Puts the icon into the tray. What desktops need as files goes into the data folder, so that two devices on one
/// desktop do not take each other's.
pub fn create<R: Runtime>(app: &AppHandle<R>, data_folder: &Path) -> tauri::Result<()> {
    let shown = Shown::new(app, &entries(app, &Overview::default()))?;
    let icon = TrayIconBuilder::with_id(ID)
        .icon(plain())
        .temp_dir_path(data_folder.join("tray"))
        .menu(shown.menu())
        .show_menu_on_left_click(false)
        .tooltip("ChunkStream Pro")
        .on_menu_event(|app, event| on_menu(app, event.id().as_ref()))
        .on_tray_icon_event(|tray, event| on_click(tray, &event))
        .build(app)?;
    host::follow(app);
    app.manage(Slot(Mutex::new(Some(Tray {
        icon,
        shown,
        picture: Picture::Idle,
    }))));
    Ok(())
}

fn entries<R: Runtime>(app: &AppHandle<R>, overview: &Overview) -> Vec<menu::Entry> {
    menu::menu(overview, app.state::<Spoken>().words())
}

/// Follows the engine and the language for as long as the process lives: the tray, and the application's mark on the task bar.
pub fn follow<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    let mut updates = app.state::<Shell>().engine().subscribe();
    let mut languages = app.state::<Spoken>().changes();
    tauri::async_runtime::spawn(async move {
        let mut overview = Overview::default();
        let mut bar = taskbar::Bar::default();
        let (mut is_new, mut allowed) = (false, Instant::now());
        loop {
            tokio::select! {
                update = updates.next() => {
                    let Some(update) = update else { return };
                    overview.apply(&update);
                    is_new = true;
                }
                Ok(()) = languages.changed() => is_new = true,
                () = tokio::time::sleep_until(allowed), if is_new => {
                    show(&app, &overview);
                    taskbar::show(&app, &mut bar, &overview);
                    (is_new, allowed) = (false, Instant::now() + PACE);
                }
            }
        }
    });
}

fn show<R: Runtime>(app: &AppHandle<R>, overview: &Overview) {
    let (entries, picture) = (entries(app, overview), Picture::of(overview));
    with_tray(app, move |tray| {
        tray.shown.become_menu(&entries)?;
        if picture != tray.picture {
            tray.icon.set_icon(Some(painted(picture)))?;
            tray.picture = picture;
        }
        Ok(())
    });
}

fn with_tray<R: Runtime>(
    app: &AppHandle<R>,
    act: impl FnOnce(&mut Tray<R>) -> tauri::Result<()> + Send + 'static,
) {
    // Where menus live; and there a step is never between two others.
    let owner = app.clone();
    let begun = app.run_on_main_thread(move || {
        let Some(slot) = owner.try_state::<Slot<R>>() else {
            return;
        };
        let Ok(mut tray) = slot.0.lock() else { return };
        if let Some(Err(error)) = tray.as_mut().map(act) {
            tracing::warn!(%error, "the tray cannot be changed");
        }
    });
    if let Err(error) = begun {
        tracing::warn!(%error, "the tray cannot be reached");
    }
}

fn plain() -> Image<'static> {
    tauri::include_image!("icons/tray.png")
}

fn painted(picture: Picture) -> Image<'static> {
    let plain = plain();
    let side = plain.width();
    Image::new_owned(picture::paint(plain.rgba(), side, picture), side, side)
}

fn on_menu<R: Runtime>(app: &AppHandle<R>, id: &str) {
    let Some(action) = Action::of(id) else { return };
    match action {
        Action::Open => windows::show(app, windows::MAIN),
        Action::Inbox => windows::show(app, windows::INBOX),
        Action::Row(transfer) => show_row(app, transfer),
        Action::Place(transfer) => show_place(app, transfer),
        Action::PauseAll => Shell::command(app, "pause_all", json!({})),
        Action::ResumeAll => Shell::command(app, "resume_all", json!({})),
        Action::Visible(visibility) => {
            Shell::command(app, "change_settings", json!({ "visibility": visibility }));
            let id = id.to_owned();
            with_tray(app, move |tray| tray.shown.was_turned(&id));
        }
        Action::Quit => quit::ask(app),
    }
}

/// Shows a transfer in the list, or the whole list.
pub(crate) fn show_row<R: Runtime>(app: &AppHandle<R>, transfer: Option<String>) {
    app.state::<HandOver>().show(Screen::Activity, transfer);
    windows::show(app, windows::MAIN);
}

/// Shows what a transfer has brought in the file manager; its row if that is not possible any more.
fn show_place<R: Runtime>(app: &AppHandle<R>, id: String) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let shell = app.state::<Shell>();
        let view = shell.call("transfer", json!({ "id": id })).await;
        let path = view.as_ref().ok().and_then(first_place);
        let shown = match path {
            Some(path) => shell.show_in_folder(path).await.is_ok(),
            None => false,
        };
        if !shown {
            show_row(&app, Some(id));
        }
    });
}

fn first_place(transfer: &Value) -> Option<String> {
    let roots = transfer["roots"].as_array()?;
    let path = roots.iter().find_map(|root| root["path"].as_str())?;
    Some(path.to_owned())
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
