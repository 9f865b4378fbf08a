//! Pairing in two processes: what scripts see of it, and what is known afterwards.

mod support;

use serde_json::Value;
use support::{Device, Process};

/// Starts the side that shows; returns the process and what it shows.
fn shows(device: &Device, more: &[&str]) -> (Process, Value) {
    let mut args = vec!["pair", "--listen", "127.0.0.1:0"];
    args.extend(more);
    let mut process = device.start(&args);
    let shown = state(&mut process, "waiting");
    (process, shown)
}

/// The next line of the pairing in that state.
fn state(process: &mut Process, wanted: &str) -> Value {
    process.until(wanted, |value| {
        value["event"] == "pairing" && value["state"] == wanted
    })
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().expect("a text")
}

/// Where the side that shows listens: as a person reads it off its words.
fn address(shown: &Value) -> String {
    let ticket: chunkstream_core::device::Ticket = text(shown, "ticket").parse().expect("a ticket");
    ticket.addresses.first().expect("an address").to_string()
}

fn devices(device: &Device) -> Vec<Value> {
    let known = |view: &Value| view["known"] == true;
    let mut views = device.run(&["devices"]).expect(0).events;
    views.retain(known);
    views
}

#[test]
fn a_code_pairs_two_devices_which_then_send_by_name() {
    let (ada, bob) = (Device::new(), Device::new());
    let (process, shown) = shows(&bob, &["--name", "ada-at-bob"]);
    let at = address(&shown);
    let code = text(&shown, "code");
    let args = [
        "pair",
        code,
        "--at",
        &at,
        "--role",
        "mine",
        "--name",
        "bob-at-ada",
    ];
    let joined = ada.run(&args).expect(0);
    process.end().expect(0);
    let paired = joined.events.last().expect("lines");
    assert_eq!(paired["state"], "paired");
    assert_eq!(paired["device"]["role"], "mine");
    let (here, there) = (devices(&ada), devices(&bob));
    assert_eq!((here.len(), there.len()), (1, 1));
    assert_eq!(here[0]["device_id"], bob.id()["device_id"]);
    assert_eq!(here[0]["name"], "bob-at-ada");
    assert_eq!(there[0]["device_id"], ada.id()["device_id"]);
    assert_eq!(there[0]["role"], "trusted");
    // The one that was dialled is found again by its name, and asks nobody.
    let file = ada.file("letter", 1000);
    let inbox = bob.inbox();
    let into = support::text(&inbox);
    let mut receiving = bob.start(&["receive", "--listen", &at, "--into", into, "--once"]);
    receiving.event("ready");
    let args = ["send", support::text(&file), "--to", "bob-at-ada"];
    ada.run(&args).expect(0);
    receiving.end().expect(0);
    assert!(bob.inbox().join("letter").exists());
}

#[test]
fn a_ticket_pairs_once() {
    let (ada, bob, eve) = (Device::new(), Device::new(), Device::new());
    let (process, shown) = shows(&bob, &["--ticket"]);
    assert!(shown["code"].is_null());
    assert!(shown["qr"].as_array().is_some_and(|rows| rows.len() > 20));
    let ticket = text(&shown, "ticket");
    ada.run(&["pair", ticket]).expect(0);
    process.end().expect(0);
    assert_eq!(devices(&bob).len(), 1);
    // Another pairing is open at the same place: the old ticket does not open it.
    let at = address(&shown);
    let mut process = bob.start(&["pair", "--listen", &at]);
    state(&mut process, "waiting");
    let refused = eve.run(&["pair", ticket]).expect(5);
    assert_eq!(refused.one("failed")["code"], "wrong_code");
    assert_eq!((devices(&bob).len(), devices(&eve).len()), (1, 0));
}

