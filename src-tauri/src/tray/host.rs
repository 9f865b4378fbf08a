//! Whether the desktop shows the tray's icon. Where it does not, as plain GNOME, a hidden window would be lost and the
//! program could not be quit: windows then close for good, and a hidden start shows itself, minimised.
//!
//! It is followed for as long as the process lives: at the start of a session the tray may come later than this program,
//! and it may be restarted. Other systems always have one.

#[cfg(target_os = "linux")]
mod watcher;

use std::sync::atomic::{AtomicBool, Ordering};
#[cfg(target_os = "linux")]
use std::time::Duration;

use tauri::{AppHandle, Manager, Runtime};

#[cfg(target_os = "linux")]
use crate::{quit, windows};

/// In Tauri's state: whether there is an icon that a person can see.
#[derive(Default)]
pub(crate) struct Host(AtomicBool);

impl Host {
    /// Whether a hidden window can be brought back from the tray.
    pub(crate) fn is_there<R: Runtime>(app: &AppHandle<R>) -> bool {
        let host = app.try_state::<Self>();
        host.is_some_and(|host| host.0.load(Ordering::SeqCst))
    }

    fn set<R: Runtime>(app: &AppHandle<R>, is_there: bool) {
        app.state::<Self>().0.store(is_there, Ordering::SeqCst);
    }
}

/// The icon was made: from now on it is known whether somebody shows it. On the main thread.
#[cfg(not(target_os = "linux"))]
pub(super) fn follow<R: Runtime>(app: &AppHandle<R>) {
    Host::set(app, true);
}

/// A tray that is away for less is being started, or started again.
#[cfg(target_os = "linux")]
const GRACE: Duration = Duration::from_secs(5);

/// The icon was made: from now on it is known whether somebody shows it. On the main thread.
#[cfg(target_os = "linux")]
pub(super) fn follow<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    watcher::follow(move |is_there| {
        Host::set(&app, is_there);
        if !is_there {
            let app = app.clone();
            gtk::glib::timeout_add_once(GRACE, move || keep_reachable(&app));
        }
    });
}

/// Nobody is to be left with a program that runs and cannot be seen.
#[cfg(target_os = "linux")]
fn keep_reachable<R: Runtime>(app: &AppHandle<R>) {
    if !Host::is_there(app) && !quit::has_begun(app) && !windows::is_any_visible(app) {
        windows::show_minimised(app, windows::MAIN);
    }
}
