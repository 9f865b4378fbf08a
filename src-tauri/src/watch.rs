//! Follows the engine for as long as the process lives: shows notifications, opens the inbox window
//! when an offer comes in.

use std::time::Instant;

use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_notification::{ActiveNotification, NotificationExt};

use crate::{
    hand_over::{HandOver, Screen},
    notices::{LeadsTo, Notice, Notices},
    shell::Shell,
    windows,
};

/// The id that a notification carries, so that a click on it leads to the right window.
const INBOX_ID: i32 = 1;
const ACTIVITY_ID: i32 = 2;

/// Begins to watch.
pub fn start<R: Runtime>(app: &AppHandle<R>) {
    listen_to_clicks(app);
    let app = app.clone();
    tauri::async_runtime::spawn(async move { follow(&app).await });
}

async fn follow<R: Runtime>(app: &AppHandle<R>) {
    let mut updates = app.state::<Shell>().engine().subscribe();
    let mut notices = Notices::default();
    loop {
        let due = notices.next_due();
        let wait = async {
            match due {
                Some(at) => tokio::time::sleep_until(at.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            update = updates.next() => {
                let Some(update) = update else { return };
                let outcome = notices.update(Instant::now(), &update);
                if outcome.offer {
                    windows::show(app, windows::INBOX);
                }
                for notice in outcome.notices {
                    notify(app, notice);
                }
            }
            () = wait => {
                if let Some(notice) = notices.due(Instant::now()) {
                    notify(app, notice);
                }
            }
        }
    }
}

fn notify<R: Runtime>(app: &AppHandle<R>, notice: Notice) {
    let id = match notice.leads_to {
        LeadsTo::Inbox => INBOX_ID,
        LeadsTo::Activity => ACTIVITY_ID,
    };
    let shown = app
        .notification()
        .builder()
        .id(id)
        .title(notice.title)
        .body(notice.body)
        .show();
    if let Err(error) = shown {
        tracing::warn!(%error, "a notification cannot be shown");
    }
}

fn listen_to_clicks<R: Runtime>(app: &AppHandle<R>) {
    let clicked = app.clone();
    let listening = app.notification().on_action(move |action| {
        let id = action.notification().map(ActiveNotification::id);
        if id == Some(INBOX_ID) {
            windows::show(&clicked, windows::INBOX);
        } else {
            windows::show(&clicked, windows::MAIN);
            clicked
                .state::<HandOver>()
                .show(windows::MAIN, Screen::Activity);
        }
    });
    if let Err(error) = listening {
        tracing::warn!(%error, "clicks on notifications cannot be listened to");
    }
}
