//! The messages of a transfer's control stream: one bidirectional stream that the sender opens.
//!
//! Both ends begin with [`Hello`]. Then the sender offers and announces entries in pages while the
//! receiver asks its person or its rules; after Accept, chunks flow on streams of their own and this one
//! carries roots one way, durable acknowledgements and the receipt the other way. The side that hears how
//! the transfer ended says so (`Heard`): until then the other keeps trying to tell it, on new connections.
//!
//! A receiver opens one only for [`Opening::Again`], a guest for [`Opening::Pair`].

use serde::{Deserialize, Serialize};

use super::{Checked, PairStart, WireError};
use crate::{
    chunk::{ChunkSize, Geometry, MAX_STRIPE_PARITY},
    id::{FileId, TransferId},
    integrity::{Checksum, Have},
    limited::HeldBy,
    manifest::Entry,
    priority::Priority,
    rotation::{MAX_ROTATIONS, Rotation, is_chain},
};

/// The most bytes of one control message.
pub const MAX_CONTROL: usize = 256 * 1024;
/// The most bytes of a [`Hello`].
pub const MAX_HELLO: usize = 128;
/// The most bytes of an [`Opening`].
pub const MAX_OPENING: usize = 4096;
/// The most bytes of a device's name.
pub const MAX_NAME: usize = 64;
/// The most bytes of a note that goes with an offer.
pub const MAX_NOTE: usize = 1024;
/// The most entries in one page; senders also end a page before it passes [`MAX_CONTROL`].
pub const MAX_ENTRIES_IN_PAGE: usize = 1024;
/// The most files that one Have, Durable, Roots or Withdraw page speaks of.
pub const MAX_FILES_IN_PAGE: usize = 1024;
/// The most checksums of one Check page: 128 KiB of them.
pub const MAX_CHECKED: usize = 4096;
/// The most entries at the top level of one transfer.
pub const MAX_ROOTS: usize = 10_000;

/// The first message of either end.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Hello {
    /// What the sender of this message can do beyond the base protocol; unknown bits are ignored.
    pub features: u64,
    /// The device's name for people. Never a proof of anything.
    pub name: String,
}

impl Checked for Hello {
    fn check(&self) -> Result<(), WireError> {
        checked(
            self.name.len() <= MAX_NAME,
            "a device name is longer than 64 bytes",
        )
    }
}

/// What a sender proposes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Offer {
    /// The transfer, the same for its whole life.
    pub transfer: TransferId,
    /// Its class.
    pub priority: Priority,
    /// How its files are cut.
    pub chunk_size: ChunkSize,
    /// How its stripes are protected, where they are.
    pub geometry: Geometry,
    /// What it is called in a list.
    pub title: String,
    /// A word from person to person.
    pub note: String,
    /// Why the sender holds it at the moment, if it does.
    pub paused: Option<PauseCause>,
    /// When it was made, milliseconds since 1970.
    pub created_ms: u64,
    /// How often it has been retried after an end.
    pub attempt: u32,
    /// Whether it has ended at the sender: the stream only says how.
    pub over: bool,
}

/// The first message after the Hello of the side that opened the stream: what the stream is about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Opening {
    /// A sender's, once more on each new connection.
    Offer(Offer),
    /// A receiver's: it waits for this transfer, which it may have retried. The sender answers with
    /// [`FromSender::Heard`] if it will come, else with [`FromSender::End`], and finishes the stream.
    Again(TransferId),
    /// A guest's that wants to pair. Both sides go on with [`super::PairMessage`]; only said to a device that has
    /// [`super::FEATURE_PAIR`].
    Pair(PairStart),
    /// Of a device that has another key than before, how it came to it: oldest first, at most [`MAX_ROTATIONS`], before
    /// anything else on a connection to a device that it knows. The other side finishes the stream when it has judged. Only
    /// said to a device that has [`super::FEATURE_ROTATION`].
    Rotated(Vec<Rotation>),
}

