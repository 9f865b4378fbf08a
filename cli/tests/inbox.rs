//! What a receiver decides about an offer, in two processes.

mod support;

use std::fs;

use support::{Device, text};

#[test]
fn a_part_of_an_offer_is_taken_by_the_rule_that_was_given() {
    let (sender, receiver) = (Device::new(), Device::new());
    for (name, content) in [
        ("set/a", "new a"),
        ("set/b", "new b"),
        ("set/sub/c", "new c"),
    ] {
        let path = sender.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, content).expect("written");
    }
    let inbox = receiver.inbox();
    fs::create_dir_all(inbox.join("set")).expect("made");
    fs::write(inbox.join("set/a"), "old a").expect("written");
    let (mut process, ticket) = receiver.receive(&["--accept", "ask", "--once"]);
    let sending = sender.start(&["send", "set", "--to", &ticket]);
    let offer = process.event("offer");
    let id = offer["transfer"].as_str().expect("an id").to_owned();
    let accept = [
        "transfers",
        "accept",
        &id,
        "--conflict",
        "overwrite",
        "--only",
        "set/a",
        "--only",
        "set/sub",
    ];
    receiver.run(&accept).expect(0);
    process.end().expect(0);
    let sent = sending.end().expect(0);
    assert_eq!(sent.one("completed")["files"], 2);
    let read = |name: &str| fs::read_to_string(inbox.join(name)).ok();
    assert_eq!(read("set/a").as_deref(), Some("new a"));
    assert_eq!(read("set/sub/c").as_deref(), Some("new c"));
    assert_eq!(read("set/b"), None);
}

#[test]
fn settings_are_shown_and_changed() {
    let device = Device::new();
    let before = device.run(&["settings"]).expect(0);
    assert_eq!(before.events[0]["conflict"], "rename");
    assert!(before.events[0]["inbox_quota"].is_null());
    let change = [
        "settings",
        "--conflict",
        "skip-identical",
        "--quota",
        "50GB",
        "--outbox-hours",
        "24",
        "--outbox-order",
        "smallest",
    ];
    device.run(&change).expect(0);
    let after = device.run(&["settings"]).expect(0);
    let view = &after.events[0];
    assert_eq!(view["conflict"], "skip_identical");
    assert_eq!(view["inbox_quota"], 50_000_000_000_u64);
    assert_eq!(view["outbox_hours"], 24);
    assert_eq!(view["outbox_order"], "smallest");
    let words = device.words(&["settings", "--quota", "0"]);
    let words = String::from_utf8(words.stdout).expect("text");
    assert!(words.contains("no limit"), "{words}");
}

#[test]
fn what_is_left_over_is_listed_and_removed() {
    let device = Device::new();
    let inbox = device.data().join("inbox");
    let left = inbox.join(".chunkstream-0123456789abcdef0123456789abcdef");
    for folder in [&left, &inbox.join("kept")] {
        fs::create_dir_all(folder).expect("made");
        fs::write(folder.join("x"), "12345").expect("written");
    }
    let listed = device.run(&["leftovers"]).expect(0);
    assert_eq!(listed.events.len(), 1, "{:?}", listed.events);
    assert_eq!(listed.events[0]["path"], text(&left));
    assert_eq!(listed.events[0]["bytes"], 5);
    let kept = inbox.join("kept");
    let refused = device.run(&["leftovers", "--remove", text(&kept)]);
    assert_ne!(refused.code, 0);
    device
        .run(&["leftovers", "--remove", text(&left)])
        .expect(0);
    assert!(!left.exists() && kept.join("x").exists());
    let none = device.run(&["leftovers", "--all"]).expect(0);
    assert!(none.events.is_empty());
}
