//! Relative paths of a transfer's entries: parsed once, never cleaned up.
//!
//! A path from a peer is either exactly what it says or refused; nothing is stripped, replaced or
//! resolved. The wire form allows every name that *some* system can hold; whether a given system can
//! hold it is [`RelPath::check_for`]'s question.
//!
//! Invariants of a [`RelPath`]: one to [`MAX_COMPONENTS`] components joined by `/`, none empty, `.` or
//! `..`, none with a control character or a backslash, within [`MAX_COMPONENT_BYTES`] and
//! [`MAX_PATH_BYTES`].
//!
//! Not here: symbolic links on the way; they need a disk. Names that a volume holds as one are [`Names`]'.

mod name;
mod naming;
mod system;

pub use name::unused_name;
pub use naming::{Folding, Names, Problem, Stored};
pub use system::System;

use std::{
    cmp::Ordering,
    ffi::{OsStr, OsString},
    fmt,
    path::{MAIN_SEPARATOR_STR, Path, PathBuf},
    str::FromStr,
    sync::Arc,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The longest component in bytes of UTF-8: what ext4, APFS and (in UTF-16 units) NTFS can hold.
pub const MAX_COMPONENT_BYTES: usize = 255;
/// The longest path in bytes, separators included: Linux' `PATH_MAX`.
pub const MAX_PATH_BYTES: usize = 4096;
/// The deepest path: what recursion over a tree has to bear.
pub const MAX_COMPONENTS: usize = 128;

/// Why a text is no [`RelPath`], or why a system cannot hold it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// No text at all.
    #[error("the path is empty")]
    Empty,
    /// Starts with a separator.
    #[error("the path is absolute")]
    Absolute,
    /// Two separators in a row, or one at the end.
    #[error("the path has an empty component")]
    EmptyComponent,
    /// `.` or `..`.
    #[error("the path has a component {0:?}")]
    Dots(String),
    /// NUL or another control character.
    #[error("the path has the control character U+{:04X}", u32::from(*.0))]
    Control(char),
    /// A separator on Windows, so never part of a name.
    #[error("the path has a backslash")]
    Backslash,
    /// A separator inside what is to be one component.
    #[error("the name has a slash")]
    Slash,
    /// More than [`MAX_COMPONENT_BYTES`].
    #[error("a name of {0} bytes is longer than {MAX_COMPONENT_BYTES}")]
    ComponentTooLong(usize),
    /// More than [`MAX_PATH_BYTES`].
    #[error("a path of {0} bytes is longer than {MAX_PATH_BYTES}")]
    TooLong(usize),
    /// More than [`MAX_COMPONENTS`].
    #[error("the path is deeper than {MAX_COMPONENTS} components")]
    TooDeep,
    /// An OS name that is no Unicode.
    #[error("the name {0:?} is not valid Unicode")]
    NotUnicode(String),
    /// A name that the system keeps for a device, such as `NUL`.
    #[error("{system} reserves the name {component:?}")]
    Reserved {
        /// The component.
        component: String,
        /// The system that cannot hold it.
        system: System,
    },
    /// A character that the system allows in no name.
    #[error("{system} allows no {character:?} in the name {component:?}")]
    Forbidden {
        /// The component.
        component: String,
        /// The character.
        character: char,
        /// The system that cannot hold it.
        system: System,
    },
    /// Every name tried in place of one is taken.
    #[error("no free name was found in place of {0:?}")]
    NoFreeName(String),
    /// A dot or a space at the end, which the system would strip silently.
    #[error("{system} allows no dot or space at the end of the name {component:?}")]
    TrailingDotOrSpace {
        /// The component.
        component: String,
        /// The system that cannot hold it.
        system: System,
    },
}

/// A relative path of a transfer's entry. Cheap to clone.
///
/// Ordered component by component, so that what lies in a folder follows the folder at once.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RelPath(Arc<str>);

