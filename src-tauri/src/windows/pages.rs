//! The processes of WebKit in which the pages run, on Linux.
//!
//! Each page would get one of its own, and each of them loads WebKit once more: the second costs as much time at the
//! start as the first, on the cores that the window is waiting for, and some 40 MB. So all windows share one. If that
//! ends unexpectedly, all pages are loaded again, each in one of its own until the next start: the engine is not in it,
//! and transfers do not notice.

use std::{
    cell::RefCell,
    collections::VecDeque,
    sync::mpsc,
    time::{Duration, Instant},
};

use gtk::glib::{SendWeakRef, clone::Downgrade};
use tauri::{AppHandle, Manager, Runtime, WebviewWindow, WebviewWindowBuilder};
use webkit2gtk::{WebProcessTerminationReason, WebViewExt};

use super::MAIN;
use crate::{hand_over::HandOver, quit, shell::Shell};

/// A page that has ended more often within [`SPAN`] is not loaded again at once: it would end at once.
const RELOADS: usize = 3;
const SPAN: Duration = Duration::from_secs(60);

/// Has the page of the window to be built run in the process of another window's page. On the main thread.
pub(super) fn beside<'a, R: Runtime, M: Manager<R>>(
    builder: WebviewWindowBuilder<'a, R, M>,
    first: &WebviewWindow<R>,
) -> tauri::Result<WebviewWindowBuilder<'a, R, M>> {
    let (tell, told) = mpsc::channel();
    // Views stay on the main thread, where this runs at once; only a reference to one may be sent.
    first.with_webview(move |page| {
        let _ = tell.send(SendWeakRef::from(page.inner().downgrade()));
    })?;
    let view = told.try_recv().ok().and_then(|view| view.upgrade());
    Ok(match view {
        Some(view) => builder.with_related_view(view),
        None => builder,
    })
}

/// Loads the page again whenever its process has ended without being asked to.
pub(super) fn revive<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    let (app, label) = (window.app_handle().clone(), window.label().to_owned());
    window.with_webview(move |page| {
        let ends = RefCell::new(Ends::default());
        page.inner()
            .connect_web_process_terminated(move |view, reason| {
                if reason == WebProcessTerminationReason::TerminatedByApi {
                    return;
                }
                bury(&app, &label);
                let pause = ends.borrow_mut().pause(Instant::now());
                tracing::warn!(
                    label,
                    ?reason,
                    ?pause,
                    "the page has ended and is loaded again"
                );
                let view = view.downgrade();
                gtk::glib::timeout_add_local_once(pause, move || {
                    if let Some(view) = view.upgrade() {
                        view.reload();
                    }
                });
            });
    })
}

/// What was under way with a page that is gone: what comes for it waits, and what it was asked is asked again.
fn bury<R: Runtime>(app: &AppHandle<R>, label: &str) {
    app.state::<HandOver>().forget(label);
    app.state::<Shell>().unsubscribe(label);
    if label == MAIN {
        quit::answer(app, false);
    }
}

/// When a page has ended, as far back as it matters.
#[derive(Default)]
struct Ends(VecDeque<Instant>);

impl Ends {
    /// It has ended at `now`: how long until it is loaded once more.
    fn pause(&mut self, now: Instant) -> Duration {
        self.0.retain(|&then| now.duration_since(then) < SPAN);
        self.0.push_back(now);
        if self.0.len() > RELOADS {
            SPAN
        } else {
            Duration::ZERO
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_ends_at_once_gets_a_pause_and_one_that_ends_now_and_then_does_not() {
        let start = Instant::now();
        let mut ends = Ends::default();
        let pauses = [0, 1, 2, 3, 64].map(|second| ends.pause(start + Duration::from_secs(second)));
        let none = Duration::ZERO;
        assert_eq!(pauses, [none, none, none, SPAN, none]);
        let mut ends = Ends::default();
        assert!((0..20).all(|turn| ends.pause(start + Duration::from_secs(turn * 21)) == none));
    }
}
