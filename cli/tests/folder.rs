//! One data folder: one engine, one device, with and without an engine that runs.

mod support;

use chunkstream_core::device::Ticket;
use chunkstream_engine::DEFAULT_PORT;
use rustix::process::Signal;
use serde_json::Value;
use support::{Device, noise, text};

fn ticket(value: &Value) -> Ticket {
    value["ticket"]
        .as_str()
        .expect("a ticket")
        .parse()
        .expect("a ticket")
}

#[test]
fn a_device_is_the_same_with_and_without_an_engine_and_its_ticket_names_the_last_port() {
    let device = Device::new();
    let before = device.id();
    // And a hint, which depends on the machine and on whether an engine runs.
    assert_eq!(before.as_object().expect("an object").len(), 4);
    assert!(
        ticket(&before)
            .addresses
            .iter()
            .all(|address| address.port() == DEFAULT_PORT)
    );
    let (process, text) = device.receive(&[]);
    let during = device.id();
    assert_eq!(during["ticket"], text.as_str());
    process.signal(Signal::INT);
    assert_eq!(process.end().code, 130);
    let after = device.id();
    assert_eq!(after["ticket"], during["ticket"], "the port last used");
    assert_eq!(after["name"], before["name"]);
    assert_eq!(after["device_id"], before["device_id"]);
    assert_ne!(
        Device::new().id()["device_id"],
        before["device_id"],
        "two folders are two devices"
    );
}

#[test]
fn a_second_engine_is_refused_and_told_who_the_first_is() {
    let device = Device::new();
    let file = device.file("a", 1);
    let (process, _) = device.receive(&[]);
    for args in [
        &["receive", "--listen", "127.0.0.1:0"] as &[&str],
        &["send", text(&file), "--to", "anybody"],
    ] {
        let refused = device.run(args).expect(1);
        assert_eq!(refused.one("failed")["code"], "already_running");
        assert!(
            refused.stderr.contains("chunkstream receive (process "),
            "{}",
            refused.stderr
        );
    }
    process.kill();
    // The lock went with the process, and the socket that it left is replaced.
    let (_process, _) = device.receive(&[]);
    assert_eq!(device.transfers().len(), 0);
}

#[test]
fn devices_are_decided_about_with_and_without_an_engine() {
    let (device, other) = (Device::new(), Device::new());
    let id = other.id()["device_id"].as_str().expect("an id").to_owned();
    let roles = |device: &Device| -> Vec<(String, String)> {
        let list = device.run(&["devices"]).expect(0).events;
        let word = |value: &Value, key: &str| value[key].as_str().expect("a word").to_owned();
        list.iter()
            .map(|view| (word(view, "name"), word(view, "role")))
            .collect()
    };
    let pair = |name: &str, role: &str| (name.to_owned(), role.to_owned());
    assert_eq!(roles(&device), []);
    device
        .run(&[
            "devices", "trust", &id, "--role", "mine", "--name", "laptop",
        ])
        .expect(0);
    assert_eq!(roles(&device), [pair("laptop", "mine")]);

    let (_process, _) = device.receive(&[]);
    assert_eq!(roles(&device), [pair("laptop", "mine")]);
    device.run(&["devices", "trust", "laptop"]).expect(0);
    assert_eq!(roles(&device), [pair("laptop", "trusted")]);
    device.run(&["devices", "forget", "laptop"]).expect(0);
    assert_eq!(roles(&device), []);
    assert_eq!(device.run(&["devices", "block", "nobody"]).code, 2);
}

#[test]
fn trusted_devices_are_accepted_and_strangers_are_asked_about() {
    let (sender, receiver) = (Device::new(), Device::new());
    let file = sender.file("a", 100);
    let id = sender.id()["device_id"].as_str().expect("an id").to_owned();
    receiver.run(&["devices", "trust", &id]).expect(0);
    let (mut process, ticket) = receiver.receive(&[]);
    sender
        .run(&["send", text(&file), "--to", &ticket])
        .expect(0);
    process.event("completed");
    receiver.run(&["devices", "forget", &id]).expect(0);
    let mut sending = sender.start(&["send", text(&file), "--to", &ticket]);
    sending.until("question", |value| value["reason"] == "waiting_for_answer");
    assert_eq!(process.event("offer")["waits"], true);
}

