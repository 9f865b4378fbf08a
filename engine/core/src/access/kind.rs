//! Types of files by their names: the ending after the last dot, in either case. What is inside is not looked at.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The longest ending that is taken for one.
const MAX_EXTENSION: usize = 16;

/// A group of endings that a person has a word for. Nothing in any of them is run by opening it, as far as the ending
/// says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FileKind {
    /// Pictures.
    Images,
    /// Sound.
    Audio,
    /// Films.
    Video,
    /// Texts, tables, slides; none with macros.
    Documents,
    /// Packed files.
    Archives,
}

impl FileKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Images,
        Self::Audio,
        Self::Video,
        Self::Documents,
        Self::Archives,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Images => "images",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Documents => "documents",
            Self::Archives => "archives",
        }
    }

    /// Its endings.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Images => &[
                "avif", "bmp", "cr2", "dng", "gif", "heic", "heif", "jpeg", "jpg", "jxl", "nef",
                "png", "psd", "raw", "tif", "tiff", "webp", "xcf",
            ],
            Self::Audio => &[
                "aac", "aiff", "alac", "flac", "m4a", "mid", "mp3", "oga", "ogg", "opus", "wav",
                "wma",
            ],
            Self::Video => &[
                "avi", "m2ts", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "mts", "ogv", "webm",
                "wmv",
            ],
            Self::Documents => &[
                "csv", "docx", "epub", "md", "odp", "ods", "odt", "pdf", "pptx", "rtf", "tex",
                "txt", "xlsx",
            ],
            Self::Archives => &[
                "7z", "bz2", "gz", "lz4", "rar", "tar", "tgz", "xz", "zip", "zst",
            ],
        }
    }
}

/// Which files: a [`FileKind`] by its word, or an ending. Written `images` or `jpg`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum TypePattern {
    /// All endings of the kind.
    Kind(FileKind),
    /// One ending, lower case, without its dot.
    Extension(String),
}

/// Why a text is no [`TypePattern`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is neither images, audio, video, documents, archives nor an ending of up to {MAX_EXTENSION} letters and digits"
)]
pub struct TypePatternError(String);

impl TypePattern {
    /// Whether a file of that name is one of them. A name without an ending is none.
    pub fn takes(&self, name: &str) -> bool {
        let Some(found) = extension(name) else {
            return false;
        };
        match self {
            Self::Kind(kind) => kind
                .extensions()
                .iter()
                .any(|known| found.eq_ignore_ascii_case(known)),
            Self::Extension(wanted) => found.eq_ignore_ascii_case(wanted),
        }
    }
}

/// What follows the last dot; None if nothing does. A dot at the beginning starts none (`.profile`).
fn extension(name: &str) -> Option<&str> {
    // Some systems drop these at the end, and would run `a.exe.` as `a.exe`.
    let name = name.trim_end_matches([' ', '.']);
    let (stem, extension) = name.rsplit_once('.')?;
    (!stem.is_empty() && !extension.is_empty()).then_some(extension)
}

impl FromStr for TypePattern {
    type Err = TypePatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let word = text.trim().trim_start_matches('.').to_ascii_lowercase();
        if let Some(kind) = FileKind::ALL.into_iter().find(|kind| kind.as_str() == word) {
            return Ok(Self::Kind(kind));
        }
        let fits = (1..=MAX_EXTENSION).contains(&word.len())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if fits {
            Ok(Self::Extension(word))
        } else {
            Err(TypePatternError(text.to_owned()))
        }
    }
}

impl fmt::Display for TypePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kind(kind) => kind.as_str(),
            Self::Extension(extension) => extension,
        })
    }
}

impl Serialize for TypePattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TypePattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> TypePattern {
        text.parse().expect("a type")
    }

    #[test]
    fn the_last_ending_counts_in_either_case() {
        let images = pattern("Images");
        for name in ["a.jpg", "A.JPG", "a.tar.png", "é.heic"] {
            assert!(images.takes(name), "{name}");
        }
        for name in [
            "a.jpg.exe",
            "a.jpg.exe.",
            "a.jpg.exe ",
            "jpg",
            ".jpg",
            "a.",
            "a",
            "",
            "a.jpgx",
            "a.jpg\u{200b}",
        ] {
            assert!(!images.takes(name), "{name:?}");
        }
        assert!(pattern(".TXT").takes("notes.txt"));
        assert!(!pattern("txt").takes("notes.txt.lnk"));
    }

    #[test]
    fn a_pattern_is_written_as_it_is_read() {
        for text in [
            "images",
            "audio",
            "video",
            "documents",
            "archives",
            "jpg",
            "7z",
        ] {
            assert_eq!(pattern(text).to_string(), text);
        }
        for text in ["", ".", "a/b", "*.jpg", "j p", "abcdefghijklmnopq", "ü"] {
            assert!(text.parse::<TypePattern>().is_err(), "{text:?}");
        }
        assert!("abcdefghijklmnop".parse::<TypePattern>().is_ok());
    }

    #[test]
    fn no_ending_that_systems_run_is_in_a_kind() {
        for kind in FileKind::ALL {
            for run in [
                "exe", "com", "bat", "cmd", "msi", "scr", "lnk", "js", "vbs", "ps1", "sh", "app",
                "jar", "desktop", "svg", "html", "docm", "xlsm", "deb", "rpm", "dmg", "iso", "reg",
                "hta",
            ] {
                assert!(!kind.extensions().contains(&run), "{run}");
            }
        }
    }
}
