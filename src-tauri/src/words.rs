//! What the shell says by itself: the tray, notifications, and why a start has failed. In the same languages as the
//! windows and from the same catalogue: `ui/src/words/shell/*.json`, which the windows' words contain too.
//!
//! A sentence names what varies in braces. What is put there is never looked at again: a file called `{peer}` stays
//! that. A language lacks no key, and names the same things in each sentence: both are tested.

mod numbers;

use std::sync::LazyLock;

use serde::Deserialize;

use crate::language::Language;

/// The catalogue of that language.
pub fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &EN,
        Language::De => &DE,
        Language::Ja => &JA,
    }
}

static EN: LazyLock<Words> = LazyLock::new(|| read(ENGLISH));
static DE: LazyLock<Words> = LazyLock::new(|| read(GERMAN));
static JA: LazyLock<Words> = LazyLock::new(|| read(JAPANESE));

const ENGLISH: &str = include_str!("../../ui/src/words/shell/en.json");
const GERMAN: &str = include_str!("../../ui/src/words/shell/de.json");
const JAPANESE: &str = include_str!("../../ui/src/words/shell/ja.json");

/// It was read when the tests ran, and is part of the program: it cannot be another one.
fn read(catalogue: &str) -> Words {
    serde_json::from_str(catalogue).expect("a catalogue that the tests have read")
}

/// Puts values where the sentence names them.
pub(crate) fn fill(sentence: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let named = after.split_once('}').and_then(|(name, behind)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((*value, behind))
        });
        if let Some((value, behind)) = named {
            filled.push_str(value);
            rest = behind;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

/// A sentence whose form depends on a number.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Plural {
    /// For one; the same as for all others in a language that knows no such difference.
    one: String,
    /// For all others.
    other: String,
}

/// The whole catalogue.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub(crate) inbox_title: String,
    pub(crate) size: SizeWords,
    pub(crate) tray: TrayWords,
    pub(crate) notices: NoticeWords,
    pub(crate) start: StartWords,
}

impl Words {
    /// A sentence about a number.
    pub(crate) fn count(&self, sentence: &str, count: usize) -> String {
        fill(
            sentence,
            &[("count", &numbers::whole(count as u64, &self.size))],
        )
    }

    /// The sentence about so many.
    pub(crate) fn plural(&self, sentence: &Plural, number: usize) -> String {
        let form = match number {
            1 => &sentence.one,
            _ => &sentence.other,
        };
        self.count(form, number)
    }

    /// So many bytes.
    pub(crate) fn bytes(&self, bytes: u64) -> String {
        match numbers::size(bytes, &self.size) {
            Some(size) => size,
            None => self.plural(&self.size.bytes, bytes as usize),
        }
    }
}

/// How much it is.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct SizeWords {
    /// Between whole numbers and their fractions.
    pub(crate) decimal: String,
    /// Between thousands.
    pub(crate) group: String,
    pub(crate) units: UnitWords,
    pub(crate) bytes: Plural,
    pub(crate) files: Plural,
}

/// Decimal units, as disks count.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct UnitWords {
    pub(crate) kilobyte: String,
    pub(crate) megabyte: String,
    pub(crate) gigabyte: String,
    pub(crate) terabyte: String,
    pub(crate) petabyte: String,
}

/// The tray's menu.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct TrayWords {
    pub(crate) nothing: String,
    pub(crate) under_way: String,
    pub(crate) waiting: String,
    pub(crate) paused: String,
    pub(crate) receiving: String,
    pub(crate) sending: String,
    pub(crate) percent: String,
    pub(crate) counting: String,
    pub(crate) failed: String,
    pub(crate) cancelled: String,
    pub(crate) more: String,
    pub(crate) alarms: Plural,
    pub(crate) offers: Plural,
    pub(crate) troubled: Plural,
    pub(crate) recent: String,
    pub(crate) recent_none: String,
    pub(crate) open: String,
    pub(crate) inbox: String,
    pub(crate) pause_all: String,
    pub(crate) resume_all: String,
    pub(crate) visible_to: String,
    pub(crate) nobody: String,
    pub(crate) my_devices: String,
    pub(crate) everyone: String,
    pub(crate) quit: String,
}

