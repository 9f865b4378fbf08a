use std::time::Duration;

use super::{
    pace::{BURST, WINDOW},
    *,
};
use crate::backend::Failure;

/// A transfer as the engine shows it.
pub(crate) fn transfer(id: &str, direction: Direction, state: State) -> TransferView {
    let is_offer = direction == Direction::Receiving && state == State::Created;
    let reason = is_offer.then_some(Reason::WaitingForAnswer);
    serde_json::from_value(serde_json::json!({
        "id": id, "direction": direction, "state": state, "reason": reason, "priority": "normal",
        "peer": { "device_id": "ABCD", "name": "Bob's laptop", "role": "ask", "known": false },
        "title": "holiday.jpg and 3 more", "files": 4, "bytes": 1_234_000, "scan_complete": true,
        "durable_bytes": 0, "files_done": 0, "rate": 0, "seconds_left": null, "folder": null,
        "roots": [], "root_count": 4, "preview": [], "preflight": null, "changed": null, "kept_bytes": 0,
        "deadline_ms": null, "verification": null, "failure": null,
        "stats": {
            "wire_bytes_sent": 0, "wire_bytes_received": 0, "packets_lost": 0, "chunks_sent": 0,
            "chunks_resent": 0, "chunks_rebuilt": 0, "parity_bytes": 0, "parity_datagrams": 0, "streams_cancelled": 0, "rtt_ms": 0.0
        },
        "created_ms": 0, "finished_ms": null
    }))
    .expect("every field that the engine shows")
}

fn update(transfers: impl IntoIterator<Item = TransferView>) -> Update {
    Update {
        transfers: transfers.into_iter().collect(),
        ..Update::default()
    }
}

/// Past its first update.
fn started(now: Instant) -> Notices {
    let mut notices = Notices::default();
    assert_eq!(notices.update(now, &Update::default()), Outcome::default());
    notices
}

use Direction::{Receiving, Sending};

#[test]
fn an_offer_is_announced_once_with_who_what_and_size() {
    let now = Instant::now();
    let mut notices = started(now);
    let offer = update([transfer("1", Receiving, State::Created)]);
    let outcome = notices.update(now, &offer);
    assert_eq!(outcome.notices.len(), 1);
    assert!(outcome.notices[0].asks);
    assert_eq!(
        outcome.notices[0].title,
        "Bob's laptop wants to send you holiday.jpg and 3 more"
    );
    assert!(
        outcome.notices[0].body.starts_with("4 files, 1.23 MB."),
        "{}",
        outcome.notices[0].body
    );
    assert_eq!(outcome.notices[0].leads_to, LeadsTo::Inbox);
    assert_eq!(notices.update(now, &offer), Outcome::default());
}

#[test]
fn an_offer_that_a_rule_takes_asks_nobody_and_one_that_it_does_not_asks_once() {
    let now = Instant::now();
    let mut notices = started(now);
    let undecided = TransferView {
        reason: None,
        ..transfer("1", Receiving, State::Created)
    };
    let outcome = notices.update(now, &update([undecided.clone()]));
    assert_eq!(outcome, Outcome::default());
    let asked = update([transfer("1", Receiving, State::Created)]);
    assert!(notices.update(now, &asked).notices[0].asks);
    // Its sender goes and comes back.
    assert_eq!(
        notices.update(now, &update([undecided])),
        Outcome::default()
    );
    assert_eq!(notices.update(now, &asked), Outcome::default());
}

#[test]
fn an_offer_that_was_declined_and_is_made_again_is_announced_again() {
    let now = Instant::now();
    let mut notices = started(now);
    let offer = update([transfer("1", Receiving, State::Created)]);
    assert!(notices.update(now, &offer).notices[0].asks);
    let ended = update([transfer("1", Receiving, State::Cancelled)]);
    assert_eq!(notices.update(now, &ended).answered, ["1"]);
    assert!(notices.update(now, &offer).notices[0].asks);
}

#[test]
fn it_is_said_in_the_language_that_is_spoken() {
    let now = Instant::now();
    let mut notices = started(now);
    notices.speak(Language::De);
    let outcome = notices.update(now, &update([transfer("1", Receiving, State::Created)]));
    let [notice] = &outcome.notices[..] else {
        panic!("{outcome:?}");
    };
    assert_eq!(
        notice.title,
        "Bob's laptop möchte dir holiday.jpg and 3 more senden"
    );
    assert!(notice.body.starts_with("4 Dateien, 1,23 MB."), "{notice:?}");
}

#[test]
fn an_offer_that_is_still_being_counted_says_at_least() {
    let now = Instant::now();
    let offer = TransferView {
        scan_complete: false,
        ..transfer("1", Receiving, State::Created)
    };
    let outcome = started(now).update(now, &update([offer]));
    assert!(
        outcome.notices[0].body.starts_with("at least 4 files"),
        "{}",
        outcome.notices[0].body
    );
}

