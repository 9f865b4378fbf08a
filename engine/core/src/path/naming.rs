//! Under which names entries are stored, where they cannot all have the names under which they were sent.
//!
//! A file system may hold a name as another one: in another case, or with letters composed or decomposed.
//! Two names that it holds as one must not become one file. What is sent keeps its name wherever that is
//! possible; otherwise it gets one that is.
//!
//! Invariants: no two paths that one [`Names`] has given fold to the same text; a path that it gives can be
//! held by its system; what is given depends only on the order of the calls.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use super::{PathError, RelPath, System, unused_name};

/// Numbers tried for one name.
const MAX_TRIES: u32 = 10_000;

/// Which differences between names a volume does not see.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Folding {
    /// Upper and lower case.
    pub case: bool,
    /// Composed and decomposed letters (Unicode's normalisation forms).
    pub normalisation: bool,
}

impl Folding {
    /// The text that all names have which the volume holds as `name`.
    ///
    /// It may be the same for names that the volume tells apart (`ß` and `ss`): that costs a number behind a
    /// name, while the other way round would cost a file.
    pub fn fold(self, name: &str) -> String {
        let lower = |text: &str| -> String {
            text.chars()
                .flat_map(char::to_uppercase)
                .flat_map(char::to_lowercase)
                .collect()
        };
        match (self.case, self.normalisation) {
            (false, false) => name.to_owned(),
            (true, false) => lower(name),
            (false, true) => name.nfd().collect(),
            // Once more, because another case may be another composition.
            (true, true) => lower(&name.nfd().collect::<String>()).nfd().collect(),
        }
    }
}

/// Why an entry is not stored under its own name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Problem {
    /// The system has no such names.
    Unholdable,
    /// The volume holds another entry's name, or the name of something that is there, as the same.
    Collision,
}

/// Where an entry is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored {
    /// Its path below the target folder.
    pub path: RelPath,
    /// Why its last component is not the one under which it was sent, if it is not.
    pub problem: Option<Problem>,
}

/// The names given out in one target folder and all below it.
#[derive(Clone, Debug)]
pub struct Names {
    system: System,
    folding: Folding,
    /// By 128 bits of a hash of the folded path: the number to try next for it.
    taken: HashMap<[u8; 16], u32>,
}

impl Names {
    /// Of a folder in which nothing is.
    pub fn new(system: System, folding: Folding) -> Self {
        Self {
            system,
            folding,
            taken: HashMap::new(),
        }
    }

    /// Gives a path in the folder `parent` (itself a path that was given) to what was sent as `name`:
    /// its own name if the system can hold it, nothing has it and it is `free` otherwise, else another.
    ///
    /// # Errors
    /// If the path becomes too long, or ten thousand numbers are taken.
    pub fn give(
        &mut self,
        parent: Option<&RelPath>,
        name: &str,
        mut free: impl FnMut(&RelPath) -> bool,
    ) -> Result<Stored, PathError> {
        let holdable = self.system.holdable(name);
        let own = join(parent, &holdable)?;
        let own_key = self.key(&own);
        let first = self.taken.get(&own_key).copied().unwrap_or(0);
        for number in first..first.saturating_add(MAX_TRIES) {
            let path = if number == 0 {
                own.clone()
            } else {
                join(parent, &unused_name(&holdable, number))?
            };
            let key = self.key(&path);
            let taken = number > 0 && self.taken.contains_key(&key);
            if taken || !free(&path) {
                continue;
            }
            self.taken.insert(key, 1);
            self.taken.insert(own_key, number + 1);
            let problem = if holdable == name {
                (number > 0).then_some(Problem::Collision)
            } else {
                Some(Problem::Unholdable)
            };
            return Ok(Stored { path, problem });
        }
        Err(PathError::NoFreeName(name.to_owned()))
    }

    /// A path that was given before a restart.
    pub fn keep(&mut self, path: &RelPath) {
        let key = self.key(path);
        self.taken.entry(key).or_insert(1);
    }

    /// 128 bits of a hash stand for a path: a million of them collide with a chance of 2^-89.
    fn key(&self, path: &RelPath) -> [u8; 16] {
        let folded = self.folding.fold(path.as_str());
        let mut key = [0; 16];
        key.copy_from_slice(&blake3::hash(folded.as_bytes()).as_bytes()[..16]);
        key
    }
}

