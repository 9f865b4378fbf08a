//! The command line.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use chunkstream_core::{
    access::{FolderTemplate, TypePattern},
    chunk::{ChunkSize, ParityMode},
    priority::Priority,
    session::Role,
    units::{parse_duration, parse_rate, parse_size},
};
use chunkstream_engine::{
    AcceptPolicy, Congestion,
    api::{AuditKind, ChangedChoice, Conflict, EntryFilter, KeyPlace, OutboxOrder, Visibility},
};
use clap::{Args, Parser, Subcommand, ValueEnum};

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

/// What to show of the audit log, the newest last.
#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// What happened so long ago at most, such as 24h
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) since: Option<Duration>,
    /// What is about this device: its id, its ticket or its name
    #[arg(long, value_name = "DEVICE")]
    pub(crate) device: Option<String>,
    /// What is of this kind, such as paired or refused; may be given several times
    #[arg(long, value_name = "KIND", value_parser = audit_kind)]
    pub(crate) kind: Vec<AuditKind>,
    /// At most so many, the newest; 0 for all
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    pub(crate) limit: u32,
    /// Write all of it to this new file as comma-separated values, or as lines of JSON with --json
    #[arg(long, value_name = "FILE", conflicts_with = "limit")]
    pub(crate) export: Option<PathBuf>,
}

/// What to do with this device's key. Whoever has it is this device.
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Show where it is kept
    Show,
    /// Write it to a new file, sealed with a passphrase
    Export {
        /// The file
        file: PathBuf,
        /// The passphrase is the first line of this file [default: asked for, or the first line of standard input]
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Become the device whose key is in such a file
    Import {
        /// The file
        file: PathBuf,
        /// Give up the key that is there: nobody will know the device that this one was
        #[arg(long)]
        replace: bool,
        /// The passphrase is the first line of this file [default: asked for, or the first line of standard input]
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Make a new one; devices that know this one follow it
    Rotate,
    /// Keep it elsewhere; the device stays the same
    Move {
        /// Where
        #[arg(value_enum)]
        to: Place,
    },
}

/// Where a key is kept.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Place {
    /// The system's keyring: it must be unlocked whenever this device starts
    Keyring,
    /// A file that only its owner can read: for services, and machines without a desktop
    File,
}

impl From<Place> for KeyPlace {
    fn from(place: Place) -> Self {
        match place {
            Place::Keyring => Self::Keyring,
            Place::File => Self::File,
        }
    }
}

/// What to do with a database while nothing else uses it.
#[derive(Debug, Subcommand)]
pub(crate) enum Database {
    /// Read all of it and say whether it is sound; nothing is changed
    Check,
    /// Move it to a name with the time in it, so that the next start begins with an empty one
    SetAside,
}

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

/// What to set; without any, what is set is shown.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// What to do with names that are taken
    #[arg(long, value_enum, value_name = "RULE")]
    pub(crate) conflict: Option<Taken>,
    /// Most that the inbox folder may hold, such as 50GB; 0 for no limit
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) quota: Option<u64>,
    /// Hours for which a transfer waits for a device that is away; 0 for ever
    #[arg(long, value_name = "HOURS")]
    pub(crate) outbox_hours: Option<u32>,
    /// Which of several waiting transfers goes first when their device is back
    #[arg(long, value_enum, value_name = "ORDER")]
    pub(crate) outbox_order: Option<Order>,
    /// Send at most so much to all devices together, such as 40MB/s or 200Mbit/s; none for no limit
    #[arg(long, value_name = "RATE", value_parser = limit)]
    pub(crate) send_limit: Option<u64>,
    /// Receive at most so much from all devices together; none for no limit
    #[arg(long, value_name = "RATE", value_parser = limit)]
    pub(crate) receive_limit: Option<u64>,
    /// Who may find this device in the local network
    #[arg(long, value_enum, value_name = "WHO")]
    pub(crate) visibility: Option<VisibleTo>,
}

/// Who may find this device in the local network.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum VisibleTo {
    /// Nobody
    Nobody,
    /// Devices that know this one
    MyDevices,
    /// Everyone, for ten minutes
    Everyone,
}

impl From<VisibleTo> for Visibility {
    fn from(who: VisibleTo) -> Self {
        match who {
            VisibleTo::Nobody => Self::Nobody,
            VisibleTo::MyDevices => Self::MyDevices,
            VisibleTo::Everyone => Self::Everyone,
        }
    }
}

