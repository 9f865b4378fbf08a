//! What the tray knows of the engine: a small row for each transfer that matters to it, and counts.
//!
//! Pure: folds updates, answers questions. It keeps every unfinished transfer and the newest [`KEPT_FINISHED`] finished
//! ones, so that a long history costs nothing here.

use std::collections::BTreeMap;

use crate::backend::{Direction, Reason, State, TransferView, Update, Visibility};

/// Finished transfers that are kept: what is removed from the history leaves a gap that others fill.
pub const KEPT_FINISHED: usize = 50;

/// A transfer, as far as the tray shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The transfer's id.
    pub id: String,
    /// Which way.
    pub direction: Direction,
    /// Where it is.
    pub state: State,
    /// Why it stands there.
    pub reason: Option<Reason>,
    /// What it is called, as its sender says.
    pub title: String,
    /// What the other device is called.
    pub peer: String,
    /// Bytes announced, if that is final.
    pub bytes: Option<u64>,
    /// Bytes that are durable.
    pub durable: u64,
    /// When it was made.
    pub created_ms: u64,
    /// When it ended.
    pub finished_ms: Option<u64>,
    /// Received: the first thing that stands in its place.
    pub place: Option<String>,
}

/// Everything that the tray shows.
#[derive(Default, Debug)]
pub struct Overview {
    rows: BTreeMap<String, Row>,
    alarms: usize,
    visibility: Visibility,
}

impl Overview {
    /// Takes what changed.
    pub fn apply(&mut self, update: &Update) {
        for id in &update.removed {
            self.rows.remove(id);
        }
        for transfer in &update.transfers {
            self.rows.insert(transfer.id.clone(), row(transfer));
        }
        if let Some(alarms) = &update.alarms {
            self.alarms = alarms.len();
        }
        if let Some(settings) = &update.settings {
            self.visibility = settings.visibility;
        }
        self.forget_the_oldest();
    }

    /// Alarms that nobody has acknowledged.
    pub fn alarms(&self) -> usize {
        self.alarms
    }

    /// Who may find this device.
    pub fn visibility(&self) -> Visibility {
        self.visibility
    }

    /// Offers that wait for an answer.
    pub fn offers(&self) -> usize {
        self.count(Row::is_offer)
    }

    /// Transfers that a trouble holds.
    pub fn troubled(&self) -> usize {
        self.count(Row::is_troubled)
    }

    /// Transfers that a person has paused, here or there.
    pub fn paused(&self) -> usize {
        self.count(|row| row.state == State::Paused && !row.is_troubled())
    }

    /// Transfers that wait for a device, an answer or their turn.
    pub fn waiting(&self) -> usize {
        self.count(|row| {
            !row.state.is_final() && !row.moves() && !row.is_offer() && row.state != State::Paused
        })
    }

    /// Transfers whose bytes move, in the order in which they were made.
    pub fn moving(&self) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self.rows.values().filter(|row| row.moves()).collect();
        rows.sort_by_key(|row| row.created_ms);
        rows
    }

    /// Finished transfers, the newest first.
    pub fn finished(&self) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self
            .rows
            .values()
            .filter(|row| row.state.is_final())
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.finished_ms));
        rows
    }

    /// How many hundredths of all that moves have arrived; None as long as something is still being counted.
    pub fn percent(&self) -> Option<u8> {
        let moving = self.moving();
        let total = moving
            .iter()
            .map(|row| row.bytes)
            .try_fold(0_u64, |sum, bytes| Some(sum.saturating_add(bytes?)))?;
        let durable: u64 = moving.iter().map(|row| row.durable).sum();
        hundredths(durable, total)
    }

    /// Whether something can be paused.
    pub fn can_pause(&self) -> bool {
        self.count(|row| !row.state.is_final() && !row.is_offer() && row.state != State::Paused) > 0
    }

    /// Whether something was paused here and can go on.
    pub fn can_resume(&self) -> bool {
        self.count(|row| row.state == State::Paused) > 0
    }

    fn count(&self, wanted: impl Fn(&Row) -> bool) -> usize {
        self.rows.values().filter(|row| wanted(row)).count()
    }

    fn forget_the_oldest(&mut self) {
        let finished = self.finished();
        let old: Vec<String> = finished
            .iter()
            .skip(KEPT_FINISHED)
            .map(|row| row.id.clone())
            .collect();
        for id in old {
            self.rows.remove(&id);
        }
    }
}

impl Row {
    /// An offer is a receiving transfer that nobody has answered.
    pub fn is_offer(&self) -> bool {
        self.direction == Direction::Receiving && self.state == State::Created
    }