#[test]
fn what_had_ended_before_the_start_is_not_announced_but_a_waiting_offer_is() {
    let now = Instant::now();
    let mut notices = Notices::default();
    let outcome = notices.update(
        now,
        &update([
            transfer("1", Receiving, State::Completed),
            transfer("2", Sending, State::Failed),
            transfer("3", Receiving, State::Created),
        ]),
    );
    assert_eq!(outcome.notices.len(), 1);
    assert!(outcome.notices[0].asks);
}

#[test]
fn completion_is_announced_once_in_either_direction() {
    for (direction, title) in [
        (
            Receiving,
            "holiday.jpg and 3 more has arrived from Bob's laptop",
        ),
        (Sending, "holiday.jpg and 3 more is at Bob's laptop"),
    ] {
        let now = Instant::now();
        let mut notices = started(now);
        assert_eq!(
            notices.update(now, &update([transfer("1", direction, State::Active)])),
            Outcome::default()
        );
        let outcome = notices.update(now, &update([transfer("1", direction, State::Completed)]));
        assert_eq!(
            outcome
                .notices
                .iter()
                .map(|notice| notice.title.as_str())
                .collect::<Vec<_>>(),
            [title]
        );
        assert_eq!(
            notices.update(now, &update([transfer("1", direction, State::Completed)])),
            Outcome::default()
        );
    }
}

#[test]
fn a_transfer_that_is_first_seen_at_its_end_is_announced() {
    let now = Instant::now();
    let outcome = started(now).update(now, &update([transfer("1", Receiving, State::Completed)]));
    assert_eq!(outcome.notices.len(), 1);
}

#[test]
fn failures_and_the_other_sides_no_are_announced_and_ones_own_are_not() {
    let cases = [
        (Sending, State::Failed, None, true),
        (Receiving, State::Failed, Some(Code::Integrity), true),
        (Sending, State::Failed, Some(Code::Declined), true),
        (Sending, State::Cancelled, Some(Code::Declined), true),
        (
            Receiving,
            State::Cancelled,
            Some(Code::CancelledByPeer),
            true,
        ),
        (Receiving, State::Cancelled, Some(Code::Declined), false),
        (Sending, State::Cancelled, None, false),
    ];
    for (direction, state, code, announced) in cases {
        let now = Instant::now();
        let mut notices = started(now);
        notices.update(now, &update([transfer("1", direction, State::Active)]));
        let failure = code.map(|code| Failure::new(code, "why"));
        let outcome = notices.update(
            now,
            &update([TransferView {
                failure,
                ..transfer("1", direction, state)
            }]),
        );
        assert_eq!(
            !outcome.notices.is_empty(),
            announced,
            "{direction:?} {state:?} {code:?}"
        );
    }
}

#[test]
fn a_pause_by_a_trouble_is_announced_once_and_a_pause_by_a_person_is_not() {
    let now = Instant::now();
    let mut notices = started(now);
    let paused = |reason| TransferView {
        reason: Some(reason),
        ..transfer("1", Receiving, State::Paused)
    };
    notices.update(now, &update([transfer("1", Receiving, State::Active)]));
    for nobodys in [Reason::PausedHere, Reason::SourceChanged] {
        assert_eq!(
            notices.update(now, &update([paused(nobodys)])),
            Outcome::default()
        );
    }
    let outcome = notices.update(now, &update([paused(Reason::DiskFull)]));
    assert!(
        outcome.notices[0].body.contains("disk is full"),
        "{:?}",
        outcome.notices
    );
    assert_eq!(
        notices.update(now, &update([paused(Reason::DiskFull)])),
        Outcome::default()
    );
    notices.update(now, &update([transfer("1", Receiving, State::Active)]));
    assert_eq!(
        notices
            .update(now, &update([paused(Reason::DiskFull)]))
            .notices
            .len(),
        1
    );
}

#[test]
fn a_flood_is_held_back_and_summed_up() {
    let now = Instant::now();
    let mut notices = started(now);
    let offers = (0..BURST).map(|n| transfer(&n.to_string(), Receiving, State::Created));
    assert_eq!(notices.update(now, &update(offers)).notices.len(), BURST);
    assert_eq!(notices.next_due(), None);

    let later = now + Duration::from_secs(1);
    let one_over = notices.update(later, &update([transfer("x", Receiving, State::Created)]));
    // It opens no window either: that goes with what is said.
    assert_eq!(one_over, Outcome::default());
    notices.update(
        later,
        &update([
            transfer("y", Receiving, State::Completed),
            transfer("z", Sending, State::Completed),
        ]),
    );
    assert_eq!(notices.next_due(), Some(now + WINDOW));
    let almost = WINDOW
        .checked_sub(Duration::from_millis(1))
        .expect("the window is longer");
    assert_eq!(notices.due(now + almost), None);

    let summary = notices.due(now + WINDOW).expect("there is room again");
    assert_eq!(summary.title, "3 more transfers");
    assert_eq!(summary.body, "1 new offer, 1 arrived, 1 delivered");
    assert_eq!(summary.leads_to, LeadsTo::Inbox);
    assert!(summary.asks);
    assert_eq!(
        (notices.next_due(), notices.due(now + WINDOW)),
        (None, None)
    );
}

