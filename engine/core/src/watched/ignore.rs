//! Names that are not sent: what programs leave for a moment, and what a person does not want.

use std::fmt;

use glob::{MatchOptions, Pattern};
use serde::{Deserialize, Serialize};

/// Patterns of one folder.
pub const MAX_PATTERNS: usize = 100;
/// Bytes of one pattern.
pub const MAX_PATTERN: usize = 200;

/// What is ignored where a person has not said otherwise: hidden files, unfinished downloads, and what systems and
/// office programs put beside documents.
pub const DEFAULT_IGNORED: &[&str] = &[
    ".*",
    "~$*",
    "*~",
    "*.tmp",
    "*.temp",
    "*.part",
    "*.partial",
    "*.crdownload",
    "*.download",
    "*.!ut",
    "*.swp",
    "thumbs.db",
    "desktop.ini",
];

/// Why a pattern is none.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum IgnoreError {
    /// More than [`MAX_PATTERNS`].
    #[error("a folder has at most {MAX_PATTERNS} patterns of names that are ignored")]
    TooMany,
    /// Empty, longer than [`MAX_PATTERN`], with a separator, or with a bracket that is not closed.
    #[error("{0:?} is no pattern of names: * stands for any letters, ? for one, [ab] for a or b")]
    Bad(String),
}

/// A list of patterns: `*` stands for any letters, `?` for one, `[ab]` for one of several. Large and small letters are
/// the same.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Ignore(Vec<Pattern>);

impl Default for Ignore {
    fn default() -> Self {
        let patterns = DEFAULT_IGNORED.iter();
        // All of them are patterns, which a test says.
        Self(
            patterns
                .filter_map(|text| Pattern::new(text).ok())
                .collect(),
        )
    }
}

impl fmt::Debug for Ignore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(Pattern::as_str))
            .finish()
    }
}

impl Ignore {
    /// Whether an item of that name is not to be sent.
    pub fn covers(&self, name: &str) -> bool {
        let options = MatchOptions {
            case_sensitive: false,
            require_literal_separator: false,
            require_literal_leading_dot: false,
        };
        let covers = |pattern: &Pattern| pattern.matches_with(name, options);
        self.0.iter().any(covers)
    }
}

impl TryFrom<Vec<String>> for Ignore {
    type Error = IgnoreError;

    fn try_from(texts: Vec<String>) -> Result<Self, IgnoreError> {
        if texts.len() > MAX_PATTERNS {
            return Err(IgnoreError::TooMany);
        }
        let pattern = |text: String| {
            let text = text.trim();
            let bad = || IgnoreError::Bad(text.chars().take(MAX_PATTERN).collect());
            let is_name = !text.is_empty()
                && text.len() <= MAX_PATTERN
                && !text.contains(['/', '\\', '\0'])
                // Of the library: any folders. There are none in a name.
                && !text.contains("**");
            if !is_name {
                return Err(bad());
            }
            Pattern::new(text).map_err(|_| bad())
        };
        texts
            .into_iter()
            .map(pattern)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl From<Ignore> for Vec<String> {
    fn from(ignore: Ignore) -> Self {
        let patterns = ignore.0.iter();
        patterns
            .map(|pattern| pattern.as_str().to_owned())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignore(texts: &[&str]) -> Result<Ignore, IgnoreError> {
        let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
        Ignore::try_from(texts)
    }

    #[test]
    fn what_programs_leave_for_a_moment_is_ignored_and_documents_are_not() {
        let usual = Ignore::default();
        assert_eq!(Vec::from(usual.clone()).len(), DEFAULT_IGNORED.len());
        for name in [
            ".hidden",
            "film.mkv.part",
            "Setup.CRDOWNLOAD",
            "~$Letter.docx",
            "letter.odt~",
            "Thumbs.db",
        ] {
            assert!(usual.covers(name), "{name}");
        }
        for name in [
            "letter.odt",
            "party.jpg",
            "a.partial.txt",
            "thumbs.dbx",
            "x~y",
        ] {
            assert!(!usual.covers(name), "{name}");
        }
    }

    #[test]
    fn a_list_may_be_empty_and_has_its_bounds() {
        assert!(!ignore(&[]).expect("nothing is ignored").covers(".hidden"));
        assert!(ignore(&["[ab]?.txt"]).expect("a pattern").covers("b1.TXT"));
        for bad in ["", "  ", "a/b", "a\\b", "[a", "**", "a\0"] {
            assert!(
                matches!(ignore(&[bad]), Err(IgnoreError::Bad(_))),
                "{bad:?}"
            );
        }
        let long = "x".repeat(MAX_PATTERN);
        assert!(ignore(&[&long]).is_ok());
        assert!(ignore(&[&format!("{long}x")]).is_err());
        assert!(ignore(&vec!["x"; MAX_PATTERNS]).is_ok());
        assert_eq!(
            ignore(&vec!["x"; MAX_PATTERNS + 1]),
            Err(IgnoreError::TooMany)
        );
    }

    #[test]
    fn it_is_stored_as_its_texts() {
        let json = serde_json::to_string(&ignore(&["*.bak"]).expect("a pattern"));
        assert_eq!(json.expect("text"), r#"["*.bak"]"#);
        let back: Ignore = serde_json::from_str(r#"["*.BAK"]"#).expect("a list");
        assert!(back.covers("a.bak"));
        assert!(serde_json::from_str::<Ignore>(r#"["a/b"]"#).is_err());
    }
}
