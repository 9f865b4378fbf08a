//! The rules for names that are taken, the same for one offer, for what arrives from now on, and as a setting.

use chunkstream_engine::api::Conflict;
use clap::ValueEnum;

/// What is done with names that are taken.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Taken {
    /// What arrives gets a number behind its name
    Rename,
    /// What arrives takes the place of what is there; folders are merged
    Overwrite,
    /// What is there already is not received
    Skip,
    /// What is there with the same content is not received; anything else gets a number
    SkipIdentical,
    /// Such offers are never accepted without asking
    Ask,
}

impl From<Taken> for Conflict {
    fn from(taken: Taken) -> Self {
        match taken {
            Taken::Rename => Self::Rename,
            Taken::Overwrite => Self::Overwrite,
            Taken::Skip => Self::Skip,
            Taken::SkipIdentical => Self::SkipIdentical,
            Taken::Ask => Self::Ask,
        }
    }
}
