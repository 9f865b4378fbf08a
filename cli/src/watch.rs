//! From the views of transfers to events: what is new since the last look.
//!
//! The engine samples; so a short transfer may go from nothing to Completed between two looks. What a
//! script relies on is made up for here: an offer before anything else of a receiving transfer, progress
//! that never falls (unless a file is left out) and ends at the size, one end.

use std::{
    collections::HashMap,
    time::{SystemTime, UNIX_EPOCH},
};

use chunkstream_core::{
    limited::LimitedBy,
    session::{Direction, Reason, State},
};
use chunkstream_engine::api::{Code, TransferView};

use crate::output::{Event, FailedCode, Wish};

/// What has been told of each transfer.
#[derive(Debug)]
pub(crate) struct Watch {
    told: HashMap<String, Told>,
    started_ms: u64,
}

#[derive(Debug, Default)]
struct Told {
    state: Option<(State, Option<Reason>)>,
    durable: Option<u64>,
    limited_by: Option<LimitedBy>,
}

impl Watch {
    /// Begins with what there is: what has ended before is not told, what has not is.
    pub(crate) fn new<'a>(views: impl IntoIterator<Item = &'a TransferView>) -> Self {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let mut told = HashMap::new();
        for view in views.into_iter().filter(|view| view.state.is_final()) {
            let state = Some((view.state, view.reason));
            told.insert(
                view.id.clone(),
                Told {
                    state,
                    ..Told::default()
                },
            );
        }
        Self {
            told,
            started_ms: now.as_millis() as u64,
        }
    }

    /// What is new of this transfer, in order.
    pub(crate) fn look(&mut self, view: &TransferView) -> Vec<Event> {
        let mut events = Vec::new();
        let told = self.told.entry(view.id.clone()).or_default();
        if told.state.is_some_and(|(state, _)| state.is_final()) {
            return events;
        }
        // A receiver's offer is worth telling only once the first page says what is in it.
        let offer = view.direction == Direction::Receiving && view.state == State::Created;
        if offer && view.root_count == 0 && !view.scan_complete {
            return events;
        }
        if told.state.is_none() && view.direction == Direction::Receiving {
            events.push(Event::Offer {
                transfer: view.id.clone(),
                peer: view.peer.clone(),
                title: view.title.clone(),
                files: view.files,
                bytes: view.bytes,
                waits: offer,
            });
        }
        let completed = view.state == State::Completed;
        let durable = if completed {
            view.bytes
        } else {
            view.durable_bytes
        };
        // A final state comes with its own event; the progress up to it goes first.
        let state = Some((view.state, view.reason));
        if told.state != state && !view.state.is_final() {
            events.push(Event::State {
                transfer: view.id.clone(),
                direction: view.direction,
                peer: view.peer.name.clone(),
                title: view.title.clone(),
                state: view.state,
                reason: view.reason,
            });
        }
        told.state = state;
        // With a file that was left out, what had arrived of it is gone.
        told.durable = told.durable.filter(|last| *last <= view.bytes);
        let news = told.durable.map_or(durable > 0, |last| durable > last);
        // A transfer that a disk holds up does not get on, and still says why.
        let limited = !view.state.is_final() && told.limited_by != view.limited_by;
        if news || limited || (completed && told.durable.is_none()) {
            let durable = told.durable.map_or(durable, |last| last.max(durable));
            told.durable = Some(durable);
            told.limited_by = view.limited_by;
            events.push(Event::Progress {
                transfer: view.id.clone(),
                direction: view.direction,
                durable_bytes: durable,
                bytes: view.bytes,
                files_done: if completed {
                    view.files
                } else {
                    view.files_done
                },
                files: view.files,
                rate: view.rate,
                limited_by: view.limited_by,
                seconds_left: if completed {
                    Some(0)
                } else {
                    view.seconds_left
                },
            });
        }
        if view.state.is_final() {
            events.push(self.end(view));
        }
        events
    }

    fn end(&self, view: &TransferView) -> Event {
        if view.state == State::Completed {
            let began = view.created_ms.max(self.started_ms);
            let ended = view.finished_ms.unwrap_or(began);
            let receiving = view.direction == Direction::Receiving;
            return Event::Completed {
                transfer: view.id.clone(),
                direction: view.direction,
                bytes: view.bytes,
                files: view.files,
                seconds: ended.saturating_sub(began) as f64 / 1000.0,
                root: view.root.clone(),
                paths: view
                    .roots
                    .iter()
                    .filter(|_| receiving)
                    .filter_map(|root| root.path.clone())
                    .collect(),
                stats: view.stats,
            };
        }
        let failure = view.failure.as_ref();
        let code = match (failure, view.state) {
            (Some(failure), _) => FailedCode::Engine(failure.code),
            (None, State::Cancelled) => FailedCode::Wish(Wish::Cancelled),
            (None, _) => FailedCode::Engine(Code::Internal),
        };
        Event::Failed {
            transfer: Some(view.id.clone()),
            direction: Some(view.direction),
            code,
            message: failure.map_or_else(
                || format!("the transfer is {}", view.state),
                |f| f.message.clone(),
            ),
            detail: failure.and_then(|failure| failure.detail.clone()),
            kept: false,
        }
    }
}

