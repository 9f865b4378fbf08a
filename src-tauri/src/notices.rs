//! Which changes of transfers are worth a notification, and when there would be too many.
//!
//! Pure: takes updates and `now`, returns what to say. A person is told of an offer, of an end, and of
//! a trouble that holds a transfer; not of what this device's own person just did (declining,
//! cancelling), and not of what had ended before the program started.
//!
//! A flood is held back: at most [`BURST`] notices begin within [`WINDOW`]; what comes on top is
//! gathered and said in one sentence once there is room again.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

use crate::backend::{Code, Direction, Reason, State, TransferView, Update};

mod words;

/// Notices that may begin within one [`WINDOW`].
pub const BURST: usize = 3;
/// See [`BURST`].
pub const WINDOW: Duration = Duration::from_secs(10);

/// One notification.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// One line.
    pub title: String,
    /// One or two sentences.
    pub body: String,
    /// Where a click on it leads.
    pub leads_to: LeadsTo,
}

/// The window that shows more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LeadsTo {
    /// Offers, and what has arrived.
    Inbox,
    /// The list of transfers.
    Activity,
}

/// What an update holds for the person.
#[derive(Default, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// To be shown now.
    pub notices: Vec<Notice>,
    /// Whether an offer came in: the inbox window opens.
    pub offer: bool,
}

/// What happened to a transfer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Happening {
    Offer,
    Arrived,
    Delivered,
    Failed,
    Trouble,
}

/// Watches transfers.
#[derive(Default)]
pub struct Notices {
    /// None until the first update, which says what was there before.
    known: Option<HashMap<String, (State, Option<Reason>)>>,
    /// When notices began, within the window.
    begun: VecDeque<Instant>,
    held: Vec<(Happening, Notice)>,
}

impl Notices {
    /// Takes what changed.
    pub fn update(&mut self, now: Instant, update: &Update) -> Outcome {
        let first = self.known.is_none();
        let known = self.known.get_or_insert_default();
        let mut happened = Vec::new();
        for transfer in &update.transfers {
            let before = known.insert(transfer.id.clone(), (transfer.state, transfer.reason));
            if before.is_none() && first && transfer.state.is_final() {
                continue;
            }
            if let Some(happening) = happening(before, transfer) {
                happened.push((happening, words::notice(happening, transfer)));
            }
        }
        for id in &update.removed {
            known.remove(id);
        }
        let offer = happened
            .iter()
            .any(|(happening, _)| *happening == Happening::Offer);
        Outcome {
            notices: self.admit(now, happened),
            offer,
        }
    }

    /// When [`Notices::due`] has something to say, if nothing else happens.
    pub fn next_due(&self) -> Option<Instant> {
        if self.held.is_empty() {
            None
        } else {
            self.begun.front().map(|begun| *begun + WINDOW)
        }
    }

    /// What was held back, once there is room for it.
    pub fn due(&mut self, now: Instant) -> Option<Notice> {
        self.forget_old(now);
        if self.held.is_empty() || self.begun.len() >= BURST {
            return None;
        }
        self.begun.push_back(now);
        let mut held = std::mem::take(&mut self.held);
        if held.len() == 1 {
            return held.pop().map(|(_, notice)| notice);
        }
        Some(words::summary(&held))
    }

    fn admit(&mut self, now: Instant, happened: Vec<(Happening, Notice)>) -> Vec<Notice> {
        self.forget_old(now);
        let mut notices = Vec::new();
        for (happening, notice) in happened {
            // What is held goes first: a later notice must not overtake it.
            if self.held.is_empty() && self.begun.len() < BURST {
                self.begun.push_back(now);
                notices.push(notice);
            } else {
                self.held.push((happening, notice));
            }
        }
        notices.extend(self.due(now));
        notices
    }

    fn forget_old(&mut self, now: Instant) {
        while self
            .begun
            .front()
            .is_some_and(|begun| now.duration_since(*begun) >= WINDOW)
        {
            self.begun.pop_front();
        }
    }
}

/// What the step from `before` to `transfer` means to the person, if anything.
fn happening(
    before: Option<(State, Option<Reason>)>,
    transfer: &TransferView,
) -> Option<Happening> {
    let was = before.map(|(state, _)| state);
    let receiving = transfer.direction == Direction::Receiving;
    match transfer.state {
        State::Created if receiving && was.is_none() => Some(Happening::Offer),
        state if was == Some(state) && state != State::Paused => None,
        State::Completed if receiving => Some(Happening::Arrived),
        State::Completed => Some(Happening::Delivered),
        State::Failed => Some(Happening::Failed),
        // A person's own "no" and "stop" are no news to that person.
        State::Cancelled => match transfer.failure.as_ref().map(|failure| failure.code) {
            Some(Code::CancelledByPeer) => Some(Happening::Failed),
            Some(Code::Declined) if !receiving => Some(Happening::Failed),
            _ => None,
        },
        State::Paused => {
            let trouble = |reason: Option<Reason>| {
                reason.filter(|reason| {
                    matches!(
                        reason,
                        Reason::DiskFull
                            | Reason::DiskUnwritable
                            | Reason::Database
                            | Reason::SourceChanged
                            | Reason::SourceUnreadable
                    )
                })
            };
            let now = trouble(transfer.reason)?;
            let same = was == Some(State::Paused)
                && before.and_then(|(_, reason)| trouble(reason)) == Some(now);
            (!same).then_some(Happening::Trouble)
        }
        State::Created | State::Preparing | State::Active | State::Completing => None,
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::transfer as example;
