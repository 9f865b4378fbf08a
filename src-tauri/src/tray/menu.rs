//! The tray's menu as a value: what it says for an overview, and what a click on an entry means.
//!
//! Pure. Some desktops show nothing but the menu (no clicks, no tooltip), so everything is in it. Whatever a peer has
//! named is one bounded line here, and cannot set a keyboard mark.

use crate::{
    backend::{Direction, State, Visibility},
    notices::plain,
    words::{TrayWords, Words, fill},
};

use super::overview::{Overview, Row};

/// Transfers under way that have a line of their own.
pub const MOST_MOVING: usize = 4;
/// Finished transfers in the submenu.
pub const MOST_RECENT: usize = 5;
/// The longest name of a transfer or a device in a line, in characters.
pub const MOST_NAME_CHARS: usize = 32;

/// One entry. Its id is its own in the whole menu.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Names it.
    pub id: String,
    /// What it is.
    pub kind: Kind,
}

/// What an entry is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A line.
    Separator,
    /// A text; nothing happens on a click if it is not enabled.
    Item {
        /// What it says.
        label: String,
        /// Whether it can be clicked.
        enabled: bool,
    },
    /// A text with a mark.
    Check {
        /// What it says.
        label: String,
        /// Whether it has the mark.
        checked: bool,
    },
    /// More entries.
    Sub {
        /// What it says.
        label: String,
        /// What is in it.
        entries: Vec<Entry>,
    },
}

/// What a click asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// The main window.
    Open,
    /// The inbox window.
    Inbox,
    /// The list of transfers, pointing at one of them.
    Row(Option<String>),
    /// The folder with what that transfer has brought.
    Place(String),
    /// Holds everything.
    PauseAll,
    /// Lets everything go on.
    ResumeAll,
    /// Who may find this device.
    Visible(Visibility),
    /// Ends the program.
    Quit,
}

const ROW: &str = "row:";
const PLACE: &str = "place:";
const CHOICES: [(&str, Visibility); 3] = [
    ("visible:nobody", Visibility::Nobody),
    ("visible:mine", Visibility::MyDevices),
    ("visible:everyone", Visibility::Everyone),
];

impl Action {
    /// What a click on the entry of that id asks for.
    pub fn of(id: &str) -> Option<Self> {
        if let Some(transfer) = id.strip_prefix(ROW) {
            return Some(Self::Row(Some(transfer.to_owned())));
        }
        if let Some(transfer) = id.strip_prefix(PLACE) {
            return Some(Self::Place(transfer.to_owned()));
        }
        if let Some((_, visibility)) = CHOICES.iter().find(|(choice, _)| *choice == id) {
            return Some(Self::Visible(*visibility));
        }
        match id {
            "open" | "alarms" => Some(Self::Open),
            "inbox" | "offers" => Some(Self::Inbox),
            "more" | "troubled" => Some(Self::Row(None)),
            "pause" => Some(Self::PauseAll),
            "resume" => Some(Self::ResumeAll),
            "quit" => Some(Self::Quit),
            _ => None,
        }
    }
}

/// The whole menu.
pub fn menu(overview: &Overview, all: &Words) -> Vec<Entry> {
    let words = &all.tray;
    let mut entries = vec![item("status", status(overview, all), false)];
    entries.extend(under_way(overview, all));
    entries.extend(needs_you(overview, all));
    entries.extend([
        separator("line-recent"),
        recent(overview, words),
        separator("line-windows"),
        item("open", &words.open, true),
        item("inbox", &words.inbox, true),
        separator("line-all"),
        item("pause", &words.pause_all, overview.can_pause()),
        item("resume", &words.resume_all, overview.can_resume()),
        visibility(overview.visibility(), words),
        separator("line-quit"),
        item("quit", &words.quit, true),
    ]);
    entries
}

fn status(overview: &Overview, all: &Words) -> String {
    let words = &all.tray;
    let counts = [
        (overview.moving().len(), &words.under_way),
        (overview.waiting(), &words.waiting),
        (overview.paused(), &words.paused),
    ];
    let parts: Vec<String> = counts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| all.count(what, number))
        .collect();
    if parts.is_empty() {
        words.nothing.clone()
    } else {
        parts.join(", ")
    }
}

fn under_way(overview: &Overview, all: &Words) -> Vec<Entry> {
    let words = &all.tray;
    let moving = overview.moving();
    let mut entries: Vec<Entry> = moving
        .iter()
        .take(MOST_MOVING)
        .map(|row| {
            let progress = match row.percent() {
                Some(percent) => fill(&words.percent, &[("number", &percent.to_string())]),
                None => words.counting.clone(),
            };
            item(
                &format!("{ROW}{}", row.id),
                format!("{}: {progress}", named(row, words)),
                true,
            )
        })
        .collect();
    if let Some(more) = moving.len().checked_sub(MOST_MOVING).filter(|n| *n > 0) {
        entries.push(item("more", all.count(&words.more, more), true));
    }
    entries
}