/// From the sender, after its offer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum FromSender {
    /// Entries from number `first` on. All of them, on each new connection.
    Entries {
        /// The number of the first.
        first: FileId,
        /// The entries, in manifest order.
        entries: Vec<Entry>,
    },
    /// The scan has ended: these are all. Once more after each withdrawal.
    EndOfEntries {
        /// How many entries there are, withdrawn ones counted.
        entries: u32,
        /// How many bytes their files have, withdrawn ones not counted.
        bytes: u64,
    },
    /// The BLAKE3 roots of files whose every chunk has been read.
    Roots(Vec<(FileId, Checksum)>),
    /// The sender holds the transfer.
    Pause(PauseCause),
    /// The sender no longer holds it.
    Resume,
    /// The transfer has another class from now on.
    Priority(Priority),
    /// The transfer ends unfinished.
    End(EndCause),
    /// The end that the receiver told is recorded.
    Heard,
    /// The answer to one Check page: of the chunks that it names, these are as the source has them.
    Sound(Vec<(FileId, Have)>),
    /// These files are no part of the transfer any more: what there is of them is dropped. What one is now
    /// may follow as another entry with its path. All of them, before the entries, on each new connection.
    Withdraw(Vec<FileId>),
}

/// From the receiver, after its Hello.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum FromReceiver {
    /// The offer is known and waits for an answer.
    Waiting,
    /// What is durable already; pages before Accept.
    Have(Vec<(FileId, Have)>),
    /// Files that need nothing more; pages before Accept.
    Finished(Vec<(FileId, FileId)>),
    /// Chunks are welcome.
    Accept {
        /// Why the receiver holds the transfer at the moment, if it does.
        paused: Option<PauseCause>,
    },
    /// They are not.
    Decline(Decline),
    /// These chunks have become durable.
    Durable {
        /// By file.
        chunks: Vec<(FileId, Have)>,
        /// How many of them were rebuilt from parity.
        rebuilt: u32,
    },
    /// These chunks are needed again: what came was damaged.
    Need(Vec<(FileId, Have)>),
    /// The receiver holds the transfer.
    Pause(PauseCause),
    /// The receiver no longer holds it.
    Resume,
    /// All files have the sender's roots and stand in their places, durably.
    Receipt {
        /// How many files.
        files: u64,
        /// How many bytes.
        bytes: u64,
    },
    /// The transfer ends unfinished.
    End(EndCause),
    /// The end that the sender told is recorded.
    Heard,
    /// What the receiver has found of an earlier attempt that it has no record of: by file, the position of
    /// the first chunk and the checksums from there on. Before Accept, one page at a time.
    Check(Vec<(FileId, u32, Vec<Checksum>)>),
    /// Entries that will not be received, from the first up to, but not with, the second: nothing of them
    /// is sent, neither end counts them. Pages before Accept, and later for entries announced later. What
    /// was said so before Accept is all there is of it by then.
    Unwanted(Vec<(FileId, FileId)>),
    /// Files that may be at the receiver already: their roots are told, their chunks wait for Unwanted or
    /// Wanted.
    Compare(Vec<FileId>),
    /// Files that have been compared and are to be sent.
    Wanted(Vec<FileId>),
    /// What holds the transfer back here, each time that it is something else. The last one holds for as long as
    /// the connection.
    Limited {
        /// None if nothing does, or nobody knows.
        by: Option<HeldBy>,
    },
}

/// Why an offer was declined.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Decline {
    /// A person said no.
    ByPerson,
    /// The manifest cannot be held here: a name or a size.
    BadManifest,
    /// Too many offers wait for an answer.
    TooMany,
}

/// Why a side holds a transfer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PauseCause {
    /// A person's wish.
    ByPerson,
    /// No space.
    DiskFull,
    /// Files cannot be written or read.
    Disk,
    /// Files changed after they were announced; a person decides what becomes of them.
    SourceChanged,
}

/// Why a transfer ended unfinished.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum EndCause {
    /// A person's wish.
    Cancelled,
    /// The source cannot be read or changed.
    Source,
    /// A file arrived that is not what was sent.
    Integrity,
    /// The target cannot be written.
    Target,
    /// The other side broke the protocol.
    Protocol,
    /// The transfer is not known any more.
    Forgotten,
}

