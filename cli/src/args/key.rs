//! `key`: where this device's key is and where it goes.

use std::path::PathBuf;

use chunkstream_engine::api::KeyPlace;
use clap::{Subcommand, ValueEnum};

/// What to do with this device's key. Whoever has it is this device.
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Show where it is kept
    Show,
    /// Write it to a new file, sealed with a passphrase
    Export {
        /// The file
        file: PathBuf,
        /// The passphrase is the first line of this file [default: asked for, or the first line of standard input]
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Become the device whose key is in such a file
    Import {
        /// The file
        file: PathBuf,
        /// Give up the key that is there: nobody will know the device that this one was
        #[arg(long)]
        replace: bool,
        /// The passphrase is the first line of this file [default: asked for, or the first line of standard input]
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Make a new one; devices that know this one follow it
    Rotate,
    /// Keep it elsewhere; the device stays the same
    Move {
        /// Where
        #[arg(value_enum)]
        to: Place,
    },
}

/// Where a key is kept.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Place {
    /// The system's keyring: it must be unlocked whenever this device starts
    Keyring,
    /// A file that only its owner can read: for services, and machines without a desktop
    File,
}

impl From<Place> for KeyPlace {
    fn from(place: Place) -> Self {
        match place {
            Place::Keyring => Self::Keyring,
            Place::File => Self::File,
        }
    }
}