fn needs_you(overview: &Overview, all: &Words) -> Vec<Entry> {
    let words = &all.tray;
    let lines = [
        ("alarms", overview.alarms(), &words.alarms),
        ("offers", overview.offers(), &words.offers),
        ("troubled", overview.troubled(), &words.troubled),
    ];
    let mut entries: Vec<Entry> = lines
        .into_iter()
        .filter(|(_, number, _)| *number > 0)
        .map(|(id, number, says)| item(id, all.plural(says, number), true))
        .collect();
    if !entries.is_empty() {
        entries.insert(0, separator("line-needs"));
    }
    entries
}

fn recent(overview: &Overview, words: &TrayWords) -> Entry {
    let mut entries: Vec<Entry> = overview
        .finished()
        .into_iter()
        .take(MOST_RECENT)
        .map(|row| {
            let name = named(row, words);
            let (prefix, says) = match row.state {
                State::Completed if row.place.is_some() => (PLACE, name),
                State::Completed => (ROW, name),
                State::Failed => (ROW, format!("{name}: {}", words.failed)),
                _ => (ROW, format!("{name}: {}", words.cancelled)),
            };
            item(&format!("{prefix}{}", row.id), says, true)
        })
        .collect();
    if entries.is_empty() {
        entries.push(item("recent-none", &words.recent_none, false));
    }
    Entry {
        id: "recent".to_owned(),
        kind: Kind::Sub {
            label: words.recent.clone(),
            entries,
        },
    }
}

fn visibility(now: Visibility, words: &TrayWords) -> Entry {
    let name = |visibility| match visibility {
        Visibility::Nobody => &words.nobody,
        Visibility::MyDevices => &words.my_devices,
        Visibility::Everyone => &words.everyone,
    };
    let entries = CHOICES
        .iter()
        .map(|(id, visibility)| Entry {
            id: (*id).to_owned(),
            kind: Kind::Check {
                label: name(*visibility).clone(),
                checked: *visibility == now,
            },
        })
        .collect();
    Entry {
        id: "visibility".to_owned(),
        kind: Kind::Sub {
            label: words.visible_to.clone(),
            entries,
        },
    }
}

/// "↓ holiday.jpg from Studio Mac".
fn named(row: &Row, words: &TrayWords) -> String {
    let sentence = match row.direction {
        Direction::Receiving => &words.receiving,
        Direction::Sending => &words.sending,
    };
    let (title, peer) = (short(&row.title), short(&row.peer));
    fill(sentence, &[("title", &title), ("peer", &peer)])
}

/// A peer's text, short, and with its ampersands doubled: one alone would mark a key.
fn short(text: &str) -> String {
    let mut line = plain(text);
    if let Some((end, _)) = line.char_indices().nth(MOST_NAME_CHARS) {
        line.truncate(end);
        line.push('…');
    }
    line.replace('&', "&&")
}

fn item(id: &str, label: impl Into<String>, enabled: bool) -> Entry {
    Entry {
        id: id.to_owned(),
        kind: Kind::Item {
            label: label.into(),
            enabled,
        },
    }
}

