//! OpenSSH at both ends with keys and settings of its own, for `scp`, `rsync` and `qcp`.
//!
//! The client's connection is made by this program ([`super::tcp::hand_over`]), which may choose the congestion
//! controller. Nothing outside the scratch folder is read or written but the empty folder that sshd wants.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, bail};

use super::{
    contender::Congestion,
    ground::{Ground, patiently, quiet, which},
};
use crate::{
    child::Running,
    link::{B, End},
};

/// sshd gives up its rights in it.
const PRIVILEGE_SEPARATION: &str = "/run/sshd";
const PORT: u16 = 22;

/// A server at B and how to reach it from A.
#[derive(Debug)]
pub(crate) struct Ssh {
    pub(crate) server: Running,
    options: Vec<String>,
}

impl Ssh {
    pub(crate) async fn start(
        ground: &Ground,
        congestion: Congestion,
        scratch: &Path,
    ) -> anyhow::Result<Self> {
        let host = key(scratch, "host")?;
        let own = key(scratch, "own")?;
        fs::create_dir_all(PRIVILEGE_SEPARATION)?;
        let settings = scratch.join("sshd_config");
        let text = format!(
            "ListenAddress {B}:{PORT}\nHostKey {}\nAuthorizedKeysFile {}.pub\nStrictModes no\n\
             PermitRootLogin yes\nPasswordAuthentication no\nUsePAM no\nUseDNS no\nPidFile none\n\
             PrintMotd no\nPrintLastLog no\nSubsystem sftp internal-sftp\n",
            host.display(),
            own.display(),
        );
        fs::write(&settings, text)?;
        let program = which("sshd").context("sshd is not installed")?;
        let mut command = Command::new("sh");
        // It logs to stderr, which is followed here.
        command.args(["-c", "exec \"$0\" -D -e -f \"$1\" 2>&1"]);
        command.arg(program).arg(settings);
        let mut server = ground.start(End::B, command, "sshd", &scratch.join("log"))?;
        patiently("sshd", server.line("Server listening")).await?;
        let proxy = format!(
            "ProxyCommand={} tcp-connect --congestion {} %h:%p",
            ground.programs.own.display(),
            congestion.name(),
        );
        let identity = format!("IdentityFile={}", own.display());
        let options = [
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "BatchMode=yes",
            "LogLevel=ERROR",
            "ProxyUseFdpass=yes",
            &proxy,
            &identity,
        ];
        Ok(Self {
            server,
            options: options.map(str::to_owned).to_vec(),
        })
    }

    /// What `ssh` and `scp` are told to reach the server with its keys and nobody's settings.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &str> {
        let options = self.options.iter();
        let options = options.flat_map(|option| ["-o", option.as_str()]);
        ["-F", "none"].into_iter().chain(options)
    }

    /// `scp` of a file or folder.
    pub(crate) fn scp(&self, source: &Path, target: &Path) -> Command {
        let mut command = Command::new("scp");
        command.args(["-q", "-r"]).args(self.arguments());
        command
            .arg(source)
            .arg(format!("root@{B}:{}/", target.display()));
        command
    }

    /// `rsync` of a file or folder.
    pub(crate) fn rsync(&self, source: &Path, target: &Path) -> Command {
        let options = self.options.iter().map(|option| format!(" -o '{option}'"));
        let shell = format!("ssh -F none{}", options.collect::<String>());
        let mut command = Command::new("rsync");
        command.args(["-a", "--whole-file", "-e", &shell]);
        command
            .arg(source)
            .arg(format!("root@{B}:{}/", target.display()));
        command
    }
}

/// A new key without a passphrase.
fn key(scratch: &Path, name: &str) -> anyhow::Result<PathBuf> {
    let path = scratch.join(name);
    let mut command = quiet("ssh-keygen");
    command
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(&path);
    if !command.status()?.success() {
        bail!("ssh-keygen makes no key");
    }
    Ok(path)
}
