//! Devices that find each other by multicast DNS, in network namespaces that are joined by real (virtual) Ethernet.
//!
//! Needs Linux, root and `ip`; without them each test says so and does nothing. Figures are printed: `--nocapture` shows
//! them.

#![cfg(target_os = "linux")]

mod support;

use std::{
    process::{Command, Stdio, id},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use serde_json::Value;
use support::{Device, Ended, Process};

/// What is waited for at most. Figures are printed: three seconds are what a person should wait.
const PATIENCE: Duration = Duration::from_secs(20);

/// A network namespace, removed with the test.
struct Namespace(String);

/// A device and where it is.
struct At<'a> {
    device: Device,
    namespace: &'a Namespace,
}

/// Two namespaces with an Ethernet between them: each has the devices `lan0` and `lan1`.
struct Lan {
    here: Namespace,
    there: Namespace,
}

fn ip(args: &str) -> Result<(), String> {
    let output = Command::new("ip").args(args.split(' ')).output();
    let output = output.map_err(|e| format!("ip cannot be started: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("ip {args}: {}", said.trim()))
}

impl Namespace {
    fn new() -> Result<Self, String> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("cst{}-{number}", id());
        ip(&format!("netns add {name}"))?;
        let namespace = Self(name);
        namespace.ip("link set lo up")?;
        Ok(namespace)
    }

    fn ip(&self, args: &str) -> Result<(), String> {
        ip(&format!("-n {} {args}", self.0))
    }

    /// Waits until all addresses can be used: IPv6 looks first whether another has them.
    fn settle(&self) {
        let until = Instant::now() + Duration::from_secs(10);
        let tentative = || {
            let args = ["-n", &self.0, "-6", "addr", "show", "tentative"];
            let output = Command::new("ip")
                .args(args)
                .output()
                .expect("it ran before");
            !output.stdout.is_empty()
        };
        while tentative() {
            assert!(Instant::now() < until, "an address does not become usable");
            // The kernel tells nobody.
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = ip(&format!("netns del {}", self.0));
    }
}

impl Lan {
    /// None, with a reason, where that is not possible.
    fn new() -> Option<Self> {
        let made = || {
            let (here, there) = (Namespace::new()?, Namespace::new()?);
            for (number, name) in ["lan0", "lan1"].into_iter().enumerate() {
                let (a, b) = (&here.0, &there.0);
                ip(&format!(
                    "link add {name} netns {a} type veth peer name {name} netns {b}"
                ))?;
                for (host, namespace) in [(1, &here), (2, &there)] {
                    namespace.ip(&format!("addr add 10.66.{number}.{host}/24 dev {name}"))?;
                    namespace.ip(&format!("link set {name} up"))?;
                }
            }
            here.settle();
            there.settle();
            Ok(Self { here, there })
        };
        made()
            .map_err(|why: String| println!("skipped, for want of network namespaces: {why}"))
            .ok()
    }
}

impl<'a> At<'a> {
    fn new(namespace: &'a Namespace) -> Self {
        let device = Device::new();
        Self { device, namespace }
    }

    fn start(&self, args: &[&str]) -> Process {
        let inner = self.device.command(args);
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.namespace.0]);
        command.arg(inner.get_program()).args(inner.get_args());
        command
            .env_remove("CHUNKSTREAM_DATA")
            .env_remove("CHUNKSTREAM_DISCOVERY");
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Process::of(&mut command)
    }

    fn run(&self, args: &[&str]) -> Ended {
        self.start(args).end()
    }

    fn receive(&self) -> Process {
        let inbox = self.device.inbox();
        let mut process = self.start(&["receive", "--into", support::text(&inbox)]);
        process.event("ready");
        process
    }

    fn id(&self) -> String {
        let id = self.device.id();
        id["device_id"].as_str().expect("an id").to_owned()
    }

    fn nearby(&self) -> Value {
        let mut lines = self.run(&["devices", "--nearby"]).expect(0).events;
        lines.pop().expect("a line")
    }

    /// What is nearby under that id, if it is.
    fn sees(&self, id: &str) -> Option<Value> {
        let mut view = self.nearby();
        let devices = view["devices"].as_array_mut().expect("a list");
        let found = devices.iter().position(|device| device["id"] == id)?;
        Some(devices.remove(found))
    }

    /// Shows a code and returns it.
    fn shows(&self) -> (Process, String) {
        let mut process = self.start(&["pair"]);
        let shown = process.until("a code", |value| value["state"] == "waiting");
        let code = shown["code"].as_str().expect("a code").to_owned();
        (process, code)
    }
}

fn now_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("after 1970").as_millis() as u64
}

fn pair(host: &At, guest: &At) {
    let (process, code) = host.shows();
    guest.run(&["pair", &code, "--name", "there"]).expect(0);
    process.end().expect(0);
}

#[test]
fn two_fresh_devices_find_each_other_and_pair_by_a_code_alone() {
    let Some(lan) = Lan::new() else { return };
    let (ada, bob) = (At::new(&lan.here), At::new(&lan.there));
    let (process, code) = bob.shows();
    let began = Instant::now();
    let joined = ada.run(&["pair", &code]).expect(0);
    let paired = began.elapsed();
    process.end().expect(0);
    println!("found and paired in {paired:?}, two starts of the program included");
    let last = joined.events.last().expect("lines");
    assert_eq!(last["state"], "paired");
    assert_eq!(last["device"]["device_id"], bob.id());
}

