//! `receive`: where files go, and whose.

use std::{net::SocketAddr, path::PathBuf};

use chunkstream_engine::AcceptPolicy;
use clap::{Args, ValueEnum};

use super::taken::Taken;

/// How to receive.
#[derive(Debug, Args)]
pub(crate) struct Receive {
    /// Where to put what arrives [default: the inbox of the data folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) into: Option<PathBuf>,
    /// Where to listen; port 0 is any free one [default: 0.0.0.0:24880]
    #[arg(long, value_name = "IP:PORT")]
    pub(crate) listen: Option<SocketAddr>,
    /// Which offers to accept without asking: none, those of trusted devices, all but those of blocked ones
    #[arg(long, value_enum, default_value_t = Accept::Trusted)]
    pub(crate) accept: Accept,
    /// Exit after the first transfer
    #[arg(long)]
    pub(crate) once: bool,
    /// What to do with names that are taken, from now on [default: as set]
    #[arg(long, value_enum, value_name = "RULE")]
    pub(crate) conflict: Option<Taken>,
}

/// Which offers are accepted without asking.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Accept {
    /// None.
    Ask,
    /// Those of devices with the role mine or trusted.
    Trusted,
    /// All but those of blocked devices.
    All,
}

impl From<Accept> for AcceptPolicy {
    fn from(accept: Accept) -> Self {
        match accept {
            Accept::Ask => Self::Ask,
            Accept::Trusted => Self::ByRole,
            Accept::All => Self::All,
        }
    }
}