#[test]
fn a_single_held_notice_is_said_as_itself() {
    let now = Instant::now();
    let mut notices = started(now);
    let ended = (0..=BURST).map(|n| transfer(&n.to_string(), Receiving, State::Completed));
    assert_eq!(notices.update(now, &update(ended)).notices.len(), BURST);
    let held = notices.due(now + WINDOW).expect("there is room again");
    assert_eq!(
        held.title,
        "holiday.jpg and 3 more has arrived from Bob's laptop"
    );
}

#[test]
fn no_window_begins_with_more_notices_than_a_burst_however_long_the_flood_lasts() {
    let start = Instant::now();
    let mut notices = started(start);
    let mut shown: Vec<Instant> = Vec::new();
    for step in 0..300_u32 {
        let now = start + Duration::from_millis(200) * step;
        shown.extend(notices.due(now).map(|_| now));
        let outcome = notices.update(
            now,
            &update([transfer(&step.to_string(), Receiving, State::Completed)]),
        );
        shown.extend(outcome.notices.iter().map(|_| now));
    }
    assert!(shown.len() > BURST, "the flood is spoken of at all");
    for window in shown.windows(BURST + 1) {
        assert!(window[BURST] - window[0] >= WINDOW, "{window:?}");
    }
}

#[test]
fn a_removed_transfer_is_forgotten() {
    let now = Instant::now();
    let mut notices = started(now);
    notices.update(now, &update([transfer("1", Receiving, State::Completed)]));
    notices.update(
        now,
        &Update {
            removed: vec!["1".to_owned()],
            ..Update::default()
        },
    );
    assert_eq!(notices.known.as_ref().map(HashMap::len), Some(0));
}

#[test]
fn an_offer_can_be_answered_where_it_is_announced_until_it_is_answered_anywhere() {
    let now = Instant::now();
    let mut notices = started(now);
    let outcome = notices.update(now, &update([transfer("1", Receiving, State::Created)]));
    assert_eq!(outcome.notices[0].offer.as_deref(), Some("1"));
    assert!(
        outcome.notices[0].body.contains("you do not know"),
        "{:?}",
        outcome.notices
    );
    let outcome = notices.update(now, &update([transfer("1", Receiving, State::Preparing)]));
    assert_eq!(outcome.answered, ["1"]);
    let outcome = notices.update(now, &update([transfer("1", Receiving, State::Active)]));
    assert!(outcome.answered.is_empty());
}

#[test]
fn an_offer_that_is_withdrawn_while_it_is_held_back_is_not_announced_any_more() {
    let now = Instant::now();
    let mut notices = started(now);
    let offers = (0..=BURST).map(|n| transfer(&n.to_string(), Receiving, State::Created));
    assert_eq!(notices.update(now, &update(offers)).notices.len(), BURST);
    let withdrawn = Update {
        removed: vec![BURST.to_string()],
        ..Update::default()
    };
    notices.update(now, &withdrawn);
    assert_eq!(notices.next_due(), None);
}

fn alarm(id: u64) -> AlarmView {
    serde_json::from_value(serde_json::json!({
        "id": id, "kind": "other_key", "found": "WXYZ", "address": "192.168.1.31:7000", "at_ms": 0, "last_ms": 0,
        "device": { "device_id": "ABCD", "name": "Bob's laptop", "role": "trusted", "known": true },
        "count": 1, "acknowledged_ms": null, "advice": "Look."
    }))
    .expect("every field that the engine shows")
}

fn alarms(ids: impl IntoIterator<Item = u64>) -> Update {
    Update {
        alarms: Some(ids.into_iter().map(alarm).collect()),
        ..Update::default()
    }
}

#[test]
fn an_alarm_is_told_once_and_again_when_it_is_raised_again() {
    let now = Instant::now();
    let mut notices = started(now);
    let outcome = notices.update(now, &alarms([1]));
    assert_eq!(outcome.notices[0].title, "This is not Bob's laptop");
    assert_eq!(outcome.notices[0].leads_to, LeadsTo::Alarms);
    assert_eq!(notices.update(now, &alarms([1])), Outcome::default());
    assert_eq!(notices.update(now, &Update::default()), Outcome::default());
    notices.update(now, &alarms([]));
    assert_eq!(notices.update(now, &alarms([1])).notices.len(), 1);
}

#[test]
fn a_flood_of_offers_hides_no_alarm_and_a_flood_of_alarms_is_gathered() {
    let now = Instant::now();
    let mut notices = started(now);
    let offers = (0..100).map(|n| transfer(&n.to_string(), Receiving, State::Created));
    notices.update(now, &update(offers));
    let many = BURST as u64 + 2;
    assert_eq!(notices.update(now, &alarms(0..many)).notices.len(), BURST);
    let gathered = notices.due(now + WINDOW).expect("there is room again");
    assert_eq!(gathered.title, "2 more devices are not what they should be");
    let rest = notices.due(now + WINDOW).expect("the offers come after");
    assert_eq!(rest.title, "97 more transfers");
}
