//! Two devices in two processes, over loopback. A process is killed when its test is over.

// Each suite uses its own part of this.
#![allow(dead_code, unreachable_pub)]

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread::JoinHandle,
    time::Duration,
};

use serde_json::Value;

/// A process that says nothing for so long has hung: nothing in these tests takes nearly as long.
const STALL: Duration = Duration::from_secs(60);
const PROGRAM: &str = env!("CARGO_BIN_EXE_chunkstream");

/// One device: a data folder and a folder for what it receives.
pub struct Device {
    folder: tempfile::TempDir,
}

/// A process that talks JSON, killed when the test is over.
pub struct Process {
    child: Child,
    lines: mpsc::Receiver<String>,
    stderr: Option<JoinHandle<String>>,
}

/// How a process ended.
pub struct Ended {
    pub code: i32,
    pub events: Vec<Value>,
    pub stderr: String,
}

impl Device {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn inbox(&self) -> PathBuf {
        self.folder.path().join("inbox")
    }

    /// A place for sources.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file of bytes that do not repeat and do not compress.
    pub fn file(&self, name: &str, len: usize) -> PathBuf {
        let path = self.path(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).expect("a folder");
        }
        fs::write(&path, noise(name, len)).expect("written");
        path
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .arg("--data")
            .arg(self.data())
            .arg("--json")
            .args(args);
        command
            .env_remove("CHUNKSTREAM_DATA")
            // Tests that search the local network are in namespaces of their own.
            .env("CHUNKSTREAM_DISCOVERY", "off")
            .current_dir(self.folder.path());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn start(&self, args: &[&str]) -> Process {
        Process::of(&mut self.command(args))
    }

    pub fn run(&self, args: &[&str]) -> Ended {
        self.start(args).end()
    }

    /// Runs without `--json`.
    pub fn words(&self, args: &[&str]) -> Output {
        Command::new(PROGRAM)
            .arg("--data")
            .arg(self.data())
            .args(args)
            .env("CHUNKSTREAM_DISCOVERY", "off")
            .stdin(Stdio::null())
            .output()
            .expect("it starts")
    }

    /// Starts to receive on any free port; returns the process and the ticket.
    pub fn receive(&self, more: &[&str]) -> (Process, String) {
        let inbox = self.inbox();
        let mut args = vec!["receive", "--listen", "127.0.0.1:0", "--into", text(&inbox)];
        args.extend(more);
        let mut process = self.start(&args);
        let ready = process.event("ready");
        let ticket = ready["ticket"].as_str().expect("a ticket").to_owned();
        (process, ticket)
    }

    /// The device's transfers.
    pub fn transfers(&self) -> Vec<Value> {
        let ended = self.run(&["transfers"]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        ended.events
    }

    pub fn id(&self) -> Value {
        let mut ended = self.run(&["id"]);
        assert_eq!((ended.code, ended.events.len()), (0, 1), "{}", ended.stderr);
        ended.events.remove(0)
    }
}

impl Process {
    /// Starts a command of that device.
    pub fn of(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("it starts");
        let stdout = child.stdout.take().expect("a pipe");
        let mut stderr = child.stderr.take().expect("a pipe");
        let (told, lines) = mpsc::channel();
        std::thread::spawn(move || {
            // Ends with the process, or with the test.
            BufReader::new(stdout)
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| told.send(line))
        });
        let stderr = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = stderr.read_to_string(&mut text);
            text
        });
        Self {
            child,
            lines,
            stderr: Some(stderr),
        }
    }

    /// The next line; None at the end of the output.
    pub fn next(&mut self) -> Option<Value> {
        let line = match self.lines.recv_timeout(STALL) {
            Ok(line) => line,
            Err(mpsc::RecvTimeoutError::Disconnected) => return None,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                let _ = self.child.kill();
                panic!("the process is silent; stderr: {}", self.stderr())
            }
        };
        Some(serde_json::from_str(&line).unwrap_or_else(|e| panic!("not JSON ({e}): {line}")))
    }

    fn stderr(&mut self) -> String {
        let reading = self.stderr.take();
        reading.map_or_else(String::new, |reading| reading.join().expect("no panic"))
    }

    /// The next line with that event; lines before it are skipped.
    pub fn event(&mut self, name: &str) -> Value {
        self.until(name, |value| value["event"] == name)
    }

    /// The next line that is meant; lines before it are skipped.
    pub fn until(&mut self, what: &str, mut wanted: impl FnMut(&Value) -> bool) -> Value {
        let mut seen = Vec::new();
        while let Some(value) = self.next() {
            if wanted(&value) {
                return value;
            }
            seen.push(value.to_string());
        }
        let stderr = self.stderr();
        panic!(
            "no {what} came; instead:\n{}\nstderr: {stderr}",
            seen.join("\n")
        );
    }

    #[cfg(unix)]
    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).expect("it runs");
    }

    /// Kills it as a power loss would.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Kills it, and returns all that it had said.
    pub fn killed(mut self) -> Ended {
        self.child.kill().expect("it runs");
        self.end()
    }

    /// Waits for the end.
    pub fn end(mut self) -> Ended {
        let mut events = Vec::new();
        while let Some(value) = self.next() {
            events.push(value);
        }
        let status = self.child.wait().expect("it ends");
        let stderr = self.stderr();
        Ended {
            code: status.code().unwrap_or(-1),
            events,
            stderr,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Ended already is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    /// The only line with that event.
    pub fn one(&self, name: &str) -> &Value {
        let found: Vec<&Value> = self
            .events
            .iter()
            .filter(|value| value["event"] == name)
            .collect();
        assert_eq!(
            found.len(),
            1,
            "{name}: {:#?}\nstderr: {}",
            self.events,
            self.stderr
        );
        found[0]
    }

    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "{:#?}\nstderr: {}",
            self.events, self.stderr
        );
        self
    }
}

pub fn text(path: &Path) -> &str {
    path.to_str().expect("Unicode")
}

/// Bytes that are the same for the same name.
pub fn noise(name: &str, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    blake3::Hasher::new()
        .update(name.as_bytes())
        .finalize_xof()
        .fill(&mut bytes);
    bytes
}
