//! Other people's tools as they are installed here: rclone, qcp and sendme, each told what it has to know of the link.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use serde_json::Value;

use super::{
    contender::Congestion,
    ground::{Ground, patiently},
    ssh::Ssh,
};
use crate::{
    contender::{Took, took},
    link::{B, End, Shape},
};

/// What qcp is told of a veth pair, whose rate and delay nobody knows.
const LOCAL_BYTES_PER_SECOND: u64 = 500_000_000;
const LOCAL_RTT: Duration = Duration::from_millis(1);

impl Ground {
    /// `rclone copy` to `rclone serve webdav`.
    pub(super) async fn rclone(
        &self,
        source: &Path,
        (target, scratch, port): (&Path, &Path, u16),
    ) -> anyhow::Result<Took> {
        let log = scratch.join("log");
        let config = scratch.join("rclone.conf");
        // It says on stderr, which is followed here, that it listens.
        let mut command = Command::new("sh");
        command.args(["-c", "exec rclone \"$@\" 2>&1", "rclone"]);
        command.args(["serve", "webdav", "--config"]).arg(&config);
        command.arg("--addr").arg(format!("{B}:{port}")).arg(target);
        let mut server = self.start(End::B, command, "rclone serve", &log)?;
        patiently("rclone serve", server.line("started on")).await?;
        let mut command = Command::new("rclone");
        command.arg("copy").arg("--config").arg(&config).arg(source);
        command.args(["--webdav-vendor", "other", "--webdav-url"]);
        command.arg(format!("http://{B}:{port}"));
        command.arg(if source.is_dir() {
            format!(":webdav:{}", name_of(source)?)
        } else {
            ":webdav:".to_owned()
        });
        let begin = Instant::now();
        let mut sender = self.start(End::A, command, "rclone copy", &log)?;
        let sent = sender.finish().await?;
        let received = server.stop().await?;
        Ok(took(begin, &sent, &received, Value::Null))
    }

    /// `qcp` with the link's rate and round-trip time.
    pub(super) async fn qcp(
        &self,
        source: &Path,
        (target, scratch): (&Path, &Path),
    ) -> anyhow::Result<Took> {
        let ssh = Ssh::start(self, Congestion::Cubic, scratch).await?;
        let (rate, rtt) = self
            .profile
            .shape
            .as_ref()
            .map_or((LOCAL_BYTES_PER_SECOND, LOCAL_RTT), |shape: &Shape| {
                (shape.rate / 8, shape.delay * 2)
            });
        let mut command = Command::new("qcp");
        command.args(["--quiet", "--rx", &rate.to_string()]);
        command.args(["--rtt", &rtt.as_millis().max(1).to_string()]);
        for option in ssh.arguments() {
            command.arg("-S").arg(option);
        }
        if source.is_dir() {
            command.arg("--recurse");
        }
        command
            .arg(source)
            .arg(format!("root@{B}:{}/", target.display()));
        self.over_ssh(ssh, command, scratch).await
    }

    /// `sendme receive` of what `sendme send` has prepared, which is not counted: it reads and hashes all before it
    /// tells its ticket.
    pub(super) async fn sendme(
        &self,
        source: &Path,
        (target, scratch): (&Path, &Path),
    ) -> anyhow::Result<Took> {
        let log = scratch.join("log");
        // What both keep beside the file is not to lie in the folder that is compared.
        let kept = scratch.join("kept");
        std::fs::create_dir_all(&kept).context("no folder for what sendme keeps")?;
        let sendme = |subcommand: &str| {
            let mut command = Command::new("sendme");
            command.args([subcommand, "--relay", "disabled", "--no-progress"]);
            command
        };
        let mut command = sendme("send");
        command.args(["--ticket-type", "addresses"]);
        command.arg(source).current_dir(&kept);
        let mut sender = self.start(End::A, command, "sendme send", &log)?;
        let line = patiently("sendme send", sender.line("sendme receive ")).await?;
        let ticket = line.trim().trim_start_matches("sendme receive ");
        let mut command = sendme("receive");
        command.arg(ticket).current_dir(target);
        let begin = Instant::now();
        let mut receiver = self.start(End::B, command, "sendme receive", &log)?;
        let received = receiver.finish().await?;
        let sent = sender.stop().await?;
        Ok(Took {
            seconds: (received.at - begin).as_secs_f64(),
            sender: sent.usage,
            receiver: received.usage,
            told: Value::Null,
        })
    }
}

fn name_of(source: &Path) -> anyhow::Result<String> {
    let name = source.file_name().context("a source without a name")?;
    Ok(name.to_string_lossy().into_owned())
}
