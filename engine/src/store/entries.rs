//! Entries: the manifest of a transfer, in the order in which it is announced, without gaps.

use chunkstream_core::{
    id::{FileId, TransferId},
    integrity::Checksum,
    manifest::{Entry, EntryKind},
    path::RelPath,
};
use sqlx::{Row as _, Sqlite, Transaction, sqlite::SqliteRow};

use super::{Fate, NewRoot, Placement, Store, StoreError, column, fates, roots, sql};
use crate::{api::EntryViewKind, disk::Fingerprint};

/// Where a sender reads an entry, and how to notice that it changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Absolute path.
    pub path: String,
    /// The version that was announced; None for what has no content.
    pub fingerprint: Option<Fingerprint>,
}

/// An entry to be recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewEntry {
    /// As it is announced.
    pub entry: Entry,
    /// Senders only.
    pub source: Option<Source>,
    /// Whether it has been withdrawn already.
    pub withdrawn: bool,
}

/// A recorded entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredEntry {
    /// Its position in the manifest.
    pub file: FileId,
    /// As it was announced.
    pub entry: Entry,
    /// Senders only.
    pub source: Option<Source>,
    /// The BLAKE3 root of its content, once it is done.
    pub root: Option<Checksum>,
    /// Whether every byte is verified and durable at the receiver.
    pub done: bool,
    /// Whether it is no part of the transfer any more.
    pub withdrawn: bool,
    /// Receivers only: where it is stored, if not under its own path.
    pub stored: Option<RelPath>,
    /// Whether it is received at all.
    pub fate: Fate,
}

impl Store {
    /// Appends entries, the first of which gets the number `first`.
    ///
    /// # Errors
    /// [`StoreError::Exists`] if an entry has that number already, [`StoreError::NotFound`] if there is
    /// no session, or a gap before `first`. Nothing has changed then.
    pub async fn append_entries(
        &self,
        session: TransferId,
        first: FileId,
        entries: &[NewEntry],
    ) -> Result<(), StoreError> {
        self.append_manifest(session, first, entries, &[]).await
    }

    /// Appends entries, as [`Store::append_entries`], and with them those roots that are among them: a
    /// crash leaves both or neither.
    ///
    /// # Errors
    /// As [`Store::append_entries`].
    pub async fn append_manifest(
        &self,
        session: TransferId,
        first: FileId,
        entries: &[NewEntry],
        roots: &[NewRoot],
    ) -> Result<(), StoreError> {
        self.append_placed(session, first, entries, roots, &[])
            .await
    }

    /// Appends entries and roots, as [`Store::append_manifest`], and with them what is said of those that
    /// are not received, or not under their own paths.
    ///
    /// # Errors
    /// As [`Store::append_entries`].
    pub async fn append_placed(
        &self,
        session: TransferId,
        first: FileId,
        entries: &[NewEntry],
        roots: &[NewRoot],
        placements: &[Placement],
    ) -> Result<(), StoreError> {
        let _held = self.hold();
        let mut transaction = self.begin().await?;
        append(&mut transaction, session, first, entries, roots).await?;
        fates::set(&mut transaction, session, placements).await?;
        Ok(transaction.commit().await?)
    }

    /// At most `limit` entries from number `from` on.
    pub async fn entries(
        &self,
        session: TransferId,
        from: FileId,
        limit: u32,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        self.page(sql::ENTRIES, session, from, limit).await
    }

    /// At most `limit` files that are not done, from number `from` on.
    pub async fn unfinished_files(
        &self,
        session: TransferId,
        from: FileId,
        limit: u32,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        self.page(sql::UNFINISHED_FILES, session, from, limit).await
    }

    /// The BLAKE3 root of the first entry that has not been withdrawn, if it has one.
    pub async fn first_root(&self, session: TransferId) -> Result<Option<Checksum>, StoreError> {
        let _held = self.hold();
        let row = sqlx::query(sql::FIRST_ROOT)
            .bind(&session.0[..])
            .fetch_optional(&self.readers)
            .await?;
        match row {
            Some(row) => Ok(column::optional_bytes(&row, "root")?.map(Checksum)),
            None => Ok(None),
        }
    }

    /// How many entries there are.
    pub async fn entry_count(&self, session: TransferId) -> Result<u32, StoreError> {
        let _held = self.hold();
        let row = sqlx::query(sql::ENTRY_COUNT)
            .bind(&session.0[..])
            .fetch_one(&self.readers)
            .await?;
        Ok(row.try_get(0)?)
    }

