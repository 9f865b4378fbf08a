//! Follows the engine for as long as the process lives: shows notifications, opens the inbox window when it tells of
//! an offer (without the keyboard, and no more often than it may tell), and does what a person answers to a notification.
//!
//! Accept and Decline stand on the notification where the system shows buttons. Accepting there means what it means in
//! the inbox without any choice; what the engine refuses leads to the inbox, where it says why.

use std::{collections::HashMap, time::Instant};

use serde_json::json;
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_notification::{Action, ActionPerformed, ActionType, NotificationExt};

use crate::{
    language::Spoken,
    notices::{LeadsTo, Notice, Notices},
    shell::Shell,
    tray, windows,
};

/// The buttons of an offer.
const OFFER: &str = "offer";
const ACCEPT: &str = "accept";
const DECLINE: &str = "decline";
/// What a notification carries, so that a click on it leads to the right place.
const WINDOW: &str = "window";
const TRANSFER: &str = "transfer";
const INBOX: &str = "inbox";
const ACTIVITY: &str = "activity";
const ALARMS: &str = "alarms";

/// Begins to watch.
pub fn start<R: Runtime>(app: &AppHandle<R>) {
    name_buttons(app);
    listen_to_clicks(app);
    let app = app.clone();
    tauri::async_runtime::spawn(async move { follow(&app).await });
}

async fn follow<R: Runtime>(app: &AppHandle<R>) {
    let mut updates = app.state::<Shell>().engine().subscribe();
    let mut languages = app.state::<Spoken>().changes();
    let mut notices = Notices::default();
    notices.speak(*languages.borrow_and_update());
    let mut shown = Shown::default();
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
                for notice in outcome.notices {
                    shown.show(app, notice);
                }
                for offer in outcome.answered {
                    shown.close(app, &offer);
                }
            }
            Ok(()) = languages.changed() => {
                notices.speak(*languages.borrow_and_update());
                name_buttons(app);
            }
            () = wait => {
                if let Some(notice) = notices.due(Instant::now()) {
                    shown.show(app, notice);
                }
            }
        }
    }
}

/// The notifications that may have to be taken away again: those of offers that nobody has answered.
#[derive(Default)]
struct Shown {
    last: i32,
    offers: HashMap<String, i32>,
}

impl Shown {
    fn show<R: Runtime>(&mut self, app: &AppHandle<R>, notice: Notice) {
        if notice.asks {
            windows::announce(app, windows::INBOX);
        }
        self.last = self.last.wrapping_add(1);
        let (window, transfer) = match notice.leads_to {
            LeadsTo::Inbox => (INBOX, notice.offer.clone()),
            LeadsTo::Activity(transfer) => (ACTIVITY, transfer),
            LeadsTo::Alarms => (ALARMS, None),
        };
        let mut builder = app
            .notification()
            .builder()
            .id(self.last)
            .title(notice.title)
            .body(notice.body)
            .extra(WINDOW, window);
        if let Some(transfer) = transfer {
            builder = builder.extra(TRANSFER, transfer);
        }
        if let Some(offer) = notice.offer {
            builder = builder.action_type_id(OFFER);
            self.offers.insert(offer, self.last);
        }
        if let Err(error) = builder.show() {
            tracing::warn!(%error, "a notification cannot be shown");
        }
    }

    fn close<R: Runtime>(&mut self, app: &AppHandle<R>, offer: &str) {
        let Some(id) = self.offers.remove(offer) else {
            return;
        };
        if let Err(error) = app.notification().remove_active(vec![id]) {
            tracing::debug!(%error, "a notification cannot be taken away");
        }
    }
}

/// What stands on the buttons of what is shown from now on.
fn name_buttons<R: Runtime>(app: &AppHandle<R>) {
    let says = &app.state::<Spoken>().words().notices;
    let buttons = ActionType::builder(OFFER)
        .actions(vec![
            Action::builder(ACCEPT, &says.accept).build(),
            Action::builder(DECLINE, &says.decline).build(),
        ])
        .build();
    if let Err(error) = app.notification().register_action_types(vec![buttons]) {
        tracing::warn!(%error, "notifications will have no buttons");
    }
}

fn listen_to_clicks<R: Runtime>(app: &AppHandle<R>) {
    let clicked = app.clone();
    let listening = app
        .notification()
        .on_action(move |action| act(&clicked, action));
    if let Err(error) = listening {
        tracing::warn!(%error, "clicks on notifications cannot be listened to");
    }
}

fn act<R: Runtime>(app: &AppHandle<R>, action: &ActionPerformed) {
    let carried = |key: &str| {
        let value = action.notification()?.extra().get(key)?.as_str()?;
        Some(value.to_owned())
    };
    let (window, transfer) = (carried(WINDOW), carried(TRANSFER));
    match (action.action_id(), transfer) {
        (ACCEPT, Some(offer)) => answer(app, ACCEPT, offer),
        (DECLINE, Some(offer)) => answer(app, DECLINE, offer),
        (_, transfer) => match window.as_deref() {
            Some(INBOX) => windows::show(app, windows::INBOX),
            Some(ALARMS) => windows::show(app, windows::MAIN),
            _ => tray::show_row(app, transfer),
        },
    }
}

fn answer<R: Runtime>(app: &AppHandle<R>, command: &'static str, offer: String) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let shell = app.state::<Shell>();
        if let Err(failure) = shell.call(command, json!({ "id": offer })).await {
            tracing::warn!(%failure, command, "an offer cannot be answered from its notification");
            windows::show(&app, windows::INBOX);
        }
    });
}