/// Notifications.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct NoticeWords {
    pub(crate) accept: String,
    pub(crate) decline: String,
    pub(crate) offer: String,
    pub(crate) offer_body: String,
    pub(crate) offer_body_stranger: String,
    pub(crate) arrived: String,
    pub(crate) delivered: String,
    pub(crate) complete: String,
    pub(crate) not_received: String,
    pub(crate) not_sent: String,
    pub(crate) paused: String,
    pub(crate) extent: String,
    pub(crate) extent_least: String,
    pub(crate) failed: FailedWords,
    pub(crate) trouble: TroubleWords,
    pub(crate) other_key: String,
    pub(crate) other_key_body: String,
    pub(crate) same_name: String,
    pub(crate) same_name_body: String,
    pub(crate) more_alarms: String,
    pub(crate) more_alarms_body: String,
    pub(crate) more_transfers: String,
    pub(crate) new_offers: Plural,
    pub(crate) count_arrived: String,
    pub(crate) count_delivered: String,
    pub(crate) count_failed: String,
    pub(crate) count_troubled: String,
}

/// Why a transfer has failed.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct FailedWords {
    pub(crate) declined: String,
    pub(crate) cancelled_by_peer: String,
    pub(crate) identity_refused: String,
    pub(crate) bad_path: String,
    pub(crate) integrity: String,
    pub(crate) other: String,
}

/// Why a transfer waits for a person.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct TroubleWords {
    pub(crate) disk_full: String,
    pub(crate) disk_unwritable: String,
    pub(crate) database: String,
    pub(crate) source_changed: String,
    pub(crate) source_unreadable: String,
    pub(crate) over_rule: String,
    pub(crate) other: String,
}

/// A start that fails.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct StartWords {
    pub(crate) title: String,
    pub(crate) already_running: Problem,
    pub(crate) listen_failed: Problem,
    pub(crate) database: Problem,
    pub(crate) database_newer: Problem,
    pub(crate) database_damaged: Problem,
    pub(crate) key_unavailable: Problem,
    pub(crate) other: Problem,
    pub(crate) reason: String,
    // The page alone has these buttons.
    #[expect(dead_code, reason = "read by the page")]
    set_aside: String,
    #[expect(dead_code, reason = "read by the page")]
    other_port: String,
    #[expect(dead_code, reason = "read by the page")]
    again: String,
    #[expect(dead_code, reason = "read by the page")]
    open_folder: String,
    pub(crate) quit: String,
}

/// What is wrong, and what can be done.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    pub(crate) title: String,
    pub(crate) text: String,
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde_json::Value;

    use super::*;

    /// Every sentence by its key, with what it names. Forms of a number are one sentence.
    fn named(catalogue: &str) -> BTreeMap<String, BTreeSet<String>> {
        fn walk(key: &str, value: &Value, found: &mut BTreeMap<String, BTreeSet<String>>) {
            match value {
                Value::Object(inside) => {
                    for (name, value) in inside {
                        let is_one = name == "one" && inside.contains_key("other");
                        if !is_one {
                            walk(&format!("{key}.{name}"), value, found);
                        }
                    }
                }
                Value::String(sentence) => {
                    assert!(!sentence.trim().is_empty(), "{key} says nothing");
                    let names = sentence.split('{').skip(1);
                    let names = names.filter_map(|rest| rest.split_once('}'));
                    found.insert(
                        key.to_owned(),
                        names.map(|(name, _)| name.to_owned()).collect(),
                    );
                }
                other => panic!("{key} is no sentence: {other}"),
            }
        }
        let mut found = BTreeMap::new();
        walk(
            "",
            &serde_json::from_str(catalogue).expect("JSON"),
            &mut found,
        );
        found
    }

    #[test]
    fn no_language_lacks_a_key_and_each_sentence_names_the_same() {
        for language in Language::ALL {
            words(language);
        }
        let english = named(ENGLISH);
        assert!(english.len() > 80, "{}", english.len());
        assert_eq!(named(GERMAN), english);
        assert_eq!(named(JAPANESE), english);
    }

    #[test]
    fn what_is_put_into_a_sentence_is_not_looked_at_again() {
        let values = [("peer", "{title}"), ("title", "{peer} {")];
        assert_eq!(
            fill("{peer} sends {title}", &values),
            "{title} sends {peer} {"
        );
        assert_eq!(fill("{nobody} {", &values), "{nobody} {");
    }

    #[test]
    fn one_and_many_have_their_forms_where_the_language_has_them() {
        let says = |language, number| {
            let words = words(language);
            words.plural(&words.size.files, number)
        };
        assert_eq!(says(Language::En, 1), "1 file");
        assert_eq!(says(Language::De, 2), "2 Dateien");
        assert_eq!(says(Language::Ja, 1), "1 個のファイル");
        assert_eq!(says(Language::De, 400_000), "400.000 Dateien");
    }
}
