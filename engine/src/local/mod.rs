//! One engine per data folder, and how other programs of the same user reach it.
//!
//! Whoever runs an engine holds the folder's [`Lock`] for as long as the engine lives. With the lock comes
//! the right to listen on the folder's local socket ([`serve`]): commands by name, arguments and answers as
//! lines of JSON, exactly as [`crate::api::dispatch`] takes them.
//!
//! Invariants: the socket is never open to another user, not even between its making and its first use;
//! the lock goes with the process, however it ends; what a crashed engine left behind is replaced by the
//! next holder of the lock and by nobody else.
//!
//! Non-goals: updates are not carried; a terminal that wants to follow a transfer runs the engine itself.

mod client;
mod lines;
mod lock;
#[cfg(unix)]
#[path = "unix.rs"]
mod platform;
#[cfg(windows)]
#[path = "windows.rs"]
mod platform;
mod server;

pub use client::Client;
pub use lock::Lock;
pub use server::{Server, serve};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::Failure;

/// One line from a client.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    /// A name of [`crate::api::COMMANDS`].
    command: String,
    /// Its arguments.
    #[serde(default = "no_arguments")]
    args: Value,
}

/// The line that answers it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply {
    /// What the command returned.
    Ok(Value),
    /// Why it did not.
    Error(Failure),
}

/// Reads a line of a client as the socket does, and its arguments as the command does. True if the command would run.
#[cfg(feature = "fuzzing")]
pub(crate) fn understands(line: &[u8]) -> bool {
    serde_json::from_slice::<Request>(line)
        .is_ok_and(|request| crate::api::understands(&request.command, request.args))
}

fn no_arguments() -> Value {
    Value::Object(serde_json::Map::new())
}