impl RelPath {
    /// The path that `text` spells, components joined by `/`.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        if text.is_empty() {
            return Err(PathError::Empty);
        }
        if text.len() > MAX_PATH_BYTES {
            return Err(PathError::TooLong(text.len()));
        }
        if text.starts_with('/') {
            return Err(PathError::Absolute);
        }
        let mut components = 0;
        for component in text.split('/') {
            check_component(component)?;
            components += 1;
        }
        if components > MAX_COMPONENTS {
            return Err(PathError::TooDeep);
        }
        Ok(Self(text.into()))
    }

    /// Whether `system` can hold every component under exactly this name.
    pub fn check_for(&self, system: System) -> Result<(), PathError> {
        self.components()
            .try_for_each(|component| system.check(component))
    }

    /// One component from a name that the operating system gave.
    pub fn component_from_os(name: &OsStr) -> Result<String, PathError> {
        let text = name
            .to_str()
            .ok_or_else(|| PathError::NotUnicode(name.to_string_lossy().into_owned()))?;
        if text.contains('/') {
            return Err(PathError::Slash);
        }
        check_component(text)?;
        Ok(text.to_owned())
    }

    /// The text, components joined by `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The components, from the root down.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }

    /// The first component: the name of the file or folder that was chosen.
    pub fn root(&self) -> &str {
        self.0
            .split_once('/')
            .map_or(self.as_str(), |(root, _)| root)
    }

    /// All after the first component; None for a root itself.
    pub fn below_root(&self) -> Option<&str> {
        self.0.split_once('/').map(|(_, rest)| rest)
    }

    /// The path without its last component; None for a root.
    pub fn parent(&self) -> Option<Self> {
        // A part of a valid path that ends at a separator is a valid path.
        self.0
            .rsplit_once('/')
            .map(|(parent, _)| Self(parent.into()))
    }

    /// The last component.
    pub fn file_name(&self) -> &str {
        self.0
            .rsplit_once('/')
            .map_or(self.as_str(), |(_, name)| name)
    }

    /// This path with `more` (one component or several) after it.
    pub fn join(&self, more: &str) -> Result<Self, PathError> {
        Self::parse(&format!("{}/{more}", self.0))
    }

    /// Where this path lies below `base`, in the system's own form.
    ///
    /// Built by appending, never by [`Path::join`]: a component such as `C:x` (legal on Unix) would
    /// replace `base` on Windows. Call [`check_for`](Self::check_for) with [`System::HERE`] first.
    pub fn to_native(&self, base: &Path) -> PathBuf {
        let mut native = OsString::from(base);
        let mut separate = !native.is_empty()
            && !base
                .as_os_str()
                .as_encoded_bytes()
                .last()
                .is_some_and(|byte| *byte == b'/' || MAIN_SEPARATOR_STR.as_bytes() == [*byte]);
        for component in self.components() {
            if separate {
                native.push(MAIN_SEPARATOR_STR);
            }
            native.push(component);
            separate = true;
        }
        native.into()
    }
}

/// What holds for a component on every system and on the wire.
fn check_component(component: &str) -> Result<(), PathError> {
    if component.is_empty() {
        return Err(PathError::EmptyComponent);
    }
    if component == "." || component == ".." {
        return Err(PathError::Dots(component.to_owned()));
    }
    if component.len() > MAX_COMPONENT_BYTES {
        return Err(PathError::ComponentTooLong(component.len()));
    }
    for character in component.chars() {
        if character.is_control() {
            return Err(PathError::Control(character));
        }
        if character == '\\' {
            return Err(PathError::Backslash);
        }
    }
    Ok(())
}

impl Ord for RelPath {
    fn cmp(&self, other: &Self) -> Ordering {
        self.components().cmp(other.components())
    }
}

impl PartialOrd for RelPath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl FromStr for RelPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RelPath({:?})", &*self.0)
    }
}

