//! `chunkstream-bench`: whole processes over loopback, side by side in one run, and a table of what they took.
//!
//! Every round runs each contender once, one after the other, so that whatever else the machine does falls
//! on all of them alike:
//! - `cp`: a copy on the same volume, for what the disk alone takes;
//! - `quinn`: one plain stream of the same bytes (see [`plain`]), the reference: no hashing, no flushing;
//! - `chunkstream`: `send` and `receive` with everything they do: hashing at both ends, verification, flushes,
//!   the database, the receipt.
//!
//! A measurement is the whole sending command, from its start to its exit with the receiver's confirmation.
//! Both ends start from nothing each time: fresh data folders, fresh target. Contents are compared by BLAKE3.
//!
//! On Linux the same is done over emulated links between two network namespaces (see [`link`] and [`over`]).
//!
//! Non-goals: micro-benchmarks, links between machines.

mod args;
mod case;
mod child;
mod compare;
mod contender;
mod data;
mod flush;
mod interrupt;
#[cfg(target_os = "linux")]
mod link;
mod machine;
mod measure;
mod median;
#[cfg(target_os = "linux")]
mod over;
mod plain;
mod report;
mod resume;
mod rounds;
mod table;

use std::process::ExitCode;

use clap::Parser as _;
use tokio::runtime::Builder;

use crate::args::{Arguments, Command};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chunkstream-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command {
        Some(Command::PlainReceive(how)) => plain::receive(&how),
        Some(Command::PlainSend(what)) => plain::send(&what),
        Some(Command::Flush(how)) => {
            rounds::until_interrupted_on(Builder::new_multi_thread(), flush::run(&how))
        }
        Some(Command::Resume(how)) => rounds::until_interrupted(resume::run(&how)),
        #[cfg(target_os = "linux")]
        Some(command) => over::run(command),
        None => rounds::run(&arguments.bench),
    }
}
