//! `devices`: what is decided about one, and the rule of what it may bring.

use chunkstream_core::{
    access::{FolderTemplate, TypePattern},
    session::Role,
};
use clap::{Subcommand, ValueEnum};

use super::quantities::{limit, size};

/// What to decide about devices. ID is a device's id, its ticket or its name.
#[derive(Debug, Subcommand)]
pub(crate) enum Devices {
    /// List all
    List,
    /// Give one a role
    Trust {
        /// The device
        id: String,
        /// What it may do
        #[arg(long, value_enum, default_value_t = Trust::Trusted)]
        role: Trust,
        /// What to call it here
        #[arg(long)]
        name: Option<String>,
    },
    /// Give one a role
    Role {
        /// The device
        id: String,
        /// What it may do
        #[arg(value_enum)]
        role: AnyRole,
    },
    /// Call one otherwise here
    Rename {
        /// The device
        id: String,
        /// Its new name
        name: String,
    },
    /// What one may bring without a question, if its role allows that at all
    Rule {
        /// What to do with it
        #[command(subcommand)]
        action: RuleAction,
    },
    /// Refuse one from now on, and end what it has under way
    Block {
        /// The device
        id: String,
    },
    /// Send to one and receive from it at most so fast from now on
    Limit {
        /// The device
        id: String,
        /// Send it at most so much, such as 40MB/s or 200Mbit/s; none for no limit
        #[arg(long, value_name = "RATE", value_parser = limit, required_unless_present = "receive")]
        send: Option<u64>,
        /// Receive from it at most so much; none for no limit
        #[arg(long, value_name = "RATE", value_parser = limit)]
        receive: Option<u64>,
    },
    /// Make one a stranger again
    Forget {
        /// The device
        id: String,
    },
}

/// What to do with the rule of a device.
#[derive(Debug, Subcommand)]
pub(crate) enum RuleAction {
    /// Show it
    Show {
        /// The device
        id: String,
    },
    /// Replace it; what is left out has no limit
    Set {
        /// The device
        id: String,
        /// At most so much in one transfer, such as 2GB; 0 asks always
        #[arg(long, value_name = "SIZE", value_parser = size)]
        max: Option<u64>,
        /// Only files of these types, such as images,pdf: images, audio, video, documents, archives, or endings
        #[arg(long, value_name = "TYPES", value_delimiter = ',')]
        types: Vec<TypePattern>,
        /// Into this folder, such as {device}/{date}: below the inbox folder, or absolute
        #[arg(long, value_name = "FOLDER")]
        into: Option<FolderTemplate>,
    },
    /// Remove it
    Clear {
        /// The device
        id: String,
    },
}

/// All roles.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum AnyRole {
    /// Another device of the same owner: its offers are accepted
    Mine,
    /// Its offers are accepted
    Trusted,
    /// Each of its offers is a question
    Ask,
    /// It reaches nothing
    Blocked,
}

impl From<AnyRole> for Role {
    fn from(role: AnyRole) -> Self {
        match role {
            AnyRole::Mine => Self::Mine,
            AnyRole::Trusted => Self::Trusted,
            AnyRole::Ask => Self::Ask,
            AnyRole::Blocked => Self::Blocked,
        }
    }
}

/// The roles that can be given; blocking is a command of its own.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Trust {
    /// Another device of the same owner: its offers are accepted
    Mine,
    /// Its offers are accepted
    Trusted,
    /// Each of its offers is a question
    Ask,
}

impl From<Trust> for Role {
    fn from(trust: Trust) -> Self {
        match trust {
            Trust::Mine => Self::Mine,
            Trust::Trusted => Self::Trusted,
            Trust::Ask => Self::Ask,
        }
    }
}
