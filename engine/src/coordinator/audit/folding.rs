//! What becomes a row of the audit log, and what is only counted on one: pure, so that a flood can be played in a test.
//!
//! The same again within [`WINDOW`] is counted on the row that is there. Rows are rationed, for each device and for all
//! strangers together; what is over that is counted on one row for its kind.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use chunkstream_core::{device::DeviceId, id::TransferId};

use crate::store::{EventOrigin, NewEvent};

/// How long the same again is the same.
pub(super) const WINDOW: Duration = Duration::from_secs(600);
/// Rows in that time caused at this device.
pub(super) const ROWS_HERE: u32 = 1_000;
/// Rows in that time caused by one known device.
pub(super) const ROWS_OF_KNOWN: u32 = 200;
/// Rows in that time caused by one stranger.
pub(super) const ROWS_OF_STRANGER: u32 = 8;
/// Rows in that time caused by all strangers together.
pub(super) const ROWS_OF_STRANGERS: u32 = 100;
/// Rows that wait for a database that cannot be written.
pub(super) const MAX_WAITING: usize = 4_096;

/// What makes two events the same.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Key {
    kind: &'static str,
    device: Option<DeviceId>,
    session: Option<TransferId>,
    /// Of what somebody did here: all of it. Else why, and by whom.
    detail: BTreeMap<String, String>,
}

/// Events that are not as they should be in the database.
#[derive(Debug, Default)]
pub(super) struct Folding {
    /// When the window began.
    began: Option<Duration>,
    /// The newest row of each key of this window.
    open: HashMap<Key, u64>,
    rows: HashMap<Option<DeviceId>, u32>,
    strangers: u32,
    waiting: BTreeMap<u64, Slot>,
    next: u64,
    lost: u32,
}

#[derive(Debug)]
struct Slot {
    event: NewEvent,
    /// Its number in the database, once it has one.
    stored: Option<u64>,
    dirty: bool,
}

/// What is to be written.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) events: Vec<NewEvent>,
    /// Number, count and last time.
    pub(super) counts: Vec<(u64, u32, u64)>,
    /// The slots of the events, then of the counts.
    new: Vec<u64>,
    counted: Vec<(u64, u32)>,
    /// Events that were lost before.
    pub(super) lost: u32,
}

impl Folding {
    /// Takes an event in at `now`. True if it is a row of its own, false if it is only counted.
    pub(super) fn take(&mut self, now: Duration, event: NewEvent) -> bool {
        if self.began.is_none_or(|began| now >= began + WINDOW) {
            self.began = Some(now);
            self.open.clear();
            self.rows.clear();
            self.strangers = 0;
            self.forget();
        }
        let mut reason = event.detail.clone();
        reason.retain(|word, _| ["reason", "by"].contains(&word.as_str()));
        let of_kind = Key {
            kind: event.kind,
            device: None,
            session: None,
            detail: reason,
        };
        let of_device = Key {
            device: event.device,
            ..of_kind.clone()
        };
        let mut whole = Key {
            session: event.session,
            ..of_device.clone()
        };
        if event.origin == EventOrigin::Here {
            whole.detail.clone_from(&event.detail);
        }
        if self.count(&whole, &event) {
            return false;
        }
        let rows = self.rows.get(&event.device).copied().unwrap_or_default();
        let (key, event) = match event.origin {
            EventOrigin::Here if rows < ROWS_HERE => (whole, event),
            EventOrigin::Known if rows < ROWS_OF_KNOWN => (whole, event),
            EventOrigin::Stranger
                if rows < ROWS_OF_STRANGER && self.strangers < ROWS_OF_STRANGERS =>
            {
                (whole, event)
            }
            EventOrigin::Here | EventOrigin::Known => (of_device, without_particulars(event, true)),
            EventOrigin::Stranger => (of_kind, without_particulars(event, false)),
        };
        if self.count(&key, &event) {
            return false;
        }
        if self.waiting.len() >= MAX_WAITING {
            self.lost = self.lost.saturating_add(1);
            return false;
        }
        *self.rows.entry(event.device).or_default() += 1;
        self.strangers += u32::from(event.origin == EventOrigin::Stranger);
        let slot = self.next;
        self.next += 1;
        self.open.insert(key, slot);
        let (stored, dirty) = (None, true);
        self.waiting.insert(
            slot,
            Slot {
                event,
                stored,
                dirty,
            },
        );
        true
    }