impl Serialize for RelPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RelPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn path(text: &str) -> RelPath {
        RelPath::parse(text).expect("a valid path")
    }

    #[test]
    fn the_parts_of_a_path_are_found() {
        let deep = path("holiday/2026/photo.jpg");
        assert_eq!(deep.root(), "holiday");
        assert_eq!(deep.below_root(), Some("2026/photo.jpg"));
        assert_eq!(deep.file_name(), "photo.jpg");
        assert_eq!(deep.parent(), Some(path("holiday/2026")));
        assert_eq!(deep.components().count(), 3);
        let root = path("holiday");
        assert_eq!(
            (root.root(), root.below_root(), root.parent()),
            ("holiday", None, None)
        );
        assert_eq!(root.join("2026/photo.jpg"), Ok(deep));
    }

    #[test]
    fn what_leaves_the_target_folder_is_refused() {
        let dots = |text: &str| Err(PathError::Dots(text.to_owned()));
        assert_eq!(RelPath::parse(""), Err(PathError::Empty));
        assert_eq!(RelPath::parse("/etc/passwd"), Err(PathError::Absolute));
        assert_eq!(RelPath::parse(".."), dots(".."));
        assert_eq!(RelPath::parse("a/../../b"), dots(".."));
        assert_eq!(RelPath::parse("./a"), dots("."));
        assert_eq!(RelPath::parse("a//b"), Err(PathError::EmptyComponent));
        assert_eq!(RelPath::parse("a/"), Err(PathError::EmptyComponent));
        assert_eq!(RelPath::parse("a\\..\\b"), Err(PathError::Backslash));
        assert_eq!(RelPath::parse("a\0b"), Err(PathError::Control('\0')));
        assert_eq!(
            RelPath::parse("a\u{1b}[2J"),
            Err(PathError::Control('\u{1b}'))
        );
        assert_eq!(path("a").join("../b"), dots(".."));
        assert_eq!(path("a").join("/b"), Err(PathError::EmptyComponent));
    }

    #[test]
    fn names_that_only_look_like_dots_are_kept() {
        for text in ["...", ".a", "a.", "..a", "a..b", "C:", "häuser/Größe 2.txt"] {
            assert_eq!(path(text).as_str(), text);
        }
    }

    #[test]
    fn one_over_each_limit_is_refused() {
        let longest = "n".repeat(MAX_COMPONENT_BYTES);
        assert!(RelPath::parse(&longest).is_ok());
        assert_eq!(
            RelPath::parse(&format!("{longest}n")),
            Err(PathError::ComponentTooLong(MAX_COMPONENT_BYTES + 1))
        );

        let deepest = vec!["d"; MAX_COMPONENTS].join("/");
        assert!(RelPath::parse(&deepest).is_ok());
        assert_eq!(
            RelPath::parse(&format!("{deepest}/d")),
            Err(PathError::TooDeep)
        );

        // 16 components of 255 bytes and 15 separators: 4095 bytes.
        let almost = vec![longest.as_str(); 16].join("/");
        assert!(RelPath::parse(&almost).is_ok());
        assert_eq!(
            RelPath::parse(&format!("{almost}/n")),
            Err(PathError::TooLong(MAX_PATH_BYTES + 1))
        );
    }

    #[test]
    fn what_lies_in_a_folder_follows_it_at_once() {
        // By bytes, "a-b" would stand between "a" and "a/z".
        let mut paths = [path("a-b"), path("a/z"), path("a"), path("a/b/c")];
        paths.sort();
        assert_eq!(paths, [path("a"), path("a/b/c"), path("a/z"), path("a-b")]);
    }

    #[test]
    fn a_native_path_stays_below_its_base() {
        let native = path("a/C:x/b").to_native(Path::new("base"));
        assert!(native.starts_with("base"));
        assert!(native.ends_with("b"));
        assert_eq!(
            path("a/b").to_native(Path::new("/tmp/")),
            Path::new("/tmp/a/b")
        );
        assert_eq!(path("a/b").to_native(Path::new("")), Path::new("a/b"));
    }

    #[test]
    fn os_names_are_taken_or_refused_as_they_are() {
        assert_eq!(
            RelPath::component_from_os(OsStr::new("a b.txt")),
            Ok("a b.txt".to_owned())
        );
        assert_eq!(
            RelPath::component_from_os(OsStr::new("a/b")),
            Err(PathError::Slash)
        );
        assert_eq!(
            RelPath::component_from_os(OsStr::new("..")),
            Err(PathError::Dots("..".to_owned()))
        );
    }

    #[cfg(unix)]
    #[test]
    fn an_os_name_that_is_no_unicode_is_a_typed_error() {
        use std::os::unix::ffi::OsStrExt as _;
        let name = OsStr::from_bytes(b"caf\xe9");
        assert!(matches!(
            RelPath::component_from_os(name),
            Err(PathError::NotUnicode(_))
        ));
    }

    #[test]
    fn a_path_is_validated_when_it_is_decoded() {
        let wire = postcard::to_stdvec("../x").expect("a string");
        assert!(postcard::from_bytes::<RelPath>(&wire).is_err());
        let wire = postcard::to_stdvec(&path("a/b")).expect("a path");
        assert_eq!(postcard::from_bytes(&wire), Ok(path("a/b")));
    }

    proptest! {
        #[test]
        fn whatever_parses_is_kept_as_it_is_and_stays_below_any_base(text in "[./a\\\\ :\u{0}-\u{1f}é]{0,12}") {
            if let Ok(path) = RelPath::parse(&text) {
                prop_assert_eq!(path.as_str(), &text);
                let native = path.to_native(Path::new("/base"));
                prop_assert!(native.starts_with("/base"));
                prop_assert!(native.components().all(|part| part != std::path::Component::ParentDir));
                prop_assert_eq!(native.components().count(), path.components().count() + 2);
            }
        }
    }
}