fn separator(id: &str) -> Entry {
    Entry {
        id: id.to_owned(),
        kind: Kind::Separator,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{
        backend::{Reason, TransferView, Update},
        language::Language,
        notices::example,
        words::words,
    };

    fn menu(overview: &Overview) -> Vec<Entry> {
        super::menu(overview, words(Language::En))
    }

    /// The labels, "-" for a line, what is in a submenu behind its label.
    fn labels(entries: &[Entry]) -> Vec<String> {
        let mut labels = Vec::new();
        for entry in entries {
            match &entry.kind {
                Kind::Separator => labels.push("-".to_owned()),
                Kind::Item { label, enabled } if *enabled => labels.push(label.clone()),
                Kind::Item { label, .. } => labels.push(format!("({label})")),
                Kind::Check { label, checked } => {
                    labels.push(format!("{}{label}", if *checked { "*" } else { "" }));
                }
                Kind::Sub { label, entries } => {
                    labels.push(format!("{label} >"));
                    labels.extend(
                        self::labels(entries)
                            .iter()
                            .map(|below| format!("  {below}")),
                    );
                }
            }
        }
        labels
    }

    fn overview(transfers: Vec<TransferView>) -> Overview {
        let mut overview = Overview::default();
        overview.apply(&Update {
            transfers,
            ..Update::default()
        });
        overview
    }

    fn moving(id: &str) -> TransferView {
        TransferView {
            durable_bytes: 543_000,
            ..example(id, Direction::Receiving, State::Active)
        }
    }

    #[test]
    fn with_nothing_to_do_it_is_the_plain_menu() {
        assert_eq!(
            labels(&menu(&Overview::default())),
            [
                "(Nothing under way)",
                "-",
                "Recent >",
                "  (Nothing yet)",
                "-",
                "Open ChunkStream Pro",
                "Inbox",
                "-",
                "(Pause all)",
                "(Resume all)",
                "Visible to >",
                "  Nobody",
                "  *My devices",
                "  Everyone for ten minutes",
                "-",
                "Quit",
            ]
        );
    }

    #[test]
    fn what_moves_what_needs_a_person_and_what_has_ended_have_their_lines() {
        let mut all = vec![
            moving("1"),
            example("2", Direction::Receiving, State::Created),
            example("3", Direction::Sending, State::Completed),
            example("4", Direction::Sending, State::Failed),
        ];
        all[2].finished_ms = Some(2);
        all[3].finished_ms = Some(1);
        all.push(TransferView {
            reason: Some(Reason::DiskFull),
            ..example("5", Direction::Receiving, State::Paused)
        });
        let labels = labels(&menu(&overview(all)));
        assert_eq!(
            labels[..9],
            [
                "1 under way",
                "↓ holiday.jpg and 3 more from Bob's laptop: 44%",
                "-",
                "1 offer waits for your answer",
                "1 transfer cannot go on without you",
                "-",
                "Recent >",
                "  ↑ holiday.jpg and 3 more to Bob's laptop",
                "  ↑ holiday.jpg and 3 more to Bob's laptop: failed",
            ]
            .map(|label| if label == "1 under way" {
                "(1 under way)".to_owned()
            } else {
                label.to_owned()
            })
        );
        assert!(labels.contains(&"Pause all".to_owned()));
        assert!(labels.contains(&"Resume all".to_owned()));
    }

    #[test]
    fn it_speaks_the_language_of_the_windows() {
        let overview = overview(vec![moving("1")]);
        let german = labels(&super::menu(&overview, words(Language::De)));
        assert_eq!(german[0], "(1 unterwegs)");
        assert_eq!(
            german[1],
            "↓ holiday.jpg and 3 more von Bob's laptop: 44\u{a0}%"
        );
        assert!(german.contains(&"Beenden".to_owned()), "{german:?}");
    }

    #[test]
    fn a_crowd_is_counted_instead_of_listed() {
        let all = (0..=MOST_MOVING).map(|n| moving(&n.to_string())).collect();
        let labels = labels(&menu(&overview(all)));
        let own = labels.iter().filter(|label| label.starts_with('↓')).count();
        assert_eq!(own, MOST_MOVING);
        assert!(labels.contains(&"1 more…".to_owned()), "{labels:?}");
        let ended = (0..=MOST_RECENT)
            .map(|n| example(&n.to_string(), Direction::Sending, State::Completed))
            .collect();
        let labels = self::labels(&menu(&overview(ended)));
        let own = labels.iter().filter(|label| label.contains('↑')).count();
        assert_eq!(own, MOST_RECENT);
    }

    #[test]
    fn a_peers_text_is_short_and_sets_no_keyboard_mark() {
        assert_eq!(short("a & b\n_c"), "a && b _c");
        let longest = "ä".repeat(MOST_NAME_CHARS);
        assert_eq!(short(&longest), longest);
        assert_eq!(short(&format!("{longest}ä")), format!("{longest}…"));
    }

    #[test]
    fn what_was_received_leads_to_its_folder_and_everything_else_to_its_row() {
        let mut received = example("1", Direction::Receiving, State::Completed);
        received.roots = serde_json::from_value(
            serde_json::json!([{ "name": "a", "path": "/inbox/a", "kind": "file" }]),
        )
        .expect("a root as the engine shows it");
        let mut gone = received.clone();
        gone.id = "2".to_owned();
        gone.state = State::Cancelled;
        let ids: HashSet<String> = ids(&menu(&overview(vec![received, gone])))
            .into_iter()
            .collect();
        assert!(ids.contains("place:1") && ids.contains("row:2"), "{ids:?}");
    }

    fn ids(entries: &[Entry]) -> Vec<String> {
        entries
            .iter()
            .flat_map(|entry| {
                let below = match &entry.kind {
                    Kind::Sub { entries, .. } => ids(entries),
                    _ => Vec::new(),
                };
                std::iter::once(entry.id.clone()).chain(below)
            })
            .collect()
    }

    #[test]
    fn every_id_is_its_own_and_every_entry_that_can_be_clicked_means_something() {
        let all = ["1", "2", "3", "4", "5", "6"].map(moving).to_vec();
        let mut overview = overview(all);
        overview.apply(&Update {
            transfers: vec![
                example("7", Direction::Receiving, State::Created),
                example("8", Direction::Sending, State::Completed),
            ],
            ..Update::default()
        });
        let menu = menu(&overview);
        let all = ids(&menu);
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
        for entry in &menu {
            if let Kind::Item {
                enabled: true,
                label,
            } = &entry.kind
            {
                assert!(Action::of(&entry.id).is_some(), "{label}");
            }
        }
        assert_eq!(Action::of("row:8"), Some(Action::Row(Some("8".to_owned()))));
        assert_eq!(Action::of("place:8"), Some(Action::Place("8".to_owned())));
        assert_eq!(
            Action::of("visible:everyone"),
            Some(Action::Visible(Visibility::Everyone))
        );
        assert_eq!(Action::of("status"), None);
    }
}
