//! `transfers`: one that there is, and what becomes of it.

use std::path::PathBuf;

use chunkstream_engine::api::{ChangedChoice, EntryFilter};
use clap::{Subcommand, ValueEnum};

use super::{quantities::limit, taken::Taken};

/// What to do with transfers. ID is a transfer's id or the beginning of it.
#[derive(Debug, Subcommand)]
pub(crate) enum Transfers {
    /// List all
    List,
    /// Show one with all that is known of it
    Show {
        /// The transfer
        id: String,
        /// With a map of its chunks, the ways to the other device and its time line
        #[arg(long)]
        details: bool,
    },
    /// List the files of one
    Files {
        /// The transfer
        id: String,
        /// Only these
        #[arg(long, value_enum, value_name = "WHICH", default_value_t = Which::All)]
        only: Which,
    },
    /// Hold one
    Pause {
        /// The transfer
        id: String,
    },
    /// Hold one no longer
    Resume {
        /// The transfer
        id: String,
    },
    /// End one unfinished; an offer is declined
    Cancel {
        /// The transfer
        id: String,
    },
    /// Read the files of a completed one again and compare them with what was sent
    Verify {
        /// The transfer
        id: String,
    },
    /// Accept an offer that waits for an answer
    Accept {
        /// The transfer
        id: String,
        /// Where to put it [default: where the engine that runs puts what arrives]
        #[arg(long, value_name = "DIR")]
        into: Option<PathBuf>,
        /// What to do with names that are taken [default: as set]
        #[arg(long, value_enum, value_name = "RULE")]
        conflict: Option<Taken>,
        /// Take only this entry of the offer, with all below it; may be given several times
        #[arg(long, value_name = "PATH")]
        only: Vec<String>,
    },
    /// Decide about files that changed while they were sent
    Changed {
        /// The transfer
        id: String,
        /// What becomes of them
        #[arg(value_enum)]
        choice: Choice,
    },
    /// Send one at most so fast from now on
    Limit {
        /// The transfer
        id: String,
        /// At most so much, such as 40MB/s or 200Mbit/s; none for no limit
        #[arg(value_name = "RATE", value_parser = limit)]
        limit: u64,
    },
    /// Decline an offer that waits for an answer
    Decline {
        /// The transfer
        id: String,
    },
}

/// What is decided about files that changed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Choice {
    /// Send what they are now; what is gone is left out.
    New,
    /// Leave them out.
    Skip,
}

impl From<Choice> for ChangedChoice {
    fn from(choice: Choice) -> Self {
        match choice {
            Choice::New => Self::NewVersion,
            Choice::Skip => Self::Skip,
        }
    }
}

/// Which files of a transfer.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Which {
    /// All
    All,
    /// Those that are not done
    Unfinished,
    /// Those that were withdrawn or are not received
    LeftOut,
}

impl From<Which> for EntryFilter {
    fn from(which: Which) -> Self {
        match which {
            Which::All => Self::All,
            Which::Unfinished => Self::Unfinished,
            Which::LeftOut => Self::LeftOut,
        }
    }
}
