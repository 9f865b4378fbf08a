//! Files and trees from one process to another.

mod support;

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;
use support::{Device, Ended, noise, text};

const LEN: usize = 3 * 1024 * 1024 + 12_345;

/// Progress never falls and ends at the size.
fn check_progress(ended: &Ended, len: u64) {
    let durable: Vec<u64> = ended
        .events
        .iter()
        .filter(|value| value["event"] == "progress")
        .map(|value| value["durable_bytes"].as_u64().expect("a number"))
        .collect();
    assert!(durable.is_sorted_by(|a, b| a < b), "{durable:?}");
    assert_eq!(durable.last(), Some(&len), "{durable:?}");
}

#[test]
fn a_file_arrives_whole_and_both_sides_say_the_same() {
    let (sender, receiver) = (Device::new(), Device::new());
    let file = sender.file("größe 写真.bin", LEN);
    let (process, ticket) = receiver.receive(&["--accept", "all", "--once"]);
    // Relative, as people write it.
    let sent = sender
        .run(&["send", "größe 写真.bin", "--to", &ticket])
        .expect(0);
    let received = process.end().expect(0);
    assert_eq!(
        fs::read(receiver.inbox().join("größe 写真.bin")).expect("it is there"),
        fs::read(&file).expect("a file")
    );

    let root = blake3::hash(&noise("größe 写真.bin", LEN))
        .to_hex()
        .to_string();
    for ended in [&sent, &received] {
        let completed = ended.one("completed");
        assert_eq!(completed["bytes"], LEN);
        assert_eq!(completed["files"], 1);
        assert_eq!(completed["root"], root.as_str());
        assert_eq!(completed["parity_bytes"], 0);
        for number in [
            "seconds",
            "wire_bytes_sent",
            "wire_bytes_received",
            "packets_lost",
            "chunks_resent",
            "chunks_rebuilt",
            "rtt_ms",
        ] {
            assert!(completed[number].is_number(), "{number}: {completed}");
        }
        check_progress(ended, LEN as u64);
    }
    let chunks = LEN.div_ceil(512 * 1024);
    assert_eq!(sent.one("completed")["chunks_sent"], chunks);
    assert!(
        sent.one("completed")["wire_bytes_sent"]
            .as_u64()
            .is_some_and(|bytes| bytes > LEN as u64)
    );
    assert_eq!(
        sent.one("completed")["transfer"],
        received.one("completed")["transfer"]
    );
    let offer = received.one("offer");
    assert_eq!(offer["title"], "größe 写真.bin");
    assert_eq!(offer["peer"]["device_id"], sender.id()["device_id"]);
}

#[test]
fn an_empty_file_is_a_transfer_too() {
    let (sender, receiver) = (Device::new(), Device::new());
    let file = sender.file("empty", 0);
    let (process, ticket) = receiver.receive(&["--accept", "all", "--once"]);
    let sent = sender
        .run(&["send", text(&file), "--to", &ticket])
        .expect(0);
    let received = process.end().expect(0);
    assert_eq!(
        fs::read(receiver.inbox().join("empty")).expect("it is there"),
        b""
    );
    for ended in [&sent, &received] {
        assert_eq!(
            ended.one("completed")["root"],
            blake3::hash(b"").to_hex().to_string()
        );
        check_progress(ended, 0);
    }
}

#[cfg(unix)]
#[test]
fn a_tree_keeps_empty_folders_links_names_times_and_permissions() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let (sender, receiver) = (Device::new(), Device::new());
    let tree = sender.path("tree");
    for number in 0..30 {
        sender.file(&format!("tree/many/{number}.txt"), number * 100);
    }
    sender.file("tree/Übung/日本語 🎉.bin", 700_000);
    let script = sender.file("tree/run.sh", 10);
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("a mode");
    let time = std::time::UNIX_EPOCH + std::time::Duration::new(1_000_000_000, 0);
    fs::File::options()
        .write(true)
        .open(&script)
        .and_then(|file| file.set_modified(time))
        .expect("a time");
    fs::create_dir_all(tree.join("empty/inner")).expect("a folder");
    symlink("run.sh", tree.join("link")).expect("a link");
    symlink("../no/such", tree.join("dangling")).expect("a link");

    let (process, ticket) = receiver.receive(&["--accept", "all", "--once"]);
    let sent = sender
        .run(&["send", text(&tree), "--to", &ticket])
        .expect(0);
    let received = process.end().expect(0);
    assert_eq!(listed(&receiver.inbox().join("tree")), listed(&tree));
    let script = fs::metadata(receiver.inbox().join("tree/run.sh")).expect("it is there");
    assert_eq!(script.permissions().mode() & 0o777, 0o755);
    assert_eq!(script.modified().expect("a time"), time);
    assert_eq!(sent.one("completed")["files"], 32);
    assert_eq!(sent.one("completed")["root"], Value::Null);
    assert_eq!(
        received.one("completed")["paths"][0],
        text(&receiver.inbox().join("tree"))
    );
    assert_eq!(
        fs::read_dir(receiver.inbox()).expect("a folder").count(),
        1,
        "nothing else is left there"
    );
}

