//! Where a cell is measured: a link, the programs, a folder, and how a contender is run there.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use serde_json::Value;
use tempfile::TempDir;

use super::{
    args::Common,
    contender::{Congestion, Contender},
    ssh::Ssh,
    tcp,
};
use crate::{
    child::Running,
    contender::{Took, took},
    link::{self, B, End, Link, Profile},
    rounds,
};

/// Where `chunkstream receive` listens.
pub(crate) const PORT: u16 = 24_880;
/// How long a receiver may take until it is ready, and to end after the sender has.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of a stream under way on a veth pair, whose bandwidth-delay product nobody knows.
const LOCAL_WINDOW: u64 = 4 * 1024 * 1024;

/// A link and what is needed to use it.
#[derive(Debug)]
pub(crate) struct Ground {
    pub(crate) link: Link,
    pub(crate) profile: Profile,
    pub(crate) programs: Programs,
    pub(crate) folder: TempDir,
}

/// Where the programs are.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    pub(crate) own: PathBuf,
    pub(crate) chunkstream: PathBuf,
}

impl Programs {
    pub(crate) fn find(common: &Common) -> anyhow::Result<Self> {
        let own = std::env::current_exe().context("where this program is cannot be found out")?;
        let beside = own.parent().context("this program is in no folder")?;
        let chunkstream = rounds::client(common.chunkstream.as_deref(), beside)?;
        Ok(Self {
            // The data folders are relative to nothing.
            chunkstream: std::path::absolute(chunkstream)?,
            own,
        })
    }
}

impl Ground {
    pub(crate) fn new(
        profile: &Profile,
        programs: &Programs,
        common: &Common,
    ) -> anyhow::Result<Self> {
        let volume = match &common.folder {
            Some(folder) => folder.clone(),
            None => memory().unwrap_or_else(|| {
                let own = programs.own.parent();
                own.map_or_else(|| PathBuf::from("."), Path::to_owned)
            }),
        };
        link::sweep_folders(&volume);
        let folder = TempDir::with_prefix_in(link::folder_prefix(), &volume)
            .with_context(|| format!("no folder can be made in {}", volume.display()))?;
        Ok(Self {
            link: Link::new(profile)?,
            profile: profile.clone(),
            programs: programs.clone(),
            folder,
        })
    }

    /// Starts a process at one end. What it says to stderr goes to `log`.
    pub(crate) fn start(
        &self,
        end: End,
        mut command: Command,
        what: &str,
        log: &Path,
    ) -> anyhow::Result<Running> {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(log)?;
        command.stderr(log);
        Running::start_by(command, what, |command| self.link.spawn(end, command))
    }

    /// Brings `source` to a port of B and into the folder `target`, with `scratch` for whatever else has to be kept.
    pub(crate) async fn bring(
        &self,
        contender: &Contender,
        source: &Path,
        target: &Path,
        scratch: &Path,
        port: u16,
    ) -> anyhow::Result<Took> {
        match contender {
            Contender::Chunkstream { options } => {
                let way = (target, scratch, port);
                self.chunkstream(options, source, way).await
            }
            Contender::Quinn(congestion) => {
                let way = (target, scratch, port);
                self.quinn(*congestion, source, way).await
            }
            Contender::Scp(congestion) => {
                let ssh = Ssh::start(self, *congestion, scratch).await?;
                let command = ssh.scp(source, target);
                self.over_ssh(ssh, command, scratch).await
            }
            Contender::Rsync(congestion) => {
                let ssh = Ssh::start(self, *congestion, scratch).await?;
                let command = ssh.rsync(source, target);
                self.over_ssh(ssh, command, scratch).await
            }
            Contender::Rclone => self.rclone(source, (target, scratch, port)).await,
            Contender::Qcp => self.qcp(source, (target, scratch)).await,
            Contender::Sendme => self.sendme(source, (target, scratch)).await,
            Contender::Tcp(_) => bail!("a plain flow brings no file"),
        }
    }

    /// `chunkstream` with a data folder.
    pub(crate) fn device(&self, data: &Path) -> Command {
        let mut command = Command::new(&self.programs.chunkstream);
        command.arg("--data").arg(data).arg("--json");
        command
    }

    /// Starts a receiver at B and tells its ticket.
    pub(crate) async fn receiver(
        &self,
        data: &Path,
        into: &Path,
        port: u16,
        once: bool,
        log: &Path,
    ) -> anyhow::Result<(Running, String)> {
        let mut command = self.device(data);
        command.args(["receive", "--accept", "all"]);
        if once {
            command.arg("--once");
        }
        command.arg("--listen").arg(format!("{B}:{port}"));
        command.arg("--into").arg(into);
        let mut receiver = self.start(End::B, command, "chunkstream receive", log)?;
        let ticket = ready(&mut receiver, "ticket").await?;
        Ok((receiver, ticket))
    }