/// Which of several waiting transfers goes first.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Order {
    /// All at once
    Together,
    /// The one that was made first
    Oldest,
    /// The one with the fewest bytes
    Smallest,
}

impl From<Order> for OutboxOrder {
    fn from(order: Order) -> Self {
        match order {
            Order::Together => Self::Together,
            Order::Oldest => Self::Oldest,
            Order::Smallest => Self::Smallest,
        }
    }
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

/// What is decided about files that changed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Choice {
    /// Send what they are now; what is gone is left out.
    New,
    /// Leave them out.
    Skip,
}

impl From<Choice> for ChangedChoice {
    fn from(choice: Choice) -> Self {
        match choice {
            Choice::New => Self::NewVersion,
            Choice::Skip => Self::Skip,
        }
    }
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

/// What to do with transfers. ID is a transfer's id or the beginning of it.
#[derive(Debug, Subcommand)]
pub(crate) enum Transfers {
    /// List all
    List,
    /// Show one with all that is known of it
    Show {
        /// The transfer
        id: String,
        /// With a map of its chunks, the ways to the other device and its time line
        #[arg(long)]
        details: bool,
    },
    /// List the files of one
    Files {
        /// The transfer
        id: String,
        /// Only these
        #[arg(long, value_enum, value_name = "WHICH", default_value_t = Which::All)]
        only: Which,
    },
    /// Hold one
    Pause {
        /// The transfer
        id: String,
    },
    /// Hold one no longer
    Resume {
        /// The transfer
        id: String,
    },
    /// End one unfinished; an offer is declined
    Cancel {
        /// The transfer
        id: String,
    },
    /// Read the files of a completed one again and compare them with what was sent
    Verify {
        /// The transfer
        id: String,
    },
    /// Accept an offer that waits for an answer
    Accept {
        /// The transfer
        id: String,
        /// Where to put it [default: where the engine that runs puts what arrives]
        #[arg(long, value_name = "DIR")]
        into: Option<PathBuf>,
        /// What to do with names that are taken [default: as set]
        #[arg(long, value_enum, value_name = "RULE")]
        conflict: Option<Taken>,
        /// Take only this entry of the offer, with all below it; may be given several times
        #[arg(long, value_name = "PATH")]
        only: Vec<String>,
    },
    /// Decide about files that changed while they were sent
    Changed {
        /// The transfer
        id: String,
        /// What becomes of them
        #[arg(value_enum)]
        choice: Choice,
    },
    /// Send one at most so fast from now on
    Limit {
        /// The transfer
        id: String,
        /// At most so much, such as 40MB/s or 200Mbit/s; none for no limit
        #[arg(value_name = "RATE", value_parser = limit)]
        limit: u64,
    },
    /// Decline an offer that waits for an answer
    Decline {
        /// The transfer
        id: String,
    },
}

/// Which files of a transfer.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Which {
    /// All
    All,
    /// Those that are not done
    Unfinished,
    /// Those that were withdrawn or are not received
    LeftOut,
}

impl From<Which> for EntryFilter {
    fn from(which: Which) -> Self {
        match which {
            Which::All => Self::All,
            Which::Unfinished => Self::Unfinished,
            Which::LeftOut => Self::LeftOut,
        }
    }
}

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

fn chunk_size(text: &str) -> Result<ChunkSize, String> {
    let bytes = parse_size(text).map_err(|e| e.to_string())?;
    ChunkSize::try_from(u32::try_from(bytes).unwrap_or(u32::MAX)).map_err(|e| e.to_string())
}

fn rate(text: &str) -> Result<u64, String> {
    match parse_rate(text) {
        Ok(0) => Err("a limit of nothing would never end".into()),
        Ok(rate) => Ok(rate),
        Err(error) => Err(error.to_string()),
    }
}

/// A rate in bytes per second; 0 for no limit.
fn limit(text: &str) -> Result<u64, String> {
    if text == "none" {
        return Ok(0);
    }
    rate(text).map_err(|error| format!("{error}, or none"))
}

fn size(text: &str) -> Result<u64, String> {
    if text == "0" {
        return Ok(0);
    }
    parse_size(text).map_err(|e| e.to_string())
}

fn audit_kind(text: &str) -> Result<AuditKind, String> {
    AuditKind::parse(&text.replace('-', "_")).ok_or_else(|| {
        let words: Vec<&str> = AuditKind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("the kinds are {}", words.join(", "))
    })
}

fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).map_err(|e| e.to_string())
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
