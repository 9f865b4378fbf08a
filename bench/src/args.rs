//! The command line.

use std::{net::SocketAddr, path::PathBuf};

use chunkstream_core::units::parse_size;
use clap::{Args, Parser, Subcommand, ValueEnum};

#[cfg(target_os = "linux")]
use crate::over::args as over;

/// Measures chunkstream beside one plain quinn stream of the same bytes, over loopback.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) bench: Bench,
}

/// What to measure.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// What to send
    #[arg(long, value_enum, default_value_t = Which::All)]
    pub(crate) case: Which,
    /// Size of the big file
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = size)]
    pub(crate) size: u64,
    /// Files of 8 KiB in the tree
    #[arg(long, value_name = "N", default_value_t = 2000)]
    pub(crate) files: u32,
    /// Size of the sparse file
    #[arg(long, value_name = "SIZE", default_value = "10GiB", value_parser = size)]
    pub(crate) sparse_size: u64,
    /// How often each; medians are shown [default: 3, and 1 for the sparse file]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) repeat: Option<u32>,
    /// Print one JSON object with every single run instead of tables
    #[arg(long)]
    pub(crate) json: bool,
    /// A folder on the volume to be measured [default: the folder of this program]
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// The terminal client [default: the one beside this program]
    #[arg(long, value_name = "PATH")]
    pub(crate) chunkstream: Option<PathBuf>,
    /// Leave out `cp`
    #[arg(long)]
    pub(crate) no_copy: bool,
    /// More options for `chunkstream send`, such as `-- --parity off --chunk 1MiB`
    #[arg(last = true, value_name = "OPTION")]
    pub(crate) send_options: Vec<String>,
}

/// Which cases.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Which {
    /// One big file of random bytes.
    Big,
    /// A tree of many small files.
    Tree,
    /// A huge file that is nearly all holes, for the memory.
    Sparse,
    /// One after the other.
    All,
}

/// Other measurements, and the two ends of the reference.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What durability costs, and what other batches of flushes would
    Flush(Flush),
    /// How soon a transfer goes on that was killed half-way, and what is read again for it
    Resume(Resume),
    /// One big file over emulated links, beside quinn, scp and rsync (Linux, root)
    #[cfg(target_os = "linux")]
    Link(over::Bulk),
    /// Many small files over links
    #[cfg(target_os = "linux")]
    Small(over::Small),
    /// 100 kB to a device that is known, again and again
    #[cfg(target_os = "linux")]
    Short(over::Short),
    /// What a transfer alone on a link adds to its queue, as a ping feels it
    #[cfg(target_os = "linux")]
    Queue(over::Queue),
    /// A transfer beside a TCP flow of the kernel
    #[cfg(target_os = "linux")]
    Fair(over::Fair),
    /// A transfer while its receiver is flooded with hostile connections
    #[cfg(target_os = "linux")]
    Flood(over::Flood),
    /// An urgent small file while a huge one is under way
    #[cfg(target_os = "linux")]
    Urgent(over::Urgent),
    /// Whether the emulated links do what they are told
    #[cfg(target_os = "linux")]
    Emulator(over::Emulator),
    /// Opens a TCP connection and hands it to the ssh that asks for it
    #[cfg(target_os = "linux")]
    #[command(hide = true)]
    TcpConnect(over::TcpConnect),
    /// The reference's receiver
    #[command(hide = true)]
    PlainReceive(PlainReceive),
    /// The reference's sender
    #[command(hide = true)]
    PlainSend(PlainSend),
}

/// What to send under each policy.
#[derive(Debug, Args)]
pub(crate) struct Flush {
    /// Size of the big file; 0 leaves it out
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = size)]
    pub(crate) size: u64,
    /// Files of 8 KiB in the tree; 0 leaves it out
    #[arg(long, value_name = "N", default_value_t = 2000)]
    pub(crate) files: u32,
    /// How often each; medians are shown
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) repeat: u32,
    /// Print JSON with every batch instead of tables
    #[arg(long)]
    pub(crate) json: bool,
    /// A folder on the volume to be measured [default: the folder of this program]
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}

/// What to kill half-way.
#[derive(Debug, Args)]
pub(crate) struct Resume {
    /// Size of the file
    #[arg(long, value_name = "SIZE", default_value = "10GiB", value_parser = size)]
    pub(crate) size: u64,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// A folder on the volume to be measured [default: the folder of this program]
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// The terminal client [default: the one beside this program]
    #[arg(long, value_name = "PATH")]
    pub(crate) chunkstream: Option<PathBuf>,
}

/// How the reference receives.
#[derive(Debug, Args)]
pub(crate) struct PlainReceive {
    /// Where to put what arrives
    #[arg(long)]
    pub(crate) into: PathBuf,
    /// Where to leave the certificate for the sender
    #[arg(long)]
    pub(crate) certificate: PathBuf,
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
    #[command(flatten)]
    pub(crate) transport: PlainTransport,
}

/// What the reference sends.
#[derive(Debug, Args)]
pub(crate) struct PlainSend {
    /// A file or a folder
    pub(crate) path: PathBuf,
    /// The receiver's address
    #[arg(long)]
    pub(crate) to: SocketAddr,
    /// The receiver's certificate
    #[arg(long)]
    pub(crate) certificate: PathBuf,
    #[command(flatten)]
    pub(crate) transport: PlainTransport,
}

/// How the reference uses QUIC.
#[derive(Debug, Args)]
pub(crate) struct PlainTransport {
    /// quinn's congestion controller
    #[arg(long, value_enum, default_value_t = PlainCongestion::Cubic)]
    pub(crate) congestion: PlainCongestion,
    /// Bytes of the stream under way at most, not below the default
    #[arg(long)]
    pub(crate) window: Option<u32>,
}

/// quinn's congestion controllers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum PlainCongestion {
    Cubic,
    Bbr,
}

pub(crate) fn size(text: &str) -> Result<u64, String> {
    parse_size(text).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn options_after_two_dashes_are_for_send() {
        let parsed = Arguments::try_parse_from([
            "chunkstream-bench",
            "--case",
            "big",
            "--size",
            "64MiB",
            "--",
            "--parity",
            "off",
        ])
        .expect("valid");
        assert_eq!(parsed.bench.size, 64 << 20);
        assert_eq!(parsed.bench.send_options, ["--parity", "off"]);
        assert!(Arguments::try_parse_from(["chunkstream-bench", "--repeat", "0"]).is_err());
    }
}
