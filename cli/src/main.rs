//! `chunkstream`: sends and receives files from a terminal, with the same engine as the desktop application.
//!
//! Results go to stdout (lines of JSON with `--json`), progress bars and logs to stderr. The exit code says
//! how it went (see [`exit`]). Scripts rely on every word of this.

mod access;
mod alarms;
mod args;
mod ask;
mod audit;
mod changed;
mod database;
mod details;
mod devices;
mod exit;
mod folder;
mod id;
mod interrupt;
mod key;
mod leftovers;
mod nearby;
mod output;
mod pair;
mod receipt;
mod receive;
mod send;
mod settings;
mod transfers;
mod verify;
mod watch;
mod watched;

use std::io::{self, IsTerminal as _};

use chunkstream_engine::api::{Code, Failure};
use clap::Parser as _;
use tracing_subscriber::EnvFilter;

use self::{
    args::{Arguments, Command},
    exit::Exit,
    interrupt::Interrupt,
    output::Output,
};

fn main() {
    let arguments = Arguments::parse();
    log(&arguments);
    let output = Output::new(arguments.json);
    let exit = run(arguments, &output).unwrap_or_else(|failure| {
        let exit = Exit::of(&failure);
        output.fault(&failure);
        exit
    });
    // Not a return from `main`: a question to the terminal may still wait for its answer in a thread.
    std::process::exit(exit.code());
}

fn run(arguments: Arguments, output: &Output) -> Result<Exit, Failure> {
    let data = folder::data(arguments.data)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::new(Code::Internal, format!("no threads can be had: {e}")))?;
    let result = runtime.block_on(async {
        let mut interrupt = Interrupt::listen()?;
        match arguments.command {
            Command::Id => interrupt.or(id::run(&data, output)).await,
            Command::Receive(how) => receive::run(&data, how, output, &mut interrupt).await,
            Command::Send(what) => send::run(&data, what, output, &mut interrupt).await,
            Command::Transfers { action } => {
                interrupt.or(transfers::run(&data, action, output)).await
            }
            Command::Database { action } => {
                interrupt.or(database::run(&data, action, output)).await
            }
            Command::Leftovers { remove, all } => {
                interrupt
                    .or(leftovers::run(&data, remove, all, output))
                    .await
            }
            Command::Alarms { acknowledge } => {
                interrupt.or(alarms::run(&data, acknowledge, output)).await
            }
            Command::Watched { action } => interrupt.or(watched::run(&data, action, output)).await,
            Command::Receipt { id, export } => {
                interrupt.or(receipt::run(&data, id, export, output)).await
            }
            Command::Key { action } => interrupt.or(key::run(&data, action, output)).await,
            Command::Audit(what) => interrupt.or(audit::run(&data, what, output)).await,
            Command::Settings(what) => interrupt.or(settings::run(&data, what, output)).await,
            Command::Pair(what) => pair::run(&data, what, output, &mut interrupt).await,
            Command::Devices { nearby: true, .. } => interrupt.or(nearby::run(&data, output)).await,
            Command::Devices { action, .. } => {
                interrupt.or(devices::run(&data, action, output)).await
            }
        }
    });
    runtime.shutdown_background();
    result
}

/// Logs of this program and its engine, to stderr.
fn log(arguments: &Arguments) {
    let filter = EnvFilter::try_new(&arguments.log).unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
}