    async fn chunkstream(
        &self,
        options: &[(String, String)],
        source: &Path,
        (target, scratch, port): (&Path, &Path, u16),
    ) -> anyhow::Result<Took> {
        let log = scratch.join("log");
        let (known, options): (Vec<_>, Vec<_>) =
            options.iter().partition(|(name, _)| name == KNOWN);
        let devices = if known.is_empty() {
            scratch.to_owned()
        } else {
            self.folder
                .path()
                .join(format!("{KNOWN}-{}", self.profile.name))
        };
        std::fs::create_dir_all(&devices).context("no folder for the devices")?;
        let data = devices.join("receiver");
        let (mut receiver, ticket) = self.receiver(&data, target, port, true, &log).await?;
        let mut command = self.device(&devices.join("sender"));
        command.arg("send").arg(source).args(["--to", &ticket]);
        for (name, value) in options {
            command.arg(format!("--{name}")).arg(value);
        }
        let begin = Instant::now();
        let mut sender = self.start(End::A, command, "chunkstream send", &log)?;
        both(begin, &mut sender, &mut receiver, true).await
    }

    async fn quinn(
        &self,
        congestion: Congestion,
        source: &Path,
        (target, scratch, port): (&Path, &Path, u16),
    ) -> anyhow::Result<Took> {
        let log = scratch.join("log");
        let certificate = scratch.join("certificate.der");
        let shape = self.profile.shape.as_ref();
        let window = shape.map_or(LOCAL_WINDOW, |shape| shape.bandwidth_delay_product() * 2);
        let own = |subcommand: &str| {
            let mut command = Command::new(&self.programs.own);
            command
                .arg(subcommand)
                .arg("--certificate")
                .arg(&certificate);
            command.args(["--congestion", congestion.name()]);
            command.args(["--window", &window.to_string()]);
            command
        };
        let mut command = own("plain-receive");
        command.arg("--into").arg(target);
        command.arg("--listen").arg(format!("{B}:{port}"));
        let mut receiver = self.start(End::B, command, "quinn's receiver", &log)?;
        let address = ready(&mut receiver, "listen").await?;
        let mut command = own("plain-send");
        command.arg(source).args(["--to", &address]);
        let begin = Instant::now();
        let mut sender = self.start(End::A, command, "quinn's sender", &log)?;
        both(begin, &mut sender, &mut receiver, false).await
    }

    /// A command at A that has sent all when it ends, over the server at B.
    pub(super) async fn over_ssh(
        &self,
        ssh: Ssh,
        command: Command,
        scratch: &Path,
    ) -> anyhow::Result<Took> {
        let begin = Instant::now();
        let mut sender = self.start(End::A, command, "the sender", &scratch.join("log"))?;
        let sent = sender.finish().await?;
        let received = ssh.server.stop().await?;
        Ok(took(begin, &sent, &received, Value::Null))
    }
}

/// The option of a contender whose two devices stay the same over the rounds of a cell.
const KNOWN: &str = "known";

/// A folder in memory.
fn memory() -> Option<PathBuf> {
    let folder = PathBuf::from("/dev/shm");
    folder.is_dir().then_some(folder)
}

/// A field of a receiver's event `ready`.
pub(crate) async fn ready(receiver: &mut Running, field: &str) -> anyhow::Result<String> {
    let event = patiently("the receiver", receiver.event("ready")).await?;
    let value = event[field].as_str();
    Ok(value
        .with_context(|| format!("`ready` without `{field}`"))?
        .to_owned())
}

/// Waits for both ends; if one fails, the other is not waited for.
pub(crate) async fn both(
    begin: Instant,
    sender: &mut Running,
    receiver: &mut Running,
    tells: bool,
) -> anyhow::Result<Took> {
    let (sent, received) = tokio::select! {
        sent = sender.finish() => {
            let sent = sent?;
            (sent, patiently("the receiver", receiver.finish()).await?)
        }
        received = receiver.finish() => {
            let received = received?;
            (patiently("the sender", sender.finish()).await?, received)
        }
    };
    let told = if tells {
        sender.event("completed").await?
    } else {
        Value::Null
    };
    Ok(took(begin, &sent, &received, told))
}

pub(crate) async fn patiently<T>(
    what: &str,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    tokio::time::timeout(PATIENCE, work)
        .await
        .with_context(|| format!("{what} takes more than {PATIENCE:?}"))?
}

/// Those contenders that can be run here; the others are named with what they lack.
pub(crate) fn possible(contenders: &[Contender]) -> Vec<Contender> {
    let lacks = |contender: &Contender| {
        let program = contender.needs().iter().find(|program| !installed(program));
        if let Some(program) = program {
            return Some(format!("{program} is not installed"));
        }
        let congestion = contender.kernel()?;
        (!tcp::is_allowed(congestion))
            .then(|| format!("the kernel does not give {}", congestion.name()))
    };
    contenders
        .iter()
        .filter(|contender| match lacks(contender) {
            None => true,
            Some(why) => {
                eprintln!("{contender} is left out: {why}");
                false
            }
        })
        .cloned()
        .collect()
}

/// Whether a program is in the path, or where servers are.
pub(crate) fn installed(program: &str) -> bool {
    which(program).is_some()
}

pub(crate) fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/sbin".into()])
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

/// A command without input whose output nobody wants.
pub(crate) fn quiet(program: &str) -> Command {
    let mut command = Command::new(program);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}
