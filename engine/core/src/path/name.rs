//! A name beside one that is taken.

use super::MAX_COMPONENT_BYTES;

/// The longest text after the last dot that is taken for an extension.
const MAX_EXTENSION_BYTES: usize = 10;

/// `name` with ` (n)` before its extension: `photo.jpg` and 1 give `photo (1).jpg`.
///
/// `.tar.gz` and its like are one extension; a dot at the beginning (`.profile`) or before what is no
/// extension (`release 1.2`) starts none. n = 0 gives `name` itself. The stem is shortened, at a
/// character, until the result fits [`MAX_COMPONENT_BYTES`].
pub fn unused_name(name: &str, n: u32) -> String {
    if n == 0 {
        return name.to_owned();
    }
    let (stem, extension) = split_extension(name);
    let number = format!(" ({n})");
    let room = MAX_COMPONENT_BYTES.saturating_sub(number.len() + extension.len());
    let room = (0..=room.min(stem.len()))
        .rev()
        .find(|end| stem.is_char_boundary(*end));
    let stem = &stem[..room.unwrap_or(0)];
    format!("{stem}{number}{extension}")
}

/// The stem, and the extension with its dot or nothing.
fn split_extension(name: &str) -> (&str, &str) {
    let Some(dot) = name.rfind('.').filter(|dot| *dot > 0) else {
        return (name, "");
    };
    let extension = &name[dot + 1..];
    let is_extension = extension.len() <= MAX_EXTENSION_BYTES
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && extension.bytes().any(|byte| byte.is_ascii_alphabetic());
    if !is_extension {
        return (name, "");
    }
    let stem = &name[..dot];
    let tar = stem.len().saturating_sub(4);
    let is_tar = tar > 0 && stem.is_char_boundary(tar) && stem[tar..].eq_ignore_ascii_case(".tar");
    name.split_at(if is_tar { tar } else { dot })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::RelPath;
    use proptest::prelude::*;

    #[test]
    fn the_number_goes_before_the_extension() {
        for (name, expected) in [
            ("photo.jpg", "photo (1).jpg"),
            ("backup.tar.gz", "backup (1).tar.gz"),
            ("backup.TAR.zst", "backup (1).TAR.zst"),
            ("a.b.c", "a.b (1).c"),
            ("folder", "folder (1)"),
            ("release 1.2", "release 1.2 (1)"),
            (".profile", ".profile (1)"),
            (".config.json", ".config (1).json"),
            ("Dr. No", "Dr. No (1)"),
            ("song.mp3", "song (1).mp3"),
        ] {
            assert_eq!(unused_name(name, 1), expected);
        }
        assert_eq!(unused_name("photo.jpg", 12), "photo (12).jpg");
        assert_eq!(unused_name("photo.jpg", 0), "photo.jpg");
    }

    #[test]
    fn a_long_name_is_shortened_at_a_character() {
        let name = format!("{}.jpg", "ü".repeat(125));
        assert_eq!(name.len(), 254);
        let unused = unused_name(&name, 1);
        assert!(unused.len() <= MAX_COMPONENT_BYTES);
        assert!(unused.ends_with("ü (1).jpg"), "{unused}");
    }

    proptest! {
        #[test]
        fn the_name_beside_a_valid_one_is_valid_and_another(name in "[a-zé. ]{1,140}", n in 1u32..) {
            prop_assume!(RelPath::parse(&name).is_ok());
            let unused = unused_name(&name, n);
            prop_assert!(RelPath::parse(&unused).is_ok(), "{}", unused);
            prop_assert_ne!(&unused, &name);
            prop_assert_ne!(&unused, &unused_name(&name, n - 1));
        }
    }
}
