//! What the program says: words for people or lines of JSON for scripts.

mod event;
mod human;
mod json;
mod pairing;

use std::io;

use chunkstream_engine::api::{Code, DeviceView, Failure, NearbyView, TransferView};
use serde::Serialize;

pub(crate) use event::{Event, FailedCode, Wish};
use human::Human;

/// One of the two languages.
#[derive(Debug)]
pub(crate) enum Output {
    /// For people.
    Human(Human),
    /// For scripts.
    Json,
}

impl Output {
    /// The language that was asked for.
    pub(crate) fn new(json: bool) -> Self {
        if json {
            Self::Json
        } else {
            Self::Human(Human::new())
        }
    }

    /// Whether scripts are listening.
    pub(crate) fn is_json(&self) -> bool {
        matches!(self, Self::Json)
    }

    /// Tells what happened.
    pub(crate) fn event(&self, event: &Event) -> Result<(), Failure> {
        match self {
            Self::Human(human) => human.event(event),
            Self::Json => json::line(event),
        }
        .map_err(|e| unwritable(&e))
    }

    /// Tells that the command failed, if anybody still listens.
    pub(crate) fn fault(&self, failure: &Failure) {
        match self {
            Self::Human(human) => human.fault(failure),
            Self::Json => {
                eprintln!("chunkstream: {failure}");
                let event = Event::Failed {
                    transfer: None,
                    direction: None,
                    code: FailedCode::Engine(failure.code),
                    message: failure.message.clone(),
                    detail: failure.detail.clone(),
                    kept: false,
                };
                let _ = json::line(&event);
            }
        }
    }

    /// A remark for people.
    pub(crate) fn note(&self, text: &str) {
        match self {
            Self::Human(human) => human.note(text),
            Self::Json => tracing::info!("{text}"),
        }
    }

    /// A single value, as it is or in words.
    pub(crate) fn value(
        &self,
        value: &impl Serialize,
        words: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        match self {
            Self::Human(human) => human.say(&words()),
            Self::Json => json::line(value),
        }
        .map_err(|e| unwritable(&e))
    }

    /// A list of transfers: a line for each.
    pub(crate) fn transfers(&self, views: Vec<TransferView>) -> Result<(), Failure> {
        match self {
            Self::Human(human) => human.transfers(&views),
            Self::Json => views.into_iter().try_for_each(|mut view| {
                // `show` has it.
                view.preview = Vec::new();
                json::line(&view)
            }),
        }
        .map_err(|e| unwritable(&e))
    }

    /// One transfer in a line.
    pub(crate) fn transfer_line(&self, view: &TransferView) -> Result<(), Failure> {
        self.value(view, || human::transfer_line(view))
    }

    /// One transfer with all that is known of it.
    pub(crate) fn transfer(&self, view: &TransferView) -> Result<(), Failure> {
        self.value(view, || human::transfer_page(view))
    }

    /// Devices: a line for each.
    pub(crate) fn devices(&self, views: &[DeviceView]) -> Result<(), Failure> {
        match self {
            Self::Human(human) => human.devices(views),
            Self::Json => views.iter().try_for_each(json::line),
        }
        .map_err(|e| unwritable(&e))
    }

    /// Devices in the local network: a line for each.
    pub(crate) fn nearby(&self, view: &NearbyView) -> Result<(), Failure> {
        match self {
            Self::Human(human) => human.nearby(view),
            Self::Json => json::line(view),
        }
        .map_err(|e| unwritable(&e))
    }

    /// Puts the question about an offer to the person at the terminal.
    pub(crate) fn ask(&self, view: &TransferView) {
        if let Self::Human(human) = self {
            human.ask(view);
        }
    }

    /// Asks what becomes of files that changed. Never in JSON.
    pub(crate) fn ask_changed(&self) {
        if let Self::Human(human) = self {
            human.ask_changed();
        }
    }

    /// The question has been answered.
    pub(crate) fn asked(&self) {
        if let Self::Human(human) = self {
            human.asked();
        }
    }
}

/// A full disk or a closed pipe at the end of stdout.
fn unwritable(error: &io::Error) -> Failure {
    Failure::new(
        Code::Internal,
        format!("the output cannot be written: {error}"),
    )
}
