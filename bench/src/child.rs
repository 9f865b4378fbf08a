//! A process under measurement: its lines, its end, and what it took.
//!
//! What a process took comes from `wait4(2)`, for exactly this process. The peak of resident memory of a
//! child is never told as less than what this program had when it started it (Linux carries the figure
//! over `exec`), so this program keeps its own buffers small.

use std::{
    io::{self, BufRead as _, BufReader},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use wait4::Wait4 as _;

/// What a process took from its start to its end.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Usage {
    /// Processor time, its own and the system's for it.
    pub(crate) cpu_seconds: f64,
    /// The most bytes of memory that were resident at once.
    pub(crate) peak_bytes: u64,
}

/// How a process ended.
#[derive(Debug)]
pub(crate) struct Ended {
    status: ExitStatus,
    /// When its output was closed, which is its exit.
    pub(crate) at: Instant,
    /// None where the system does not tell.
    pub(crate) usage: Option<Usage>,
}

impl Ended {
    /// Itself, if the process says that it succeeded.
    pub(crate) fn success(self, what: &str) -> anyhow::Result<Self> {
        if !self.status.success() {
            bail!("{what} failed: {}", self.status);
        }
        Ok(self)
    }
}

/// A running process. Dropped, it is killed and waited for.
#[derive(Debug)]
pub(crate) struct Running {
    what: String,
    pid: u32,
    /// None once it has been waited for: its id may then be another's.
    child: Arc<Mutex<Option<Child>>>,
    lines: mpsc::UnboundedReceiver<String>,
    ended: Option<oneshot::Receiver<io::Result<Ended>>>,
    reader: Option<JoinHandle<()>>,
}

impl Running {
    /// Starts `command` and follows its stdout; `what` names it in errors.
    pub(crate) fn start(command: Command, what: &str) -> anyhow::Result<Self> {
        Self::start_by(command, what, Command::spawn)
    }

    /// The same, where `spawn` starts it somewhere else.
    pub(crate) fn start_by(
        mut command: Command,
        what: &str,
        spawn: impl FnOnce(&mut Command) -> io::Result<Child>,
    ) -> anyhow::Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = spawn(&mut command).with_context(|| format!("{what} cannot be started"))?;
        let pid = child.id();
        let stdout = child.stdout.take().context("the output is not piped")?;
        let child = Arc::new(Mutex::new(Some(child)));
        let (line, lines) = mpsc::unbounded_channel();
        let (end, ended) = oneshot::channel();
        let to_wait_for = child.clone();
        let reader = thread::spawn(move || {
            // A line that is no text ends the following like the end of the output.
            for text in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = line.send(text);
            }
            let at = Instant::now();
            let _ = end.send(wait(&to_wait_for, at));
        });
        Ok(Self {
            what: what.to_owned(),
            pid,
            child,
            lines,
            ended: Some(ended),
            reader: Some(reader),
        })
    }

    /// The system's number of the process; another's once this one has ended.
    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// The next line that is the JSON event `name`; what was said before the end can be read after it.
    pub(crate) async fn event(&mut self, name: &str) -> anyhow::Result<Value> {
        while let Some(line) = self.lines.recv().await {
            if let Ok(value) = serde_json::from_str::<Value>(&line)
                && value["event"] == name
            {
                return Ok(value);
            }
        }
        bail!("{} has ended before it said `{name}`", self.what)
    }

    /// The next line that contains `text`.
    #[cfg(target_os = "linux")]
    pub(crate) async fn line(&mut self, text: &str) -> anyhow::Result<String> {
        while let Some(line) = self.lines.recv().await {
            if line.contains(text) {
                return Ok(line);
            }
        }
        bail!("{} has ended before it said `{text}`", self.what)
    }

    /// Asks for the end and waits for it, whatever status it has.
    #[cfg(target_os = "linux")]
    pub(crate) async fn stop(mut self) -> anyhow::Result<Ended> {
        if let Some(child) = lock(&self.child).as_ref()
            && let Some(pid) = rustix::process::Pid::from_raw(child.id().cast_signed())
        {
            rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        }
        let ended = self.ended.take().context("waited for twice")?.await;
        Ok(ended.context("the thread that waited is gone")??)
    }

    /// Waits for the end, which must be a success. Dropped before that, it can be called again.
    pub(crate) async fn finish(&mut self) -> anyhow::Result<Ended> {
        let ended = self.ended.as_mut().context("waited for twice")?.await;
        self.ended = None;
        ended
            .context("the thread that waited is gone")?
            .with_context(|| format!("{} cannot be waited for", self.what))?
            .success(&self.what)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = lock(&self.child).as_mut() {
            let _ = child.kill();
        }
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

/// Waits for a process whose output has ended.
fn wait(child: &Mutex<Option<Child>>, at: Instant) -> io::Result<Ended> {
    // The lock is held until the process is gone, so that nobody kills who comes after it.
    let mut slot = lock(child);
    let Some(child) = slot.as_mut() else {
        return Err(io::Error::other("it is gone already"));
    };
    let result = child.wait4();
    *slot = None;
    let used = result?;
    let cpu = used.rusage.utime + used.rusage.stime;
    // Zeros are how systems say that they do not know.
    let known = cpu > Duration::ZERO && used.rusage.maxrss > 0;
    Ok(Ended {
        status: used.status,
        at,
        usage: known.then_some(Usage {
            cpu_seconds: cpu.as_secs_f64(),
            peak_bytes: used.rusage.maxrss,
        }),
    })
}

fn lock(child: &Mutex<Option<Child>>) -> MutexGuard<'_, Option<Child>> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Running {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Running::start(command, "sh").expect("a shell")
    }

    #[tokio::test]
    async fn events_are_found_among_other_lines_and_the_usage_at_the_end() {
        let mut child =
            shell(r#"echo hello; echo '{"event":"state"}'; echo '{"event":"ready","listen":7}'"#);
        let ready = child.event("ready").await.expect("ready");
        assert_eq!(ready["listen"], 7);
        let usage = child.finish().await.expect("success").usage.expect("told");
        assert!(
            usage.peak_bytes > 100_000 && usage.cpu_seconds > 0.0,
            "{usage:?}"
        );
    }

    #[tokio::test]
    async fn a_failure_is_an_error_that_names_the_process() {
        let error = shell("exit 3").finish().await.expect_err("a failure");
        assert!(error.to_string().starts_with("sh failed"), "{error}");
        let error = shell("true").event("ready").await.expect_err("no event");
        assert!(
            error.to_string().contains("before it said `ready`"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn a_process_that_is_dropped_is_gone() {
        let mut child = shell(r#"echo "{\"event\":\"ready\",\"pid\":$$}"; exec sleep 600"#);
        let pid = child.event("ready").await.expect("ready")["pid"].to_string();
        assert!(alive(&pid));
        drop(child);
        assert!(!alive(&pid));
    }

    fn alive(pid: &str) -> bool {
        Command::new("kill")
            .args(["-0", pid])
            .stderr(Stdio::null())
            .status()
            .expect("kill runs")
            .success()
    }
}
