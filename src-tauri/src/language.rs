//! The language in which the shell speaks: that of the windows.
//!
//! A person chooses it there (or leaves it to the system), and the page tells it. It is kept in the data folder, so
//! that a hidden start, and a start that fails before any page is there, speak it too.

use std::{
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::watch;

use crate::{
    windows,
    words::{self, Words},
};

/// The file in the data folder.
const FILE: &str = "language";

/// A language with a catalogue.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
    /// Japanese.
    Ja,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::En, Self::De, Self::Ja];

    /// The name in the data folder and for the pages.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Ja => "ja",
        }
    }

    /// The language of a tag (`de-AT`) or a locale (`de_AT.UTF-8`), if there is a catalogue for it.
    pub fn of(tag: &str) -> Option<Self> {
        let language = tag.trim().split(['-', '_', '.']).next()?;
        let mut all = Self::ALL.into_iter();
        all.find(|one| one.tag().eq_ignore_ascii_case(language))
    }

    /// That of the system, where its environment names it; the page finds it out on the others.
    fn of_the_system() -> Option<Self> {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
        let set = names
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        Self::of(&set?)
    }
}

/// What is spoken, in Tauri's state from the start on.
pub struct Spoken {
    now: watch::Sender<Language>,
    file: PathBuf,
}

impl Spoken {
    /// What was spoken last in this data folder; else the system's language.
    pub fn last(data_folder: &Path) -> Self {
        let file = data_folder.join(FILE);
        let kept = std::fs::read_to_string(&file)
            .ok()
            .and_then(|tag| Language::of(&tag));
        let language = kept.or_else(Language::of_the_system).unwrap_or_default();
        Self {
            now: watch::Sender::new(language),
            file,
        }
    }

    /// The language.
    pub fn now(&self) -> Language {
        *self.now.borrow()
    }

    /// Its catalogue.
    pub fn words(&self) -> &'static Words {
        words::words(self.now())
    }

    /// Tells of each change.
    pub fn changes(&self) -> watch::Receiver<Language> {
        self.now.subscribe()
    }

    /// Speaks another language from now on, and at the next start.
    ///
    /// # Errors
    /// If it cannot be kept; it is spoken nevertheless.
    pub fn speak(&self, language: Language) -> io::Result<()> {
        self.now
            .send_if_modified(|now| std::mem::replace(now, language) != language);
        let kept = std::fs::read_to_string(&self.file).unwrap_or_default();
        if kept == language.tag() {
            return Ok(());
        }
        std::fs::write(&self.file, language.tag())
    }
}

/// What a page says that it speaks.
pub fn take<R: Runtime>(app: &AppHandle<R>, language: Language) {
    let spoken = app.state::<Spoken>();
    if let Err(error) = spoken.speak(language) {
        tracing::warn!(%error, "the language cannot be kept for the next start");
    }
    windows::name(app, spoken.words());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_of_a_system_and_tags_of_a_page_are_understood() {
        let cases = [
            ("de", Some(Language::De)),
            ("de-AT", Some(Language::De)),
            ("ja_JP.UTF-8", Some(Language::Ja)),
            ("EN_us\n", Some(Language::En)),
            ("C.UTF-8", None),
            ("den", None),
            ("", None),
        ];
        for (tag, language) in cases {
            assert_eq!(Language::of(tag), language, "{tag}");
        }
    }

    #[test]
    fn the_next_start_speaks_what_was_spoken_last_and_a_change_is_told_once() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let spoken = Spoken::last(folder.path());
        let mut changes = spoken.changes();
        spoken.speak(Language::Ja).expect("kept");
        assert!(changes.has_changed().expect("it is spoken"));
        assert_eq!(*changes.borrow_and_update(), Language::Ja);
        spoken.speak(Language::Ja).expect("kept already");
        assert!(!changes.has_changed().expect("it is spoken"));
        assert_eq!(Spoken::last(folder.path()).now(), Language::Ja);
    }

    #[test]
    fn what_was_kept_and_names_no_language_is_passed_over() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join(FILE), "klingon").expect("written");
        let expected = Language::of_the_system().unwrap_or_default();
        assert_eq!(Spoken::last(folder.path()).now(), expected);
    }

    #[test]
    fn where_nothing_can_be_kept_it_is_spoken_all_the_same() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let spoken = Spoken::last(&folder.path().join("gone"));
        assert!(spoken.speak(Language::De).is_err());
        assert_eq!(spoken.now(), Language::De);
    }
}
