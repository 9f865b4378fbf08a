//! The command line: what holds for every command, and the list of them. What a command takes has a file for each group
//! of commands; what a command does is in the module of its name.

mod audit;
mod database;
mod devices;
mod key;
mod pair;
mod quantities;
mod receive;
mod send;
mod settings;
mod taken;
mod transfers;
mod watched;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub(crate) use self::{
    audit::Audit,
    database::Database,
    devices::{AnyRole, Devices, RuleAction},
    key::Key,
    pair::Pair,
    receive::Receive,
    send::{OnChange, Send},
    settings::Settings,
    transfers::Transfers,
    watched::Watched,
};

/// Sends files straight from one computer to another, and never loses what has arrived.
#[derive(Debug, Parser)]
#[command(name = "chunkstream", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Folder of the key, the database and the settings; two folders are two devices [env: CHUNKSTREAM_DATA]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Print one JSON object per line
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// What to log to stderr: off, error, warn, info, debug, trace, or a tracing filter
    #[arg(long, global = true, value_name = "LEVEL", default_value = "error", value_parser = filter)]
    pub(crate) log: String,
    /// What to do
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str =
    "Exit codes: 0 confirmed by the receiver, 2 usage, 3 declined, 4 not reached within \
--wait (kept), 5 identity refused, 6 local file or disk, 1 anything else, 130 interrupted (kept).

With CHUNKSTREAM_DISCOVERY=off the local network is neither searched nor told of this device.";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show this device's name, id and ticket
    Id,
    /// Wait for files
    Receive(Receive),
    /// Send files and folders; the same command again goes on with a transfer that was interrupted
    Send(Send),
    /// List transfers, or change one
    Transfers {
        /// What to do with them; the list if nothing
        #[command(subcommand)]
        action: Option<Transfers>,
    },
    /// Make this device and another one known to each other
    Pair(Pair),
    /// List known devices, or decide about one
    #[command(args_conflicts_with_subcommands = true)]
    Devices {
        /// List the devices in the local network instead
        #[arg(long)]
        nearby: bool,
        /// What to do with them; the list if nothing
        #[command(subcommand)]
        action: Option<Devices>,
    },
    /// List alarms: where another key was found than the one that is known; or acknowledge one
    Alarms {
        /// This one has been looked into: it blocks no longer
        #[arg(long, value_name = "NUMBER")]
        acknowledge: Option<u64>,
    },
    /// List folders whose content is sent by itself, or change which these are
    Watched {
        /// What to do with them; the list if nothing
        #[command(subcommand)]
        action: Option<Watched>,
    },
    /// Show what a transfer that has ended has brought: each file with its BLAKE3 root, as b3sum prints it
    Receipt {
        /// The transfer
        id: String,
        /// Write it to this new file instead, as lines of JSON with --json
        #[arg(long, value_name = "FILE")]
        export: Option<PathBuf>,
    },
    /// Show where this device's key is kept, move it, or carry it to another machine
    Key {
        /// What to do with it; it is shown if nothing
        #[command(subcommand)]
        action: Option<Key>,
    },
    /// Show the audit log: pairings, decisions about devices, offers, refusals, alarms, keys
    Audit(Audit),
    /// List what unfinished transfers have left in folders, or remove it
    Leftovers {
        /// Remove this one
        #[arg(long, value_name = "PATH", conflicts_with = "all")]
        remove: Option<PathBuf>,
        /// Remove all of them
        #[arg(long)]
        all: bool,
    },
    /// Show what is set, or change it
    Settings(Settings),
    /// Look at a database that cannot be used, or set it aside
    Database {
        /// What to do with it
        #[command(subcommand)]
        action: Database,
    },
}

/// A plain level means this program and its engine; whoever wants the libraries writes a filter.
fn filter(text: &str) -> Result<String, String> {
    let plain = ["off", "error", "warn", "info", "debug", "trace"].contains(&text);
    if plain {
        return Ok(format!(
            "off,chunkstream={text},chunkstream_core={text},chunkstream_engine={text}"
        ));
    }
    if !text.contains(['=', ',']) {
        return Err("a level is off, error, warn, info, debug or trace".into());
    }
    tracing_subscriber::EnvFilter::try_new(text).map_err(|e| e.to_string())?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chunkstream_core::{chunk::ChunkSize, priority::Priority};

    use super::*;

    fn parsed(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(std::iter::once("chunkstream").chain(line.split(' ')))
    }

    #[test]
    fn the_definition_has_no_contradictions() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_send_takes_several_paths_targets_and_all_its_options() {
        let line = "send a b --to one two --priority critical --parity 10+3 --chunk 64KiB --limit 200Mbit/s \
                    --congestion cubic --wait 30s --on-change skip --data d --json";
        let arguments = parsed(line).expect("right");
        assert!(arguments.json && arguments.data == Some("d".into()));
        let Command::Send(send) = arguments.command else {
            panic!("another command")
        };
        assert_eq!(send.paths, [PathBuf::from("a"), PathBuf::from("b")]);
        assert_eq!(send.to, ["one", "two"]);
        assert_eq!(send.priority, Priority::Critical);
        assert_eq!(send.parity.to_string(), "10+3");
        assert_eq!(send.chunk.map(ChunkSize::bytes), Some(64 << 10));
        assert_eq!(send.limit, Some(25_000_000));
        assert_eq!(send.wait, Some(Duration::from_secs(30)));
        assert_eq!(send.on_change, OnChange::Skip);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for line in [
            "send a",
            "send --to b",
            "send a --to",
            "send a --to b --chunk 65KiB",
            "send a --to b --chunk 8GiB",
            "send a --to b --limit 40MB",
            "send a --to b --limit 0B/s",
            "send a --to b --wait 30",
            "send a --to b --parity 3",
            "send a --to b --priority urgent",
            "receive --listen 24880",
            "receive --accept none",
            "send a --to b --on-change mix",
            "transfers changed x",
            "transfers changed x both",
            "transfers show",
            "transfers accept x --conflict maybe",
            "leftovers --remove x --all",
            "settings --quota lots",
            "settings --outbox-order last",
            "settings --send-limit 0B/s",
            "transfers limit x",
            "transfers limit x 40MB",
            "devices limit x",
            "devices limit x --send fast",
            "devices role x king",
            "devices rule set x --into ../y",
            "devices rule set x --types *.jpg",
            "audit --kind rumour",
            "audit --since yesterday",
            "alarms --acknowledge first",
            "key move",
            "key move cloud",
            "key export",
            "key import",
            "database",
            "devices trust x --role blocked",
            "id --log loud",
            "nothing",
        ] {
            assert!(parsed(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_limit_is_a_rate_or_none() {
        let Command::Transfers {
            action: Some(Transfers::Limit { limit, .. }),
        } = parsed("transfers limit x 8Mbit/s").expect("right").command
        else {
            panic!("another command")
        };
        assert_eq!(limit, 1_000_000);
        let Command::Devices {
            action: Some(Devices::Limit { send, receive, .. }),
            ..
        } = parsed("devices limit x --receive none")
            .expect("right")
            .command
        else {
            panic!("another command")
        };
        assert_eq!((send, receive), (None, Some(0)));
    }

    #[test]
    fn lists_need_no_word() {
        for (line, with_word) in [("transfers", "transfers list"), ("devices", "devices list")] {
            assert!(parsed(line).is_ok(), "{line}");
            assert!(parsed(with_word).is_ok(), "{with_word}");
        }
    }
}
