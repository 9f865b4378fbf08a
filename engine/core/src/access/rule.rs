//! A rule for one device, and the gate that holds one transfer to it.

use serde::{Deserialize, Serialize};

use super::{FolderTemplate, TypePattern};
use crate::{
    manifest::{Entry, EntryKind},
    units::format_bytes,
};

/// The most types that one rule names.
pub const MAX_TYPES: usize = 64;

/// What a device whose offers are accepted may bring without a question. What is over it is asked about.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AcceptRule {
    /// At most so many bytes in one transfer; 0 asks always; no limit if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub max_bytes: Option<u64>,
    /// Only files of these types (`images`, `audio`, `video`, `documents`, `archives`, or an ending such as `jpg`), and
    /// folders; any if empty.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(type = "string[]"))]
    pub types: Vec<TypePattern>,
    /// Where it goes, such as `{device}/{date}`: below the inbox folder, or absolute; the inbox folder if None.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(type = "string | null"))]
    pub folder: Option<FolderTemplate>,
}

/// Why a rule makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// More than [`MAX_TYPES`].
    #[error("a rule names at most {MAX_TYPES} types, not {0}")]
    TooManyTypes(usize),
}

/// What a transfer has that its rule does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Excess {
    /// Too much.
    #[error("it is larger than {} altogether, up to which this device is not asked about", format_bytes(*limit))]
    Size {
        /// The most bytes.
        limit: u64,
    },
    /// Something of another type.
    #[error("{path} is of a type that this device is asked about")]
    Type {
        /// The first such entry.
        path: String,
    },
}

impl Excess {
    /// The word that scripts and the audit log use.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Size { .. } => "size",
            Self::Type { .. } => "type",
        }
    }
}

impl AcceptRule {
    /// Whether it can be kept.
    ///
    /// # Errors
    /// If it is too long.
    pub fn check(&self) -> Result<(), RuleError> {
        if self.types.len() > MAX_TYPES {
            return Err(RuleError::TooManyTypes(self.types.len()));
        }
        Ok(())
    }

    /// Whether any transfer could be over it.
    pub fn narrows(&self) -> bool {
        self.max_bytes.is_some() || !self.types.is_empty()
    }
}

/// Counts what a transfer announces against its rule.
#[derive(Debug, Clone)]
pub struct Gate {
    rule: AcceptRule,
    bytes: u64,
}

impl Gate {
    /// For a transfer of which nothing is announced yet.
    pub fn new(rule: AcceptRule) -> Self {
        Self { rule, bytes: 0 }
    }

    /// Takes the next entry.
    ///
    /// # Errors
    /// [`Excess`] if the rule does not allow it; it is not counted then.
    pub fn take(&mut self, entry: &Entry) -> Result<(), Excess> {
        let bytes = self.bytes.saturating_add(entry.len());
        if let Some(limit) = self.rule.max_bytes
            && (bytes > limit || limit == 0)
        {
            return Err(Excess::Size { limit });
        }
        let name = entry.path.file_name();
        let fits = self.rule.types.is_empty()
            || match entry.kind {
                EntryKind::Folder => true,
                // A link is of no type; where it leads is not known here.
                EntryKind::Symlink { .. } => false,
                EntryKind::File { .. } => self.rule.types.iter().any(|types| types.takes(name)),
            };
        if !fits {
            return Err(Excess::Type {
                path: entry.path.as_str().to_owned(),
            });
        }
        self.bytes = bytes;
        Ok(())
    }

