//! `pair`: with whom, by what, and as what.

use std::{net::SocketAddr, time::Duration};

use chunkstream_core::session::Role;
use clap::{Args, ValueEnum};

use super::quantities::duration;

/// With whom to pair, and how. Without anything, a code and a ticket are shown.
#[derive(Debug, Args)]
pub(crate) struct Pair {
    /// The code or the ticket that the other device shows
    #[arg(value_name = "CODE|TICKET")]
    pub(crate) with: Option<String>,
    /// Where the other device is: HOST:PORT, an IP address, or what send takes; needless with a ticket, or in the same
    /// local network
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) at: Option<String>,
    /// Compare words on both screens; one of the two says --at
    #[arg(long, conflicts_with = "with")]
    pub(crate) words: bool,
    /// Make a ticket to give out, without a code
    #[arg(long, conflicts_with_all = ["with", "words", "at"])]
    pub(crate) ticket: bool,
    /// How long to wait for the other device, such as 24h; a code is valid for 5 minutes at most [default: 5min]
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    pub(crate) life: Option<Duration>,
    /// What the other device may do here [default: trusted]
    #[arg(long, value_enum)]
    pub(crate) role: Option<PairRole>,
    /// What to call it here [default: what it calls itself]
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Where to listen; port 0 is any free one [default: 0.0.0.0:24880 for the side that shows]
    #[arg(long, value_name = "IP:PORT")]
    pub(crate) listen: Option<SocketAddr>,
    /// For a pair that waits at another terminal: both screens show the same words
    #[arg(long, exclusive = true)]
    pub(crate) same: bool,
    /// For a pair that waits at another terminal: they do not
    #[arg(long, exclusive = true)]
    pub(crate) differ: bool,
}

/// The roles of a device that is paired.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum PairRole {
    /// Another device of the same owner
    Mine,
    /// Its offers are accepted
    Trusted,
}

impl From<PairRole> for Role {
    fn from(role: PairRole) -> Self {
        match role {
            PairRole::Mine => Self::Mine,
            PairRole::Trusted => Self::Trusted,
        }
    }
}
