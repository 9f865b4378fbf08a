//! `watched`: folders whose content is sent by itself.

use std::path::PathBuf;

use clap::Subcommand;

/// What to do with folders whose content is sent by itself, by an engine that runs (`receive`, or the window).
#[derive(Debug, Subcommand)]
pub(crate) enum Watched {
    /// List them
    List,
    /// Send what is put into a folder from now on, once it has settled
    Add {
        /// The folder
        folder: PathBuf,
        /// Where its content goes: the id or the name of a known device
        #[arg(long, value_name = "DEVICE")]
        to: String,
        /// Names that are not sent, such as '*.bak'; may be given several times [default: hidden and unfinished files]
        #[arg(long, value_name = "PATTERN")]
        ignore: Vec<String>,
        /// Send what is there already too
        #[arg(long)]
        existing: bool,
    },
    /// Send other names than these from now on; with none, all
    Ignore {
        /// The folder's number
        number: u64,
        /// Names that are not sent
        patterns: Vec<String>,
    },
    /// Send nothing of one for now
    Pause {
        /// The folder's number
        number: u64,
    },
    /// Let one go on, with what was put in meanwhile
    Resume {
        /// The folder's number
        number: u64,
    },
    /// Watch one no longer; what was sent goes on
    Remove {
        /// The folder's number
        number: u64,
    },
}
