//! The application's mark on the task bar or the dock, where there is one: progress of what moves, and how many offers
//! and troubles wait for a person.
//!
//! What is shown is a value that follows from the overview; it is set only when it has changed.

#[cfg(target_os = "linux")]
mod launcher;

use tauri::{AppHandle, Runtime};
#[cfg(not(target_os = "linux"))]
use tauri::{
    Manager,
    window::{ProgressBarState, ProgressBarStatus},
};

use crate::tray::overview::Overview;

/// What the task bar shows.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Bar {
    /// How far; None for no bar.
    pub progress: Option<Progress>,
    /// How many things wait for a person.
    pub badge: usize,
}

/// A bar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// So many hundredths.
    Percent(u8),
    /// Something moves, and nobody knows how much it is.
    Unknown,
}

impl Bar {
    /// The mark for an overview.
    pub fn of(overview: &Overview) -> Self {
        let progress = match (overview.moving().is_empty(), overview.percent()) {
            (true, _) => None,
            (false, Some(percent)) => Some(Progress::Percent(percent)),
            (false, None) => Some(Progress::Unknown),
        };
        Self {
            progress,
            badge: overview.offers() + overview.alarms() + overview.troubled(),
        }
    }
}

/// Shows the mark for an overview, if it is another one than `shown`.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>, shown: &mut Bar, overview: &Overview) {
    let wanted = Bar::of(overview);
    if wanted == *shown {
        return;
    }
    if let Err(error) = draw(app, *shown, wanted) {
        tracing::debug!(%error, "the task bar shows nothing");
    }
    *shown = wanted;
}

/// The package's desktop file has the product's name.
#[cfg(target_os = "linux")]
fn draw<R: Runtime>(app: &AppHandle<R>, _: Bar, wanted: Bar) -> Result<(), gtk::glib::Error> {
    let product = app.config().product_name.as_deref();
    launcher::show(product.unwrap_or_default(), wanted)
}

#[cfg(not(target_os = "linux"))]
fn draw<R: Runtime>(app: &AppHandle<R>, shown: Bar, wanted: Bar) -> tauri::Result<()> {
    let Some(window) = app.get_webview_window(crate::windows::MAIN) else {
        return Ok(());
    };
    if wanted.progress != shown.progress {
        let (status, progress) = match wanted.progress {
            None => (ProgressBarStatus::None, None),
            Some(Progress::Percent(percent)) => (ProgressBarStatus::Normal, Some(percent.into())),
            Some(Progress::Unknown) => (ProgressBarStatus::Indeterminate, None),
        };
        window.set_progress_bar(ProgressBarState {
            status: Some(status),
            progress,
        })?;
    }
    if wanted.badge != shown.badge {
        let count = i64::try_from(wanted.badge).ok().filter(|count| *count > 0);
        window.set_badge_count(count)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        backend::{Direction, State, TransferView, Update},
        notices::example,
    };

    #[test]
    fn it_shows_what_moves_and_counts_what_waits() {
        let mut overview = Overview::default();
        assert_eq!(Bar::of(&overview), Bar::default());
        let moving = TransferView {
            bytes: 4,
            durable_bytes: 1,
            ..example("1", Direction::Sending, State::Active)
        };
        let offer = example("2", Direction::Receiving, State::Created);
        overview.apply(&Update {
            transfers: vec![moving.clone(), offer],
            ..Update::default()
        });
        let bar = Bar::of(&overview);
        assert_eq!(bar.progress, Some(Progress::Percent(25)));
        assert_eq!(bar.badge, 1);
        overview.apply(&Update {
            transfers: vec![TransferView {
                scan_complete: false,
                ..moving
            }],
            ..Update::default()
        });
        assert_eq!(Bar::of(&overview).progress, Some(Progress::Unknown));
    }
}