    /// Whether bytes move, as far as anybody can tell: not while the device is away.
    pub fn moves(&self) -> bool {
        matches!(self.state, State::Active | State::Completing)
            && !matches!(
                self.reason,
                Some(
                    Reason::WaitingForDevice
                        | Reason::WaitingForAnswer
                        | Reason::Reconnecting
                        | Reason::Queued
                )
            )
    }

    fn is_troubled(&self) -> bool {
        let trouble = |reason: Reason| reason.needs_a_person(self.direction);
        self.state == State::Paused && self.reason.is_some_and(trouble)
    }

    /// How many hundredths have arrived.
    pub fn percent(&self) -> Option<u8> {
        hundredths(self.durable, self.bytes?)
    }
}

/// Rounded down, so that 100 means all of it; None of nothing.
fn hundredths(part: u64, whole: u64) -> Option<u8> {
    let percent = (u128::from(part) * 100).checked_div(u128::from(whole))?;
    Some(u8::try_from(percent.min(100)).unwrap_or(100))
}

fn row(transfer: &TransferView) -> Row {
    let receiving = transfer.direction == Direction::Receiving;
    Row {
        id: transfer.id.clone(),
        direction: transfer.direction,
        state: transfer.state,
        reason: transfer.reason,
        title: transfer.title.clone(),
        peer: transfer.peer.name.clone(),
        bytes: transfer.scan_complete.then_some(transfer.bytes),
        durable: transfer.durable_bytes,
        created_ms: transfer.created_ms,
        finished_ms: transfer.finished_ms,
        place: transfer
            .roots
            .iter()
            .find_map(|root| root.path.clone())
            .filter(|_| receiving && transfer.state == State::Completed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notices::example;

    fn update(transfers: Vec<TransferView>) -> Update {
        Update {
            transfers,
            ..Update::default()
        }
    }

    fn finished(n: u64) -> TransferView {
        TransferView {
            finished_ms: Some(n),
            ..example(&n.to_string(), Direction::Sending, State::Completed)
        }
    }

    #[test]
    fn of_a_long_history_the_newest_are_kept_and_of_the_rest_everything() {
        let mut overview = Overview::default();
        let many = KEPT_FINISHED as u64 + 1;
        overview.apply(&update((1..=many).map(finished).collect()));
        let unfinished =
            (0..100).map(|n| example(&format!("u{n}"), Direction::Sending, State::Preparing));
        overview.apply(&update(unfinished.collect()));
        let kept = overview.finished();
        assert_eq!(kept.len(), KEPT_FINISHED);
        assert_eq!(kept[0].id, many.to_string());
        assert!(kept.iter().all(|row| row.id != "1"));
        assert_eq!(overview.waiting(), 100);
    }

    #[test]
    fn what_is_removed_is_gone() {
        let mut overview = Overview::default();
        overview.apply(&update(vec![finished(1)]));
        overview.apply(&Update {
            removed: vec!["1".to_owned()],
            ..Update::default()
        });
        assert!(overview.finished().is_empty());
    }

    #[test]
    fn the_progress_is_that_of_everything_that_moves_and_unknown_while_it_is_counted() {
        let part = |id: &str, durable, bytes, counted| TransferView {
            durable_bytes: durable,
            bytes,
            scan_complete: counted,
            ..example(id, Direction::Sending, State::Active)
        };
        let mut overview = Overview::default();
        assert_eq!(overview.percent(), None);
        overview.apply(&update(vec![
            part("1", 50, 100, true),
            part("2", 0, 300, true),
        ]));
        assert_eq!(overview.percent(), Some(12));
        overview.apply(&update(vec![part("3", 0, 10, false)]));
        assert_eq!(overview.percent(), None);
        overview.apply(&update(vec![part("3", 10, 10, true)]));
        assert_eq!(overview.percent(), Some(14));
    }

    #[test]
    fn every_transfer_is_counted_once() {
        let paused = |reason| TransferView {
            reason: Some(reason),
            ..example(&format!("{reason:?}"), Direction::Receiving, State::Paused)
        };
        let away = TransferView {
            reason: Some(Reason::WaitingForDevice),
            ..example("away", Direction::Sending, State::Active)
        };
        let mut overview = Overview::default();
        overview.apply(&update(vec![
            example("offer", Direction::Receiving, State::Created),
            example("moves", Direction::Receiving, State::Active),
            paused(Reason::PausedHere),
            paused(Reason::DiskFull),
            away,
        ]));
        let counts = [
            overview.offers(),
            overview.moving().len(),
            overview.paused(),
            overview.troubled(),
            overview.waiting(),
        ];
        assert_eq!(counts, [1; 5]);
    }
}