impl Checked for Opening {
    fn check(&self) -> Result<(), WireError> {
        match self {
            Self::Offer(offer) => {
                checked(
                    offer.note.len() <= MAX_NOTE,
                    "a note is longer than 1024 bytes",
                )?;
                checked(
                    offer.geometry.parity_bytes(offer.chunk_size) <= MAX_STRIPE_PARITY,
                    "a stripe has more than 16 MiB of parity",
                )?;
                checked(
                    offer.title.len() <= MAX_NOTE,
                    "a title is longer than 1024 bytes",
                )
            }
            Self::Again(_) | Self::Pair(_) => Ok(()),
            Self::Rotated(rotations) => {
                checked(
                    rotations.len() <= MAX_ROTATIONS,
                    "a device shows more than 8 changes of its key",
                )?;
                checked(is_chain(rotations), "changes of a key that are no chain")
            }
        }
    }
}

impl Checked for FromSender {
    fn check(&self) -> Result<(), WireError> {
        match self {
            Self::Entries { first, entries } => {
                checked(!entries.is_empty(), "a page without entries")?;
                checked(
                    entries.len() <= MAX_ENTRIES_IN_PAGE,
                    "a page has more than 1024 entries",
                )?;
                checked(
                    first.0.checked_add(entries.len() as u32).is_some(),
                    "entry numbers overflow",
                )
            }
            Self::Roots(roots) => checked(
                roots.len() <= MAX_FILES_IN_PAGE,
                "a page has more than 1024 roots",
            ),
            Self::Sound(files) => checked(
                files.len() <= MAX_FILES_IN_PAGE,
                "a page speaks of more than 1024 files",
            ),
            Self::Withdraw(files) => {
                checked(!files.is_empty(), "a withdrawal of nothing")?;
                checked(
                    files.len() <= MAX_FILES_IN_PAGE,
                    "a page withdraws more than 1024 files",
                )
            }
            Self::EndOfEntries { .. }
            | Self::Pause(_)
            | Self::Resume
            | Self::Priority(_)
            | Self::End(_)
            | Self::Heard => Ok(()),
        }
    }
}

impl Checked for FromReceiver {
    fn check(&self) -> Result<(), WireError> {
        match self {
            Self::Have(files) | Self::Need(files) | Self::Durable { chunks: files, .. } => checked(
                files.len() <= MAX_FILES_IN_PAGE,
                "a page speaks of more than 1024 files",
            ),
            Self::Compare(files) | Self::Wanted(files) => checked(
                files.len() <= MAX_FILES_IN_PAGE,
                "a page speaks of more than 1024 files",
            ),
            Self::Finished(ranges) | Self::Unwanted(ranges) => {
                checked(
                    ranges.len() <= MAX_FILES_IN_PAGE,
                    "a page speaks of more than 1024 ranges",
                )?;
                checked(
                    ranges.iter().all(|(first, end)| first < end),
                    "a range of files is empty",
                )
            }
            Self::Check(files) => {
                checked(
                    files.len() <= MAX_FILES_IN_PAGE,
                    "a page speaks of more than 1024 files",
                )?;
                let mut checksums = 0;
                for (_, first, values) in files {
                    checksums += values.len();
                    checked(
                        first.checked_add(values.len() as u32).is_some(),
                        "chunk numbers overflow",
                    )?;
                }
                checked(
                    checksums <= MAX_CHECKED,
                    "a page has more than 4096 checksums",
                )
            }
            Self::Waiting
            | Self::Accept { .. }
            | Self::Decline(_)
            | Self::Pause(_)
            | Self::Resume
            | Self::Receipt { .. }
            | Self::End(_)
            | Self::Heard
            | Self::Limited { .. } => Ok(()),
        }
    }
}