    /// Counts an event on its row; false if there is none.
    fn count(&mut self, key: &Key, event: &NewEvent) -> bool {
        let slot = self
            .open
            .get(key)
            .and_then(|slot| self.waiting.get_mut(slot));
        let Some(slot) = slot else {
            return false;
        };
        slot.event.count = slot.event.count.saturating_add(1);
        slot.event.last_ms = event.last_ms;
        slot.dirty = true;
        true
    }

    /// Whether there is something to write: rows, or only counts.
    pub(super) fn due(&self) -> Option<Due> {
        let mut due = None;
        for slot in self.waiting.values().filter(|slot| slot.dirty) {
            if slot.stored.is_none() {
                return Some(Due::Rows);
            }
            due = Some(Due::Counts);
        }
        due
    }

    /// What is to be written now.
    pub(super) fn batch(&mut self) -> Batch {
        let mut batch = Batch {
            lost: std::mem::take(&mut self.lost),
            ..Batch::default()
        };
        for (number, slot) in self.waiting.iter().filter(|(_, slot)| slot.dirty) {
            let event = &slot.event;
            match slot.stored {
                None => {
                    batch.new.push(*number);
                    batch.events.push(event.clone());
                }
                Some(id) => {
                    batch.counted.push((*number, event.count));
                    batch.counts.push((id, event.count, event.last_ms));
                }
            }
        }
        batch
    }

    /// A batch has been written; the new events have these numbers.
    pub(super) fn written(&mut self, batch: &Batch, ids: &[u64]) {
        let new = batch.new.iter().zip(&batch.events).zip(ids);
        for ((number, event), id) in new {
            if let Some(slot) = self.waiting.get_mut(number) {
                slot.stored = Some(*id);
                slot.dirty = slot.event.count != event.count;
            }
        }
        for (number, count) in &batch.counted {
            if let Some(slot) = self.waiting.get_mut(number) {
                slot.dirty = slot.event.count != *count;
            }
        }
        self.forget();
    }

    /// A batch could not be written.
    pub(super) fn failed(&mut self, batch: &Batch) {
        self.lost = self.lost.saturating_add(batch.lost);
    }

    /// Lets go of rows that are in the database and on which nothing is counted any more.
    fn forget(&mut self) {
        let open: std::collections::HashSet<u64> = self.open.values().copied().collect();
        self.waiting
            .retain(|number, slot| slot.dirty || open.contains(number));
    }
}

/// How soon something is to be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Due {
    Rows,
    Counts,
}

