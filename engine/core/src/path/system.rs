//! Which names an operating system can hold.

use std::fmt;

use super::{MAX_COMPONENT_BYTES, PathError};

/// A family of operating systems with the same rules for names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum System {
    /// Linux and other Unix systems: every name but those that no path may have.
    Unix,
    /// Windows.
    Windows,
    /// macOS: as Unix; case folding and normalisation are the volume's matter.
    MacOs,
}

/// Names that Windows keeps for devices, with any extension and in any case.
/// Source: Microsoft, "Naming Files, Paths, and Namespaces".
const WINDOWS_DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
/// Followed by one digit (or a superscript 1, 2, 3) they name a port.
const WINDOWS_PORTS: [&str; 2] = ["COM", "LPT"];
/// Characters that no name on Windows has; `/`, `\` and control characters never get so far.
const WINDOWS_FORBIDDEN: [char; 7] = ['<', '>', ':', '"', '|', '?', '*'];

impl System {
    /// The system that this was built for.
    pub const HERE: Self = if cfg!(windows) {
        Self::Windows
    } else if cfg!(target_os = "macos") {
        Self::MacOs
    } else {
        Self::Unix
    };

    /// A name like `component` that this system can hold; the same if it can hold that.
    pub(super) fn holdable(self, component: &str) -> String {
        if self.check(component).is_ok() {
            return component.to_owned();
        }
        let replaced = |character| {
            if WINDOWS_FORBIDDEN.contains(&character) {
                '_'
            } else {
                character
            }
        };
        let mut name: String = component.chars().map(replaced).collect();
        let kept = name.trim_end_matches(['.', ' ']).len();
        let end = "_".repeat(name.len() - kept);
        name.replace_range(kept.., &end);
        if is_windows_device(&name) {
            name.insert(0, '_');
            while name.len() > MAX_COMPONENT_BYTES {
                name.pop();
            }
            if name.ends_with(['.', ' ']) {
                name.pop();
                name.push('_');
            }
        }
        name
    }

    /// Whether this system can hold `component` under exactly this name.
    pub(super) fn check(self, component: &str) -> Result<(), PathError> {
        match self {
            Self::Unix | Self::MacOs => Ok(()),
            Self::Windows => check_windows(component),
        }
    }
}

fn check_windows(component: &str) -> Result<(), PathError> {
    let (component_owned, system) = (|| component.to_owned(), System::Windows);
    if let Some(character) = component
        .chars()
        .find(|character| WINDOWS_FORBIDDEN.contains(character))
    {
        return Err(PathError::Forbidden {
            component: component_owned(),
            character,
            system,
        });
    }
    if component.ends_with(['.', ' ']) {
        return Err(PathError::TrailingDotOrSpace {
            component: component_owned(),
            system,
        });
    }
    if is_windows_device(component) {
        return Err(PathError::Reserved {
            component: component_owned(),
            system,
        });
    }
    Ok(())
}

fn is_windows_device(component: &str) -> bool {
    // "NUL.txt" and "nul .txt" are the device, too.
    let stem = component
        .split('.')
        .next()
        .unwrap_or(component)
        .trim_end_matches(' ')
        .to_ascii_uppercase();
    if WINDOWS_DEVICES.contains(&stem.as_str()) {
        return true;
    }
    WINDOWS_PORTS.iter().any(|port| {
        stem.strip_prefix(port).is_some_and(|number| {
            let mut characters = number.chars();
            matches!(
                (characters.next(), characters.next()),
                (Some('0'..='9' | '¹' | '²' | '³'), None)
            )
        })
    })
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unix => "Unix",
            Self::Windows => "Windows",
            Self::MacOs => "macOS",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::RelPath;

    fn check(text: &str, system: System) -> Result<(), PathError> {
        RelPath::parse(text)
            .expect("valid on the wire")
            .check_for(system)
    }

    #[test]
    fn windows_reserves_device_names_in_any_case_and_with_any_extension() {
        for name in [
            "CON",
            "nul",
            "Aux.txt",
            "com1",
            "LPT9.tar.gz",
            "COM²",
            "prn .x",
            "conin$",
            "a/NUL/b",
        ] {
            assert!(
                matches!(
                    check(name, System::Windows),
                    Err(PathError::Reserved { .. })
                ),
                "{name}"
            );
            assert_eq!(check(name, System::Unix), Ok(()), "{name}");
        }
        for name in ["CONSOLE", "com", "com10", "nulls.txt", "xNUL", "lptx"] {
            assert_eq!(check(name, System::Windows), Ok(()), "{name}");
        }
    }

    #[test]
    fn windows_forbids_characters_and_ends_that_unix_allows() {
        for character in WINDOWS_FORBIDDEN {
            let name = format!("a{character}b");
            assert!(
                matches!(check(&name, System::Windows), Err(PathError::Forbidden { character: found, .. }) if found == character),
                "{name}"
            );
            assert_eq!(check(&name, System::MacOs), Ok(()), "{name}");
        }
        for name in ["a.", "a ", "b/..."] {
            assert!(
                matches!(
                    check(name, System::Windows),
                    Err(PathError::TrailingDotOrSpace { .. })
                ),
                "{name}"
            );
            assert_eq!(check(name, System::Unix), Ok(()), "{name}");
        }
    }
}
