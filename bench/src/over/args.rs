//! The command line of what is measured over links.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use chunkstream_core::units::parse_duration;
use clap::Args;

use super::contender::Contender;
use crate::{args::size, link::Profile};

/// What all have in common.
#[derive(Clone, Debug, Args)]
pub(crate) struct Common {
    /// Print one JSON object with every single run instead of tables
    #[arg(long)]
    pub(crate) json: bool,
    /// A folder on the volume to be used by both ends [default: /dev/shm, else the folder of this program]
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// The terminal client [default: the one beside this program]
    #[arg(long, value_name = "PATH")]
    pub(crate) chunkstream: Option<PathBuf>,
    /// Of the random choices: round N of each contender sees those of SEED + N
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub(crate) seed: u64,
    /// A run that takes longer is broken off and not repeated
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = time)]
    pub(crate) limit: Duration,
}

/// One big file.
#[derive(Debug, Args)]
pub(crate) struct Bulk {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Links: veth, lan, fibre, wan-N (N % loss), satellite, wifi-burst, wifi-fade, mobile
    #[arg(
        long, value_name = "NAME,...", value_delimiter = ',', value_parser = Profile::named,
        default_value = "veth,fibre,wan-0,wan-1,wan-2,wan-5,wan-10,satellite,wifi-burst,wifi-fade,mobile"
    )]
    pub(crate) cells: Vec<Profile>,
    /// Who sends: chunkstream, quinn-cubic, quinn-bbr, scp-cubic, scp-bbr, rsync-cubic, rsync-bbr, rclone, qcp, sendme.
    /// Options of `chunkstream send` follow colons: chunkstream:parity=off:congestion=cubic
    #[arg(
        long,
        value_name = "NAME,...",
        value_delimiter = ',',
        default_value = "quinn-cubic,quinn-bbr,scp-cubic,scp-bbr,rsync-cubic,rsync-bbr,chunkstream,chunkstream:parity=off"
    )]
    pub(crate) contenders: Vec<Contender>,
    /// Size of the file
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = size)]
    pub(crate) size: u64,
    /// How often each; medians are shown
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) runs: u32,
}

/// Many small files.
#[derive(Debug, Args)]
pub(crate) struct Small {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Links
    #[arg(
        long, value_name = "NAME,...", value_delimiter = ',', value_parser = Profile::named,
        default_value = "wan-0,wan-1,wan-5"
    )]
    pub(crate) cells: Vec<Profile>,
    /// Who sends
    #[arg(
        long,
        value_name = "NAME,...",
        value_delimiter = ',',
        default_value = "quinn-bbr,rsync-bbr,chunkstream,chunkstream:parity=off"
    )]
    pub(crate) contenders: Vec<Contender>,
    /// How many files
    #[arg(long, value_name = "N", default_value_t = 2000)]
    pub(crate) files: u32,
    /// Bytes of each
    #[arg(long, value_name = "SIZE", default_value = "8KiB", value_parser = size)]
    pub(crate) each: u64,
    /// How often each; medians are shown
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) runs: u32,
}

/// A short file to a device that is known.
#[derive(Debug, Args)]
pub(crate) struct Short {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Links
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', value_parser = Profile::named, default_value = "wan-5")]
    pub(crate) cells: Vec<Profile>,
    /// Parity modes of `chunkstream send`
    #[arg(
        long,
        value_name = "MODE,...",
        value_delimiter = ',',
        default_value = "auto,off"
    )]
    pub(crate) parity: Vec<String>,
    /// Size of each file
    #[arg(long, value_name = "SIZE", default_value = "100kB", value_parser = size)]
    pub(crate) size: u64,
    /// How often each
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10000))]
    pub(crate) runs: u32,
    /// Only with engines that run on at both ends
    #[arg(long, conflicts_with = "only_new")]
    pub(crate) only_resident: bool,
    /// Only with a new process for each
    #[arg(long)]
    pub(crate) only_new: bool,
}

/// One transfer and a ping.
#[derive(Debug, Args)]
pub(crate) struct Queue {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Links
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', value_parser = Profile::named, default_value = "wan-0,wan-1")]
    pub(crate) cells: Vec<Profile>,
    /// Who sends; `tcp-cubic` and `tcp-bbr` are plain flows of the kernel
    #[arg(
        long,
        value_name = "NAME,...",
        value_delimiter = ',',
        default_value = "tcp-cubic,tcp-bbr,quinn-cubic,quinn-bbr,chunkstream"
    )]
    pub(crate) contenders: Vec<Contender>,
    /// Size of the file
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = size)]
    pub(crate) size: u64,
    /// How often each; medians are shown
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) runs: u32,
}

/// Two flows on one link.
#[derive(Debug, Args)]
pub(crate) struct Fair {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Links
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', value_parser = Profile::named, default_value = "wan-0")]
    pub(crate) cells: Vec<Profile>,
    /// Pairs of flows, the first of which begins first
    #[arg(
        long, value_name = "A+B,...", value_delimiter = ',', value_parser = super::fair::Pair::parse,
        default_value = "tcp-cubic+tcp-cubic,tcp-cubic+chunkstream,chunkstream+tcp-cubic,chunkstream+chunkstream,\
        tcp-cubic+quinn-bbr"
    )]
    pub(crate) pairs: Vec<super::fair::Pair>,
    /// How long both share the link
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = time)]
    pub(crate) time: Duration,
    /// How much earlier the first begins
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = time)]
    pub(crate) ahead: Duration,
    /// How often each; medians are shown
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) runs: u32,
}

/// An urgent file.
#[derive(Debug, Args)]
pub(crate) struct Urgent {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Links
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', value_parser = Profile::named, default_value = "wan-1")]
    pub(crate) cells: Vec<Profile>,
    /// Size of the urgent file
    #[arg(long, value_name = "SIZE", default_value = "1MiB", value_parser = size)]
    pub(crate) size: u64,
    /// Size of the huge one
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = size)]
    pub(crate) huge: u64,
    /// How often
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) runs: u32,
}

/// A transfer beside a flood.
#[derive(Debug, Args)]
pub(crate) struct Flood {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Links
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', value_parser = Profile::named, default_value = "wan-0")]
    pub(crate) cells: Vec<Profile>,
    /// Who floods
    #[arg(
        long,
        value_name = "KIND,...",
        value_delimiter = ',',
        value_enum,
        default_value = "none,strangers,noise,accepted"
    )]
    pub(crate) kinds: Vec<super::flood::Kind>,
    /// The flood comes from the sender's own address and over its link, not from somebody else with a way of his own
    #[arg(long)]
    pub(crate) same_address: bool,
    /// Size of the file
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = size)]
    pub(crate) size: u64,
    /// How often each; medians are shown
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) runs: u32,
}

/// The links themselves.
#[derive(Debug, Args)]
pub(crate) struct Emulator {
    /// Links
    #[arg(
        long, value_name = "NAME,...", value_delimiter = ',', value_parser = Profile::named,
        default_value = "lan,fibre,wan-0,wan-5,satellite,wifi-burst,wifi-fade,mobile"
    )]
    pub(crate) cells: Vec<Profile>,
    /// How long datagrams are sent, at 0.9 of the link's rate and then at 1.5 times that rate
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = time)]
    pub(crate) time: Duration,
}

/// For whom to connect.
#[derive(Debug, Args)]
pub(crate) struct TcpConnect {
    pub(crate) to: SocketAddr,
    /// The kernel's congestion controller
    #[arg(long)]
    pub(crate) congestion: String,
}

fn time(text: &str) -> Result<Duration, String> {
    parse_duration(text).map_err(|e| e.to_string())
}
