//! Measurements over links between two namespaces: whole commands, side by side, in rounds.
//!
//! Every round of a cell runs each contender once over the same link with the same random choices. A contender that is
//! not installed is left out and named; one that does not finish in time, or fails, is told as such, and a run that
//! was broken off is not repeated. See `docs/BENCHMARKS.md`.

pub(crate) mod args;
mod bulk;
mod contender;
mod emulator;
mod fair;
mod flood;
mod ground;
mod measure;
mod probe;
mod queue;
mod report;
mod resident;
mod short;
mod ssh;
mod tcp;
mod tools;
mod urgent;

use anyhow::bail;

use crate::{args::Command, rounds::until_interrupted};

/// Runs one of the commands of this module.
pub(crate) fn run(command: Command) -> anyhow::Result<()> {
    if let Command::TcpConnect(how) = &command {
        return tcp::hand_over(how);
    }
    if let Some(missing) = missing() {
        bail!("{missing}; `make bench` compares over loopback instead");
    }
    match command {
        Command::Link(how) => until_interrupted(bulk::run(&how)),
        Command::Small(how) => until_interrupted(bulk::run_small(&how)),
        Command::Short(how) => until_interrupted(short::run(&how)),
        Command::Queue(how) => until_interrupted(queue::run(&how)),
        Command::Fair(how) => until_interrupted(fair::run(&how)),
        Command::Flood(how) => until_interrupted(flood::run(&how)),
        Command::Urgent(how) => until_interrupted(urgent::run(&how)),
        Command::Emulator(how) => until_interrupted(emulator::run(&how)),
        other => bail!("not measured over links: {other:?}"),
    }
}

/// What this machine lacks for links between namespaces.
fn missing() -> Option<&'static str> {
    if !rustix::process::geteuid().is_root() {
        return Some("links between network namespaces need root");
    }
    if !std::path::Path::new("/dev/net/tun").exists() {
        return Some("emulated links need /dev/net/tun");
    }
    None
}
