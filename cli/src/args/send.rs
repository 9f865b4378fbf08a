//! `send`: what goes where, and how.

use std::{path::PathBuf, time::Duration};

use chunkstream_core::{
    chunk::{ChunkSize, ParityMode},
    priority::Priority,
};
use chunkstream_engine::Congestion;
use clap::{Args, ValueEnum};

use super::quantities::{chunk_size, duration, rate};

/// What to send.
#[derive(Debug, Args)]
pub(crate) struct Send {
    /// Files and folders
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Each a ticket, DEVICE-ID@HOST:PORT, or a known device's name
    #[arg(long, required = true, num_args = 1.., value_name = "TARGET")]
    pub(crate) to: Vec<String>,
    /// normal, high or critical
    #[arg(long, value_name = "CLASS", default_value_t = Priority::Normal)]
    pub(crate) priority: Priority,
    /// auto, off, or K+M: M parity shards for every K chunks
    #[arg(long, value_name = "MODE", default_value_t = ParityMode::Auto)]
    pub(crate) parity: ParityMode,
    /// Size of chunks, a power of two from 64KiB to 1MiB
    #[arg(long, value_name = "SIZE", value_parser = chunk_size)]
    pub(crate) chunk: Option<ChunkSize>,
    /// At most so much, such as 40MB/s or 200Mbit/s; also for a transfer that goes on
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub(crate) limit: Option<u64>,
    /// The congestion controller
    #[arg(long, value_enum, default_value_t = Controller::Auto)]
    pub(crate) congestion: Controller,
    /// Give up on a device that is not reached for so long, such as 30s; the transfer is kept [default: never]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) wait: Option<Duration>,
    /// What to do with files that change while they are sent: send what they are then, leave them out, or ask
    #[arg(long, value_enum, default_value_t = OnChange::Ask, value_name = "WHAT")]
    pub(crate) on_change: OnChange,
}

/// What to do with files that change while they are sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum OnChange {
    /// Send what they are then.
    New,
    /// Leave them out.
    Skip,
    /// Ask at the terminal; without one, keep the transfer and end with 6.
    Ask,
}

/// Which congestion controller.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Controller {
    /// What the engine holds for best.
    Auto,
    /// CUBIC.
    Cubic,
}

impl From<Controller> for Congestion {
    fn from(controller: Controller) -> Self {
        match controller {
            Controller::Auto => Self::Auto,
            Controller::Cubic => Self::Cubic,
        }
    }
}
