//! The classes of transfers.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// How urgent a transfer is. Ordered: the more urgent is the greater.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Priority {
    /// One part of the bytes.
    #[default]
    Normal,
    /// Two parts of the bytes.
    High,
    /// Before everything else.
    Critical,
}

/// A word that names no [`Priority`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a priority is normal, high or critical")]
pub struct UnknownPriority;

impl Priority {
    /// All classes, the least urgent first.
    pub const ALL: [Self; 3] = [Self::Normal, Self::High, Self::Critical];

    /// The word that the database and scripts use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Priority {
    type Err = UnknownPriority;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|priority| priority.as_str() == word)
            .ok_or(UnknownPriority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back_and_the_more_urgent_is_greater() {
        assert!(
            Priority::ALL
                .into_iter()
                .all(|priority| priority.as_str().parse() == Ok(priority))
        );
        assert!(Priority::ALL.is_sorted());
        assert_eq!("urgent".parse::<Priority>(), Err(UnknownPriority));
        assert_eq!(Priority::default(), Priority::Normal);
    }
}