#[test]
fn kept_transfers_are_paused_resumed_and_cancelled_without_an_engine() {
    let (device, stranger) = (Device::new(), Device::new());
    let file = device.file("a", 100);
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let id = stranger.id()["device_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let target = format!("{id}@{}", silent.local_addr().expect("an address"));
    device
        .run(&["send", text(&file), "--to", &target, "--wait", "100ms"])
        .expect(4);
    let id = device.transfers()[0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    // The beginning of an id is enough.
    for (action, state, reason) in [
        ("pause", "paused", Value::from("paused_here")),
        ("resume", "preparing", Value::from("waiting_for_device")),
        ("cancel", "cancelled", Value::Null),
    ] {
        let ended = device.run(&["transfers", action, &id[..12]]).expect(0);
        assert_eq!(ended.events[0]["state"], state);
        let shown = device.run(&["transfers", "show", &id]).expect(0);
        assert_eq!(
            (&shown.events[0]["state"], &shown.events[0]["reason"]),
            (&state.into(), &reason)
        );
        assert_eq!(shown.events[0]["preview"][0]["path"], "a");
    }
    assert_eq!(
        device.run(&["transfers", "pause", &id]).code,
        1,
        "it has ended"
    );
    assert_eq!(
        device.run(&["transfers", "show", "ffff"]).code,
        1,
        "there is none"
    );
}

#[test]
fn an_interrupted_transfer_is_130_and_goes_on_without_sending_durable_chunks_again() {
    const LEN: usize = 24 * 1024 * 1024;
    const CHUNKS: u64 = (LEN / (64 * 1024)) as u64;
    for (signal, same_command) in [(Signal::INT, true), (Signal::TERM, false)] {
        let (sender, receiver) = (Device::new(), Device::new());
        let file = sender.file("big", LEN);
        let (process, ticket) = receiver.receive(&["--accept", "all", "--once"]);
        // Slow enough to be interrupted in the middle.
        let args = [
            "send",
            text(&file),
            "--to",
            &ticket,
            "--chunk",
            "64KiB",
            "--limit",
            "12MB/s",
        ];
        let mut first = sender.start(&args);
        let half = LEN as u64 / 4;
        first.until("quarter", |value| {
            value["durable_bytes"]
                .as_u64()
                .is_some_and(|durable| durable >= half)
        });
        first.signal(signal);
        let interrupted = first.end().expect(130);
        assert_eq!(interrupted.one("failed")["kept"], true);
        assert_eq!(
            sender.transfers()[0]["id"],
            interrupted.one("failed")["transfer"]
        );

        let completed = if same_command {
            sender.run(&args).expect(0).one("completed").clone()
        } else {
            let mut engine = sender.start(&["receive", "--listen", "127.0.0.1:0"]);
            let completed = engine.event("completed");
            engine.signal(signal);
            engine.end().expect(130);
            completed
        };
        assert_eq!(completed["direction"], "sending");
        assert_eq!(completed["transfer"], interrupted.one("failed")["transfer"]);
        let again = completed["chunks_sent"].as_u64().expect("a number");
        assert!(
            again > 0 && again <= CHUNKS - CHUNKS / 4,
            "{again} of {CHUNKS} chunks"
        );
        let received = process.end().expect(0);
        assert_eq!(
            received.one("completed")["root"],
            blake3::hash(&noise("big", LEN)).to_hex().to_string()
        );
        assert_eq!(completed["root"], received.one("completed")["root"]);
        assert_eq!(sender.transfers().len(), 1);
    }
}

#[test]
fn a_receiver_that_is_killed_goes_on_where_it_was() {
    const LEN: usize = 16 * 1024 * 1024;
    let (sender, receiver) = (Device::new(), Device::new());
    let file = sender.file("big", LEN);
    let (mut process, ticket) = receiver.receive(&["--accept", "all"]);
    let sending = sender.start(&[
        "send",
        text(&file),
        "--to",
        &ticket,
        "--chunk",
        "64KiB",
        "--limit",
        "10MB/s",
    ]);
    process.until("quarter", |value| {
        value["durable_bytes"]
            .as_u64()
            .is_some_and(|durable| durable >= LEN as u64 / 4)
    });
    process.kill();
    let known = ticket.parse::<Ticket>().expect("a ticket").addresses[0].to_string();
    let inbox = receiver.inbox();
    let again = receiver.start(&[
        "receive",
        "--once",
        "--listen",
        &known,
        "--into",
        text(&inbox),
    ]);
    let received = again.end().expect(0);
    sending.end().expect(0);
    assert_eq!(
        received.one("completed")["root"],
        blake3::hash(&noise("big", LEN)).to_hex().to_string()
    );
    assert_eq!(
        std::fs::read(receiver.inbox().join("big")).expect("it is there"),
        noise("big", LEN)
    );
}

#[test]
fn the_environment_names_the_data_folder_and_people_get_words() {
    let device = Device::new();
    let id = device.id();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_chunkstream"))
        .arg("id")
        .env("CHUNKSTREAM_DATA", device.data())
        .output()
        .expect("it starts");
    let words = String::from_utf8(output.stdout).expect("words");
    for key in ["name", "device_id", "ticket"] {
        assert!(
            words.contains(id[key].as_str().expect("a word")),
            "{key}: {words}"
        );
    }
    assert_eq!(
        words,
        String::from_utf8(device.words(&["id"]).stdout).expect("words")
    );
}

/// A damaged database stops every command with its own code, and setting it aside lets the same device go on.
#[test]
fn a_damaged_database_is_told_checked_and_set_aside() {
    let device = Device::new();
    let id = device.id()["device_id"].clone();
    let database = device.data().join("chunkstream.db");
    let look = device.run(&["database", "check"]).expect(0);
    assert_eq!(look.events[0]["sound"], true);

    std::fs::write(&database, b"no database at all").expect("written");
    let refused = device.run(&["transfers"]).expect(6);
    let failed = refused.one("failed");
    assert_eq!(failed["code"], "database_damaged");
    assert_eq!(failed["detail"], text(&database));
    assert!(
        refused.stderr.contains("chunkstream database set-aside"),
        "{}",
        refused.stderr
    );
    let look = device.run(&["database", "check"]).expect(6);
    assert_eq!(look.events[0]["sound"], false);
    assert_eq!(
        std::fs::read(&database).expect("left as it was"),
        b"no database at all"
    );

    let aside = device.run(&["database", "set-aside"]).expect(0);
    let moved = aside.events[0]["set_aside"].as_str().expect("a path");
    assert_eq!(std::fs::read(moved).expect("kept"), b"no database at all");
    assert_eq!(device.id()["device_id"], id);
    let again = device.run(&["database", "set-aside"]).expect(0);
    assert!(again.events[0]["set_aside"].is_string(), "the new one");
    let nothing = device.run(&["database", "set-aside"]).expect(0);
    assert!(nothing.events[0]["set_aside"].is_null());
}
