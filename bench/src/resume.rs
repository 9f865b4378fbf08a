//! `resume`: how soon a transfer goes on that was killed half-way, and what is read again for it.
//!
//! Both processes are killed (SIGKILL) when half of the file is durable, and started again as services that
//! repeat nobody's decision. What a process read comes from `/proc/PID/io`: `rchar` counts every byte that was asked
//! of a file, from the disk or from memory. Datagrams are not in it. Linux only.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context as _, bail};
use chunkstream_core::units::format_bytes;
use serde::Serialize;
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    args::Resume,
    case::Case,
    child::Running,
    compare, data,
    machine::{self, Machine},
    rounds,
};

/// What was seen.
#[derive(Debug, Serialize)]
struct Seen {
    machine: Machine,
    load: Option<f64>,
    bytes: u64,
    /// Durable when both were killed, as the receiver says after its start.
    kept: u64,
    /// From the start of both processes until the later one was ready.
    start_seconds: f64,
    /// From then until more was durable: a batch has come, been flushed and been told.
    more_seconds: f64,
    /// Until that moment.
    read_at_first: Read,
    /// Until the end.
    read_at_end: Read,
    /// What was new for the sender to read.
    left: u64,
}

/// Bytes of files that were read.
#[derive(Debug, Serialize)]
struct Read {
    sender: u64,
    receiver: u64,
}

/// Measures and prints.
pub(crate) async fn run(how: &Resume) -> anyhow::Result<()> {
    let own = std::env::current_exe().context("where this program is cannot be found out")?;
    let beside = own.parent().context("this program is in no folder")?;
    let client = rounds::client(how.chunkstream.as_deref(), beside)?;
    let volume = how.folder.as_deref().unwrap_or(beside);
    let folder = TempDir::with_prefix_in("chunkstream-bench-", volume)
        .with_context(|| format!("no folder can be made in {}", volume.display()))?;
    let case = Case::Big { size: how.size };
    rounds::enough_space(case, folder.path())?;
    eprintln!("making {}", format_bytes(how.size));
    let source = data::make(case, folder.path()).await?;
    let seen = measure(&client, &source, how.size, folder.path()).await?;
    if how.json {
        println!("{}", serde_json::to_string_pretty(&seen)?);
    } else {
        print(&seen);
    }
    folder.close()?;
    Ok(())
}

async fn measure(client: &Path, source: &Path, size: u64, folder: &Path) -> anyhow::Result<Seen> {
    let target = folder.join("target");
    let device = |name: &str| {
        let mut command = Command::new(client);
        command.arg("--data").arg(folder.join(name)).arg("--json");
        command
    };
    let mut command = device("receiver");
    command.args(["receive", "--accept", "all", "--listen", "127.0.0.1:0"]);
    command.arg("--into").arg(&target);
    let mut receiver = Running::start(command, "chunkstream receive")?;
    let ready = receiver.event("ready").await?;
    let mut command = device("sender");
    command
        .arg("send")
        .arg(source)
        .args(["--to", text(&ready, "ticket")?]);
    let sender = Running::start(command, "chunkstream send")?;
    durable(&mut receiver, size / 2).await?;
    // Dropped is killed.
    drop(sender);
    drop(receiver);
    rounds::settle();
    eprintln!("killed both half-way; starting them again");

    let load = machine::load();
    let started = Instant::now();
    let mut command = device("receiver");
    command.args(["receive", "--listen", text(&ready, "listen")?]);
    let mut receiver = Running::start(command, "chunkstream receive")?;
    let mut command = device("sender");
    command.args(["receive", "--listen", "127.0.0.1:0"]);
    let mut sender = Running::start(command, "chunkstream receive")?;
    sender.event("ready").await?;
    receiver.event("ready").await?;
    let up = Instant::now();
    let kept = durable(&mut receiver, 0).await?;
    durable(&mut receiver, kept + 1).await?;
    let more_seconds = up.elapsed().as_secs_f64();
    let read_at_first = read(&sender, &receiver)?;
    let received = receiver.event("completed").await?;
    let sent = sender.event("completed").await?;
    let read_at_end = read(&sender, &receiver)?;
    drop((sender, receiver));

    let (was, is) = (
        compare::digest(source).await?,
        compare::digest(&target.join(source.file_name().context("a source without a name")?))
            .await?,
    );
    let root = was.to_hex();
    if was != is || received["root"] != root.as_str() || sent["root"] != root.as_str() {
        bail!("what arrived is not what was sent");
    }
    Ok(Seen {
        machine: Machine::this(),
        load,
        bytes: size,
        kept,
        start_seconds: (up - started).as_secs_f64(),
        more_seconds,
        read_at_first,
        read_at_end,
        left: size - kept,
    })
}

/// What the receiver calls durable once that is at least so much.
async fn durable(receiver: &mut Running, least: u64) -> anyhow::Result<u64> {
    loop {
        let progress = receiver.event("progress").await?;
        let durable = progress["durable_bytes"].as_u64().unwrap_or(0);
        if durable >= least {
            return Ok(durable);
        }
    }
}

fn text<'a>(event: &'a Value, key: &str) -> anyhow::Result<&'a str> {
    event[key]
        .as_str()
        .with_context(|| format!("no {key} in {event}"))
}

fn read(sender: &Running, receiver: &Running) -> anyhow::Result<Read> {
    Ok(Read {
        sender: read_by(sender.pid())?,
        receiver: read_by(receiver.pid())?,
    })
}

fn read_by(pid: u32) -> anyhow::Result<u64> {
    let path = PathBuf::from(format!("/proc/{pid}/io"));
    let text =
        fs::read_to_string(&path).context("this system does not tell what a process read")?;
    rchar(&text).with_context(|| format!("{} has no rchar", path.display()))
}

fn rchar(text: &str) -> Option<u64> {
    let mut lines = text.lines();
    lines.find_map(|line| line.strip_prefix("rchar:")?.trim().parse().ok())
}

fn print(seen: &Seen) {
    let row = |what: &str, value: String| println!("{what:<58}{value:>12}");
    row("size", format_bytes(seen.bytes));
    row("durable when both were killed", format_bytes(seen.kept));
    row("left", format_bytes(seen.left));
    row(
        "start of both, seconds",
        format!("{:.3}", seen.start_seconds),
    );
    row(
        "from both up to more durable, seconds",
        format!("{:.3}", seen.more_seconds),
    );
    for (when, read) in [
        ("then", &seen.read_at_first),
        ("at the end", &seen.read_at_end),
    ] {
        row(
            &format!("read by the sender {when}"),
            format_bytes(read.sender),
        );
        row(
            &format!("read by the receiver {when}"),
            format_bytes(read.receiver),
        );
    }
    let load = seen
        .load
        .map_or("-".to_owned(), |load| format!("{load:.1}"));
    row("load average", load);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_found_in_the_systems_text() {
        assert_eq!(rchar("rchar: 4096\nwchar: 7\nread_bytes: 0\n"), Some(4096));
        assert_eq!(rchar("wchar: 7\n"), None);
    }
}