fn join(parent: Option<&RelPath>, name: &str) -> Result<RelPath, PathError> {
    match parent {
        Some(parent) => parent.join(name),
        None => RelPath::parse(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOTH: Folding = Folding {
        case: true,
        normalisation: true,
    };
    const NONE: Folding = Folding {
        case: false,
        normalisation: false,
    };

    fn give(names: &mut Names, name: &str) -> (String, Option<Problem>) {
        let stored = names.give(None, name, |_| true).expect("a name is free");
        (stored.path.as_str().to_owned(), stored.problem)
    }

    #[test]
    fn names_that_differ_only_in_case_or_composition_are_numbered_where_the_volume_cannot_tell() {
        let mut names = Names::new(System::Unix, BOTH);
        let collision = Some(Problem::Collision);
        assert_eq!(give(&mut names, "Read.me"), ("Read.me".into(), None));
        assert_eq!(
            give(&mut names, "read.me"),
            ("read (1).me".into(), collision)
        );
        assert_eq!(
            give(&mut names, "READ.ME"),
            ("READ (2).ME".into(), collision)
        );
        assert_eq!(give(&mut names, "caf\u{e9}"), ("caf\u{e9}".into(), None));
        assert_eq!(
            give(&mut names, "cafe\u{301}"),
            ("cafe\u{301} (1)".into(), collision)
        );
        let mut names = Names::new(System::Unix, NONE);
        for name in ["Read.me", "read.me", "caf\u{e9}", "cafe\u{301}"] {
            assert_eq!(give(&mut names, name), (name.to_owned(), None));
        }
    }

    #[test]
    fn a_number_that_was_sent_as_a_name_is_not_given_twice() {
        let mut names = Names::new(System::Unix, BOTH);
        for (name, stored) in [
            ("a", "a"),
            ("A", "A (1)"),
            ("a (1)", "a (1) (1)"),
            ("á", "á"),
        ] {
            assert_eq!(give(&mut names, name).0, stored);
        }
    }

    #[test]
    fn what_the_system_cannot_hold_gets_a_name_that_it_can() {
        let mut names = Names::new(System::Windows, BOTH);
        for (name, stored) in [
            ("a:b", "a_b"),
            ("A?B", "A_B (1)"),
            ("NUL.txt", "_NUL.txt"),
            ("end.", "end_"),
            ("...", "___"),
            ("space ", "space_"),
        ] {
            assert_eq!(
                give(&mut names, name),
                (stored.to_owned(), Some(Problem::Unholdable)),
                "{name}"
            );
        }
    }

    #[test]
    fn what_is_there_already_is_passed_over_and_folders_are_apart() {
        let mut names = Names::new(System::Unix, NONE);
        let a = names
            .give(None, "a", |path| path.as_str() != "a")
            .expect("free");
        assert_eq!(
            (a.path.as_str(), a.problem),
            ("a (1)", Some(Problem::Collision))
        );
        let below = names.give(Some(&a.path), "a", |_| true).expect("free");
        assert_eq!((below.path.as_str(), below.problem), ("a (1)/a", None));
        assert!(names.give(None, "x", |_| false).is_err());
    }

    #[test]
    fn a_hundred_thousand_names_that_fold_to_one_are_numbered_in_no_time() {
        let mut names = Names::new(System::Unix, BOTH);
        for bits in 0..100_000_u32 {
            let name: String = (0..17)
                .map(|bit| if bits >> bit & 1 == 1 { 'A' } else { 'a' })
                .collect();
            let stored = names.give(None, &name, |_| true).expect("free");
            assert_eq!(stored.problem.is_some(), bits > 0);
        }
    }

    proptest! {
        #[test]
        fn no_two_names_given_fold_to_the_same(sent in prop::collection::hash_set("[aAbBéÉe\u{301}:.]{1,4}", 1..40)) {
            let mut names = Names::new(System::Windows, BOTH);
            let mut folded = std::collections::HashSet::new();
            for name in sent {
                if RelPath::parse(&name).is_err() {
                    continue;
                }
                let (stored, _) = give(&mut names, &name);
                prop_assert!(RelPath::parse(&stored).expect("valid").check_for(System::Windows).is_ok(), "{}", stored);
                prop_assert!(folded.insert(BOTH.fold(&stored)), "{}", stored);
            }
        }
    }
}
