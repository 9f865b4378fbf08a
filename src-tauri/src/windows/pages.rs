//! The processes of WebKit in which the pages run, on Linux.
//!
//! Each page would get one of its own, and each of them loads WebKit once more: the second costs as much time at the
//! start as the first, on the cores that the window is waiting for, and some 35 MB. So all windows share one, and if
//! that ends unexpectedly, all pages are loaded again: the engine is not in it, and transfers do not notice.

use std::{
    cell::RefCell,
    collections::VecDeque,
    sync::mpsc,
    time::{Duration, Instant},
};

use gtk::glib::{SendWeakRef, clone::Downgrade};
use tauri::{Manager, Runtime, WebviewWindow, WebviewWindowBuilder};
use webkit2gtk::{WebProcessTerminationReason, WebViewExt};

use crate::hand_over::HandOver;

/// A page that ends so often within [`SPAN`] would end again.
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
    let this = window.clone();
    window.with_webview(move |page| {
        let ends = RefCell::new(Ends::default());
        page.inner()
            .connect_web_process_terminated(move |view, reason| {
                if reason == WebProcessTerminationReason::TerminatedByApi {
                    return;
                }
                let label = this.label();
                // What comes meanwhile waits for the page that is loaded.
                this.state::<HandOver>().forget(label);
                if ends.borrow_mut().again(Instant::now()) {
                    tracing::warn!(label, ?reason, "the page has ended and is loaded again");
                    view.reload();
                } else {
                    tracing::error!(label, ?reason, "the page ends again and again");
                }
            });
    })
}

/// When a page has ended, as far back as it matters.
#[derive(Default)]
struct Ends(VecDeque<Instant>);

impl Ends {
    /// It has ended at `now`: whether to load it once more.
    fn again(&mut self, now: Instant) -> bool {
        self.0.retain(|&then| now.duration_since(then) < SPAN);
        self.0.push_back(now);
        self.0.len() <= RELOADS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_ends_at_once_is_given_up_and_one_that_ends_now_and_then_is_not() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut ends = Ends::default();
        assert!(
            [0, 1, 2]
                .into_iter()
                .all(|second| ends.again(after(second)))
        );
        assert!(!ends.again(after(3)));
        let mut ends = Ends::default();
        assert!((0..20).all(|minute| ends.again(after(minute * 21))));
    }
}
