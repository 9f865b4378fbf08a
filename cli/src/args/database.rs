//! `database`: what can be done while nothing else uses it.

use clap::Subcommand;

/// What to do with a database while nothing else uses it.
#[derive(Debug, Subcommand)]
pub(crate) enum Database {
    /// Read all of it and say whether it is sound; nothing is changed
    Check,
    /// Move it to a name with the time in it, so that the next start begins with an empty one
    SetAside,
}
