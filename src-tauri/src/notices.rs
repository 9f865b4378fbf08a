//! Which changes of transfers are worth a notification, and when there would be too many.
//!
//! Pure: takes updates and `now`, returns what to say. A person is told of an offer, of an end, of a trouble that holds
//! a transfer, and of a device that is not what it was; not of what this device's own person just did (declining,
//! cancelling), and not of what had ended before the program started.
//!
//! A flood is held back, see [`pace`]; what comes on top is gathered and said in one sentence once there is room again.
//! Alarms have a pace of their own: no flood of offers hides one.

use std::{
    collections::{HashMap, HashSet},
    time::Instant,
};

use crate::{
    backend::{AlarmView, Code, Direction, Reason, State, TransferView, Update},
    language::Language,
};

pub mod pace;
mod words;

pub(crate) use words::plain;

use pace::Lane;

/// One notification.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// One line.
    pub title: String,
    /// One or two sentences.
    pub body: String,
    /// Where a click on it leads.
    pub leads_to: LeadsTo,
    /// The offer that it asks about: it can be accepted and declined there, and the notice goes once it is answered.
    pub offer: Option<String>,
    /// Whether it tells of an offer, perhaps among others: the inbox window comes up with it.
    pub asks: bool,
}

/// What shows more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LeadsTo {
    /// Offers, and what has arrived.
    Inbox,
    /// The list of transfers, pointing at this one.
    Activity(Option<String>),
    /// Every screen of the main window: alarms stand above all of them.
    Alarms,
}

/// What an update holds for the person.
#[derive(Default, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// To be shown now.
    pub notices: Vec<Notice>,
    /// Offers that wait no longer: their notices go.
    pub answered: Vec<String>,
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

/// Watches transfers and alarms.
#[derive(Default)]
pub struct Notices {
    language: Language,
    /// None until the first update, which says what was there before.
    known: Option<HashMap<String, (State, Option<Reason>)>>,
    /// Offers and alarms that were told of.
    offers: HashSet<String>,
    alarms: HashSet<u64>,
    of_transfers: Lane<(Happening, Notice)>,
    of_alarms: Lane<Notice>,
}

impl Notices {
    /// What is said from now on is said in this language.
    pub fn speak(&mut self, language: Language) {
        self.language = language;
    }

    /// Takes what changed.
    pub fn update(&mut self, now: Instant, update: &Update) -> Outcome {
        let words = crate::words::words(self.language);
        let mut outcome = self.alarmed(now, update.alarms.as_deref());
        let first = self.known.is_none();
        let known = self.known.get_or_insert_default();
        let mut happened = Vec::new();
        for transfer in &update.transfers {
            let before = known.insert(transfer.id.clone(), (transfer.state, transfer.reason));
            if was_offer(before) && transfer.state != State::Created {
                outcome.answered.push(transfer.id.clone());
            }
            if before.is_none() && first && transfer.state.is_final() {
                continue;
            }
            let happening = if transfer.state == State::Created {
                let is_news = is_asked(transfer) && self.offers.insert(transfer.id.clone());
                is_news.then_some(Happening::Offer)
            } else {
                self.offers.remove(&transfer.id);
                happening(before, transfer)
            };
            if let Some(happening) = happening {
                happened.push((happening, words::notice(happening, transfer, words)));
            }
        }
        for id in &update.removed {
            self.offers.remove(id);
            if was_offer(known.remove(id)) {
                outcome.answered.push(id.clone());
            }
        }
        let answered = &outcome.answered;
        self.of_transfers.retain(|(_, notice)| {
            notice
                .offer
                .as_ref()
                .is_none_or(|offer| !answered.contains(offer))
        });
        for (happening, notice) in happened {
            let said = self.of_transfers.admit(now, (happening, notice));
            outcome.notices.extend(said.map(|(_, notice)| notice));
        }
        outcome.notices.extend(self.due(now));
        outcome
    }

    /// When [`Notices::due`] has something to say, if nothing else happens.
    pub fn next_due(&self) -> Option<Instant> {
        let due = [self.of_alarms.next_due(), self.of_transfers.next_due()];
        due.into_iter().flatten().min()
    }

    /// What was held back, once there is room for it.
    pub fn due(&mut self, now: Instant) -> Option<Notice> {
        let mut alarms = self.of_alarms.due(now);
        match alarms.len() {
            0 => {}
            1 => return alarms.pop(),
            count => return Some(words::alarms(count, crate::words::words(self.language))),
        }
        let mut held = self.of_transfers.due(now);
        match held.len() {
            0 => None,
            1 => held.pop().map(|(_, notice)| notice),
            _ => Some(words::summary(&held, crate::words::words(self.language))),
        }
    }

    fn alarmed(&mut self, now: Instant, alarms: Option<&[AlarmView]>) -> Outcome {
        let words = crate::words::words(self.language);
        let mut outcome = Outcome::default();
        let Some(alarms) = alarms else {
            return outcome;
        };
        // One that was acknowledged and is raised again is news.
        let ids: HashSet<u64> = alarms.iter().map(|alarm| alarm.id).collect();
        self.alarms.retain(|id| ids.contains(id));
        for alarm in alarms {
            if self.alarms.insert(alarm.id) {
                let said = self.of_alarms.admit(now, words::alarm(alarm, words));
                outcome.notices.extend(said);
            }
        }
        outcome
    }
}

fn was_offer(before: Option<(State, Option<Reason>)>) -> bool {
    before.is_some_and(|(state, _)| state == State::Created)
}

/// Whether a person is asked: an offer that a rule takes by itself is none for a moment only.
fn is_asked(transfer: &TransferView) -> bool {
    transfer.direction == Direction::Receiving
        && transfer.state == State::Created
        && transfer.reason == Some(Reason::WaitingForAnswer)
}

/// What the step from `before` to `transfer` means to the person, if anything.
fn happening(
    before: Option<(State, Option<Reason>)>,
    transfer: &TransferView,
) -> Option<Happening> {
    let was = before.map(|(state, _)| state);
    let receiving = transfer.direction == Direction::Receiving;
    match transfer.state {
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
            let here = transfer.direction;
            let trouble =
                |reason: Option<Reason>| reason.filter(|reason| reason.needs_a_person(here));
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
