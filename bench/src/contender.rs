//! Who is measured, and how each is run.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use serde::Serialize;
use serde_json::Value;

use crate::child::{Ended, Running, Usage};

/// How long a receiver may take until it is ready, and to end after the sender has.
const PATIENCE: Duration = Duration::from_secs(60);

/// One way to get bytes from here to there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Contender {
    /// The system's `cp`: what the volume alone takes.
    Copy,
    /// One plain quinn stream: the reference.
    Quinn,
    /// `chunkstream send` and `receive`.
    Chunkstream,
}

/// Where the programs are and what they are told.
#[derive(Debug)]
pub(crate) struct Programs {
    /// This program: both ends of the reference.
    pub(crate) own: PathBuf,
    pub(crate) chunkstream: PathBuf,
    pub(crate) send_options: Vec<String>,
}

/// What a run took.
#[derive(Debug)]
pub(crate) struct Took {
    pub(crate) seconds: f64,
    pub(crate) sender: Option<Usage>,
    pub(crate) receiver: Option<Usage>,
    /// What the contender itself has to say.
    pub(crate) told: Value,
}

impl Contender {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Copy => "cp",
            Self::Quinn => "quinn",
            Self::Chunkstream => "chunkstream",
        }
    }

    /// Brings `source` into the folder `target`, with `scratch` for whatever else has to be kept. Both are
    /// empty.
    pub(crate) async fn run(
        self,
        programs: &Programs,
        source: &Path,
        target: &Path,
        scratch: &Path,
    ) -> anyhow::Result<Took> {
        match self {
            Self::Copy => copy(source, target).await,
            Self::Quinn => quinn(programs, source, target, scratch).await,
            Self::Chunkstream => chunkstream(programs, source, target, scratch).await,
        }
    }
}

async fn copy(source: &Path, target: &Path) -> anyhow::Result<Took> {
    let mut command = Command::new("cp");
    command.arg("-R").arg(source).arg(target);
    let begin = Instant::now();
    let ended = Running::start(command, "cp")?.finish().await?;
    Ok(Took {
        seconds: (ended.at - begin).as_secs_f64(),
        sender: ended.usage,
        receiver: None,
        told: Value::Null,
    })
}

async fn quinn(
    programs: &Programs,
    source: &Path,
    target: &Path,
    scratch: &Path,
) -> anyhow::Result<Took> {
    let certificate = scratch.join("certificate.der");
    let mut command = Command::new(&programs.own);
    command.arg("plain-receive");
    command.arg("--into").arg(target);
    command.arg("--certificate").arg(&certificate);
    let mut receiver = Running::start(command, "the reference's receiver")?;
    let address = ready(&mut receiver, "listen").await?;
    let mut command = Command::new(&programs.own);
    command
        .arg("plain-send")
        .arg(source)
        .args(["--to", &address]);
    command.arg("--certificate").arg(&certificate);
    let begin = Instant::now();
    let mut sender = Running::start(command, "the reference's sender")?;
    let (sent, received) = both(&mut sender, &mut receiver).await?;
    Ok(took(begin, &sent, &received, Value::Null))
}

async fn chunkstream(
    programs: &Programs,
    source: &Path,
    target: &Path,
    scratch: &Path,
) -> anyhow::Result<Took> {
    let device = |name: &str| {
        let mut command = Command::new(&programs.chunkstream);
        command.arg("--data").arg(scratch.join(name)).arg("--json");
        command
    };
    let mut command = device("receiver");
    command.args(["receive", "--accept", "all", "--once"]);
    command
        .args(["--listen", "127.0.0.1:0", "--into"])
        .arg(target);
    let mut receiver = Running::start(command, "chunkstream receive")?;
    let ticket = ready(&mut receiver, "ticket").await?;
    let mut command = device("sender");
    command.arg("send").arg(source).args(["--to", &ticket]);
    command.args(&programs.send_options);
    let begin = Instant::now();
    let mut sender = Running::start(command, "chunkstream send")?;
    let (sent, received) = both(&mut sender, &mut receiver).await?;
    let told = sender.event("completed").await?;
    Ok(took(begin, &sent, &received, told))
}

/// A field of the receiver's event `ready`.
async fn ready(receiver: &mut Running, field: &str) -> anyhow::Result<String> {
    let event = patiently("the receiver", receiver.event("ready")).await?;
    let value = event[field].as_str();
    Ok(value
        .with_context(|| format!("`ready` without `{field}`"))?
        .to_owned())
}

/// Waits for both ends; if one fails, the other is not waited for.
async fn both(sender: &mut Running, receiver: &mut Running) -> anyhow::Result<(Ended, Ended)> {
    tokio::select! {
        sent = sender.finish() => {
            let sent = sent?;
            Ok((sent, patiently("the receiver", receiver.finish()).await?))
        }
        received = receiver.finish() => {
            let received = received?;
            Ok((patiently("the sender", sender.finish()).await?, received))
        }
    }
}

async fn patiently<T>(
    what: &str,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    tokio::time::timeout(PATIENCE, work)
        .await
        .with_context(|| format!("{what} takes more than {PATIENCE:?}"))?
}

/// Of the ends of a run that began then.
pub(crate) fn took(begin: Instant, sent: &Ended, received: &Ended, told: Value) -> Took {
    Took {
        seconds: (sent.at - begin).as_secs_f64(),
        sender: sent.usage,
        receiver: received.usage,
        told,
    }
}