/// Every path below a folder with its content or its target.
fn listed(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = text(path.strip_prefix(folder).expect("below it")).to_owned();
            let kind = fs::symlink_metadata(&path)
                .expect("it is there")
                .file_type();
            let content = if kind.is_symlink() {
                fs::read_link(&path)
                    .expect("a link")
                    .into_os_string()
                    .into_encoded_bytes()
            } else if kind.is_dir() {
                open.push(path);
                Vec::new()
            } else {
                fs::read(&path).expect("a file")
            };
            found.insert(name, content);
        }
    }
    found
}

#[test]
fn several_paths_go_to_several_targets_with_every_option() {
    let (sender, one, two) = (Device::new(), Device::new(), Device::new());
    let (a, b) = (sender.file("a", 300_000), sender.file("b", 1));
    let (first, ticket) = one.receive(&["--accept", "all", "--once"]);
    let (mut second, other) = two.receive(&["--accept", "all"]);
    let address = format!(
        "{}@{}",
        two.id()["device_id"].as_str().expect("an id"),
        listen(&two)
    );
    let sent = sender
        .run(&[
            "send",
            text(&a),
            text(&b),
            "--to",
            &ticket,
            &address,
            "--priority",
            "critical",
            "--parity",
            "4+2",
            "--chunk",
            "64KiB",
            "--limit",
            "40MB/s",
            "--congestion",
            "cubic",
            "--wait",
            "60s",
        ])
        .expect(0);
    first.end().expect(0);
    second.event("completed");
    assert!(!other.is_empty());
    for inbox in [one.inbox(), two.inbox()] {
        assert_eq!(
            fs::read(inbox.join("a")).expect("it is there"),
            noise("a", 300_000)
        );
        assert_eq!(
            fs::read(inbox.join("b")).expect("it is there"),
            noise("b", 1)
        );
    }
    let completed: Vec<&Value> = sent
        .events
        .iter()
        .filter(|value| value["event"] == "completed")
        .collect();
    assert_eq!(completed.len(), 2);
    for completed in completed {
        assert_eq!(completed["files"], 2);
        assert!(
            completed["parity_bytes"]
                .as_u64()
                .is_some_and(|bytes| bytes > 0),
            "{completed}"
        );
        assert_eq!(completed["chunks_sent"], 6);
    }
    let shown = sender.transfers();
    assert!(
        shown
            .iter()
            .all(|view| view["priority"] == "critical" && view["state"] == "completed"),
        "{shown:#?}"
    );
}

/// The address that a running receiver listens on, from its identity over the local socket.
fn listen(device: &Device) -> String {
    use chunkstream_core::device::Ticket;
    let ticket: Ticket = device.id()["ticket"]
        .as_str()
        .expect("a ticket")
        .parse()
        .expect("a ticket");
    ticket.addresses[0].to_string()
}

#[test]
fn a_name_that_is_taken_is_numbered() {
    let (sender, receiver) = (Device::new(), Device::new());
    let file = sender.file("a.txt", 10);
    fs::create_dir_all(receiver.inbox()).expect("a folder");
    fs::write(receiver.inbox().join("a.txt"), "mine").expect("written");
    let (process, ticket) = receiver.receive(&["--accept", "all", "--once"]);
    sender
        .run(&["send", text(&file), "--to", &ticket])
        .expect(0);
    let received = process.end().expect(0);
    assert_eq!(
        fs::read(receiver.inbox().join("a.txt")).expect("it is there"),
        b"mine"
    );
    let path = received.one("completed")["paths"][0]
        .as_str()
        .expect("a path")
        .to_owned();
    assert_ne!(path, text(&receiver.inbox().join("a.txt")));
    assert_eq!(fs::read(path).expect("it is there"), noise("a.txt", 10));
}

#[test]
fn a_transfer_that_arrived_is_verified_again_and_a_change_is_told() {
    let (sender, receiver) = (Device::new(), Device::new());
    let file = sender.file("a", 100_000);
    let (process, ticket) = receiver.receive(&["--accept", "all", "--once"]);
    let sent = sender
        .run(&["send", text(&file), "--to", &ticket])
        .expect(0);
    process.end().expect(0);
    let id = sent.one("completed")["transfer"].as_str().expect("an id");
    for device in [&sender, &receiver] {
        let found = device.run(&["transfers", "verify", id]).expect(0);
        assert_eq!(found.events[0]["sound"], 1);
    }
    let arrived = receiver.inbox().join("a");
    let mut content = std::fs::read(&arrived).expect("there");
    content[50_000] ^= 1;
    std::fs::write(&arrived, content).expect("written");
    let found = receiver.run(&["transfers", "verify", id]).expect(1);
    assert_eq!(found.events[0]["changed"][0], text(&arrived));
}