#[test]
fn a_wrong_code_ends_both_commands_and_a_typing_error_only_one() {
    let (ada, bob) = (Device::new(), Device::new());
    let (process, shown) = shows(&bob, &[]);
    let (at, code) = (address(&shown), text(&shown, "code"));
    let digit = code
        .chars()
        .next()
        .and_then(|digit| digit.to_digit(10))
        .expect("a digit");
    let typo = format!("{}{}", (digit + 1) % 10, &code[1..]);
    let typo = ada.run(&["pair", &typo, "--at", &at]).expect(2);
    assert_eq!(typo.one("failed")["code"], "usage");
    let number: u64 = code.replace('-', "")[..8].parse().expect("digits");
    let wrong = chunkstream_core::pairing::PairingCode::from_random((number ^ 1).to_le_bytes());
    let refused = ada
        .run(&["pair", &wrong.to_string(), "--at", &at])
        .expect(5);
    assert_eq!(refused.one("failed")["code"], "wrong_code");
    let ended = process.end().expect(5);
    assert_eq!(ended.one("failed")["code"], "wrong_code");
    assert_eq!((devices(&ada).len(), devices(&bob).len()), (0, 0));
}

#[test]
fn words_are_confirmed_from_another_terminal() {
    let (ada, bob) = (Device::new(), Device::new());
    // Any free port: where it is, the plain ticket of the device says.
    let (mut host, shown) = shows(&bob, &["--words"]);
    assert!(shown["words"].is_null() && shown["code"].is_null());
    let at = text(&bob.id(), "ticket").to_owned();
    let mut guest = ada.start(&["pair", "--words", "--at", &at]);
    let (here, there) = (
        state(&mut guest, "comparing"),
        state(&mut host, "comparing"),
    );
    assert_eq!(here["words"].as_array().map(Vec::len), Some(4));
    assert_eq!(here["words"], there["words"]);
    for device in [&ada, &bob] {
        device.run(&["pair", "--same"]).expect(0);
    }
    guest.end().expect(0);
    host.end().expect(0);
    assert_eq!((devices(&ada).len(), devices(&bob).len()), (1, 1));
}

#[test]
fn words_that_differ_pair_nobody() {
    let (ada, bob) = (Device::new(), Device::new());
    let (mut host, _) = shows(&bob, &["--words"]);
    let at = text(&bob.id(), "ticket").to_owned();
    let mut guest = ada.start(&["pair", "--words", "--at", &at]);
    state(&mut guest, "comparing");
    state(&mut host, "comparing");
    bob.run(&["pair", "--differ"]).expect(0);
    assert_eq!(host.end().expect(5).one("failed")["code"], "words_differ");
    assert_eq!(guest.end().expect(5).one("failed")["code"], "words_differ");
    assert_eq!((devices(&ada).len(), devices(&bob).len()), (0, 0));
}

#[test]
fn a_device_that_receives_can_be_paired_with_without_a_pause() {
    let (ada, bob) = (Device::new(), Device::new());
    let (_receiving, ticket) = bob.receive(&[]);
    let mut process = bob.start(&["pair"]);
    let shown = state(&mut process, "waiting");
    ada.run(&["pair", text(&shown, "code"), "--at", &ticket])
        .expect(0);
    process.end().expect(0);
    assert_eq!((devices(&ada).len(), devices(&bob).len()), (1, 1));
}

#[test]
#[cfg(unix)]
fn an_interrupted_command_leaves_nothing_open() {
    let (ada, bob) = (Device::new(), Device::new());
    let (_receiving, ticket) = bob.receive(&[]);
    let mut process = bob.start(&["pair"]);
    let shown = state(&mut process, "waiting");
    process.signal(rustix::process::Signal::INT);
    process.end().expect(130);
    let refused = ada
        .run(&["pair", text(&shown, "code"), "--at", &ticket])
        .expect(3);
    assert_eq!(refused.one("failed")["code"], "not_pairing");
    assert_eq!(devices(&bob).len(), 0);
}

#[test]
fn a_person_reads_the_code_on_the_first_line() {
    let bob = Device::new();
    let args = ["pair", "--listen", "127.0.0.1:0"];
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_chunkstream"));
    command.arg("--data").arg(bob.data()).args(args);
    command
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut line = String::new();
    let out = child.stdout.take().expect("a pipe");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).expect("a line");
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    let code = line
        .trim()
        .parse::<chunkstream_core::pairing::PairingCode>();
    assert!(code.is_ok(), "{line}");
}
