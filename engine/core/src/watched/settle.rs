//! When an item is ready: it has been the same for a while, and is not what was sent.

use std::{collections::BTreeMap, time::Duration};

/// How long an item must stay the same.
pub const SETTLE: Duration = Duration::from_secs(3);

/// What tells one version of an item from another: a digest of its names, lengths and times.
pub type Print = [u8; 32];

/// The items of one folder.
#[derive(Clone, Debug, Default)]
pub struct Settling {
    sent: BTreeMap<String, Print>,
    coming: BTreeMap<String, Coming>,
}

#[derive(Clone, Copy, Debug)]
struct Coming {
    print: Print,
    /// When it was first seen like this.
    since: Duration,
}

/// What a look at the folder came to.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Look {
    /// Items to be sent now, each with its print.
    pub ready: Vec<(String, Print)>,
    /// Items that were sent and are there no longer.
    pub gone: Vec<String>,
    /// When to look again, if something is settling; counted from now.
    pub again: Option<Duration>,
}

impl Settling {
    /// A folder of which these have been sent.
    pub fn new(sent: impl IntoIterator<Item = (String, Print)>) -> Self {
        Self {
            sent: sent.into_iter().collect(),
            coming: BTreeMap::new(),
        }
    }

    /// Takes in a look at time `now`, counted from any beginning: all items that are `there`.
    pub fn look(&mut self, now: Duration, there: BTreeMap<String, Print>) -> Look {
        let mut look = Look::default();
        if there.is_empty() {
            self.coming.clear();
            return look;
        }
        self.coming.retain(|name, _| there.contains_key(name));
        let gone = self.sent.keys().filter(|name| !there.contains_key(*name));
        look.gone = gone.cloned().collect();
        self.sent.retain(|name, _| there.contains_key(name));
        for (name, print) in there {
            if self.sent.get(&name) == Some(&print) {
                self.coming.remove(&name);
                continue;
            }
            let new = Coming { print, since: now };
            let coming = self.coming.entry(name.clone()).or_insert(new);
            if coming.print != print {
                *coming = new;
            }
            let wait = SETTLE.saturating_sub(now.saturating_sub(coming.since));
            if wait.is_zero() {
                look.ready.push((name, print));
            } else {
                look.again = Some(look.again.map_or(wait, |again| again.min(wait)));
            }
        }
        look
    }

    /// An item has been handed over to be sent.
    pub fn sent(&mut self, name: String, print: Print) {
        self.coming.remove(&name);
        self.sent.insert(name, print);
    }

    /// Items that are not sent yet.
    pub fn coming(&self) -> usize {
        self.coming.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn there(items: &[(&str, u8)]) -> BTreeMap<String, Print> {
        let item = |&(name, print): &(&str, u8)| (name.to_owned(), [print; 32]);
        items.iter().map(item).collect()
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn an_item_is_ready_when_it_has_stayed_the_same_and_only_once() {
        let mut settling = Settling::default();
        let look = settling.look(at(0), there(&[("a", 1)]));
        assert_eq!((look.ready.len(), look.again), (0, Some(SETTLE)));
        // It is still being written.
        let look = settling.look(at(2), there(&[("a", 2)]));
        assert_eq!((look.ready.len(), look.again), (0, Some(SETTLE)));
        assert_eq!(settling.look(at(4), there(&[("a", 2)])).again, Some(at(1)));
        let look = settling.look(at(5), there(&[("a", 2)]));
        assert_eq!(look.ready, [("a".to_owned(), [2; 32])]);
        // Not handed over yet: offered again.
        assert_eq!(settling.look(at(6), there(&[("a", 2)])).ready.len(), 1);
        settling.sent("a".to_owned(), [2; 32]);
        assert_eq!(settling.look(at(60), there(&[("a", 2)])), Look::default());
        assert_eq!(settling.coming(), 0);
    }

    #[test]
    fn what_changes_later_is_sent_again_and_what_goes_is_forgotten() {
        let mut settling = Settling::new(there(&[("a", 1), ("b", 1)]));
        let look = settling.look(at(0), there(&[("a", 2)]));
        assert_eq!((look.gone, look.ready.len()), (vec!["b".to_owned()], 0));
        assert_eq!(settling.look(at(3), there(&[("a", 2)])).ready.len(), 1);
        // It is back.
        settling.sent("a".to_owned(), [2; 32]);
        settling.look(at(10), there(&[("a", 2), ("b", 1)]));
        assert_eq!(settling.coming(), 1);
    }

    #[test]
    fn a_folder_that_is_suddenly_empty_has_forgotten_nothing() {
        let mut settling = Settling::new(there(&[("a", 1), ("b", 1)]));
        assert_eq!(settling.look(at(0), there(&[])), Look::default());
        let back = settling.look(at(9), there(&[("a", 1), ("b", 1)]));
        assert_eq!(back, Look::default());
    }

    proptest! {
        #[test]
        fn nothing_is_ready_that_was_sent_like_this_or_was_another_within_the_time(
            looks in prop::collection::vec((0_u64..3, prop::collection::btree_map("[abc]", 0_u8..3, 0..3)), 1..40)
        ) {
            let mut settling = Settling::default();
            let mut now = Duration::ZERO;
            let mut history: Vec<(Duration, BTreeMap<String, Print>)> = Vec::new();
            let mut sent: BTreeMap<String, Print> = BTreeMap::new();
            for (pause, items) in looks {
                now += Duration::from_secs(pause);
                let items: BTreeMap<String, Print> =
                    items.into_iter().map(|(name, print)| (name, [print; 32])).collect();
                history.push((now, items.clone()));
                let look = settling.look(now, items.clone());
                if !items.is_empty() {
                    sent.retain(|name, _| items.contains_key(name));
                }
                for (name, print) in look.ready {
                    prop_assert_ne!(sent.get(&name), Some(&print));
                    let recent = history.iter().filter(|(when, _)| *when + SETTLE > now);
                    for (_, seen) in recent {
                        prop_assert_eq!(seen.get(&name), Some(&print));
                    }
                    settling.sent(name.clone(), print);
                    sent.insert(name, print);
                }
            }
        }
    }
}