    /// An entry that was taken is no part of the transfer any more.
    pub fn release(&mut self, entry: &Entry) {
        self.bytes = self.bytes.saturating_sub(entry.len());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::path::RelPath;

    fn entry(path: &str, kind: EntryKind) -> Entry {
        Entry {
            path: RelPath::parse(path).expect("a path"),
            kind,
            modified_ns: None,
            mode: None,
        }
    }

    fn file(path: &str, len: u64) -> Entry {
        entry(path, EntryKind::File { len })
    }

    fn rule(max_bytes: Option<u64>, types: &[&str]) -> AcceptRule {
        AcceptRule {
            max_bytes,
            types: types
                .iter()
                .map(|text| text.parse().expect("a type"))
                .collect(),
            folder: None,
        }
    }

    #[test]
    fn one_byte_over_the_limit_is_asked_about_and_not_counted() {
        let mut gate = Gate::new(rule(Some(100), &[]));
        assert_eq!(gate.take(&file("a", 60)), Ok(()));
        assert_eq!(gate.take(&file("b", 41)), Err(Excess::Size { limit: 100 }));
        assert_eq!(gate.take(&file("c", 40)), Ok(()));
        assert_eq!(gate.take(&file("d", 1)), Err(Excess::Size { limit: 100 }));
        gate.release(&file("a", 60));
        assert_eq!(gate.take(&file("e", 60)), Ok(()));
    }

    #[test]
    fn sizes_that_overflow_are_over_every_limit() {
        let mut gate = Gate::new(rule(Some(u64::MAX - 1), &[]));
        assert_eq!(gate.take(&file("a", u64::MAX - 1)), Ok(()));
        assert!(gate.take(&file("b", u64::MAX - 1)).is_err());
    }

    #[test]
    fn a_limit_of_nothing_asks_about_everything() {
        let mut gate = Gate::new(rule(Some(0), &[]));
        assert!(gate.take(&file("empty", 0)).is_err());
        assert!(gate.take(&entry("folder", EntryKind::Folder)).is_err());
    }

    #[test]
    fn only_files_of_the_types_pass_in_folders_of_any_name() {
        let mut gate = Gate::new(rule(None, &["images", "txt"]));
        assert_eq!(gate.take(&entry("trip.exe", EntryKind::Folder)), Ok(()));
        assert_eq!(gate.take(&file("trip.exe/a.JPG", 1)), Ok(()));
        assert_eq!(gate.take(&file("trip.exe/b.txt", 1)), Ok(()));
        let link = EntryKind::Symlink {
            target: "/etc/a.jpg".into(),
        };
        for refused in [
            file("a.jpg.exe", 1),
            file("a", 1),
            file("empty.sh", 0),
            entry("link.jpg", link),
        ] {
            let path = refused.path.as_str().to_owned();
            assert_eq!(gate.take(&refused), Err(Excess::Type { path }));
        }
    }

    #[test]
    fn one_type_over_the_limit_is_refused() {
        let mut many = rule(None, &vec!["jpg"; MAX_TYPES]);
        assert_eq!(many.check(), Ok(()));
        many.types.push("png".parse().expect("a type"));
        assert_eq!(many.check(), Err(RuleError::TooManyTypes(MAX_TYPES + 1)));
    }

    #[test]
    fn a_rule_is_read_from_what_a_person_may_write() {
        let text = r#"{"max_bytes":5,"types":["Images",".JPG"],"folder":"{device}/{date}"}"#;
        let read: AcceptRule = serde_json::from_str(text).expect("a rule");
        let again = serde_json::to_string(&read).expect("json");
        assert_eq!(
            again,
            r#"{"max_bytes":5,"types":["images","jpg"],"folder":"{device}/{date}"}"#
        );
        assert!(serde_json::from_str::<AcceptRule>(r#"{"folder":"../x"}"#).is_err());
        assert_eq!(
            serde_json::from_str::<AcceptRule>("{}").ok(),
            Some(AcceptRule::default())
        );
    }

    proptest! {
        /// Whatever comes in whatever order: what has passed is never more than the limit.
        #[test]
        fn what_passes_stays_within_the_limit(
            limit in 1u64..1000,
            lens in prop::collection::vec(0u64..400, 0..50),
        ) {
            let mut gate = Gate::new(rule(Some(limit), &[]));
            let passed: u64 = lens
                .iter()
                .filter(|len| gate.take(&file("f", **len)).is_ok())
                .sum();
            prop_assert!(passed <= limit);
        }
    }
}