/// Whether a transfer that is being sent waits for its device.
pub(crate) fn is_unreached(view: &TransferView) -> bool {
    match view.state {
        State::Created => true,
        State::Preparing => matches!(
            view.reason,
            None | Some(Reason::WaitingForDevice | Reason::Reconnecting)
        ),
        State::Active | State::Paused | State::Completing => {
            matches!(
                view.reason,
                Some(Reason::WaitingForDevice | Reason::Reconnecting)
            )
        }
        State::Completed | State::Failed | State::Cancelled => false,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use chunkstream_core::{priority::Priority, session::Role};
    use chunkstream_engine::api::{EntryViewKind, Failure, PeerView, RootView, Stats};

    use super::*;

    /// A transfer of 100 bytes that is sent.
    pub(crate) fn view(state: State, durable_bytes: u64) -> TransferView {
        TransferView {
            id: "ab".repeat(16),
            direction: Direction::Sending,
            peer: PeerView {
                device_id: "X".into(),
                name: "studio".into(),
                role: Role::Ask,
                known: false,
            },
            title: "a.bin".into(),
            state,
            reason: None,
            priority: Priority::Normal,
            limit: None,
            limited_by: None,
            files: 1,
            bytes: 100,
            scan_complete: true,
            durable_bytes,
            files_done: 0,
            rate: 0,
            seconds_left: None,
            folder: None,
            roots: vec![RootView {
                name: "a.bin".into(),
                path: Some("/a.bin".into()),
                kind: EntryViewKind::File,
            }],
            root_count: 1,
            preview: Vec::new(),
            preflight: None,
            changed: None,
            kept_bytes: 0,
            deadline_ms: None,
            verification: None,
            failure: None,
            root: None,
            stats: Stats::default(),
            created_ms: 1,
            finished_ms: None,
        }
    }

    fn names(events: &[Event]) -> Vec<String> {
        let name = |event| {
            serde_json::to_value(event).expect("JSON")["event"]
                .as_str()
                .expect("a tag")
                .to_owned()
        };
        events.iter().map(name).collect()
    }

    #[test]
    fn a_transfer_that_completes_between_two_looks_is_told_in_full() {
        let mut watch = Watch::new([]);
        let mut done = view(State::Completed, 100);
        done.direction = Direction::Receiving;
        assert_eq!(
            names(&watch.look(&done)),
            ["offer", "progress", "completed"]
        );
        assert_eq!(watch.look(&done), [], "an end is told once");
    }

    #[test]
    fn progress_never_falls_and_ends_at_the_size() {
        let mut watch = Watch::new([]);
        let mut told = Vec::new();
        for (state, durable) in [
            (State::Active, 0),
            (State::Active, 60),
            // What was in doubt after a restart is received again.
            (State::Active, 40),
            (State::Active, 60),
            (State::Active, 80),
            (State::Completed, 80),
        ] {
            for event in watch.look(&view(state, durable)) {
                if let Event::Progress { durable_bytes, .. } = event {
                    told.push(durable_bytes);
                }
            }
        }
        assert_eq!(told, [60, 80, 100]);
    }

    #[test]
    fn what_limits_is_told_when_it_changes_and_takes_back_no_progress() {
        let mut watch = Watch::new([]);
        let mut at = view(State::Active, 60);
        assert_eq!(names(&watch.look(&at)), ["state", "progress"]);
        (at.durable_bytes, at.limited_by) = (40, Some(LimitedBy::Disk));
        let told = watch.look(&at);
        let [
            Event::Progress {
                durable_bytes,
                limited_by,
                ..
            },
        ] = told.as_slice()
        else {
            panic!("one progress, not {told:?}");
        };
        assert_eq!((*durable_bytes, *limited_by), (60, Some(LimitedBy::Disk)));
        assert_eq!(watch.look(&at), []);
        assert_eq!(names(&watch.look(&view(State::Failed, 60))), ["failed"]);
    }

    #[test]
    fn a_state_is_told_when_it_or_its_reason_changes() {
        let mut watch = Watch::new([]);
        let mut at = view(State::Preparing, 0);
        assert_eq!(names(&watch.look(&at)), ["state"]);
        assert_eq!(watch.look(&at), []);
        at.reason = Some(Reason::WaitingForAnswer);
        assert_eq!(names(&watch.look(&at)), ["state"]);
    }

    #[test]
    fn an_offer_is_told_once_its_first_page_is_there() {
        let mut watch = Watch::new([]);
        let mut offer = view(State::Created, 0);
        offer.direction = Direction::Receiving;
        offer.root_count = 0;
        offer.scan_complete = false;
        assert_eq!(watch.look(&offer), []);
        offer.root_count = 1;
        assert_eq!(names(&watch.look(&offer)), ["offer", "state"]);
        offer.state = State::Cancelled;
        assert_eq!(names(&watch.look(&offer)), ["failed"]);
    }

    #[test]
    fn what_ended_before_is_no_news_and_what_did_not_is() {
        let mut failed = view(State::Failed, 10);
        failed.failure = Some(Failure::new(Code::Integrity, "why"));
        let mut watch = Watch::new([&failed]);
        assert_eq!(watch.look(&failed), []);
        let mut kept = view(State::Active, 10);
        kept.id = "cd".repeat(16);
        let mut watch = Watch::new([&kept]);
        assert_eq!(names(&watch.look(&kept)), ["state", "progress"]);
    }

    #[test]
    fn waiting_for_a_person_is_not_waiting_for_a_device() {
        let mut at = view(State::Preparing, 0);
        assert!(is_unreached(&at));
        at.reason = Some(Reason::WaitingForAnswer);
        assert!(!is_unreached(&at));
        at = view(State::Active, 5);
        assert!(!is_unreached(&at));
        at.reason = Some(Reason::Reconnecting);
        assert!(is_unreached(&at));
    }
}