/// One row for many.
fn without_particulars(mut event: NewEvent, with_device: bool) -> NewEvent {
    event.session = None;
    event
        .detail
        .retain(|word, _| ["reason", "by"].contains(&word.as_str()));
    if !with_device {
        event.device = None;
    }
    event
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(origin: EventOrigin, device: u32, session: u32, reason: &str) -> NewEvent {
        let mut id = [0; 20];
        id[..4].copy_from_slice(&device.to_le_bytes());
        let mut transfer = [0; 16];
        transfer[..4].copy_from_slice(&session.to_le_bytes());
        NewEvent {
            at_ms: 1,
            last_ms: 1,
            count: 1,
            origin,
            kind: "refused",
            device: Some(DeviceId(id)),
            session: Some(TransferId(transfer)),
            detail: BTreeMap::from([
                ("reason".to_owned(), reason.to_owned()),
                ("address".to_owned(), "10.0.0.1:1".to_owned()),
            ]),
        }
    }

    fn write(folding: &mut Folding, first: u64) -> Batch {
        let batch = folding.batch();
        let ids: Vec<u64> = (first..).take(batch.events.len()).collect();
        folding.written(&batch, &ids);
        batch
    }

    const AT: Duration = Duration::from_secs(5);

    #[test]
    fn the_same_again_is_counted_on_the_same_row() {
        let mut folding = Folding::default();
        let same = event(EventOrigin::Stranger, 1, 1, "blocked");
        assert!(folding.take(AT, same.clone()));
        for _ in 1..10_000 {
            assert!(!folding.take(AT, same.clone()));
        }
        let batch = write(&mut folding, 7);
        assert_eq!((batch.events.len(), batch.events[0].count), (1, 10_000));
        assert_eq!(folding.due(), None);
        // Also when it is written already.
        let later = NewEvent {
            last_ms: 9,
            ..same.clone()
        };
        assert!(!folding.take(AT, later));
        assert_eq!(folding.due(), Some(Due::Counts));
        let batch = write(&mut folding, 8);
        assert_eq!(
            (batch.events.len(), batch.counts),
            (0, vec![(7, 10_001, 9)])
        );
        // In the next window it is news again.
        assert!(folding.take(AT + WINDOW, same));
        assert_eq!(write(&mut folding, 8).events.len(), 1);
    }

    #[test]
    fn another_reason_another_device_or_another_transfer_is_a_row() {
        let mut folding = Folding::default();
        for (device, session, reason) in [(1, 1, "a"), (1, 1, "b"), (2, 1, "a"), (1, 2, "a")] {
            let event = event(EventOrigin::Known, device, session, reason);
            assert!(folding.take(AT, event), "{device} {session} {reason}");
        }
    }

    #[test]
    fn what_somebody_did_here_is_the_same_only_if_all_of_it_is() {
        let mut folding = Folding::default();
        let mut done = event(EventOrigin::Here, 1, 1, "a");
        assert!(folding.take(AT, done.clone()));
        assert!(!folding.take(AT, done.clone()));
        done.detail.insert("to".to_owned(), "mine".to_owned());
        assert!(folding.take(AT, done));
    }

    #[test]
    fn one_row_more_than_a_device_may_have_is_counted_without_its_transfer() {
        let mut folding = Folding::default();
        for session in 0..ROWS_OF_KNOWN {
            assert!(folding.take(AT, event(EventOrigin::Known, 1, session, "a")));
        }
        assert!(
            folding.take(AT, event(EventOrigin::Known, 1, ROWS_OF_KNOWN, "a")),
            "the row for the rest"
        );
        assert!(!folding.take(AT, event(EventOrigin::Known, 1, ROWS_OF_KNOWN + 1, "a")));
        let rest = folding.batch().events.pop().expect("the last");
        assert_eq!((rest.session, rest.count), (None, 2));
        assert!(rest.device.is_some() && !rest.detail.contains_key("address"));
    }

    #[test]
    fn a_flood_of_strangers_makes_a_bounded_number_of_rows() {
        let mut folding = Folding::default();
        for device in 0..100_000 {
            folding.take(AT, event(EventOrigin::Stranger, device, device, "a"));
        }
        let batch = folding.batch();
        assert_eq!(batch.events.len() as u32, ROWS_OF_STRANGERS + 1);
        let rest = batch.events.last().expect("the rest");
        assert_eq!(
            (rest.device, rest.count),
            (None, 100_000 - ROWS_OF_STRANGERS)
        );
    }

    #[test]
    fn one_stranger_does_not_take_the_rows_of_all() {
        let mut folding = Folding::default();
        for session in 0..1_000 {
            folding.take(AT, event(EventOrigin::Stranger, 1, session, "a"));
        }
        assert_eq!(folding.batch().events.len() as u32, ROWS_OF_STRANGER + 1);
        assert!(folding.take(AT, event(EventOrigin::Stranger, 2, 1, "a")));
    }

    #[test]
    fn what_is_counted_while_it_is_written_is_written_later() {
        let mut folding = Folding::default();
        let same = event(EventOrigin::Known, 1, 1, "a");
        folding.take(AT, same.clone());
        let batch = folding.batch();
        folding.take(AT, same);
        folding.written(&batch, &[3]);
        assert_eq!(folding.batch().counts, [(3, 2, 1)]);
    }

    #[test]
    fn one_more_than_may_wait_is_lost_and_told() {
        let mut folding = Folding::default();
        let mut windows = 0;
        while folding.waiting.len() < MAX_WAITING {
            windows += 1;
            for session in 0..ROWS_HERE {
                folding.take(WINDOW * windows, event(EventOrigin::Here, 1, session, "a"));
            }
        }
        let over = event(EventOrigin::Here, 2, 1, "a");
        assert!(!folding.take(WINDOW * windows, over));
        let batch = folding.batch();
        assert!(batch.lost >= 1 && batch.events.len() == MAX_WAITING);
        folding.failed(&batch);
        assert_eq!(
            folding.batch().lost,
            batch.lost,
            "told when the database is back"
        );
    }
}