fn checked(holds: bool, otherwise: &'static str) -> Result<(), WireError> {
    if holds {
        Ok(())
    } else {
        Err(WireError::BadField(otherwise))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{LENGTH_BYTES, decode, encode};

    #[test]
    fn a_name_one_byte_too_long_is_refused() {
        let hello = |len| Hello {
            features: 0,
            name: "x".repeat(len),
        };
        for (len, ok) in [(MAX_NAME, true), (MAX_NAME + 1, false)] {
            let bytes = encode(&hello(len), MAX_CONTROL).expect("small");
            assert_eq!(decode::<Hello>(&bytes[LENGTH_BYTES..]).is_ok(), ok, "{len}");
        }
    }

    #[test]
    fn a_page_of_roots_one_too_long_is_refused() {
        let page = |len: usize| FromSender::Roots(vec![(FileId(1), Checksum([7; 32])); len]);
        for (len, ok) in [(MAX_FILES_IN_PAGE, true), (MAX_FILES_IN_PAGE + 1, false)] {
            let bytes = encode(&page(len), MAX_CONTROL).expect("fits");
            assert_eq!(
                decode::<FromSender>(&bytes[LENGTH_BYTES..]).is_ok(),
                ok,
                "{len}"
            );
        }
    }

    #[test]
    fn a_page_of_checksums_one_too_long_is_refused() {
        let page = |len: usize| {
            let half = len / 2;
            FromReceiver::Check(vec![
                (FileId(0), 0, vec![Checksum([7; 32]); half]),
                (FileId(1), 9, vec![Checksum([8; 32]); len - half]),
            ])
        };
        for (len, ok) in [(MAX_CHECKED, true), (MAX_CHECKED + 1, false)] {
            let bytes = encode(&page(len), MAX_CONTROL).expect("fits");
            assert_eq!(
                decode::<FromReceiver>(&bytes[LENGTH_BYTES..]).is_ok(),
                ok,
                "{len}"
            );
        }
        let over = FromReceiver::Check(vec![(FileId(0), u32::MAX, vec![Checksum([7; 32])])]);
        assert!(over.check().is_err(), "chunk numbers overflow");
    }

    #[test]
    fn a_withdrawal_of_nothing_or_of_one_file_too_many_is_refused() {
        let page = |len: usize| FromSender::Withdraw(vec![FileId(u32::MAX); len]);
        for (len, ok) in [
            (0, false),
            (1, true),
            (MAX_FILES_IN_PAGE, true),
            (MAX_FILES_IN_PAGE + 1, false),
        ] {
            let bytes = encode(&page(len), MAX_CONTROL).expect("fits");
            let read = decode::<FromSender>(&bytes[LENGTH_BYTES..]).ok();
            assert_eq!(read, ok.then(|| page(len)), "{len}");
        }
    }

    #[test]
    fn pages_of_what_is_not_wanted_have_their_bounds() {
        let ranges = |len: u32| {
            FromReceiver::Unwanted(
                (0..len)
                    .map(|n| (FileId(2 * n), FileId(2 * n + 1)))
                    .collect(),
            )
        };
        let files = |len: u32| FromReceiver::Compare((0..len).map(FileId).collect());
        let most = MAX_FILES_IN_PAGE as u32;
        for (message, ok) in [
            (ranges(most), true),
            (ranges(most + 1), false),
            (files(most), true),
            (files(most + 1), false),
            (FromReceiver::Unwanted(vec![(FileId(1), FileId(1))]), false),
        ] {
            let bytes = encode(&message, MAX_CONTROL).expect("fits");
            let decoded = decode::<FromReceiver>(&bytes[LENGTH_BYTES..]);
            assert_eq!(decoded.is_ok(), ok, "{message:?}");
        }
    }

    #[test]
    fn what_holds_a_receiver_back_is_three_bytes_of_which_no_other_value_is_taken() {
        for by in [None, Some(HeldBy::Limit), Some(HeldBy::Disk)] {
            let message = FromReceiver::Limited { by };
            let bytes = encode(&message, MAX_CONTROL).expect("small");
            assert_eq!(decode(&bytes[LENGTH_BYTES..]), Ok(message));
        }
        // Number 16, there is one, and its number.
        assert_eq!(
            decode(&[16, 1, 1]),
            Ok(FromReceiver::Limited {
                by: Some(HeldBy::Disk)
            })
        );
        for bytes in [
            &[16, 1, 2][..],
            &[16, 2, 0],
            &[16, 1],
            &[16, 0, 0],
            &[17, 0],
        ] {
            assert_eq!(
                decode::<FromReceiver>(bytes),
                Err(WireError::Malformed),
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn entry_numbers_cannot_overflow() {
        let entry = Entry {
            path: crate::path::RelPath::parse("a").expect("a name"),
            kind: crate::manifest::EntryKind::Folder,
            modified_ns: None,
            mode: None,
        };
        let page = FromSender::Entries {
            first: FileId(u32::MAX),
            entries: vec![entry],
        };
        assert!(page.check().is_err());
    }
}
