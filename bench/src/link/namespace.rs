//! Network namespaces: made, entered, and removed whatever happens.
//!
//! Each is called `csb` and this process' number, so that several programs can measure at once and the next start can
//! tell what a killed one has left ([`sweep`]). Needs root, `ip` and, for emulated links, `/dev/net/tun`.

use std::{
    fs::{self, File},
    net::Ipv4Addr,
    os::fd::AsFd as _,
    path::{Path, PathBuf},
    process::{self, Command},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

use anyhow::{Context as _, bail};
use rustix::{
    process::{Pid, Signal, kill_process},
    thread::{LinkNameSpaceType, move_into_link_name_space},
};
use tun_rs::{DeviceBuilder, SyncDevice};

const PREFIX: &str = "csb";
const FOLDERS: &str = "chunkstream-bench-";
/// Where `ip` keeps namespaces that have names.
const FOLDER: &str = "/run/netns";
/// Packets that wait in the device: the emulated queue is to drop, not the kernel's.
const DEVICE_QUEUE: &str = "20000";

/// A namespace. Dropped, it is removed with all that runs in it.
#[derive(Debug)]
pub(crate) struct Namespace {
    name: String,
    file: File,
}

impl Namespace {
    /// Two new ones.
    pub(crate) fn pair() -> anyhow::Result<[Self; 2]> {
        let number = next_number();
        Ok([Self::named(number, 'a')?, Self::named(number, 'b')?])
    }

    /// A new one of a third party.
    pub(crate) fn third() -> anyhow::Result<Self> {
        Self::named(next_number(), 'c')
    }

    fn named(number: u32, end: char) -> anyhow::Result<Self> {
        Self::new(format!("{PREFIX}{}-{number}{end}", process::id()))
    }

    fn new(name: String) -> anyhow::Result<Self> {
        ip(&["netns", "add", &name])?;
        let path = Path::new(FOLDER).join(&name);
        match File::open(&path) {
            Ok(file) => Ok(Self { name, file }),
            Err(error) => {
                remove(&name);
                Err(error).with_context(|| path.display().to_string())
            }
        }
    }

    #[cfg(test)]
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Ends all that runs inside.
    pub(crate) fn clear(&self) {
        end_all(&self.name);
    }

    /// Runs `work` on a thread of its own inside.
    pub(crate) fn within<T: Send>(
        &self,
        work: impl FnOnce() -> anyhow::Result<T> + Send,
    ) -> anyhow::Result<T> {
        thread::scope(|scope| {
            let inside = scope.spawn(|| {
                let network = Some(LinkNameSpaceType::Network);
                move_into_link_name_space(self.file.as_fd(), network)
                    .with_context(|| format!("{} cannot be entered", self.name))?;
                work()
            });
            match inside.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }

    /// Makes a TUN device inside, which this program can use from outside.
    pub(crate) fn tun(&self, device: &str, mtu: u32) -> anyhow::Result<SyncDevice> {
        let tun = self.within(|| {
            let tun = DeviceBuilder::new()
                .name(device)
                .enable(false)
                .build_sync()?;
            tun.set_nonblocking(true)?;
            Ok(tun)
        });
        let tun = tun.context("no TUN device can be made")?;
        let mtu = mtu.to_string();
        let set = [
            "link",
            "set",
            device,
            "mtu",
            &mtu,
            "txqueuelen",
            DEVICE_QUEUE,
        ];
        ip(&[&["-n", &self.name][..], &set].concat())?;
        Ok(tun)
    }

    /// Gives a device its address and takes it into use.
    pub(crate) fn up(&self, device: &str, address: Ipv4Addr) -> anyhow::Result<()> {
        let address = format!("{address}/24");
        for what in [
            &["link", "set", "lo", "up"][..],
            &["link", "set", device, "up"],
            &["addr", "add", &address, "dev", device],
        ] {
            ip(&[&["-n", &self.name], what].concat())?;
        }
        Ok(())
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        remove(&self.name);
    }
}

/// Of the namespaces that this process makes.
fn next_number() -> u32 {
    static MADE: AtomicU32 = AtomicU32::new(0);
    MADE.fetch_add(1, Ordering::Relaxed)
}

/// Joins two namespaces by a pair of devices of the same name.
pub(crate) fn veth(a: &Namespace, b: &Namespace, device: &str) -> anyhow::Result<()> {
    let here = ["link", "add", device, "netns", &a.name, "type", "veth"];
    ip(&[&here[..], &["peer", "name", device, "netns", &b.name]].concat())
}

/// Bytes that a device has sent.
pub(crate) fn interface_bytes(namespace: &Namespace, device: &str) -> anyhow::Result<u64> {
    let table = namespace.within(|| Ok(fs::read_to_string("/proc/thread-self/net/dev")?))?;
    sent_bytes(&table, device).with_context(|| format!("{device} is not in: {table}"))
}

/// In the kernel's table the ninth figure of a device.
fn sent_bytes(table: &str, device: &str) -> Option<u64> {
    let line = table.lines().find_map(|line| {
        let (name, figures) = line.split_once(':')?;
        (name.trim() == device).then_some(figures)
    })?;
    line.split_whitespace().nth(8)?.parse().ok()
}

/// How the folders of this process begin.
pub(crate) fn folder_prefix() -> String {
    format!("{FOLDERS}{}-", process::id())
}

/// Removes the folders that killed programs have left on a volume; first whoever may still write there.
pub(crate) fn sweep_folders(volume: &Path) {
    sweep();
    let Ok(entries) = fs::read_dir(volume) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(folder_owner);
        if owner.is_some_and(|owner| !is_bench(owner)) {
            let path = entry.path();
            eprintln!(
                "removing {}, which a killed measurement has left",
                path.display()
            );
            // What cannot be removed is left to the next start.
            let _ = fs::remove_dir_all(path);
        }
    }
}

/// The process that made the folder of that name; None if it is none of ours.
fn folder_owner(name: &str) -> Option<u32> {
    name.strip_prefix(FOLDERS)?.split_once('-')?.0.parse().ok()
}

/// Removes the namespaces that killed programs have left.
pub(crate) fn sweep() {
    let Ok(entries) = fs::read_dir(FOLDER) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        if owner(name).is_some_and(|owner| !is_bench(owner)) {
            eprintln!("removing the namespace {name} of a measurement that was killed");
            remove(name);
        }
    }
}

/// The process that made the namespace of that name; None if it is none of ours.
fn owner(name: &str) -> Option<u32> {
    let (number, rest) = name.strip_prefix(PREFIX)?.split_once('-')?;
    let rest = rest.strip_suffix(['a', 'b', 'c'])?;
    rest.parse::<u32>().ok()?;
    number.parse().ok()
}

/// Whether a process of that number is such a program, whatever its file was renamed to; numbers come round.
fn is_bench(number: u32) -> bool {
    let name = |number: &str| -> Option<String> {
        let path: PathBuf = ["/proc", number, "comm"].iter().collect();
        fs::read_to_string(path).ok()
    };
    let found = name(&number.to_string());
    found.is_some_and(|found| found.starts_with("chunkstream") || Some(found) == name("self"))
}

/// Ends all that runs in a namespace and removes it. What cannot be removed is left to the next sweep.
fn remove(name: &str) {
    end_all(name);
    let _ = ip(&["netns", "del", name]);
}

/// Again and again, since what runs may start more.
fn end_all(name: &str) {
    for _ in 0..20 {
        let inside = processes(name);
        if inside.is_empty() {
            break;
        }
        for process in inside {
            let _ = kill_process(process, Signal::KILL);
        }
        thread::sleep(Duration::from_millis(10));
    }
}

fn processes(name: &str) -> Vec<Pid> {
    let Ok(output) = Command::new("ip").args(["netns", "pids", name]).output() else {
        return Vec::new();
    };
    String::from_utf8_lossy(&output.stdout)
        .split_whitespace()
        .filter_map(|number| number.parse().ok())
        .filter(|&number| number != process::id().cast_signed())
        .filter_map(Pid::from_raw)
        .collect()
}

fn ip(arguments: &[&str]) -> anyhow::Result<()> {
    let output = Command::new("ip")
        .args(arguments)
        .output()
        .context("`ip` cannot be started (Debian: the package iproute2)")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("ip {}: {}", arguments.join(" "), said.trim());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_namespaces_of_our_making_have_an_owner() {
        assert_eq!(owner("csb123-0a"), Some(123));
        assert_eq!(owner("csb123-17b"), Some(123));
        assert_eq!(owner("csb123-1c"), Some(123));
        for other in [
            "csb123a", "csb-0a", "csb12-0", "csb12-xa", "le123a", "csbx-0a",
        ] {
            assert_eq!(owner(other), None, "{other}");
        }
        assert!(!is_bench(u32::MAX));
        assert_eq!(
            folder_owner(&format!("{}x1Y2z3", folder_prefix())),
            Some(process::id())
        );
        assert_eq!(folder_owner("chunkstream-bench-x1Y2z3"), None);
        assert_eq!(folder_owner("another-1-x"), None);
    }

    #[test]
    fn the_bytes_sent_are_found_in_the_kernels_table() {
        let table = "Inter-|   Receive  |  Transmit\n face |bytes    packets\n    lo:  1 2 3 4 5 6 7 8 9 10\n \
                     link0: 11 2 3 4 5 6 7 8 4242 10 0 0\n";
        assert_eq!(sent_bytes(table, "link0"), Some(4242));
        assert_eq!(sent_bytes(table, "link1"), None);
    }
}
