//! Between Rust's values and SQLite's columns. A stored value that cannot be read is damage, not a default.

use chunkstream_core::session::{Direction, Role};
use serde::de::DeserializeOwned;
use sqlx::{Row as _, sqlite::SqliteRow};

use super::StoreError;
use crate::api::EntryViewKind;

/// SQLite's integers are signed.
pub(super) fn from_u64(value: u64, what: &'static str) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::OutOfRange(what))
}

pub(super) fn optional_from_u64(
    value: Option<u64>,
    what: &'static str,
) -> Result<Option<i64>, StoreError> {
    value.map(|value| from_u64(value, what)).transpose()
}

pub(super) fn u64(row: &SqliteRow, name: &'static str) -> Result<u64, StoreError> {
    row.try_get::<i64, _>(name)?
        .try_into()
        .map_err(|_| StoreError::unreadable(name))
}

pub(super) fn optional_u64(row: &SqliteRow, name: &'static str) -> Result<Option<u64>, StoreError> {
    row.try_get::<Option<i64>, _>(name)?
        .map(|value| value.try_into().map_err(|_| StoreError::unreadable(name)))
        .transpose()
}

pub(super) fn u32(row: &SqliteRow, name: &'static str) -> Result<u32, StoreError> {
    row.try_get::<i64, _>(name)?
        .try_into()
        .map_err(|_| StoreError::unreadable(name))
}

pub(super) fn bytes<const N: usize>(
    row: &SqliteRow,
    name: &'static str,
) -> Result<[u8; N], StoreError> {
    row.try_get::<&[u8], _>(name)?
        .try_into()
        .map_err(|_| StoreError::unreadable(name))
}

pub(super) fn optional_bytes<const N: usize>(
    row: &SqliteRow,
    name: &'static str,
) -> Result<Option<[u8; N]>, StoreError> {
    row.try_get::<Option<&[u8]>, _>(name)?
        .map(|bytes| bytes.try_into().map_err(|_| StoreError::unreadable(name)))
        .transpose()
}

/// A word, read by `parse`.
pub(super) fn word<T>(
    row: &SqliteRow,
    name: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, StoreError> {
    parse(row.try_get(name)?).ok_or_else(|| StoreError::unreadable(name))
}

pub(super) fn optional_word<T>(
    row: &SqliteRow,
    name: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    row.try_get::<Option<&str>, _>(name)?
        .map(|word| parse(word).ok_or_else(|| StoreError::unreadable(name)))
        .transpose()
}

pub(super) fn json<T: DeserializeOwned>(
    row: &SqliteRow,
    name: &'static str,
) -> Result<T, StoreError> {
    serde_json::from_str(row.try_get(name)?).map_err(|_| StoreError::unreadable(name))
}

pub(super) fn optional_json<T: DeserializeOwned>(
    row: &SqliteRow,
    name: &'static str,
) -> Result<Option<T>, StoreError> {
    row.try_get::<Option<&str>, _>(name)?
        .map(|text| serde_json::from_str(text).map_err(|_| StoreError::unreadable(name)))
        .transpose()
}

pub(super) fn to_json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Other(error.to_string()))
}

pub(super) fn direction(word: &str) -> Option<Direction> {
    [Direction::Sending, Direction::Receiving]
        .into_iter()
        .find(|direction| direction.as_str() == word)
}

pub(super) fn role(word: &str) -> Option<Role> {
    [Role::Mine, Role::Trusted, Role::Ask, Role::Blocked]
        .into_iter()
        .find(|role| role.as_str() == word)
}

pub(super) fn kind_word(kind: EntryViewKind) -> &'static str {
    match kind {
        EntryViewKind::File => "file",
        EntryViewKind::Folder => "folder",
        EntryViewKind::Symlink => "symlink",
    }
}

pub(super) fn kind(word: &str) -> Option<EntryViewKind> {
    [
        EntryViewKind::File,
        EntryViewKind::Folder,
        EntryViewKind::Symlink,
    ]
    .into_iter()
    .find(|kind| kind_word(*kind) == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_over_the_largest_integer_is_refused() {
        assert_eq!(
            from_u64(i64::MAX as u64, "a size").expect("the largest"),
            i64::MAX
        );
        assert!(matches!(
            from_u64(1 << 63, "a size"),
            Err(StoreError::OutOfRange("a size"))
        ));
    }

    #[test]
    fn every_word_reads_back_and_no_other() {
        assert_eq!(direction("sending"), Some(Direction::Sending));
        assert_eq!(direction("receiving"), Some(Direction::Receiving));
        for known in [Role::Mine, Role::Trusted, Role::Ask, Role::Blocked] {
            assert_eq!(role(known.as_str()), Some(known));
        }
        for known in [
            EntryViewKind::File,
            EntryViewKind::Folder,
            EntryViewKind::Symlink,
        ] {
            assert_eq!(kind(kind_word(known)), Some(known));
        }
        assert_eq!(
            (direction("both"), role("king"), kind("pipe")),
            (None, None, None)
        );
    }
}