    /// Marks files whose every byte is verified and durable at the receiver, with their roots. One that
    /// is marked already, or is no file, stays as it is. Returns how many were marked now.
    pub async fn mark_files_done(
        &self,
        session: TransferId,
        files: &[(FileId, Checksum)],
    ) -> Result<u64, StoreError> {
        let _held = self.hold();
        let mut transaction = self.begin().await?;
        let mut marked = 0;
        for (file, root) in files {
            marked += sqlx::query(sql::FILE_DONE)
                .bind(&root.0[..])
                .bind(&session.0[..])
                .bind(file.0)
                .execute(&mut *transaction)
                .await?
                .rows_affected();
        }
        if marked > 0 {
            sqlx::query(sql::COUNT_FILES_DONE)
                .bind(column::from_u64(marked, "a number of files")?)
                .bind(&session.0[..])
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(marked)
    }

    /// Records the roots of files that are not done yet: what a sender has found them to be.
    pub async fn set_file_roots(
        &self,
        session: TransferId,
        files: &[(FileId, Checksum)],
    ) -> Result<(), StoreError> {
        let _held = self.hold();
        let mut transaction = self.begin().await?;
        for (file, root) in files {
            sqlx::query(sql::SET_FILE_ROOT)
                .bind(&root.0[..])
                .bind(&session.0[..])
                .bind(file.0)
                .execute(&mut *transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    pub(super) async fn page(
        &self,
        sql: &'static str,
        session: TransferId,
        from: FileId,
        limit: u32,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        let _held = self.hold();
        let rows = sqlx::query(sql)
            .bind(&session.0[..])
            .bind(from.0)
            .bind(limit)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(read).collect()
    }
}

/// Appends entries and roots within `transaction`; see [`Store::append_manifest`].
pub(super) async fn append(
    transaction: &mut Transaction<'_, Sqlite>,
    session: TransferId,
    first: FileId,
    entries: &[NewEntry],
    roots: &[NewRoot],
) -> Result<(), StoreError> {
    let next: i64 = sqlx::query(sql::ENTRY_COUNT)
        .bind(&session.0[..])
        .fetch_one(&mut **transaction)
        .await?
        .try_get(0)?;
    match i64::from(first.0).cmp(&next) {
        std::cmp::Ordering::Less => return Err(StoreError::Exists("entry")),
        std::cmp::Ordering::Greater => return Err(StoreError::NotFound("entry before these")),
        std::cmp::Ordering::Equal => {}
    }
    if u64::from(first.0) + entries.len() as u64 > u64::from(u32::MAX) {
        return Err(StoreError::OutOfRange("a number of entries"));
    }
    let mut withdrawn_roots = Vec::new();
    for (number, new) in (next..).zip(entries) {
        let (kind, target) = match &new.entry.kind {
            EntryKind::File { .. } => (EntryViewKind::File, None),
            EntryKind::Folder => (EntryViewKind::Folder, None),
            EntryKind::Symlink { target } => (EntryViewKind::Symlink, Some(target)),
        };
        let fingerprint = new.source.as_ref().and_then(|source| source.fingerprint);
        let source_len = fingerprint
            .map(|print| column::from_u64(print.len, "a size"))
            .transpose()?;
        sqlx::query(sql::INSERT_ENTRY)
            .bind(&session.0[..])
            .bind(number)
            .bind(new.entry.path.as_str())
            .bind(column::kind_word(kind))
            .bind(column::from_u64(new.entry.len(), "a size")?)
            .bind(new.entry.modified_ns)
            .bind(new.entry.mode)
            .bind(target)
            .bind(new.source.as_ref().map(|source| &source.path))
            .bind(source_len)
            .bind(fingerprint.map(|print| print.modified_ns))
            // All 64 bits of a file's number may be used: kept bit by bit.
            .bind(fingerprint.map(|print| print.file_id.cast_signed()))
            .bind(new.withdrawn)
            .execute(&mut **transaction)
            .await?;
        if new.withdrawn && new.entry.path.parent().is_none() {
            withdrawn_roots.push(number);
        }
    }
    roots::insert(transaction, session, roots).await?;
    for number in withdrawn_roots {
        sqlx::query(sql::WITHDRAW_ROOT)
            .bind(&session.0[..])
            .bind(number)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

fn read(row: &SqliteRow) -> Result<StoredEntry, StoreError> {
    let kind = match column::word(row, "kind", column::kind)? {
        EntryViewKind::File => EntryKind::File {
            len: column::u64(row, "len")?,
        },
        EntryViewKind::Folder => EntryKind::Folder,
        EntryViewKind::Symlink => EntryKind::Symlink {
            target: row.try_get("link_target")?,
        },
    };
    let fingerprint = match column::optional_u64(row, "source_len")? {
        Some(len) => Some(Fingerprint {
            len,
            modified_ns: row.try_get("source_modified_ns")?,
            file_id: row.try_get::<i64, _>("source_file_id")?.cast_unsigned(),
        }),
        None => None,
    };
    let source_path: Option<String> = row.try_get("source_path")?;
    Ok(StoredEntry {
        file: FileId(column::u32(row, "file_id")?),
        entry: Entry {
            path: column::word(row, "rel_path", |path| RelPath::parse(path).ok())?,
            kind,
            modified_ns: row.try_get("modified_ns")?,
            mode: row.try_get("mode")?,
        },
        source: source_path.map(|path| Source { path, fingerprint }),
        root: column::optional_bytes(row, "root")?.map(Checksum),
        done: row.try_get("done")?,
        withdrawn: row.try_get("withdrawn")?,
        stored: column::optional_word(row, "stored_path", |path| RelPath::parse(path).ok())?,
        fate: fates::read(row)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing;

    fn every_kind() -> Vec<NewEntry> {
        let path = |text| RelPath::parse(text).expect("a path");
        let fingerprint = Fingerprint {
            len: 7,
            modified_ns: -1,
            file_id: u64::MAX,
        };
        vec![
            NewEntry {
                entry: Entry {
                    path: path("夏"),
                    kind: EntryKind::Folder,
                    modified_ns: None,
                    mode: Some(0o755),
                },
                source: Some(Source {
                    path: "/home/zoë/夏".to_owned(),
                    fingerprint: None,
                }),
                withdrawn: false,
            },
            NewEntry {
                entry: Entry {
                    path: path("夏/é.txt"),
                    kind: EntryKind::File { len: 7 },
                    modified_ns: Some(i64::MIN),
                    mode: None,
                },
                source: Some(Source {
                    path: "/home/zoë/夏/é.txt".to_owned(),
                    fingerprint: Some(fingerprint),
                }),
                withdrawn: false,
            },
            NewEntry {
                entry: Entry {
                    path: path("夏/🔗"),
                    kind: EntryKind::Symlink {
                        target: "../é.txt".to_owned(),
                    },
                    modified_ns: Some(1),
                    mode: None,
                },
                source: None,
                withdrawn: false,
            },
        ]
    }

    #[tokio::test]
    async fn entries_come_back_as_they_were_announced() {
        let store = testing::memory().await;
        let id = testing::insert(&store, 1).await;
        let new = every_kind();
        store
            .append_entries(id, FileId(0), &new)
            .await
            .expect("a write");
        store
            .append_entries(id, FileId(3), &testing::files(2))
            .await
            .expect("a write");
        let stored = store.entries(id, FileId(0), 3).await.expect("a read");
        let back: Vec<_> = stored
            .iter()
            .map(|e| NewEntry {
                entry: e.entry.clone(),
                source: e.source.clone(),
                withdrawn: false,
            })
            .collect();
        assert_eq!(back, new);
        assert!(stored.iter().all(|e| !e.done && e.root.is_none()));
        let rest = store.entries(id, FileId(3), 100).await.expect("a read");
        assert_eq!(rest.iter().map(|e| e.file.0).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(store.entry_count(id).await.expect("a read"), 5);
    }

    #[tokio::test]
    async fn a_page_that_overlaps_or_leaves_a_gap_is_refused_whole() {
        let store = testing::memory().await;
        let id = testing::insert(&store, 1).await;
        let files = testing::files(3);
        store
            .append_entries(id, FileId(0), &files)
            .await
            .expect("a write");
        let overlap = store.append_entries(id, FileId(2), &files).await;
        assert!(matches!(overlap, Err(StoreError::Exists("entry"))));
        let gap = store.append_entries(id, FileId(4), &files).await;
        assert!(matches!(gap, Err(StoreError::NotFound(_))));
        let nobody = store
            .append_entries(testing::id(9), FileId(0), &files)
            .await;
        assert!(matches!(nobody, Err(StoreError::NotFound("session"))));
        let mut huge = files.clone();
        huge[2].entry.kind = EntryKind::File { len: 1 << 63 };
        let huge = store.append_entries(id, FileId(3), &huge).await;
        assert!(matches!(huge, Err(StoreError::OutOfRange("a size"))));
        assert_eq!(store.entry_count(id).await.expect("a read"), 3);
    }

    #[tokio::test]
    async fn a_file_is_counted_done_once_and_a_folder_never() {
        let store = testing::memory().await;
        let id = testing::insert(&store, 1).await;
        store
            .append_entries(id, FileId(0), &every_kind())
            .await
            .expect("a write");
        store
            .append_entries(id, FileId(3), &testing::files(2))
            .await
            .expect("a write");
        let root = Checksum([7; 32]);
        let done = [(FileId(0), root), (FileId(1), root), (FileId(3), root)];
        assert_eq!(store.mark_files_done(id, &done).await.expect("a write"), 2);
        assert_eq!(store.mark_files_done(id, &done).await.expect("a write"), 0);
        assert_eq!(store.session(id).await.expect("a read").files_done, 2);
        let file = &store.entries(id, FileId(1), 1).await.expect("a read")[0];
        assert_eq!((file.done, file.root), (true, Some(root)));
        let found = Checksum([8; 32]);
        store
            .set_file_roots(id, &[(FileId(4), found), (FileId(0), found)])
            .await
            .expect("a write");
        let file = &store.entries(id, FileId(4), 1).await.expect("a read")[0];
        assert_eq!((file.done, file.root), (false, Some(found)));
        let folder = &store.entries(id, FileId(0), 1).await.expect("a read")[0];
        assert_eq!(folder.root, None);
        let open = store
            .unfinished_files(id, FileId(0), 10)
            .await
            .expect("a read");
        assert_eq!(open.iter().map(|e| e.file.0).collect::<Vec<_>>(), [4]);
    }
}
