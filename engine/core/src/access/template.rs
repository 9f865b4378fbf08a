//! Where what a device brings is put: a path with places for the device's name and the date.
//!
//! A name is chosen by its device, and so may be anything: it becomes one component that leads nowhere else
//! ([`folder_name`]). What a person writes around it is taken as it is, but leads to no parent either.

use std::{fmt, path::PathBuf, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::path::{RelPath, System};

/// The longest template in bytes.
pub const MAX_TEMPLATE: usize = 1024;
/// The longest component made of a name, in bytes.
const MAX_NAME: usize = 80;

const DEVICE: &str = "{device}";
const DATE: &str = "{date}";

/// A folder such as `{device}/{date}`, below another one or absolute.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FolderTemplate(String);

/// Why a text is no [`FolderTemplate`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// Nothing, or more than [`MAX_TEMPLATE`] bytes.
    #[error("a folder has 1 to {MAX_TEMPLATE} bytes")]
    Length,
    /// A brace that is no place.
    #[error("a folder has no other places than {{device}} and {{date}}")]
    Place,
    /// A component that no path may have.
    #[error("{0}")]
    Path(String),
}

impl FolderTemplate {
    /// The folder for a device of that name on that day, as components below the base; and whether the base is the
    /// whole file system (its first text is absolute then) rather than the inbox folder.
    pub fn expand(&self, device: &str, date: &str) -> (Option<PathBuf>, Vec<String>) {
        let fill = |part: &str| {
            if part.contains('{') {
                folder_name(
                    &part
                        .replace(DEVICE, &folder_name(device))
                        .replace(DATE, date),
                )
            } else {
                part.to_owned()
            }
        };
        let (base, tail) = split(&self.0);
        let parts = tail.split('/').filter(|part| !part.is_empty());
        (base.map(PathBuf::from), parts.map(fill).collect())
    }

    /// Whether it stands by itself, not below the inbox folder.
    pub fn is_absolute(&self) -> bool {
        split(&self.0).0.is_some()
    }
}

/// An absolute template's literal beginning, up to the first component with a place; and the rest.
fn split(text: &str) -> (Option<&str>, &str) {
    let drive = text.as_bytes().get(1) == Some(&b':');
    if !text.starts_with('/') && !drive {
        return (None, text);
    }
    let Some(place) = text.find('{') else {
        return (Some(text), "");
    };
    let start = text[..place].rfind('/').map_or(0, |slash| slash + 1);
    (Some(&text[..start]), &text[start..])
}

/// One component like `name` that every system can hold, that leads nowhere and is hidden nowhere.
///
/// ```
/// # use chunkstream_core::access::folder_name;
/// assert_eq!(folder_name("Ada's laptop"), "Ada's laptop");
/// assert_eq!(folder_name("../../x"), "_.._x");
/// assert_eq!(folder_name(".."), "_");
/// ```
pub fn folder_name(name: &str) -> String {
    let unsafe_here = |character: char| {
        character.is_control()
            || "/\\<>:\"|?*{}".contains(character)
            // Marks that turn the direction of writing, or are not seen at all.
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let replaced: String = name
        .chars()
        .map(|character| {
            if unsafe_here(character) {
                '_'
            } else {
                character
            }
        })
        .collect();
    let mut text = replaced.trim_start_matches(['.', ' ']).to_owned();
    while text.len() > MAX_NAME {
        text.pop();
    }
    let mut text = text.trim_end_matches(['.', ' ']).to_owned();
    if text.is_empty() {
        "_".clone_into(&mut text);
    }
    let holds = RelPath::parse(&text).is_ok_and(|path| path.check_for(System::Windows).is_ok());
    if holds { text } else { format!("_{text}") }
}

impl FromStr for FolderTemplate {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Also of blanks before the last slash: what is written reads as the same again.
        let text = text
            .trim_start()
            .trim_end_matches(|c: char| c == '/' || c.is_whitespace());
        if text.is_empty() || text.len() > MAX_TEMPLATE {
            return Err(TemplateError::Length);
        }
        let plain = text.replace(DEVICE, "x").replace(DATE, "x");
        if plain.contains(['{', '}']) {
            return Err(TemplateError::Place);
        }
        let below = match split(text).0 {
            None => plain.as_str(),
            // The drive letter of Windows is no component that a path of a transfer could have.
            Some(_) => plain.split_once('/').map_or("", |(_, below)| below),
        };
        if !below.is_empty() {
            RelPath::parse(below).map_err(|e| TemplateError::Path(e.to_string()))?;
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for FolderTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for FolderTemplate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for FolderTemplate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn expanded(template: &str, device: &str) -> (Option<PathBuf>, Vec<String>) {
        let template: FolderTemplate = template.parse().expect("a template");
        template.expand(device, "2026-11-23")
    }

    #[test]
    fn places_are_filled() {
        let (base, parts) = expanded("{device}/{date}", "Ada");
        assert_eq!(
            (base, parts),
            (None, vec!["Ada".into(), "2026-11-23".into()])
        );
        let (base, parts) = expanded("from {device}, {date}/in", "Ada");
        assert_eq!(
            (base, parts),
            (None, vec!["from Ada, 2026-11-23".into(), "in".into()])
        );
        let (base, parts) = expanded("/srv/in/{device}/x", "Ada");
        assert_eq!(
            (base, parts),
            (Some("/srv/in/".into()), vec!["Ada".into(), "x".into()])
        );
        let (base, parts) = expanded("/srv/in/", "Ada");
        assert_eq!((base, parts), (Some("/srv/in".into()), vec![]));
    }

    #[test]
    fn a_hostile_name_stays_one_component() {
        for (name, folder) in [
            ("../../x", "_.._x"),
            ("..", "_"),
            (".", "_"),
            ("", "_"),
            ("   ", "_"),
            ("/etc/passwd", "_etc_passwd"),
            ("C:\\Windows", "C__Windows"),
            ("a\0b\nc", "a_b_c"),
            (".ssh", "ssh"),
            ("NUL", "_NUL"),
            ("con.txt", "_con.txt"),
            ("trailing. . ", "trailing"),
            ("{date}", "_date_"),
            ("\u{202e}gpj.exe", "_gpj.exe"),
        ] {
            assert_eq!(folder_name(name), folder, "{name:?}");
            let (base, parts) = expanded("{device}/{date}", name);
            assert_eq!((base, parts[0].as_str(), parts.len()), (None, folder, 2));
        }
    }

    #[test]
    fn a_template_that_leads_elsewhere_is_none() {
        for text in [
            "", "/../x", "../x", "a/../b", "a//b", "a/./b", "{name}", "{device", "a\\b", "a\nb",
            "}",
        ] {
            assert!(text.parse::<FolderTemplate>().is_err(), "{text:?}");
        }
        let deep = "a/".repeat(128) + "b";
        assert!(
            FolderTemplate::from_str(&deep).is_err(),
            "deeper than any path"
        );
        assert_eq!(
            "a".repeat(MAX_TEMPLATE + 1).parse::<FolderTemplate>(),
            Err(TemplateError::Length)
        );
    }

    proptest! {
        /// Whatever a device calls itself: one component, that every system holds under exactly this name.
        #[test]
        fn every_name_becomes_one_component(name in any::<String>()) {
            let folder = folder_name(&name);
            let path = RelPath::parse(&folder);
            prop_assert!(path.is_ok(), "{:?}", folder);
            let path = path.expect("just looked at");
            prop_assert_eq!(path.components().count(), 1);
            prop_assert!(path.check_for(System::Windows).is_ok(), "{:?}", folder);
            prop_assert!(!folder.starts_with('.'));
        }
    }
}
