//! Files that change while they are sent: what the command line decides, and what it asks.

mod support;

use std::{fs, path::Path};

use support::{Device, Process, noise, text};

const LEN: usize = 4 * 1024 * 1024;

/// Waits until a part has arrived, and changes the file.
fn change(process: &mut Process, file: &Path) -> Vec<u8> {
    // Made before, so that nothing but the write lies between the event and the change.
    let now = noise("the new version", LEN + 1000);
    process.event("progress");
    fs::write(file, &now).expect("written");
    now
}

#[test]
fn a_new_version_is_sent_if_the_command_says_so() {
    let (sender, receiver) = (Device::new(), Device::new());
    let file = sender.file("a.bin", LEN);
    let (_process, ticket) = receiver.receive(&["--accept", "all"]);
    let args = ["send", text(&file), "--to", &ticket, "--limit", "1MB/s"];
    let mut sending = sender.start(&[&args[..], &["--on-change", "new"]].concat());
    let now = change(&mut sending, &file);
    let sent = sending.end().expect(0);
    assert_eq!(sent.one("completed")["bytes"], now.len());
    let root = blake3::hash(&now).to_hex().to_string();
    assert_eq!(sent.one("completed")["root"], root.as_str());
    let arrived = fs::read(receiver.inbox().join("a.bin")).expect("it arrived");
    assert!(arrived == now);
}

#[test]
fn a_changed_file_is_left_out_if_the_command_says_so() {
    let (sender, receiver) = (Device::new(), Device::new());
    let file = sender.file("a.bin", LEN);
    let other = sender.file("b.bin", 1000);
    let (_process, ticket) = receiver.receive(&["--accept", "all"]);
    let args = ["send", text(&file), text(&other), "--to", &ticket];
    let more = ["--limit", "1MB/s", "--on-change", "skip"];
    let mut sending = sender.start(&[&args[..], &more].concat());
    change(&mut sending, &file);
    let sent = sending.end().expect(0);
    assert_eq!(sent.one("completed")["files"], 1);
    assert!(receiver.inbox().join("b.bin").exists());
    assert!(!receiver.inbox().join("a.bin").exists());
}

#[test]
fn without_anybody_to_ask_it_is_6_and_the_same_command_again_sends_the_new_version() {
    let (sender, receiver) = (Device::new(), Device::new());
    let file = sender.file("a.bin", LEN);
    let (_process, ticket) = receiver.receive(&["--accept", "all"]);
    let args = ["send", text(&file), "--to", &ticket, "--limit", "1MB/s"];
    let mut sending = sender.start(&args);
    let now = change(&mut sending, &file);
    let kept = sending.end().expect(6);
    let failed = kept.one("failed");
    assert_eq!(
        (&failed["code"], &failed["kept"]),
        (&"source_changed".into(), &true.into())
    );
    let id = failed["transfer"].as_str().expect("an id");
    let message = failed["message"].as_str().expect("a message");
    assert!(
        message.contains(&format!("transfers changed {id} new")),
        "{message}"
    );

    let again = sender.run(&args).expect(0);
    assert_eq!(again.one("completed")["transfer"], id);
    let arrived = fs::read(receiver.inbox().join("a.bin")).expect("it arrived");
    assert!(arrived == now);
}

#[test]
fn a_kept_transfer_is_decided_about_without_a_network() {
    let (sender, receiver) = (Device::new(), Device::new());
    let file = sender.file("a.bin", LEN);
    let other = sender.file("b.bin", 1000);
    let (_process, ticket) = receiver.receive(&["--accept", "all"]);
    let args = ["send", text(&file), text(&other), "--to", &ticket];
    let args = [&args[..], &["--limit", "1MB/s"]].concat();
    let mut sending = sender.start(&args);
    change(&mut sending, &file);
    let kept = sending.end().expect(6);
    let id = kept.one("failed")["transfer"]
        .as_str()
        .expect("an id")
        .to_owned();
    let decided = sender.run(&["transfers", "changed", &id, "skip"]).expect(0);
    assert_eq!(decided.events[0]["files"], 1);
    let refused = sender.run(&["transfers", "changed", &id, "skip"]).expect(1);
    assert_eq!(refused.one("failed")["code"], "illegal_state");

    let sent = sender.run(&args).expect(0);
    assert_eq!(sent.one("completed")["files"], 1);
    assert!(!receiver.inbox().join("a.bin").exists());
}

/// The system tells of the change long before the file's turn comes.
#[test]
fn a_change_is_told_while_other_files_are_being_sent() {
    let (sender, receiver) = (Device::new(), Device::new());
    let file = sender.file("a.bin", 2 * LEN);
    let later = sender.file("b.bin", 1_000_000);
    let (_process, ticket) = receiver.receive(&["--accept", "all"]);
    let args = ["send", text(&file), text(&later), "--to", &ticket];
    let more = ["--limit", "1MB/s", "--on-change", "new"];
    let mut sending = sender.start(&[&args[..], &more].concat());
    let begun = sending.event("progress");
    fs::write(&later, b"the new version").expect("written");
    let id = begun["transfer"].as_str().expect("an id");
    let told = loop {
        let shown = sender.run(&["transfers", "show", id]).expect(0);
        let view = shown.events[0].clone();
        assert_eq!(view["state"], "active", "{view}");
        if !view["changed"].is_null() {
            break view;
        }
    };
    assert_eq!(told["changed"]["paths"][0], text(&later));
    assert!(told["durable_bytes"].as_u64() < Some(LEN as u64), "{told}");
    let decided = sender.run(&["transfers", "changed", id, "new"]).expect(0);
    assert_eq!(decided.events[0]["bytes"], 2 * LEN + 15);
}
