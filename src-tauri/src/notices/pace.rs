//! How often a person may be told something: what comes too fast is gathered and said in one sentence.
//!
//! Pure: takes `now`. Two limits hold at once, so that neither a burst nor a steady trickle becomes a flood.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// Notices that may begin within one [`WINDOW`].
pub const BURST: usize = 3;
/// See [`BURST`].
pub const WINDOW: Duration = Duration::from_secs(10);
/// Notices that may begin within one minute.
pub const PER_MINUTE: usize = 8;

const MINUTE: Duration = Duration::from_secs(60);
const LIMITS: [(usize, Duration); 2] = [(BURST, WINDOW), (PER_MINUTE, MINUTE)];

/// Admits notices, or holds them back.
pub(super) struct Lane<T> {
    /// When notices began, within the last minute.
    begun: VecDeque<Instant>,
    held: Vec<T>,
}

impl<T> Default for Lane<T> {
    fn default() -> Self {
        Self {
            begun: VecDeque::new(),
            held: Vec::new(),
        }
    }
}

impl<T> Lane<T> {
    /// Whether this one is said now; else it is held. What is held goes first: a later one does not overtake it.
    pub(super) fn admit(&mut self, now: Instant, one: T) -> Option<T> {
        if self.held.is_empty() && self.has_room(now) {
            self.begun.push_back(now);
            return Some(one);
        }
        self.held.push(one);
        None
    }

    /// When [`Lane::due`] has something, if nothing else happens.
    pub(super) fn next_due(&self) -> Option<Instant> {
        if self.held.is_empty() {
            return None;
        }
        let free = LIMITS.iter().filter_map(|(most, within)| {
            let first = self.begun.len().checked_sub(*most)?;
            Some(*self.begun.get(first)? + *within)
        });
        // None: there is room already, so what is held is due since it is held.
        free.max().or_else(|| self.begun.back().copied())
    }

    /// Everything that was held, to be said at once, if there is room for that.
    pub(super) fn due(&mut self, now: Instant) -> Vec<T> {
        if self.held.is_empty() || !self.has_room(now) {
            return Vec::new();
        }
        self.begun.push_back(now);
        std::mem::take(&mut self.held)
    }

    /// Forgets what is held and is not wanted any more.
    pub(super) fn retain(&mut self, wanted: impl Fn(&T) -> bool) {
        self.held.retain(wanted);
    }

    fn has_room(&mut self, now: Instant) -> bool {
        while self
            .begun
            .front()
            .is_some_and(|begun| now.duration_since(*begun) >= MINUTE)
        {
            self.begun.pop_front();
        }
        LIMITS.iter().all(|(most, within)| {
            let recent = |begun: &&Instant| now.duration_since(**begun) < *within;
            self.begun.iter().filter(recent).count() < *most
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When something was said, in a flood of one every `step` for ten minutes.
    fn said(step: Duration) -> Vec<Instant> {
        let start = Instant::now();
        let mut lane = Lane::default();
        let mut said = Vec::new();
        let mut now = start;
        while now < start + Duration::from_secs(600) {
            let due = lane.due(now);
            said.extend((!due.is_empty()).then_some(now));
            said.extend(lane.admit(now, ()).map(|()| now));
            now += step;
        }
        said
    }

    #[test]
    fn however_long_a_flood_lasts_no_time_has_more_than_its_share() {
        for step in [10, 200, 1000, 3000, 7000, 9999] {
            let said = said(Duration::from_millis(step));
            assert!(said.len() > PER_MINUTE, "{step} ms: the flood is spoken of");
            for (most, within) in LIMITS {
                for times in said.windows(most + 1) {
                    assert!(times[most] - times[0] >= within, "{step} ms");
                }
            }
        }
    }

    #[test]
    fn what_is_slow_enough_is_never_held() {
        assert_eq!(said(Duration::from_secs(10)).len(), 60);
    }

    #[test]
    fn what_is_held_is_due_as_soon_as_there_is_room() {
        let now = Instant::now();
        let mut lane = Lane::default();
        for n in 0..BURST {
            assert_eq!(lane.admit(now, n), Some(n));
        }
        assert_eq!(lane.next_due(), None);
        assert_eq!(lane.admit(now, 7), None);
        assert_eq!(lane.next_due(), Some(now + WINDOW));
        let early = WINDOW.saturating_sub(Duration::from_millis(1));
        assert!(lane.due(now + early).is_empty());
        assert_eq!(lane.due(now + WINDOW), [7]);
        assert_eq!(lane.next_due(), None);
    }

    #[test]
    fn what_is_not_wanted_any_more_is_not_said_later() {
        let now = Instant::now();
        let mut lane = Lane::default();
        for n in 0..=BURST {
            lane.admit(now, n);
        }
        lane.retain(|n| *n != BURST);
        assert_eq!(lane.next_due(), None);
    }
}
