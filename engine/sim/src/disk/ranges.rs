//! Sets of byte offsets, kept as merged ranges: what is allocated, dirty or has been read.

use std::{collections::BTreeMap, ops::Range};

/// A set of offsets. Neighbouring ranges are merged, so that a gigabyte written in order is one entry.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub struct Ranges(BTreeMap<u64, u64>);

impl Ranges {
    /// Adds a range.
    pub fn insert(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        let (mut start, mut end) = (range.start, range.end);
        // All ranges that touch the new one: the last that begins before its end may reach into it.
        while let Some((&s, &e)) = self.0.range(..=end).next_back() {
            if e < start {
                break;
            }
            self.0.remove(&s);
            start = start.min(s);
            end = end.max(e);
        }
        self.0.insert(start, end);
    }

    /// Takes a range out.
    pub fn remove(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        while let Some((&s, &e)) = self.0.range(..range.end).next_back() {
            if e <= range.start {
                break;
            }
            self.0.remove(&s);
            if range.end < e {
                self.0.insert(range.end, e);
            }
            if s < range.start {
                self.0.insert(s, range.start);
            }
        }
    }

    /// Removes all that lies at or beyond `end`.
    pub fn truncate(&mut self, end: u64) {
        let _ = self.0.split_off(&end);
        if let Some(mut last) = self.0.last_entry() {
            let clipped = (*last.get()).min(end);
            last.insert(clipped);
        }
    }

    /// How many offsets of `range` are in the set.
    pub fn count_in(&self, range: Range<u64>) -> u64 {
        let before = self.0.range(..range.start).next_back();
        before
            .into_iter()
            .chain(self.0.range(range.start..range.end.max(range.start)))
            .map(|(&s, &e)| e.min(range.end).saturating_sub(s.max(range.start)))
            .sum()
    }

    /// How many offsets are in the set.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|(s, e)| e - s).sum()
    }

    /// The ranges, ascending.
    pub fn iter(&self) -> impl Iterator<Item = Range<u64>> + '_ {
        self.0.iter().map(|(&s, &e)| s..e)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn ranges_hold_what_a_set_of_numbers_holds(
            inserts in prop::collection::vec((0_u64..60, 0_u64..12), 0..20),
            hole in (0_u64..70, 0_u64..20),
            cut in prop::option::of(0_u64..70),
            asked in (0_u64..70, 0_u64..20),
        ) {
            let mut ranges = Ranges::default();
            let mut set = BTreeSet::new();
            for (start, len) in inserts {
                ranges.insert(start..start + len);
                set.extend(start..start + len);
            }
            let hole = hole.0..hole.0 + hole.1;
            ranges.remove(hole.clone());
            set.retain(|n| !hole.contains(n));
            if let Some(cut) = cut {
                ranges.truncate(cut);
                set.retain(|&n| n < cut);
            }
            prop_assert_eq!(ranges.count(), set.len() as u64);
            let asked = asked.0..asked.0 + asked.1;
            prop_assert_eq!(ranges.count_in(asked.clone()), set.range(asked).count() as u64);
            let all: Vec<u64> = ranges.iter().flatten().collect();
            prop_assert_eq!(all, set.into_iter().collect::<Vec<_>>());
        }
    }
}