#[test]
fn a_known_device_is_found_by_its_veil_and_a_stranger_finds_nobody() {
    let Some(lan) = Lan::new() else { return };
    let (ada, bob, eve) = (At::new(&lan.here), At::new(&lan.there), At::new(&lan.here));
    pair(&bob, &ada);
    let id = bob.id();
    let receiving = bob.receive();
    let began = now_ms();
    let seen = ada.sees(&id).expect("it is there");
    let since = seen["since_ms"].as_u64().expect("a time");
    println!("found {} ms after the start of the program", since - began);
    assert_eq!(
        (&seen["name"], &seen["known"]),
        (&"there".into(), &true.into())
    );
    // At both networks, by both families.
    let addresses: Vec<&str> = seen["addresses"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for part in ["10.66.0.2:24880", "10.66.1.2:24880", "%"] {
        let has = addresses.iter().any(|address| address.contains(part));
        assert!(has, "{part}: {addresses:?}");
    }
    assert_eq!(eve.nearby()["devices"], Value::Array(vec![]));
    // Everyone: also a stranger, by what the device calls itself.
    bob.run(&["settings", "--visibility", "everyone"]).expect(0);
    let seen = eve.sees(&id).expect("it is there for everyone");
    assert_eq!(seen["known"], false);
    bob.run(&["settings", "--visibility", "nobody"]).expect(0);
    assert_eq!(eve.sees(&id), None);
    assert_eq!(ada.sees(&id), None);
    drop(receiving);
}

#[test]
fn a_device_that_goes_is_missed_and_what_waits_for_it_goes_out_when_it_is_back_elsewhere() {
    let Some(lan) = Lan::new() else { return };
    let (ada, bob) = (At::new(&lan.here), At::new(&lan.there));
    pair(&bob, &ada);
    let id = bob.id();
    let watching = ada.receive();
    let receiving = bob.receive();
    let until = Instant::now() + PATIENCE;
    while ada.sees(&id).is_none() {
        assert!(Instant::now() < until, "it is not found");
    }
    // It says good-bye, which counts a second later (RFC 6762, section 10.1).
    receiving.signal(rustix::process::Signal::INT);
    let began = Instant::now();
    receiving.end().expect(130);
    while ada.sees(&id).is_some() {
        assert!(began.elapsed() < PATIENCE, "it is not missed");
    }
    println!("missed after {:?}, at most", began.elapsed());
    drop(watching);
    let letter = ada.device.file("letter", 100_000);
    let mut sending = ada.start(&["send", support::text(&letter), "--to", "there"]);
    sending.until("waiting", |value| value["reason"] == "waiting_for_device");
    for (number, name) in ["lan0", "lan1"].into_iter().enumerate() {
        let there = &lan.there;
        there
            .ip(&format!("addr flush dev {name} scope global"))
            .expect("root");
        there
            .ip(&format!("addr add 10.66.{number}.77/24 dev {name}"))
            .expect("root");
    }
    let receiving = bob.receive();
    let began = Instant::now();
    sending.end().expect(0);
    println!("confirmed {:?} after it was ready again", began.elapsed());
    assert!(bob.device.inbox().join("letter").exists());
    drop(receiving);
}

#[test]
fn without_ipv4_devices_find_and_reach_each_other_by_their_link_local_addresses() {
    let Some(lan) = Lan::new() else { return };
    for namespace in [&lan.here, &lan.there] {
        namespace.ip("-4 addr flush dev lan0").expect("root");
        namespace.ip("link set lan1 down").expect("root");
    }
    let (ada, bob) = (At::new(&lan.here), At::new(&lan.there));
    pair(&bob, &ada);
    let receiving = bob.receive();
    let seen = ada.sees(&bob.id()).expect("it is there");
    for address in seen["addresses"].as_array().expect("a list") {
        let address = address.as_str().expect("a text");
        assert!(
            address.starts_with("[fe80:") && address.contains('%'),
            "{address}"
        );
    }
    let letter = ada.device.file("letter", 100_000);
    ada.run(&["send", support::text(&letter), "--to", "there"])
        .expect(0);
    assert!(bob.device.inbox().join("letter").exists());
    // By hand, with the name of the interface.
    let address = seen["addresses"][0].as_str().expect("a text");
    let (host, _) = address.split_once('%').expect("a zone");
    let target = format!("{}@{host}%lan0]:24880", bob.id());
    let other = ada.device.file("other", 1000);
    ada.run(&["send", support::text(&other), "--to", &target])
        .expect(0);
    drop(receiving);
}

#[test]
fn a_computer_in_no_network_says_so_and_receives_all_the_same() {
    let Ok(alone) = Namespace::new() else {
        println!("skipped, for want of network namespaces");
        return;
    };
    let (ada, bob) = (At::new(&alone), At::new(&alone));
    let view = ada.nearby();
    let problem = view["problem"].as_str().expect("a reason");
    assert!(problem.contains("no network"), "{problem}");
    let mut receiving = bob.start(&["receive", "--listen", "127.0.0.1:0"]);
    let ticket = receiving.event("ready")["ticket"].clone();
    let letter = ada.device.file("letter", 1000);
    let args = ["send", support::text(&letter), "--to"];
    let to = ticket.as_str().expect("a ticket");
    let sending = ada.start(&[&args[..], &[to]].concat());
    let offer = receiving.event("offer")["transfer"].clone();
    let transfer = offer.as_str().expect("an id");
    bob.run(&["transfers", "accept", transfer]).expect(0);
    sending.end().expect(0);
}
